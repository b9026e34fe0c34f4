"""Types docs/tutorial/container.md in a new folder and prints how long each line took. Called by `make tutorial`.

    python ci/tutorial.py demo-out

Needs root, buildah, mmdebstrap, ssh-keygen and curl; the base image is made first and not counted, as nobody else
waits for theirs.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))
from tests.chain import container, tutorial


def main(demo: Path) -> int:
    if why := tutorial.missing():
        print(f"the page cannot be typed here: {why}", file=sys.stderr)
        return 3
    with tempfile.TemporaryDirectory(prefix="golive-tutorial-") as name:
        folder = Path(name)
        shutil.copytree(demo, folder / "demo-out")
        (folder / "store").mkdir()
        store = container.Store(folder / "store")
        try:
            start = time.perf_counter()
            store.base()
            print(f"{time.perf_counter() - start:7.1f} s  (the base image, not counted)", flush=True)
            typed = tutorial.type_page(folder, store, told=_print)
        finally:
            store.close()
    print(typed[-1].printed)
    print(f"{sum(one.seconds for one in typed):7.1f} s  from a bundle to a signed, running container that answered")
    return 0


def _print(one: tutorial.Typed) -> None:
    print(f"{one.seconds:7.1f} s  {one.line[:100]}", flush=True)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1])))
