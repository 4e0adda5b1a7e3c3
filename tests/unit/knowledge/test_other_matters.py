"""Codes that are known to mean something else: well formed, each with its display, and none of them of a fact."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import fullcourse.knowledge
from fullcourse.adapters.fhir.read.fact_index import FactIndex
from fullcourse.knowledge.codes import code_fault
from fullcourse.knowledge.reader import read_knowledge

KNOWLEDGE = Path(fullcourse.knowledge.__path__[0])
FOLDERS = (KNOWLEDGE / "facts", Path(__file__).parents[2] / "data" / "codes")
FILE = next(path for folder in FOLDERS if (path := folder / "other_matters.toml").exists())
MATTERS: list[dict[str, Any]] = tomllib.loads(FILE.read_text(encoding="utf-8"))["other_matter"]

# Each could concern a fact of the vocabulary, so no matter may hold it.
COULD_CONCERN = {
    "Condition": {
        "icd-10": ["H93", "H81", "G50", "G56", "M54", "R51", "R53", "R11", "R06", "L27", "L50", "N91",
                   "S04", "S05", "S06", "S86", "M76", "I26", "I86", "K80", "E55", "D70", "F19", "Z88",
                   "T88", "C34", "C18", "C78", "R50", "L23.3", "L23.4", "L25.1", "L25.2", "L26"],
        "snomed": ["84229001", "422587007", "249497008", "25064002", "267036007", "57676002", "68962001", "65710008",
                   "241929008", "91861009", "190905008", "128188000", "127295002", "76571007", "706870000",
                   "162573006", "707418001", "160968000", "717234006"],
    },
    "AllergyIntolerance": {
        "snomed": ["609328004", "3718001", "47703008", "102263004", "782594005", "91935009", "91936005", "372840008",
                   "294539007", "860775000", "293837008", "767479006", "293665008", "717234006", "294335000",
                   "294339006", "294320001", "294307004"],
    },
}  # fmt: skip


def test_every_matter_has_an_id_of_its_own_a_label_a_resource_a_source_and_codes() -> None:
    sources = read_knowledge().sources
    assert len({matter["id"] for matter in MATTERS}) == len(MATTERS) > 20
    for matter in MATTERS:
        assert set(matter) == {"id", "label", "resource", "source", "codes"}, matter["id"]
        assert matter["resource"] in ("Condition", "AllergyIntolerance", "Procedure"), matter["id"]
        assert matter["source"] in sources, matter["id"]
        assert any(matter["codes"].values()), matter["id"]


def test_every_code_has_the_form_and_the_check_digit_of_its_system_and_stands_once() -> None:
    codes = [
        (matter["resource"], system, code)
        for matter in MATTERS
        for system, listed in matter["codes"].items()
        for code in listed
    ]
    assert [(code, fault) for _, system, code in codes if (fault := code_fault(system, code))] == []
    assert len(set(codes)) == len(codes) > 1000


def test_every_snomed_concept_is_followed_by_its_display() -> None:
    lines = FILE.read_text(encoding="utf-8").splitlines()
    concepts = [line for line in lines if re.match(r'\s+"\d{6,}"', line)]
    assert len(concepts) == sum(len(matter["codes"].get("snomed", ())) for matter in MATTERS)
    assert [line for line in concepts if not re.fullmatch(r'  "\d+", # \S.*', line)] == []


def test_no_code_of_another_matter_is_the_code_of_a_fact() -> None:
    index = FactIndex(read_knowledge().facts.values())
    for matter in MATTERS:
        for system, listed in matter["codes"].items():
            for code in listed:
                matches = index.by_code(matter["resource"], [(system, code)])
                assert [match.fact.id for match in matches] == [], (matter["id"], code)


@pytest.mark.parametrize(
    ("resource", "system", "code"),
    [
        (resource, system, code)
        for resource, systems in COULD_CONCERN.items()
        for system, listed in systems.items()
        for code in listed
    ],
)
def test_what_could_concern_a_fact_is_no_other_matter(resource: str, system: str, code: str) -> None:
    held = {one for matter in MATTERS if matter["resource"] == resource for one in matter["codes"].get(system, ())}
    assert not any(code.startswith(one) if system == "icd-10" else code == one for one in held)
