"""One leaflet for all drugs of a regimen: nothing of the drugs' own leaflets is lost, and nothing is said twice."""

import pytest
from click.testing import CliRunner

from fullcourse.adapters.documents.leaflet import make_leaflet
from fullcourse.adapters.documents.leaflet_nouns import Leaflet
from fullcourse.adapters.documents.leaflet_parts import CALL_TODAY, EMERGENCY
from fullcourse.adapters.documents.leaflet_text import DANGER, YIELDS, leaflet_text
from fullcourse.adapters.documents.pages import leaflet_html
from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.clinical.finding import Decision
from fullcourse.interfaces.cli.examples import EXAMPLES
from fullcourse.interfaces.cli.main import fullcourse
from fullcourse.journey.check import check, proposed_drugs
from fullcourse.knowledge.walk import facts_of, thens_of
from patients import AT, knowledge, medicine, patient
from unit.knowledge.test_questions import HIGHEST_GRADE, reading_grade

KNOWN = knowledge()
REGIMENS = (
    "BPaLM", "HRZE", "BPaL", "isoniazid,rifapentine", "cycloserine,linezolid,clofazimine,levofloxacin",
    "amikacin,ethionamide",
)  # fmt: skip


def of(regimen: str) -> Leaflet:
    drugs, _ = proposed_drugs(read_regimen(regimen, KNOWN), KNOWN)
    return make_leaflet(KNOWN, drugs, "US")


def said(made: Leaflet) -> dict[str, tuple[str, ...]]:
    return {line.statement: line.about for section in made.sections for line in section.lines}


@pytest.mark.parametrize("regimen", REGIMENS)
def test_what_a_drugs_own_leaflet_says_is_said_with_its_name_or_to_all(regimen: str) -> None:
    made = of(regimen)
    texts = {line.text for section in made.sections for line in section.lines}
    together = {drug.label for drug in made.drugs}
    for drug in made.drugs:
        for section in make_leaflet(KNOWN, drug, "US").sections:
            if section.id == "avoid":
                continue  # what is taken beside it is cut to the most serious of all drugs
            for line in section.lines:
                general = line.statement.startswith(("emergency.", "every."))
                other_words = general and line.text not in texts  # another drug's own source says it in its words
                pair = line.text.startswith("About ")  # the other drug is in the regimen, and says it itself
                assert line.text in texts or other_words or pair, (drug.inn, line.text)
    for section in made.sections:
        for line in section.lines:
            assert set(line.about) < together or not line.about


@pytest.mark.parametrize("regimen", REGIMENS)
def test_nothing_is_said_twice_and_each_line_has_its_source(regimen: str) -> None:
    made = of(regimen)
    lines = [line for section in made.sections for line in section.lines]
    texts = [(line.said) for line in lines]
    assert len(texts) == len(set(texts))
    assert all(made.sources[line.source - 1].id == KNOWN.statements[line.statement].source for line in lines)


@pytest.mark.parametrize("regimen", REGIMENS)
def test_an_emergency_of_one_drug_is_left_out_for_none(regimen: str) -> None:
    made = of(regimen)
    acting = {
        it.id
        for it in KNOWN.statements.values()
        for drug in made.drugs
        if it.patient
        and it.id.startswith(f"{drug.inn.replace('-', '_').replace(' ', '_')}.")
        and any(then.kind == "action" and then.value == EMERGENCY for then in thens_of(it.body))
        and not any("mg" in fact.split("_") for fact in facts_of(it.body))
    }
    told = {line.text for section in made.sections if section.id in {"help", "much"} for line in section.lines}
    assert {name for name in acting if KNOWN.statements[name].patient not in told} == set()


@pytest.mark.parametrize("inn", [*KNOWN.drugs, *REGIMENS])
def test_a_symptom_that_is_an_emergency_and_one_for_today_is_settled_on_the_page(inn: str) -> None:
    made = make_leaflet(KNOWN, KNOWN.drugs[inn], "") if inn in KNOWN.drugs else of(inn)
    symptoms: dict[str, set[str]] = {EMERGENCY: set(), CALL_TODAY: set()}
    for section in made.sections:
        for line in section.lines:
            statement = KNOWN.statements[line.statement]
            for then in thens_of(statement.body):
                if then.kind == "action" and then.value in symptoms and section.id in {"help", "today"}:
                    symptoms[then.value].update(facts_of(statement.body))
    yields = any(section.yields for section in made.sections if section.id == "today")
    assert yields is bool(symptoms[EMERGENCY] & symptoms[CALL_TODAY])
    assert (YIELDS in leaflet_text(made).replace("\n  ", " ")) is yields
    assert (YIELDS in leaflet_html(made)) is yields


def test_the_words_of_its_own_read_at_grade_6_or_lower() -> None:
    assert reading_grade(f"{YIELDS} {DANGER}") <= HIGHEST_GRADE


def test_the_strictest_decision_is_the_headline_and_a_finding_names_its_drug() -> None:
    regimen = read_regimen("cycloserine,linezolid", KNOWN)
    drugs, _ = proposed_drugs(regimen, KNOWN)
    result = check(
        patient({"epilepsy": True}, [medicine("sertraline")]).record, KNOWN, KNOWN.profile("who"), AT, (), regimen
    )
    personal = make_leaflet(KNOWN, drugs, "", result).personal
    assert personal is not None
    assert personal.decision is Decision.CONTRAINDICATED
    assert personal.headline == "Talk to your care team before you take these medicines."
    about = {line.statement: line.about for line in personal.applies}
    assert about["cycloserine.contraindication.epilepsy"] == ("Cycloserine",)
    assert any(name.startswith("linezolid.interaction") and whom == ("Linezolid",) for name, whom in about.items())


@pytest.mark.parametrize(
    ("regimen", "named"),
    [("BPaLM", "linezolid"), ("HRZE", ""), ("linezolid,clofazimine,cycloserine", "clofazimine and linezolid")],
)
def test_the_drugs_of_whose_missed_dose_no_source_speaks_are_named_together(regimen: str, named: str) -> None:
    words = f"We found no source on a missed dose of {named}. Ask your care team before you take it."
    (part,) = (section for section in of(regimen).sections if section.id == "missed")
    assert part.unsaid_of == named
    assert (words in " ".join(leaflet_text(of(regimen)).split())) is bool(named)


def test_a_medicine_of_the_regimen_on_which_nothing_is_stated_is_named() -> None:
    done = CliRunner().invoke(fullcourse, ["leaflet", "--regimen", "linezolid,gatifloxacin"])
    assert done.exit_code == 0, done.output
    assert "All about gatifloxacin" in done.output


@pytest.mark.parametrize("words", [[], ["--drug", "linezolid", "--regimen", "BPaL"]])
def test_one_of_the_two_options_is_needed(words: list[str]) -> None:
    done = CliRunner().invoke(fullcourse, ["leaflet", *words])
    assert (done.exit_code, "--regimen NAMES" in done.output) == (2, True)


def test_the_command_makes_one_for_a_record() -> None:
    done = CliRunner().invoke(
        fullcourse, ["leaflet", "--regimen", "BPaLM", "--record", str(EXAMPLES / "ready.toml"), "--at", "2026-12-01"]
    )
    assert done.output.startswith("BEDAQUILINE, LINEZOLID, MOXIFLOXACIN AND PRETOMANID")
    assert "FOR YOU" in done.output
