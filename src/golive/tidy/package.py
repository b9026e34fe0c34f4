"""Write a package: modules, tests, metadata, data, and the first commit."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from contextlib import contextmanager
from importlib.metadata import packages_distributions, version
from pathlib import Path
from string import Template
from typing import TYPE_CHECKING, Any

from golive.engine.place import need_place
from golive.engine.whole import new_folder
from golive.errors import OutputExistsError
from golive.records.document import encode
from golive.tidy import texts
from golive.tidy.code import top_packages
from golive.tidy.page import html

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from golive.records.tidied import Tidied

RECORD = "tidied.json"
"""In every package that tidy wrote; only such a folder is ever replaced."""

PAGE = "tidy.html"
"""The same for people."""

COMMITTED = "first commit on main"
_IDENTITY = ("-c", "user.name=golive tidy", "-c", "user.email=tidy@localhost")


def name_for(notebook: str) -> str:
    """The import name of the package of a notebook: its file name, made a name that nothing else has."""
    stem = re.sub(r"\W+", "_", Path(notebook).stem).strip("_").lower() or "notebook"
    stem = f"n{stem}" if stem[0].isdigit() else stem
    taken = stem in sys.stdlib_module_names or stem in packages_distributions() or stem in ("src", "data", "tests")
    return f"{stem}_model" if taken else stem


@contextmanager
def fresh(out: Path, *, force: bool) -> Iterator[Path]:
    """Give a temporary folder beside ``out`` that takes its place when everything went well.

    Raises
    ------
    OutputExistsError
        ``out`` is there and not empty; with ``force``, and it is not a package that tidy wrote.
    """
    refuse_existing(out, force=force)
    with new_folder(out) as made:
        yield made


def refuse_existing(out: Path, *, force: bool) -> None:
    """Raise where something would be written over, or nothing can be written."""
    need_place(out)
    if out.is_file():
        raise OutputExistsError(f"`{out}` is a file", hint="name another folder with --out")
    if not out.is_dir() or not any(out.iterdir()):
        return
    if not force:
        raise OutputExistsError(f"`{out}` is there already", hint="name another folder with --out, or add --force")
    if not (out / RECORD).is_file():
        raise OutputExistsError(
            f"`{out}` is not a package that tidy wrote, so it is not replaced", hint="name another folder with --out"
        )


def write_modules(root: Path, package: str, modules: Mapping[str, str], data: Mapping[str, Path]) -> None:
    """Write what is needed to run: the modules and the data."""
    source = root / "src" / package
    source.mkdir(parents=True)
    (source / "__init__.py").write_text(f'"""{package}: made by golive tidy."""\n', encoding="utf-8")
    for name, text in modules.items():
        (source / f"{name}.py").write_text(text, encoding="utf-8")
    (root / "data").mkdir()
    for name, file in data.items():
        shutil.copyfile(file, root / "data" / name)


def write_rest(root: Path, tidied: Tidied, answer: Mapping[str, Any]) -> None:
    """Write command line, tests, metadata and the record."""
    rows = tidied.shape == "rows"
    given = {
        "package": tidied.package,
        "distribution": tidied.package.replace("_", "-"),
        "notebook": tidied.notebook,
        "dependencies": "\n".join(f'    "{name}=={number}",' for name, number in tidied.versions.items()),
        "columns": repr([tidied.outcome]),
        **_story(tidied),
    }
    main = texts.MAIN if rows else texts.MAIN_STAGES
    (root / "src" / tidied.package / "__main__.py").write_text(main.substitute(given), encoding="utf-8")
    for name, text in {"pyproject.toml": texts.PYPROJECT, "README.md": texts.README}.items():
        (root / name).write_text(text.substitute(given), encoding="utf-8")
    (root / ".gitignore").write_text(texts.IGNORED, encoding="utf-8")
    (root / "tests").mkdir()
    for name, text in _tests(tidied).items():
        (root / "tests" / name).write_text(text.substitute(given), encoding="utf-8")
    sample = answer.get("sample", {})
    recorded = {"metrics": answer["metrics"], "sizes": answer.get("sizes"), **sample}
    (root / "tests" / "recorded.json").write_text(json.dumps(recorded, indent=1) + "\n", encoding="utf-8")


def write_record(root: Path, tidied: Tidied) -> None:
    """Write the record, and the page that shows it to people."""
    (root / RECORD).write_bytes(encode(tidied))
    (root / PAGE).write_text(html(tidied), encoding="utf-8")


def files(root: Path) -> tuple[str, ...]:
    """Paths inside the package, sorted, the record included."""
    found = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return tuple(
        sorted({name for name in found if not name.startswith(".git/") and "__pycache__" not in name} | {RECORD, PAGE})
    )


def versions(modules: Sequence[str]) -> dict[str, str]:
    """The distributions that some code imports, with the versions that are installed."""
    owners = packages_distributions()
    names = {owner for top in top_packages(modules) for owner in owners.get(top, [])[:1]}
    return {name: version(name) for name in sorted(names)}


def commit(root: Path) -> str:
    """Make the first commit on `main`; say what became of it."""
    if shutil.which("git") is None:
        return "git is not installed: no repository was made"
    try:
        _git(root, "init", "--quiet")
        _git(root, "symbolic-ref", "HEAD", "refs/heads/main")
        _git(root, "add", "--all")
        identity = () if _has_identity(root) else _IDENTITY
        _git(root, *identity, "commit", "--quiet", "--no-verify", "--no-gpg-sign", "-m", "As made by golive tidy")
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as exc:
        shutil.rmtree(root / ".git", ignore_errors=True)
        return f"git could not commit ({exc.__class__.__name__}): no repository was made"
    return COMMITTED


def _has_identity(root: Path) -> bool:
    asked = [_git(root, "config", name, check=False) for name in ("user.name", "user.email")]
    return all(asked)


def _git(root: Path, *arguments: str, check: bool = True) -> str:
    # A hook of another repository may have set these; they would lead git there.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    ran = subprocess.run(
        ["git", *arguments], cwd=root, env=environment, check=check, capture_output=True, text=True, timeout=60
    )
    return ran.stdout.strip()


def _tests(tidied: Tidied) -> dict[str, Any]:
    if tidied.shape != "rows":
        return {"conftest.py": texts.CONFTEST_STAGES, "test_evaluate.py": texts.TEST_STAGES}
    clean = texts.TEST_CLEAN.template + (texts.TEST_OUTCOME.template if tidied.outcome else "")
    return {
        "conftest.py": texts.CONFTEST,
        "test_clean.py": Template(clean),
        "test_split.py": texts.TEST_SPLIT,
        "test_evaluate.py": texts.TEST_EVALUATE,
    }


def _story(tidied: Tidied) -> dict[str, str]:
    lines = []
    for one in tidied.metrics:
        repaired = "–" if one.repaired is None else f"{one.repaired:.4f}"
        lines.append(f"| {one.name} | {one.notebook:.4f} | {one.kept:.4f} | {repaired} |")
    named = "\n".join(f"- {leak.what}" for leak in tidied.leaks)
    if not tidied.leaks:
        leaks = "No leak was found."
    else:
        leaks = f"{'Taken out were' if tidied.repair else 'Still in it are'} these leaks:\n\n{named}"
    return {"metrics": "\n".join(lines), "which": "repaired" if tidied.repair else "unrepaired", "leaks": leaks}


def data_names(found: Mapping[str, Path]) -> dict[str, str]:
    """Path as written -> a name in the data folder; two files never share one."""
    names: dict[str, str] = {}
    taken: dict[str, Path] = {}
    for text, file in found.items():
        name = file.name if taken.get(file.name, file) == file else f"{len(taken)}-{file.name}"
        taken[name] = file
        names[text] = name
    return names
