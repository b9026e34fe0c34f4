"""Is each input known before the decision? A file answered by somebody who knows the process."""

from __future__ import annotations

from golive.errors import DocumentError
from golive.records.contract import Known
from golive.records.document import Part
from golive.records.fields import Fields, nearest
from golive.records.toml import Toml, quoted

_WORDS = {"before": Known.before, "after": Known.after}


class Answers(Part, frozen=True, kw_only=True):
    """What was answered, and by whom."""

    said_by: str
    """Role or name of the one who answers for it."""
    known: dict[str, Known]
    """Input -> before or after the decision; an input that is not there is not answered."""


def parse(text: str, inputs: tuple[str, ...], *, name: str = "known.toml") -> Answers:
    """Read the file.

    Parameters
    ----------
    text
        TOML: ``said_by``, and a table ``[known]`` with ``"before"`` or ``"after"`` for each input.
    inputs
        Inputs of the bundle.
    name
        For messages.

    Raises
    ------
    DocumentError
        Nobody answers for it, an input that the bundle does not have, or another word; all of them are named.
    """
    toml = Toml(text, name=name)
    fields = Fields(toml)
    fields.known(toml.data, (), ("said_by", "known"))
    said_by = fields.text(toml.data, "said_by", (), None)
    if "said_by" in toml.data and not said_by.strip():
        fields.problem(("said_by",), "`said_by` is empty; expected the role or name of the one who answers for it")
    answers = fields.table(toml.data, "known", needed=True) or {}
    found: dict[str, Known] = {}
    for one, word in answers.items():
        if one not in inputs:
            fields.problem(("known", one), f"the bundle has no input `{one}`{nearest(one, inputs)}")
        elif word not in _WORDS:
            fields.problem(("known", one), f'`{one}` is {word!r}; expected "before" or "after"')
        else:
            found[one] = _WORDS[word]
    if fields.problems:
        raise DocumentError(
            f"`{name}` cannot be used",
            problems=fields.problems,
            hint="golive prove BUNDLE --init-known known.toml writes one with every input",
        )
    return Answers(said_by=said_by, known=found)


def template(inputs: tuple[str, ...], *, said_by: str = "") -> str:
    """Return the file to fill in: every input a line, nothing answered; all known before, where somebody says so."""
    sign = "" if said_by else "# "
    lines = [f'{sign}{_key(name)} = "before"\n' for name in inputs]
    return (
        '# Is each input known at the moment of the decision? Take the sign # away where it is; write "after" where\n'
        "# the value is only written down later. A line that stays as it is counts as not answered.\n\n"
        f"said_by = {quoted(said_by)}    # who answers for it: a role or a name\n\n[known]\n" + "".join(lines)
    )


def _key(name: str) -> str:
    return name if name.isascii() and name.replace("_", "").replace("-", "").isalnum() else f'"{_escaped(name)}"'


def _escaped(name: str) -> str:
    return "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08x}" for c in name)
