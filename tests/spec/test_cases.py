"""Every statement does what its sentence says: the cases are files of facts and findings."""

from collections import Counter
from dataclasses import replace

import pytest

from fullcourse.knowledge.statements import FactCondition
from fullcourse.knowledge.walk import atoms_of, facts_of
from fullcourse.rules.medicine_list import MedicineList
from fullcourse.rules.one_patient import NONE, evaluate
from fullcourse.rules.situation import Situation
from fullcourse.screening.screen import Screener
from patients import knowledge, patient
from spec_cases import read_cases, run
from spec_register import TOGETHER, not_carried, run_on_the_register, screened

CASES = read_cases()
CARRIED = [case for case in CASES if not not_carried(case)]
RUNS = [("one patient", case) for case in CASES] + [("register", case) for case in CARRIED]


@pytest.fixture
def unmet(request):
    """What runs a case: through a check of one patient, or in the register of all cases."""
    return {"one patient": lambda case: run(case).differences, "register": run_on_the_register}[request.param]


@pytest.mark.parametrize(
    ("unmet", "case"), RUNS, ids=[f"{kind}: {case.id}: {case.name}" for kind, case in RUNS], indirect=["unmet"]
)
def test_a_statement_does_what_its_sentence_says(unmet, case):
    assert unmet(case) == ()


def test_what_no_case_says_is_decided_alike_for_one_patient_and_in_the_register():
    assert CARRIED
    for case in CARRIED:
        outcome = run(case)
        alone = {name: finding.status.value for name, finding in outcome.findings.items() if not of_the_record(name)}
        statuses, decision = screened()[case.id]
        assert {name: status for name, status in statuses.items() if not of_the_record(name)} == alone, case.id
        assert decision == outcome.decision.value, case.id


def of_the_record(finding):
    """A case says its medicines in ingredients; whether their names are recognised is asked of a record alone."""
    return finding.startswith("screening.")


def test_only_cases_of_drugs_taken_together_are_not_in_the_register():
    assert Counter(not_carried(case) for case in CASES if not_carried(case)) == {TOGETHER: 70}


def test_a_case_that_expects_the_contrary_fails_in_the_register():
    contrary = {"applies": "does_not_apply", "does_not_apply": "applies", "cannot_assess": "applies"}
    assert CARRIED
    for case in CARRIED:
        turned = replace(case, expect={name: contrary[status] for name, status in case.expect.items()}, decision="none")
        assert len(run_on_the_register(turned)) == len(case.expect) + 1, case.id


def test_a_case_with_another_severity_fails():
    tried = [case for case in CASES if case.severities][::20]
    assert tried
    for case in tried:
        turned = replace(case, severities=dict.fromkeys(case.severities, "none"))
        assert len(run(turned).differences) == len(case.severities), case.id


@pytest.mark.parametrize(
    "text", ["applies", "cannot_assess", "applies, grave", "does_not_apply, major", "holds, major"]
)
def test_a_case_that_states_no_severity_of_what_it_expects_is_refused(text, tmp_path):
    row = 'name = "n"\ndrug = "isoniazid"\nprofile = "us"\nat = 2026-11-22\n'
    (tmp_path / "x.toml").write_text(f'[[case]]\n{row}expect = {{ "a.b.c" = "{text}" }}\n', "utf-8")
    with pytest.raises(ValueError, match="is no status with its severity"):
        read_cases(tmp_path)


def test_no_case_stands_twice():
    seen = {}
    for case in CASES:
        what = (case.drug, case.regimen, case.profile, str(case.facts), case.medicines, str(case.expect), case.decision)
        assert seen.setdefault(what, case) is case, (seen[what].id, case.id)


def says_something_of_every_number(statement):
    """Whether a table of one number has a row for each: below, at and above every limit, and at both possible ends."""
    names = facts_of(statement.body)
    fact = knowledge().facts[names[0]] if len(names) == 1 else None
    if fact is None or fact.plausible is None or not hasattr(statement.body, "rows"):
        return False
    atoms = list(atoms_of(statement.body))
    if not all(isinstance(atom, FactCondition) for atom in atoms):
        return False
    limits = {bound for atom in atoms for _, bound in atom.bounds}
    values = {value for limit in limits for value in (limit - 0.01, limit, limit + 0.01)} | set(fact.plausible)
    outcomes = {
        evaluate(statement, Situation(person, knowledge(), person.facts, MedicineList(person, knowledge())))
        for person in (patient({fact.id: value}) for value in sorted(values))
    }
    return NONE not in outcomes


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
            wanted = (
                {"applies"} if always or says_something_of_every_number(statement) else {"applies", "does_not_apply"}
            )
            if not wanted <= seen.get(finding.id, set()):
                lacking[finding.id] = sorted(wanted - seen.get(finding.id, set()))
    assert lacking == {}
