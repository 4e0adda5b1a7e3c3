"""Every statement does what its sentence says: the cases are files of facts and findings."""

import pytest

from fullcourse.screening.screen import Screener
from patients import knowledge, patient
from spec_cases import read_cases, run

CASES = read_cases()


@pytest.mark.parametrize("case", CASES, ids=[f"{case.id}: {case.name}" for case in CASES])
def test_a_statement_does_what_its_sentence_says(case):
    assert run(case).differences == ()


def test_no_case_stands_twice():
    seen = {}
    for case in CASES:
        what = (case.drug, case.regimen, case.profile, str(case.facts), case.medicines, str(case.expect), case.decision)
        assert seen.setdefault(what, case) is case, (seen[what].id, case.id)


def test_every_executed_statement_has_a_case_that_applies_and_one_that_does_not():
    known = knowledge()
    seen: dict[str, set[str]] = {}
    for case in CASES:
        for name, status in case.expect.items():
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
