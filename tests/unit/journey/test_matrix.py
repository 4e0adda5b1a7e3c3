"""A cell of the matrix is what a check says of the pair, and never a clearance that no source gives."""

from dataclasses import replace
from datetime import date

import pytest

from fullcourse.adapters.medicines.co_medicines import load_co_medicines
from fullcourse.clinical.co_medicine import CoMedicine
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Decision, Severity, Status
from fullcourse.clinical.management import Do
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Record
from fullcourse.journey.check import Checker
from fullcourse.journey.matrix import ASKED_MOST, Cell, CellState, interaction_matrix
from fullcourse.knowledge.consequences import FindingOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import When
from patients import knowledge

AT = date(2026, 11, 22)
ROWS = {row.name: row for row in load_co_medicines()}
DRUGS = list(knowledge().drugs.values())
MATRIX = interaction_matrix(knowledge(), knowledge().profile("who"), AT, list(ROWS.values()), DRUGS)
CHECKER = Checker(knowledge(), knowledge().profile("who"))
SAMPLE = list(ROWS)[::9]


def cell(drug: str, name: str) -> Cell:
    row = next(row for row in MATRIX.rows if row.co_medicine.name == name)
    return row.cells[MATRIX.drugs.index(drug)]


def record_of(row: CoMedicine) -> Record:
    complete = Evidence("medicines_complete", True, parse_moment("2026-11-22", "at"), "answers")
    return Record({"medicines_complete": (complete,)}, (row.medicine,))


@pytest.mark.parametrize("name", SAMPLE)
def test_a_check_of_somebody_who_takes_it_says_the_same(name: str):
    result = CHECKER.check(record_of(ROWS[name]), AT, DRUGS)
    for check in result.drugs:
        found = {
            finding.id: finding.severity
            for finding in check.findings
            if finding.status is not Status.DOES_NOT_APPLY
            and any(it.fact.startswith(("drug.", "class.")) and it.origin == "matrix" for it in finding.because)
        }
        of_cell = cell(check.drug, name)
        unchecked = any(
            it.id == "screening.interaction.not-checked" and it.status is Status.APPLIES for it in check.findings
        )
        if of_cell.state is CellState.NOT_COVERED:
            assert unchecked or not found, (check.drug, name)
        else:
            assert {finding.id: finding.severity for finding in of_cell.findings} == found, (check.drug, name)


@pytest.mark.parametrize(
    ("drug", "name", "severity", "comes_to"),
    [
        ("rifampin", "voriconazole", Severity.CONTRAINDICATED, Decision.CONTRAINDICATED),
        ("rifampin", "itraconazole", Severity.MAJOR, Decision.AVOID),
        ("rifampin", "fluconazole", Severity.MODERATE, Decision.CAUTION),
        ("rifampin", "dolutegravir", Severity.MAJOR, Decision.CAUTION),
        ("cycloserine", "tramadol", Severity.MODERATE, Decision.CAUTION),
        ("moxifloxacin", "ferrous sulfate", Severity.MAJOR, Decision.CAUTION),
        ("linezolid", "sertraline", Severity.MAJOR, Decision.AVOID),
    ],
)
def test_a_finding_has_the_severity_of_its_source(drug: str, name: str, severity: Severity, comes_to: Decision):
    found = cell(drug, name)
    assert (found.state, found.severity, found.comes_to) == (CellState.FINDING, severity, comes_to)


@pytest.mark.parametrize(("drug", "name"), [("moxifloxacin", "calcium carbonate"), ("rifapentine", "efavirenz")])
def test_no_interaction_is_expected_where_a_source_says_so(drug: str, name: str):
    found = cell(drug, name)
    assert found.state is CellState.NO_INTERACTION_EXPECTED
    assert all(finding.citations for finding in found.findings)


def test_no_cell_says_that_no_interaction_is_expected_without_a_statement_that_says_it():
    none_expected = [it for row in MATRIX.rows for it in row.cells if it.state is CellState.NO_INTERACTION_EXPECTED]
    assert none_expected
    for it in none_expected:
        managed = [finding.management for finding in it.findings]
        assert managed, it.drug
        assert {management.do.value for management in managed if management} == {"none_needed"}
        assert all(finding.status is Status.APPLIES for finding in it.findings)


def test_a_medicine_that_no_statement_names_is_not_covered():
    found = cell("ethionamide", "acarbose" if "acarbose" in ROWS else "warfarin")
    assert (found.state, found.findings, found.severity, found.comes_to) == (CellState.NOT_COVERED, (), None, None)


def test_a_combination_of_which_one_part_is_unknown_is_not_cleared():
    rows = [ROWS["calcium carbonate"]]
    both = CoMedicine("calcium carbonate/fictionalol", "x", "x", False, _joined(rows[0], "fictionalol"))
    matrix = interaction_matrix(
        knowledge(), knowledge().profile("who"), AT, [both], [knowledge().drugs["moxifloxacin"]]
    )
    assert matrix.rows[0].cells[0].state is CellState.NOT_COVERED


def _joined(row: CoMedicine, other: str):
    return replace(row.medicine, name=f"{row.name}/{other}", ingredients=(*row.medicine.ingredients, other))


def test_the_strictest_finding_leads_its_cell():
    led = [
        (it, applying)
        for row in MATRIX.rows
        for it in row.cells
        if (applying := [finding for finding in it.findings if finding.status is Status.APPLIES and finding.leads])
    ]
    assert led
    for it, applying in led:
        assert it.findings[0].comes_to in {finding.comes_to for finding in applying}
        assert it.findings[0].status is Status.APPLIES


def test_the_counts_are_those_of_the_cells():
    for drug in MATRIX.drugs:
        filled, none_expected = MATRIX.filled(drug)
        states = [row.cells[MATRIX.drugs.index(drug)].state for row in MATRIX.rows]
        by_mechanism = states.count(CellState.NONE_BY_MECHANISM)
        assert filled == len(states) - states.count(CellState.NOT_COVERED) - by_mechanism
        assert MATRIX.by_mechanism([drug], only_commonest=False) == by_mechanism
        assert none_expected == states.count(CellState.NO_INTERACTION_EXPECTED)
    assert MATRIX.decided(ASKED_MOST)[1] == 120 * len(ASKED_MOST)
    assert MATRIX.decided(["no such drug"]) == (0, 0)


def test_all_drugs_stand_beside_about_four_hundred_medicines():
    assert len(MATRIX.drugs) == len(DRUGS) == 22
    assert 400 <= len(MATRIX.rows) <= 500


def by_metabolism_alone(statement_id: str) -> Knowledge:
    """Return the knowledge with one statement that speaks of metabolism only."""
    known = knowledge()
    statement = known.statements[statement_id]
    assert isinstance(statement.body, When) and isinstance(statement.body.then, FindingOf)
    managed = statement.body.then.management
    assert managed is not None and managed.do is Do.NONE_NEEDED
    body = replace(statement.body, then=replace(statement.body.then, management=replace(managed, through="metabolism")))
    changed = replace(statement, body=body)
    return replace(
        known, statements={it.id: changed if it.id == statement_id else it for it in known.statements.values()}
    )


def test_a_sentence_on_metabolism_alone_covers_no_pair_and_leaves_the_medicine_unchecked():
    known = by_metabolism_alone("moxifloxacin.interaction.theophylline")
    row, drug = ROWS["theophylline"], known.drugs["moxifloxacin"]
    matrix = interaction_matrix(known, known.profile("who"), AT, [row], [drug])
    before = interaction_matrix(knowledge(), knowledge().profile("who"), AT, [row], [drug])
    assert before.rows[0].cells[0].state is CellState.NO_INTERACTION_EXPECTED
    assert (before.filled(drug.inn), before.by_mechanism([drug.inn], only_commonest=False)) == ((1, 1), 0)
    assert matrix.rows[0].cells[0].state is CellState.NONE_BY_MECHANISM
    assert [it.id for it in matrix.rows[0].cells[0].findings] == ["moxifloxacin.interaction.theophylline"]
    assert (matrix.filled(drug.inn), matrix.by_mechanism([drug.inn], only_commonest=False)) == ((0, 0), 1)
    (check,) = Checker(known, known.profile("who")).check(record_of(row), AT, [drug]).drugs
    assert [it.status for it in check.findings if it.id == "screening.interaction.not-checked"] == [Status.APPLIES]


def test_metabolism_alone_does_not_cover_a_combination_of_which_one_part_is_unknown():
    known = by_metabolism_alone("moxifloxacin.interaction.theophylline")
    both = CoMedicine("x", "x", "x", False, _joined(ROWS["theophylline"], "fictionalol"))
    matrix = interaction_matrix(known, known.profile("who"), AT, [both], [known.drugs["moxifloxacin"]])
    assert (matrix.rows[0].cells[0].state, matrix.rows[0].cells[0].findings) == (CellState.NOT_COVERED, ())
