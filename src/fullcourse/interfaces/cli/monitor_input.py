"""What ``fullcourse monitor`` is asked about: a record with what was said of its treatment, or a course."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from fullcourse.clinical.dose import DoseStep
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.course_commands.log_file import Opened
from fullcourse.journey.doses_known import DosesOf
from fullcourse.journey.monitor import DoseSpan, Treatment, is_for_susceptible, treatment_on_record
from fullcourse.journey.monitor_course import course_as_monitored, doses_of_course
from fullcourse.knowledge.library import Knowledge

__all__ = ["MonitorAsked", "OfRecord", "asked_of_course", "asked_of_record", "done_of"]


@dataclass(frozen=True, slots=True)
class MonitorAsked:
    """What is asked.

    Attributes:
        record: Results and everything else that is known.
        treatment: What is taken.
        day: Of the question.
        profile: Which sources lead.
        now: The moment, for levels.
        doses: Of each drug, for levels; empty where they are not asked for.
        opened: The course; None for a record.
        beside: What is known beside the log of a course.
    """

    record: Record
    treatment: Treatment
    day: date
    profile: str
    now: datetime
    doses: Mapping[str, DosesOf]
    opened: Opened | None = None
    beside: Record = field(default_factory=lambda: Record({}))


@dataclass(frozen=True, slots=True)
class OfRecord:
    """What was said of the treatment of a record on the command line."""

    drugs: tuple[str, ...]
    plans: tuple[str, ...]
    start: str | None
    days: int | None

    @property
    def is_said(self) -> bool:
        """Whether anything was said."""
        return bool(self.drugs or self.plans or self.start or self.days)


def asked_of_course(
    opened: Opened, beside_at: Callable[[date], Record], at: str | None, *, levels: bool
) -> MonitorAsked:
    """Return what is asked about a course.

    Args:
        opened: The course.
        beside_at: Reads what is known beside its log, as of a day.
        at: The day or moment as it was asked for.
        levels: Whether the doses are asked for.
    """
    read, treatment = course_as_monitored(opened.course, opened.knowledge, opened.now)
    day = opened.now.date()
    if at is not None and "T" not in at:
        day = parse_day(at, "--at")
    elif opened.course.timeline:
        day = opened.course.timeline[-1].zone.day_of(opened.now)
    beside = beside_at(day)
    read = beside.plus(read)
    doses = doses_of_course(opened.course, opened.knowledge, opened.now) if levels else {}
    return MonitorAsked(read, treatment, day, opened.profile, opened.now, doses, opened, beside)


def asked_of_record(read: Record, day: date, profile: str | None, said: OfRecord, knowledge: Knowledge) -> MonitorAsked:
    """Return what is asked about a record that was read as of a day."""
    planned = _planned(said.plans, knowledge)
    treatment = _as_said(treatment_on_record(read, knowledge, day), knowledge, said, planned)
    doses = {name: DosesOf(plan=steps, since=treatment.starts_on) for name, steps in planned.items()}
    return MonitorAsked(read, treatment, day, profile or "us", datetime.combine(day, time.max), doses)


def _as_said(
    treatment: Treatment, knowledge: Knowledge, said: OfRecord, planned: Mapping[str, tuple[DoseStep, ...]]
) -> Treatment:
    """Return the treatment of a record with what was said of it on the command line."""
    named = [*(knowledge.drug(name).inn for name in said.drugs), *planned]
    doses = {
        inn: tuple(DoseSpan(step.from_day, step.mg_per_dosing_day) for step in steps) for inn, steps in planned.items()
    }
    first = parse_day(said.start, "--start") if said.start is not None else treatment.starts_on
    if said.days is not None and first is None:
        raise InputError("--days: the treatment has no first day. Add --start DATE.")
    drugs = tuple(dict.fromkeys(named)) or treatment.drugs
    if not drugs:
        raise InputError(
            "the record lists no TB drug that is taken, so nothing is monitored. Name the drugs with --drug or --plan."
        )
    ends = None if first is None or said.days is None else first + timedelta(days=said.days - 1)
    return Treatment(drugs, doses, first, ends, as_susceptible=is_for_susceptible(drugs))


def _planned(plans: tuple[str, ...], knowledge: Knowledge) -> dict[str, tuple[DoseStep, ...]]:
    """Return the steps of each drug that --plan names."""
    found: dict[str, tuple[DoseStep, ...]] = {}
    for text in plans:
        name, colon, dose = text.partition(":")
        if not colon:
            raise InputError(f"--plan '{text[:60]}' has no colon. Write it as 'cycloserine: 250 mg q12h'.")
        found[knowledge.drug(name).inn] = tuple(parse_dose_plan(dose))
    return found


def done_of(done: tuple[str, ...], treatment: Treatment, knowledge: Knowledge) -> dict[str, tuple[date, ...]]:
    """Return the days of tests that --done names, beside those known of them."""
    told: dict[str, tuple[date, ...]] = {}
    for text in done:
        name, sign, day = text.rpartition("=")
        test = name.strip()
        if not sign or test not in knowledge.tests:
            known = ", ".join(it.id for it in knowledge.tests.values() if not it.parts)
            raise InputError(f"--done '{text[:60]}' names no test and day. Write it as 'vision=2026-11-02'. {known}.")
        told[test] = (*told.get(test, treatment.done.get(test, ())), parse_day(day.strip(), "--done"))
    return told
