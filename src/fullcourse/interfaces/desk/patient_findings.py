"""What sources say of a course as it stands: each finding with its statement, what it rests on, conflict and citation.

Nothing is hidden behind a severity: what cannot be assessed stands beside what applies, with what it waits for.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from fullcourse.interfaces.cli.wording import evidence_line, fact_name
from fullcourse.interfaces.desk.words import t
from fullcourse.journey.desk import Citable, CourseView
from fullcourse.knowledge.actions import HEADLINES
from fullcourse.knowledge.library import Knowledge

__all__ = ["Finding", "Unassessed", "findings_by_fact", "findings_of", "unassessed_of"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement that speaks of the course.

    Attributes:
        head: What follows, in a few words, with the drug it is about.
        is_open: Whether it cannot be assessed; ``head`` then says what it could come to.
        rests_on: The facts that decided it, with their days.
        needs: What would settle it; empty unless it is open.
        statement: What it says, and where.
        others: Statements on the same matter that say something else.
    """

    head: str
    is_open: bool
    rests_on: str
    needs: str
    statement: Citable
    others: tuple[Citable, ...]


@dataclass(frozen=True, slots=True)
class Unassessed:
    """Something of which nothing could be said: what, and why."""

    what: str
    why: str


def findings_of(view: CourseView, knowledge: Knowledge) -> tuple[Finding, ...]:
    """Return what applies or cannot be assessed, what applies first."""
    found = [*_of_symptoms(view, knowledge), *_of_results(view, knowledge), *_of_interruptions(view, knowledge)]
    return tuple(sorted(found, key=lambda it: it.is_open))


def _of_symptoms(view: CourseView, knowledge: Knowledge) -> Iterator[Finding]:
    for raised in view.triage.urgent:
        symptoms = ", ".join(fact_name(name, knowledge) for name in raised.because)
        head = f"{symptoms or t('diary')}: {raised.urgency.word}" + (
            f" ({raised.rule.drug})" if raised.rule.drug else ""
        )
        needs = ", ".join(fact_name(name, knowledge) for name in raised.waits_for)
        yield _finding(view, raised.rule.statement.id, head, "", needs, is_open=False)


def findings_by_fact(view: CourseView, knowledge: Knowledge) -> dict[str, tuple[Finding, ...]]:
    """Return what sources say of results, by each fact that it rests on; what applies first."""
    listed: dict[str, list[Finding]] = {}
    for facts, finding in _with_facts(view, knowledge):
        for fact in facts:
            listed.setdefault(fact, []).append(finding)
    return {fact: tuple(sorted(found, key=lambda it: it.is_open)) for fact, found in listed.items()}


def _of_results(view: CourseView, knowledge: Knowledge) -> Iterator[Finding]:
    return (finding for _, finding in _with_facts(view, knowledge))


def _with_facts(view: CourseView, knowledge: Knowledge) -> Iterator[tuple[Collection[str], Finding]]:
    for it in view.monitor.responses if view.monitor is not None else ():
        if not it.known and not it.weighs:
            continue
        drug = it.drug or t("the treatment")
        what = HEADLINES.get(it.action, it.do.word)
        head = f"{drug}: {what}" if it.known else f"{drug}: {t('cannot be assessed, could be:')} {it.do.word}"
        needs = ", ".join(fact_name(name, knowledge) for name in it.missing)
        rests_on = evidence_line(it.because[:3], knowledge)
        facts = dict.fromkeys(piece.fact for piece in it.because)
        yield facts, _finding(view, it.statement, head, rests_on, needs, is_open=not it.known)


def _of_interruptions(view: CourseView, knowledge: Knowledge) -> Iterator[Finding]:
    for it in view.overview.interruption:
        if it.status == "does not apply":
            continue
        is_open = it.status != "applies"
        said = it.status if is_open else it.goes_on.replace("_", " ")
        owes = f", {it.owes[0]} to {it.owes[1]} {t('days owed')}" if it.owes else ""
        needs = ", ".join(fact_name(name, knowledge) for name in it.missing)
        yield _finding(
            view, it.statement, f"{t('Interruption')}: {said}{owes} ({it.citation.source})", "", needs, is_open=is_open
        )


def _finding(view: CourseView, statement: str, head: str, rests_on: str, needs: str, *, is_open: bool) -> Finding:
    own = view.citable[statement]
    return Finding(head, is_open, rests_on, needs, own, tuple(view.citable[name] for name in own.conflicts))


def unassessed_of(view: CourseView, knowledge: Knowledge) -> Sequence[Unassessed]:
    """Return what of a course nothing could be said, and why: silence is never an all-clear."""
    monitor = view.monitor
    if monitor is None:
        return (Unassessed(t("everything that belongs to a plan"), t("the log holds no plan")),)
    told = [Unassessed(drug, t("no statement of this knowledge speaks of it")) for drug in monitor.not_covered]
    told += [Unassessed(f"{it.count} x {it.what}", it.why) for it in monitor.not_used]
    for lead in monitor.leads:
        if lead.unmeasured is not None:
            missing = dict.fromkeys(
                fact_name(name, knowledge)
                for it in monitor.responses
                if it.drug == lead.drug and not it.known and not it.weighs
                for name in it.missing
            )
            says = f"{t('no result on file of')} {', '.join(missing)}; {t('could be:')} {lead.unmeasured.word}"
            told.append(Unassessed(lead.drug or t("the treatment"), says))
    told += [
        Unassessed(it.kind, t("an entry of a kind that this version does not know")) for it in view.overview.unknown
    ]
    return told
