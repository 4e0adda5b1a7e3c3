"""The need of a made-up register is the sum of the needs of its patients' plans, in one part or in many."""

from pathlib import Path

import pytest

from fullcourse.adapters.register.engine import need as engine
from fullcourse.adapters.register.engine.need import need_of_register
from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.fact_folder import read_patient_of
from fullcourse.clinical.errors import InputError
from fullcourse.cohort.need.one_patient import Needer
from fullcourse.cohort.need.total import DIED, UNREADABLE, NeedTotal
from fullcourse.journey.plan import Planner, PlanRequest
from fullcourse.journey.regimen import RegimenRequest
from need_cases import BPALM, START, facts_of, lines_of
from patients import AT, knowledge
from registers import Register, written


def one_by_one(inputs: list[str], names: list[str]) -> NeedTotal:
    known = knowledge()
    planner, needer, total = Planner(known, known.profile("who")), Needer(known), NeedTotal()
    for name in names:
        try:
            record = read_patient_of(find_register(inputs), name, known, AT)
            if any("has died" in note for note in record.notes):
                total.add_apart(DIED)
                continue
            total.add(needer.need(planner.plan(record, AT, PlanRequest(RegimenRequest(start=START)))))
        except InputError:
            total.add_apart(UNREADABLE)
    return total


@pytest.mark.parametrize("bytes_a_bucket", [4_000, 10**9])
def test_a_made_up_register(bytes_a_bucket: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(engine, "BUCKET_BYTES", bytes_a_bucket)
    register = Register(21)
    people = {f"p{number}": [written(it) for it in register.patient(f"p{number}")] for number in range(30)}
    people |= {"plain": lines_of("plain", facts_of({})), "resistant": lines_of("resistant", facts_of(BPALM))}
    lines = [line for of_one in people.values() for line in of_one] + [written(it) for it in register.products()]
    (tmp_path / "r.ndjson").write_bytes(b"\n".join(lines))
    inputs = [str(tmp_path / "r.ndjson")]

    found = need_of_register(
        find_register(inputs), knowledge(), "who", AT, START, tmp_path, 1, lambda *_: None, lambda _: None
    )

    assert found.total == one_by_one(inputs, list(people))
    assert found.total.patients == len(people)
    assert found.total.statuses["proposed"] >= 2
