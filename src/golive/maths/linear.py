"""A payoff formula as a sum of products: coefficient (prices only) times basis (columns only).

This is what lets a page change a price and know the money of 10,000 rows from a few sums. An assumption can move
when it stands only in coefficients. Where it is tied to columns (``min(Amount, cap)``, ``Amount / (Amount + fee)``)
the whole piece becomes a basis at the recorded price, and the assumption is frozen, with the reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from golive.errors import InputError
from golive.maths.formula import Call, Name, Number, Tree, names, show

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Set

    from golive.records.score_table import Step

ONE = Number(1.0)


@dataclass(frozen=True)
class Product:
    coefficient: Tree
    """Assumptions and numbers only."""
    basis: Tree
    """Columns and numbers only; `ONE` where the term is the same on every row."""


@dataclass(frozen=True)
class Split:
    products: tuple[Product, ...]
    frozen: dict[str, str]
    """Assumption -> why it cannot be moved, in words."""


def split(tree: Tree, assumptions: Set[str]) -> Split:
    """Write a formula as a sum of products.

    Examples
    --------
    >>> from golive.maths.formula import parse
    >>> found = split(parse("margin * Amount * Time / 12 - 15"), {"margin"})
    >>> [(show(product.coefficient), show(product.basis)) for product in found.products]
    [('margin / 12', 'Amount * Time'), ('-15', '1')]
    """
    frozen: dict[str, str] = {}
    return Split(tuple(_products(tree, assumptions, frozen)), frozen)


def reverse_polish(tree: Tree) -> tuple[Step, ...]:
    """Write a coefficient as steps for a stack, see `golive.records.score_table.Step`."""
    if isinstance(tree, Number):
        return (tree.value,)
    if isinstance(tree, Name):
        return (f"={tree.name}",)
    first, *rest = (reverse_polish(arg) for arg in tree.args)
    return (*first, tree.op) if tree.op == "neg" else sum(((*arg, tree.op) for arg in rest), first)


def coefficient(steps: Iterable[Step], prices: Mapping[str, float]) -> float:
    """Return the value of a coefficient under some prices.

    Raises
    ------
    InputError
        A division by zero under these prices.
    """
    stack: list[float] = []
    for step in steps:
        if not isinstance(step, str):
            stack.append(float(step))
        elif step.startswith("="):
            stack.append(prices[step[1:]])
        elif step == "neg":
            stack.append(-stack.pop())
        else:
            right, left = stack.pop(), stack.pop()
            stack.append(_combined(step, left, right))
    return stack.pop()


def _combined(op: str, left: float, right: float) -> float:
    if op == "+":
        return left + right
    if op == "-":
        return left - right
    if op == "*":
        return left * right
    if op == "min":
        return min(left, right)
    if op == "max":
        return max(left, right)
    if right == 0:
        raise InputError("a price used as a divisor is zero", hint="a divisor must not be zero")
    return left / right


def _products(tree: Tree, assumptions: Set[str], frozen: dict[str, str]) -> list[Product]:
    used = {name.name for name in names(tree)}
    if used <= assumptions:
        return [Product(tree, ONE)]
    if isinstance(tree, Name):
        return [Product(ONE, tree)]
    assert isinstance(tree, Call)
    if tree.op == "neg":
        terms = _products(tree.args[0], assumptions, frozen)
        return [Product(_negative(term.coefficient), term.basis) for term in terms]
    if tree.op in "+-":
        return _sum(tree, assumptions, frozen)
    if not used & assumptions and not _has_factor(tree):
        return [Product(ONE, tree)]
    if tree.op == "*":
        return _times(tree, assumptions, frozen)
    if tree.op == "/":
        return _over(tree, assumptions, frozen)
    return _frozen(tree, assumptions, frozen)


def _has_factor(tree: Call) -> bool:
    """Whether a product has a number to take out, so that ``0.6 * Amount`` and ``margin * Amount`` share a basis."""
    if tree.op not in "*/":
        return False
    return any(not names(arg) or (isinstance(arg, Call) and _has_factor(arg)) for arg in tree.args)


def _sum(tree: Call, assumptions: Set[str], frozen: dict[str, str]) -> list[Product]:
    left = _products(tree.args[0], assumptions, frozen)
    right = _products(tree.args[1], assumptions, frozen)
    if tree.op == "-":
        right = [Product(_negative(term.coefficient), term.basis) for term in right]
    return left + right


def _times(tree: Call, assumptions: Set[str], frozen: dict[str, str]) -> list[Product]:
    left = _products(tree.args[0], assumptions, frozen)
    right = _products(tree.args[1], assumptions, frozen)
    return [
        Product(_product(one.coefficient, other.coefficient), _product(one.basis, other.basis))
        for one in left
        for other in right
    ]


def _over(tree: Call, assumptions: Set[str], frozen: dict[str, str]) -> list[Product]:
    divisor = tree.args[1]
    used = {name.name for name in names(divisor)}
    if used <= assumptions:
        terms = _products(tree.args[0], assumptions, frozen)
        return [Product(Call("/", (term.coefficient, divisor), tree.at), term.basis) for term in terms]
    if not used & assumptions:
        terms = _products(tree.args[0], assumptions, frozen)
        return [Product(term.coefficient, Call("/", (term.basis, divisor), tree.at)) for term in terms]
    return _frozen(tree, assumptions, frozen)


def _frozen(tree: Call, assumptions: Set[str], frozen: dict[str, str]) -> list[Product]:
    """Keep a piece whole, at the recorded prices."""
    for name in names(tree):
        if name.name in assumptions:
            frozen[name.name] = f"it is tied to a column in `{show(tree)}`, so the money is not a plain multiple of it"
    return [Product(ONE, tree)]


def _product(left: Tree, right: Tree) -> Tree:
    if left == ONE:
        return right
    return left if right == ONE else Call("*", (left, right))


def _negative(tree: Tree) -> Tree:
    return Number(-tree.value) if isinstance(tree, Number) else Call("neg", (tree,))
