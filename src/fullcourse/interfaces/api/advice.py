"""The addresses that answer about what comes with the call, and keep nothing of it: each is one function of ``fc``.

The answer is the JSON of the command of the same name, so that a program may change from one to the other.
"""

from collections.abc import Callable
from typing import TypeVar

import fullcourse as fc
from fullcourse.adapters.seen_text import seen_json
from fullcourse.interfaces.api import forms
from fullcourse.interfaces.api.body import read_struct
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.forms import raw_bytes
from fullcourse.interfaces.api.routes import Route
from fullcourse.journey.dose import DoseRequest
from fullcourse.journey.plan import PlanRequest
from fullcourse.journey.regimen import RegimenRequest

__all__ = ["ADVICE", "answer_reply", "json_reply"]

_Form = TypeVar("_Form", bound=forms.Form)


def json_reply(told: object, status: int = 200) -> Reply:
    """Return plain values as an answer in JSON."""
    return Reply(seen_json(told).encode(), status)


def answer_reply(answer: "fc.Answer[object]", status: int = 200) -> Reply:
    """Return the JSON of an answer."""
    return json_reply(answer.to_dict(), status)


def _check_of(form: forms.CheckForm) -> "fc.Answer[object]":
    return fc.check(
        raw_bytes(form.record) or b"",
        drugs=form.drugs,
        regimen=form.regimen,
        profile=form.profile,
        at=form.at,
        answers=raw_bytes(form.answers),
    )


def _check(form: forms.CheckForm) -> Reply:
    return answer_reply(_check_of(form))


def _questions(form: forms.CheckForm) -> Reply:
    """Answer with what is to be asked alone: the head of the check, its decisions, and the questions."""
    told = _check_of(form).to_dict()
    kept = ("at", "profile", "software", "knowledge", "questions", "question_groups", "open_entries")
    decisions = [{"drug": it["drug"], "decision": it["decision"], "open": it["open"]} for it in told["drugs"]]  # type: ignore[attr-defined]  # the writer's own list
    return json_reply(
        {"schema": "fullcourse/questions/1", **{key: told[key] for key in kept if key in told}, "drugs": decisions}
    )


def _pairs(form: forms.PairsForm) -> Reply:
    return answer_reply(fc.pairs(form.drugs, form.beside, regimen=form.regimen, profile=form.profile, at=form.at))


def _regimen(form: forms.RegimenForm) -> Reply:
    request = RegimenRequest(
        form.start, tuple(form.resistant), tuple(form.susceptible), form.replace, form.because, form.limit
    )
    return answer_reply(
        fc.regimen(
            raw_bytes(form.record) or b"",
            profile=form.profile,
            at=form.at,
            answers=raw_bytes(form.answers),
            request=request,
        )
    )


def _dose(form: forms.DoseForm) -> Reply:
    request = DoseRequest(
        form.regimen, form.form, days_per_week=form.days_per_week, overrides=tuple(form.overrides.items())
    )
    return answer_reply(
        fc.dose(
            raw_bytes(form.record) or b"",
            form.drug,
            profile=form.profile,
            at=form.at,
            answers=raw_bytes(form.answers),
            request=request,
        )
    )


def _plan(form: forms.PlanForm) -> Reply:
    request = PlanRequest(
        RegimenRequest(form.start, tuple(form.resistant), tuple(form.susceptible)),
        DoseRequest(days_per_week=form.days_per_week, overrides=tuple(form.overrides.items())),
        form.regimen,
        tuple(form.drugs),
    )
    return answer_reply(
        fc.plan(
            raw_bytes(form.record) or b"",
            profile=form.profile,
            at=form.at,
            answers=raw_bytes(form.answers),
            request=request,
        )
    )


def _monitor(form: forms.MonitorForm) -> Reply:
    return answer_reply(
        fc.monitor(
            raw_bytes(form.record),
            drugs=form.drugs,
            plans=form.plans,
            start=form.start,
            days=form.days,
            done=form.done,
            answers=raw_bytes(form.answers),
            profile=form.profile,
            at=form.at,
            foresee=form.foresee,
        )
    )


def _outcome(form: forms.OutcomeForm) -> Reply:
    return answer_reply(
        fc.outcome(
            raw_bytes(form.record),
            drugs=form.drugs,
            start=form.start,
            days=form.days,
            pulmonary=form.pulmonary,
            confirmed=form.confirmed,
            completed=form.completed,
            all_results=form.all_results,
            definitions=form.definitions,
            answers=raw_bytes(form.answers),
            profile=form.profile,
            at=form.at,
        )
    )


def _triage(form: forms.TriageForm) -> Reply:
    return answer_reply(
        fc.triage(
            form.symptoms,
            words=form.words,
            rest_no=form.rest_no,
            weeks=form.weeks,
            drugs=form.drugs,
            mg_per_day=form.mg_per_day,
            record=raw_bytes(form.record),
            answers=raw_bytes(form.answers),
            country=form.country,
            profile=form.profile,
            at=form.at,
        )
    )


def _overdose(form: forms.OverdoseForm) -> Reply:
    return answer_reply(
        fc.overdose(
            form.drug,
            took=form.took,
            strength=form.strength,
            when=form.when,
            planned_mg=form.planned_mg,
            weight_kg=form.weight_kg,
            symptoms=form.symptoms,
            words=form.words,
            record=raw_bytes(form.record),
            answers=raw_bytes(form.answers),
            country=form.country,
            at=form.at,
        )
    )


def _ask(form: forms.AskForm) -> Reply:
    return answer_reply(fc.ask(form.question, drug=form.drug, country=form.country))


def _leaflet(form: forms.LeafletForm) -> Reply:
    drug = form.drugs[0] if len(form.drugs) == 1 else form.drugs
    text = fc.leaflet(
        drug,
        raw_bytes(form.record),
        profile=form.profile,
        at=form.at,
        answers=raw_bytes(form.answers),
        country=form.country,
        language=form.language,
        form=form.form,
    )
    return json_reply({"schema": "fullcourse/leaflet/1", "form": form.form, "language": form.language, "leaflet": text})


def _simulate(form: forms.SimulateForm) -> Reply:
    return answer_reply(
        fc.levels.simulate(
            form.drug,
            form.dose,
            days=form.days,
            patient=raw_bytes(form.record),
            answers=raw_bytes(form.answers),
            covariates=form.covariates or None,
            at=form.at,
            model=form.model,
            n=form.n,
            seed=form.seed,
            occasions=form.occasions,
        )
    )


def _attainment(form: forms.AttainmentForm) -> Reply:
    return answer_reply(
        fc.levels.attainment(
            form.drug,
            form.dose,
            mic=form.mic,
            patient=raw_bytes(form.record),
            answers=raw_bytes(form.answers),
            covariates=form.covariates or None,
            at=form.at,
            model=form.model,
            n=form.n,
            seed=form.seed,
            occasions=form.occasions,
        )
    )


def _estimate(form: forms.EstimateForm) -> Reply:
    return answer_reply(
        fc.levels.estimate(
            raw_bytes(form.record) or b"",
            form.drug,
            levels=form.levels,
            dose=form.dose,
            since=form.since,
            model=form.model,
            average=form.average,
            mic=form.mic,
            covariates=form.covariates or None,
            zone=form.zone,
            answers=raw_bytes(form.answers),
            at=form.at,
            seed=form.seed,
        )
    )


def _advise(form: forms.AdviseForm) -> Reply:
    return answer_reply(
        fc.levels.advise(
            raw_bytes(form.record) or b"",
            form.drug,
            levels=form.levels,
            dose=form.dose,
            since=form.since,
            model=form.model,
            average=form.average,
            target=form.target,
            mic=form.mic,
            override=form.override,
            clinic_hours=form.clinic_hours,
            covariates=form.covariates or None,
            zone=form.zone,
            answers=raw_bytes(form.answers),
            profile=form.profile,
            at=form.at,
            seed=form.seed,
        )
    )


def _route(
    name: str, form: type[_Form], answer: Callable[[_Form], Reply], gives: str, says: str, *, right: str = "advice.ask"
) -> Route:
    def handler(call: Call) -> Reply:
        return answer(read_struct(call.body, form))

    return Route(
        "POST",
        f"/api/v1/{name}",
        right,
        handler,
        says,
        takes=form,
        gives=gives,
        holds_records="record" in form.__struct_fields__,
        is_slow=True,
    )


ADVICE = (
    _route("check", forms.CheckForm, _check, "check-2", "May this person take these drugs, and what is to be asked?"),
    _route("questions", forms.CheckForm, _questions, "questions-1", "The few questions that can change a decision."),
    _route("pairs", forms.PairsForm, _pairs, "pairs-1", "Drugs beside medicines.", right="knowledge.read"),
    _route("regimen", forms.RegimenForm, _regimen, "regimen-1", "Which regimens are there for this person?"),
    _route("dose", forms.DoseForm, _dose, "dose-1", "How much of a drug, how often?"),
    _route("plan", forms.PlanForm, _plan, "plan-1", "Regimen, doses and tests in one answer."),
    _route("monitor", forms.MonitorForm, _monitor, "monitor-1", "Which tests are due, and what do results call for?"),
    _route("outcome", forms.OutcomeForm, _outcome, "outcome-1", "Which outcome is proposed?"),
    _route("triage", forms.TriageForm, _triage, "triage-1", "How urgent, and whom to call?", right="help.read"),
    _route("overdose", forms.OverdoseForm, _overdose, "overdose-1", "Too much was taken.", right="help.read"),
    _route("ask", forms.AskForm, _ask, "ask-1", "A question in words, each answer cited.", right="knowledge.read"),
    _route("leaflet", forms.LeafletForm, _leaflet, "leaflet-1", "A leaflet in plain words.", right="knowledge.read"),
    _route("levels/simulate", forms.SimulateForm, _simulate, "levels-1", "Levels under a dose plan."),
    _route("levels/attainment", forms.AttainmentForm, _attainment, "levels-1", "How often a plan reaches its target."),
    _route("levels/estimate", forms.EstimateForm, _estimate, "levels-1", "What a person's levels say."),
    _route("levels/advise", forms.AdviseForm, _advise, "levels-1", "Which dose plans a person's levels speak for."),
)
"""Every address of this kind."""
