"""The cases of the statements as a register: written as lines of an export, read by columns, screened by the one query.

A case's facts become answers of an intake form and its medicines entries of the medicine list; all cases stand in one
export. A fact that is derived cannot be answered: its columns are put into the table of facts, as the case says it.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from fullcourse.adapters.register.engine.screen import legend_of, merge, read_legend, screen_facts
from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.fact_folder import make_facts
from fullcourse.clinical.finding import Status
from fullcourse.cohort.facts import fact_row
from fullcourse.cohort.plan import make_plan
from fullcourse.cohort.screen_sql import decision_column
from patients import knowledge, patient
from spec_cases import Case, Product, differences, read_cases

__all__ = ["TOGETHER", "not_carried", "run_on_the_register", "screened"]

Resource = dict[str, object]
Outcomes = tuple[Mapping[str, str], str]
"""Status by statement, and the decision about the drug."""

TOGETHER = "what holds for drugs taken together decides about no single drug, and a register is screened by drug"


def not_carried(case: Case) -> str:
    """Return why a register cannot carry a case; empty when it can."""
    return TOGETHER if case.regimen else ""


def run_on_the_register(case: Case) -> tuple[str, ...]:
    """Return each expectation of a case that the register of all cases does not meet."""
    return tuple(differences(case, *screened()[case.id]))


@cache
def screened() -> dict[str, Outcomes]:
    """Return status by statement and the decision of every case, by its id; all cases are read and screened once."""
    carried = [case for case in read_cases() if not not_carried(case)]
    outcomes: dict[str, Outcomes] = {}
    for at in {case.at for case in carried}:
        with TemporaryDirectory() as folder:
            outcomes |= _at_date(at, [case for case in carried if case.at == at], Path(folder))
    return outcomes


def _at_date(at: date, cases: list[Case], folder: Path) -> dict[str, Outcomes]:
    lines = [json.dumps(resource) for case in cases for resource in _resources(case)]
    (folder / "export.ndjson").write_text("\n".join(lines) + "\n", "utf-8")
    facts = make_facts(
        find_register([str(folder / "export.ndjson")]), knowledge(), at, folder / "facts", 1, lambda *_: None
    )
    tables = [_with_derived(path, cases) for path in facts.parts]
    outcomes: dict[str, Outcomes] = {}
    for profile in {case.profile for case in cases}:
        outcomes |= _of_profile(profile, tables, [case for case in cases if case.profile == profile], folder)
    return outcomes


def _of_profile(profile: str, tables: list[Path], cases: list[Case], folder: Path) -> dict[str, Outcomes]:
    known = knowledge()
    plan = make_plan(known, known.profile(profile), [known.drug(name) for name in {case.drug for case in cases}])
    part, whole = folder / f"{profile}.part.parquet", folder / f"{profile}.parquet"
    screen_facts(plan, tables, part)
    merge([part], whole, legend_of(plan, cases[0].at.isoformat(), {}))
    legend, table = read_legend(whole), duckdb.from_parquet(str(whole))
    rows = {str(row[0]): dict(zip(table.columns, row, strict=True)) for row in table.fetchall()}
    outcomes: dict[str, Outcomes] = {}
    for case in cases:
        row, inn = rows[_person(case)], known.drug(case.drug).inn
        assert row["error"] is None, (case.id, row["error"])
        statuses = {bit["statement"]: _status(row, bit).value for bit in legend["statements"] if bit["drug"] == inn}
        outcomes[case.id] = (statuses, str(row[decision_column(inn)]))
    return outcomes


def _status(row: Mapping[str, object], bit: Mapping[str, object]) -> Status:
    for kind, status in (("applies", Status.APPLIES), ("cannot_assess", Status.CANNOT_ASSESS)):
        if int(str(row[f"{kind}_{bit['word']}"])) >> int(str(bit["bit"])) & 1:
            return status
    return Status.DOES_NOT_APPLY


def _with_derived(path: Path, cases: Iterable[Case]) -> Path:
    """Write a table of facts anew, with the columns of derived facts as the cases say them."""
    known = knowledge()
    target = path.with_suffix(".derived.parquet")
    with duckdb.connect() as connection:
        connection.from_parquet(str(path)).create("facts")
        for case in cases:
            said = [str(fact["id"]) for fact in case.facts if known.facts[str(fact["id"])].derived]
            row = fact_row(patient(case.facts, (), case.at), known) if said else {}
            for column, value in row.items():
                if any(column.startswith(f"fact__{name}__") for name in said):
                    connection.execute(f'UPDATE facts SET "{column}" = ? WHERE patient = ?', [value, _person(case)])  # noqa: S608 - our own names
        connection.table("facts").write_parquet(str(target))
    return target


def _person(case: Case) -> str:
    """Return the patient's id, which FHIR lets have no underscore."""
    return case.id.replace("_", ".")


def _resources(case: Case) -> Iterable[Resource]:
    person = _person(case)
    subject = {"reference": f"Patient/{person}"}
    yield {"resourceType": "Patient", "id": person}
    yield {
        "resourceType": "QuestionnaireResponse",
        "id": f"{person}-intake",
        "questionnaire": "urn:fullcourse:intake",
        "status": "completed",
        "subject": subject,
        "authored": case.at.isoformat(),
        "item": [_answer(fact) for fact in case.facts if not knowledge().facts[str(fact["id"])].derived],
    }
    for number, product in enumerate(case.medicines, 1):
        yield _entry(product, case) | {"id": f"{person}-{number}", "subject": subject}


def _answer(fact: Mapping[str, object]) -> Resource:
    definition = knowledge().facts[str(fact["id"])]
    value = fact["value"]
    answer: Resource = {"valueBoolean": value} if isinstance(value, bool) else {"valueString": value}
    if definition.kind == "date":
        answer = {"valueDate": value}
    if definition.kind == "number":
        unit = str(fact.get("unit", definition.unit))
        answer = {"valueQuantity": {"value": value, "unit": unit, "system": "http://unitsofmeasure.org", "code": unit}}
    return {"linkId": definition.id, "answer": [answer]}


def _entry(product: Product, case: Case) -> Resource:
    entry: Resource = {
        "resourceType": "MedicationStatement",
        "status": "active",
        "medicationCodeableConcept": {"text": " / ".join(product.ingredients)},
    }
    if product.stopped_days_ago is not None:
        stopped = case.at - timedelta(days=product.stopped_days_ago)
        entry |= {"status": "completed", "effectivePeriod": {"end": stopped.isoformat()}}
    return entry
