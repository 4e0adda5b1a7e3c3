"""Symptoms that were told in a quarter, and drugs that were held for side effects: counted, and no cause is named."""

from collections.abc import Callable, Iterable

from fullcourse.cohort.programme.case import Case, Told
from fullcourse.cohort.programme.quarter import Quarter
from fullcourse.cohort.programme.table import NOT_RECORDED, Behind, Table

__all__ = ["adverse_tables"]


def adverse_tables(cases: Iterable[Case], quarter: Quarter, named: Callable[[str], str]) -> tuple[Table, ...]:
    """Return what was told in a quarter; a case stands once in each number, however often it was told.

    Args:
        cases: Any; those of which nothing was told in the quarter are in no number.
        quarter: In which it was told.
        named: Returns what a symptom is called, by its id.
    """
    whom = Table("adverse.whom", "Cases of which something was told", ("a symptom", "a hold alone"))
    reaction = Table("adverse.reaction", "By symptom", each_once=False)
    drug = Table("adverse.drug", "By drug taken when a symptom was told", each_once=False)
    serious = Table("adverse.serious", "Serious, of cases with a symptom", (NOT_RECORDED,))
    action = Table("adverse.action", "Action: drugs held for side effects", each_once=False)
    for case in cases:
        told = [one for one in case.symptoms if quarter.holds(one.day)]
        held = [one for one in case.holds if quarter.holds(one.day)]
        if not told and not held:
            continue
        whom.add("a symptom" if told else "a hold alone", _behind(case, (told or held)[0], named))
        if told:
            serious.add(NOT_RECORDED, _behind(case, told[0], named))
        _once_each(reaction, case, told, lambda one: (named(one.what),), named)
        _once_each(drug, case, told, lambda one: one.drugs or ("no plan in force",), named)
        _once_each(action, case, held, lambda one: one.drugs or ("no plan in force",), named)
    return whom, *(table.sorted_by_count() for table in (reaction, drug)), serious, action.sorted_by_count()


def _once_each(
    table: Table,
    case: Case,
    told: Iterable[Told],
    labels: Callable[[Told], Iterable[str]],
    named: Callable[[str], str],
) -> None:
    seen: set[str] = set()
    for one in told:
        for label in labels(one):
            if label not in seen:
                seen.add(label)
                table.add(label, _behind(case, one, named))


def _behind(case: Case, one: Told, named: Callable[[str], str]) -> Behind:
    return Behind(case, one.day, named(one.what), one.event)
