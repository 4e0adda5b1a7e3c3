"""A leaflet tells all that the sources tell, in plain words, each line with its source; a person's own part first."""

import re
from datetime import date

import pytest

from fullcourse.adapters.documents.leaflet import make_leaflet
from fullcourse.adapters.documents.leaflet_nouns import Leaflet, Section
from fullcourse.adapters.documents.leaflet_parts import PARTS
from fullcourse.adapters.documents.leaflet_text import DANGER, DIFFERS, DISCLAIMER, UNSAID, leaflet_text
from fullcourse.adapters.documents.pages import leaflet_html
from fullcourse.clinical.patient import Record, Unrecognised
from fullcourse.journey.check import CheckResult, check
from fullcourse.knowledge.statements import TakingCondition, Tells
from fullcourse.knowledge.walk import atoms_of, facts_of, thens_of
from patients import AT, evidence, knowledge, medicine
from unit.knowledge.test_questions import HIGHEST_GRADE, reading_grade

DRUGS = sorted(knowledge().drugs)


def leaflet(inn: str = "cycloserine", country: str = "", result: CheckResult | None = None) -> Leaflet:
    return make_leaflet(knowledge(), knowledge().drugs[inn], country, result)


def checked(
    *medicines: str,
    inn: str = "cycloserine",
    profile: str = "us",
    at: date = AT,
    unknown: tuple[str, ...] = (),
    **facts: bool,
) -> CheckResult:
    known = knowledge()
    record = Record(
        {name: (evidence(name, value),) for name, value in facts.items()},
        tuple(map(medicine, medicines)),
        unrecognised=tuple(Unrecognised("medicine", name, "MedicationStatement/x", "not known") for name in unknown),
    )
    return check(record, known, known.profile(profile), at, [known.drugs[inn]])


def texts(made: Leaflet, section: str) -> str:
    return " ".join(line.text for part in made.sections if part.id == section for line in part.lines)


# what stands there ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("section", "words"),
    [
        ("what", "treats TB of the lungs"),
        ("not", "fits, depression, very bad anxiety, psychosis or very weak kidneys"),
        ("before", "Pregnant, planning a baby, or breast-feeding?"),
        ("take", "Spread your doses evenly"),
        ("take", "just as your care team says"),
        ("take", "Never change it yourself"),
        ("long", "Finish the whole course"),
        ("avoid", "Do not drink alcohol"),
        ("avoid", "Alcohol can hide in sauces, mouthwash and cough syrup"),
        ("drive", "Do not drive or use machines until"),
        ("help", "A fit: call for emergency help now"),
        ("today", "call your care team today"),
        ("visit", "tell us at your next visit"),
        ("missed", "Never take two at once"),
        ("much", "Call poison control or your care team"),
        ("store", "20 to 25 °C (68 to 77 °F)"),
        ("store", "away from children and pets"),
        ("tests", "Go to all visits and blood tests"),
        ("daily", "Order more pills 3 to 5 days before"),
        ("ask", "How does it work?"),
    ],
)
def test_the_leaflet_of_cycloserine_tells_everything_that_it_should(section: str, words: str) -> None:
    assert words in texts(leaflet(), section)


def test_every_part_of_cycloserines_leaflet_has_lines_in_reading_order() -> None:
    assert [section.id for section in leaflet().sections] == [part.id for part in PARTS if part.id != "normal"]
    assert leaflet().not_covered == ()


@pytest.mark.parametrize("inn", DRUGS)
def test_every_line_has_a_source_in_the_list(inn: str) -> None:
    made = leaflet(inn, "US")
    for line in (*(line for section in made.sections for line in section.lines), *made.reporting):
        assert made.sources[line.source - 1].id == knowledge().statements[line.statement].source


@pytest.mark.parametrize("inn", DRUGS)
def test_no_line_stands_twice(inn: str) -> None:
    lines = [line.text for section in leaflet(inn).sections for line in section.lines]
    assert len(lines) == len(set(lines))


@pytest.mark.parametrize("inn", DRUGS)
def test_every_leaflet_has_emergencies_or_tells_those_of_every_drug(inn: str) -> None:
    help_ = texts(leaflet(inn), "help")
    for words in ("breath", "fit", "harm"):
        assert words in help_.lower()


@pytest.mark.parametrize("inn", DRUGS)
def test_every_interaction_with_plain_words_is_told_or_covered_by_what_is_told(inn: str) -> None:
    made = leaflet(inn)
    shown = {line.statement for section in made.sections for line in section.lines}
    told = {item.id: item for item in knowledge().statements.values() if isinstance(item.body, Tells)}
    covered = {matter for name in shown if name in told for matter in told[name].covers}
    slug = inn.replace(" ", "-")
    said = {line.text for section in made.sections for line in section.lines}
    worded = {
        name: item
        for name, item in knowledge().statements.items()
        if name.startswith((f"{slug}.interaction.", f"{slug}.duplicate.")) and item.patient
    }
    assert worded
    for name, item in worded.items():
        assert name in shown or set(item.covers) <= covered or item.patient in said, name


KNOWN_BY_ANOTHER_NAME = {
    "capreomycin": "drugs harm the ears or the kidneys",
    "cyclosporine": "drugs harm the ears or the kidneys",
    "cyanocobalamin": "vitamin b12",
    "hydroxocobalamin": "vitamin b12",
    "p-aminosalicylic acid": "pas",
    "halothane": "surgery",
}


def test_a_line_about_a_pair_names_the_other_medicine_so_that_it_can_stand_on_either_leaflet() -> None:
    pairs = {
        name: item
        for name, item in knowledge().statements.items()
        if item.patient and name.split(".")[1] in ("interaction", "duplicate")
    }
    assert pairs
    for name, item in pairs.items():
        for atom in atoms_of(item.body):
            if isinstance(atom, TakingCondition) and atom.target.startswith("drug."):
                other = atom.target.removeprefix("drug.")
                words = (other, KNOWN_BY_ANOTHER_NAME.get(other, other))
                assert any(word in item.patient.lower() for word in words), (name, item.patient)
        assert not item.patient.startswith(("Both ", "These two ", "Together these ", "You also ")), name


@pytest.mark.parametrize("inn", DRUGS)
def test_every_test_with_plain_words_is_told_or_covered_by_what_is_told(inn: str) -> None:
    made = leaflet(inn)
    told = texts(made, "tests")
    statements = knowledge().statements
    covered = {it for part in made.sections for line in part.lines for it in statements[line.statement].covers}
    slug = inn.replace(" ", "-")
    for name, item in statements.items():
        numbers = any(knowledge().facts[fact].kind == "number" for fact in facts_of(item.body))
        if name.startswith((f"{slug}.test.", f"{slug}.monitoring.")) and item.patient and not numbers:
            assert item.patient in told or set(item.covers) <= covered, name
    assert bool(told) == ("Visits and tests" not in made.not_covered)


@pytest.mark.parametrize("inn", DRUGS)
def test_every_leaflet_says_what_to_do_about_too_much_and_whom_to_call(inn: str) -> None:
    made = leaflet(inn, "US")
    assert "call poison" in texts(made, "much").lower()
    assert "800-222-1222" in leaflet_text(made)
    assert "If you take too much" not in made.not_covered


@pytest.mark.parametrize(
    ("inn", "words"),
    [
        ("rifampin", "may turn red or orange. This is normal"),
        ("clofazimine", "can turn orange, pink or brown"),
        ("p-aminosalicylic acid", "granules in your stool. This is normal"),
    ],
)
def test_a_change_that_is_expected_is_no_reason_to_call_today(inn: str, words: str) -> None:
    assert words in texts(leaflet(inn), "normal")
    assert words not in texts(leaflet(inn), "today")


@pytest.mark.parametrize(("inn", "words"), [("delamanid", "Seeing or hearing things"), ("imipenem", "A fit")])
def test_an_emergency_that_the_drugs_own_source_names_is_told_once(inn: str, words: str) -> None:
    assert texts(leaflet(inn), "help").count(words) == 1


@pytest.mark.parametrize("inn", ["bedaquiline", "delamanid", "pretomanid", "p-aminosalicylic acid"])
def test_a_medicine_with_a_package_leaflet_has_every_part_of_it(inn: str) -> None:
    made = leaflet(inn)
    assert made.not_covered == ()
    assert "You may" in texts(made, "visit")
    assert "You may" not in texts(made, "today")


@pytest.mark.parametrize("inn", DRUGS)
def test_every_leaflet_asks_for_the_history_and_the_whole_list_once_and_lends_questions(inn: str) -> None:
    made = leaflet(inn)
    everything = " ".join(line.text for section in made.sections for line in section.lines)
    assert everything.count("about all you take: prescribed or bought") == 1
    assert everything.count("what illnesses you have or had") == 1
    assert everything.count("You can ask: What is it for?") == 1


def test_a_medicines_own_line_takes_the_place_of_what_is_told_of_every_medicine() -> None:
    names = {line.statement for section in leaflet().sections for line in section.lines}
    assert not any(name.startswith("every.") for name in names)


@pytest.mark.parametrize(
    ("inn", "told"), [("rifampin", True), ("isoniazid", True), ("amikacin", False), ("meropenem", False)]
)
def test_refills_are_told_where_a_medicine_is_taken_at_home(inn: str, told: bool) -> None:
    assert ("before you run out" in texts(leaflet(inn), "daily")) is told


def test_a_rule_on_missed_doses_is_told_although_it_counts_milligrams() -> None:
    assert "In the first 2 weeks, skip a missed dose" in texts(leaflet("bedaquiline"), "missed")


WITHOUT_A_RULE = {
    "amikacin", "clavulanate", "clofazimine", "ethionamide", "imipenem", "linezolid", "meropenem", "prothionamide",
    "streptomycin", "terizidone",
}  # fmt: skip
"""No source that was read speaks of a forgotten dose of these; one on linezolid speaks of doses left out on purpose."""


@pytest.mark.parametrize("inn", DRUGS)
def test_every_leaflet_gives_the_rule_on_a_missed_dose_or_says_that_no_source_does_and_whom_to_ask(inn: str) -> None:
    made = leaflet(inn)
    (part,) = (section for section in made.sections if section.id == "missed")
    words = f"found no source on a missed dose of {knowledge().drugs[inn].label.lower()}. Ask your care team before"
    own = [it for it in part.lines if it.statement.startswith(f"{inn.replace(' ', '-')}.missed")]
    own += [it for it in part.lines if it.statement == "cycloserine.leaflet.missed-dose"]
    for shown in (" ".join(leaflet_text(made).split()), " ".join(leaflet_html(made).split())):
        assert (words in shown) is (inn in WITHOUT_A_RULE)
    assert "If you miss a dose" not in made.not_covered
    if inn not in WITHOUT_A_RULE:
        assert own
        assert not any(it.statement.startswith("every.") for it in part.lines)


@pytest.mark.parametrize(("inn", "told"), [("linezolid", True), ("clofazimine", True), ("amikacin", False)])
def test_a_late_dose_without_a_rule_of_its_own_has_that_of_every_medicine_taken_at_home(inn: str, told: bool) -> None:
    assert (
        "Up to 2 hours late: take your dose. Never take two doses at once." in texts(leaflet(inn), "missed")
    ) is told


def test_a_drug_without_a_source_on_a_part_says_so() -> None:
    assert "How to keep it" in leaflet("amikacin").not_covered
    assert "Not covered here" in leaflet_text(leaflet("amikacin"))


def test_a_wording_for_one_patients_number_is_not_told_to_everybody() -> None:
    assert "Your kidneys are a bit weak" not in leaflet_text(leaflet())


def test_a_pair_of_the_other_drugs_file_says_which_medicine_it_means() -> None:
    assert "About pretomanid: " in texts(leaflet(), "avoid")


# reading --------------------------------------------------------------------------------------------------------------


def ended(text: str) -> str:
    return text if text[-1] in ".?!:" else f"{text}."


@pytest.mark.parametrize("inn", DRUGS)
def test_every_leaflet_reads_at_grade_6_or_lower(inn: str) -> None:
    lines = [ended(line.text) for section in leaflet(inn, "US").sections for line in section.lines]
    assert reading_grade(" ".join(lines)) <= HIGHEST_GRADE


def _unsaid(part: Section) -> list[str]:
    """Return the words on what no source says, without the name of the drug, which no wording makes shorter."""
    return [UNSAID.format("this drug")] if part.unsaid else []


@pytest.mark.parametrize("country", ["", "US"])
@pytest.mark.parametrize("inn", DRUGS)
def test_every_part_of_every_leaflet_reads_at_grade_6_or_lower(inn: str, country: str) -> None:
    parts = leaflet(inn, country).sections
    graded = {
        part.id: reading_grade(" ".join([*(ended(line.text) for line in part.lines), *_unsaid(part)])) for part in parts
    }
    assert {name: grade for name, grade in graded.items() if grade > HIGHEST_GRADE} == {}


def test_the_leaflets_own_words_read_at_grade_6_or_lower() -> None:
    own = [part.heading for part in PARTS]
    for result in (checked(epilepsy=True), checked(), checked("isoniazid", **_WELL)):
        personal = leaflet(result=result).personal
        assert personal is not None
        own.append(personal.headline)
    assert reading_grade(" ".join(map(ended, [*own, DANGER, DIFFERS, DISCLAIMER]))) <= HIGHEST_GRADE


def test_a_personal_leaflet_reads_at_grade_6_or_lower() -> None:
    personal = leaflet(result=checked("isoniazid", "ethionamide", epilepsy=True, liver_disease=True)).personal
    assert personal is not None
    assert reading_grade(" ".join(ended(line.text) for line in personal.applies)) <= HIGHEST_GRADE


# numbers --------------------------------------------------------------------------------------------------------------


def test_numbers_stand_there_for_the_united_states() -> None:
    text = leaflet_text(leaflet(country="US"))
    assert "call 911" in text
    assert "800-222-1222" in text
    assert "800-332-1088" in text


@pytest.mark.parametrize("inn", DRUGS)
@pytest.mark.parametrize("country", ["", "ZA"])
def test_no_number_stands_there_for_any_other_country(inn: str, country: str) -> None:
    text = leaflet_text(leaflet(inn, country))
    assert not re.search(r"\b911\b", text)  # the number of an article may hold these digits
    assert "800-" not in text
    assert "Call your local emergency number." in text


# for one person -------------------------------------------------------------------------------------------------------

_NO = (
    "depression",
    "severe_anxiety",
    "psychosis",
    "suicidal_thoughts",
    "excessive_alcohol_use",
    "alcohol_use",
    "dialysis",
)
_WELL = {
    **dict.fromkeys(
        (*_NO, "epilepsy", "pregnant", "breastfeeding", "severe_renal_impairment", "renal_impairment"), False
    ),
    "problems_complete": True,
    "medicines_complete": True,
    "allergies_complete": True,
}


def test_an_emergency_statement_is_never_outside_the_emergency_part_or_the_one_on_too_much() -> None:
    of_emergencies = {
        section.id
        for section in leaflet().sections
        for line in section.lines
        if any(then.value == "emergency_now" for then in thens_of(knowledge().statements[line.statement].body))
    }
    assert of_emergencies == {"help", "much"}
