"""The leaflet of one person: what applies to them first, what is not known asked, what was not understood named."""

from fullcourse.adapters.documents.leaflet_text import DANGER, DIFFERS, leaflet_text
from fullcourse.clinical.finding import Decision
from fullcourse.clinical.patient import Record, Unrecognised
from fullcourse.journey.check import check
from patients import AT, knowledge
from unit.adapters.documents.test_leaflet import checked, leaflet


def test_what_applies_comes_first_and_the_most_serious_of_it_before_the_rest() -> None:
    made = leaflet(result=checked("isoniazid", epilepsy=True))
    assert made.personal is not None
    assert made.personal.decision is Decision.CONTRAINDICATED
    assert made.personal.headline == "Talk to your care team before you take this medicine."
    assert [line.statement for line in made.personal.applies][:1] == ["cycloserine.contraindication.epilepsy"]
    assert "cycloserine.interaction.isoniazid" in {line.statement for line in made.personal.applies}
    text = leaflet_text(made)
    assert text.index("FOR YOU") < text.index("GET HELP RIGHT AWAY") < text.index("WHAT IT IS FOR")


def test_the_way_to_emergency_help_stands_above_all_else() -> None:
    lines = leaflet_text(leaflet(result=checked(epilepsy=True))).splitlines()
    assert lines[1] == f"{DANGER} Call your local emergency number."


def test_what_is_not_known_is_asked_and_never_taken_for_a_no() -> None:
    personal = leaflet(result=checked()).personal
    assert personal is not None
    assert personal.decision is Decision.CANNOT_ASSESS
    assert any("fits (epilepsy)" in question for question in personal.questions)


def test_a_medicine_that_was_not_recognised_is_named_to_be_shown_to_a_pharmacist() -> None:
    made = leaflet(result=checked(unknown=("Seven-herb lung tea",)))
    assert made.personal is not None
    assert made.personal.unknown_medicines == ("Seven-herb lung tea",)
    assert "Seven-herb lung tea" in leaflet_text(made)


def test_an_allergy_that_was_not_understood_is_no_medicine() -> None:
    known = knowledge()
    record = Record({}, (), unrecognised=(Unrecognised("allergy", "sulfa?", "AllergyIntolerance/x", "not known"),))
    made = leaflet(result=check(record, known, known.profile("us"), AT, [known.drugs["cycloserine"]]))
    assert made.personal is not None
    assert made.personal.unknown_medicines == ()
    assert made.personal.unknown_matters == ("sulfa?",)
    assert "sulfa?" in leaflet_text(made)


def test_a_finding_of_the_other_drugs_file_says_which_medicine_it_means() -> None:
    personal = leaflet("terizidone", result=checked("cycloserine", inn="terizidone")).personal
    assert personal is not None
    assert any(line.text.startswith("About cycloserine: Never take this with terizidone") for line in personal.applies)


def test_where_sources_differ_on_what_applies_the_reader_is_told() -> None:
    personal = leaflet(result=checked(pregnant=True)).personal
    assert personal is not None
    line = next(line for line in personal.applies if line.statement == "cycloserine.population.pregnant")
    assert line.differs
    assert DIFFERS in leaflet_text(leaflet(result=checked(pregnant=True))).replace("\n  ", " ")


def test_a_finding_that_does_not_lead_in_the_profile_is_not_told_as_advice() -> None:
    for profile, shown, hidden in (
        ("us", "cycloserine.contraindication.breastfeeding", "cycloserine.population.breastfeeding-who"),
        ("who", "cycloserine.population.breastfeeding-who", "cycloserine.contraindication.breastfeeding"),
    ):
        personal = leaflet(result=checked(breastfeeding=True, profile=profile)).personal
        assert personal is not None
        told = {line.statement for line in personal.applies}
        assert shown in told
        assert hidden not in told
