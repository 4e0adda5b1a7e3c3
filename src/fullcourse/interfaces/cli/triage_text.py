"""Triage and overdose as text for a frightened person: what to do and whom to call first, reasons below."""

import textwrap
from collections.abc import Sequence
from typing import Final

from fullcourse.adapters.documents.numbers import Call
from fullcourse.adapters.triage.questions import read_questions
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.interfaces.cli.echo import echo
from fullcourse.journey.overdose import OverdoseAnswer
from fullcourse.journey.triage import NextDose, NextDoseWord, Raised, Replacement, Triage, TriageAnswer, Urgency
from fullcourse.knowledge.library import Knowledge

__all__ = ["print_overdose", "print_triage"]

_WIDTH: Final = 80
_INDENT: Final = "  "
_MOST: Final = 6
"""Most lines of one kind that are printed; JSON holds all."""

_HEADINGS: Final = {
    Urgency.EMERGENCY: "EMERGENCY NOW",
    Urgency.TODAY: "CONTACT YOUR CARE TEAM TODAY",
    Urgency.MENTION: "MENTION IT AT YOUR NEXT VISIT",
    Urgency.NOTHING_FOUND: "NOTHING FOUND IN WHAT YOU ANSWERED",
}
_NOT_WELL: Final = (
    "This does not say that you are well. It looks only at what was asked. If you feel worse, or something worries "
    "you, call your care team. If life may be in danger, call your local emergency number."
)
_NEXT: Final = {
    NextDoseWord.HOLD: "Do not take {what} until your care team says so.",
    NextDoseWord.ASK_FIRST: "Before you take {what}, call your care team and ask.",
    NextDoseWord.AS_PLANNED: "Take your TB pills as planned, unless your care team says otherwise.",
}
_WHO_ANSWERS: Final = "What was not asked can change this answer; 'fullcourse triage --questions' has the questions."


def print_triage(answer: TriageAnswer, knowledge: Knowledge, calls: Sequence[Call], notes: Sequence[str]) -> None:
    """Print what triage says."""
    _first(answer.triage, calls)
    _next_dose(answer.next_dose, answer.triage, knowledge)
    _care_team(answer.triage, knowledge)
    for it in answer.replacements:
        _replacement(it, knowledge)
    _rest(answer.triage, knowledge, notes)
    _foot(AnswerHead(answer.knowledge, CONTENT_NOTICE))


def print_overdose(answer: OverdoseAnswer, knowledge: Knowledge, calls: Sequence[Call], notes: Sequence[str]) -> None:
    """Print what is said of too much taken."""
    if answer.triage.urgency is Urgency.NOTHING_FOUND:
        echo("NOT MORE THAN PLANNED, AS FAR AS IS KNOWN", bold=True)
        _lines(_NOT_WELL)
        _lines("Unsure what was taken? Call poison control or your care team.")
    else:
        _first(answer.triage, calls)
    _next_dose(answer.next_dose, answer.triage, knowledge)
    echo("\nRead this aloud to poison control", bold=True)
    for heading, line in answer.aloud:
        _lines(f"{heading}: {line}")
    if answer.asks:
        echo("\nThey will also ask", bold=True)
        for ask in answer.asks:
            _lines(f"- {ask}")
    _care_team(answer.triage, knowledge)
    known = []
    if answer.least_daily_maximum_mg is not None:
        known.append(f"The lowest daily maximum of any source: {answer.least_daily_maximum_mg:g} mg.")
    if answer.greatest_mg_per_kg is not None:
        known.append(
            f"The highest range of any source: up to {answer.greatest_mg_per_kg:g} mg/kg a day. No source gives an "
            "overdose for each kilogram; that more is too much is our reading (I-1412)."
        )
    for line in known:
        _lines(line)
    _rest(answer.triage, knowledge, notes)
    _foot(AnswerHead(answer.knowledge, CONTENT_NOTICE))


def _first(triage: Triage, calls: Sequence[Call]) -> None:
    echo(_HEADINGS[triage.urgency], bold=True)
    if triage.urgency is Urgency.NOTHING_FOUND:
        _lines(_NOT_WELL)
    for call in calls:
        _lines(call.says, bold=True)
    said = [it.rule.statement.patient for it in triage.urgent if it.urgency is triage.urgency]
    for line in list(dict.fromkeys(filter(None, said)))[:_MOST]:
        _lines(line)
    for words in triage.report.unread[:_MOST]:
        _lines(f'A person must read this: "{words}". Call your care team today and tell them.')
    if triage.no_driving is not None:
        _lines(triage.no_driving.rule.statement.patient)


def _next_dose(next_dose: NextDose, triage: Triage, knowledge: Knowledge) -> None:
    names = " or ".join(knowledge.drugs[name].label for name in next_dose.drugs) if triage.drugs else ""
    echo("\nNext dose", bold=True)
    what = names if next_dose.drugs and names else "any TB pill"
    _lines(_NEXT[next_dose.word].format(what=what))


def _care_team(triage: Triage, knowledge: Knowledge) -> None:
    if not triage.urgent:
        return
    echo("\nFor your care team", bold=True)
    causes = triage.causes
    if causes:
        shown = [knowledge.drugs[drug].label for drug in causes]
        more = f" and {len(shown) - _MOST} more" if len(shown) > _MOST else ""
        _lines(f"May be the cause, by the sources: {', '.join(shown[:_MOST])}{more}.")
    if triage.tests:
        _lines(f"Would tell: {', '.join(triage.tests)}.")
    for it in triage.urgent[:_MOST]:
        _statement(it, knowledge)
    if len(triage.urgent) > _MOST:
        _lines(f"and {len(triage.urgent) - _MOST} more statements; --format json has them all.")


def _statement(raised: Raised, knowledge: Knowledge) -> None:
    statement, citation = raised.rule.statement, raised.rule.citation
    reading = f"; our reading {statement.interpretation}" if statement.interpretation else ""
    through = f"; through {statement.through}" if statement.through else ""
    _lines(f"- {statement.says}")
    _lines(f"  {citation.title}, {citation.section}, tier {citation.tier}{reading}{through}")
    if raised.waits_for:
        facts = ", ".join(knowledge.facts[name].label for name in raised.waits_for)
        _lines(f"  It counts though nobody knows: {facts}.")


def _replacement(replacement: Replacement, knowledge: Knowledge) -> None:
    label = knowledge.drugs[replacement.drug].label
    echo(f"\nFor the prescriber: {label} will probably be changed", bold=True)
    answer = replacement.answer
    if answer is None:
        _lines(
            f"Not composed: {replacement.why_not}. "
            f"With a record: fullcourse regimen RECORD --replace {replacement.drug}"
        )
        return
    for composed in [it for it in answer.regimens if it.drugs][:1]:
        _lines(f"Proposed ({composed.status.value}): {composed.name}: {', '.join(composed.names)}.")
    for line in answer.change_says:
        _lines(line)
    _lines(
        f'In full: fullcourse regimen RECORD --replace {replacement.drug} --because "{replacement.because}". '
        "A prescriber confirms every change; never stop one TB medicine alone without them."
    )


def _rest(triage: Triage, knowledge: Knowledge, notes: Sequence[str]) -> None:
    echo()
    for note in notes:
        _lines(f"Not used: {note}")
    names = ", ".join(knowledge.drugs[name].label for name in triage.drugs)
    _lines(
        f"Judged for {names}, taken for all your TB medicines."
        if names
        else "Judged for every TB medicine, since none was named (--drug NAME)."
    )
    unsure = [knowledge.facts[name].label for name, word in triage.report.symptoms.items() if word.value == "unsure"]
    if unsure:
        _lines(f"Not sure, counted as yes: {', '.join(unsure)}.")
    if triage.not_asked:
        open_ = frozenset(triage.not_asked)  # in the order in which they are asked: what is most urgent first
        shown = [knowledge.facts[it.fact].label for it in read_questions().questions if it.fact in open_]
        more = f" and {len(shown) - 2 * _MOST} more" if len(shown) > 2 * _MOST else ""
        _lines(f"Not asked ({len(shown)}): {', '.join(shown[: 2 * _MOST])}{more}. {_WHO_ANSWERS}")


def _foot(head: AnswerHead) -> None:
    echo("\n" + textwrap.fill(head.foot(), _WIDTH))


def _lines(text: str, *, bold: bool = False) -> None:
    """Print a line, filled; one that begins with a dash hangs below it, and one with two spaces goes with it."""
    first = _INDENT * 2 if text.startswith(_INDENT) else _INDENT
    rest = _INDENT * 2 if text.startswith((_INDENT, "- ")) else _INDENT
    filled = textwrap.fill(text.strip(), _WIDTH, initial_indent=first, subsequent_indent=rest)
    echo(filled, bold=bold)
