"""The walk: seven rooms in order, each told in a sentence or two as it ends."""

from __future__ import annotations

from typing import TYPE_CHECKING

from golive.chain.demo import approve, export, pack, prove, serve, tidy, watch
from golive.chain.demo.absent import absent
from golive.chain.demo.place import prepare
from golive.records.document import write
from golive.records.walk import Step, Walk

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from golive.chain.demo.place import Place

STEPS: tuple[tuple[str, Callable[[Place], Step]], ...] = (
    ("tidy: a notebook that somebody lived in becomes a package", tidy.step),
    ("pack: the cleaning and the model leave Python", pack.step),
    ("prove: what the score earns on rows it has not seen", prove.step),
    ("approve: the rule is written, rehearsed and signed", approve.step),
    ("serve: it decides over HTTP, and refuses what it must", serve.step),
    ("export: the same decision in JavaScript, and a container", export.step),
    ("watch: what became of the cases, against what was promised", watch.step),
)

NEXT = (
    "golive tidy YOUR_NOTEBOOK.ipynb --repair",
    "golive prove --table YOUR_SCORES.csv --outcome COLUMN --event VALUE --score COLUMN --out evidence",
    "golive pack PACKAGE.train:fitted --train train.csv --clean PACKAGE.clean:clean --outcome COLUMN --event 1",
)


def walk(out: Path, *, force: bool, say: Callable[[str], None], advance: Callable[[int], None]) -> Walk:
    """Run the demo.

    Parameters
    ----------
    out
        The folder to write into; made if it is not there.
    force
        Replace a folder that an earlier demo made.
    say
        Called with each line for the reader.
    advance
        Called with 1 when a step is done.

    Returns
    -------
    Walk
        The same facts that were said; also written to ``walk.json``.

    Raises
    ------
    OutputExistsError
        The folder is there already.
    """
    place = prepare(out, force=force)
    missing = absent()
    for line in missing:
        say(line)
    steps = []
    for number, (title, step) in enumerate(STEPS, start=1):
        say(f"\n{number}. {title}")
        steps.append(step(place))
        _tell(steps[-1], out, say)
        advance(1)
    done = Walk(absent=missing, steps=tuple(steps), next=NEXT)
    write(done, place.out / "walk.json")
    _table(steps, out, say)
    return done


def _tell(step: Step, out: Path, say: Callable[[str], None]) -> None:
    for sentence in step.sentences:
        say(f"   {sentence}")
    for file in step.files:
        say(f"   → {out / file}")


def _table(steps: list[Step], out: Path, say: Callable[[str], None]) -> None:
    say("\nWhat it made:")
    for step in steps:
        for file in step.files:
            say(f"  {step.room:8} {out / file}")
