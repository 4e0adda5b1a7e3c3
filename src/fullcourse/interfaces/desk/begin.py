"""Begins a course at the desk: record in, the few questions that decide, regimens side by side, doses, confirm.

Each step is a form that carries what was given before; nothing is kept, and nothing is active, before the confirmation.
The proposal is worked out anew at each step, so that no form can hold another dose than the record comes to.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Final

from fullcourse.adapters.published.proposed_plan import ProposedPlan
from fullcourse.clinical.course_plan import CoursePlan
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.events import open_store_of
from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.cli.course_commands.begun import (
    against_plan,
    plan_of,
    refuse_against,
    regimen_of,
    typed_plan,
)
from fullcourse.interfaces.desk.begin_answers import PREFIX, asked_here
from fullcourse.interfaces.desk.begin_given import ALONE, CARRIED, Given, begin_form, given_of, read_given, record_of
from fullcourse.interfaces.desk.begin_kept import (
    REGISTER_WORDS,
    Begun,
    begun_events,
    kept_words,
    register_disagrees,
    registration_of,
)
from fullcourse.interfaces.desk.begin_seen import (
    STATUSES,
    columns_of,
    has_combinations,
    later_phases,
    lines_of,
    phase_end_of,
    proposal_of,
    seen_dose,
)
from fullcourse.interfaces.desk.pages import page, see_other
from fullcourse.interfaces.desk.patient_plan import typed_lines
from fullcourse.interfaces.desk.posted import Posted
from fullcourse.interfaces.desk.rows import sent, shown
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.dose import DoseRequest
from fullcourse.journey.forms_alone import forms_alone
from fullcourse.journey.plan import PlanAnswer, Planner, PlanRequest
from fullcourse.journey.regimen import RegimenRequest
from fullcourse.knowledge.library import Knowledge

__all__ = ["BEGIN_PAGES"]

_CONFIRMED: Final = ("plan", "days", "phase_ends", "because", "confirmed_by")
_TYPED: Final = ("birth_date", "sex", "weight", "height")
"""Facts that can be typed on the first page, where there is no record."""

_GERMS: Final = (
    "pulmonary_tuberculosis",
    "extrapulmonary_tuberculosis",
    "sputum_smear",
    "sputum_culture",
    "rifampin_susceptibility",
    "isoniazid_susceptibility",
    "fluoroquinolone_susceptibility",
    "hiv_infection",
)
"""Further facts that can be typed there: what is ill, and what was found."""

_YES_NO: Final = frozenset(("history", "state"))
_LONG_RECORD: Final = 20_000
"""A record of more letters is carried on and not shown: nobody reads it in a field."""


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
        "person": [_field(it, knowledge) for it in _TYPED],
        "germs": [_field(it, knowledge) for it in _GERMS],
        "register": [(name, t(label), words) for name, (label, words) in REGISTER_WORDS.items()],
        "is_long": len(typed.get("record", "")) > _LONG_RECORD,
    }
    return page(call, "begin.html", t("Begin a course"), names, here="begin", reply=Reply(status=422 if wrong else 200))


def _field(fact: str, knowledge: Knowledge) -> dict[str, object]:
    """Return a fact as a field of the first page."""
    it = knowledge.facts[fact]
    words = (("yes", t("Yes")), ("no", t("No"))) if it.kind in _YES_NO else tuple((word, word) for word in it.values)
    return {"name": f"{PREFIX}{fact}", "label": it.label, "unit": it.unit, "words": words, "is_date": it.kind == "date"}


def _look(call: Call) -> Reply:
    """Show what is proposed for what was given so far; nothing is kept."""
    form = begin_form(call)
    try:
        given = given_of(call, form)
        read = read_given(given, call.service.knowledge)
        answer = _planned(given, read, call.service.knowledge)
        registration_of(given, read, call.now)
    except InputError as error:
        return _first(call, _typed_first(call, form), str(error))
    return _looked(call, given, read, answer, {})


def _looked(
    call: Call, given: Given, read: Record, answer: PlanAnswer, typed: Mapping[str, str], wrong: str = ""
) -> Reply:
    knowledge = call.service.knowledge
    questions, waiting = asked_here(answer.questions, knowledge)
    proposal, why_not = proposal_of(answer, knowledge)
    kind, says = STATUSES[answer.status]
    registered = registration_of(given, read, call.now)
    names = {
        "carried": given.fields(),
        "kind": kind,
        "status": t(says),
        "questions": questions,
        "waiting": waiting,
        "columns": columns_of(answer),
        "chosen": answer.regimen.id if answer.regimen is not None else "",
        "doses": [seen_dose(it) for it in answer.doses],
        "has_choice": has_combinations(answer) or given.made_of == ALONE,
        "alone": ALONE,
        "combined": proposal.combined if proposal is not None else (),
        "tests": [it.test for it in answer.tests],
        "not_checked": [f"{it.kind} “{it.text}”: {it.why}" for it in answer.composition.not_checked],
        "at_odds": answer.at_odds,
        "waits": proposal.waiting if proposal is not None else (),
        "why_not": why_not,
        "registered": [str(it) for name, it in registered.items() if name not in ("on", "age_years")],
        "registered_on": registered.get("on", ""),
        "age": registered.get("age_years"),
        "disagrees": register_disagrees(given, read, knowledge),
        "kept": kept_words(given, read, knowledge, call.now),
        "typed": {
            "plan": lines_of(proposal) if proposal is not None else "",
            "days": str(proposal.days or "") if proposal is not None else "",
            "phase_ends": _day_or_empty(phase_end_of(proposal, given.start)),
            "because": "", "confirmed_by": "", **typed,
        },
        "wrong": wrong,
    }  # fmt: skip
    return page(
        call, "begin_look.html", t("Begin a course"), names, here="begin", reply=Reply(status=422 if wrong else 200)
    )


def _begin(call: Call) -> Reply:
    """Begin the course that was looked at and confirmed."""
    form, knowledge = begin_form(call, _CONFIRMED), call.service.knowledge
    try:
        given = given_of(call, form)
        read = read_given(given, knowledge)
        answer = _planned(given, read, knowledge)
        registration_of(given, read, call.now)
    except InputError as error:
        return _first(call, _typed_first(call, form), str(error))
    store, done = open_store_of(call), see_other(f"/desk/courses/{given.course}")
    if store.head(given.course) is not None:
        return done  # the same form sent twice begins one course; of whom it is, its page asks
    because = form.one("because")
    try:
        proposal, _ = proposal_of(answer, knowledge)
        plan, is_proposal = _confirmed(form, given, answer, proposal, knowledge)
        against = against_plan(read, plan, knowledge)
        refuse_against(against, because, t("a reason below"))
        notes = [f"Begun in spite of: {'; '.join(against) or 'nothing'}. Reason: {because}"] if because else []
        if is_proposal and proposal is not None and proposal.combined:
            notes.append(f"Handed out in combination: {'; '.join(proposal.combined)}.")
        if is_proposal:
            notes += later_phases(answer, proposal, plan.phase_ends_on)
        begun = Begun(plan, form.needed("confirmed_by", t("Confirmed by")), tuple(notes))
        made = begun_events(given, read, begun, knowledge, call.now)
    except InputError as error:
        return _looked(call, given, read, answer, _typed(form, _CONFIRMED), str(error))
    call.service.door.assign(given.course, given.clinic, call.caller, call.now)
    store.append(made, call.now)
    return replace(done, patients=(given.course,))


def _typed(form: Posted, fields: Sequence[str]) -> dict[str, str]:
    return {name: form.secret(name).strip() for name in fields if form.secret(name).strip()}


def _typed_first(call: Call, form: Posted) -> dict[str, str]:
    """Return what was typed on the first page, the facts too, so that nothing has to be typed again."""
    facts = (f"{PREFIX}{fact}" for fact in call.service.knowledge.facts)
    typed = _typed(form, (*CARRIED, "told_on", *facts))
    try:
        return typed | {"record": record_of(form)}
    except InputError:
        return typed


def _planned(given: Given, record: Record, knowledge: Knowledge) -> PlanAnswer:
    planner = Planner(knowledge, knowledge.profile(given.profile))
    in_stock = forms_alone(knowledge) if given.made_of == ALONE else None
    request = PlanRequest(RegimenRequest(given.start), DoseRequest(in_stock=in_stock), given.regimen)
    return planner.plan(record, given.start, request)


def _confirmed(
    form: Posted, given: Given, answer: PlanAnswer, proposal: ProposedPlan | None, knowledge: Knowledge
) -> tuple[CoursePlan, bool]:
    """Return the plan that was confirmed, and whether it is the proposal: it is where nobody changed its words.

    Raises:
        InputError: It cannot be used, or another plan than the proposal has no reason.
    """
    text = "\n".join(filter(None, map(str.strip, form.secret("plan").splitlines())))
    if not text:
        raise InputError(f"{t('Plan')}: nothing stands there. Fill it in.")
    asked = proposal
    if asked is None or text != lines_of(asked):
        asked = typed_plan(typed_lines(text), knowledge, given.profile)
        if not form.one("because"):
            raise InputError("this is another plan than the one proposed. Say why, or take the proposal.")
    typed = form.one("days")
    if typed and (not typed.isdecimal() or not 0 < int(typed[:6]) <= 3650):
        raise InputError(f"{t('Days')}: '{typed[:10]}' is no length of a plan. Write days, or leave it empty.")
    is_proposal = asked is proposal
    ends = form.one("phase_ends")
    if not ends and asked.first_phase is not None:
        label = t("Last day of this phase")
        raise InputError(f"{label}: a later phase waits, and without a day nobody would be asked for it. Fill it in.")
    regimen = regimen_of(asked.regimen, knowledge, given.profile) if is_proposal and _is_fixed(answer) else ""
    days = int(typed) if typed else None
    ends_on = parse_day(ends, t("Last day of this phase")) if ends else None
    return plan_of(asked, given.start, given.zone, regimen, days, phase_ends_on=ends_on), is_proposal


def _day_or_empty(day: date | None) -> str:
    return "" if day is None else day.isoformat()


def _is_fixed(answer: PlanAnswer) -> bool:
    """Return whether the regimen of a plan is one whose drugs a guideline names, so that a course can keep its id."""
    return answer.regimen is not None and all(not drug.group for drug in answer.regimen.drugs)


def _long(route: Route) -> Route:
    """Return a row whose form may be as long as a record."""
    return replace(route, holds_records=True)


BEGIN_PAGES: Final[tuple[Route, ...]] = (
    shown("/desk/begin", "course.begin", _ask, "Ask for the record of a person whose course begins."),
    _long(
        sent(
            "/desk/begin/look", "course.begin", _look, "Show what is proposed for a record; keep nothing.",
            takes_files=True,
        )
    ),
    _long(
        sent(
            "/desk/begin", "course.begin", _begin, "Begin a course, as it was looked at and confirmed.",
            takes_files=True,
        )
    ),
)  # fmt: skip
"""The addresses of beginning a course."""
