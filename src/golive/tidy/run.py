"""From a notebook to a package: run, slice, shape, compare, write."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from golive.errors import UnsupportedError
from golive.tidy import package as packages
from golive.tidy.account import account
from golive.tidy.study import study
from golive.tidy.trial import data_for, tried

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from golive.records.tidied import Tidied
    from golive.tidy.study import Studied
    from golive.tidy.trial import Tried


def tidy_notebook(
    notebook: Path,
    out: Path,
    *,
    target: str | None = None,
    data: Path | None = None,
    repair: bool = False,
    timeout: float = 600,
    force: bool = False,
    say: Callable[[str], None] = lambda text: None,
    choose: Callable[[Sequence[str]], str] | None = None,
) -> Tidied:
    """Make a package of what a notebook's final model and its reported metric need.

    Parameters
    ----------
    notebook
        ``.ipynb`` or a script with ``# %%`` cells. It is run in a copy of its folder and stays as it is.
    out
        Folder of the package. Written as a whole or not at all.
    target
        Variable that holds the model, or the number of a cell that reports its metric; found by itself where the
        notebook says which model is final.
    data
        Folder in which files are looked for by name that the notebook's paths do not lead to.
    repair
        Take the leaks out; otherwise they stay, and the metric too.
    timeout
        Seconds for one run of the notebook.
    force
        Replace a package that tidy wrote before.
    say
        Is told what happens.
    choose
        Is asked which model is the final one, where several have metrics of their own and the notebook does not say;
        the one that was reported last stands at the end. Without it, that is an error with the list.

    Raises
    ------
    NotebookError
        It cannot be read, run or sliced; cell and line are named.
    UnsupportedError
        ``repair`` is asked for and the leaks cannot be taken out mechanically.
    OutputExistsError
        Something would be written over.
    """
    packages.refuse_existing(out, force=force)
    studied = study(notebook, wanted=target, data=data, timeout=timeout, say=say, choose=choose)
    name = packages.name_for(notebook.name)
    files = studied.gathered.find([unit.tree for unit in studied.kept])
    say("writing the package and comparing its metric with the notebook's")
    made = tried(studied, name, files, timeout)
    if repair and made.repaired is None:
        raise UnsupportedError(
            f"the leaks of `{notebook.name}` cannot be taken out mechanically: {made.obstacle}",
            hint="mend that line, or keep the leaks with --keep-leaks",
        )
    return _write(out, studied, made, name, files, repair=repair, force=force)


def _write(
    out: Path, studied: Studied, made: Tried, name: str, files: dict[str, Path], *, repair: bool, force: bool
) -> Tidied:
    chosen = made.repaired if repair and made.repaired is not None else made.kept
    draft = account(studied, made, chosen, name, repair=repair)
    with packages.fresh(out, force=force) as root:
        packages.write_modules(root, name, chosen.modules, data_for(files))
        packages.write_rest(root, draft, made.repaired_answer if repair else made.kept_answer)
        # The record is part of the commit, so it is written as if the commit will be made.
        tidied = msgspec.structs.replace(draft, files=packages.files(root), git=packages.COMMITTED)
        packages.write_record(root, tidied)
        git = packages.commit(root)
        if git != tidied.git:
            tidied = msgspec.structs.replace(tidied, git=git)
            packages.write_record(root, tidied)
    return tidied
