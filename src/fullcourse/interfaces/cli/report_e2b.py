"""``fullcourse report`` and E2B(R3): a report as a file for a regulator, and a regulator's file as text."""

from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path

from fullcourse.adapters.e2b.checking.rules import RECEIVERS, Finding, check, receiver_of
from fullcourse.adapters.e2b.mapping.from_report import Parties, from_report
from fullcourse.adapters.e2b.read import MOST_BYTES, read_file
from fullcourse.adapters.e2b.write import write_file
from fullcourse.adapters.input_file import read_bytes
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.e2b_text import finding_lines, print_acknowledgement, print_file, wrapped
from fullcourse.interfaces.cli.echo import echo, echo_file, print_json
from fullcourse.interfaces.cli.out_file import write_out
from fullcourse.journey.report import AdverseEventReport, Lack

__all__ = ["RECEIVERS", "Parties", "read_e2b", "write_e2b"]

_WRITTEN_AS = {
    "N.1.3": "--sender-id",
    "N.2.r.2": "--sender-id",
    "N.1.4": "--receiver-id",
    "N.2.r.3": "--receiver-id",
    "FDA.C.1.7.1": "[report] expedited",
    "C.1.6.1.r.1": "[report] documents",
    "C.1.8.2": "[report] first_sender_is_regulator",
    "FDA.C.2.r.2.8": "[reporter] email",
    "C.3.2": "[sender] organisation",
    "C.3.3.1": "[sender] department",
    "C.3.3.2": "[sender] title",
    "C.3.3.3": "[sender] given_name",
    "C.3.3.5": "[sender] family_name",
    "C.3.4.1": "[sender] street",
    "C.3.4.2": "[sender] city",
    "C.3.4.3": "[sender] state",
    "C.3.4.4": "[sender] postcode",
    "C.3.4.5": "[sender] country",
    "C.3.4.6": "[sender] telephone",
    "C.3.4.7": "[sender] fax",
    "C.3.4.8": "[sender] email",
    "E.i.1.1b": "[[reaction]] language",
}
"""Where an element is written that `AdverseEventReport.lacks` does not name: an option, or a key of the input."""
_SAME_KEY = {"E.i.2.1a": "E.i.2.1b", "C.1.8.1": "C.1.1"}


def write_e2b(
    report: AdverseEventReport, parties: Parties, is_incomplete: bool, made_at: datetime, out: str | None
) -> None:
    """Write a report as E2B(R3), to a file or the screen; what it lacks goes to the error stream.

    Raises:
        InputError: A receiver would reject it, and nobody asked for an incomplete file.
    """
    draft = from_report(report, parties, made_at)
    findings = check(draft.batch, parties.receiver, made_at.date())
    rejections = [finding for finding in findings if finding.severity == "rejection"]
    lines = finding_lines([_with_key(finding, report.lacks) for finding in findings])
    if rejections and not is_incomplete:
        raise InputError(
            f"no E2B file was written: a receiver would reject it for {_reasons(len(rejections))}.\n  "
            + "\n  ".join("\n".join(wrapped([line], 2)).lstrip() for line in lines)
            + "\nWrite what lacks into the input, or add --incomplete to have the file as a draft."
        )
    note = f"A draft that a receiver would reject: {_reasons(len(rejections))}." if rejections else ""
    data = write_file(draft.batch, note)
    if out is None:
        echo_file(data.decode("utf-8"))
    else:
        write_out(out, data)
        echo(f"Written to {Path(out).name}{'; ' + note[0].lower() + note[1:] if note else '.'} Nothing was sent.")
    _tell("What the rules say of it:", lines)
    _tell(
        "Not in the file, because E2B has no element for it or a person has to settle it:",
        [f"- {it}" for it in draft.left_out],
    )


def _reasons(count: int) -> str:
    return f"{count} reason{'' if count == 1 else 's'}"


def _tell(head: str, lines: Sequence[str]) -> None:
    if lines:
        echo("\n".join([head, *wrapped(lines)]), err=True)


def _with_key(finding: Finding, lacks: Sequence[Lack]) -> Finding:
    """Return a finding that says where in the input its element is written."""
    element = _SAME_KEY.get(finding.element, finding.element)
    number = finding.place.removeprefix("E.i[").partition("]")[0] if finding.place.startswith("E.i[") else ""
    keys = [it.key for it in lacks if it.element == element and (not number or f"number {number}" in it.key)]
    key = keys[0] if keys else _WRITTEN_AS.get(finding.element, "")
    mend = f"{finding.mend.rstrip('.')}, written as {key}" if key else finding.mend
    return Finding(finding.rules, finding.severity, finding.element, finding.place, finding.what, mend)


def read_e2b(path: str, receiver: str | None, as_json: bool, as_of: date) -> None:
    """Print what an E2B(R3) file or an acknowledgement says, and what the rules make of it.

    Raises:
        InputError: It cannot be read, or is neither.
    """
    reading = read_file(read_bytes(path, limit=MOST_BYTES))
    wanted = receiver or receiver_of(reading.batch)
    findings = check(reading.batch, wanted, as_of) if reading.kind == "message" else ()
    if as_json:
        from fullcourse.adapters.published.e2b import e2b_json  # text does not wait for it

        content = e2b_json(reading, wanted, findings, as_of)
        print_json(content)
    elif reading.kind == "message":
        print_file(reading, wanted, findings)
    else:
        print_acknowledgement(reading)
