"""Every record that comes with the product is planned under each profile: no crash, a reason for all, nothing too soon.

Nobody here wrote these records, or they were written to break a reader. Most know little of tuberculosis, so that most
answers are questions; what matters is that an answer is never more than the record allows.
"""

from pathlib import Path

import pytest

from fhir_records import DATA
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.published.plan import plan_json
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record
from fullcourse.journey.dose import DoseStatus
from fullcourse.journey.plan import PlanAnswer, Planner, PlanStatus
from fullcourse.journey.regimen import RegimenStatus
from patients import AT, knowledge

FOLDERS = ("ips", "synthea-bundles", "synthea-bulk-10", "records_tried", "records_damaged", "own_tried", "checks_tried")
RECORDS = sorted(
    path for name in FOLDERS for path in (DATA / name).iterdir() if path.suffix in (".json", ".ndjson", ".toml")
)
PLANNERS = {name: Planner(knowledge(), knowledge().profile(name)) for name in ("us", "who", "india")}


def record(path: Path) -> Record:
    """Return a record; one that no command takes is none of this test's."""
    known = knowledge()
    reader = RecordReader(known.facts.values(), tuple(known.readings.values()), recognise, known.other_matters.values())
    try:
        return reader.open(str(path), AT)
    except InputError as error:
        assert str(error).strip()
        pytest.skip(f"refused: {error}")


def plans(path: Path) -> dict[str, PlanAnswer]:
    read = record(path)
    answers = {}
    for name, planner in PLANNERS.items():
        try:
            answers[name] = planner.plan(read, AT)
        except InputError as error:  # a value that cannot be is refused by name, by every command alike
            assert ":" in str(error), error
    return answers


@pytest.mark.parametrize("path", RECORDS, ids=[f"{path.parent.name}/{path.stem[:20]}" for path in RECORDS])
def test_a_plan_says_no_more_than_its_record_allows(path: Path) -> None:
    for answer in plans(path).values():
        composition = answer.composition
        assert [it.drug for it in composition.left_out if not it.because] == []
        out = [it for it in composition.regimens if it.status is RegimenStatus.INELIGIBLE]
        assert [it.id for it in out if not (it.reasons or it.objections)] == []
        if answer.status is PlanStatus.CANNOT_ASSESS:
            assert answer.questions or composition.test_next
        if answer.status is PlanStatus.PROPOSED:
            assert answer.questions == ()
            assert not any(reason.counts_as is None for reason in answer.regimen.reasons)
        for dose in answer.doses:
            assert dose.status is DoseStatus.DOSE or dose.steps == ()
            assert dose.status is not DoseStatus.DOSE or not dose.dosed.missing
        assert plan_json(answer, knowledge())["proposal"].startswith("proposal")
