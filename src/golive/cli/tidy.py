"""``golive tidy``: a notebook in, a tested package out."""

from __future__ import annotations

from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.ask import ask, somebody_is_there
from golive.cli.common import emit, following, force_option, json_option, paused, progress, say, typed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from golive.records.notebook_check import NotebookCheck
    from golive.records.tidied import Attempt, Tidied

_ORDERS = {
    "file": "top to bottom",
    "counts": "in the order of the execution counts",
    "again": "in that order, cells again where a count is missing before theirs",
    "flow": "in an order mended so that every name exists when it is used",
}


_file = click.Path(dir_okay=False, path_type=Path)


@click.command("tidy")
@click.argument("notebooks", metavar="NOTEBOOK...", nargs=-1, required=True, type=_file)
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the package (default: named after the notebook)."
)
@click.option(
    "--target", metavar="VARIABLE_OR_CELL", help="The model, or the cell that reports its metric, where several do."
)
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="FOLDER", help="Where files are that the notebook's paths miss."
)
@click.option("--repair/--keep-leaks", default=False, help="Take leaks out, or keep them and the metric (default).")
@click.option("--timeout", type=click.FloatRange(min=1), default=600, show_default=True, help="Seconds for one run.")
@click.option("--check", is_flag=True, help="Only look: say what makes NOTEBOOKs unfit to run; nothing is run.")
@click.option("--ignore", multiple=True, metavar="RULE", help="With --check: a rule that is not asked.")
@click.option("--sarif", type=_file, metavar="FILE", help="With --check: write the findings for a code host.")
@force_option
@json_option
def command(
    notebooks: tuple[Path, ...],
    out: Path | None,
    target: str | None,
    data: Path | None,
    repair: bool,
    timeout: float,
    check: bool,
    ignore: tuple[str, ...],
    sarif: Path | None,
    force: bool,
    as_json: bool,
) -> int:
    """Make a package of what the final model of a NOTEBOOK and its metric need.

    The notebook is run in a copy of its folder, in the order it was lived. What the result does not need is left out
    and listed with the reason. Nothing is written unless the package gives the notebook's own metric.

    With --check several notebooks are looked at and not run; leaves with 1 when something is found.
    """
    if check:
        return _check(notebooks, ignore, sarif, force=force, as_json=as_json)
    if len(notebooks) > 1 or ignore or sarif:
        raise click.UsageError("several notebooks, --ignore and --sarif are for --check; expected one NOTEBOOK")
    (notebook,) = notebooks
    from golive.tidy.package import name_for
    from golive.tidy.run import tidy_notebook

    place = out or Path(name_for(notebook.name))
    with progress("tidying"):
        tidied = tidy_notebook(
            notebook,
            place,
            target=target,
            data=data,
            repair=repair,
            timeout=timeout,
            force=force,
            say=say,
            choose=_choose if somebody_is_there() and not as_json else None,
        )
    if as_json:
        emit(tidied)
        return 0
    _tell(tidied, place)
    following(_next(tidied, place))
    return 0


def _choose(models: Sequence[str]) -> str:
    """Ask which model is the final one."""
    from golive.errors import InputError

    def known(text: str) -> str:
        if text not in models:
            raise InputError(f"`{text}` is none of them", hint=f"the models are: {', '.join(models)}")
        return text

    with paused():
        say(f"several models have metrics of their own: {', '.join(models)}")
        return ask("which is the final one", models[-1], known)


def _check(
    notebooks: tuple[Path, ...], ignore: tuple[str, ...], out: Path | None, *, force: bool, as_json: bool
) -> int:
    from golive.engine.whole import may_replace
    from golive.tidy.check import check

    if out is not None:
        may_replace(out, ours=lambda data: b'"golive tidy"' in data[:500], force=force)
    checked = check(notebooks, ignore=ignore)
    _write_sarif(out, checked)
    if as_json:
        emit(checked)
    else:
        for one in checked.findings:
            say(f"{one.notebook}: cell {one.cell}, line {one.line}: {one.rule}: {one.what}")
            if one.hint:
                say(f"  hint: {one.hint}")
        say(f"{_many(len(notebooks), 'notebook')}, {_many(len(checked.findings), 'finding')}")
    return 1 if checked.findings else 0


def _many(count: int, noun: str) -> str:
    return f"{count or 'no'} {noun}{'s' if count != 1 else ''}"


def _write_sarif(path: Path | None, checked: NotebookCheck) -> None:
    from golive.engine.whole import put_files
    from golive.records.document import encode
    from golive.tidy.check import RULES
    from golive.tidy.sarif import sarif

    if path is not None:
        log = sarif(checked, RULES, version=version("golive"))
        put_files({path.parent: {path.name: encode(log)}})
        say(f"wrote {path}")


def _tell(tidied: Tidied, place: Path) -> None:
    for attempt in tidied.attempts:
        say(f"run {_ORDERS[attempt.order]}: {_outcome(attempt)}")
    say(
        f"{len(tidied.kept)} statements are needed; {len(tidied.left)} were left out, listed in {place / 'tidied.json'}"
    )
    for leak in tidied.leaks:
        say(f"leak in {leak.what}{' (taken out)' if leak.repaired else ''}")
    say(_table(tidied))
    if tidied.why_stages:
        say(f"the cleaning could not be made a function of any rows: {tidied.why_stages}")
    elif tidied.why_not_repaired:
        say(f"there is no repaired package: {tidied.why_not_repaired}")
    say(f"{place}: {len(tidied.files)} files, {tidied.git}")


def _outcome(attempt: Attempt) -> str:
    if attempt.failed:
        return f"stops at {attempt.failed}"
    if not attempt.compared:
        return "runs to the end; nothing is stored to compare with"
    if attempt.same == attempt.compared:
        return f"prints again all of the {attempt.compared} stored outputs"
    cells = ", ".join(map(str, attempt.different))
    return f"prints again {attempt.same} of {attempt.compared} stored outputs; other in cell {cells}"


def _table(tidied: Tidied) -> str:
    """The metric three times, side by side."""
    rows = [("metric", "notebook", "leaks kept", "repaired")]
    rows += [
        (one.name, f"{one.notebook:.6f}", f"{one.kept:.6f}", "–" if one.repaired is None else f"{one.repaired:.6f}")
        for one in tidied.metrics
    ]
    widths = [max(len(row[column]) for row in rows) for column in range(4)]
    return "\n".join("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows)


def _next(tidied: Tidied, place: Path) -> str:
    if tidied.clean:
        return f"cd {typed(place)} && pip install -e . && python -m {tidied.package} split --out data"
    return f"cd {typed(place)} && pip install -e . && python -m {tidied.package} evaluate"
