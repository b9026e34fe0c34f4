"""What is done to both parts alike after the split is cleaning: it is said once, of the rows before they are split.

``X_train["a"] = f(X_train)`` and ``X_test["a"] = f(X_test)`` become ``X["a"] = f(X)``. What is taken over the training
part for both (a median, an object of the notebook's own that is fitted) goes along; the cleaning learns it from there.
Two statements are taken for the same when they differ in the parts only; the package is run and compared.
"""

from __future__ import annotations

import ast
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, NamedTuple

from golive.tidy.book import Obstacle
from golive.tidy.columns import Lens
from golive.tidy.fitters import fits, fitting
from golive.tidy.learned import taken_over
from golive.tidy.names import names_in, root, targets
from golive.tidy.neighbours import filters_rows
from golive.tidy.program import needed, with_code
from golive.tidy.rewrites import Replaced, changed, changed_expression
from golive.tidy.singly import singly

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from golive.tidy.facts import World
    from golive.tidy.program import Unit
    from golive.tidy.target import Target


class Parts(NamedTuple):
    """The variables of rows that were split."""

    train: str
    holdout: str
    whole: str
    """What was split."""
    outcome: bool = False
    """What happened, not the features."""


@dataclass(frozen=True, kw_only=True)
class Alike:
    """The statements after the split, those that are cleaning taken out."""

    moved: list[Unit]
    """Said of the rows before they are split."""
    after: list[Unit]
    target: Target


def alike(after: Sequence[Unit], parts: Sequence[Parts], target: Target, world: World) -> Alike:
    """Find what is done to both parts alike, up to the first statement that treats them in another way."""
    judged = {report.unit for report in target.reports}
    flat = [part for unit in after for part in ([unit] if unit in judged else singly(unit, world))]
    pairs = _Pairs(flat, parts, target, world)
    for place in range(len(flat)):
        if place not in pairs.gone and not pairs.takes(place):
            break
    if not pairs.moved:
        return Alike(moved=[], after=list(after), target=target)
    left = [unit for place, unit in enumerate(flat) if place not in pairs.gone]
    return _renamed(pairs.moved, left, pairs.renames, target, world)


def _renamed(
    moved: list[Unit], left: Sequence[Unit], renames: Mapping[str, str], target: Target, world: World
) -> Alike:
    """A part that got another name on the way is called as it came out of the split."""
    known = {unit: _said(unit, renames, world) for unit in left}
    reports = tuple(
        replace(
            report,
            unit=known.get(report.unit, report.unit),
            expression=ast.parse(changed_expression(report.expression, Replaced(renames)), mode="eval").body,
        )
        for report in target.reports
    )
    return Alike(moved=moved, after=list(known.values()), target=replace(target, reports=reports))


def _said(unit: Unit, names: Mapping[str, str], world: World) -> Unit:
    if not names_in(unit.tree) & names.keys():
        return unit
    (code,) = changed(unit.code, Replaced(names))
    return with_code(unit, code, world)


@dataclass
class _Pairs:
    units: Sequence[Unit]
    parts: Sequence[Parts]
    target: Target
    world: World
    moved: list[Unit] = field(default_factory=list)
    gone: set[int] = field(default_factory=set)
    renames: dict[str, str] = field(default_factory=dict)
    mirror: dict[str, str] = field(init=False)
    """Training part -> the part kept aside."""
    whole: dict[str, str] = field(init=False)
    """Training part -> the rows that were split."""
    outcomes: set[str] = field(init=False)

    def __post_init__(self) -> None:
        self.mirror = {part.train: part.holdout for part in self.parts}
        self.whole = {part.train: part.whole for part in self.parts}
        self.outcomes = {name for part in self.parts if part.outcome for name in (part.train, part.holdout)}

    def takes(self, place: int) -> bool:
        """Move a statement and its like; false where the parts go different ways from here on."""
        unit = self.units[place]
        aside = set(self.mirror.values())
        if not (unit.facts.touches | unit.facts.reads) & (self.mirror.keys() | aside):
            return True
        if self._fits_columns(unit):
            self.gone.add(place)
            return True
        if unit.facts.touches & self.outcomes and fits(unit.tree):
            return True  # the outcome is put into numbers where it is learned and judged
        if filters_rows(unit.tree, {*self.mirror, *aside}) or self._models() & (unit.facts.reads | unit.facts.touches):
            return False
        other = self._other(place)
        if other is None:
            # What only looks at the training part may be what both are changed by.
            return not unit.facts.touches & (self.mirror.keys() | aside) and not self._is_step(unit)
        self._refuse_own_numbers(self.units[other], aside)
        needs = self._needs(place)
        if needs is None or self._is_step(unit) or not self._free(place, other):
            return False
        self.moved += [_said(self.units[index], self.whole, self.world) for index in [*needs, place]]
        self.gone |= {*needs, place, other}
        self._name(unit, self.units[other])
        return True

    def _other(self, place: int) -> int | None:
        """The statement that does the same to the part kept aside."""
        unit = self.units[place]
        if not unit.facts.reads & self.mirror.keys() or any(report.unit is unit for report in self.target.reports):
            return None
        for index, other in enumerate(self.units):
            if index != place and index not in self.gone and _same(unit.tree, other.tree, self.mirror):
                return index
        return None

    def _refuse_own_numbers(self, unit: Unit, aside: set[str]) -> None:
        """The part kept aside has a median of its own; one row alone has none."""
        what = taken_over(unit.tree, aside)
        for call in [node for node in ast.walk(unit.tree) if isinstance(node, ast.Call)]:
            function = self.world.functions.get(call.func.id) if isinstance(call.func, ast.Name) else None
            if function is not None and any(root(part) in aside for part in call.args):
                what = what or taken_over(function.tree, set(function.parameters))
        if what:
            raise Obstacle(
                f"{unit}: the part kept aside is cleaned by its own {what}, which one row alone does not have"
            )

    def _needs(self, place: int) -> list[int] | None:
        """Statements above it that it needs and that look at the training part; none where they do more."""
        unit, aside = self.units[place], set(self.mirror.values())
        open_above = [index for index in range(place) if index not in self.gone]
        names = unit.facts.reads - self.mirror.keys() - aside
        found = needed([self.units[index] for index in open_above], names)[0]
        changes = self.mirror.keys() | aside
        if any(one.facts.touches & changes or one.facts.reads & aside for one in found):
            return None
        if any(self.units[index].facts.touches & changes for index in open_above):
            return None
        if found and unit.facts.touches & self.outcomes:
            return None
        return [index for index in open_above if self.units[index] in found]

    def _free(self, place: int, other: int) -> bool:
        """Whether the part kept aside is not looked at between the two, and old names are not needed any more."""
        unit, twin = self.units[place], self.units[other]
        low, high = sorted((place, other))
        between = [one for index, one in enumerate(self.units[low + 1 : high], low + 1) if index not in self.gone]
        mirrored = {self.mirror[name] for name in unit.facts.reads & self.mirror.keys()}
        if any(one.facts.touches & mirrored for one in between):
            return False
        new = unit.facts.binds - self.mirror.keys()
        if not new:
            return True
        old = (unit.facts.reads & self.mirror.keys()) | mirrored
        later = [one for index, one in enumerate(self.units) if index > place and index not in {*self.gone, other}]
        asked = set().union(*(names_in(report.expression) for report in self.target.reports))
        reads = asked.union(*(one.facts.reads for one in later))
        return len(new) == 1 and len(twin.facts.binds) == 1 and len(old) == 2 and not old & reads

    def _name(self, unit: Unit, other: Unit) -> None:
        """``Z_train = f(X_train)``: from here on that is the training part."""
        for new in unit.facts.binds - self.mirror.keys():
            (old,) = unit.facts.reads & self.mirror.keys()
            (aside,) = other.facts.binds
            self.renames[new] = self.renames.get(old, old)
            self.renames[aside] = self.renames.get(self.mirror[old], self.mirror[old])
            self.mirror[new], self.whole[new] = aside, self.whole[old]
            # The statement itself makes the same variable anew.
            self.moved[-1] = _said(self.moved[-1], {new: self.whole[old]}, self.world)

    def _is_step(self, unit: Unit) -> bool:
        """A transformer of scikit-learn on some columns or all becomes a step before the model."""
        if not fits(unit.tree) and ".transform(" not in unit.text:
            return False
        found = fitting(unit, Lens(frames=set(self.mirror), world=self.world))
        return found is None or (not isinstance(found.columns, ast.Constant) and not self._own(found.estimator, unit))

    def _models(self) -> set[str]:
        return {name for name, kind in self.world.kinds.items() if kind == "model"} | {self.target.model}

    def _own(self, name: str, unit: Unit) -> bool:
        """Whether an object is of a class that the notebook defines."""
        made = [one.tree for one in [*self.units, unit] if isinstance(one.tree, ast.Assign) and name in one.facts.binds]
        own = {known for known, one in self.world.functions.items() if isinstance(one.tree, ast.ClassDef)}
        return any(names_in(tree) & own for tree in made)

    def _fits_columns(self, unit: Unit) -> bool:
        """``X_test = X_test.reindex(columns=X_train.columns)``: the cleaning gives every row the columns it learned."""
        tree, aside = unit.tree, set(self.mirror.values())
        if not self.moved or not isinstance(tree, ast.Assign) or not unit.facts.binds <= aside:
            return False
        value = tree.value
        call = isinstance(value, ast.Call) and isinstance(value.func, ast.Attribute) and value.func.attr == "reindex"
        given = value.keywords[0].value if isinstance(value, ast.Call) and call and value.keywords else None
        names = value.slice if isinstance(value, ast.Subscript) else given
        return isinstance(names, ast.Attribute) and names.attr == "columns" and root(names) in self.mirror


def _same(one: ast.AST, other: ast.AST, mirror: Mapping[str, str]) -> bool:
    """Whether two statements differ in nothing but the part that they change."""
    if not isinstance(one, ast.stmt) or type(one) is not type(other) or not isinstance(other, ast.stmt):
        return False
    owners, others = [root(each) for each in targets(one)], [root(each) for each in targets(other)]
    renamed = {first: second for first, second in zip(owners, others, strict=False) if first and second}
    changes = [(first, second) for first, second in renamed.items() if first in mirror]
    if any(mirror[first] != second for first, second in changes) or not names_in(one) & mirror.keys():
        return False
    if not names_in(other) & set(mirror.values()):
        return False
    return _matches(one, other, {**renamed, **mirror})


def _matches(one: object, other: object, mirror: Mapping[str, str]) -> bool:
    if isinstance(one, ast.Name) and isinstance(other, ast.Name):
        return other.id == mirror.get(one.id, one.id) or (other.id == one.id and isinstance(one.ctx, ast.Load))
    if isinstance(one, ast.Attribute) and isinstance(other, ast.Attribute) and one.attr == "fit_transform":
        return other.attr == "transform" and _matches(one.value, other.value, mirror)
    if isinstance(one, ast.AST) and isinstance(other, ast.AST):
        return type(one) is type(other) and all(
            _matches(getattr(one, name, None), getattr(other, name, None), mirror) for name in one._fields
        )
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(_matches(a, b, mirror) for a, b in zip(one, other, strict=True))
    return one == other
