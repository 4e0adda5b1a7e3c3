"""Every statement does what its sentence says: the cases are files of facts and findings."""

import tomllib
from datetime import date
from pathlib import Path

import pytest

from fullcourse.screening.screen import Screener
from patients import AT, knowledge, patient

HERE = Path(__file__).parent


def cases() -> list[tuple[str, dict[str, object]]]:
    found = []
    for path in sorted(HERE.rglob("*.toml")):
        for case in tomllib.loads(path.read_text("utf-8"))["case"]:
            found.append((f"{path.stem}: {case['name']}", case))
    return found


CASES = cases()


@pytest.mark.parametrize("case", [case for _, case in CASES], ids=[name for name, _ in CASES])
def test_a_statement_does_what_its_sentence_says(case):
    known = knowledge()
    at = case.get("at", AT)
    assert isinstance(at, date)
    person = patient(case.get("facts", ()), case.get("medicines", ()), at)
    check = Screener(known, known.profile(case.get("profile", "us"))).screen(person, known.drug(case["drug"]))
    found = {finding.id: finding.status.value for finding in check.findings}
    expected = case.get("expect", {})
    assert {name: found.get(name, "not executed") for name in expected} == expected
    if "decision" in case:
        assert check.decision.value == case["decision"]


def test_every_executed_statement_has_a_case_that_applies_and_one_that_does_not():
    known = knowledge()
    seen: dict[str, set[str]] = {}
    for _, case in CASES:
        for name, status in case.get("expect", {}).items():
            seen.setdefault(name, set()).add(status)
    lacking = {}
    for drug in known.drugs.values():
        screener = Screener(known, known.profile("us"))
        for finding in screener.screen(patient(), drug).findings:
            if finding.id.startswith("screening."):
                continue  # asked of the record as a whole, not of facts: its cases stand with the screening step
            statement = known.statements[finding.id]
            always = all(
                not getattr(row, "conditions", True) for row in getattr(statement.body, "rows", (statement.body,))
            )
            wanted = {"applies"} if always else {"applies", "does_not_apply"}
            if not wanted <= seen.get(finding.id, set()):
                lacking[finding.id] = sorted(wanted - seen.get(finding.id, set()))
    assert lacking == {}
