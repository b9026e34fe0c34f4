"""``python -m golive`` is ``golive``."""

from importlib import import_module

import_module("golive.cli").main()
