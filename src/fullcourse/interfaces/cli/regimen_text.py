"""Composed regimens as a busy clinician reads them: what may be proposed, with dates and reasons, then what is open.

Nothing is hidden: what is counted or cut short here is listed in full by ``--format json``.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.interfaces.cli.on_file_text import print_not_checked, print_on_file
from fullcourse.interfaces.cli.terminal import gives_whole_lines, hanging
from fullcourse.interfaces.cli.wording import TIERS, evidence_line, leading, sentence
from fullcourse.journey.regimen import Composed, DatedPhase, Reason, RegimenAnswer, RegimenStatus
from fullcourse.knowledge.library import Knowledge

__all__ = ["print_regimens"]

_STATUSES: Final = {
    RegimenStatus.ELIGIBLE: ("● MAY BE PROPOSED", "clear"),
    RegimenStatus.CANNOT_ASSESS: ("? CANNOT BE ASSESSED YET", "unsettled"),
    RegimenStatus.INELIGIBLE: ("✖ NOT FOR THIS PATIENT", "forbids"),
}
_EFFECTS: Final = {True: "effective", False: "resistant", None: "not tested"}
_NONE_POSSIBLE: Final = "No regimen of this profile can be proposed: ask a specialist."
_MOST_QUESTIONS: Final = 5
_MOST_NAMES: Final = 8
_FEW_NAMES: Final = 4


def print_regimens(answer: RegimenAnswer, knowledge: Knowledge, console: Console) -> None:
    """Print composed regimens."""
    console.print(Text(f"\nREGIMENS  {answer.at.isoformat()}, {leading(answer.profile)}: {PROPOSAL}", "bold"))
    if answer.current:
        console.print(hanging(" ", Text(f"On record now: {', '.join(answer.current)}.")))
    for line in answer.change_says:
        console.print(hanging(" ", Text(line)))
    for fact in answer.conflicts:
        shown = evidence_line(fact.because, knowledge)
        console.print(hanging("  ▲", Text(f"{shown}: {fact.reason}.", "notice")))
    possible = [it for it in answer.regimens if it.status is not RegimenStatus.INELIGIBLE]
    if not possible:
        console.print(hanging("  !", Text(_NONE_POSSIBLE, "bold")))
    for composed in possible[:1]:
        _in_full(composed, knowledge, console)
    if possible[1:]:
        console.print(Text("\nTHEN", "bold"))
    for composed in possible[1:]:
        _in_short(composed, knowledge, console)
    _not_for(answer, knowledge, console)
    _left_out(answer, console)
    _tests(answer, knowledge, console)
    _questions(answer, console)
    _named(answer, console)
    print_on_file(answer, console)
    for finding in answer.regimen_findings:
        console.print(hanging("  ▲", Text(f"Together: {finding.severity.word}: {finding.says}")))
    print_not_checked(answer.not_checked, console)
    console.print(Text(AnswerHead(answer.knowledge, CONTENT_NOTICE).foot(), "quiet"))
    verdict = Text(_NONE_POSSIBLE, "bold")
    if possible:
        words, style = _STATUSES[possible[0].status]
        verdict = Text(possible[0].name, "bold").append(" ").append(f" {words} ", style)
        verdict.append(f" · then {len(possible) - 1} more" if possible[1:] else "", "not bold")
    console.print(hanging("AGAIN", verdict, 5))


def _in_full(composed: Composed, knowledge: Knowledge, console: Console) -> None:
    words, style = _STATUSES[composed.status]
    head = Text(f"\n{composed.name}", "bold").append(f"  [{composed.id}]  ", "quiet").append(f" {words} ", style)
    if not composed.leads:
        head.append("  shown; another source leads", "quiet")
    console.print(head)
    console.print(hanging(" ", Text(composed.says)))
    grid = Table.grid(padding=(0, 2, 0, 0))
    for drug in composed.drugs:
        role = "" if drug.role == "counted" else drug.role.replace("_", " ")
        what = ", ".join(part for part in (f"group {drug.group}" if drug.group else "", role, drug.note) if part)
        effect = "" if drug.role == "companion" else _EFFECTS[drug.effective]
        if gives_whole_lines(console):
            console.print(Text("    " + " ".join(filter(None, (drug.drug, effect, what)))))
        else:
            grid.add_row("   ", Text(drug.drug, "bold"), Text(effect), Text(what, "quiet", overflow="fold"))
    if grid.row_count:
        console.print(grid)
    for phase in composed.phases:
        console.print(hanging("   ", _phase(phase, knowledge)))
    if composed.complete_by is not None:
        console.print(hanging("   ", Text(f"All of it by {composed.complete_by.isoformat()}.")))
    if composed.out_of_stock:
        console.print(hanging("  !", Text(_not_in_stock(composed), "warning")))
    for line in _reasons(composed, knowledge):
        console.print(hanging("  ·", line))
    for overlap in composed.overlaps:
        console.print(hanging("  ▲", Text(f"Shared harm, {overlap.label}: {', '.join(overlap.drugs)}.", "notice")))
    if composed.why:
        console.print(hanging("  >", Text(f"It stands {composed.why}.")))
    for note in composed.notes:
        console.print(hanging("  ·", Text(note, "quiet")))
    source = f"Source: {composed.citation.title}, {composed.citation.section} ({TIERS[composed.citation.tier]})"
    reading = f"; our reading {composed.interpretation}" if composed.interpretation else ""
    console.print(hanging("   ", Text(source + reading, "quiet")))


def _phase(phase: DatedPhase, knowledge: Knowledge) -> Text:
    text = Text(f"{phase.name}: {phase.length}", "bold")
    if phase.starts is not None and phase.ends is not None:
        latest = f" (at latest {phase.ends_at_latest.isoformat()})" if phase.ends_at_latest else ""
        text.append(f", {phase.starts.isoformat()} to {phase.ends.isoformat()}{latest}", "not bold")
    if phase.doses_required is not None:
        text.append(f", {phase.doses_required} doses", "not bold")
    if phase.days_per_week is not None:
        text.append(f", {phase.days_per_week} days a week", "not bold")
    if phase.complete_by is not None:
        text.append(f", complete by {phase.complete_by.isoformat()}", "not bold")
    taken = (f"{it.drug} ({it.length})" if it.length != phase.length else it.drug for it in phase.drugs)
    text.append(f": {', '.join(taken)}", "not bold")
    if phase.extended is not None:
        text.append(f". {_extended(phase.extended, knowledge)}", "not bold")
    elif phase.extension:
        until = f" to {phase.extends_to.isoformat()}" if phase.extends_to else ""
        by = f", complete by {phase.extension_complete_by.isoformat()}" if phase.extension_complete_by else ""
        text.append(f". Longer{until}{by} {phase.extension}", "not bold")
    return text


def _extended(judged: Reason, knowledge: Knowledge) -> str:
    """Return what an extension comes to in a course that is under way."""
    if judged.fits is None:
        return f"Whether it is longer cannot be assessed: {judged.says} Needs {_labels(judged.missing, knowledge)}."
    return f"{judged.reads}{_behind(judged, knowledge)}"


def _reasons(composed: Composed, knowledge: Knowledge) -> Iterable[Text]:
    """Yield what speaks against a regimen or leaves it open; what is met is counted."""
    met = sum(reason.counts_as is True for reason in composed.reasons)
    yield Text(f"{met} of {len(composed.reasons)} criteria met.", "quiet")
    for reason in composed.reasons:
        if reason.counts_as is False:
            source = f" ({reason.citation.source} {reason.citation.section})"
            yield Text(f"Against: {reason.reads}{_behind(reason, knowledge)}", "grave").append(source, "quiet")
        elif reason.counts_as is None:
            yield Text(f"Open: {reason.says} Needs {_labels(reason.missing, knowledge)}.")
    for proposed in composed.proposed_by_source:
        yield Text(proposed, "italic")
    waiting = [it for it in composed.objections if it.kind == "unassessed"]
    if waiting:
        drugs = ", ".join(f"{name} ({len(it.missing)})" for it in waiting for name in it.drugs)
        labels = _labels([name for it in waiting for name in it.missing], knowledge)
        yield Text(f"Checks still open, with the facts each lacks: {drugs}. Needs {labels}.")
    for objection in composed.objections:
        if objection.kind != "unassessed":
            yield Text(sentence(objection.says), "" if objection.fits is None else "grave")


def _behind(reason: Reason, knowledge: Knowledge) -> str:
    return f" ({evidence_line(reason.because, knowledge)})" if reason.because else ""


def _in_short(composed: Composed, knowledge: Knowledge, console: Console) -> None:
    """Print a regimen after the first: its status, its drugs where they were chosen, and what it waits for."""
    words, _ = _STATUSES[composed.status]
    head = Text(f"{composed.name}", "bold").append(f"  [{composed.id}] {words.lower()}", "not bold")
    if not composed.leads:
        head.append("; shown, another source leads", "not bold")
    lines = [head]
    if "/" in composed.id or composed.why:
        lines.append(Text(f"{', '.join(composed.names)}; it stands {composed.why}.", "quiet"))
    if composed.out_of_stock:
        lines.append(Text(f"! {_not_in_stock(composed)}", "notice"))
    missing = _missing(composed)
    if missing:
        lines.append(Text(f"waits for {_labels(missing, knowledge, _FEW_NAMES)}", "quiet"))
    lines += [Text(sentence(it.says), "quiet") for it in composed.objections if it.fits is None and not it.missing]
    for number, line in enumerate(lines):
        console.print(hanging("  ·" if number == 0 else "", line))


def _not_for(answer: RegimenAnswer, knowledge: Knowledge, console: Console) -> None:
    """Print the regimens that are not for this patient, together where one reason keeps them all out."""
    by_reason: dict[str, list[str]] = {}
    for composed in answer.regimens:
        if composed.status is RegimenStatus.INELIGIBLE:
            says = [f"{it.reads}{_behind(it, knowledge)}" for it in composed.reasons if it.counts_as is False]
            says += [sentence(it.says) for it in composed.objections if it.fits is False]
            by_reason.setdefault(says[0] if says else "", []).append(composed.name)
    if by_reason:
        console.print(Text("\nNOT FOR THIS PATIENT", "bold"))
    for reason, names in by_reason.items():
        console.print(hanging("  ·", Text(f"{'; '.join(dict.fromkeys(names))}: {reason}", "quiet")))


def _not_in_stock(composed: Composed) -> str:
    return f"Not in stock: {', '.join(composed.out_of_stock or ())}."


def _missing(composed: Composed) -> list[str]:
    names = [name for reason in composed.reasons if reason.counts_as is None for name in reason.missing]
    return [*names, *(name for objection in composed.objections for name in objection.missing)]


def _left_out(answer: RegimenAnswer, console: Console) -> None:
    if not answer.left_out:
        return
    console.print(Text("\nLeft out of the first:", "bold"))
    by_reason: dict[tuple[str, ...], list[str]] = {}
    for left in answer.left_out:
        by_reason.setdefault(left.because, []).append(left.drug)
    for because, drugs in by_reason.items():
        reasons = "; ".join(reason.rstrip(".") for reason in because)
        console.print(hanging("   ", Text(f"{', '.join(drugs)}: {reasons}.", "quiet")))


def _tests(answer: RegimenAnswer, knowledge: Knowledge, console: Console) -> None:
    if answer.test_next:
        console.print(Text("\nTEST NEXT", "bold"))
    for number, test in enumerate(answer.test_next[:_MOST_NAMES], 1):
        label = knowledge.facts[test.fact].label
        console.print(hanging(f"  {number}.", Text(f"{label}: {test.because}.")))


def _questions(answer: RegimenAnswer, console: Console) -> None:
    groups = answer.question_groups
    if groups:
        console.print(Text("\nASK FIRST", "bold"), Text("(an answer can still change the choice)", "quiet"))
    for number, group in enumerate(groups[:_MOST_QUESTIONS], 1):
        console.print(hanging(f"  {number}.", Text(group.ask_clinician)))
    more = len(groups) - _MOST_QUESTIONS
    if more > 0:
        console.print(Text(f"     and {more} more; --format json lists them all", "quiet"))


def _named(answer: RegimenAnswer, console: Console) -> None:
    """Print what is known by name, for the bacteria that this patient may have."""
    paths = {it.path for it in answer.regimens if it.status is not RegimenStatus.INELIGIBLE}
    shown = [named for named in answer.named if not paths or named.path in paths]
    if shown:
        console.print(Text("\nKnown by name, not composed:", "bold"))
    for named in shown:
        console.print(hanging("   ", Text(f"{named.name}: {named.says}", "quiet")))


def _labels(names: Sequence[str], knowledge: Knowledge, most: int = _MOST_NAMES) -> str:
    labels = list(dict.fromkeys(knowledge.facts[name].label if name in knowledge.facts else name for name in names))
    shown = ", ".join(labels[:most])
    return f"{shown} and {len(labels) - most} more" if len(labels) > most else shown or "more results"
