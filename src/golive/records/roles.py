"""How roles are compared, wherever somebody writes one: brief, project file, sign-off chain."""

from __future__ import annotations


def role_key(role: str) -> str:
    """Return the form in which roles are compared: `Risk` and `risk ` are one role.

    Examples
    --------
    >>> role_key(" Head of  Risk")
    'head of risk'
    """
    return " ".join(role.split()).casefold()
