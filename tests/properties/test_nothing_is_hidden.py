"""Brevity hides nothing dangerous: over all sample records and all drugs, on the screen of a check as it is by default.

What forbids a drug is named, or counted as what forbids it; what was not understood, not covered, not used or not read
is named or counted with what it is; a fact that is not known is named or counted. So it is alone and in a regimen.
"""

import io
import re
from functools import cache
from pathlib import Path

import pytest
from rich.console import Console

import fullcourse
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.finding import Decision, Finding, Status
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.check_text import print_brief, print_check
from fullcourse.interfaces.cli.verdict_text import DECISIONS, headline
from fullcourse.journey.check import Checker, CheckResult, counts
from patients import AT, knowledge

FORBIDS = frozenset({Decision.CONTRAINDICATED, Decision.AVOID})
EXAMPLES = Path(fullcourse.__file__).parent / "examples"
NO_RECORDS = {"synthetic-answers.toml", "report.toml"}
OWN = Path(__file__).parents[1] / "data" / "desk"
SAMPLES = [
    *(path for path in sorted(EXAMPLES.glob("*.toml")) if path.name not in NO_RECORDS),
    EXAMPLES / "synthetic-patient.json",
    OWN / "as-people-write.toml",
    OWN / "undated.toml",
]
REGIMENS = ("BPaLM", "2HRZE/4HR", "bedaquiline,linezolid,clofazimine,cycloserine,levofloxacin", "cycloserine")
WIDTH = 80


@cache
def reader() -> RecordReader:
    known = knowledge()
    matters = known.other_matters.values()
    return RecordReader(known.facts.values(), tuple(known.readings.values()), recognise, matters)


@cache
def record(path: Path) -> Record:
    return reader().read(path.read_bytes(), AT)


@cache
def checker(profile: str) -> Checker:
    return Checker(knowledge(), knowledge().profile(profile))


def screens(result: CheckResult) -> tuple[str, str]:
    """The check as it is by default, and in brief, each on one line."""
    shown = []
    for printed in (print_check, print_brief):
        console = Console(file=io.StringIO(), width=WIDTH, highlight=False)
        printed(result, knowledge(), console)
        shown.append(" ".join(console.file.getvalue().split()))  # type: ignore[attr-defined]
    return shown[0], shown[1]


def forbidding(findings: tuple[Finding, ...]) -> list[Finding]:
    every = {it.id: it for it in findings if counts(it) and it.comes_to in FORBIDS}
    return list(every.values())


def name_of(drug: str) -> str:
    return knowledge().drugs[drug].label.upper()


def see_what_forbids(result: CheckResult, text: str, brief: str) -> None:
    for check in result.drugs:
        line = brief.split(f"{name_of(check.drug)} {DECISIONS[check.decision][0]}")
        assert len(line) == 2, (check.drug, brief)
        against = forbidding(check.findings)
        for finding in against:
            assert " ".join(headline(finding).split()) in text, (check.drug, finding.id)
        if len(against) > 1:
            more = len(against) - 1
            assert f"and {more} more that forbid{'s' * (more == 1)} it" in line[1], (check.drug, brief)
    if result.together is not None:
        name = "AS A REGIMEN" if len(result.drugs) == 1 else "TOGETHER"
        assert f"{name} {DECISIONS[result.together.decision][0]}" in brief
        for finding in forbidding(result.regimen_findings):
            assert " ".join(headline(finding).split()) in text, finding.id


def see_what_is_not_known(result: CheckResult, text: str, brief: str) -> None:
    for check in result.drugs:
        if check.decision not in (Decision.CONTRAINDICATED, Decision.NO_OBJECTION) and (facts := check.open.facts):
            still = "" if check.decision is Decision.CANNOT_ASSESS else "still "
            assert f"{len(facts)} fact{'s' * (len(facts) > 1)} {still}open that could forbid it" in brief, check.drug
    asked = {fact for group in result.question_groups for fact in group.facts}
    findings = [*(it for check in result.drugs for it in check.findings), *result.regimen_findings]
    open_ = {
        fact
        for it in findings
        if it.status is Status.CANNOT_ASSESS and it.leads and it.override is None and it.kind != "incomplete"
        for fact in it.missing
    }
    for fact in asked & open_:  # each is asked for by name, in words that may share a beginning
        label = knowledge().facts[fact].label.removeprefix("allergy to ").removeprefix("susceptibility to ")
        assert " ".join(label.split())[:20] in text or len(asked) == 1 or fact in alone(result), fact
    if open_ - asked:
        said = re.search(r"Not established \((\d+)\): ", text)
        assert said is not None
        assert int(said[1]) == len(open_)


def alone(result: CheckResult) -> set[str]:
    """Facts that a group asks for by a question of its own, in other words than its label."""
    return {group.facts[0] for group in result.question_groups if len(group.facts) == 1}


def see_what_was_not_read(result: CheckResult, text: str, brief: str) -> None:
    for entry in result.not_checked:
        assert " ".join(entry.text.split()) in text, entry
        assert "NOT READ OR COVERED" in brief
    kinds = {
        entry.kind: {it.text for it in result.not_checked if it.kind == entry.kind} for entry in result.not_checked
    }
    for kind, texts in kinds.items():
        if kind != "drug":
            assert re.search(rf"\b{len(texts)} {kind[:6]}\w* not understood", brief), (kind, brief)
    named = {entry.origin for entry in result.not_checked}
    if count := sum(entry.origin not in named for entry in result.on_file):
        assert f"{count} {'entries' if count > 1 else 'entry'} on file not used" in brief
        assert "ON FILE, NOT USED" in text
    if count := sum(unused.count for unused in result.not_used if unused.may_matter):
        assert f"{count} part{'s' * (count > 1)} of the record not read" in brief
    for listed in result.medicines:
        if listed.ask:
            assert " ".join(listed.ask.split()) in text
            assert "perhaps taken" in brief


def see_everything(result: CheckResult) -> None:
    text, brief = screens(result)
    see_what_forbids(result, text, brief)
    see_what_is_not_known(result, text, brief)
    see_what_was_not_read(result, text, brief)
    assert "…" not in text + brief


@pytest.mark.parametrize("profile", ["us", "who"])
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_nothing_dangerous_is_hidden_of_any_drug_alone(path: Path, profile: str) -> None:
    for drug in knowledge().drugs.values():
        see_everything(checker(profile).check(record(path), AT, [drug]))


@pytest.mark.parametrize("regimen", REGIMENS)
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_nothing_dangerous_is_hidden_of_a_regimen(path: Path, regimen: str) -> None:
    proposed = read_regimen(regimen, knowledge())
    see_everything(checker("us").check(record(path), AT, regimen=proposed))


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_nothing_dangerous_is_hidden_of_what_a_record_orders(path: Path) -> None:
    try:
        result = checker("us").check(record(path), AT)
    except InputError as error:
        assert "orders no TB drug" in str(error)
        return
    see_everything(result)


def test_the_samples_try_each_of_it() -> None:
    """What no sample holds would pass unseen."""
    results = [
        checker("us").check(record(path), AT, regimen=read_regimen(regimen, knowledge()))
        for path in (EXAMPLES / "synthetic-patient.json", EXAMPLES / "contraindicated.toml")
        for regimen in REGIMENS
    ]
    assert any(len(forbidding(check.findings)) > 3 for result in results for check in result.drugs)
    assert any(result.not_checked for result in results)
    assert any(result.on_file for result in results)
    assert any(check.open.facts for result in results for check in result.drugs)
