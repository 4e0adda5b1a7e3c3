"""The outcome of a treatment on one screen: what is proposed and recorded, the results, then the reasons of each."""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.text import Text

from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.interfaces.cli.terminal import hanging
from fullcourse.interfaces.cli.wording import fact_name
from fullcourse.journey.outcome import Bacteriology, Judged, OutcomeAnswer, Reason, said
from fullcourse.knowledge.library import Knowledge

__all__ = ["print_outcome"]

_MARKS: Final = {"met": ("●", "good"), "open": ("?", "warning"), "not met": ("·", "quiet")}
_BAD: Final = frozenset(("died", "failed", "lost to follow-up"))
_OWN: Final = frozenset(("who", "india"))
"""Profiles whose own definitions were read."""


def print_outcome(
    answer: OutcomeAnswer,
    drugs: Sequence[str],
    knowledge: Knowledge,
    profile: str,
    console: Console,
    *,
    why: bool = False,
) -> None:
    """Print what the definitions of outcomes say.

    Args:
        answer: What they say.
        drugs: Of the treatment.
        knowledge: Holds names and citations.
        profile: Which sources lead.
        console: Where to.
        why: Whether to say of outcomes that are not met, too, what speaks for and against them.
    """
    episode = answer.episode
    since = "no first day is known" if episode.starts_on is None else f"since {episode.starts_on}"
    until = "" if episode.ends_on is None else f", to {episode.ends_on}"
    console.print(Text("\nOUTCOME", "bold").append(f"  {episode.at}, profile {profile}, by {answer.edition}", "quiet"))
    console.print(hanging("", Text(f"{', '.join(drugs) or 'no drug'}: {since}{until}. {PROPOSAL}.", "quiet"), 1))
    if profile not in _OWN:
        told = "No definitions of the profile's own were read: WHO's stand in their place."
        console.print(hanging("", Text(told, "quiet"), 1))
    _proposed(answer, console)
    _results(answer, console)
    _outcomes(answer, knowledge, console, why=why)
    console.print(Text(AnswerHead(knowledge.digest, CONTENT_NOTICE).foot(), "quiet"))


def _proposed(answer: OutcomeAnswer, console: Console) -> None:
    episode, proposed = answer.episode, answer.proposed
    if proposed is None:
        waits = ": completed at least, whether cured too is open" if answer.is_at_least_completed else ""
        console.print(hanging("?", Text(f"NO OUTCOME IS PROPOSED YET{waits}", "warning"), 1))
    else:
        mark, style = ("✖", "grave") if proposed.outcome in _BAD else ("●", "good")
        console.print(hanging(mark, Text(f"PROPOSED: {proposed.outcome.upper()}; a clinician confirms it", style), 1))
        graver = _graver(answer)
        if graver:
            says = f"Open, and it would come before it: {', '.join(graver)}."
            console.print(hanging("?", Text(says, "notice"), 1))
    if answer.unresolved and (proposed is None or proposed.outcome not in _BAD):
        says = (
            f"NOT RESOLVED: {said(answer.unresolved)}. Where the regimen is ended or changed for it, treatment failed."
        )
        console.print(hanging("▲", Text(says, "grave"), 1))
    if episode.recorded:
        differs = "" if proposed is None or proposed.outcome == episode.recorded else "; it differs from the proposal"
        by = f", by {episode.recorded_by}" if episode.recorded_by else ""
        says = f"RECORDED: {episode.recorded} on {episode.recorded_on}{by}{differs}"
        console.print(hanging("●", Text(says, "bold"), 1))
    elif proposed is not None and episode.has_log and not (proposed.outcome == "died" and episode.died_on):
        event = f'outcome "outcome={proposed.outcome}" definition={proposed.citation.source} "confirmed_by=..."'
        says = f"To record it: fullcourse course log COURSE {event} --actor clinician"
        console.print(hanging("", Text(says, "quiet"), 1))


def _graver(answer: OutcomeAnswer) -> list[str]:
    """Return the outcomes that are open and would be proposed before the one that is."""
    before = [it for it in answer.judged if it.status != "not met"]
    names = [it.outcome for it in before]
    place = names.index(answer.proposed.outcome) if answer.proposed is not None else 0
    return [it.outcome for it in before[:place] if it.status == "open"]


def _results(answer: OutcomeAnswer, console: Console) -> None:
    laboratory = answer.laboratory
    console.print(Text("\nRESULTS", "bold"))
    for name, one, counts in (
        ("culture", laboratory.culture, True),
        ("smear", laboratory.smear, laboratory.counts_smears),
    ):
        if one.last or one.unread or name == "culture":
            console.print(hanging("  ·", _bacteriology(name, one, counts=counts), 3))
    if answer.episode.not_read:
        count = answer.episode.not_read
        says = f"{count} results of the record or the log are not read, and one may be a smear or a culture. "
        says += "Log it with 'course log', answer it, or say --all-results."
        console.print(hanging("  ?", Text(says, "warning"), 3))
    if laboratory.after:
        console.print(hanging("  ·", Text("after the end: ", "bold").append(said(laboratory.after), "not bold"), 3))


def _bacteriology(name: str, one: Bacteriology, *, counts: bool) -> Text:
    text = Text(f"{name}: ", "bold")
    if not counts:
        text.append("does not convert this disease; ", "not bold")
    elif one.converted:
        text.append(f"CONVERTED on {one.converted[0].collected} ({said(one.converted)})", "good")
    elif one.reverted:
        text.append(f"REVERTED on {one.reverted[0].collected} ({said(one.reverted)})", "grave")
    elif one.may_be_converted:
        text.append("conversion is open: its negatives are not in a row for certain", "notice")
    else:
        text.append("not converted by the results on file", "not bold")
    text.append(
        f"; before it: {', '.join(f'{what} {day}' for day, what in one.earlier)}" if one.earlier else "", "quiet"
    )
    text.append(f"; newest: {said(one.last)}" if one.last else "; no result after the start", "not bold")
    return text.append(f"; not read: {said(one.unread)}" if one.unread else "", "notice")


def _outcomes(answer: OutcomeAnswer, knowledge: Knowledge, console: Console, *, why: bool) -> None:
    console.print(Text("\nWHAT SPEAKS FOR AND AGAINST", "bold"))
    judged = (*answer.judged, *answer.derived)
    for it in judged:
        if it.status != "not met" or why:
            _full(it, knowledge, console)
    if not why:
        for it in judged:
            if it.status == "not met":
                reasons = "; ".join(_line(reason, knowledge) for reason in it.against[:2])
                console.print(hanging("  ·", Text(f"{it.outcome}: not met. {reasons}.", "quiet"), 3))


def _full(it: Judged, knowledge: Knowledge, console: Console) -> None:
    mark, style = _MARKS[it.status]
    source = f" [{it.citation.source}, {it.citation.section}{_reading(it)}]"
    console.print(hanging(f"  {mark}", Text(f"{it.outcome}: {it.status.upper()}", style).append(source, "quiet"), 3))
    for sign, reasons in (("+", it.speaks_for), ("-", it.against), ("?", it.open)):
        _reasons(sign, reasons, knowledge, console)


def _reading(it: Judged) -> str:
    return f"; our reading {it.statement.interpretation}" if it.statement.interpretation else ""


def _reasons(sign: str, reasons: Iterable[Reason], knowledge: Knowledge, console: Console) -> None:
    style = {"+": "", "-": "grave", "?": "notice"}[sign]
    for reason in reasons:
        console.print(hanging(f"     {sign}", Text(_line(reason, knowledge, sign), style), 6))


def _line(reason: Reason, knowledge: Knowledge, sign: str = "-") -> str:
    """Return one condition in words: what it asks, whether it is so, and why."""
    name, why = fact_name(reason.fact, knowledge), f" ({reason.why})" if reason.why else ""
    if reason.expected not in ("yes", "no"):
        asked = "" if sign == "+" else f"; asked for: {reason.expected}"
        return f"{name}: {reason.why or 'not known'}{asked}"
    is_so = (reason.expected == "yes") == (sign == "+")
    return f"{name}: {'not known' if sign == '?' else 'yes' if is_so else 'no'}{why}"
