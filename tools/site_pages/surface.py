"""The functions for Python, the errors with their exit codes, and the settings: from the code that defines them."""

import inspect
import re
from pathlib import Path

import fullcourse
from fullcourse.clinical import errors
from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces import exit_codes
from fullcourse.interfaces import python as surface
from fullcourse.interfaces.api import settings
from fullcourse.interfaces.api.settings import SETTINGS
from site_pages.markdown import escaped, table

__all__ = ["errors_page", "python_page", "settings_page", "settings_used"]


def settings_used() -> set[str]:
    """Return every name of the form ``FULLCOURSE_X`` in the source outside of the table of settings."""
    sources = Path(str(fullcourse.__file__)).parent.rglob("*.py")
    texts = (path.read_text("utf-8") for path in sources if path != Path(str(settings.__file__)))
    return {name for text in texts for name in re.findall(r"\bFULLCOURSE_[A-Z_]+\b", text)}


def settings_page() -> str:
    """Return the page of the settings, in Markdown."""
    lines = [
        "# Settings",
        "",
        "Nothing needs to be set. Each is an environment variable; `fullcourse settings` prints what holds now.",
        "A bad one stops the start of the service with its name. A secret, marked with \\*, may stand in a file that",
        "`NAME_FILE` names.",
        "",
    ]
    for title, is_everywhere in (("Of every command", True), ("Of the service", False)):
        rows = (
            (f"`{it.name}`{' *' if it.is_secret else ''}", f"`{it.default}`" if it.default else "", escaped(it.says))
            for it in SETTINGS
            if it.is_everywhere is is_everywhere
        )
        lines += [f"## {title}", "", *table(("setting", "without it", "what it does"), rows), ""]
    return "\n".join(lines)


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
