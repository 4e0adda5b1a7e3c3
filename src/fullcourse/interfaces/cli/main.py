"""The command ``fullcourse``: finds the subcommand, and turns every error into a message and an exit code.

Subcommands are imported when they are called, so that ``--help`` does not wait for what only one of them needs.
"""

import contextlib
import io
import os
import sys
from typing import Final, NoReturn

import click

from fullcourse import __version__
from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces.cli.delivery import CLOSED, UNDELIVERED, drop_output, is_undelivered, prepare_streams
from fullcourse.interfaces.cli.echo import echo
from fullcourse.interfaces.cli.error_json import error_json, json_is_asked
from fullcourse.interfaces.cli.lazy import LazyCommands
from fullcourse.interfaces.exit_codes import DONE, INTERNAL, USAGE, error_word, exit_code

__all__ = ["fullcourse", "main"]

_COMMANDS: Final = {
    "check": ("fullcourse.interfaces.cli.check:check", "Check a patient's record against a drug."),
    "plan": ("fullcourse.interfaces.cli.plan:plan", "Plan a treatment: regimen, doses and tests in one answer."),
    "regimen": ("fullcourse.interfaces.cli.regimen:regimen", "Compose regimens for a patient's record."),
    "dose": ("fullcourse.interfaces.cli.dose:dose", "Work out the dose of a drug for a patient's record."),
    "ask": (
        "fullcourse.interfaces.cli.reading_commands.ask_question:ask_question",
        "Answer a question from the sources, each answer cited.",
    ),
    "leaflet": (
        "fullcourse.interfaces.cli.reading_commands.leaflet:leaflet",
        "Print a leaflet about a drug, for one person when a record is given.",
    ),
    "cohort": ("fullcourse.interfaces.cli.cohort:cohort", "Screen a whole register."),
    "knowledge": ("fullcourse.interfaces.cli.knowledge:knowledge", "Check, show and count what the sources say."),
    "course": ("fullcourse.interfaces.cli.course:course", "A course that is lived: begin, log, show, recheck."),
    "missed": ("fullcourse.interfaces.cli.course_commands.missed:missed", "What to do about a dose now."),
    "triage": ("fullcourse.interfaces.cli.triage:triage", "How urgent a symptom is, and whom to call."),
    "overdose": ("fullcourse.interfaces.cli.overdose:overdose", "Too much taken: how urgent, and what to read aloud."),
    "report": ("fullcourse.interfaces.cli.report:report", "Draft the report of an adverse event; never sent."),
    "schedule": ("fullcourse.interfaces.cli.course_commands.schedule:schedule", "When each dose is due."),
    "supply": ("fullcourse.interfaces.cli.course_commands.supply:supply", "How long the medicine lasts."),
    "monitor": ("fullcourse.interfaces.cli.monitor:monitor", "Which tests are due, and what results call for."),
    "new": ("fullcourse.interfaces.cli.new_record:new", "Write a record to fill in, for the drugs that you name."),
    "facts": ("fullcourse.interfaces.cli.new_record:facts", "List the facts that a record may hold."),
    "examples": ("fullcourse.interfaces.cli.examples:examples", "Write example files to try the commands on."),
    "completion": ("fullcourse.interfaces.cli.completion:completion", "Let your shell complete commands and options."),
    "outcome": ("fullcourse.interfaces.cli.outcome:outcome", "Which outcome is proposed, and what speaks for it."),
    "programme": (
        "fullcourse.interfaces.cli.programme:programme",
        "What a programme reports of a quarter, each number with its list.",
    ),
    "reminders": (
        "fullcourse.interfaces.cli.reminders:reminders",
        "Send the reminders of doses that are due, each once.",
    ),
    "digest": ("fullcourse.interfaces.cli.digest:digest", "Print for whom somebody is needed today, and for what."),
    "recordings": (
        "fullcourse.interfaces.cli.recordings:recordings",
        "List what may be recorded of a phone's texts, and what is.",
    ),
    "audit": ("fullcourse.interfaces.cli.audit:audit", "Who saw or changed what in the service: is it whole?"),
    "levels": ("fullcourse.interfaces.cli.levels:levels", "Serum levels: simulate, estimate, advise."),
    "serve": ("fullcourse.interfaces.cli.serve:serve", "Serve REST, FHIR and CDS Hooks on this computer."),
    "settings": ("fullcourse.interfaces.cli.settings:settings", "List what can be set, and what it is now."),
}


@click.group(
    cls=LazyCommands,
    table=_COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, prog_name="fullcourse")
def fullcourse() -> None:
    """See a person with tuberculosis safely through the full course of treatment.

    Education and decision support: not a replacement for medical advice, and not reviewed by a clinician yet.
    """


def main() -> None:
    """Run the command line; no error leaves it as a traceback, and none that kept an answer back as success."""
    prepare_streams(json_asked=json_is_asked(sys.argv))
    output = sys.stdout
    if output is None:
        echo(f"fullcourse: {CLOSED}", err=True)
        sys.exit(USAGE)
    try:
        # Outside its standalone mode click hands back the code of `Context.exit` instead of leaving the program.
        ended = fullcourse.main(standalone_mode=False)
        output.flush()
        sys.exit(ended if isinstance(ended, int) else DONE)
    except click.ClickException as error:
        if json_is_asked(sys.argv):
            echo(error_json("usage", USAGE, error.format_message()), err=True)
        else:
            told = io.StringIO()
            error.show(told)
            echo(told.getvalue().rstrip("\n"), err=True)
        sys.exit(USAGE)
    except (click.Abort, KeyboardInterrupt):
        echo("Stopped.", err=True)
        sys.exit(USAGE)
    except FullcourseError as error:
        code = exit_code(error)
        if json_is_asked(sys.argv):
            echo(error_json(error_word(error), code, str(error), getattr(error, "faults", ())), err=True)
        else:
            echo(f"fullcourse: {error}", err=True)
        sys.exit(code)
    except SystemExit as left:
        # Both click and rich leave with 1 where whoever read has gone; that code means a severity that was reached.
        # Rich does so from the error itself, click once it has put another stream in the place of the closed one.
        if is_undelivered(left.__context__) or sys.stdout is not output:
            _leave_undelivered()
        raise
    except Exception as error:  # the last line of defence: a message, never a traceback
        if is_undelivered(error):
            _leave_undelivered()
        if os.environ.get("FULLCOURSE_TRACEBACK"):
            raise
        said = (
            f"internal error ({type(error).__name__}); nothing was decided. "
            "Run again with FULLCOURSE_TRACEBACK=1 to see where, and report it without the patient's record."
        )
        asked = json_is_asked(sys.argv)
        echo(error_json("internal", INTERNAL, said) if asked else f"fullcourse: {said}", err=True)
        sys.exit(INTERNAL)


def _leave_undelivered() -> NoReturn:
    drop_output()
    said = error_json("usage", USAGE, UNDELIVERED) if json_is_asked(sys.argv) else f"fullcourse: {UNDELIVERED}"
    with contextlib.suppress(OSError):  # whoever read errors may have gone as well
        echo(said, err=True)
    sys.exit(USAGE)
