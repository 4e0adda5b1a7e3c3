"""What lies in time or in company, which a case file of one drug and today's medicines cannot say."""

from datetime import timedelta

import pytest

from fullcourse.clinical import Taken, parse_moment
from fullcourse.clinical.finding import Status
from fullcourse.knowledge.statements import AnyOf, TakingCondition, When
from fullcourse.screening.company import company_findings
from fullcourse.screening.rulebook import slug
from fullcourse.screening.screen import Screener
from patients import AT, knowledge, medicine, patient

TB = {"pulmonary_tuberculosis": True, "medicines_complete": True}
SCREENER = Screener(knowledge(), knowledge().profile("us"))
DRUGS = list(knowledge().drugs.values())


def status(drug, finding, person):
    check = SCREENER.screen(person, knowledge().drug(drug))
    return next((found.status for found in check.findings if found.id == finding), None)


def stopped(name, days):
    return medicine(name, Taken.PAST, until=parse_moment((AT - timedelta(days=days)).isoformat(), "until"))


@pytest.mark.parametrize(
    ("name", "finding", "days"),
    [
        ("sertraline", "linezolid.interaction.serotonergic", 14),
        ("phenelzine", "linezolid.interaction.monoamine-oxidase-inhibitors", 14),
        ("methylene blue", "linezolid.interaction.monoamine-oxidase-inhibitors", 14),
        ("fluoxetine", "linezolid.interaction.fluoxetine", 35),
    ],
)
def test_a_stopped_medicine_counts_to_the_last_day_of_its_window_and_no_longer(name, finding, days):
    inside = patient({"medicines_complete": True}, [stopped(name, days)])
    outside = patient({"medicines_complete": True}, [stopped(name, days + 1)])
    assert status("linezolid", finding, inside) is Status.APPLIES
    assert status("linezolid", finding, outside) is Status.DOES_NOT_APPLY


def test_oral_typhoid_vaccine_counts_for_three_days_beside_pyrazinamide():
    finding = "pyrazinamide.interaction.oral-typhoid-vaccine"
    vaccine = "salmonella enterica enterica serovar typhi"
    on_day_3 = patient({"medicines_complete": True}, [stopped(vaccine, 3)])
    on_day_4 = patient({"medicines_complete": True}, [stopped(vaccine, 4)])
    assert status("pyrazinamide", finding, on_day_3) is Status.APPLIES
    assert status("pyrazinamide", finding, on_day_4) is Status.DOES_NOT_APPLY


def applying(facts, medicines):
    found = company_findings(SCREENER, patient(facts, medicines))
    return {finding.id for finding in found if finding.status is Status.APPLIES}


@pytest.mark.parametrize(
    ("finding", "fires", "silent"),
    [
        ("regimen.company.qt-three", ["bedaquiline", "clofazimine", "moxifloxacin"], ["bedaquiline", "clofazimine"]),
        ("regimen.company.qt-three", ["bedaquiline", "clofazimine", "methadone"], ["bedaquiline", "linezolid"]),
        ("regimen.company.two-fluoroquinolones", ["levofloxacin", "moxifloxacin"], ["levofloxacin", "linezolid"]),
        ("regimen.company.two-fluoroquinolones", ["levofloxacin", "ciprofloxacin"], ["moxifloxacin", "linezolid"]),
        ("regimen.company.one-effective-drug", ["linezolid"], ["linezolid", "levofloxacin"]),
        ("regimen.company.one-effective-drug", ["cycloserine", "terizidone"], ["cycloserine", "linezolid"]),
        ("regimen.company.two-carbapenems", ["imipenem", "meropenem"], ["imipenem", "clavulanate"]),
        ("regimen.company.two-thioamides", ["ethionamide", "prothionamide"], ["ethionamide", "linezolid"]),
        ("regimen.company.two-aminoglycosides", ["amikacin", "streptomycin"], ["amikacin", "linezolid"]),
        ("regimen.company.kanamycin-capreomycin", ["kanamycin", "linezolid"], ["amikacin", "linezolid"]),
        ("regimen.company.carbapenem-without-clavulanate", ["meropenem", "linezolid"], ["meropenem", "clavulanate"]),
        (
            "pretomanid.company.with-bedaquiline-and-linezolid",
            ["pretomanid", "bedaquiline"],
            ["pretomanid", "bedaquiline", "linezolid"],
        ),
    ],
)
def test_company_is_found_over_the_regimen_and_not_without_its_last_member(finding, fires, silent):
    assert finding in applying(TB, fires)
    assert finding not in applying(TB, silent)
    assert finding in applying(TB, fires[::-1])


@pytest.mark.parametrize(
    "drug", [item.inn for item in DRUGS if f"{slug(item)}.company.never-alone" in knowledge().statements]
)
def test_a_drug_alone_against_tuberculosis_is_refused_and_with_others_it_is_not(drug):
    finding = f"{slug(knowledge().drugs[drug])}.company.never-alone"
    assert finding in applying(TB, [drug])
    assert finding not in applying(TB, [drug, "linezolid", "levofloxacin"])


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
