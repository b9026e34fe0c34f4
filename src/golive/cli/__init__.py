"""The command line: one verb per room, the room imported only when its verb is typed."""

from __future__ import annotations

import sys
from difflib import get_close_matches
from importlib import import_module
from typing import TYPE_CHECKING

import click

from golive.errors import GoliveError

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMANDS = {
    "demo": "Walk the whole chain on real credit applications.",
    "init": "Ask what was agreed before there is a model; set up CI.",
    "tidy": "A notebook in, a tested package out.",
    "pack": "A model and its cleaning in, a bundle proven equal out.",
    "prove": "What the score earns, and whether to use it.",
    "approve": "Draft, check, rehearse and sign the rule.",
    "serve": "Answer decisions over HTTP, each one recorded.",
    "promote": "Put an approved bundle into service.",
    "rollback": "Take back the last promote.",
    "token": "Who may call the service.",
    "score": "A file of cases in, the file with its decisions out.",
    "actions": "Read back what people decided in a scored file.",
    "journal": "Does it hold, who may see it, what must go.",
    "export": "The same decision in other languages.",
    "watch": "Is the promise kept?",
    "status": "What is left until production, and who owns it.",
    "check": "The gate for CI: what a change could have broken.",
}
"""In the order of the chain. The module of each verb is ``golive.cli.VERB``, its command is called ``command``."""


class _Lazy(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            near = get_close_matches(cmd_name, COMMANDS, n=1) or [next(iter(COMMANDS))]
            ctx.fail(f"there is no command `{cmd_name}`; did you mean `golive {near[0]}`?")
        command: click.Command = import_module(f"golive.cli.{cmd_name}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        # The group's own help must import no room, so it is written from the table.
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="golive")
def group() -> None:
    """From a trained classifier to a decision the business has signed.

    Exit codes: 0 good, 1 the verdict is negative, 2 wrong usage or bad input, 3 could not run.
    """


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code."""
    sys.exit(run(arguments))


def run(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    A command returns its own code (an integer) or none for 0.
    """
    from golive.cli.common import complain

    out = sys.stdout
    try:
        code = group.main(args=arguments, prog_name="golive", standalone_mode=False)
    except GoliveError as exc:
        complain(exc.message, exc.hint)
        return exc.exit_code
    except click.exceptions.Exit as exc:
        return exc.exit_code
    except click.ClickException as exc:
        exc.show()
        return 2
    except SystemExit as exc:
        # click leaves with 1 when nobody reads its output any more; here 1 is a verdict.
        if sys.stdout is out:  # it also takes stdout away
            complain(
                f"the program was ended from inside with {exc.code!r}", "look for exit() in the code that golive runs"
            )
        return 3
    except (click.Abort, KeyboardInterrupt):
        complain("stopped by you", "nothing was left half-written")
        return 3
    except MemoryError:
        complain("there is not enough memory for this", "give fewer rows or columns")
        return 3
    except OSError as exc:
        complain(f"{exc.strerror or exc}: `{exc.filename}`" if exc.filename else str(exc), "")
        return 3
    return code if isinstance(code, int) else 0
