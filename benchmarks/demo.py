"""What a newcomer waits for: the whole demo, in seconds and megabytes, with the largest process of it.

Limits: about 90 seconds on two cores after installation, under 1,000 MB in any process.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import tempfile
import time


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        start = time.monotonic()
        subprocess.run([sys.executable, "-m", "golive", "demo"], cwd=folder, check=True, stderr=subprocess.DEVNULL)
        wall = time.monotonic() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    spent, memory = used.ru_utime + used.ru_stime, used.ru_maxrss / 1024
    print(f"wall {wall:.0f} s, CPU {spent:.0f} s, largest process {memory:.0f} MB")


if __name__ == "__main__":
    main()
