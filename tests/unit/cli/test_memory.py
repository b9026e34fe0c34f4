from __future__ import annotations

import pytest

from golive.cli import run


def test_no_memory_is_no_verdict(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def full(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("golive.prove.run.from_table", full)
    assert run(["prove", "--table", "a", "--score", "b", "--outcome", "c", "--json"]) == 3
    assert "error: there is not enough memory for this" in capsys.readouterr().err
