"""Dose tables are built when they are asked for, once, and a fault of theirs is told then."""

from pathlib import Path

import pytest

from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.reader import APART, build, parse, read_files
from small_doses import DRUG, ONE
from small_knowledge import folder


def kept(path: Path, text: str = ONE):
    """Return the small knowledge as from a cache that keeps dose tables apart, and how often these were asked for."""
    files = read_files(folder(path, DRUG, guidelines__doses_x=text))
    tables, asked = parse(files), []
    most = {file: {kind: rows for kind, rows in of.items() if kind not in APART} for file, of in tables.items()}

    def apart():
        asked.append(1)
        return tables

    return build(most, "0" * 64, linted=True, apart=apart), asked


def test_nothing_is_read_before_a_dose_is_asked_for_and_then_once(tmp_path: Path):
    read, asked = kept(tmp_path)
    assert asked == []
    assert list(read.doses.tables) == ["exampline.dose"]
    assert read.doses is read.doses
    assert read.guidelines.regimens == {}
    assert asked == [1], "doses and regimens come from the same tables"


def test_a_fault_is_told_when_the_doses_are_built(tmp_path: Path):
    read, _ = kept(tmp_path, ONE.replace("every_h = 24", "per_week = 8"))
    with pytest.raises(KnowledgeError, match="'per_week' is 8"):
        _ = read.doses
