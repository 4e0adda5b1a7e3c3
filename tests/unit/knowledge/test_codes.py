"""Codes are copied right, of known systems, and never those of a look-alike."""

import functools
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import fullcourse.knowledge
from fullcourse.adapters.fhir.read.fact_index import FactIndex
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.knowledge.codes import CODE_SYSTEMS, code_fault, loinc_check_digit, verhoeff_valid
from fullcourse.knowledge.reader import read_knowledge
from fullcourse.knowledge.vocabulary import FactDefinition

KNOWLEDGE = Path(fullcourse.knowledge.__path__[0])
DISPLAYS = Path(__file__).parents[2] / "data" / "codes" / "snomed-displays.tsv"

# Codes that stand for another substance whose name looks like that of a drug covered here.
LOOK_ALIKES = {
    ("rxnorm", "3008"): "ciclosporin",
}
LOOK_ALIKE_NAMES = ("cyclosporin", "ciclosporin", "cyclosporine", "capreomycin", "cyclophosphamide", "cycloserin a")


def code_tables(value: object, place: str) -> Iterator[tuple[str, str, str]]:
    """Yield place, system and code of every code in a parsed file."""
    if isinstance(value, list):
        for item in value:
            yield from code_tables(item, place)
    if not isinstance(value, dict):
        return
    here = f"{place} {value['id']}" if isinstance(value.get("id"), str) else place
    for key, inner in value.items():
        if key == "codes" and isinstance(inner, dict):
            yield from ((here, system, code) for system, codes in inner.items() for code in codes)
        elif key in ("atc", "rxnorm", "snomed", "unii") and key not in value.get("sources", {}).get(key, ""):
            codes = inner if isinstance(inner, list) else [inner]
            yield from ((here, key, code) for code in codes if code and place_holds_codes(place))
        else:
            yield from code_tables(inner, here)


def place_holds_codes(place: str) -> bool:
    return place.startswith(("classes/", "drugs/")) and "sources" not in place


def all_codes() -> list[tuple[str, str, str]]:
    found: list[tuple[str, str, str]] = []
    for folder in ("facts", "classes", "drugs"):
        for path in sorted((KNOWLEDGE / folder).glob("*.toml")):
            table = tomllib.loads(path.read_text(encoding="utf-8"))
            if "drug" in table:
                table["drug"].pop("sources", None)
            found += code_tables(table, f"{folder}/{path.name}")
    return found


@functools.cache
def build_facts() -> tuple[FactDefinition, ...]:
    return tuple(read_knowledge().facts.values())


def facts() -> list[dict[str, Any]]:
    tables = (tomllib.loads(path.read_text(encoding="utf-8")) for path in sorted((KNOWLEDGE / "facts").glob("*.toml")))
    return [fact for table in tables for fact in table.get("fact", [])]


def test_every_code_of_the_knowledge_has_the_form_and_the_check_digit_of_its_system() -> None:
    codes = all_codes()
    assert len(codes) > 1000
    assert [f"{place}: {system} {code}: {code_fault(system, code)}" for place, system, code in codes
            if code_fault(system, code)] == []  # fmt: skip


def test_no_code_and_no_name_of_a_look_alike_stands_for_a_drug_covered_here() -> None:
    assert [place for place, system, code in all_codes() if (system, code) in LOOK_ALIKES] == []
    for folder in ("facts", "classes"):
        for path in (KNOWLEDGE / folder).glob("*.toml"):
            read = tomllib.loads(path.read_text(encoding="utf-8"))
            named = [
                name for name in texts_under(read, ("names", "ingredients")) if name.casefold() in LOOK_ALIKE_NAMES
            ]
            assert named == [], path.name


def test_cycloserine_is_3007_and_its_neighbour_3008_is_not() -> None:
    (allergy,) = (fact for fact in facts() if fact["id"] == "allergy_cycloserine")
    codes = [code for _, system, code in code_tables(allergy, "") if system == "rxnorm"]
    assert codes == ["3007"]
    (tb_drugs,) = tomllib.loads((KNOWLEDGE / "classes" / "tb_drugs.toml").read_text(encoding="utf-8"))["class"]
    assert "3007" in tb_drugs["rxnorm"]
    assert "3008" not in tb_drugs["rxnorm"]


def texts_under(value: object, keys: tuple[str, ...]) -> Iterator[str]:
    if isinstance(value, list):
        for item in value:
            yield from texts_under(item, keys)
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in keys and isinstance(inner, list):
                yield from (item for item in inner if isinstance(item, str))
            else:
                yield from texts_under(inner, keys)


def test_a_fact_with_codes_says_where_they_come_from() -> None:
    coded = [fact for fact in facts() if any(code_tables(fact, ""))]
    assert [fact["id"] for fact in coded if not fact.get("codes_from")] == []


def test_no_code_says_both_yes_and_unsure_of_one_fact() -> None:
    all_facts = facts()
    assert all_facts
    for fact in all_facts:
        ways = [("yes", fact.get("codes", {}), "Condition")]
        ways += [(str(way.get("value", True)), way.get("codes", {}), way["in"]) for way in fact.get("found", [])]
        said: dict[tuple[str, str, str], set[str]] = {}
        for value, codes, resource in ways:
            for system, listed in codes.items():
                for code in listed:
                    said.setdefault((resource, system, code), set()).add("yes" if value == "True" else value)
        assert {key: values for key, values in said.items() if len(values) > 1} == {}, fact["id"]


def test_no_list_holds_a_code_twice() -> None:
    lists = [
        (fact["id"], system, listed)
        for fact in facts()
        for way in (fact, *fact.get("found", []))
        for system, listed in way.get("codes", {}).items()
    ]
    assert lists
    assert [(name, system) for name, system, listed in lists if len(set(listed)) != len(listed)] == []


def test_a_rate_and_a_creatinine_around_dialysis_are_no_creatinine_in_serum() -> None:
    (creatinine,) = (fact for fact in facts() if fact["id"] == "creatinine")
    codes = {code for _, system, code in code_tables(creatinine, "") if system == "loinc"}
    assert {"2160-0", "14682-9"} <= codes
    assert codes.isdisjoint({"33914-3", "11041-1", "11042-9"})


def test_a_cycloserine_level_has_no_code_until_one_is_found_that_holds() -> None:
    (level,) = (fact for fact in facts() if fact["id"] == "cycloserine_level")
    assert list(code_tables(level, "")) == []
    assert "check digit" in code_fault("loinc", "3519-2")


@pytest.mark.parametrize(
    "code",
    ["2160-0", "718-7", "29463-7", "103959-3", "LA15173-0", "LA26683-5", "LA4489-6", "LA26438-4", "LA26439-2",
     "LA26440-0", "LA14072-5", "LA24225-7", "LA6676-6", "LA27538-0", "LA33699-2", "LA33701-6", "LA33705-7"],
)  # fmt: skip
def test_real_loinc_codes_hold(code: str) -> None:
    assert code_fault("loinc", code) == ""


@pytest.mark.parametrize("code", ["2160-1", "2610-0", "LA28438-4", "LA15173-1", "3519-2"])
def test_mistyped_loinc_codes_do_not(code: str) -> None:
    assert "check digit" in code_fault("loinc", code)


@pytest.mark.parametrize("code", ["84757009", "387282000", "154283005", "731000119105", "10939881000119105"])
def test_real_snomed_identifiers_hold_and_every_changed_digit_is_seen(code: str) -> None:
    assert code_fault("snomed", code) == ""
    for place, digit in enumerate(code):
        for other in set("0123456789") - {digit}:
            assert not verhoeff_valid(code[:place] + other + code[place + 1 :])


def test_exchanged_neighbours_are_seen() -> None:
    assert "check digit" in code_fault("snomed", "84757090")
    assert not verhoeff_valid("48757009")


def test_a_description_is_no_concept() -> None:
    description = next(f"7508270{digit}1{last}" for digit in "1" for last in "0123456789"
                       if verhoeff_valid(f"7508270{digit}1{last}"))  # fmt: skip
    assert "not of a concept" in code_fault("snomed", description)


@pytest.mark.parametrize(
    ("system", "code"),
    [("icd-10", "G40"), ("icd-10", "N18.4"), ("icd-10", "O9A"), ("icd-10", "F10.11"), ("icd-11", "1B10"),
     ("icd-11", "MG52.00"), ("icd-11", "QB42"), ("icd-9-cm", "345.9"), ("atc", "J04AB01"), ("atc", "N05"),
     ("unii", "95IK5KI84Z"), ("rxnorm", "3007"), ("ndc", "13845-1200-1"), ("absent-unknown", "no-known-problems"),
     ("interpretation", "R"), ("yes-no", "Y")],
)  # fmt: skip
def test_codes_of_every_system_are_known_by_their_form(system: str, code: str) -> None:
    assert code_fault(system, code) == ""


@pytest.mark.parametrize(
    ("system", "code"),
    [("icd-10", "G4"), ("icd-10", "g40"), ("icd-10", "G409"), ("icd-10", "40.9"), ("icd-11", "AB"), ("atc", "J4AB01"),
     ("atc", "J04AB1"), ("unii", "95IK5KI84"), ("rxnorm", "0307"), ("loinc", "2160"), ("snomed", "12"),
     ("snomed", "084757009"), ("absent-unknown", "none"), ("interpretation", "X")],
)  # fmt: skip
def test_what_has_not_the_form_is_refused(system: str, code: str) -> None:
    assert "form" in code_fault(system, code)


def test_an_unknown_system_is_named_with_those_that_are_known() -> None:
    assert "'read2' is not known" in code_fault("read2", "F25..")
    assert all(system in code_fault("read2", "F25..") for system in CODE_SYSTEMS)


def test_a_check_digit_is_asked_of_digits_alone() -> None:
    assert loinc_check_digit("2160") == 0
    for wrong in ("", "21a0", "LA", "٢١٦٠"):
        with pytest.raises(ValueError, match="not made of digits"):
            loinc_check_digit(wrong)
    assert not verhoeff_valid("8475700x")


def test_a_snomed_concept_with_a_display_stands_in_a_fact_and_no_word_of_its_display_denies_it() -> None:
    rows = [line.split("\t") for line in DISPLAYS.read_text(encoding="utf-8").splitlines()[1:]]
    listed = {code for place, system, code in all_codes() if system == "snomed" and place.startswith("facts/")}
    assert len(rows) > 1500
    assert [row for row in rows if len(row) != 3 or not all(row)] == []
    assert [code for code, *_ in rows if code_fault("snomed", code)] == []
    assert sorted({code for code, *_ in rows} - listed) == []
    denials = r"no(?! crisis)|not(?! (yet )?delivered)|family|suspected|excluded|absent|negative|resolved"
    denied = re.compile(rf"\b({denials})\b", re.IGNORECASE)
    stated = {
        code
        for fact in facts()
        for way in fact.get("found", [])
        if way["in"] == "Condition" and "value" not in way
        for code in way.get("codes", {}).get("snomed", [])
    }
    assert [row for row in rows if row[0] in stated and denied.search(row[1])] == []


WANTED_BLOCKS = {  # block of WHO's classification: the facts that each of its codes must at least raise
    "B20 B21 B22 B23 B24 Z21 B20.0 B23.8": "hiv_infection",
    "E10 E11 E12 E13 E14 E11.42 E14.4": "diabetes",
    "E11.42 E11.40 G60 G61 G62 G63 G57 G58 G59 E14.4": "peripheral_neuropathy",
    "I50 I50.9 I11.0 I13.0 I13.2": "heart_failure",
    "I44 I45 I46 I47 I48 I49 I48.0 I21 R00.1": "heart_rhythm_disorder",
    "K70 K71 K72 K73 K74 K75 K76 K77 B15 B16 B17 B18 B19": "liver_disease",
    "K72 K70.4 B18 K74": "severe_liver_disease",
    "B15 B16 B17 K71 K72.0 R17": "acute_liver_disease",
    "M10 M1A": "gout acute_gout",
    "E87.6 E83.4 E83.5 E83.42 E83.51": "electrolytes_low",
    "G40 G41 R56 O15": "epilepsy",
    "F20 F21 F22 F23 F24 F25 F28 F29 F30 F31": "psychosis",
    "F32 F33 F34.1 F38 F39": "depression",
    "F40 F41 F42 F43": "severe_anxiety",
    "F25 F31 F05 R41.0": "bipolar_schizoaffective_confusion",
    "H46 H47.0 H47.2 H48.0 H48.1": "optic_neuritis",
    "H25 H26 H20 H36 H40 H54 E11.3": "eye_disease",
    "H90 H91 H93.1 H81": "hearing_loss",
    "G70.0 G70": "myasthenia_gravis",
    "N17 N18 N19 N18.4": "severe_renal_impairment renal_impairment",
    "E80.0 E80.1 E80.2": "porphyria",
    "F10 F10.2 K70": "excessive_alcohol_use",
    "O00 O09 O10 O80 O99 O9A Z33 Z34 Z35": "pregnant",
    "K25 K26 K27 K28": "stomach_ulcer",
    "E03 E00 E89.0": "hypothyroidism",
    "E05 E34.0": "phaeochromocytoma_carcinoid_thyrotoxicosis",
    "I10 I11 I15 I16": "uncontrolled_hypertension",
    "D50 D53 D64": "anaemia",
    "Z88.0 T36.1": "beta_lactam_anaphylaxis",
    "Z88.1 Z88.3": "allergy_fluoroquinolone allergy_cycloserine",
    "X60 X84 R45.8": "suicidal_thoughts",
}


@pytest.mark.parametrize(("codes", "named"), WANTED_BLOCKS.items())
def test_every_code_of_a_block_of_the_classification_raises_the_fact_that_it_means(codes: str, named: str) -> None:
    index = FactIndex(build_facts())
    for code in codes.split():
        raised = {match.fact.id for match in index.by_code("Condition", [("icd-10", code)])}
        assert set(named.split()) <= raised, code


@pytest.mark.parametrize(
    ("resource", "code", "fact", "value"),
    [
        ("Condition", "42343007", "heart_failure", True),
        ("Condition", "86406008", "hiv_infection", True),
        ("Condition", "44054006", "diabetes", True),
        ("Condition", "235856003", "liver_disease", True),
        ("Condition", "235856003", "severe_liver_disease", "unsure"),
        ("Condition", "49436004", "heart_rhythm_disorder", True),
        ("Condition", "90560007", "gout", True),
        ("Condition", "368581000119106", "peripheral_neuropathy", True),
        ("Condition", "59621000", "uncontrolled_hypertension", "unsure"),
        ("Condition", "1290882004", "epilepsy", "unsure"),
        ("Condition", "91936005", "beta_lactam_anaphylaxis", "unsure"),
        ("AllergyIntolerance", "91936005", "beta_lactam_anaphylaxis", "unsure"),
        ("AllergyIntolerance", "838284008", "allergy_fluoroquinolone", True),
        ("AllergyIntolerance", "294611004", "allergy_rifamycin", True),
    ],
)
def test_the_commonest_concepts_say_what_they_mean(resource: str, code: str, fact: str, value: bool | str) -> None:
    matches = FactIndex(build_facts()).by_code(resource, [("snomed", code)])
    assert {match.found.value for match in matches if match.fact.id == fact} == {value}


def test_a_code_without_a_complication_says_nothing_of_the_complication() -> None:
    index = FactIndex(build_facts())
    for code, fact in (("E11.9", "peripheral_neuropathy"), ("E83.52", "hiv_infection"), ("H60", "hearing_loss")):
        assert fact not in {match.fact.id for match in index.by_code("Condition", [("icd-10", code)])}, code


def test_an_ingredient_of_a_fact_is_found_where_its_name_is_read() -> None:
    lost = [
        f"{fact.id}: {name} is read as {read}"
        for fact in build_facts()
        for way in fact.found
        for name in way.ingredients
        if not set(read := recognise(name, ()).ingredients) <= set(way.ingredients)
    ]
    assert lost == []


def test_a_name_of_an_allergy_is_not_read_as_an_ingredient_that_its_fact_does_not_list() -> None:
    lost = []
    for fact in build_facts():
        ways = [way for way in fact.found if way.resource == "AllergyIntolerance"]
        listed = {name for way in ways for name in way.ingredients}
        for name in {name for way in ways for name in way.names}:
            read = recognise(name, ()).ingredients
            if read and not listed & set(read):
                lost.append(f"{fact.id}: {name} is read as {read}")
    assert lost == []
