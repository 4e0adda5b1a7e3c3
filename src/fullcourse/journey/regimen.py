"""Compose for one record: the check of each drug and pair is handed to composition, and its answer is put in order."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.finding import Finding, Severity, Status
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.on_file import OnFile
from fullcourse.clinical.patient import Patient, Record, Taken, Unrecognised
from fullcourse.clinical.stock import Stock
from fullcourse.journey.regimen_change import change_of, current_drugs, reason_as_evidence
from fullcourse.journey.regimen_screening import RegimenScreening, proposed
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimens import PATHS, Construction, NamedRegimen, StandardRegimen
from fullcourse.knowledge.vocabulary import Profile
from fullcourse.knowledge.walk import facts_of
from fullcourse.regimens.composed import Composed, DatedPhase, LeftOut, RegimenStatus, TestNext
from fullcourse.regimens.course import START, Course
from fullcourse.regimens.eligibility import Reason, Referee
from fullcourse.regimens.handed_in import handed_in
from fullcourse.regimens.longer import Change, Longer, compose_longer
from fullcourse.regimens.results import FLUOROQUINOLONE, RIFAMPICIN, conflicts_as_resistant, next_tests
from fullcourse.regimens.screened import Screened
from fullcourse.regimens.standard import give_way, no_weaker, standard
from fullcourse.rules.establish import establish
from fullcourse.rules.kleene import Truth
from fullcourse.rules.on_file import facts_behind, on_file, set_aside
from fullcourse.rules.series import stated_series
from fullcourse.rules.situation import Situation
from fullcourse.screening.clearance import facts_spoken_of
from fullcourse.screening.company import TB_DRUGS, Company, with_regimen
from fullcourse.screening.question_groups import QuestionGroup, group_questions
from fullcourse.screening.questions import Question, find_questions
from fullcourse.screening.screen import DrugCheck, Screener

__all__ = ["Composed", "Composer", "DatedPhase", "Reason", "RegimenAnswer", "RegimenRequest", "RegimenStatus"]

_TRUTHS: Mapping[RegimenStatus, Truth] = {
    RegimenStatus.ELIGIBLE: True,
    RegimenStatus.CANNOT_ASSESS: None,
    RegimenStatus.INELIGIBLE: False,
}


@dataclass(frozen=True, slots=True)
class RegimenRequest:
    """What is asked beside the record.

    Attributes:
        start: First day of the regimen; None leaves dates out.
        resistant: Drugs that results show resistant, beside the record's own results.
        susceptible: Drugs that results show susceptible.
        replace: The drug to be replaced in the regimen on record; empty for a new regimen.
        because: Why, in the words given.
        limit: How many combinations of a longer regimen are shown.
        stock: Forms in stock; None where nobody says. It changes no choice: what is missing is said.
    """

    start: date | None = None
    resistant: tuple[str, ...] = ()
    susceptible: tuple[str, ...] = ()
    replace: str = ""
    because: str = ""
    limit: int = 3
    stock: Stock | None = None


@dataclass(frozen=True, slots=True)
class RegimenAnswer:
    """What composition says for one record.

    Attributes:
        at: Date of the check.
        profile: Which sources lead.
        knowledge: Digest of the knowledge used.
        start: First day of the regimens; None while none is given.
        regimens: Best first.
        left_out: Every TB drug that the first regimen does not hold, with its reasons.
        test_next: Results to ask for, most decisive first.
        questions: What to ask, most decisive first.
        question_groups: The questions in a few groups, each of which one answer may settle.
        named: Regimens that are known and not composed.
        regimen_findings: What holds for the drugs of the first regimen taken together.
        examined: How many combinations of the leading construction were admissible.
        current: TB drugs that the record orders now, in place of which these regimens stand.
        change: What is changed in them; None for a new regimen.
        change_says: How the change goes, in words.
        not_checked: What could not be checked, and why.
        conflicts: Results of one day that disagree and count as resistant, each with both.
        on_file: What the record holds about facts that were needed, and that was not used.
    """

    at: date
    profile: str
    knowledge: str
    start: date | None
    regimens: tuple[Composed, ...]
    left_out: tuple[LeftOut, ...]
    test_next: tuple[TestNext, ...]
    questions: tuple[Question, ...]
    question_groups: tuple[QuestionGroup, ...]
    named: tuple[NamedRegimen, ...]
    regimen_findings: tuple[Finding, ...]
    examined: int
    current: tuple[str, ...]
    change: Change | None
    change_says: tuple[str, ...]
    not_checked: tuple[Unrecognised, ...]
    on_file: tuple[OnFile, ...] = ()
    conflicts: tuple[Fact, ...] = ()


class Composer:
    """Composes regimens with one knowledge and one profile; what does not depend on the record is worked out once."""

    def __init__(self, knowledge: Knowledge, profile: Profile) -> None:
        """Take what the sources say, and which of them lead."""
        self.knowledge, self.profile = knowledge, profile
        self.screener = Screener(knowledge, profile)
        self._company = Company(self.screener)
        guidelines = knowledge.guidelines
        self._names = {it.id: it.name for it in guidelines.regimens.values()}
        phases = [phase for it in guidelines.regimens.values() for phase in it.phases]
        self._tests = frozenset(name for it in phases if it.extension is not None for name in it.extension.tests)
        self._standard = [it for it in guidelines.regimens.values() if profile.id in it.profiles]
        self._constructions = sorted(guidelines.constructions.values(), key=lambda it: profile.id not in it.profiles)
        composable: list[StandardRegimen | Construction] = [*self._standard, *self._constructions]
        names = dict.fromkeys(name for it in composable for name in it.criteria)
        bodies = [row.test.body for name in names for row in guidelines.criteria[name].rows]
        self._asked = facts_behind((fact for body in bodies for fact in facts_of(body)), knowledge)
        plans = [frozenset(it.members) for it in composable]
        candidates = [candidate for it in self._constructions for candidate in it.candidates]
        companions = {candidate.drug: candidate.beside for candidate in candidates if candidate.beside}
        self._screening = RegimenScreening(self.screener, self._company, companions, plans)
        self._tb_drugs = frozenset(knowledge.classes[TB_DRUGS].ingredients) | {"clavulanate"}

    def compose(self, record: Record, at: date, request: RegimenRequest = RegimenRequest()) -> RegimenAnswer:
        """Return regimens for a record.

        Args:
            record: What an adapter read.
            at: Date of the check.
            request: What is asked beside the record.

        Raises:
            InputError: A drug that is named is not covered, a value that would count cannot be, or there is no
                regimen on record to change.
        """
        asked = self._evidence(request, at)
        patient, conflicts = self._patient(record.plus(Record(asked)) if asked else record, at, request)
        current = current_drugs(patient, self._tb_drugs)
        screened, checks = self._screening.screen(_without(patient, self._tb_drugs, at))
        situation = Situation(patient, self.knowledge)
        referee = Referee(situation, self.knowledge)
        change, says = change_of(
            request.replace, request.because, current, screened, self.knowledge, self._constructions
        )
        course = self._course(patient, current, at)
        composed, longer = self._regimens(referee, screened, request, change, course)
        if change is not None and change.kept and not change.new_at_least:
            since = f", {course.began.text}" if course.began else ", which is not on file: no dates are given"
            says = (*says, f"The course goes on: its length counts from its first day{since}.")
        first = next((it for it in composed if it.drugs), None)
        questions = self._questions(composed, checks)
        return RegimenAnswer(
            at=at,
            profile=self.profile.id,
            knowledge=self.knowledge.digest,
            start=request.start,
            regimens=composed,
            left_out=self._left_out(first, longer, screened),
            test_next=next_tests(composed, patient.facts, self.knowledge),
            questions=questions,
            question_groups=group_questions(self._put(questions), self.knowledge, patient.unrecognised),
            named=tuple(it for it in self.knowledge.guidelines.named.values() if self.profile.id in it.profiles),
            regimen_findings=self._together(patient, first, at),
            examined=longer.examined if longer is not None else 0,
            current=current,
            change=change,
            change_says=says,
            not_checked=patient.unrecognised,
            on_file=self._on_file(patient, first, checks),
            conflicts=tuple(conflicts.values()),
        )

    def taking(
        self, record: Record, at: date, request: RegimenRequest, names: Iterable[str]
    ) -> tuple[Patient, dict[str, DrugCheck]]:
        """Return a patient who takes a regimen in place of the TB drugs on record, and the check of each of its drugs.

        Args:
            record: What an adapter read.
            at: Date of the check.
            request: What was asked beside the record.
            names: INNs of the regimen; each is checked in the company of the others.
        """
        asked = self._evidence(request, at)
        patient, _ = self._patient(record.plus(Record(asked)) if asked else record, at, request)
        medicines = {name: proposed(name) for name in names}
        regimen = tuple(medicines.values())
        together = with_regimen(_without(patient, self._tb_drugs, at), regimen)
        drugs = self.knowledge.drugs
        return together, {name: self._company.check(together, drugs[name], regimen) for name in medicines}

    def _evidence(self, request: RegimenRequest, at: date) -> dict[str, tuple[Evidence, ...]]:
        """Return what the request adds to the record, dated to the day of the check."""
        on = parse_moment(at.isoformat(), "--at")
        added: dict[str, tuple[Evidence, ...]] = {}
        for names, word, option in (
            (request.resistant, "resistant", "--resistant"),
            (request.susceptible, "susceptible", "--susceptible"),
        ):
            for name in names:
                fact = self._result_of(name, option)
                added[fact] = (*added.get(fact, ()), Evidence(fact, word, on, option, word))
        because = reason_as_evidence(request.replace, request.because, self.knowledge, on) if request.replace else None
        if because is not None:
            added[because.fact] = (*added.get(because.fact, ()), because)
        return added

    def _result_of(self, name: str, option: str) -> str:
        """Return the fact that a named drug's result is."""
        if name.strip().casefold() in {"fluoroquinolone", "fluoroquinolones", "fq"}:
            return FLUOROQUINOLONE
        try:
            drug = self.knowledge.drug(name)
        except InputError as error:
            raise InputError(f"{option}: {error}") from None
        fact = f"{(drug.moiety or drug.inn).replace('-', '_').replace(' ', '_')}_susceptibility"
        if fact not in self.knowledge.facts:
            raise InputError(f"{option}: no result of {drug.label} is known here. Name a drug against tuberculosis.")
        return fact

    def _patient(self, record: Record, at: date, request: RegimenRequest) -> tuple[Patient, dict[str, Fact]]:
        """Return the patient, and the results that disagree."""
        patient = establish(record, self.knowledge, at)
        facts = {**patient.facts, **handed_in(patient.facts, at, request.start)}
        conflicts = conflicts_as_resistant(facts, self.knowledge)
        return replace(patient, facts=facts | conflicts), conflicts

    def _regimens(
        self,
        referee: Referee,
        screened: Screened,
        request: RegimenRequest,
        change: Change | None,
        course: Course,
    ) -> tuple[tuple[Composed, ...], Longer | None]:
        composed: list[Composed] = []
        truths: dict[str, Truth] = {}
        goes_on = change is not None and bool(change.kept) and not change.new_at_least
        start = course.first_day if goes_on else request.start
        for regimen in self._standard_for(change):
            judged = standard(regimen, referee, screened, self.knowledge, start, course if change is None else None)
            if change is not None:
                judged = no_weaker(judged, change.effective_before)
            judged = give_way(judged, regimen.gives_way_to, regimen.beside, truths, self._names)
            truths[judged.id] = _TRUTHS[judged.status]
            composed.append(judged)
        leading: Longer | None = None
        for construction in self._constructions:
            leads = self.profile.id in construction.profiles
            limit = request.limit if leads else 1
            longer = compose_longer(construction, referee, screened, self.knowledge, start, limit, change)
            composed += self._longer(construction, longer, truths, leads=leads)
            leading = leading or longer
        if request.stock is not None:
            composed = [replace(it, out_of_stock=request.stock.missing(it.names)) for it in composed]
        return tuple(sorted(composed, key=_best_first)), leading

    def _standard_for(self, change: Change | None) -> Iterable[StandardRegimen]:
        """Yield the regimens of fixed drugs: in place of one that is not exchanged in parts, those without the drug."""
        if change is None:
            yield from self._standard
        elif not change.kept:
            yield from (it for it in self._standard if not change.out & set(it.members))

    def _course(self, patient: Patient, current: Sequence[str], at: date) -> Course:
        """Return what the record says of the treatment that is going on."""
        start = patient.facts.get(START)
        began = parse_moment(start.value, "start of treatment") if start and isinstance(start.value, str) else None
        results = {name: stated_series(patient.record, name, at) for name in self._tests}
        return Course(at, frozenset(current), began, start.because if start else (), results)

    def _longer(
        self, construction: Construction, longer: Longer, truths: Mapping[str, Truth], *, leads: bool
    ) -> Iterable[Composed]:
        for composed in longer.regimens:
            shown = replace(composed, leads=leads)
            yield (
                give_way(shown, construction.gives_way_to, construction.beside, truths, self._names)
                if truths
                else shown
            )

    def _left_out(self, first: Composed | None, longer: Longer | None, screened: Screened) -> tuple[LeftOut, ...]:
        """Return why each TB drug that is covered is not in the first regimen."""
        taken = first.names if first is not None else ()
        known = {it.drug: it.because for it in longer.left_out} if longer is not None else {}
        is_fixed = first is None or first.id in self.knowledge.guidelines.regimens
        left: list[LeftOut] = []
        for name in self.knowledge.drugs:
            if name in taken:
                continue
            because = () if is_fixed else known.get(name, ())
            left.append(LeftOut(name, because or _why_not_in(name, first, screened, is_fixed=is_fixed)))
        return tuple(left)

    def _questions(self, composed: Sequence[Composed], checks: Mapping[str, DrugCheck]) -> tuple[Question, ...]:
        """Return the questions of the criteria that are still open, then those of the first regimen's drugs."""
        possible = [it for it in composed if it.status is not RegimenStatus.INELIGIBLE and it.leads]
        reasons = {it.criterion: it for regimen in possible for it in regimen.reasons if it.counts_as is None}
        extended = (phase.extended for it in possible for phase in it.phases)
        reasons |= {it.criterion: it for it in extended if it is not None and it.fits is None}
        first = [checks[name] for name in (possible[0].names if possible else ()) if name in checks]
        questions = find_questions(first, self.knowledge, [_as_finding(reason) for reason in reasons.values()])
        return tuple(sorted(questions, key=lambda it: _urgency(it, reasons)))

    def _on_file(self, patient: Patient, first: Composed | None, checks: Mapping[str, DrugCheck]) -> tuple[OnFile, ...]:
        """Return what is on file about the facts of the criteria and of the first regimen's drugs, and was not used."""
        aside = set_aside(patient, self.knowledge)
        if not aside and not patient.unrecognised:
            return ()
        findings = [it for name in (first.names if first else ()) if name in checks for it in checks[name].findings]
        needed = (*self._asked, *facts_spoken_of(findings, self.knowledge))
        return on_file(patient, self.knowledge, aside, tuple(dict.fromkeys(needed)))

    def _put(self, questions: Iterable[Question]) -> Iterable[Question]:
        """Return the questions that are put to somebody; results of a laboratory are tests to ask for."""
        facts = self.knowledge.facts
        return (it for it in questions if any(facts[name].speaks_of is None for name in it.facts))

    def _together(self, patient: Patient, first: Composed | None, at: date) -> tuple[Finding, ...]:
        if first is None:
            return ()
        base = _without(patient, self._tb_drugs, at)
        together = with_regimen(base, [proposed(name) for name in first.names])
        return tuple(
            finding for finding in self._company.findings(together, proposed=True) if finding.status is Status.APPLIES
        )


def _urgency(question: Question, criteria: Mapping[str, Reason]) -> int:
    """Return the place of a question: results that decide between regimens, then criteria, then checks of drugs."""
    if RIFAMPICIN in question.facts:
        return 0
    if FLUOROQUINOLONE in question.facts:
        return 1
    return 2 if any(name in criteria for name in question.decides) else 3


def _best_first(composed: Composed) -> tuple[int, bool, int, int]:
    """Return the place of a regimen: of those not assessed, first the ones that no resistance is needed for."""
    status, path = list(RegimenStatus).index(composed.status), PATHS.index(composed.path)
    return (status, not composed.leads, path, composed.order)


def _without(patient: Patient, tb_drugs: frozenset[str], at: date) -> Patient:
    """Return the patient with the TB drugs on record ended on the day of the check, so that washout still counts."""
    today = parse_moment(at.isoformat(), "--at")
    medicines = tuple(
        replace(it, taken=Taken.PAST, until=it.until or today)
        if it.ingredients and it.taken is not Taken.PAST and tb_drugs.issuperset(it.ingredients)
        else it
        for it in patient.medicines
    )
    return replace(patient, medicines=medicines)


def _why_not_in(name: str, first: Composed | None, screened: Screened, *, is_fixed: bool) -> tuple[str, ...]:
    reasons = ["no regimen is proposed"]
    if first is not None:
        why = "is fixed by its source, and does not hold it" if is_fixed else "has other candidates: it is none of them"
        reasons = [f"{first.name} {why}"]
    view = screened.drugs.get(name)
    if view is not None and view.effective is False:
        reasons.append("it is shown resistant: it never counts")
    if view is not None and view.allowed is False:
        reasons.append("contraindicated: " + (view.against[0].says if view.against else "see its check"))
    return tuple(reasons)


def _as_finding(reason: Reason) -> Finding:
    """Return an open criterion as the finding that questions are made from."""
    return Finding(
        id=reason.criterion,
        kind="eligibility",
        status=Status.CANNOT_ASSESS,
        severity=Severity.MAJOR,
        weight=Severity.MAJOR,
        says=reason.says,
        patient="",
        because=reason.because,
        missing=reason.missing,
        citations=(reason.citation,),
    )
