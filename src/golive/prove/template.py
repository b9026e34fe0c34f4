"""The commented money file that ``golive prove --init-money`` writes."""

from __future__ import annotations

from importlib.resources import files


def money_template() -> str:
    """Return the text; docs/reference/money.md shows and runs the same one."""
    return (files("golive.prove") / "money_template.toml").read_text(encoding="utf-8")
