from __future__ import annotations

import re
from pathlib import Path

import pytest

from golive import errors


def test_the_tree_in_the_docstring_is_the_tree() -> None:
    drawn = set(re.findall(r"\b(\w+Error)\b", errors.__doc__ or ""))
    there = {name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, Exception)}
    assert drawn == there


def test_a_missing_extra_says_how_to_install_it() -> None:
    with pytest.raises(errors.MissingExtraError, match=r"pip install 'golive\[prove\]'"):
        errors.need("not_a_library_at_all", extra="prove")


def test_a_broken_library_is_not_called_missing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "broken_library.py").write_text("import something_it_needs", encoding="utf-8")
    with pytest.raises(ImportError, match="something_it_needs") as caught:
        errors.need("broken_library", extra="prove")
    assert not isinstance(caught.value, errors.GoliveError)


def test_all_problems_of_a_document_are_listed() -> None:
    error = errors.DocumentError("two", problems=["a:1:2: x", "a:3:4: y"], hint="h")
    assert str(error).splitlines() == ["two", "  a:1:2: x", "  a:3:4: y", "hint: h"]
