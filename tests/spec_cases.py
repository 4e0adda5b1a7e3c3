"""The cases of the statements: files of facts and findings, read strictly, and run the same way by tests and manual."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path

from fullcourse.clinical import Medicine, Taken, parse_moment
from fullcourse.clinical.finding import Decision, Finding, Severity, Status
from fullcourse.knowledge.library import Knowledge
from fullcourse.screening.company import company_findings
from fullcourse.screening.questions import Question, find_questions
from fullcourse.screening.screen import Screener
from patients import knowledge, medicine, patient

__all__ = ["SPEC", "Case", "Outcome", "Product", "differences", "read_cases", "run", "severities_unmet"]

SPEC = Path(__file__).parent / "spec"

_KEYS = frozenset({"name", "drug", "regimen", "profile", "at", "facts", "medicines", "expect", "decision"})
_STATUSES, _NOT = frozenset(status.value for status in Status), Status.DOES_NOT_APPLY.value
_SEVERITIES = frozenset(severity.word for severity in Severity)
_KEYS_OF_FACT = frozenset({"id", "value", "unit"})
_KEYS_OF_MEDICINE = frozenset({"name", "ingredients", "stopped_days_ago"})


@dataclass(frozen=True, slots=True)
class Product:
    """A medicine of a case: taken now, or stopped so many days before the check."""

    name: str
    ingredients: tuple[str, ...]
    stopped_days_ago: int | None = None


@dataclass(frozen=True, slots=True)
class Case:
    """One case.

    Attributes:
        id: File and number; the same as long as no case is put in before it.
        name: What it is about.
        drug: Whom it asks about; empty for a regimen.
        regimen: Drugs ordered together; empty for one drug.
        profile: Which sources lead.
        at: Date of the check.
        facts: Rows ``{id, value, unit}``.
        medicines: What is or was taken.
        expect: Status by statement.
        severities: How serious each of them is that applies, or how serious it is that it cannot be assessed.
        decision: The decision expected; empty where the case does not say.
    """

    id: str
    name: str
    drug: str
    regimen: tuple[str, ...]
    profile: str
    at: date
    facts: tuple[Mapping[str, object], ...]
    medicines: tuple[Product, ...]
    expect: Mapping[str, str]
    severities: Mapping[str, str]
    decision: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What running a case came to.

    Attributes:
        findings: By statement.
        decision: About the drug; None for a regimen, which has none.
        questions: What is asked, most decisive first; none for a regimen.
        differences: Each expectation that was not met, in words; empty when all were.
    """

    findings: Mapping[str, Finding]
    decision: Decision | None
    questions: tuple[Question, ...]
    differences: tuple[str, ...]


def read_cases(folder: Path = SPEC) -> list[Case]:
    """Return the cases of every file of a folder, in the order of the files; a key that nobody reads is refused."""
    found = []
    for path in sorted(folder.rglob("*.toml")):
        rows = tomllib.loads(path.read_text("utf-8"))["case"]
        found += [_case(f"{path.stem}-{number}", row) for number, row in enumerate(rows, 1)]
    return found


def run(case: Case, changed: Knowledge | None = None) -> Outcome:
    """Run a case through the same steps as a check of a record.

    Args:
        case: Which.
        changed: Knowledge to run it on; None for the one that ships.
    """
    known = changed or knowledge()
    screener = Screener(known, known.profile(case.profile)) if changed else _screener(case.profile)
    medicines = [_medicine(product, case.at) for product in case.medicines]
    if case.regimen:
        person = patient(case.facts, [*medicines, *map(medicine, case.regimen)], case.at)
        findings = company_findings(screener, person)
        decision, questions = None, ()
    else:
        person = patient(case.facts, medicines, case.at)
        check = screener.screen(person, known.drug(case.drug))
        findings, decision = list(check.findings), check.decision
        questions = find_questions([check], known) if changed is None else ()
    by_id = {finding.id: finding for finding in findings}
    statuses = {name: finding.status.value for name, finding in by_id.items()}
    unmet = differences(case, statuses, decision.value if decision else "")
    weights = {name: finding.weight.word for name, finding in by_id.items()}
    return Outcome(by_id, decision, questions, (*unmet, *severities_unmet(case, weights)))


@cache
def _screener(profile: str) -> Screener:
    return Screener(knowledge(), knowledge().profile(profile))


def differences(case: Case, statuses: Mapping[str, str], decision: str) -> list[str]:
    """Return each expectation of a case that was not met, in words.

    Args:
        case: What was expected.
        statuses: Status by statement, of every statement that was executed.
        decision: About the drug; empty for none.
    """
    unmet = []
    for name, expected in case.expect.items():
        status = statuses.get(name, "not executed")
        if status != expected:
            unmet.append(f"{case.id} ({case.name}): {name} is '{status}', not '{expected}'")
    if case.decision and decision != case.decision:
        unmet.append(f"{case.id} ({case.name}): the decision is '{decision}', not '{case.decision}'")
    return unmet


def severities_unmet(case: Case, weights: Mapping[str, str]) -> list[str]:
    """Return each severity that a case states and that was not met, in words.

    Args:
        case: What was expected.
        weights: How serious each statement is as it stands: of one that is open, how serious that is.
    """
    return [
        f"{case.id} ({case.name}): {name} is {weights.get(name, 'not executed')}, not {expected}"
        for name, expected in case.severities.items()
        if weights.get(name) != expected
    ]


def _case(name: str, row: Mapping[str, object]) -> Case:
    _only(row, _KEYS, name)
    facts = tuple(row.get("facts", ()))
    for fact in facts:
        _only(fact, _KEYS_OF_FACT, name)
    regimen = tuple(row.get("regimen", ()))
    if bool(regimen) == ("drug" in row) or not (row.get("expect") or row.get("decision")):
        raise ValueError(f"{name}: a case asks about a drug or a regimen, and expects something")
    at = row["at"]
    assert isinstance(at, date), name
    expected = {statement: _status_and_severity(text, name) for statement, text in row.get("expect", {}).items()}
    return Case(
        id=name,
        name=str(row["name"]),
        drug=str(row.get("drug", "")),
        regimen=regimen,
        profile=str(row["profile"]),
        at=at,
        facts=facts,
        medicines=tuple(_product(item, name) for item in row.get("medicines", ())),
        expect={statement: status for statement, (status, _) in expected.items()},
        severities={statement: severity for statement, (_, severity) in expected.items() if severity},
        decision=str(row.get("decision", "")),
    )


def _status_and_severity(text: str, case: str) -> tuple[str, str]:
    """Read ``applies, major``: what applies or cannot be assessed says how serious that is, and nothing else does."""
    status, _, severity = text.partition(", ")
    if status not in _STATUSES or (status == _NOT) == bool(severity) or (severity and severity not in _SEVERITIES):
        raise ValueError(f"{case}: '{text}' is no status with its severity: write \"applies, major\"")
    return status, severity


def _product(item: object, case: str) -> Product:
    if isinstance(item, str):
        return Product(item, (item,))
    assert isinstance(item, Mapping), case
    _only(item, _KEYS_OF_MEDICINE, case)
    name = str(item["name"])
    return Product(name, tuple(item.get("ingredients", (name,))), item.get("stopped_days_ago"))


def _medicine(product: Product, at: date) -> Medicine:
    if product.stopped_days_ago is None:
        return medicine(product.name, ingredients=product.ingredients)
    until = parse_moment((at - timedelta(days=product.stopped_days_ago)).isoformat(), "until")
    return medicine(product.name, Taken.PAST, ingredients=product.ingredients, until=until)


def _only(row: Mapping[str, object], keys: frozenset[str], case: str) -> None:
    if unknown := row.keys() - keys:
        raise ValueError(f"{case}: nothing reads {', '.join(sorted(unknown))}")
