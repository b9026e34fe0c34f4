"""The pipeline that runs `golive check`, and who has to look at the files that people agreed on."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, Literal, NamedTuple

from golive.chain.status.project import find
from golive.engine.place import need_place
from golive.engine.whole import put_files
from golive.errors import InputError, OutputExistsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

System = Literal["github", "gitlab", "shell"]


class Places(NamedTuple):
    """Where a system looks for its files, from the top of the repository."""

    template: str
    pipeline: str
    owners: str


SYSTEMS: Mapping[System, Places] = {
    "github": Places("github.yml", ".github/workflows/golive.yml", ".github/CODEOWNERS"),
    "gitlab": Places("gitlab.yml", ".gitlab-ci.yml", ".gitlab/CODEOWNERS"),
    "shell": Places("shell.sh", "golive-check.sh", "CODEOWNERS"),
}
MODEL = "model.golive"
"""Where no bundle is there yet."""
_AGREED = ("brief.toml", "golive.toml", "allowed_signers", "money.toml", "policy.toml")
"""What people signed or agreed on, wherever it lies."""
_HEAD = """\
# Written by golive init --ci. Who must look at a change of what people agreed on.
# Put the names of your own teams in place of @your-org/...
"""
_PLAIN = re.compile(r"[\w.-]+", re.ASCII)


def write_pipeline(system: System, folder: Path) -> tuple[Path, ...]:
    """Write a pipeline and a CODEOWNERS file into a repository.

    Parameters
    ----------
    system
        What runs it.
    folder
        The top of the repository. Its bundle and its brief are looked at, if they are there.

    Returns
    -------
    tuple of Path
        The two files.

    Raises
    ------
    OutputExistsError
        One of them is there already: nothing is written over, and nothing was written.
    InputError
        The folder is not there, holds several bundles, or one with a name that a pipeline would have to quote.
    """
    places = SYSTEMS[system]
    project = find(folder)
    texts = {places.pipeline: _pipeline(places, project.bundle), places.owners: owners(project.agreed().sign)}
    there = [name for name in texts if (folder / name).exists()]
    if there:
        raise OutputExistsError(
            f"{' and '.join(f'`{folder / name}`' for name in there)} is already there, and is never written over",
            hint="write into an empty folder with --out FOLDER, and put the two together by hand",
        )
    for name in texts:
        need_place(folder / name)
    return put_files({folder: {name: text.encode() for name, text in texts.items()}})


def owners(roles: Sequence[str]) -> str:
    """Return the text of a CODEOWNERS file: the roles that must sign look at what they signed."""
    teams = [team for role in roles if (team := re.sub(r"[^a-z0-9]+", "-", role.casefold()).strip("-"))]
    named = " ".join(f"@your-org/{team}" for team in dict.fromkeys(teams)) or "@your-org/owners"
    width = max(map(len, _AGREED))
    return _HEAD + "".join(f"{name:<{width}}  {named}\n" for name in _AGREED)


def _pipeline(places: Places, bundle: Path | None) -> str:
    name = MODEL if bundle is None else bundle.name
    if not _PLAIN.fullmatch(name):
        raise InputError(
            f"a pipeline cannot name the bundle {name!r}",
            hint="rename it: letters, digits, points, hyphens and underscores",
        )
    text = files("golive.chain.init").joinpath(places.template).read_text(encoding="utf-8")
    return text.replace("@BUNDLE@", name)
