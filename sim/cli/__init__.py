"""The command `shapan`: each command is one module here, imported in full only when it runs."""

from __future__ import annotations

import gc
import signal
import sys
from collections.abc import Callable
from typing import Final, NoReturn

import typer
from typer.exceptions import TyperException

from sim.cli.audit import audit
from sim.cli.compare import compare
from sim.cli.cover import cover
from sim.cli.explain import explain
from sim.cli.import_ import import_
from sim.cli.improve import improve
from sim.cli.language import asked_language
from sim.cli.new import new
from sim.cli.parameters import parameters
from sim.cli.report import report
from sim.cli.run import run
from sim.cli.schema import schema
from sim.cli.usage import usage_told
from sim.cli.validate import validate
from sim.cli.verify import verify
from sim.core.disk import not_reached
from sim.core.errors import SimError
from sim.core.garbage import SELDOM
from sim.core.words import say

app = typer.Typer(
    name="shapan",
    help="Run a written emergency plan against a disaster. 沙盘：在灾害情景中推演应急预案。",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
_COMMANDS: tuple[Callable[..., None], ...] = (
    *(run, compare, improve, report, explain, validate, audit),
    *(new, parameters, schema, verify, cover),
)
#: exit codes that typer makes of Ctrl-C, and we of a request to end
_STOPPED: Final = (130, 143)
for command in _COMMANDS:
    app.command()(command)
app.add_typer(import_)


def _end(*_: object) -> None:
    """Leave as after Ctrl-C: workers are let go, nothing half-written stays."""
    sys.exit(_STOPPED[1])


def _leave(error: SimError, lang: str) -> NoReturn:
    sys.stderr.write(f"{error.in_language(lang)}\n")
    sys.exit(error.exit_code)


def main() -> None:
    """Run the command line; a user's error is one line a problem and exit code 2, a disk's 74."""
    lang = asked_language(sys.argv[1:])
    gc.set_threshold(*SELDOM)
    signal.signal(signal.SIGTERM, _end)
    try:
        sys.exit(app(standalone_mode=False))
    except SimError as error:
        _leave(error, lang)
    except TyperException as error:
        sys.stderr.write(f"{usage_told(error, lang)}\n")
        sys.exit(error.exit_code)
    except OSError as error:
        told = not_reached(error)
        if told is None:
            raise
        _leave(told, lang)
    except SystemExit as end:
        if end.code in _STOPPED:
            sys.stderr.write(f"{say('run.stopped', lang)}\n")
        raise
    finally:
        gc.freeze()  # the end of the process lets go of all: Python need not look through it first
