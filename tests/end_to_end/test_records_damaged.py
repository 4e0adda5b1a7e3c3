"""Every damaged record of the collection by the command: the exit code, what is named and where, and how long it takes.

What is right of each stands in the README.md beside the records.
"""

from pathlib import Path

import pytest

from fhir_records import DATA
from floods import cost_of

FOLDER = DATA / "records_damaged"
AT_MOST_CPU_S = 3.0
NEVER = ("NO OBJECTION", "internal error", "Nothing in the record speaks against it")
SAYS = {
    "manila.json": ("CONTRAINDICATED", "Not in epilepsy", "Condition/e"),
    "future.json": ("ON FILE, NOT USED", "2026-11-23", "Condition/e", "dated after the check"),
    "future-allergy.json": ("allergy to cycloserine", "AllergyIntolerance/a1", "dated after the check"),
    "icd-G4O.3.json": ("Epilepsy", "Condition/e", "its code cannot be one of its code system"),
    "dialysis-text.json": ("Haemodialysis three times a week", "Procedure/pr", "say whether it is so now"),
    "unknown-type.json": ("CANNOT BE ASSESSED", "NaN/q", "FHIR R4 has no resource of this type"),
    "ingcycle-min.json": ("CANNOT BE ASSESSED", "Medication/A > Medication/B > Medication/A", "in a circle"),
    "inj.toml": ("CANNOT BE ASSESSED", "3 medicines not understood"),
}
"""What a check of cycloserine names of each."""


def test_every_record_of_the_folder_is_tried():
    assert {path.name for path in FOLDER.iterdir()} == {*SAYS, "README.md"}


@pytest.mark.parametrize("name", SAYS)
def test_what_is_damaged_is_named_in_bounded_time_and_clears_nothing(name: str, tmp_path: Path):
    words = ("check", str(FOLDER / name), "--drug", "cycloserine", "--at", "2026-11-22")
    cost = cost_of(words, tmp_path / "said")
    assert cost.code == 0, cost.said
    said = " ".join(cost.said.split())
    assert [it for it in SAYS[name] if it not in said] == []
    verdicts = [line for line in cost.said.splitlines() if line.startswith("CYCLOSERINE")]
    assert [line for line in verdicts for never in NEVER if never in line] == []
    assert not [it for it in cost.said if not it.isprintable() and it != "\n"]
    assert cost.cpu_s < AT_MOST_CPU_S
    assert cost.peak_mb < 200
