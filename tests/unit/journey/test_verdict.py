"""The verdict of a check: what is decided, the worst that is known, and what was not read."""

from fullcourse.adapters.answers import read_answers
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.clinical.finding import Decision
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import Checker, CheckResult
from fullcourse.journey.verdict import unread_of, verdicts_of
from patients import AT, knowledge


def record(text: str) -> Record:
    return read_answers(text.encode(), knowledge().facts.values(), recognise, "record")


def check(text: str, *drugs: str, regimen: str = "") -> CheckResult:
    known = knowledge()
    proposed = read_regimen(regimen, known) if regimen else ()
    return Checker(known, known.profile("us")).check(record(text), AT, [known.drug(drug) for drug in drugs], proposed)


def yes(*facts: str) -> str:
    return "".join(f'[[fact]]\nid = "{fact}"\nvalue = "yes"\non = 2026-11-20\n' for fact in facts)


def test_the_worst_is_named_and_what_else_forbids_is_counted():
    (verdict,) = verdicts_of(check(yes("epilepsy", "depression", "alcohol_use"), "cycloserine"))
    assert verdict.decision is Decision.CONTRAINDICATED
    assert verdict.worst is not None
    assert verdict.worst.id in {"cycloserine.contraindication.epilepsy", "cycloserine.contraindication.depression"}
    assert verdict.forbidding == 2


def test_drugs_together_have_a_verdict_of_their_own_even_for_one_drug():
    drugs = [verdict.drug for verdict in verdicts_of(check("", regimen="cycloserine"))]
    assert drugs == ["cycloserine", ""]
    assert [verdict.drug for verdict in verdicts_of(check("", "cycloserine"))] == ["cycloserine"]


def test_a_medicine_of_which_no_statement_speaks_is_no_worst_finding_and_is_named():
    result = check('[[medicine]]\nname = "amlodipine 5 mg tablet"\n', "bedaquiline")
    (verdict,) = verdicts_of(result)
    assert verdict.worst is None
    assert not verdict.is_cleared
    assert unread_of(result).without_a_statement == ("amlodipine",)


def test_what_was_not_understood_is_told_by_its_kind_and_a_drug_that_is_not_covered_apart():
    text = (
        '[[medicine]]\nname = "wibble"\n[[allergy]]\nto = "wobble"\n[[fact]]\nid = "qtcf"\nvalue = 450\nunit = "ms"\n'
    )
    unread = unread_of(check(text, regimen="bedaquiline,gatifloxacin"))
    assert dict(unread.not_understood) == {"medicine": ("wibble",), "allergy": ("wobble",)}
    assert unread.not_covered == ("gatifloxacin",)
    assert unread.on_file == 1
