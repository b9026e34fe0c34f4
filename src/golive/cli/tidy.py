"""``golive tidy``: a notebook in, a tested package out."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from golive.cli.common import emit, following, force_option, json_option, progress, say, typed

if TYPE_CHECKING:
    from golive.records.tidied import Attempt, Tidied

_ORDERS = {
    "file": "top to bottom",
    "counts": "in the order of the execution counts",
    "flow": "in an order mended so that every name exists when it is used",
}


@click.command("tidy")
@click.argument("notebook", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--out", type=click.Path(path_type=Path), help="Folder of the package (default: named after the notebook)."
)
@click.option("--target", metavar="VARIABLE", help="The model, where the notebook reports metrics of several.")
@click.option(
    "--data", type=click.Path(path_type=Path), metavar="FOLDER", help="Where files are that the notebook's paths miss."
)
@click.option("--repair/--keep-leaks", default=False, help="Take leaks out, or keep them and the metric (default).")
@click.option("--timeout", type=click.FloatRange(min=1), default=600, show_default=True, help="Seconds for one run.")
@force_option
@json_option
def command(
    notebook: Path,
    out: Path | None,
    target: str | None,
    data: Path | None,
    repair: bool,
    timeout: float,
    force: bool,
    as_json: bool,
) -> None:
    """Make a package of what the final model of a NOTEBOOK and its metric need.

    The notebook is run in a copy of its folder, in the order it was lived. What the result does not need is left out
    and listed with the reason. Nothing is written unless the package gives the notebook's own metric.
    """
    from golive.tidy.package import name_for
    from golive.tidy.run import tidy_notebook

    place = out or Path(name_for(notebook.name))
    with progress("tidying"):
        tidied = tidy_notebook(
            notebook, place, target=target, data=data, repair=repair, timeout=timeout, force=force, say=say
        )
    if as_json:
        emit(tidied)
        return
    _tell(tidied, place)
    following(_next(tidied, place))


def _tell(tidied: Tidied, place: Path) -> None:
    for attempt in tidied.attempts:
        say(f"run {_ORDERS[attempt.order]}: {_outcome(attempt)}")
    if tidied.touched:
        say(f"in the copy it ran in, the notebook {_touched(tidied)}")
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


def _touched(tidied: Tidied) -> str:
    """``changed a.csv (cell 3, line 1) and 2 more files``."""
    first = tidied.touched[0]
    place = f" (cell {first.cell}, line {first.line})" if first.cell else ""
    more = len(tidied.touched) - 1
    return f"{first.what} {first.path}{place}" + (f" and touched {more} more, listed in the record" if more else "")


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
