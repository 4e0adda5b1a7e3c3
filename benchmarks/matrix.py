"""How long is a check of seven drugs beside ten co-medicines, and the matrix of all drugs beside all medicines?

The matrix is also made the other way, by a whole check for each medicine: the ratio says
what asking only for the statements on a pair saves.
"""

from dataclasses import replace
from datetime import date
from pathlib import Path

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical import Status
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import Checker
from fullcourse.journey.matrix import CellState, interaction_matrix
from timing import line, median_s, yardstick

AT = date(2026, 11, 22)
EXAMPLE = Path(__file__).parents[1] / "src" / "fullcourse" / "examples" / "synthetic-patient.json"
SEVEN = ("bedaquiline", "linezolid", "levofloxacin", "clofazimine", "cycloserine", "delamanid", "pyrazinamide")
TEN = (
    "dolutegravir", "lamivudine", "tenofovir disoproxil", "sulfamethoxazole/trimethoprim", "metformin", "amlodipine",
    "sertraline", "omeprazole", "warfarin", "ferrous sulfate",
)  # fmt: skip
CHECK_LIMIT_S = 0.002
MATRIX_LIMIT_S = 3.0


def seven_beside_ten() -> None:
    knowledge = load_knowledge()
    reader = RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )
    rows = {row.name: row.medicine for row in load_co_medicines()}
    record = reader.open(str(EXAMPLE), AT)
    record = replace(record, medicines=(*record.medicines, *(rows[name] for name in TEN)))
    checker, drugs = Checker(knowledge, knowledge.profile("us")), [knowledge.drug(name) for name in SEVEN]
    result = checker.check(record, AT, drugs)
    found = {it.id for check in result.drugs for it in check.findings if it.status is Status.APPLIES}
    assert {"linezolid.interaction.serotonergic", "levofloxacin.interaction.polyvalent-cations"} <= found
    line(
        "seven drugs beside ten co-medicines, facts established, questions found",
        median_s(lambda: checker.check(record, AT, drugs), 100),
        CHECK_LIMIT_S,
    )


def whole_matrix() -> None:
    knowledge = load_knowledge()
    profile, rows = knowledge.profile("who"), load_co_medicines()
    drugs = list(knowledge.drugs.values())
    made = interaction_matrix(knowledge, profile, AT, rows, drugs)
    states = [cell.state for row in made.rows for cell in row.cells]
    assert len(states) == len(rows) * len(drugs)
    assert set(states) == set(CellState)
    took = median_s(lambda: interaction_matrix(knowledge, profile, AT, rows, drugs), 5, warm_up=1)
    line(f"the matrix: {len(drugs)} drugs beside {len(rows)} medicines", took, MATRIX_LIMIT_S)
    checker, some = Checker(knowledge, profile), rows[::20]

    def checks() -> None:
        for row in some:
            checker.check(Record({}, (row.medicine,)), AT, drugs)

    whole = median_s(checks, 3, warm_up=1) * len(rows) / len(some)
    line("the same by a whole check for each medicine", whole)
    print(f"ratio: whole checks take {whole / took:.1f} times as long")


if __name__ == "__main__":
    yardstick()
    seven_beside_ten()
    whole_matrix()
