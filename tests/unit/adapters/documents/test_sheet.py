"""The review sheet holds every statement of the drug, with its rule, its cases, its conflicts and our readings."""

from dataclasses import replace
from pathlib import Path

from fullcourse.adapters.documents.sheet import Entry, Sheet, make_sheet, read_cases, read_interpretations
from fullcourse.knowledge.second_readings import SecondReading, read_second_readings
from patients import knowledge

ROOT = Path(__file__).parents[4]
CASES = read_cases(ROOT / "tests" / "spec", knowledge())
READINGS = read_interpretations(ROOT / "docs" / "interpretations")
DRUGS = ("amikacin", "imipenem", "isoniazid", "levofloxacin", "linezolid")


def sheet(inn: str = "cycloserine", *, bare: bool = False) -> Sheet:
    return make_sheet(knowledge(), knowledge().drugs[inn], {} if bare else CASES, {} if bare else READINGS)


def entry(statement: str) -> Entry:
    entries = {item.statement.id: item for group in sheet().groups for item in group.entries}
    return entries[statement]


def test_every_statement_of_the_drug_stands_there_once() -> None:
    shown = [item.statement.id for group in sheet().groups for item in group.entries]
    assert sorted(shown) == sorted(name for name in knowledge().statements if name.startswith("cycloserine."))
    assert sheet().count == len(shown)


def test_a_form_has_its_strength_also_where_it_is_by_volume_or_of_two_ingredients() -> None:
    forms = {inn: [value for label, value, _ in sheet(inn).identity if label == "Form"] for inn in DRUGS}
    assert forms["amikacin"] == ["injection 250 mg/mL"]
    assert "injection 500 mg, with cilastatin 500 mg" in forms["imipenem"]
    assert all(any(sign.isdigit() for sign in form) for found in forms.values() for form in found)


def test_what_is_not_covered_and_what_stands_on_another_sheet_is_said() -> None:
    assert "storage" in sheet("amikacin").uncovered
    assert "delamanid.interaction.bedaquiline" in {item.id for item, _ in sheet("bedaquiline").elsewhere}


def test_the_cases_of_a_statement_stand_beside_it() -> None:
    cases = {(case.given, case.expected) for case in entry("cycloserine.contraindication.epilepsy").cases}
    assert {("epilepsy: yes", "applies, contraindicated"), ("epilepsy: no", "does not apply")} <= cases


def test_a_number_in_a_case_is_shown_as_a_number(tmp_path: Path) -> None:
    (tmp_path / "x.toml").write_text(
        '[[case]]\nname = "n"\nfacts = [{ id = "creatinine", value = 1.0, unit = "mg/dL" }]\n'
        'medicines = ["isoniazid", { name = "linezolid", stopped_days_ago = 14 }]\n'
        'expect = { "a.b.c" = "does_not_apply" }\n',
        "utf-8",
    )
    (case,) = read_cases(tmp_path, knowledge())["a.b.c"]
    assert (case.given, case.expected) == (
        "serum creatinine: 1.0 mg/dL; takes isoniazid; stopped linezolid 14 days before",
        "does not apply",
    )


def test_without_a_checkout_there_are_no_cases_and_it_is_said() -> None:
    assert not sheet(bare=True).has_cases
    assert read_cases(Path("/nowhere"), knowledge()) == {}
    assert read_interpretations(Path("/nowhere")) == {}


def test_what_other_sources_say_on_the_point_stands_beside_it_with_who_leads() -> None:
    others = {other.statement: other for other in entry("cycloserine.contraindication.breastfeeding").conflicts}
    assert others["cycloserine.population.breastfeeding-who"].leads == ("who",)
    assert others["cycloserine.population.breastfeeding-who"].severity == "moderate"


def test_our_reading_stands_beside_it_with_its_title() -> None:
    assert entry("cycloserine.contraindication.severe-renal").interpretation.startswith("I-0001: ")
    assert entry("cycloserine.contraindication.epilepsy").interpretation == ""


def test_a_code_without_a_source_is_not_covered() -> None:
    for drug in knowledge().drugs:
        for label, value, _ in sheet(drug).identity:
            assert value, label


def test_every_table_limit_and_product_of_doses_stands_there_once() -> None:
    made = sheet()
    doses = knowledge().doses
    named = {it.id for it in doses.tables.values() if "cycloserine" in it.drugs}
    listed = [table.clause.id for table in made.tables]
    assert named <= set(listed)
    assert len(listed) == len(set(listed))
    assert {table.clause.kind for table in made.tables} <= {"dose table", "dose limit", "product"}
    (longer,) = (it for it in made.tables if it.clause.id == "cycloserine.dose.who-longer")
    assert any("750 mg" in line for line in longer.clause.lines.values())


VORICONAZOLE = "rifampin.interaction.voriconazole"


def second(statement: str, readings: dict[str, SecondReading]) -> str:
    made = make_sheet(knowledge(), knowledge().drugs["rifampin"], {}, {}, readings)
    entries = {item.statement.id: item for group in made.groups for item in group.entries}
    return " ".join(entries[statement].second)


def test_what_a_second_reader_found_stands_beside_the_statement() -> None:
    shipped = read_second_readings()
    agrees = second(VORICONAZOLE, shipped)
    assert agrees.startswith("Read a second time: agrees. The source was opened: yes. The source asks for: never.")
    assert "It names: rifampicin." in agrees
    differs = second("rifampin.interaction.azoles", shipped)
    assert "differs" in differs
    assert "Differs (over): Kept at avoid, and said to be our reading (I-1791)" in differs


def test_a_severe_statement_that_was_not_read_again_says_so_and_a_milder_one_says_nothing() -> None:
    assert second(VORICONAZOLE, {}) == "Not read a second time."
    assert second("rifampin.interaction.doxycycline-fewer", {}) == ""


def test_a_statement_that_changed_after_its_second_reading_says_so() -> None:
    reading = read_second_readings()[VORICONAZOLE]
    assert "changed since" not in second(VORICONAZOLE, {VORICONAZOLE: reading})
    assert "The statement has changed since." in second(VORICONAZOLE, {VORICONAZOLE: replace(reading, section="4")})
