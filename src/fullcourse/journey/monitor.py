"""Which tests a treatment calls for, how they stand today, and what the results say; order only.

A record or a course is handed in as one `Record` and one `Treatment`. The plan of tests comes from the statements of
the drugs and of guidelines; results are read by theirs. What is open never makes an answer milder.

"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from types import MappingProxyType
from typing import Final

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.patient import Patient, Record
from fullcourse.clinical.quantity import exactly
from fullcourse.journey.monitor_answer import Lead, Meaning, MonitorAnswer, MonitorVisit, Watched
from fullcourse.journey.monitor_treatment import is_for_susceptible, treatment_on_record
from fullcourse.knowledge.consequences import Action, FindingOf, GradeOf, TestOf
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.vocabulary import Profile
from fullcourse.knowledge.walk import facts_of, thens_of
from fullcourse.monitoring.asked import OF_ALL, Asked, DoseSpan, Watcher, owned_by
from fullcourse.monitoring.due import Due, DueStanding, day_of, due_of, results_of
from fullcourse.monitoring.foresight.ahead import Foresight, Watching
from fullcourse.monitoring.foresight.foreseen import (
    FORESEEN_READING,
    Exposure,
    Foreseen,
    Heading,
    Trend,
    TrendStanding,
)
from fullcourse.monitoring.readings import Reading, readings_of
from fullcourse.monitoring.responses import (
    AT_THRESHOLD,
    CONTRAINDICATED,
    Do,
    Grade,
    Response,
    ResultReader,
    Seen,
    measured_by,
    reads_results,
)
from fullcourse.monitoring.tightened import READING, Tightened, Tightener
from fullcourse.monitoring.treatment import Treatment, day_and_dose, handed_in, with_baseline
from fullcourse.monitoring.watch import VISIT, Watch, occasions_of, watches_of
from fullcourse.rules.establish import establish
from fullcourse.rules.medicine_list import MedicineList
from fullcourse.rules.one_patient import NONE, evaluate
from fullcourse.rules.situation import Situation

__all__ = [
    "AT_THRESHOLD",
    "CONTRAINDICATED",
    "FORESEEN_READING",
    "OF_ALL",
    "READING",
    "VISIT",
    "Do",
    "DoseSpan",
    "Due",
    "DueStanding",
    "Exposure",
    "Foreseen",
    "Grade",
    "Heading",
    "Lead",
    "Meaning",
    "Monitor",
    "MonitorAnswer",
    "MonitorVisit",
    "Reading",
    "Response",
    "Tightened",
    "Treatment",
    "Trend",
    "TrendStanding",
    "Watch",
    "Watched",
    "day_of",
    "is_for_susceptible",
    "is_monitored",
    "treatment_on_record",
]

TREATMENT_ORIGIN: Final = "the treatment"
_COMPLETE: Final = "medicines_complete"
_LIVER_SYMPTOM: Final = "hepatitis_symptom"
_LIVER_TEST: Final = "liver function"
_FROM_DUE: Final = "days_from_due"
_COUNTS: Final = "counts_as_done"
_MOST_DAYS_FROM_DUE: Final = 366
OPEN_DAYS: Final = 180
"""How far ahead days are worked out for a treatment whose end nobody gave."""


@dataclass(frozen=True, slots=True)
class _Today:
    """One patient under treatment, as the steps of monitoring look at it."""

    patient: Patient
    facts: Mapping[str, Fact]
    before: Mapping[str, Fact] | None
    medicines: MedicineList
    given: Mapping[str, Fact] = field(default_factory=dict)


def is_monitored(statement: Statement, knowledge: Knowledge) -> bool:
    """Return whether monitoring executes a statement: a test, a closer test, a grade, a window, or a result."""
    thens = thens_of(statement.body)
    tests = any(isinstance(then, TestOf | GradeOf) or (isinstance(then, FindingOf) and then.tightens) for then in thens)
    counts = any(isinstance(then, Action) and then.value == _COUNTS for then in thens)
    return tests or counts or reads_results(statement, knowledge, measured_by(knowledge))


class Monitor:
    """Monitors with one knowledge and one profile; what does not depend on the patient is worked out once."""

    def __init__(self, knowledge: Knowledge, profile: Profile) -> None:
        """Take what the sources say, and which of them lead."""
        self.knowledge, self.profile = knowledge, profile
        self._watcher, self._tightener = Watcher(knowledge), Tightener(knowledge)
        self._results = ResultReader(knowledge)
        self._foresight = Foresight(knowledge, self._results)

    def monitor(
        self,
        record: Record,
        at: date,
        treatment: Treatment,
        *,
        foresee: bool = True,
        exposures: Mapping[str, Exposure] = MappingProxyType({}),
    ) -> MonitorAnswer:
        """Return which tests are due, what results call for, and where they lead.

        Args:
            record: Results and everything else that is known of the patient.
            at: Today.
            treatment: What is taken since when.
            foresee: Whether results are followed ahead; nothing else of the answer depends on it.
            exposures: Levels of drugs by INN, where they were worked out.
        """
        covered = tuple(drug for drug in treatment.drugs if drug in self.knowledge.drugs)
        today = self._today(record, at, treatment)
        watched, visits = self._watched(today, at, treatment, covered)
        readings = readings_of(today.patient, today.before, self.knowledge)
        seen = {drug: self._seen(today, at, treatment, drug, readings) for drug in (*covered, "")}
        responses = tuple(it for drug, own in seen.items() for it in self._results.responses(drug, own))
        situation = Situation(today.patient, self.knowledge, today.facts, today.medicines)
        watching = tuple(Watching(it.watch, it.due) for it in watched)
        began = {drug: treatment.begun.get(drug, treatment.starts_on) for drug in covered}
        of_drugs = {drug: seen[drug] for drug in covered}
        ahead = self._foresight.foreseen(of_drugs, began, watching, exposures) if foresee else ()
        return MonitorAnswer(
            at=at,
            profile=self.profile.id,
            knowledge=self.knowledge.digest,
            treatment=treatment,
            day=treatment.day_at(at),
            watched=watched,
            visits=visits,
            responses=responses,
            leads=tuple(_leads((*covered, ""), responses)),
            grades=self._results.grades(situation, self._last(today, today.facts, readings)),
            readings=readings,
            not_covered=tuple(drug for drug in treatment.drugs if drug not in self.knowledge.drugs),
            not_used=tuple(it for it in record.not_used if it.may_matter),
            open_end=treatment.ends_on is None,
            foreseen=ahead,
        )

    def watched(self, record: Record, at: date, treatment: Treatment) -> tuple[Watched, ...]:
        """Return the tests alone, with their days and how they stand; what results call for is not looked at."""
        covered = tuple(drug for drug in treatment.drugs if drug in self.knowledge.drugs)
        return self._watched(self._today(record, at, treatment), at, treatment, covered)[0]

    def _today(self, record: Record, at: date, treatment: Treatment) -> _Today:
        listed = {name for entry in record.medicines if entry.taken is Taken.NOW for name in entry.ingredients}
        added = tuple(_taken(drug) for drug in treatment.drugs if drug not in listed)
        record = replace(record, medicines=(*record.medicines, *added))
        patient = establish(record, self.knowledge, at)
        start = treatment.starts_on
        before = establish(record, self.knowledge, start).facts if start is not None and start <= at else None
        given = handed_in(treatment, at)
        facts = {**patient.facts, **given, **with_baseline(patient.facts, before)}
        if any(treatment.symptoms.get(name) for name in self._liver_symptoms):
            reported = [Evidence(_LIVER_SYMPTOM, True, None, "the log of the course", True)]
            facts[_LIVER_SYMPTOM] = Fact(_LIVER_SYMPTOM, True, "", tuple(reported))
        return _Today(replace(patient, facts=facts), facts, before, MedicineList(patient, self.knowledge), given)

    def _watched(
        self, today: _Today, at: date, treatment: Treatment, covered: Sequence[str]
    ) -> tuple[tuple[Watched, ...], tuple[MonitorVisit, ...]]:
        drugs = [self.knowledge.drugs[drug] for drug in covered]
        asked: list[Asked] = []
        closer: list[Tightened] = []
        for drug in drugs:
            spans = treatment.doses.get(drug.inn, ())
            asked += self._watcher.asked(today.patient, drug, spans, today.medicines, today.given)
            closer += self._tightener.tightened(today.patient, drug, today.medicines, today.given)
        asked += self._watcher.asked_of_all(_of_treatment(today.patient, treatment), today.given)
        watches = watches_of(asked, closer, self.knowledge.tests)
        days = self._length(treatment, at)
        window = self._window
        by_name = {watch.test: watch for watch in watches}
        visit_days = occasions_of(by_name[VISIT], days, (), window) if VISIT in by_name else ()
        meanings = self._meanings(covered)
        watched = []
        for watch in watches:
            counted = watch if treatment.ends_on is not None else replace(watch, at_end=False, months_after_end=())
            falls = occasions_of(counted, days, visit_days, window)
            due = self._due(watch, falls, today.patient, at, treatment)
            watched.append(Watched(watch, falls, due, meanings.get(watch.test, ())))
        return tuple(watched), _visits(watched, treatment, days)

    def _due(self, watch: Watch, falls: Sequence[int], patient: Patient, at: date, treatment: Treatment) -> Due:
        results = results_of(watch.test, patient, treatment.done, self.knowledge.tests)
        start = treatment.starts_on
        if start is None:
            newest = max((group[-1] for group in results if group), default=None)
            return Due(watch.test, DueStanding.UNDATED if falls else DueStanding.NO_DATE, None, newest, 0, ())
        occasions = [day_of(start, day) for day in falls]
        baseline = day_of(start, 0) if falls and falls[0] == 0 else None
        return due_of(watch.test, occasions, results, at, self._counts, baseline, self.knowledge)

    def _length(self, treatment: Treatment, at: date) -> int:
        """Return the days of a treatment, or how far ahead one without an end is worked out."""
        if treatment.starts_on is None:
            return OPEN_DAYS
        last = treatment.ends_on or max(at, treatment.starts_on) + timedelta(days=OPEN_DAYS)
        return max(1, (last - treatment.starts_on).days + 1)

    def _seen(self, today: _Today, at: date, treatment: Treatment, drug: str, readings: Sequence[Reading]) -> Seen:
        """Return the patient as statements on results look at one, under a drug or under the whole treatment."""

        def earlier(day: date) -> Situation:
            past = establish(today.patient.record, self.knowledge, day)
            limits = {name: today.facts[name] for name in self._limits}
            return Situation(past, self.knowledge, {**past.facts, **limits}, today.medicines)

        facts = {**today.facts, **(day_and_dose(treatment, drug, at) if drug else {})}
        situation = Situation(today.patient, self.knowledge, facts, today.medicines)
        return Seen(today.patient, facts, situation, self._last(today, facts, readings), earlier)

    def _last(self, today: _Today, facts: Mapping[str, Fact], readings: Sequence[Reading]) -> Situation | None:
        """Return the patient with the last results that are too old to count; None where there are none."""
        old = {it.fact: it.trend[-1] for it in readings if it.stale and it.trend}
        if not old:
            return None
        last = {name: Fact(name, piece.value, "", (piece,)) for name, piece in old.items()}
        return Situation(today.patient, self.knowledge, {**facts, **last}, today.medicines)

    def _meanings(self, covered: Sequence[str]) -> dict[str, tuple[Meaning, ...]]:
        """Return, by test, the statements that read its results."""
        found: dict[str, list[Meaning]] = {}
        for drug in (*covered, ""):
            for statement, tests in self._read_by(drug):
                for test in tests:
                    found.setdefault(test, []).append(Meaning(drug, statement.id, statement.says))
        return {test: tuple(means) for test, means in found.items()}

    def _read_by(self, drug: str) -> tuple[tuple[Statement, tuple[str, ...]], ...]:
        known = self._readers.get(drug)
        if known is None:
            rise = {"creatinine_rise": "creatinine", "qtcf_rise": "qtcf"}
            rows = []
            for statement in self._results.statements_on_results(drug):
                read = {rise.get(name, name) for name in facts_of(statement.body)}
                tests = tuple(test.id for test in self.knowledge.tests.values() if not read.isdisjoint(test.facts))
                rows.append((statement, tests))
            known = self._readers[drug] = tuple(rows)
        return known

    @cached_property
    def _readers(self) -> dict[str, tuple[tuple[Statement, tuple[str, ...]], ...]]:
        return {}

    @cached_property
    def _limits(self) -> frozenset[str]:
        """The upper limits of laboratories: those of today hold for earlier results too."""
        return frozenset(fact.upper_limit for fact in self.knowledge.facts.values() if fact.upper_limit)

    @cached_property
    def _liver_symptoms(self) -> frozenset[str]:
        """The symptoms on which the sources of some drug ask for liver tests."""
        facts = self.knowledge.facts
        return frozenset(
            name
            for statement in self.knowledge.following("action", "contact_today")
            if any(isinstance(then, Action) and _LIVER_TEST in then.ask_for for then in thens_of(statement.body))
            for name in facts_of(statement.body)
            if facts[name].kind == "given" and name.startswith("symptom_")
        )

    @cached_property
    def _counts(self) -> Callable[[int], bool]:
        """What tells whether a result so many days from an occasion answers it, by statement."""
        told: dict[int, bool] = {}
        windows = [
            statement
            for _, statement in owned_by(self.knowledge, OF_ALL)
            if any(isinstance(then, Action) and then.value == _COUNTS for then in thens_of(statement.body))
        ]
        nobody = Patient(date.min, {}, (), (), Record({}))

        def counts(days: int) -> bool:
            if days not in told:
                fact = Fact(_FROM_DUE, exactly(float(days)))
                situation = Situation(nobody, self.knowledge, {_FROM_DUE: fact})
                told[days] = any(evaluate(it, situation) not in (None, NONE) for it in windows)
            return told[days]

        return counts

    @cached_property
    def _window(self) -> int:
        """The most days from an occasion at which a result answers it."""
        return next(days for days in range(_MOST_DAYS_FROM_DUE) if not self._counts(days + 1))


def _taken(drug: str) -> Medicine:
    return Medicine(drug, (drug,), (), "name", Taken.NOW, None, None, TREATMENT_ORIGIN)


def _of_treatment(patient: Patient, treatment: Treatment) -> Patient:
    """Return the patient with the drugs of the treatment as the whole list of medicines."""
    complete = Fact(_COMPLETE, True, "", (Evidence(_COMPLETE, True, None, TREATMENT_ORIGIN, True),))
    medicines = tuple(_taken(drug) for drug in treatment.drugs)
    return replace(patient, facts={**patient.facts, _COMPLETE: complete}, medicines=medicines)


def _visits(watched: Iterable[Watched], treatment: Treatment, days: int) -> tuple[MonitorVisit, ...]:
    by_day: dict[int, list[str]] = {}
    for it in watched:
        test = it.watch.test
        for day in it.days if it.watch.certain else ():
            by_day.setdefault(day, []).append(test)
    start = treatment.starts_on
    return tuple(
        MonitorVisit(day, None if start is None else day_of(start, day), tuple(by_day[day]), day > days)
        for day in sorted(by_day)
    )


def _leads(drugs: Sequence[str], responses: Sequence[Response]) -> Iterable[Lead]:
    """Yield what to do with each drug of which a result is read or open."""
    for drug in drugs:
        own = [it for it in responses if it.drug == drug]
        do = max((it.do for it in own if it.known), default=Do.CONTINUE)
        could_be = max((it.do for it in own if not it.known and it.weighs), default=None)
        unmeasured = max((it.do for it in own if not it.known and not it.weighs), default=None)
        if not own and not drug:
            continue
        yield Lead(
            drug=drug,
            do=do,
            could_be=could_be if could_be is not None and could_be > do else None,
            unmeasured=unmeasured if unmeasured is not None and unmeasured > max(do, could_be or do) else None,
            by=tuple(it.statement for it in own if it.known and it.do == do),
        )
