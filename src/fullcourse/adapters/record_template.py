"""A record to fill in: every fact that drugs need, commented out, with what it is and how it is written.

What is left commented out stays unknown and is asked about. No value is filled in, not even as an example: a block that
was uncommented and that nobody answered is refused, and is never a no.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Final

from fullcourse.knowledge.vocabulary import FactDefinition

__all__ = ["record_template", "value_words"]

_MEDICINES: Final = """\
# --- Allergies; one block each ---
# [[allergy]]
# to = "penicillin"

# --- Medicines, over the counter and herbal included; one block each ---
# [[medicine]]
# name = "isoniazid 300 mg tablet"
# since = "2026-10"
"""


def value_words(fact: FactDefinition) -> str:
    """Return which values a fact takes, in words."""
    match fact.kind:
        case "number":
            return f"a number in {fact.unit}" if fact.unit not in ("", "1") else "a number"
        case "choice":
            return " or ".join(f'"{value}"' for value in fact.values)
        case "date":
            return "a date such as 1990-05-31, or a year"
    return 'true or false, or "yes" or "no"'


def record_template(groups: Iterable[Sequence[FactDefinition]], drugs: Sequence[str], on: date) -> str:
    """Return a TOML record in which everything is commented out.

    Args:
        groups: Facts that are asked together, in the order in which they are asked.
        drugs: What the record is for.
        on: The day that is written beside each value.
    """
    whom = ", ".join(drugs)
    lines = [
        f"# A record for: {whom}. No name belongs into it.",
        "# Take the # away from what you know, and write the value. What stays behind a # is not known: it is asked",
        '# about, and never taken for a no. A range is a text: value = ">=137". Nobody knows: value = "unknown".',
        "",
    ]
    for facts in groups:
        for fact in facts:
            lines += [f"# {fact.ask_clinician}", *_block(fact, on)]
    return "\n".join(lines) + "\n" + _MEDICINES


def _block(fact: FactDefinition, on: date) -> list[str]:
    unit = [f'# unit = "{fact.unit}"'] if fact.kind == "number" and fact.unit else []
    when = [] if fact.kind == "date" else [f"# on = {on.isoformat()}"]
    return ["# [[fact]]", f'# id = "{fact.id}"', f"# value =   # {value_words(fact)}", *unit, *when, ""]
