"""Each question of a check is tried out: some answer changes the decision, or settles a finding that could."""

from collections.abc import Iterator
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.adapters.written_answers import write_answers
from fullcourse.clinical.finding import Severity
from fullcourse.clinical.given_answer import GivenAnswer
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import Checker, DrugCheck
from fullcourse.knowledge.vocabulary import FactDefinition
from patients import knowledge

AT = date(2026, 11, 22)
DATA = Path(__file__).parents[1] / "data"
SAMPLES = [*sorted((DATA / "ips").glob("*.json")), *sorted((DATA / "synthea-bundles").glob("*.json"))]


@cache
def reader() -> RecordReader:
    known = knowledge()
    return RecordReader(known.facts.values(), tuple(known.readings.values()), recognise)


@cache
def checker() -> Checker:
    return Checker(knowledge(), knowledge().profile("us"))


def says(check: DrugCheck) -> tuple[object, ...]:
    """What is decided, what could still make it stricter, and which findings that could decide are settled."""
    deciding = [finding for finding in check.findings if finding.leads and finding.severity >= Severity.MODERATE]
    return (
        check.decision,
        check.known,
        check.open,
        tuple((it.id, it.status, it.missing) for it in sorted(deciding, key=lambda it: it.id)),
    )


def answers(definition: FactDefinition) -> Iterator[GivenAnswer]:
    match definition.kind:
        case "number":
            low, high = definition.plausible or (0.1, 1000.0)
            steps = [low + (high - low) * part for part in (0.0, 0.01, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 0.8, 1.0)]
            values: list[bool | float | str] = list(steps)
        case "choice":
            values = list(definition.values)
        case "date":
            values = ["1930-01-01", "1990-01-01", "2015-01-01", "2024-01-01"]
        case _:
            values = [True, False]
    for value in values:
        yield GivenAnswer(definition.id, value, definition.unit if definition.kind == "number" else "", AT, "clinician")


def with_answer(record: Record, answer: GivenAnswer) -> Record:
    return record.plus(reader().read_answers(write_answers([answer]).encode()))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem[:20])
def test_an_answer_of_yes_or_of_a_word_to_whatever_is_asked_changes_what_is_decided(path):
    record = reader().read(path.read_bytes(), AT)
    for inn in ("cycloserine", "linezolid", "moxifloxacin", "rifampin"):
        drug = knowledge().drugs[inn]
        now = checker().check(record, AT, [drug])
        asked = [fact for group in now.question_groups for fact in group.facts]
        assert (not asked) or now.drugs[0].decision.value != "contraindicated"
        for fact in asked:
            definition = knowledge().facts[fact]
            if definition.kind not in {"history", "state", "choice"}:
                continue  # a number alone may wait for another one: the clearance needs three
            changed = {
                says(checker().check(with_answer(record, answer), AT, [drug]).drugs[0])
                for answer in answers(definition)
            }
            assert changed != {says(now.drugs[0])}, (inn, fact)
