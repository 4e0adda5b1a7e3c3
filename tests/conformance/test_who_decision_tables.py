"""WHO's decision tables D9 and D10 against profile who, on a generated grid; what differs is a committed table."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from fullcourse.clinical.fact import Fact
from fullcourse.clinical.quantity import exactly
from fullcourse.knowledge.regimens import Construction
from fullcourse.regimens.composed import Composed, RegimenStatus
from fullcourse.regimens.eligibility import Referee
from fullcourse.regimens.longer import compose_longer
from fullcourse.regimens.screened import DrugView, Screened
from fullcourse.regimens.standard import give_way, standard
from fullcourse.rules.situation import Situation
from patients import knowledge, patient
from who_tables import Case, cases_of_d9, cases_of_d10, d9, d10

TABLE = Path(__file__).parent / "data" / "who-decision-tables.tsv"
HEAD = "table\tregimen\tWHO's kit\tfullcourse\tcases\twhy\n"

WHY = {
    "asks pregnancy": "WHO's table proposes it while pregnancy is unknown: asked first, and WHO's proposal is said",
    "asks CD4": "WHO's table proposes it while CD4 or HIV is unknown: asked first, and WHO's proposal is said",
    "asks postpartum": "the weeks after birth are unknown: HPMZ waits for the answer",
    "L2": "the kit ignores an excluded site when the lungs are affected too",
    "L3": "the kit proposes the linezolid variant without asking severity, extent or components",
    "L4": "the kit's rule lacks the severity test of its siblings",
    "L6": "the kit goes by the lungs although another site decides",
    "L8": "no rule of the kit matches while the weeks after birth are unknown",
    "L9": "the kit cannot see that no fluoroquinolone can be taken",
    "HIV": "with HIV the six months for meningitis are not recommended; the kit does not ask (page 1957)",
    "asks HIV": "HIV is unknown: asked before the six months for meningitis (page 1957)",
    "N1": "a severe site overrides a peripheral node",
    "N2": "an uncomplicated effusion of a child is not severe: four and six months are both acceptable",
    "N3": "never the ethionamide variant in pregnancy (page 583)",
    "N4": "never the ethionamide variant in pregnancy, below 14 years either (page 583)",
    "N5": "a component that cannot be taken excludes its regimen",
    "N6": "the linezolid variant is not for the pericardium",
    "severity": "the kit's rule does not ask severity: severe disease gets ethambutol for certain (page 1768)",
    "pneumonia": "with severe pneumonia ethambutol is certain; the kit's other rules fire beside it (D9.03)",
    "resistant": "a drug that is shown resistant never counts: HPMZ without an effective moxifloxacin",
    "breastfeeding": "the ethionamide variant is not for breast-feeding (page 583); the kit proposes it (D10.11, .30)",
    "two reasons": "the kit's rule for one reason ignores another that excludes the variant",
    "below 14": "excluded sites are excluded below 14 years too; the kit relies on the severity flag alone (page 583)",
    "lung and node": "from 16 years pulmonary disease gets ethambutol for certain; the kit's node rule fires beside it",
    "asks fluoroquinolone": "WHO proposes it while the fluoroquinolone is unknown: asked first, a 9-month one may fit",
    "longer": "the longer regimen is what is left when no shorter one fits",
    "shorter": "the longer regimen gives way to a 9-month regimen that fits",
}

SITES = {
    "node": ("tb_peripheral_node",),
    "meningitis": ("tb_meningitis", "tb_central_nervous_system"),
    "other_cns": ("tb_central_nervous_system",),
    "bone": ("tb_bone_or_joint",),
    "pericardium": ("tb_pericardium",),
    "pleura": ("tb_pleura",),
    "miliary": ("tb_miliary",),
}
NEVER = (
    "allergy_bedaquiline", "allergy_nitroimidazole", "allergy_linezolid", "allergy_fluoroquinolone",
    "allergy_clofazimine", "allergy_pyrazinamide", "allergy_ethambutol", "allergy_isoniazid", "allergy_thioamide",
    "fluoroquinolone_harm", "long_qt", "tb_cavity", "tb_other_site", "tb_intrathoracic_node",
)  # fmt: skip
UNEXPOSED = ("bedaquiline", "pretomanid", "delamanid", "linezolid", "clofazimine", "ethionamide")


@cache
def _nobody():
    return patient()


def facts_of(case: Case, rifampicin: str) -> dict[str, Fact]:
    """Return what is known of a patient of the grid."""
    known: dict[str, object] = dict.fromkeys(NEVER, False)
    known |= {name: False for names in SITES.values() for name in names}
    known |= dict.fromkeys(SITES.get(case.site, ()), True)
    known |= {f"{name}_earlier_exposure": 0.0 for name in UNEXPOSED}
    known |= {
        "rifampin_susceptibility": rifampicin,
        "isoniazid_susceptibility": case.isoniazid,
        "age": float(case.years),
        "age_months": float(case.age_months),
        "pulmonary_tuberculosis": case.pulmonary,
        "extrapulmonary_tuberculosis": case.extrapulmonary,
        "tb_severe_disease": case.severe,
        "tb_extensive_disease": case.extensive,
        "severe_acute_pneumonia": case.pneumonia,
        "severe_wasting": case.wasting,
        "weight": case.weight_kg,
        "bmi": case.bmi,
        "earlier_tb_treatment": case.years_since is not None,
        "sex": "male" if case.state == "man" else "female",
        "contraception": None if case.state == "man" else case.contraception,
        "haemoglobin": 12.0,
        "neutrophils": 3.0,
        "platelets": 250.0,
        "years_since_tb_treatment": case.years_since,
        "fluoroquinolone_result": None if case.fluoroquinolone == "unknown" else case.fluoroquinolone,
        "pregnant": {"pregnant": True, "pregnancy unknown": None}.get(case.state, False),
        "breastfeeding": case.state == "breastfeeding",
        "postpartum": {"postpartum": True, "postpartum unknown": None}.get(case.state, False),
        "hiv_infection": {"negative": False, "unknown": None}.get(case.cd4, True),
        "cd4_count": {"99": 99.0, "100": 100.0}.get(case.cd4),
    }
    if case.allergy:
        known[f"allergy_{case.allergy}"] = True
    if case.resistant_to:
        known[f"{case.resistant_to}_susceptibility"] = "resistant"
    values = {name: exactly(value) if isinstance(value, float) else value for name, value in known.items()}
    return {**_nobody().facts, **{name: Fact(name, value, missing=(name,)) for name, value in values.items()}}


def statuses(case: Case, rifampicin: str) -> dict[str, RegimenStatus]:
    """Return the status of every regimen of profile who, by its guideline and the results alone."""
    known = knowledge()
    facts = facts_of(case, rifampicin)
    views = {name: DrugView(name, _effect(name, case, rifampicin), True) for name in known.drugs}
    screened = Screened(views)
    referee = Referee(Situation(replace(_nobody(), facts=facts), known, facts), known)
    judged: dict[str, RegimenStatus] = {}
    truths: dict[str, bool | None] = {}
    resistant = rifampicin == "resistant"
    plans = [it for it in known.guidelines.regimens.values() if "who" in it.profiles]
    plans = [it for it in plans if (it.path == "rifampicin-resistant") is resistant]
    for plan in (*plans, *([known.guidelines.constructions["who-longer"]] if resistant else ())):
        if isinstance(plan, Construction):
            composed = _longer(case.fluoroquinolone, case.resistant_to)
        else:
            composed = standard(plan, referee, screened, known, None)
        names = {it.id: it.name for it in known.guidelines.regimens.values()}
        composed = give_way(composed, plan.gives_way_to, plan.beside, truths, names)
        judged[plan.id] = composed.status
        truths[plan.id] = {RegimenStatus.ELIGIBLE: True, RegimenStatus.INELIGIBLE: False}.get(composed.status)
    return judged


@cache
def _longer(fluoroquinolone: str, resistant_to: str) -> Composed:
    """Return the longer regimen, which asks nothing else of the grid."""
    known, case = knowledge(), Case(fluoroquinolone=fluoroquinolone, resistant_to=resistant_to)
    facts = facts_of(case, "resistant")
    screened = Screened({name: DrugView(name, _effect(name, case, "resistant"), True) for name in known.drugs})
    referee = Referee(Situation(replace(_nobody(), facts=facts), known, facts), known)
    return compose_longer(known.guidelines.constructions["who-longer"], referee, screened, known, None, 1).regimens[0]


def _effect(name: str, case: Case, rifampicin: str) -> bool:
    if name in {"levofloxacin", "moxifloxacin"}:
        return case.fluoroquinolone != "resistant"
    if name == "rifampin":
        return rifampicin == "susceptible"
    return name != case.resistant_to and not (name == "isoniazid" and case.isoniazid == "resistant")


def why(table: str, regimen: str, case: Case, kit: bool, ours: RegimenStatus) -> str:
    """Return the reason of a difference; empty for none that is known."""
    rules = _why_d9 if table == "D9" else _why_d10
    return next((code for code, holds in rules(regimen, case, kit, ours) if holds), "")


def _why_d9(regimen: str, case: Case, kit: bool, ours: RegimenStatus) -> Iterator[tuple[str, bool]]:
    open_ = ours is RegimenStatus.CANNOT_ASSESS
    far = case.site in {"meningitis", "other_cns", "bone"}
    if regimen.startswith("who-6hrez"):
        yield "L9", case.allergy == "fluoroquinolone"
        return
    if regimen == "who-6hrzeto":
        yield "HIV", kit and case.cd4 in {"99", "100", "missing"}
        yield "asks HIV", kit and open_ and case.cd4 == "unknown"
    if regimen == "who-2hpmz-2hpm":
        yield "resistant", case.fluoroquinolone == "resistant"
        yield "L6", kit and (far or case.site == "pericardium")
        yield "asks pregnancy", open_ and case.state == "pregnancy unknown"
        yield "asks CD4", open_ and case.cd4 in {"missing", "unknown"}
        yield "asks postpartum", open_ and case.state == "postpartum unknown"
        return
    yield "L8", not kit and case.state == "postpartum unknown"
    yield "L6", kit and case.years < 20 and far
    yield "N1", kit and case.site in {"pericardium", "pleura"} and regimen != "who-2hrze-4hr"
    yield "N2", not kit and case.site == "pleura" and regimen == "who-2hrz-e-2hr"
    yield "lung and node", kit and case.pulmonary and case.site == "node" and case.years >= 16
    yield "severity", case.severe
    yield "pneumonia", kit and case.pneumonia


def _why_d10(regimen: str, case: Case, kit: bool, ours: RegimenStatus) -> Iterator[tuple[str, bool]]:
    open_ = ours is RegimenStatus.CANNOT_ASSESS
    excluded = case.site in {"meningitis", "other_cns", "bone", "miliary"}
    pregnant, feeding = case.state == "pregnant", case.state == "breastfeeding"
    yield "asks pregnancy", open_ and case.state == "pregnancy unknown"
    if regimen in {"who-bpalm", "who-bpal"}:
        yield "L2", kit and excluded
        return
    if regimen == "who-longer":
        yield "asks pregnancy", case.state == "pregnancy unknown"
        yield "asks fluoroquinolone", open_ and case.fluoroquinolone == "unknown"
        yield "shorter", kit and ours is RegimenStatus.INELIGIBLE
        yield "longer", not kit and ours is RegimenStatus.ELIGIBLE
        return
    ethionamide = regimen == "who-9-month-ethionamide"
    yield "N4", kit and ethionamide and pregnant and case.years < 14
    yield "N3", kit and ethionamide and pregnant
    yield "breastfeeding", kit and ethionamide and feeding
    yield (
        "N5",
        kit and (case.allergy in {"bedaquiline", "linezolid"} or case.resistant_to in {"linezolid", "bedaquiline"}),
    )
    yield "below 14", kit and case.years < 14 and (excluded or case.site == "pericardium")
    yield "N6", kit and case.site == "pericardium"
    yield "L2", kit and excluded
    yield "L3", kit and (case.severe or case.extensive or bool(case.resistant_to))
    yield "L4", case.severe


def compared() -> tuple[Counter[tuple[str, str, str, str, str]], int, list[str]]:
    """Return every difference counted, how many proposals were compared, and those without a known reason."""
    differences: Counter[tuple[str, str, str, str, str]] = Counter()
    unexplained: list[str] = []
    total = 0
    for table, cases, kit_of, rifampicin in (
        ("D9", cases_of_d9(), d9, "susceptible"),
        ("D10", cases_of_d10(), d10, "resistant"),
    ):
        for case in cases:
            fired = kit_of(case)
            for regimen, status in statuses(case, rifampicin).items():
                total += 1
                kit = regimen in fired
                if kit is (status is RegimenStatus.ELIGIBLE):
                    continue
                code = why(table, regimen, case, kit, status)
                if not code:
                    unexplained.append(f"{table} {regimen} kit={kit} ours={status.value} {case}")
                differences[table, regimen, "proposes" if kit else "does not", status.value, code] += 1
    return differences, total, unexplained


@cache
def comparison():
    return compared()


def test_every_difference_from_whos_tables_has_a_known_reason():
    _, total, unexplained = comparison()
    assert unexplained[:5] == []
    assert total > 40_000


def test_the_differences_are_the_committed_table():
    rows = [
        f"{table}\t{regimen}\t{kit}\t{ours}\t{count}\t{WHY[code]}"
        for (table, regimen, kit, ours, code), count in sorted(comparison()[0].items())
    ]
    assert TABLE.read_text("utf-8") == HEAD + "\n".join(rows) + "\n"


@pytest.mark.parametrize("regimen", ["who-bpalm", "who-2hpmz-2hpm"])
def test_what_whos_table_proposes_while_pregnancy_is_unknown_is_asked_and_said(regimen):
    case = Case(state="pregnancy unknown")
    rifampicin = "resistant" if regimen == "who-bpalm" else "susceptible"
    assert regimen in (d10 if rifampicin == "resistant" else d9)(case)
    known = knowledge()
    facts = facts_of(case, rifampicin)
    screened = Screened({name: DrugView(name, _effect(name, case, rifampicin), True) for name in known.drugs})
    referee = Referee(Situation(replace(_nobody(), facts=facts), known, facts), known)
    composed = standard(known.guidelines.regimens[regimen], referee, screened, known, None)
    assert composed.status is RegimenStatus.CANNOT_ASSESS
    assert [it.missing for it in composed.reasons if it.counts_as is None] == [("pregnant",)]
    assert any("pregnancy" in said for said in composed.proposed_by_source)
