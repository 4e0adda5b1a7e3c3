"""The report of a quarter over all cases of a programme; they are handed in one after another, in any order."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from fullcourse.clinical.dose import RegimenDrug
from fullcourse.cohort.need.running import RunningNeed, running_need
from fullcourse.cohort.need.units import Product
from fullcourse.cohort.programme.adverse import adverse_tables
from fullcourse.cohort.programme.case import Case
from fullcourse.cohort.programme.quarter import Quarter, quarter_of
from fullcourse.cohort.programme.registration import registration_tables
from fullcourse.cohort.programme.results import final_table, interim_table, is_long, proposed_table
from fullcourse.cohort.programme.rules import ReportRules
from fullcourse.cohort.programme.table import NOT_RECORDED, Behind, Number, Table, slug
from fullcourse.knowledge.library import Knowledge

__all__ = ["Gatherer", "ProgrammeReport", "Section"]


@dataclass(frozen=True, slots=True)
class Section:
    """One of the reports.

    Attributes:
        id: ``registration``, ``interim``, ``final``, ``adverse``.
        title: With its cohort.
        cohort: The quarter that it is about; None where each table names its own.
        complete_on: From when on nothing of it can still be too early; None where it always is.
        tables: Its numbers.
    """

    id: str
    title: str
    cohort: Quarter | None
    complete_on: date | None
    tables: tuple[Table, ...]


@dataclass(frozen=True, slots=True)
class ProgrammeReport:
    """Everything that a quarter's report says.

    Attributes:
        quarter: Of the report.
        at: What happened later is not seen.
        rules: By which it was counted.
        courses: Read, in which there is at least one case.
        cases: In them.
        without_day: Cases with neither a registration nor a plan, which belong to no quarter.
        unread_events: Cases with events that were not understood.
        overdue: Cases whose planned end has passed and that nothing closed.
        sections: In order.
        need: Of running courses.
        running: How many run.
    """

    quarter: Quarter
    at: date
    rules: ReportRules
    courses: int
    cases: int
    without_day: Number
    unread_events: Number
    overdue: Number
    sections: tuple[Section, ...]
    need: RunningNeed
    running: int

    def number(self, number_id: str) -> Number | None:
        """Return a number by its id; None where there is none."""
        return next((number for number in self.numbers() if number.id == number_id), None)

    def numbers(self) -> list[Number]:
        """Return every number that has a list, those of need among them."""
        listed = [number for section in self.sections for table in section.tables for number in table.numbers.values()]
        return [self.without_day, self.unread_events, self.overdue, *listed, *self._needed()]

    def _needed(self) -> list[Number]:
        need = self.need
        found = [
            Number(
                need_id(need.months[place], product),
                f"{' + '.join(product.drugs)} {product.words or 'form not chosen'}, {need.months[place]:%Y-%m}",
                [_planned(case)
                 for case in row.cases],
            )
            for (place, product), row in sorted(need.rows.items())
        ]  # fmt: skip
        for name, label, cases in (
            ("need.open-ended", "plans without an end", need.open_ended),
            ("need.not-placed", "doses that cannot be placed", need.not_placed),
        ):
            found.append(Number(name, label, [Behind(case, None, label) for case in cases]))
        return found


def _planned(case: Case) -> Behind:
    plan = case.plan
    return Behind(case, plan.starts_on, "plan", plan.event) if plan else Behind(case, None, "plan")


def need_id(month: date, product: Product) -> str:
    """Return the id of a number of need."""
    return f"need.{month:%Y-%m}.{slug('+'.join(product.drugs))}.{slug(product.words) or product.unit}"


class Gatherer:
    """Takes cases one after another, and keeps those that any report of the quarter is about."""

    def __init__(self, quarter: Quarter, at: date, rules: ReportRules) -> None:
        """Take the quarter, and the day after which nothing is seen."""
        self._quarter, self._at, self._rules = quarter, at, rules
        self._interim = quarter.earlier(rules.interim_closes_after_months)
        self._short = quarter.earlier(rules.short_after_months)
        self._long = quarter.earlier(rules.long_after_months)
        self._registered: list[Case] = []
        self._started: dict[Quarter, list[Case]] = {self._interim: [], self._short: [], self._long: []}
        self._told: list[Case] = []
        self._running: list[Case] = []
        self._without_day = Number("read.without-day", "cases with neither a registration nor a plan")
        self._unread = Number("read.not-understood", "cases with events that were not understood")
        self._overdue = Number("outcome.due", "cases past the planned end without an outcome")
        self._courses = self._cases = 0

    def take(self, cases: Sequence[Case]) -> None:
        """Take the cases of one course."""
        self._courses += bool(cases)
        for case in cases:
            self._take(case)

    def _take(self, case: Case) -> None:
        self._cases += 1
        quarter = self._quarter
        if case.registered_on is None:
            self._without_day.behind.append(Behind(case, None, "neither a registration nor a plan"))
        elif quarter.holds(case.registered_on) and case.registered_on <= self._at:
            self._registered.append(case)
        if case.starts_on is not None and (listed := self._started.get(quarter_of(case.starts_on))) is not None:
            listed.append(case)
        if any(quarter.holds(one.day) for one in (*case.symptoms, *case.holds)):
            self._told.append(case)
        if case.is_open_on(self._at):
            if case.is_past_its_plan_on(self._at):
                self._overdue.behind.append(
                    Behind(case, None, "the planned end has passed, and no outcome is recorded")
                )
            else:
                self._running.append(case)
        if case.unreadable:
            self._unread.behind.append(Behind(case, None, f"{case.unreadable} events that were not understood"))

    def report(
        self,
        knowledge: Knowledge,
        named: Callable[[str], str],
        read: Callable[[str], Sequence[RegimenDrug]],
        propose: Callable[[Case], str] | None = None,
    ) -> ProgrammeReport:
        """Return the report.

        Args:
            knowledge: Knows the products.
            named: Returns what a symptom is called, by its id.
            read: Returns the drugs of a plan from its JSON.
            propose: Returns the outcome that is proposed for a case; None where that is not asked for.
        """
        rules, at = self._rules, self._at
        return ProgrammeReport(
            self._quarter,
            at,
            rules,
            self._courses,
            self._cases,
            self._without_day,
            self._unread,
            self._overdue,
            (self._registration(), self._interim_section(), self._final_section(propose), self._adverse(named)),
            running_need(self._running, at, rules.need_months, knowledge, read),
            len(self._running),
        )

    def _registration(self) -> Section:
        tables = registration_tables(self._registered, self._rules)
        return Section("registration", "Case registration", self._quarter, self._quarter.last, tables)

    def _interim_section(self) -> Section:
        rules = self._rules
        cohort = Table("interim.cohort", "Who is in it", ("drug-resistant", "no such resistance", NOT_RECORDED))
        inside: list[Case] = []
        for case in self._started[self._interim]:
            behind = Behind(case, case.starts_on, case.resistance or "resistance not recorded", case.event)
            if case.resistance in rules.interim_resistances:
                inside.append(case)
                cohort.add("drug-resistant", behind)
            else:
                cohort.add("no such resistance" if case.resistance else "", behind)
        complete_on = self._interim.earlier(-rules.interim_closes_after_months).last
        tables = cohort, interim_table(inside, rules, self._at)
        title = f"Drug-resistant TB, result at {rules.interim_after_months} months"
        return Section("interim", title, self._interim, complete_on, tables)

    def _final_section(self, propose: Callable[[Case], str] | None) -> Section:
        rules, short, long = self._rules, self._started[self._short], self._started[self._long]
        most = rules.short_at_most_months
        tables = (
            final_table(
                "short",
                f"Began in {self._short}, planned for at most {most} months",
                [case for case in short if is_long(case, rules) is False],
                self._at,
            ),
            final_table(
                "long",
                f"Began in {self._long}, planned for longer",
                [case for case in long if is_long(case, rules)],
                self._at,
            ),
            final_table(
                "open",
                f"Began in {self._long}, length not recorded",
                [case for case in long if is_long(case, rules) is None],
                self._at,
            ),
        )
        proposed = (proposed_table(tables, propose),) if propose is not None else ()
        return Section("final", "Treatment outcomes", None, self._quarter.last, (*tables, *proposed))

    def _adverse(self, named: Callable[[str], str]) -> Section:
        told = adverse_tables(self._told, self._quarter, named)
        return Section("adverse", "Symptoms and holds for side effects", self._quarter, self._quarter.last, told)
