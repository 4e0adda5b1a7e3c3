"""Triage and overdose as their users call them, for tests: the command in this process, its JSON and its text."""

import contextlib
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any

from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.interfaces.cli.main import fullcourse
from fullcourse.journey.triage import TriageRequest
from fullcourse.journey.triage import triage as triage_report
from fullcourse.triage.judge import Triage
from fullcourse.triage.report import Heard, Report
from patients import AT, knowledge


def judged(
    symptoms: Mapping[str, Heard] | Iterable[str] = (),
    drugs: Sequence[str] = (),
    numbers: Mapping[str, float] | None = None,
    of_drugs: Mapping[str, Mapping[str, float | bool | Interval]] | None = None,
    at: date = AT,
) -> Triage:
    """Return what a report comes to; a list of symptoms are those that are there."""
    heard = symptoms if isinstance(symptoms, Mapping) else dict.fromkeys(symptoms, Heard.YES)
    report = Report(
        dict(heard),
        {name: exactly(float(value)) for name, value in (numbers or {}).items()},
        {
            drug: {name: it if isinstance(it, bool | Interval) else exactly(float(it)) for name, it in facts.items()}
            for drug, facts in (of_drugs or {}).items()
        },
    )
    answer = triage_report(knowledge(), knowledge().profile("us"), report, TriageRequest(at, tuple(drugs)))
    return answer.triage


def said(*arguments: str) -> str:
    """Return what a command prints."""
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        fullcourse.main(list(arguments), standalone_mode=False)
    return printed.getvalue()


def answered(*arguments: str) -> dict[str, Any]:
    """Return the JSON that a command prints."""
    written: dict[str, Any] = json.loads(said(*arguments, "--format", "json"))
    return written
