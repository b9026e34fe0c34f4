"""``golive watch`` on the command line, with its exit codes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

import msgspec
import numpy as np
import pytest

from golive.cli import run

if TYPE_CHECKING:
    from .conftest import World


def watch(world: World, *more: str) -> int:
    return run(["watch", str(world.bundle), "--journal", str(world.journal), "--as-of", "2026-07-01", *more])


@pytest.fixture
def served(world: World) -> World:
    world.promise(float(world.earned.mean()), float((world.earned - world.approved_all).mean()))
    world.write(world.decisions())
    world.write(world.outcomes())
    return world


def test_a_kept_promise_leaves_with_0(served: World, capsys: pytest.CaptureFixture[str]) -> None:
    assert watch(served) == 0
    said = capsys.readouterr()
    assert said.out == ""
    assert "it fits what was signed" in said.err
    assert "400 decided" in said.err
    assert "In daily business nobody learns" in said.err


def test_money_outside_what_was_signed_leaves_with_1(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    spread = float(world.earned.std() / np.sqrt(400))
    world.promise(float(world.earned.mean()) + 6 * spread, half=spread)
    world.write(world.decisions())
    world.write(world.outcomes())
    assert watch(world) == 1
    assert "LESS than what was signed" in capsys.readouterr().err


def test_machines_get_the_record(served: World, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    assert watch(served, "--json", "--final") == 0
    watched = msgspec.json.decode(capfdbinary.readouterr().out)
    assert watched["format"] == "watched/1"
    assert watched["word"] == "inside"
    assert watched["cases"]["valued"] == 400


def test_a_changed_amount_leaves_with_2_and_is_named(served: World, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(sqlite3.connect(served.journal)) as connection:
        connection.execute("UPDATE decisions SET inputs = replace(inputs, '.0', '0.0') WHERE seq = 5")
        connection.commit()
    assert watch(served) == 2
    assert "row 5 of `decisions`" in capsys.readouterr().err


def test_a_missing_journal_leaves_with_2(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.promise(1.0)
    assert watch(world) == 2
    assert "no journal" in capsys.readouterr().err


def test_a_folder_that_is_no_bundle_leaves_with_2(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    world.promise(1.0)
    (world.bundle / "manifest.json").unlink()
    assert watch(world) == 2
    assert "is not a bundle folder" in capsys.readouterr().err
