import pytest

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.medicines.routes import application_of, load_applications
from fullcourse.adapters.medicines.vocabulary import load_vocabulary
from fullcourse.clinical.errors import KnowledgeError
from fullcourse.clinical.medicine import Route


@pytest.mark.parametrize(
    ("name", "route"),
    [
        ("ciprofloxacin 0.3 % eye drops", Route.LOCAL),
        ("Ciprofloxacin 3 MG/ML Ophthalmic Solution", Route.LOCAL),
        ("ofloxacin ear drops", Route.LOCAL),
        ("ketoconazole 2 % shampoo", Route.LOCAL),
        ("clotrimazole 10 mg/g vaginal cream", Route.LOCAL),
        ("clotrimazole 100 MG Vaginal Insert", Route.LOCAL),
        ("betamethasone 0.1 % ointment", Route.LOCAL),
        ("fluticasone nasal spray", Route.LOCAL),
        ("budesonide 0.2 MG Inhaler", Route.LOCAL),
        ("ipratropium 0.02 MG Inhaler", Route.LOCAL),
        ("Salbutamol inhaler", Route.UNKNOWN),
        ("terbutaline inhaler", Route.UNKNOWN),
        ("levonorgestrel 52 mg intrauterine system", Route.LOCAL),
        ("Mirena", Route.LOCAL),
        ("estradiol 0.1 MG/DAY Transdermal System", Route.SYSTEMIC),
        ("etonogestrel / ethinyl estradiol Vaginal Ring", Route.SYSTEMIC),
        ("ciprofloxacin 500 mg tablet", Route.SYSTEMIC),
        ("miconazole 2 % Oral Gel", Route.SYSTEMIC),
        ("sumatriptan nasal spray", Route.UNKNOWN),
        ("phenylephrine nasal spray", Route.UNKNOWN),
        ("phenylephrine eye drops", Route.UNKNOWN),
        ("testosterone topical gel", Route.UNKNOWN),
        ("ketoconazole", Route.UNKNOWN),
        ("alcohol mouthwash", Route.UNKNOWN),
    ],
)
def test_only_what_is_known_to_stay_where_it_is_put_is_local(name: str, route: Route) -> None:
    known = recognise(name, ())
    assert application_of([name], known.ingredients or known.partial)[0] is route


def test_a_combination_is_local_only_when_all_of_it_stays() -> None:
    assert application_of(["cream"], ["hydrocortisone", "miconazole"])[0] is Route.LOCAL
    assert application_of(["cream"], ["hydrocortisone", "estradiol"])[0] is Route.UNKNOWN


def test_a_product_of_which_no_ingredient_is_known_is_never_local() -> None:
    assert application_of(["xyzzy eye drops"], [])[0] is Route.UNKNOWN


def test_a_way_into_the_whole_body_leads_over_every_other() -> None:
    spoken = ["ciprofloxacin eye drops"]
    assert application_of(spoken, ["ciprofloxacin"], [((("snomed", "26643006"),), ())])[0] is Route.SYSTEMIC
    assert application_of(spoken, ["ciprofloxacin"], [((("snomed", "1"),), ())])[0] is Route.UNKNOWN


def test_no_code_and_no_phrase_stands_for_two_ways() -> None:
    ways = load_applications()
    codes = [pair for way in ways for pair in way.codes]
    phrases = [phrase for way in ways for phrase in way.words]
    assert len(codes) == len(set(codes))
    assert len(phrases) == len(set(phrases))


def test_every_ingredient_that_stays_is_spelled_as_the_vocabulary_spells_it() -> None:
    vocabulary = load_vocabulary()
    named = {ingredient for way in load_applications() for ingredient in (*way.only, *way.excepted)}
    assert [name for name in sorted(named) if vocabulary.ingredient(name) not in (name, "")] == []


def test_a_file_that_cannot_be_read_is_a_fault_of_the_knowledge(tmp_path) -> None:
    broken = tmp_path / "routes.toml"
    broken.write_text("[[route]]\nid = 1")
    with pytest.raises(KnowledgeError, match="ways of applying"):
        load_applications(broken)
