"""Begins a course at the desk: record in, the few questions that decide, regimens side by side, doses, confirm.

Each step is a form that carries what was given before; nothing is kept, and nothing is active, before the confirmation.
The proposal is worked out anew at each step, so that no form can hold another dose than the record comes to.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from fullcourse.adapters.documents.dose_words import length_words, step_words
from fullcourse.adapters.published.course_plan import plan_json
from fullcourse.adapters.published.plan import plan_json as proposal_json
from fullcourse.adapters.published.proposed_plan import ProposedPlan, read_proposal
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.dose_plan import say_dose_plan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.problems import Forbidden
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.cli.course_commands.begun import (
    against_plan,
    plan_of,
    refuse_against,
    regimen_of,
    typed_plan,
)
from fullcourse.interfaces.cli.course_commands.log_file import new_event
from fullcourse.interfaces.desk.begin_answers import PREFIX, asked_here, given_in, with_answers
from fullcourse.interfaces.desk.pages import page, see_other
from fullcourse.interfaces.desk.patient_plan import typed_lines
from fullcourse.interfaces.desk.posted import Posted, posted
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.words import t
from fullcourse.interfaces.python.records import read_record
from fullcourse.journey.dose import DoseAnswer
from fullcourse.journey.plan import PlanAnswer, Planner, PlanRequest, PlanStatus
from fullcourse.journey.regimen import Composed, RegimenRequest
from fullcourse.knowledge.library import Knowledge

__all__ = ["BEGIN_PAGES"]

_CARRIED: Final = ("record", "answers", "clinic", "zone", "profile", "start", "regimen", "course")
_CONFIRMED: Final = (*_CARRIED, "plan", "days", "because", "confirmed_by")
_TYPED: Final = ("birth_date", "sex", "weight", "height")
"""Facts that can be typed on the first page, where there is no record."""

_REGIMENS_SHOWN: Final = 4
_STATUSES: Final = {
    PlanStatus.PROPOSED: ("done", "This plan can be put before a prescriber."),
    PlanStatus.INCOMPLETE: ("wrong", "No source gives the dose of a drug, or the doses do not go together."),
    PlanStatus.CANNOT_ASSESS: ("note", "The questions below have to be answered first."),
    PlanStatus.INELIGIBLE: ("wrong", "This regimen, or a drug of it, is not for this patient."),
    PlanStatus.NO_REGIMEN: ("wrong", "No regimen can be proposed with what is known."),
}


@dataclass(frozen=True, slots=True)
class _Given:
    """What was given so far: the record as it came, the answers in TOML, and what was chosen."""

    record: str
    answers: str
    clinic: str
    zone: str
    profile: str
    start: date
    regimen: str
    course: str

    def fields(self) -> dict[str, str]:
        """Return it as the fields that the next form carries."""
        return {name: getattr(self, name) for name in _CARRIED if name != "start"} | {"start": self.start.isoformat()}


@dataclass(frozen=True, slots=True)
class _Column:
    """One regimen beside others: what it holds, how long, what speaks against it, what is open, and its source."""

    id: str
    name: str
    status: str
    drugs: str
    phases: tuple[str, ...]
    against: tuple[str, ...]
    open: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class _Dose:
    """One drug of the plan: its steps in words, and what is said of it."""

    drug: str
    status: str
    lines: tuple[str, ...]
    waits: tuple[str, ...]
    said: tuple[str, ...]


def _ask(call: Call) -> Reply:
    return _first(call, {})


def _first(call: Call, typed: Mapping[str, str], wrong: str = "") -> Reply:
    knowledge = call.service.knowledge
    today = call.now.date()
    names = {
        "typed": {"start": (today + timedelta(days=1)).isoformat(), **typed},
        "wrong": wrong,
        "clinics": [(it, it) for it in sorted(call.caller.clinics)],
        "profiles": [(it, it) for it in knowledge.profiles],
        "course": str(uuid.uuid4()),
        "fields": [(f"{PREFIX}{it}", knowledge.facts[it]) for it in _TYPED],
    }
    return page(call, "begin.html", t("Begin a course"), names, here="begin", reply=Reply(status=422 if wrong else 200))


def _look(call: Call) -> Reply:
    """Show what is proposed for what was given so far; nothing is kept."""
    form = _form(call, _CARRIED)
    try:
        given = _given(call, form)
        read = _read(given, call.service.knowledge)
        answer = _planned(given, read, call.service.knowledge)
    except InputError as error:
        return _first(call, _typed(form, _CARRIED), str(error))
    return _looked(call, given, answer, {})


def _looked(call: Call, given: _Given, answer: PlanAnswer, typed: Mapping[str, str], wrong: str = "") -> Reply:
    knowledge = call.service.knowledge
    questions, waiting = asked_here(answer.questions, knowledge)
    proposal, why_not = _proposal(answer, knowledge)
    kind, says = _STATUSES[answer.status]
    names = {
        "carried": given.fields(),
        "kind": kind,
        "status": t(says),
        "questions": questions,
        "waiting": waiting,
        "columns": _columns(answer),
        "chosen": answer.regimen.id if answer.regimen is not None else "",
        "doses": [_dose(it) for it in answer.doses],
        "tests": [it.test for it in answer.tests],
        "not_checked": [f"{it.kind} “{it.text}”: {it.why}" for it in answer.composition.not_checked],
        "at_odds": answer.at_odds,
        "waits": proposal.waiting if proposal is not None else (),
        "why_not": why_not,
        "typed": {
            "plan": _lines(proposal) if proposal is not None else "",
            "days": str(proposal.days or "") if proposal is not None else "",
            "because": "", "confirmed_by": "", **typed,
        },
        "wrong": wrong,
    }  # fmt: skip
    return page(
        call, "begin_look.html", t("Begin a course"), names, here="begin", reply=Reply(status=422 if wrong else 200)
    )


def _begin(call: Call) -> Reply:
    """Begin the course that was looked at and confirmed."""
    form, knowledge = _form(call, _CONFIRMED), call.service.knowledge
    try:
        given = _given(call, form)
        read = _read(given, knowledge)
        answer = _planned(given, read, knowledge)
    except InputError as error:
        return _first(call, _typed(form, _CARRIED), str(error))
    store, done = open_store_of(call), see_other(f"/desk/courses/{given.course}")
    if store.head(given.course) is not None:
        return done  # the same form sent twice begins one course; of whom it is, its page asks
    because = form.one("because")
    try:
        plan = _confirmed(form, given, answer, knowledge)
        against = against_plan(read, plan, knowledge)
        refuse_against(against, because, t("a reason below"))
        by = form.needed("confirmed_by", t("Confirmed by"))
        times = (call.now, call.now)
        body = {"plan": plan_json(plan), "confirmed_by": by}
        made = [new_event(given.course, "plan_activated", body, times, plan.zone, actor="clinician", claim="self")]
        if because:
            said = {"text": f"Begun in spite of: {'; '.join(against) or 'nothing'}. Reason: {because}"}
            made.append(new_event(given.course, "note", said, times, plan.zone, actor="clinician", claim="self"))
    except InputError as error:
        return _looked(call, given, answer, _typed(form, ("plan", "days", "because", "confirmed_by")), str(error))
    call.service.door.assign(given.course, given.clinic, call.caller, call.now)
    store.append(made, call.now)
    return replace(done, patients=(given.course,))


def _form(call: Call, fields: Sequence[str]) -> Posted:
    return posted(call, (*fields, *(f"{PREFIX}{fact}" for fact in call.service.knowledge.facts)))


def _typed(form: Posted, fields: Sequence[str]) -> dict[str, str]:
    return {name: form.secret(name).strip() for name in fields if form.secret(name).strip()}


def _given(call: Call, form: Posted) -> _Given:
    """Return what a form gives; raises InputError for what cannot be used, Forbidden for a clinic of others."""
    knowledge = call.service.knowledge
    zone = load_zone(form.needed("zone", t("Time zone")))
    today = zone.local(call.now).date()
    start = parse_day(form.needed("start", t("First day")), t("First day"))
    profile = knowledge.profile(form.needed("profile", t("Sources that lead"))).id
    clinic = form.needed("clinic", t("Clinic"))
    if clinic not in call.caller.clinics:
        raise Forbidden("A course begins in a clinic in which you work. Name one of yours.")
    try:
        course = str(uuid.UUID(form.needed("course", "course"), version=4))
    except ValueError:
        raise InputError("the form names no course. Load its page again.") from None
    answers = with_answers(form.secret("answers"), given_in(form, knowledge, today))
    return _Given(
        form.secret("record").strip(), answers, clinic, zone.name, profile, start, form.one("regimen"), course
    )


def _read(given: _Given, knowledge: Knowledge) -> Record:
    """Return the record with the answers, as of the first day; without a record, the answers alone."""
    if not given.record and not given.answers.strip():
        raise InputError("nothing is known of the person yet. Paste a record, or type what is known.")
    answers = given.answers.encode() if given.answers.strip() else None
    record = (given.record or given.answers).encode()
    return read_record(record, answers if given.record else None, given.start, knowledge)


def _planned(given: _Given, record: Record, knowledge: Knowledge) -> PlanAnswer:
    planner = Planner(knowledge, knowledge.profile(given.profile))
    request = PlanRequest(compose=RegimenRequest(given.start), regimen=given.regimen)
    return planner.plan(record, given.start, request)


def _proposal(answer: PlanAnswer, knowledge: Knowledge) -> tuple[ProposedPlan | None, str]:
    """Return the plan as it would be lived; None with the reason where it is not one yet."""
    if answer.status is not PlanStatus.PROPOSED:
        return None, t("It is no plan yet: answer the questions, or type one and give the reason.")
    try:
        return read_proposal(proposal_json(answer, knowledge)), ""
    except InputError as error:
        return None, str(error).replace(" (--forms-in-stock)", "")


def _lines(proposal: ProposedPlan) -> str:
    return "\n".join(f"{drug.drug}: {say_dose_plan(drug.steps)}" for drug in proposal.drugs)


def _confirmed(form: Posted, given: _Given, answer: PlanAnswer, knowledge: Knowledge) -> CoursePlan:
    """Return the plan that was confirmed: the proposal itself where nobody changed its words, else as it was typed.

    Raises:
        InputError: It cannot be used, or another plan than the proposal has no reason.
    """
    text = "\n".join(filter(None, map(str.strip, form.secret("plan").splitlines())))
    if not text:
        raise InputError(f"{t('Plan')}: nothing stands there. Fill it in.")
    proposal, _ = _proposal(answer, knowledge)
    asked = proposal
    if asked is None or text != _lines(asked):
        asked = typed_plan(typed_lines(text), knowledge, given.profile)
        if not form.one("because"):
            raise InputError("this is another plan than the one proposed. Say why, or take the proposal.")
    typed = form.one("days")
    if typed and (not typed.isdecimal() or not 0 < int(typed[:6]) <= 3650):
        raise InputError(f"{t('Days')}: '{typed[:10]}' is no length of a plan. Write days, or leave it empty.")
    regimen = regimen_of(asked.regimen, knowledge, given.profile) if asked is proposal and _is_fixed(answer) else ""
    return plan_of(asked, given.start, given.zone, regimen, int(typed) if typed else None)


def _is_fixed(answer: PlanAnswer) -> bool:
    """Return whether the regimen of a plan is one whose drugs a guideline names, so that a course can keep its id."""
    return answer.regimen is not None and all(not drug.group for drug in answer.regimen.drugs)


def _columns(answer: PlanAnswer) -> list[_Column]:
    """Return the regimens that are shown beside each other: the one of the plan, then the best."""
    listed = [it for it in answer.composition.regimens if it.leads] or list(answer.composition.regimens)
    first = [] if answer.regimen is None else [answer.regimen]
    ids = {it.id for it in first}
    return [_column(it) for it in (*first, *(it for it in listed if it.id not in ids))][:_REGIMENS_SHOWN]


def _column(it: Composed) -> _Column:
    against = [reason.says for reason in it.reasons if reason.counts_as is False]
    against += [objection.says for objection in it.objections if objection.fits is False]
    waiting = [reason.says for reason in it.reasons if reason.counts_as is None]
    waiting += [objection.says for objection in it.objections if objection.fits is None]
    phases = tuple(f"{phase.name}: {phase.length}" for phase in it.phases)
    source = f"{it.citation.title}, {it.citation.section}"
    return _Column(
        it.id, it.name, it.status.value.replace("_", " "), ", ".join(it.names), phases, tuple(against), tuple(waiting),
        source,
    )  # fmt: skip


def _dose(answer: DoseAnswer) -> _Dose:
    steps = answer.worked_out
    lines = tuple(f"{length_words(it, steps)}{step_words(it)}" for it in steps)
    waits = tuple(wait.says for it in steps for wait in it.waits_for)
    said = tuple(dict.fromkeys(finding.says for finding in (*answer.reasons, *answer.cautions)))
    return _Dose(answer.drug, answer.status.value.replace("_", " "), lines or (answer.why,), waits, said)


def _long(route: Route) -> Route:
    """Return a row whose form may be as long as a record."""
    return replace(route, holds_records=True)


BEGIN_PAGES: Final[tuple[Route, ...]] = (
    shown("/desk/begin", "course.begin", _ask, "Ask for the record of a person whose course begins."),
    _long(sent("/desk/begin/look", "course.begin", _look, "Show what is proposed for a record; keep nothing.")),
    _long(sent("/desk/begin", "course.begin", _begin, "Begin a course, as it was looked at and confirmed.")),
)
"""The addresses of beginning a course."""
