"""Watches over what a notebook does to files and how much it prints: sent to its kernel as text, like the witness.

Inside the copy everything is allowed. Outside of it nothing that is there may be changed, and something new may only
be made where temporary files are. ``NOTES`` (a folder of golive's own) and ``OWN`` (the copy's root) are given from
outside. A library that writes without Python, or another process, is not seen.
"""

from __future__ import annotations

import json
import os
import sys
import tempfile
from pathlib import Path
from typing import Any

PRINTED = 5_000_000
"""Characters of one cell that are still kept."""
LISTED = 200
"""Changes that are still listed."""

_CHANGES = {
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.mkdir": (0,),
    "os.truncate": (0,),
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.link": (1,),
    "os.symlink": (1,),
    "shutil.rmtree": (0,),
    "shutil.move": (0, 1),
}
"""Event -> which of its arguments are paths that it changes."""
_LINKS = frozenset({"os.remove", "os.rename", "shutil.rmtree", "shutil.move"})
_WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CACHES = ("SCIKIT_LEARN_DATA", "SEABORN_DATA", "MPLCONFIGDIR", "JOBLIB_TEMP_FOLDER")


class Guard:
    def __init__(self, shell: Any, notes: str, own: str) -> None:
        self.shell = shell
        self.notes = Path(notes)
        self.own = os.path.realpath(own)
        caches = [os.environ[name] for name in _CACHES if name in os.environ]
        self.makes = [os.path.realpath(path) for path in (tempfile.gettempdir(), "/tmp", "/dev", *caches)]
        self.made: set[str] = set()
        self.touched: dict[str, tuple[int, int]] = {}
        self.left = PRINTED
        self.busy = False

    def begin(self) -> None:
        sys.addaudithook(self.heard)
        self.shell.events.register("pre_run_cell", self.fresh)
        formatter = self.shell.display_formatter
        formatter.format = self.cut(formatter.format)

    def fresh(self, info: Any) -> None:
        """Begin a cell. IPython gives each a writer of its own, which keeps all it is given: ours stands before it."""
        self.left = PRINTED
        for stream in (sys.stdout, sys.stderr):
            if not hasattr(stream.write, "bounded"):
                self.bound(stream)

    def bound(self, stream: Any) -> None:
        """Let a stream take so much of one cell and no more."""
        write = stream.write

        def instead(text: str) -> int:
            kept = text[: self.left]
            if kept:
                write(kept)
                self.left -= len(kept)
            return len(text)

        instead.bounded = True  # type: ignore[attr-defined]
        stream.write = instead

    def cut(self, format_: Any) -> Any:
        """The same for what a cell shows."""

        def instead(*args: Any, **kwargs: Any) -> Any:
            data, metadata = format_(*args, **kwargs)
            short = {kind: text[:PRINTED] if isinstance(text, str) else text for kind, text in data.items()}
            return short, metadata

        return instead

    def heard(self, event: str, args: tuple[Any, ...]) -> None:
        """Python tells of everything it is about to do; an error raised here stops it."""
        if self.busy or (event != "open" and event not in _CHANGES):
            return
        if event == "open":
            paths = [args[0]] if _writing(args[1], args[2]) else []
        else:
            paths = [args[place] for place in _CHANGES[event] if len(args) > place]
            if any(isinstance(one, int) and one > 0 for one in args[len(_CHANGES[event]) :]) and "mkdir" not in event:
                return  # by the number of an open folder, which was asked for by name before
        self.busy = True
        try:
            for path in paths:
                if isinstance(path, (str, bytes, os.PathLike)):
                    named = Path(os.fsdecode(path))
                    # Removing and renaming take the link itself, the others what it leads to.
                    itself = named.parent.resolve() / named.name if event in _LINKS else named.resolve()
                    self.judge(str(named), str(itself))
        finally:
            self.busy = False

    def judge(self, path: str, real: str) -> None:
        if _under(real, self.own):
            if not _under(real, str(self.notes)):
                self.note(real)
            return
        if real.startswith("/dev/") or "__pycache__" in real or real in self.made:
            return
        if not os.path.lexists(real) and any(_under(real, root) for root in self.makes):
            self.made.add(real)
            return
        raise PermissionError(f"{path} is outside the copy that the notebook runs in; nothing there is changed")

    def note(self, path: str) -> None:
        witness: Any = sys.modules.get("golive_witness")
        if witness is not None and len(self.touched) < LISTED:
            place = (witness.position, witness.line(sys._getframe(1)))
            if place[0] >= 0:
                self.touched.setdefault(os.path.relpath(path, self.own), place)

    def testify(self) -> None:
        self.busy = True
        (self.notes / "touched.json").write_text(json.dumps(self.touched))


def _writing(mode: Any, flags: Any) -> bool:
    if isinstance(mode, str):
        return any(letter in mode for letter in "wax+")
    return isinstance(flags, int) and bool(flags & _WRITES)


def _under(path: str, root: str) -> bool:
    return path == root or path.startswith(root + os.sep)


def begin(notes: str, own: str) -> None:
    from IPython import get_ipython

    guard = Guard(get_ipython(), notes, own)
    sys.modules["golive_guard"] = guard  # type: ignore[assignment]  # a place that the notebook does not see
    guard.begin()


if "NOTES" in globals():
    begin(globals()["NOTES"], globals()["OWN"])
