"""Dose tables are built when they are asked for, once, and a fault of theirs is told then."""

from pathlib import Path

import pytest

from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.reader import APART, build, parse, read_files
from patients import knowledge
from small_doses import DRUG, LIMIT, ONE, OTHER, PRODUCT
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


def test_the_doses_of_a_drug_are_its_own_tables_and_limits_and_every_product(tmp_path: Path):
    other = (ONE + LIMIT).replace("exampline.", "examplitol.").replace('drug = "exampline"', 'drug = "examplitol"')
    files = read_files(folder(tmp_path, DRUG, drugs__y=OTHER, guidelines__doses_x=PRODUCT + ONE + LIMIT + other))
    read = build(parse(files), "0" * 64, linted=True)
    of = read.doses_of("exampline")
    assert (list(of.tables), list(of.limits)) == (["exampline.dose"], ["exampline.limit"])
    assert list(of.products) == ["tablet XY 50/100 mg"]
    assert read.doses_of("exampline") is of
    assert read.doses_of("nothing").tables == {}


def test_a_fault_in_a_table_of_another_drug_is_not_in_the_way_and_one_of_its_own_is_told(tmp_path: Path):
    wrong = ONE.replace("exampline.", "examplitol.").replace('drug = "exampline"', 'drug = "examplitol"')
    wrong = wrong.replace("every_h = 24", "per_week = 8")
    files = read_files(folder(tmp_path, DRUG, drugs__y=OTHER, guidelines__doses_x=ONE + wrong))
    read = build(parse(files), "0" * 64, linted=True)
    assert list(read.doses_of("exampline").tables) == ["exampline.dose"]
    with pytest.raises(KnowledgeError, match="'per_week' is 8"):
        read.doses_of("examplitol")


def test_the_doses_of_each_shipped_drug_are_those_that_the_whole_names():
    kept_before = build(parse(read_files()), "0" * 64, linted=True)
    whole = knowledge().doses
    for drug in knowledge().drugs:
        of = kept_before.doses_of(drug)
        # Conditions are compared by identity, so what they say is compared as text.
        assert repr([*of.tables.values()]) == repr([it for it in whole.tables.values() if drug in it.drugs])
        assert repr([*of.limits.values()]) == repr([it for it in whole.limits.values() if it.drug == drug])
        assert of.products == whole.products
