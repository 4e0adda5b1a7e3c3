"""Write what an E2B(R3) file says, and what the rules of its receiver make of it, as JSON."""

from collections.abc import Sequence
from datetime import date

from fullcourse.adapters.e2b.acknowledgement import answered, names
from fullcourse.adapters.e2b.checking.rules import Finding, rules
from fullcourse.adapters.e2b.read import Reading
from fullcourse.adapters.e2b.sections import Null, walk
from fullcourse.adapters.e2b.table import element_of, said

__all__ = ["e2b_json"]


def e2b_json(reading: Reading, receiver: str, findings: Sequence[Finding], as_of: date) -> dict[str, object]:
    """Return a file as JSON (schema ``fullcourse/e2b/1``).

    Args:
        reading: What the file says.
        receiver: By whose rules it was checked: ``ich`` or ``fda``.
        findings: What the rules say; none for an acknowledgement.
        as_of: The day of the check.
    """
    content: dict[str, object] = {
        "schema": "fullcourse/e2b/1",
        "at": as_of.isoformat(),
        "kind": reading.kind,
        "elements": [
            {
                "place": place,
                "number": number,
                "name": element.name if (element := element_of(number)) else names.get(number, ""),
                "value": None if isinstance(value, Null) else value,
                "null_flavor": value.flavor if isinstance(value, Null) else None,
                "says": said(number, value),
            }
            for place, number, value in walk(reading.batch)
        ],
        "unread": [
            {"line": one.line, "place": one.place, "value": one.value, "why": one.why} for one in reading.unread
        ],
    }
    if reading.kind == "acknowledgement":
        content["answered"] = [
            {
                "what": one.what,
                "code": one.code,
                "taken": one.is_taken,
                "meaning": one.meaning,
                "said": list(one.said),
                "cut": one.is_cut,
            }
            for one in answered(reading.batch)
        ]
        return content
    return {
        **content,
        "receiver": receiver,
        "findings": [
            {
                "rules": list(finding.rules),
                "severity": finding.severity,
                "element": finding.element,
                "place": finding.place,
                "what": finding.what,
                "mend": finding.mend,
            }
            for finding in findings
        ],
        "not_checked": [
            {"rule": rule.id, "element": rule.element, "why": rule.not_executed}
            for rule in rules()
            if rule.not_executed and receiver == "fda"
        ],
    }
