"""A course under way: which regimen it is, and on which day which results make its phase longer."""

from collections.abc import Sequence
from datetime import date

import pytest

from fullcourse.clinical import Evidence, parse_moment
from fullcourse.regimens.course import Course, extensions_of, is_under_way
from fullcourse.regimens.places import citation_of
from patients import evidence, knowledge

BPAL = ("bedaquiline", "pretomanid", "linezolid")
NINE = ("bedaquiline", "levofloxacin", "clofazimine", "pyrazinamide", "ethambutol", "isoniazid")
START = "2026-01-10"
Results = Sequence[tuple[str, str]]


def regimen(name: str):
    return knowledge().guidelines.regimens[name]


def course(at: str, current=BPAL, began: str | None = START, cultures: Results = (), smears: Results = ()) -> Course:
    def series(name: str, results: Results) -> tuple[Evidence, ...]:
        return tuple(evidence(name, value, on=day) for day, value in results)

    return Course(
        at=date.fromisoformat(at),
        current=frozenset(current),
        began=parse_moment(began, "start") if began else None,
        because=(),
        results={"sputum_culture": series("sputum_culture", cultures), "sputum_smear": series("sputum_smear", smears)},
    )


def judged(name: str, on: Course):
    plan = regimen(name)
    return extensions_of(plan, on, citation_of(knowledge(), plan.source, plan.section)).get(0)


@pytest.mark.parametrize(
    ("name", "current", "yes"),
    [
        ("who-bpal", BPAL, True),
        ("who-bpal", (*BPAL, "moxifloxacin"), False),
        ("who-bpal", BPAL[:2], False),
        ("who-bpal", (), False),
        ("who-bpalm", (*BPAL, "moxifloxacin"), True),
        ("who-9-month-linezolid", NINE, True),
        ("who-9-month-linezolid", (*NINE, "linezolid"), True),
        ("who-9-month-linezolid", (*NINE, "ethionamide"), False),
        ("who-9-month-ethionamide", NINE, False),
        ("who-9-month-ethionamide", (*NINE, "ethionamide"), True),
    ],
)
def test_a_regimen_is_under_way_when_just_its_drugs_are_taken(name, current, yes):
    assert is_under_way(regimen(name), course("2026-06-01", current)) is yes


@pytest.mark.parametrize(
    ("at", "cultures", "fits"),
    [
        ("2026-05-10", [("2026-05-10", "positive")], True),  # four months are over
        ("2026-06-01", [("2026-05-09", "positive")], None),  # the last day of the fourth month does not count yet
        ("2026-07-20", [("2026-07-09", "positive"), ("2026-06-10", "negative")], True),  # the last day before month 7
        ("2026-07-20", [("2026-07-10", "positive")], None),  # after six months
        ("2026-06-01", [("2026-05-20", "negative")], None),  # a later one can still be positive
        ("2026-07-09", [("2026-05-20", "negative")], None),
        ("2026-07-10", [("2026-05-20", "negative")], False),  # six months are over, and none was positive
        ("2026-07-10", [], None),
    ],
)
def test_bpal_is_longer_only_with_a_positive_culture_of_months_four_to_six(at, cultures, fits):
    reason = judged("who-bpal", course(at, cultures=cultures))
    assert reason is not None
    assert reason.fits is fits
    assert reason.missing == (("sputum_culture",) if fits is None else ())
    assert reason.interpretation == "I-0811"


def test_before_month_four_nothing_is_judged():
    assert judged("who-bpal", course("2026-05-09", cultures=[("2026-05-01", "positive")])) is None


@pytest.mark.parametrize("began", [None, "2026-01"])
def test_a_start_that_is_not_known_to_the_day_is_asked(began):
    reason = judged("who-bpal", course("2026-06-01", began=began))
    assert reason is not None
    assert (reason.fits, reason.missing) == (None, ("treatment_start",))


@pytest.mark.parametrize(
    ("cultures", "smears", "fits", "missing"),
    [
        ([("2026-05-05", "positive")], [], True, ()),
        ([], [("2026-05-05", "positive")], True, ()),
        ([("2026-05-05", "negative")], [("2026-05-05", "negative")], False, ()),
        ([("2026-05-05", "negative")], [], None, ("sputum_smear",)),
        ([("2026-04-09", "positive")], [], None, ("sputum_smear", "sputum_culture")),  # of the third month
        ([("2026-04-12", "positive"), ("2026-05-08", "negative")], [("2026-05-08", "negative")], False, ()),
        (
            [("2026-05-08", "positive"), ("2026-05-08", "negative")],
            [("2026-05-08", "negative")],
            None,
            ("sputum_culture",),
        ),
    ],
)
def test_the_nine_months_are_longer_while_smear_or_culture_stays_positive(cultures, smears, fits, missing):
    reason = judged("who-9-month-linezolid", course("2026-05-12", NINE, cultures=cultures, smears=smears))
    assert reason is not None
    assert (reason.fits, reason.missing) == (fits, missing)
