"""What all proxies have in common: nothing leaves them unless a table says how."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from golive.errors import UnsupportedError
from golive.pack.trace.reasons import reason
from golive.pack.trace.site import refusal

if TYPE_CHECKING:
    from golive.pack.trace.session import Session

_TAKE = "takes the values out of the table, where they can no longer be followed"


class Proxy:
    """A value that carries both what pandas has and what the graph computes."""

    owner: ClassVar[str] = "a value"
    stands_for: ClassVar[tuple[type, ...]] = ()
    """The types whose names a user may ask for; everything else that a proxy has is its own."""
    session: Session
    __hash__ = None  # type: ignore[assignment]  # like a Series: not a key of a dict, not a member of a set

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__") and name.endswith("__"):
            raise AttributeError(name)
        raise refusal(*reason(name, self.owner, [known for known in dir(type(self)) if not known.startswith("_")]))

    def attribute(self, name: str) -> Any:
        """``x.name`` in the user's code."""
        if name != "real" and not name.startswith("__") and any(hasattr(one, name) for one in self.stands_for):
            return getattr(self, name)
        return self.unknown(name)

    def unknown(self, name: str) -> Any:
        """``x.name`` for a name that the types it stands for do not have."""
        kinds = " or ".join(one.__name__ for one in self.stands_for) or self.owner
        raise AttributeError(f"{kinds!r} object has no attribute {name!r}")

    def set_attribute(self, name: str, value: object) -> None:
        """``x.name = value`` in the user's code."""
        raise refusal(f"setting `{name}` of {self.owner} is not compiled", f"df['{name}'] = ...")

    def __bool__(self) -> bool:
        raise refusal(
            f"`if`, `and`, `or`, `not` need one truth, but {self.owner} has one per row",
            "use &, |, ~ and np.where, or .any() / .all() for one frozen answer",
        )

    def __iter__(self) -> Any:
        raise refusal(
            f"a loop over the values of {self.owner} cannot be followed",
            "df['x'].apply(function), df.apply(lambda r: f(r['a'], r['b']), axis=1), .map(dict) or column operations",
        )

    def __array__(self, *_: object, **__: object) -> NoReturn:
        raise refusal(
            f"NumPy {_TAKE}: this function is not among those that are compiled",
            "docs/reference/cleaning.md lists the NumPy functions that are accepted",
        )

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **options: Any) -> Any:
        if method != "__call__":
            raise refusal(f"`np.{ufunc.__name__}.{method}` is not among the functions that are compiled")
        return self.session.runtime.call(ufunc, *inputs, **options)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        return self.session.runtime.call(function, *args, **options)

    def _take(self, *_: object) -> NoReturn:
        raise refusal(f"this step {_TAKE}", "stay with column operations: arithmetic, .map(dict), .apply(function)")

    __float__ = __int__ = __complex__ = __index__ = __len__ = __str__ = __format__ = _take
    __copy__ = __deepcopy__ = __reduce_ex__ = _take


def holds_proxy(value: object, depth: int = 3) -> bool:
    """True when a proxy is in there, also inside lists, tuples and dicts."""
    if isinstance(value, Proxy):
        return True
    if depth == 0 or isinstance(value, str):
        return False
    if isinstance(value, dict):
        return any(holds_proxy(item, depth - 1) for item in value.values())
    if isinstance(value, list | tuple | set | frozenset):
        return any(holds_proxy(item, depth - 1) for item in value)
    return False


def only(options: dict[str, Any], what: str, **accepted: object) -> None:
    """Refuse keyword arguments other than those at their accepted value."""
    for name, value in options.items():
        if name not in accepted or not _same(value, accepted[name]):
            raise refusal(f"`{what}` with {name}={value!r:.40} is not compiled", f"leave `{name}` out")


def refused(error: BaseException) -> bool:
    return isinstance(error, UnsupportedError)


def _same(value: object, accepted: object) -> bool:
    return value is accepted or (type(value) is type(accepted) and bool(value == accepted))
