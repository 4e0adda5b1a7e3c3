"""Reads what follows from a statement, by the closed table of keys of each kind.

A key that is not in the table, a word that is not in its list and an amount outside its range are refused when a file
is loaded, with the nearest right word: a misspelt ``unresolved`` turned a major finding into a moderate one, unseen.
The ranges are no clinical limits: they stop a slip of the pen, and a statement's own maximum says what may be given.
"""

import re
from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from fullcourse.clinical.finding import Severity
from fullcourse.clinical.management import WAYS, Do, Management
from fullcourse.knowledge.consequences import (
    RENAMED,
    Action,
    Consequence,
    DoseAdvice,
    DoseRow,
    FindingOf,
    GradeOf,
    Interruption,
    Missed,
    OutcomeOf,
    Supplement,
    TestOf,
)
from fullcourse.knowledge.keys import Key, amount, flag, whole, wholes, word, words
from fullcourse.knowledge.tables import Table, nearest

__all__ = [
    "ACTIONS",
    "FINDINGS",
    "KINDS",
    "MECHANISMS",
    "MOST_MG",
    "MOST_MG_PER_KG",
    "MOST_UNITS",
    "TESTS",
    "WEEKDAYS",
    "read_consequence",
    "read_dose_row",
]

KINDS: Final = ("finding", "dose", "missed", "interruption", "action", "test", "grade", "outcome", "supplement")
"""The kinds of consequence: the key that each is written under."""

FINDINGS: Final = (
    "contraindication", "caution", "interaction", "population", "indication", "susceptibility", "duplicate", "company",
    "incomplete",
)  # fmt: skip
"""The kinds of a finding."""

_NEEDED: Final = frozenset((*KINDS, "severity", "degree"))
"""Keys that are read though they are not there, since some kind misses them."""

MECHANISMS: Final = (
    "qt", "seizures", "liver", "nervous_system", "kidneys_and_hearing", "blood_sugar", "tendons",
)  # fmt: skip
"""What harms, where several statements speak of the same harm: their findings are one card."""

DO: Final = tuple(do.value for do in Do)
"""What is done about a finding."""

ACTIONS: Final = (
    "emergency_now", "contact_today", "mention_at_next_visit", "stop_and_review", "stop_regimen_and_review",
    "consider_stop", "hold", "reduce_dose", "keep_dose", "block_dose", "show_conflict", "level_low", "review_level",
    "repeat_electrocardiogram", "repeat_in_two_weeks", "order_refill", "order_refill_now",
    "contact_prescriber_for_refill", "correct_electrolytes", "treat_hypothyroidism", "work_out_clearance",
    "do_not_drive", "test_susceptibility_again", "counts_as_done",
)  # fmt: skip
"""What somebody is to do."""

MISSED: Final = ("skip", "take_now")
INTERRUPTIONS: Final = (
    "continue", "continue_may_not_be_needed", "restart", "restart_or_rapid_tests", "rapid_tests", "reload",
    "reassess", "restart_allowed", "lost_to_follow_up",
)  # fmt: skip
"""How treatment goes on after an interruption, or which outcome it comes to."""

TESTS: Final = (
    "albumin", "amikacin level", "blood count", "blood count, vitamin B12, folic acid", "chest radiograph",
    "clinical review", "culture and susceptibility", "cycloserine level", "electrocardiogram", "glucose or HbA1c",
    "hearing", "hearing and balance", "HIV, hepatitis B and C", "kidney function", "liver function",
    "mood, psychosis and suicide screen", "neuropathy", "potassium, calcium, magnesium",
    "signs of toxicity to the nervous system", "sputum culture",
    "sputum smear", "streptomycin level", "thyroid", "thyroid (TSH)", "uric acid", "vision",
    "vitamin B12 and folic acid", "weight",
)  # fmt: skip
"""Tests by their names here; ``tightens`` names them too."""

ASKED: Final = (
    *TESTS, "decision to stop or lower the dose", "examination of the belly", "examination of the heart",
    "eye examination", "folic acid", "lactate", "other drugs that harm nerves", "sputum", "vitamin B12", "vitamin B6",
)  # fmt: skip
"""What whoever is called is asked for."""

OUTCOMES_DEFINED: Final = (
    "converted", "reverted", "cured", "completed", "failed", "died", "not evaluated", "treatment success",
    "sustained success at 6 months", "sustained success at 12 months",
)  # fmt: skip
"""Outcomes that a definition comes to; lost to follow-up follows from an interruption."""

GRADED: Final = ("anaemia", "neutropenia", "thrombocytopenia")
"""What a scale of grades is about."""

CALLED: Final = ("emergency number", "crisis line", "poison control", "care team")
POPULATIONS: Final = ("adults", "children", "65 and over")
SUPPLEMENTS: Final = ("pyridoxine", "cobalamin", "folic acid")
WEEKDAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")

MOST_MG: Final = 20_000.0
"""No amount of a TB drug comes near 20 g; one that passes it is a slip."""

MOST_MG_PER_KG: Final = 500.0
MOST_H: Final = 168.0
MOST_DAYS: Final = 3650
MOST_DEGREE: Final = 4
MOST_UNITS: Final = 100.0
MOST_TIMES: Final = 24.0

_Made = TypeVar("_Made", FindingOf, Action, Missed, Interruption, TestOf, OutcomeOf, Supplement, DoseAdvice, DoseRow)

_SEVERITIES: Final = tuple(severity.word for severity in Severity)


def read_consequence(row: object, table: Table) -> Consequence:
    """Read ``{ finding = "caution", severity = "major" }`` or another kind; every fault is noted at the table.

    Returns:
        The consequence; where its kind cannot be told, a finding that is never used, since the file is refused.
    """
    inner = table.inner(row if row is not None else {})
    kinds = [kind for kind in KINDS if inner.has(kind)]
    if len(kinds) != 1:
        given = " and ".join(kinds) or "no kind"
        near = "" if kinds else "".join(nearest(key, KINDS) for key in inner.names)
        table.fault(f"'then' has {given}", f"{near}Give exactly one of: {', '.join(KINDS)}.")
        inner.rest()
        return FindingOf("caution", Severity.INFO)
    shape, keys = _TABLES[kinds[0]]
    return shape(**_read(inner, keys, f"a consequence of kind '{kinds[0]}'"))


def read_dose_row(row: object, table: Table) -> DoseRow:
    """Read one row of a dose."""
    inner, noted = table.inner(row), len(table.faults)
    dose = DoseRow(**_read(inner, _ROW, "a dose"))  # type: ignore[arg-type]  # each key has the reader of its field's type
    if len(table.faults) > noted:
        return dose
    if not any(getattr(dose, key) is not None for key in _AMOUNTS):
        inner.fault("'dose' says not how much", "Add mg = ..., a range, an amount for each kilogram, or per_week.")
    for most, given in ((dose.max_mg_per_dose, dose.mg), (dose.max_mg_per_day, dose.mg_per_day or dose.mg)):
        if most is not None and given is not None and most < given:
            inner.fault(f"the maximum {most:g} mg is below the dose, {given:g} mg", "Correct one of the two.")
    return dose


_AMOUNTS: Final = (
    "mg", "mg_low", "mg_per_day_low", "mg_per_kg_per_dose", "mg_per_kg_per_day_low", "mg_per_lb_per_day_low",
    "of_usual_daily_dose", "per_week",
)  # fmt: skip
"""A dose says one of these: how much, or how often the usual dose is taken."""


def _read(table: Table, keys: Mapping[str, Key], what: str) -> dict[str, object]:
    """Read the keys of a closed table; keys that are not in it are faults, and so is a range without both its ends.

    A key that is not there and need not be is left to the default of its field: most tables hold few of their keys.
    """
    values = {RENAMED.get(key, key): read(table, key) for key, read in keys.items() if key in _NEEDED or table.has(key)}
    table.done(what, keys)
    for name, value in values.items():
        if name.endswith(("_low", "_high")):
            low, high = name.removesuffix("_high").removesuffix("_low") + "_low", ""
            high = low.removesuffix("_low") + "_high"
            if high in keys and value is not None and not (table.has(low) and table.has(high)):
                table.fault(f"'{name}' stands alone", "A range has two ends: give both, or one amount.")
            elif name == low and _is_above(value, values.get(high)):
                table.fault(f"'{high}' {values[high]:g} is below '{low}' {value:g}", "Order the ends.")
    return values


def _is_above(low: object, high: object) -> bool:
    return isinstance(low, float) and isinstance(high, float) and low > high


def _severity(*, required: bool) -> Key:
    def read(table: Table, key: str) -> Severity | None:
        said = table.choice(key, _SEVERITIES, required=required)
        return Severity.of(said) if said else Severity.INFO if required else None

    return read


def _text(table: Table, key: str) -> str:
    return table.text(key, required=False)


_FORM: Final = re.compile(r"[a-z][a-z -]*( [\d.]+ (mg|g|mg/mL))?(, with .+)?")


def _form(table: Table, key: str) -> str:
    form = table.text(key, required=False)
    if form and not _FORM.fullmatch(form):
        table.fault(f"'{key}' is '{form}'", "Write the form and its strength, for example 'capsule 250 mg'.")
    return form


def _degree(table: Table, key: str) -> int:
    value = table.whole(key)
    if value is None or value > MOST_DEGREE:
        table.fault(f"'{key}' of a grade is {value}", f"Write 1 (mild) to {MOST_DEGREE} (life-threatening).")
        return MOST_DEGREE
    return value


_MOST_SAID: Final = 200
"""A headline that is longer is no headline; the statement has room for the rest."""


def _management(table: Table, key: str) -> Management | None:
    """Read ``{ do = "separate", says = "...", hours_before = 2 }``."""
    if not table.has(key):
        return None
    noted = len(table.faults)
    inner = table.inner(table.raw(key))
    if len(table.faults) > noted:
        return None
    do = inner.choice("do", DO)
    says = inner.text("says")
    instead, watch = inner.texts("instead"), words(TESTS)(inner, "watch")
    hours = amount(MOST_H, unit=" h")
    before, after = hours(inner, "hours_before"), hours(inner, "hours_after")
    through = inner.choice("through", WAYS) if inner.has("through") else ""
    inner.done("'management'", ("do", "says", "instead", "watch", "hours_before", "hours_after", "through"))
    if len(says) > _MOST_SAID:
        inner.fault(f"'says' of a management has {len(says)} letters", f"Say what to do in {_MOST_SAID}.")
    is_apart = inner.has("hours_before") or inner.has("hours_after")
    if do == Do.SEPARATE.value and not is_apart:
        inner.fault("'separate' says not by how long", "Add hours_before = ... or hours_after = ....")
    if is_apart and do and do != Do.SEPARATE.value:
        inner.fault(f"hours stand beside do = '{do}'", "They belong to do = 'separate'.")
    if instead and do == Do.NONE_NEEDED.value:
        inner.fault("'instead' stands beside do = 'none_needed'", "Keep one of the two.")
    if through and do and do != Do.NONE_NEEDED.value:
        inner.fault(f"'through' stands beside do = '{do}'", "It belongs to do = 'none_needed'.")
    if len(table.faults) > noted:
        return None
    return Management(Do(do), says, instead, watch, before, after, through)


def _alternatives(table: Table, key: str) -> tuple[DoseRow, ...]:
    return tuple(read_dose_row(row, table) for row in table.rows(key))


def _dose_rows(table: Table, key: str) -> tuple[DoseRow, ...]:
    value = table.raw(key)
    rows = value if isinstance(value, list) else [value]
    if not rows or not all(isinstance(row, Mapping) for row in rows):
        table.fault(f"'{key}' is no list of doses", f"Write {key} = [{{ mg = ... }}], with at least one row.")
        return ()
    return tuple(read_dose_row(row, table) for row in rows)


_MG: Final = amount(MOST_MG, unit=" mg")
_MG_PER_KG: Final = amount(MOST_MG_PER_KG, unit=" mg/kg")
_ROW: Final[dict[str, Key]] = {
    "mg": _MG, "mg_low": _MG, "mg_high": _MG, "units": amount(MOST_UNITS), "form": _form,
    "every_h": amount(MOST_H, unit=" h"), "every_h_low": amount(MOST_H, unit=" h"),
    "every_h_high": amount(MOST_H, unit=" h"), "per_week": whole(7), "days_of_week": words(WEEKDAYS),
    "doses_per_day_low": amount(MOST_TIMES), "doses_per_day_high": amount(MOST_TIMES),
    "mg_per_day_low": _MG, "mg_per_day_high": _MG, "mg_per_kg_per_dose": _MG_PER_KG,
    "mg_per_kg_per_day_low": _MG_PER_KG, "mg_per_kg_per_day_high": _MG_PER_KG,
    "mg_per_lb_per_day_low": _MG_PER_KG, "mg_per_lb_per_day_high": _MG_PER_KG,
    "of_usual_daily_dose": amount(1.0), "max_mg_per_dose": _MG, "max_mg_per_day": _MG,
    "prepare": _text, "note": _text, "alternatives": _alternatives,
}  # fmt: skip

_TABLES: Final[dict[str, tuple[Callable[..., Consequence], dict[str, Key]]]] = {
    "finding": (
        lambda finding, **rest: FindingOf(finding, **rest),
        {"finding": word(FINDINGS, required=True), "severity": _severity(required=True),
         "unresolved": _severity(required=False), "tightens": words(TESTS),
         "management": _management, "mechanism": word(MECHANISMS), "rated_because": _text},
    ),
    "action": (
        lambda action, **rest: Action(action, **rest),
        {"action": word(ACTIONS, required=True), "severity": _severity(required=True),
         "unresolved": _severity(required=False), "hold": flag, "ask_for": words(ASKED), "call": words(CALLED),
         "propose": word(("replace the drug",)), "max_mg_per_day": _MG},
    ),
    "missed": (
        lambda missed, **rest: Missed(missed, **rest),
        {"missed": word(MISSED, required=True), "made_up": word(("at the end of treatment",)),
         "next_after_h": amount(MOST_H, unit=" h")},
    ),
    "interruption": (
        lambda interruption, **rest: Interruption(interruption, **rest),
        {"interruption": word(INTERRUPTIONS, required=True), "owes": word(("days missed", "nothing")),
         "also": word(("smear, culture and susceptibility tests",)), "reload_days": whole(MOST_DAYS)},
    ),
    "test": (
        lambda test, **rest: TestOf(test, **rest),
        {"test": word(TESTS, required=True), "at": word(("before start", "when anaemia appears")),
         "every_days": whole(MOST_DAYS), "interval": word(("not given",)), "on_weeks": wholes(520),
         "with": word(TESTS), "hours_after_dose": wholes(48), "on_months": wholes(60), "at_end": flag,
         "months_after_end": wholes(60)},
    ),
    "grade": (
        lambda grade, **rest: GradeOf(grade, **rest),
        {"grade": word(GRADED, required=True), "degree": _degree},
    ),
    "outcome": (lambda outcome: OutcomeOf(outcome), {"outcome": word(OUTCOMES_DEFINED, required=True)}),
    "supplement": (
        lambda supplement, **rest: Supplement(supplement, **rest),
        {"supplement": word(SUPPLEMENTS, required=True), "severity": _severity(required=False),
         "option": word(("prescriber decides",)), "mg_per_day": _MG, "mg_per_day_at_least": _MG, "mg_per_day_low": _MG,
         "mg_per_day_high": _MG, "mg_per_250_mg": _MG, "mg_per_kg_per_day_low": _MG_PER_KG,
         "mg_per_kg_per_day_high": _MG_PER_KG},
    ),
    "dose": (
        lambda dose, **rest: DoseAdvice(dose, **rest),
        {"dose": _dose_rows, "population": word(POPULATIONS), "option": word(("slower start", "start")),
         "specialist": flag, "after_dialysis": flag, "max_mg_per_day": _MG, "peak_mg_per_l": wholes(200, count=2),
         "peak_below_mg_per_l": amount(200.0, unit=" mg/L"), "level_hours_after_dose": wholes(48)},
    ),
}  # fmt: skip
