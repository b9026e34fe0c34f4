"""The exact versions that run here, for a container that runs the same."""

from __future__ import annotations

import re
from importlib.metadata import Distribution, PackageNotFoundError, distribution

from golive.errors import WorldError

_NAME = re.compile(r"^\s*([A-Za-z0-9][A-Za-z0-9._-]*)\s*(?:\[([^\]]*)\])?([^;]*)(?:;(.*))?$")
_EXTRA = re.compile(r"""\bextra\s*==\s*['"]([^'"]+)['"]""")


def locked(package: str, *extras: str) -> dict[str, str]:
    """Return name -> version of everything that a package with some extras needs, itself not included.

    Requirements of other platforms and other Python versions are those that are not installed here; the list is of
    this installation.

    Raises
    ------
    WorldError
        Something that is needed is not installed.
    """
    found: dict[str, str] = {}
    waiting = [(package, frozenset(extras))]
    while waiting:
        name, wanted = waiting.pop()
        for needed, its_extras, marked in _needs(_installed(name), wanted):
            if needed == plain(package):
                waiting.append((needed, its_extras))
            elif needed not in found and (version := _version(needed, optional=marked)):
                found[needed] = version
                waiting.append((needed, its_extras))
    return dict(sorted(found.items()))


def _needs(package: Distribution, extras: frozenset[str]) -> list[tuple[str, frozenset[str], bool]]:
    """Return what a package needs: name, extras of it, and whether a marker may make it needless here."""
    needs = []
    for line in package.requires or ():
        name, wanted, _, marker = _parts(line)
        of_extra = _EXTRA.search(marker)
        if of_extra and of_extra[1] not in extras:
            continue
        other = _EXTRA.sub("", marker).strip(" ()and")
        needs.append((plain(name), frozenset(re.findall(r"[\w.-]+", wanted)), bool(other)))
    return needs


def _parts(line: str) -> tuple[str, str, str, str]:
    found = _NAME.match(line)
    if found is None:  # a direct reference; golive and what it needs have none
        raise WorldError(f"the requirement `{line}` cannot be read")
    return found[1], found[2] or "", found[3], found[4] or ""


def _version(name: str, *, optional: bool) -> str | None:
    try:
        return distribution(name).version
    except PackageNotFoundError:
        if optional:
            return None
        raise WorldError(
            f"`{name}` is needed in the container and is not installed here, so its version is not known",
            hint="pip install 'golive[serve]'",
        ) from None


def _installed(name: str) -> Distribution:
    try:
        return distribution(name)
    except PackageNotFoundError:
        raise WorldError(f"`{name}` is not an installed package", hint="pip install golive") from None


def plain(name: str) -> str:
    """Return the name of a package as packages are compared."""
    return re.sub(r"[-_.]+", "-", name).lower()
