"""What lies in time or in company: every window to its day, every stack without its last member, every pair twice."""

from datetime import timedelta

import pytest

from fullcourse.clinical import Taken, parse_moment
from fullcourse.clinical.finding import Status
from fullcourse.knowledge.statements import AnyOf, TakingCondition, When
from fullcourse.knowledge.walk import atoms_of, thens_of
from fullcourse.screening.company import company_findings
from fullcourse.screening.rulebook import COMPANY, slug
from fullcourse.screening.screen import Screener
from patients import AT, knowledge, medicine, patient
from spec_cases import read_cases

SCREENER = Screener(knowledge(), knowledge().profile("us"))
DRUGS = list(knowledge().drugs.values())
CASES = read_cases()
REGIMENS = [case for case in CASES if case.regimen]


def status(drug, finding, person):
    check = SCREENER.screen(person, knowledge().drug(drug))
    return next((found.status for found in check.findings if found.id == finding), None)


def stopped(name, days):
    return medicine(name, Taken.PAST, until=parse_moment((AT - timedelta(days=days)).isoformat(), "until"))


def windows():
    """Yield each medicine of each condition that looks back in time, with its statement and drug."""
    known = knowledge()
    owners = {slug(item): item.inn for item in DRUGS}
    for statement in known.statements.values():
        owner = owners.get(statement.id.split(".", 1)[0])
        if owner is None or not all(then.kind == "finding" for then in thens_of(statement.body)):
            continue
        for atom in atoms_of(statement.body):
            if isinstance(atom, TakingCondition) and atom.within_days is not None:
                members = known.classes[atom.target].ingredients if atom.target in known.classes else ()
                for name in members or (atom.target.removeprefix("drug."),):
                    yield owner, statement.id, name, atom.within_days


WINDOWS = list(windows())


@pytest.mark.parametrize(("drug", "finding", "name", "days"), WINDOWS, ids=[f"{it[1]}: {it[2]}" for it in WINDOWS])
def test_every_member_counts_to_the_last_day_of_its_window_and_no_longer(drug, finding, name, days):
    inside = patient({"medicines_complete": True}, [stopped(name, days)])
    outside = patient({"medicines_complete": True}, [stopped(name, days + 1)])
    assert status(drug, finding, inside) is Status.APPLIES
    assert status(drug, finding, outside) is Status.DOES_NOT_APPLY


def test_every_window_has_a_case_on_its_last_day_and_one_on_the_day_after():
    shown = {(name, item.stopped_days_ago) for case in CASES for item in case.medicines for name in case.expect}
    wanted = {(finding, days + later) for _, finding, _, days in WINDOWS for later in (0, 1)}
    assert wanted - shown == set()


def test_every_statement_about_company_has_a_regimen_that_it_is_about_and_one_that_it_is_not():
    about_company = {
        item.id for item in knowledge().statements.values() if any(it.value == COMPANY for it in thens_of(item.body))
    }
    shown = {(name, expected) for case in REGIMENS for name, expected in case.expect.items()}
    assert {(name, word) for name in about_company for word in ("applies", "does_not_apply")} - shown == set()


@pytest.mark.parametrize("case", REGIMENS, ids=[case.name for case in REGIMENS])
def test_the_order_in_which_a_regimen_is_named_never_matters(case):
    found = {(it.id, it.status) for it in company_findings(SCREENER, patient(case.facts, list(case.regimen), case.at))}
    turned = company_findings(SCREENER, patient(case.facts, list(case.regimen[::-1]), case.at))
    assert {(it.id, it.status) for it in turned} == found


def pairs():
    """Yield each statement about a pair of formulary drugs, with the drug on the other side."""
    known = knowledge()
    owners = {slug(item): item for item in DRUGS}
    for statement in known.statements.values():
        owner = owners.get(statement.id.split(".", 1)[0])
        body = statement.body
        if owner is None or not isinstance(body, When) or body.then.value not in ("interaction", "duplicate"):
            continue
        for condition in body.conditions:
            for atom in condition.conditions if isinstance(condition, AnyOf) else (condition,):
                if isinstance(atom, TakingCondition) and len(body.conditions) == 1:
                    for other in DRUGS:
                        if other is not owner and known.in_class(other.inn, {"atc": (other.atc,)}, atom.target):
                            yield statement, owner, other


PAIRS = list(pairs())


@pytest.mark.parametrize(
    ("statement", "owner", "other"), PAIRS, ids=[f"{item[0].id} with {item[2].inn}" for item in PAIRS]
)
def test_a_pair_stands_once_and_is_found_from_either_side(statement, owner, other):
    assert status(owner.inn, statement.id, patient(medicines=[other.inn])) is Status.APPLIES
    assert status(other.inn, statement.id, patient(medicines=[owner.inn])) is Status.APPLIES
    alone = patient({"medicines_complete": True}, ["fictionalol"])
    assert status(other.inn, statement.id, alone) is Status.DOES_NOT_APPLY
