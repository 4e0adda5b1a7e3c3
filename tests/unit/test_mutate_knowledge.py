"""The run that changes the knowledge notices what it should, and says so when it cannot."""

import runpy
import sys
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from fullcourse.knowledge.statements import FactCondition
from fullcourse.knowledge.walk import atoms_of, thens_of
from patients import knowledge
from spec_cases import read_cases
from statement_rows import read_rows

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT / "tools"))

from knowledge_mutants import StatedRow, mutants_of, stated_rows  # noqa: E402

TOOL = runpy.run_path(str(ROOT / "tools" / "mutate_knowledge.py"))
SEVERE_RENAL, QT = "terizidone.contraindication.clearance", "moxifloxacin.contraindication.qtcf-above-500"


@cache
def stated() -> list[StatedRow]:
    return stated_rows()


def row(name: str) -> StatedRow:
    return next(it for it in stated() if it.id == name)


def left(names, rows, cases) -> list:
    judges = TOOL["Judges"](rows, cases, knowledge())
    return list(TOOL["survivors"]([row(name) for name in names], judges, Counter()))


def test_a_planted_change_without_a_row_or_a_case_survives_and_is_named():
    planted = left([SEVERE_RENAL], [], [])
    assert {it.kind for it in planted} >= {"severity", "threshold", "operator", "unit"}
    assert "severity 'contraindicated' becomes 'major'" in [it.words for it in planted]


@pytest.mark.parametrize("name", [SEVERE_RENAL, QT])
def test_its_rows_alone_notice_every_change(name):
    assert left([name], read_rows(), []) == []


def test_its_cases_alone_notice_a_severity():
    noticed = left([QT], [], read_cases())
    assert "severity" not in {it.kind for it in noticed}


def test_a_row_taken_away_lets_changes_through():
    kept = [it for it in read_rows() if not (it.statement == QT and it.inside[0].startswith("qtcf"))]
    assert {it.kind for it in left([QT], kept, [])} >= {"threshold", "operator"}


def test_a_limit_is_moved_both_ways_and_its_operator_turned():
    changes = {it.words for it in mutants_of(row(QT), knowledge())}
    assert {"'above' 500 becomes 505", "'above' 500 becomes 495", "'above' becomes 'at_least'"} <= changes
    assert "severity 'contraindicated' becomes 'major'" in changes


def test_a_change_is_made_in_a_copy():
    before = knowledge().statements[QT]
    for mutant in mutants_of(row(QT), knowledge()):
        assert mutant.statement is not before
    (bound,) = [atom.above for atom in atoms_of(before.body) if isinstance(atom, FactCondition)]
    assert (bound, thens_of(before.body)[0].severity.word) == (500.0, "contraindicated")


def test_a_run_that_takes_everything_for_noticed_is_blind(monkeypatch):
    rows = stated()
    assert not TOOL["is_blind"](rows, knowledge())
    monkeypatch.setattr(TOOL["Judges"], "notice", lambda *_: True)
    assert TOOL["is_blind"](rows, knowledge())
    assert TOOL["is_blind"]([], knowledge())


def test_every_change_that_makes_no_difference_has_its_reason_and_is_one():
    known = {it.id for it in stated()}
    rows = read_rows()
    for equal in TOOL["equal_changes"]():
        assert len(equal.why) > 40
        assert set(equal.statements) <= known
        for name in equal.statements:
            surviving = left([name], [it for it in rows if it.statement == name], [])
            covered = {"unit" if it.kind == "unit" else it.words for it in surviving if equal.covers(it)}
            assert covered == set(equal.changes), name


@pytest.mark.parametrize(
    ("told", "files"),
    [
        ("", []),
        ("src/fullcourse/knowledge/drugs/linezolid.toml\n", ["drugs/linezolid.toml"]),
        ("src/fullcourse/knowledge/drugs/linezolid.toml\nsrc/fullcourse/knowledge/facts/heart.toml\n", None),
        ("tests/spec/linezolid.toml\n", None),
        ("tests/spec/statements/linezolid.tsv\n", None),
    ],
)
def test_of_what_changed_the_files_of_drugs_and_guidelines_are_tried_and_else_everything(told, files, monkeypatch):
    answer = type("Told", (), {"returncode": 0, "stdout": told})
    monkeypatch.setattr(TOOL["subprocess"], "run", lambda *_, **__: answer)
    assert TOOL["changed_since"]("HEAD~1") == files


def test_where_a_commit_is_not_known_everything_is_tried():
    assert TOOL["changed_since"]("no-such-commit") is None
