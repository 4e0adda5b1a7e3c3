"""What statements read, as SQL columns, what has no form in SQL, and that SQL decides as the plain reader does."""

import itertools
import math
import re
from collections.abc import Iterable, Mapping
from datetime import date

import duckdb
import pytest
import sqlglot.expressions as exp

from fullcourse.clinical import Fact, Interval, Medicine, Patient, Record, Taken, exactly
from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.actions import as_on_file
from fullcourse.knowledge.statements import (
    Bands,
    FactCondition,
    FirstOf,
    Statement,
    Steps,
    TakingCondition,
    Tells,
    When,
)
from fullcourse.knowledge.walk import atoms_of
from fullcourse.rules.one_patient import evaluate
from fullcourse.rules.situation import Situation
from fullcourse.rules.sql import (
    InFull,
    atom_truth,
    both,
    columns,
    days_column,
    either,
    high_column,
    is_on_file,
    low_column,
    outcome_expression,
    rows_of,
    taking_name,
    value_column,
)
from patients import knowledge
from small_knowledge import small, statement

INF = math.inf
THEN = 'then = { finding = "caution", severity = "major" }'
FACTS = """
[[fact]]
id = "enzyme"
kind = "number"
label = "enzyme"
unit = "U/L"

[[fact]]
id = "enzyme_limit"
kind = "number"
label = "upper limit of the enzyme"
unit = "U/L"
plausible = [20, 80]

[[fact]]
id = "ill-ever"
kind = "history"
label = "a name that SQL would read as a difference"
"""


def test_the_columns_of_a_statement_are_those_that_its_expression_reads():
    executed = [it for it in knowledge().statements.values() if isinstance(it.body, When | FirstOf | Bands | Steps)]
    assert executed
    for stated in executed:
        read = {column.name for column in outcome_expression(stated).find_all(exp.Column)}

        assert columns([stated]).keys() == read, stated.id


def test_a_statement_that_sql_cannot_say_is_refused_by_its_name():
    told = next(one for one in knowledge().statements.values() if isinstance(one.body, Tells))

    with pytest.raises(KnowledgeError, match=re.escape(f"'{told.id}'")):
        outcome_expression(told)
    assert columns([told]) == {}


def test_what_is_taken_has_columns_by_target_and_window():
    assert taking_name("class.tb-drugs", None) == "taking__class__tb_drugs__now"
    assert taking_name("drug.otherine", 14) == "taking__drug__otherine__14d"


def test_each_column_has_its_type():
    body = (
        'when = [{ fact = "fits", is = true, within_days = 14 }, { fact = "sex", is = "male" },'
        ' { fact = "weight", below = 30, unit = "kg" }, { taking = "drug.otherine", is = false, listed = true }]\n'
    )
    assert columns(small(statement(body + THEN)).statements.values()) == {
        "fact__fits__days": "INTEGER",
        "fact__fits": "BOOLEAN",
        "fact__sex": "VARCHAR",
        "fact__weight__low": "DOUBLE",
        "fact__weight__high": "DOUBLE",
        "taking__drug__otherine__now__low": "DOUBLE",
    }


def asked(conditions: str) -> str:
    return f"when = [{conditions}]\n{THEN}"


def compared(bound: str, more: str = "") -> str:
    return asked(f'{{ fact = "weight", {bound}, unit = "kg"{more} }}')


def times(kind: str, of: str = "enzyme_limit", more: str = "") -> str:
    fact = "enzyme" if of == "enzyme_limit" else "alt"
    return asked(f'{{ fact = "{fact}", {kind} = {{ times = 3, of = "{of}" }}{more} }}')


WEIGHTS = [
    None,
    *map(exactly, (math.nextafter(30, 0), 30.0, math.nextafter(30, 99))),
    *(Interval(*ends) for ends in ((20.0, 30.0), (30.0, 40.0), (20.0, 40.0), (-INF, 30.0), (30.0, INF))),
]
LIMITS = [None, exactly(40.0), Interval(30.0, 50.0), Interval(-INF, 50.0), Interval(30.0, INF)]
ENZYMES = [
    None,
    *map(exactly, (60.0, 61.0, 90.0, 91.0, 120.0, 121.0, 150.0, 151.0, 240.0, 241.0)),
    Interval(100.0, 130.0),
    Interval(-INF, 59.0),
    Interval(241.0, INF),
]
YES_NO = [None, True, False]
BOTH_ASKED = '{ fact = "fits", is = true }, { fact = "pregnant", is = true }'
KINDS = ("below", "at_most", "above", "at_least")
BANDS = (
    'by = "weight"\nbands = [{ below = 25, dose = { mg = 250 } }, { from = 25, below = 30, dose = { mg = 375 } },'
    " { from = 35, dose = { mg = 500 } }]"
)
TABLE = (
    f'pick = "first"\nrows = [{{ when = [{{ fact = "fits", is = true }}], {THEN} }},'
    f' {{ when = [{{ fact = "pregnant", is = true }}], {THEN} }}]'
)
TITRATION = """steps = [
  { from_day = 1, doses = [{ at = "morning", mg = 250 }], when = [{ fact = "fits", is = false }] },
  { from_day = 15, doses = [{ at = "morning", mg = 500 }] },
  { from_day = 29, doses = [{ at = "morning", mg = 750 }], when = [{ fact = "pregnant", is = false }] },
]"""

CASES: list[tuple[str, dict[str, list[object]]]] = [
    *((compared(f"{kind} = 30"), {"weight": WEIGHTS}) for kind in (*KINDS, "is")),
    *((compared(f"{kind} = 30", ", for_certain = true"), {"weight": WEIGHTS}) for kind in KINDS),
    (compared("at_least = 20, below = 40"), {"weight": WEIGHTS}),
    *((times(kind), {"enzyme": ENZYMES, "enzyme_limit": LIMITS}) for kind in KINDS),
    *((times(kind, more=", for_certain = true"), {"enzyme": ENZYMES, "enzyme_limit": LIMITS}) for kind in KINDS),
    *((times(kind, "alt_upper_limit"), {"alt": ENZYMES, "alt_upper_limit": LIMITS}) for kind in KINDS),
    (asked('{ fact = "fits", is = true }'), {"fits": YES_NO}),
    (asked('{ fact = "fits", is = false }'), {"fits": YES_NO}),
    (asked('{ fact = "fits", is = false, within_days = 14 }'), {"fits": YES_NO}),
    (asked('{ fact = "fits", is = true, within_days = 14 }'), {"fits": YES_NO}),
    (asked('{ fact = "ill-ever", is = true, within_days = 14 }'), {"ill-ever": YES_NO}),
    (asked('{ fact = "sex", is = "male" }'), {"sex": [None, "male", "female"]}),
    (asked('{ fact = "sex", in = ["female", "male"] }'), {"sex": [None, "male", "female", "other"]}),
    (asked(BOTH_ASKED), {"fits": YES_NO, "pregnant": YES_NO}),
    (asked(f"{{ any = [{BOTH_ASKED}] }}"), {"fits": YES_NO, "pregnant": YES_NO}),
    *(
        (
            asked(f'{{ of = [{BOTH_ASKED}, {{ fact = "weight", below = 30, unit = "kg" }}], at_least = {count} }}'),
            {"fits": YES_NO, "pregnant": YES_NO, "weight": [None, exactly(29.0), exactly(30.0)]},
        )
        for count in (1, 2, 3)
    ),
    (asked(""), {"fits": YES_NO}),
    (TABLE, {"fits": YES_NO, "pregnant": YES_NO}),
    (BANDS, {"weight": [*WEIGHTS, *map(exactly, (24.0, 25.0, 34.0, 35.0))]}),
    (
        TITRATION,
        {
            "treatment_day": [None, *map(exactly, (1.0, 14.0, 15.0, 28.0, 29.0)), Interval(14.0, 15.0)],
            "fits": YES_NO,
            "pregnant": YES_NO,
        },
    ),
]  # fmt: skip


def situations(known, grid: Mapping[str, list[object]], medicines: tuple[Medicine, ...] = ()) -> Iterable[Situation]:
    """Yield a patient for each combination of values, each with evidence of 14 days, of 15, and without a date."""
    for values in itertools.product(*grid.values()):
        for days in (14, 15, None):
            facts = {name: Fact(name, value, days=days) for name, value in zip(grid, values, strict=True)}  # type: ignore[arg-type]
            yield Situation(Patient(date(2026, 1, 1), facts, medicines, (), Record({})), known)


def cells(stated: Statement, situation: Situation) -> dict[str, object]:
    """Return what a register holds of a patient in the columns that a statement reads."""
    ranges: dict[str, Interval] = {}
    held: dict[str, object] = {}
    for name, fact in situation.facts.items():
        held[days_column(name)] = fact.days
        if isinstance(fact.value, Interval):
            ranges[value_column(name)] = fact.value
        else:
            held[value_column(name)] = fact.value
    for atom in atoms_of(stated.body):
        if isinstance(atom, TakingCondition):
            ranges[taking_name(atom.target, atom.within_days)] = situation.taking(atom.target, atom.within_days).number
    for stem, number in ranges.items():
        held[low_column(stem)] = number.low if math.isfinite(number.low) else None
        held[high_column(stem)] = number.high if math.isfinite(number.high) else None
    return {column: held.get(column) for column in columns([stated])}


def decided(stated: Statement, people: list[Situation]) -> list[object]:
    """Return what SQL decides for some patients."""
    types = columns([stated]) or {"nothing": "INTEGER"}
    rows = [[held.get(column) for column in types] for held in (cells(stated, person) for person in people)]
    row = f"({', '.join(f'?::{kind}' for kind in types.values())}, ?::INTEGER)"
    names = ", ".join(f'"{column}"' for column in (*types, "number"))
    outcome, table = outcome_expression(stated).sql("duckdb"), f"(VALUES {', '.join([row] * len(rows))}) t({names})"
    query = f"SELECT {outcome} FROM {table} ORDER BY number"  # noqa: S608 - our own words
    with duckdb.connect() as database:
        values = [value for number, held in enumerate(rows) for value in (*held, number)]
        return [outcome for (outcome,) in database.execute(query, values).fetchall()]


@pytest.mark.parametrize(("body", "grid"), CASES)
def test_sql_decides_as_the_plain_reader_for_every_combination(body, grid):
    known = small(statement(body), facts__more=FACTS)
    stated = known.statements["exampline.caution.x"]
    for executed in (stated, as_on_file(stated)):
        people = list(situations(known, grid))
        outcomes = [evaluate(executed, person) for person in people]
        assert decided(executed, people) == outcomes
        assert columns([executed]).keys() == {it.name for it in outcome_expression(executed).find_all(exp.Column)}


@pytest.mark.parametrize(
    "condition",
    [
        '{ taking = "drug.otherine" }',
        '{ taking = "drug.otherine", is = false }',
        '{ taking = "drug.otherine", is = false, listed = true }',
        '{ taking = "class.pair", at_least = 2 }',
        '{ taking = "drug.otherine", within_days = 30 }',
        '{ taking = "drug.other acid" }',  # a name of two words
    ],
)
def test_sql_counts_medicines_as_the_plain_reader(condition):
    pair = '[[class]]\nid = "class.pair"\ningredients = ["otherine", "thirdine"]\nsource = "label"\n'
    complete = {"medicines_complete": YES_NO}
    known = small(
        statement(asked(condition)),
        classes__more=pair,
        facts__more='[[fact]]\nid = "medicines_complete"\nkind = "state"\nlabel = "complete"\n',
    )
    stated = known.statements["exampline.caution.x"]
    now, maybe, past = (
        [Medicine(it, (it,), (), "name", taken, None, None, it) for it in ("otherine", "thirdine", "other acid")]
        for taken in (Taken.NOW, Taken.MAYBE, Taken.PAST)
    )
    people: list[Situation] = []
    for medicines in ((), now[:1], now[1:2], now, maybe[:1], (now[0], maybe[1]), past, maybe):
        people += situations(known, complete, tuple(medicines))
    assert decided(stated, people) == [evaluate(stated, person) for person in people]
    assert None in decided(stated, people) or "listed" in condition


@pytest.mark.parametrize(("low", "high", "known"), [(None, None, False), (1.0, None, True), (None, 1.0, True)])
def test_a_number_is_on_file_where_either_end_is_known(low, high, known):
    certain, possible = is_on_file("weight")
    with duckdb.connect() as database:
        table = "(SELECT ?::DOUBLE, ?::DOUBLE) t(fact__weight__low, fact__weight__high)"
        query = f"SELECT {certain.sql('duckdb')}, {possible.sql('duckdb')} FROM {table}"  # noqa: S608 - our own
        assert database.execute(query, [low, high]).fetchone() == (known, known)


def test_of_nothing_all_hold_and_none_does():
    assert (both([]).sql(), either([]).sql()) == ("TRUE", "FALSE")


def test_a_threshold_is_compared_as_a_float_is():
    truth = atom_truth(FactCondition("weight", below=0.1))
    assert "CAST(0.1 AS DOUBLE)" in truth.certain.sql("duckdb")


def test_the_rows_of_a_statement_are_those_of_its_form():
    for body, rows in ((asked(BOTH_ASKED), 1), (TABLE, 2), (BANDS, 3), (TITRATION, 3)):
        stated = small(statement(body)).statements["exampline.caution.x"]
        assert len(rows_of(stated, InFull())) == rows
