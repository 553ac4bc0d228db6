"""The `backstride` command. Each subcommand is imported when it is called, so that `--help` answers at once.

Whatever goes wrong is one line on stderr: exit code 2 if a person can mend what was given, 1 for all else.
"""

import os
import sys
from collections.abc import Sequence
from difflib import get_close_matches
from importlib import import_module
from typing import cast

import click

from integration.errors import BackstrideError, BadInput, BadSetting

COMMANDS = {
    "demo": ("demo", "Try it all against a Strava stand-in; nothing is asked."),
    "run": ("run", "Start everything: web, worker and Redis."),
    "doctor": ("doctor", "Check settings, database, Redis and Strava, and say what to do."),
    "status": ("status", "Show who is connected and what waits."),
    "backtest": ("backtest", "Show the notes that a history would have got."),
    "sandbox": ("sandbox", "Run the Strava stand-in alone."),
    "subscribe": ("push", "Ask Strava to push events to PUBLIC_URL."),
    "subscription": ("push", "Show the push subscription."),
    "unsubscribe": ("push", "End the push subscription."),
    "retry": ("athletes", "Try again what failed or was put off."),
    "export": ("athletes", "Print all that is kept about an athlete, as JSON."),
    "forget": ("athletes", "Delete all that is kept about an athlete."),
    "deletions": ("register", "Print the register of deletions, which names nobody."),
    "rotate-keys": ("maintenance", "Encrypt the tokens under a new key."),
    "backup": ("maintenance", "Write database and secrets into one file."),
    "restore": ("maintenance", "Put a backup in place."),
    "service": ("service", "Print a systemd unit for where this is installed."),
    "watch": ("run", "Tell NOTIFY_URLS what is wrong, if parts run apart."),
    "migrate": ("run", "Bring the database up to date."),
}

GROUPS = {
    "Try it": ("demo", "backtest", "sandbox"),
    "Run it": ("run", "doctor", "status", "watch", "service"),
    "Strava's pushes": ("subscribe", "subscription", "unsubscribe"),
    "Athletes": ("retry", "export", "forget", "deletions"),
    "Keys and data": ("rotate-keys", "backup", "restore", "migrate"),
}


class _Commands(click.Group):
    """Finds a subcommand in its module, by its name with underscores."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        module = import_module(f"integration.cli.{COMMANDS[cmd_name][0]}")
        return cast("click.Command", getattr(module, cmd_name.replace("-", "_")))

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that was typed. Raises UsageError, which names the one that was probably meant."""
        if args[0] not in COMMANDS and (near := get_close_matches(args[0], COMMANDS, 1)):
            raise click.UsageError(f"No such command '{args[0]}'. Did you mean '{near[0]}'?", ctx)
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        for heading, names in GROUPS.items():
            with formatter.section(heading):
                formatter.write_dl([(name, COMMANDS[name][1]) for name in names])


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="backstride", prog_name="backstride", message="%(prog)s %(version)s")
@click.option("--debug", is_flag=True, help="Show where in the code an unexpected error came from.")
def backstride(debug: bool) -> None:
    """Recovery notes under a runner's Strava activities.

    Start with `backstride demo`. Settings come from the environment or from .env: that of
    the checkout, or that of the working directory.
    """
    del debug  # `main` looks for it, because an error may come before this is called


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = sys.argv[1:] if arguments is None else arguments
    os.umask(0o077)  # whatever a command writes is for this user alone
    try:
        code = backstride.main(list(arguments), prog_name="backstride", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as help_asked:
        click.echo(help_asked.format_message())
        return 0
    except click.ClickException as error:
        return _fail(error.format_message(), 2)
    except (BadSetting, BadInput) as error:
        return _fail(str(error), 2)
    except BackstrideError as error:
        return _fail(str(error), 1)
    except (KeyboardInterrupt, click.Abort):
        return _fail("Stopped.", 130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # else Python complains while it exits
        return 1
    except Exception as error:
        if "--debug" in arguments:
            raise
        return _fail(f"Unexpected {type(error).__name__}: to see where, run backstride --debug {arguments[0]} …", 1)
    return code if isinstance(code, int) else 0


def _fail(message: str, code: int) -> int:
    click.echo(" ".join(message.split()), err=True)
    return code
