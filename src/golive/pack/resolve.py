"""``credit.train:fitted`` and a file name, as they are typed, into objects."""

from __future__ import annotations

import inspect
import sys
import zlib
from contextlib import contextmanager, redirect_stdout
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from golive.errors import GoliveError, InputError, MissingExtraError, WorldError
from golive.pack.answers import first_line, quiet
from golive.tables.book import read_book
from golive.tables.files import BOOKS, PARQUET, kind_of
from golive.tables.read import header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from golive.pack.draft import Estimator


def model_from(spec: str) -> Estimator:
    """Return the fitted model that ``module:name`` names: an object, or what a function without arguments returns."""
    found = _object(spec)
    if hasattr(found, "predict_proba") and not inspect.isclass(found):
        return found
    if not callable(found) or inspect.isclass(found):
        raise InputError(
            f"`{spec}` is a {type(found).__name__}; expected a fitted model or a function that returns one",
            hint="for example `def fitted(): return fit(load())`, and `golive pack credit.train:fitted`",
        )
    if needed := _required(found):
        raise InputError(
            f"`{spec}` needs the argument{'s' if needed[1:] else ''} {', '.join(needed)}; expected a function without",
            hint="wrap it: `def fitted(): return fit(...)`",
        )
    with _ours(spec), redirect_stdout(sys.stderr), quiet():
        return found()


def function_from(spec: str) -> Callable[[pd.DataFrame], pd.DataFrame]:
    """Return the cleaning function that ``module:name`` names."""
    found = _object(spec)
    if not callable(found):
        raise InputError(f"`{spec}` is a {type(found).__name__}; expected a function of a DataFrame")
    return found  # type: ignore[no-any-return]


def converters_from(spec: str) -> dict[type, Any]:
    """Return the dict of converters that ``module:name`` names."""
    found = _object(spec)
    if not isinstance(found, dict):
        raise InputError(
            f"`{spec}` is a {type(found).__name__}; expected a dict", hint="CONVERTERS = {MyTransformer: convert}"
        )
    return found


def frame_from(path: Path) -> pd.DataFrame:
    """Read a csv, a parquet file or the first sheet of a workbook as the notebook would: with pandas' defaults."""
    kind = kind_of(path)
    try:
        if kind in BOOKS:
            read_book(path)  # pandas would take an error or a formula that nobody computed for a missing value
            return pd.read_excel(path)
        return pd.read_parquet(path) if kind == PARQUET else _csv(path)
    except ImportError as exc:
        raise MissingExtraError("reading parquet needs `pyarrow`", hint="pip install pyarrow, or give a csv") from exc
    except UnicodeDecodeError as exc:
        raise InputError(f"`{path}` is not UTF-8 text", hint=f"iconv -f latin1 -t utf-8 {path}") from exc
    except (ValueError, EOFError, zlib.error) as exc:
        raise InputError(f"`{path}` cannot be read: {first_line(exc)}", hint="expected a header and rows") from exc


def _csv(path: Path) -> pd.DataFrame:
    _, delimiter = header(path)  # pandas would rename a repeated column instead of refusing it
    frame = pd.read_csv(path, sep=delimiter)
    if not isinstance(frame.index, pd.RangeIndex):  # pandas takes what there is too much for an index
        raise InputError(
            f"`{path.name}` line 2 has more cells than the first line has names",
            hint=f"look at it with: sed -n 1,2p {path.name}",
        )
    return frame


def _object(spec: str) -> Any:
    module_name, colon, name = spec.partition(":")
    if not colon or not module_name or not name:
        raise InputError(f"`{spec}` is not of the form module:name", hint="for example credit.train:fitted")
    module = _module(module_name)
    if not hasattr(module, name):
        near = get_close_matches(name, dir(module), n=1)
        raise InputError(f"`{module_name}` has no `{name}`", hint=f"did you mean `{near[0]}`?" if near else "")
    return getattr(module, name)


def _module(name: str) -> Any:
    """Import from the current directory and from ``src`` in it, as a project is laid out."""
    for folder in (str(Path.cwd()), str(Path.cwd() / "src")):
        if folder not in sys.path:
            sys.path.insert(0, folder)
    with _ours(name), redirect_stdout(sys.stderr), quiet():
        return import_module(name)


@contextmanager
def _ours(what: str) -> Iterator[None]:
    """Translate what a user's own code may raise while it is imported or fits its model."""
    try:
        yield
    except GoliveError:
        raise
    except ModuleNotFoundError as exc:
        hint = (
            "it is looked for in the current directory and in ./src" if exc.name and what.startswith(exc.name) else ""
        )
        raise InputError(f"`{what}` cannot be imported: there is no module `{exc.name}`", hint=hint) from exc
    except SystemExit as exc:  # a script that reads its own arguments, or ends by itself, when it is imported
        raise InputError(
            f"`{what}` ends the program with {exc.code!r}",
            hint="keep what runs as a script under: if __name__ == '__main__':",
        ) from exc
    except Exception as exc:
        if isinstance(exc, OSError) and "libgomp" in str(exc):
            raise WorldError(
                "LightGBM cannot load: the system library `libgomp` is missing",
                hint="apt-get install libgomp1 (Debian, Ubuntu), or use a HistGradientBoostingClassifier, which needs"
                " none",
            ) from exc
        raise InputError(f"`{what}` raises {type(exc).__name__}: {first_line(exc)}") from exc


def _required(function: Callable[..., object]) -> list[str]:
    parameters = inspect.signature(function).parameters.values()
    variable = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
    return [f"`{p.name}`" for p in parameters if p.default is inspect.Parameter.empty and p.kind not in variable]
