"""The functions for Python, the errors with their exit codes, and the settings: from the code that defines them."""

import inspect
import re
from pathlib import Path

import fullcourse
from fullcourse.clinical import errors
from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces import exit_codes
from fullcourse.interfaces import python as surface
from site_pages.markdown import escaped, table

__all__ = ["SETTINGS", "errors_page", "python_page", "settings_page", "settings_used"]

SETTINGS = {
    "FULLCOURSE_CACHE": "Folder of what is kept between calls (parsed knowledge, summaries); else the user's.",
    "FULLCOURSE_CDS_CLIENTS": "File (TOML) of the clients that may call CDS Hooks, with their keys.",
    "FULLCOURSE_DATABASE_URL": "Where courses are stored: a path, or an address of a database. `--store` comes first.",
    "FULLCOURSE_FHIR_SERVERS": "FHIR servers that CDS Hooks may ask for what was not sent: base addresses, by commas.",
    "FULLCOURSE_KEY_FILE": "The file of the key under which courses are sealed; else one beside the database.",
    "FULLCOURSE_KERNEL": "`reference`: levels are worked out by NumPy alone, without the compiled kernels; slower.",
    "FULLCOURSE_PROFILE": "Which sources lead in the service where a call names none: `us`, `who`, `msf`, `india`.",
    "FULLCOURSE_TRACEBACK": "Set to anything: an internal error shows where it happened, and perhaps a record.",
}
"""Every environment variable that is read; a test holds the names to the source."""


def settings_used() -> set[str]:
    """Return every name of the form ``FULLCOURSE_X`` that stands in the source."""
    sources = Path(str(fullcourse.__file__)).parent.rglob("*.py")
    return {name for path in sources for name in re.findall(r"\bFULLCOURSE_[A-Z_]+\b", path.read_text("utf-8"))}


def settings_page() -> str:
    """Return the page of the settings, in Markdown."""
    lines = ["# Settings", "", "Nothing needs to be set. Each is an environment variable.", ""]
    lines += table(("setting", "what it does"), ((f"`{name}`", said) for name, said in SETTINGS.items()))
    return "\n".join(lines) + "\n"


def errors_page() -> str:
    """Return the page of the errors and exit codes, in Markdown."""
    lines = [
        "# Errors and exit codes",
        "",
        "A message says what is wrong, where, why it matters and what to do, and never who a patient is.",
        "It goes to standard error; the answer alone goes to standard output.",
        "",
        *table(
            ("exit code", "when"),
            (
                (str(exit_codes.DONE), "The answer was given, whatever it says."),
                (str(exit_codes.REACHED), "`--fail-on`: a finding that applies is at least so severe."),
                (str(exit_codes.USAGE), "The command, or what it was given, cannot be used; or it was stopped."),
                (
                    str(exit_codes.KNOWLEDGE),
                    "The knowledge files are wrong; nothing can be checked until they are mended.",
                ),
                (str(exit_codes.INTERNAL), "An error of ours, or a numerical method that did not converge."),
            ),
        ),
        "",
    ]
    for name in errors.__all__:
        kind = getattr(errors, name)
        if isinstance(kind, type) and issubclass(kind, FullcourseError):
            code = "" if kind is FullcourseError else f" Exit code {exit_codes.exit_code(kind.__new__(kind))}."
            lines += [f"`{name}`", f": {_first(kind)}{code}", ""]
    return "\n".join(lines) + "\n"


def python_page() -> str:
    """Return the page of the functions for Python, in Markdown."""
    lines = ["# Python", "", "`import fullcourse as fc`. [How to use it](../how-to/python.md).", ""]
    for name in surface.__all__:
        thing = getattr(surface, name)
        lines += [f"## {name}", ""]
        if callable(thing) and not isinstance(thing, type):
            lines += ["```python", f"fc.{name}{inspect.signature(thing)}", "```", ""]
        lines += ["```text", inspect.getdoc(thing) or "", "```", ""]
    return "\n".join(lines) + "\n"


def _first(thing: object) -> str:
    return escaped((inspect.getdoc(thing) or "").split("\n\n")[0])
