"""A dose as a nurse and a prescriber read it: what to give first, in words, then why, then what is said otherwise.

While something is open, the first line says that this is not a dose yet; what was worked out stands below it.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from fullcourse.adapters.documents.dose_words import length_words, step_words
from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.fact import Fact
from fullcourse.clinical.finding import Finding
from fullcourse.interfaces.cli.on_file_text import print_not_checked, print_on_file
from fullcourse.interfaces.cli.terminal import hanging
from fullcourse.journey.dose import Conflict, DoseAnswer, DosePlan, DoseStatus, Offer, PlannedStep, amount_words
from fullcourse.knowledge.library import Knowledge

__all__ = ["print_dose"]

_STATUSES: Final = {
    DoseStatus.DOSE: ("● DOSE PROPOSED", "clear"),
    DoseStatus.CONTRAINDICATED: ("✖ NO DOSE: THE DRUG IS NOT GIVEN AS THINGS STAND", "forbids"),
    DoseStatus.CANNOT_ASSESS: ("? NOT A DOSE YET", "unsettled"),
    DoseStatus.NOT_COVERED: ("? NOT COVERED", "unsettled"),
}
_BESIDE: Final = {
    "regimen": "Which regimen is it part of? Give --regimen ID, as `fullcourse regimen` names it.",
    "forms in stock": "Which dosage forms can be had? None of those given makes this dose in whole units.",
}
_MOST_CONFLICTS: Final = 6
_MOST_QUESTIONS: Final = 5
_MOST_WAYS: Final = 5


def print_dose(answer: DoseAnswer, knowledge: Knowledge, console: Console) -> None:
    """Print the dose of one drug."""
    words, style = _STATUSES[answer.status]
    head = Text(f"\n{knowledge.drugs[answer.drug].label.upper()}", "bold").append("  ").append(f" {words} ", style)
    console.print(head)
    of = f"{answer.at.isoformat()}, profile {answer.profile}" + (f", {answer.regimen}" if answer.regimen else "")
    console.print(hanging("", Text(f"{of}: {PROPOSAL}", "quiet"), 1))
    if answer.why:
        console.print(hanging("  !", Text(f"{answer.why[:1].upper()}{answer.why[1:]}.", "bold"), 3))
    _forbidding(answer.reasons, console)
    _steps(answer, console)
    _why(answer, console)
    _others(answer, console)
    _beside(answer, console)
    _questions(answer, console)
    print_on_file(answer, console)
    print_not_checked(answer.not_checked, console)
    console.print(Text(AnswerHead(answer.knowledge, CONTENT_NOTICE).foot(), "quiet"))


def _forbidding(reasons: Iterable[Finding], console: Console) -> None:
    for finding in reasons:
        first = f"{finding.management.says} " if finding.management is not None else ""
        console.print(hanging("  ✖", Text(f"{first}{finding.says}", "grave"), 3))
        on_file = "; ".join(f"{it.fact.replace('_', ' ')} {_value(it.recorded)}" for it in finding.because[:3])
        console.print(hanging("", Text(f"{on_file} · {finding.id}", "quiet"), 3))


def _value(recorded: object) -> str:
    return {True: "yes", False: "no"}.get(recorded, str(recorded)) if isinstance(recorded, bool) else f"{recorded}"


def _steps(answer: DoseAnswer, console: Console) -> None:
    if not answer.worked_out:
        return
    is_dose = answer.status is DoseStatus.DOSE
    title = "GIVE" if is_dose else "Worked out so far; NOT to be given before the check is finished:"
    console.print(Text(f"\n{title}", "bold" if is_dose else "warning"))
    for planned in answer.worked_out:
        console.print(hanging("  •", _step(planned, answer.worked_out, bold=is_dose), 3))
        for wait in planned.waits_for:
            now = {True: " (so today)", False: " (not so today)", None: " (not known today)"}[wait.holds]
            console.print(hanging("", Text(f"  only once: {wait.says}{now}", "notice"), 5))
    limits = {planned.step.max_mg_per_day for planned in answer.worked_out}
    if len(limits) == 1 and (most := limits.pop()) is not None:
        console.print(hanging("", Text(f"Never more than {most:g} mg a day by this source."), 3))
    for note in answer.dosed.notes:
        console.print(hanging("  ▲", Text(note, "notice"), 3))


def _step(planned: PlannedStep, steps: Sequence[PlannedStep], *, bold: bool) -> Text:
    text = Text(f"{length_words(planned, steps)}{step_words(planned)}", "bold" if bold else "")
    per_kg = f", {planned.mg_per_kg_per_day:.3g} mg/kg" if planned.mg_per_kg_per_day is not None else ""
    day = "a day" if planned.days_per_week == 7 else "on a dosing day"
    text.append(f" ({planned.step.mg_per_dosing_day:g} mg {day}{per_kg})", "not bold")
    if planned.holds_mg:
        held = ", ".join(f"{name} {mg:g} mg" for name, mg in planned.holds_mg)
        text.append(f". It holds {held}: count these once", "not bold")
    if planned.note:
        text.append(f". {planned.note[:1].upper()}{planned.note[1:]}", "not bold")
    return text


def _why(answer: DoseAnswer, console: Console) -> None:
    offer = answer.dosed.leading
    if offer is None or not answer.worked_out:
        return
    console.print(Text("\nWHY", "bold"))
    reading = f" Our reading: {offer.interpretation}." if offer.interpretation else ""
    console.print(hanging("  ·", Text(f"{offer.says}{reading} ({_source(offer)})"), 3))
    known = [*(f"weight {it.recorded:g} {it.unit}" for it in answer.weight if isinstance(it.recorded, float))]
    known += _clearance(answer.clearance)
    if known:
        console.print(hanging("  ·", Text(f"Made for {'; '.join(known)}."), 3))
    for override in answer.overrides:
        by = f" by {override.by}" if override.by else ""
        console.print(hanging("  !", Text(f"Set aside{by}: {override.finding}. Reason: {override.reason}", "bold"), 3))
    if answer.cautions:
        console.print(
            hanging("  ▲", Text(f"{len(answer.cautions)} cautions apply; `fullcourse check` shows them.", "notice"), 3)
        )


def _clearance(fact: Fact | None) -> list[str]:
    return [] if fact is None else [f"creatinine clearance {_unrounded(fact)} mL/min"]


def _unrounded(fact: Fact) -> str:
    low, high = getattr(fact.value, "low", None), getattr(fact.value, "high", None)
    return f"{low:.6g}" if low == high else str(fact.value)


def _others(answer: DoseAnswer, console: Console) -> None:
    dosed = answer.dosed
    if answer.worked_out and dosed.alternatives:
        console.print(Text("\nOTHER WAYS", "bold"))
        for offer, plan in dosed.alternatives[:_MOST_WAYS]:
            console.print(hanging("  ·", _way(offer, plan, answer), 3))
        _and_more(len(dosed.alternatives) - _MOST_WAYS, console)
    conflicts = dosed.conflicts if answer.worked_out or answer.status is DoseStatus.NOT_COVERED else ()
    if conflicts:
        console.print(Text("\nOTHER SOURCES SAY OTHERWISE", "bold"))
        for conflict in conflicts[:_MOST_CONFLICTS]:
            console.print(hanging(" ✖" if conflict.blocks else "  ·", _conflict(conflict), 3))
        _and_more(len(conflicts) - _MOST_CONFLICTS, console)


def _way(offer: Offer, plan: DosePlan, answer: DoseAnswer) -> Text:
    steps = plan.steps if len(plan.steps) <= 2 else ()
    said = "; ".join(f"{length_words(it, plan.steps)}{step_words(it)}" for it in steps) or amount_words(plan)
    short = f"{said}: {amount_words(plan)}" if steps else f"{said}, in {plan.steps[0].step.form or 'another form'}"
    name = f"{plan.name}: " if plan.name else ""
    text = Text(f"{name}{short}")
    if not plan.fits:
        text.append("; outside the range", "notice")
    if offer is not answer.dosed.leading:
        text.append(f" · {_source(offer)}", "quiet")
    return text


def _conflict(conflict: Conflict) -> Text:
    text = Text("Blocks: " if conflict.blocks else "", "grave")
    text.append(conflict.says, "not bold")
    if conflict.overridden:
        text.append(f" Overridden: {conflict.overridden}", "bold")
    return text.append(f" · {conflict.citation.source} {conflict.citation.section}", "quiet")


def _and_more(more: int, console: Console) -> None:
    if more > 0:
        console.print(Text(f"    and {more} more; --format json has them all", "quiet"))


def _beside(answer: DoseAnswer, console: Console) -> None:
    dosed = answer.dosed
    if not answer.worked_out:
        return
    if dosed.watch:
        console.print(Text("\nWITH A DOSE OF THIS SIZE", "bold"))
    for watch in dosed.watch:
        console.print(hanging("  ·", Text(f"{watch.says}"), 3))
    if dosed.supplements:
        console.print(Text("\nTHE PRESCRIBER MAY ADD", "bold"), Text("(nothing is added by itself)", "quiet"))
    for supplement in dosed.supplements:
        amount = ""
        if supplement.mg_per_day is not None:
            low, high = supplement.mg_per_day
            span = (
                f"{low:g} mg" if low == high else f"{low:g} mg or more" if high is None else f"{low:g} to {high:g} mg"
            )
            amount = f", {span} a day for this dose"
        console.print(hanging("  ·", Text(f"{supplement.name}{amount}. {supplement.says}"), 3))


def _questions(answer: DoseAnswer, console: Console) -> None:
    asked = [_BESIDE[name] for name in answer.asked_beside if name in _BESIDE]
    asked += [group.ask_clinician for group in answer.question_groups]
    if not asked:
        console.print()
        return
    console.print(Text("\nASK FIRST", "bold"), Text("(before this is a dose)", "quiet"))
    for number, question in enumerate(asked[:_MOST_QUESTIONS], 1):
        console.print(hanging(f"  {number}.", Text(question), 4))
    _and_more(len(asked) - _MOST_QUESTIONS, console)
    console.print()


def _source(offer: Offer) -> str:
    return f"{offer.citation.source} {offer.citation.section}"
