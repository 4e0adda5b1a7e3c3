"""A plan on one screen: what it is, what to give, what to watch, what is open, and what stands behind it.

Everything that is counted or left out here is in the answers of ``regimen``, ``dose`` and ``check``, and in JSON.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from fullcourse.adapters.documents.dose_words import length_words, step_words
from fullcourse.adapters.published.regimen import PROPOSAL
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.clinical.finding import Decision, Severity
from fullcourse.clinical.on_file import OnFile
from fullcourse.clinical.patient import Unrecognised
from fullcourse.interfaces.cli.on_file_text import print_entries
from fullcourse.interfaces.cli.terminal import gives_whole_lines, hanging
from fullcourse.interfaces.cli.verdict_text import DECISIONS, headline
from fullcourse.interfaces.cli.wording import leading, listed, sentence
from fullcourse.journey.dose import DoseAnswer, DoseStatus, PlannedStep
from fullcourse.journey.plan import PlanAnswer, PlannedTest, PlanStatus
from fullcourse.journey.regimen import Composed, DatedPhase, RegimenStatus
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.regimens import PATHS

__all__ = ["print_plan"]

_STATUSES: Final = {
    PlanStatus.PROPOSED: ("● PLAN PROPOSED", "clear"),
    PlanStatus.INCOMPLETE: ("? INCOMPLETE", "unsettled"),
    PlanStatus.CANNOT_ASSESS: ("? NOT A PLAN YET", "unsettled"),
    PlanStatus.INELIGIBLE: ("✖ NOT FOR THIS PATIENT", "forbids"),
    PlanStatus.NO_REGIMEN: ("✖ NO REGIMEN OF THIS PROFILE CAN BE PROPOSED", "forbids"),
}
_MOST_QUESTIONS: Final = 5
_MOST_REASONS: Final = 3
_MOST_OTHERS: Final = 3
_MOST_RESULTS: Final = 6
_MOST_ENTRIES: Final = 3


def print_plan(answer: PlanAnswer, knowledge: Knowledge, console: Console) -> None:
    """Print a plan."""
    composition, regimen = answer.composition, answer.regimen
    words, style = _STATUSES[answer.status]
    name = regimen.name if regimen is not None else "PLAN"
    console.print(Text(f"\n{name}", "bold").append("  ").append(f" {words} ", style))
    of = f"{composition.at.isoformat()}, {leading(composition.profile)}"
    console.print(hanging("", Text(f"{of}: {PROPOSAL}", "quiet"), 1))
    if composition.current:
        says = f"It takes the place of what is on record: {', '.join(composition.current)}."
        console.print(hanging("", Text(says), 1))
    _out(answer, console)
    if regimen is None:
        console.print(
            hanging("  !", Text("Ask a specialist. `fullcourse regimen` says why each regimen is out.", "bold"), 3)
        )
    else:
        _regimen(regimen, answer, knowledge, console)
    _others(answer, console)
    _results(answer, knowledge, console)
    _questions(answer, console)
    unused = _unused(answer)
    if unused:
        print_entries(unused, _MOST_ENTRIES, "`fullcourse regimen` and `fullcourse dose` name each", console)
    _not_checked(composition.not_checked, console)
    console.print(Text(AnswerHead(composition.knowledge, CONTENT_NOTICE).foot(), "quiet"))
    _again(answer, knowledge, console)


def _again(answer: PlanAnswer, knowledge: Knowledge, console: Console) -> None:
    """Print once more what the plan is, and what the checks of its drugs decide."""
    words, style = _STATUSES[answer.status]
    by_decision: dict[Decision, list[str]] = {}
    for dose in answer.doses:
        by_decision.setdefault(dose.decision, []).append(knowledge.drugs[dose.drug].label)
    of_drugs = [f"{DECISIONS[it][0]} {', '.join(by_decision[it])}" for it in DECISIONS if it in by_decision]
    line = (
        Text(answer.regimen.name if answer.regimen is not None else "PLAN", "bold")
        .append(" ")
        .append(f" {words} ", style)
    )
    console.print(hanging("AGAIN", line.append(f" {' · '.join(of_drugs)}" if of_drugs else "", "not bold"), 5))


def _unused(answer: PlanAnswer) -> list[OnFile]:
    """Return what is on file and was not used, once each: first what a dose waits for."""
    entries: dict[tuple[str, str], OnFile] = {}
    for entry in (*answer.composition.on_file, *(it for dose in answer.doses for it in dose.on_file)):
        entries.setdefault((entry.origin, entry.why), entry)
    needed = {fact for dose in answer.doses for fact, _ in dose.dosed.missing}
    return sorted(entries.values(), key=lambda entry: needed.isdisjoint(entry.facts))


def _not_checked(entries: Sequence[Unrecognised], console: Console) -> None:
    """Say what was not checked, by name and reason, and what would settle it."""
    by_text: dict[str, str] = {}
    for entry in entries:
        by_text.setdefault(f"{entry.kind} “{entry.text}”", entry.why)
    if not by_text:
        return
    console.print(Text("NOT CHECKED", "warning"))
    for text, why in list(by_text.items())[:_MOST_ENTRIES]:
        console.print(hanging("  ·", Text(f"{text}: {why}."), 3))
    more = f"and {len(by_text) - _MOST_ENTRIES} more. " if len(by_text) > _MOST_ENTRIES else ""
    console.print(hanging("", Text(f"{more}Say in --answers what each is, or that it is not taken.", "quiet"), 3))


def _out(answer: PlanAnswer, console: Console) -> None:
    """Say what keeps most of the first-line regimens out, where the plan is another, or none."""
    first_line = [it for it in answer.composition.regimens if it.leads and it.path == PATHS[0]]
    possible = any(it.status is not RegimenStatus.INELIGIBLE for it in first_line)
    if possible or not first_line or (answer.regimen is not None and answer.regimen.path == PATHS[0]):
        return
    by_reason: dict[str, int] = {}
    for composed in first_line:
        against = [it.reads for it in composed.reasons if it.counts_as is False]
        against += [sentence(it.says) for it in composed.objections if it.fits is False]
        for reason in dict.fromkeys(against):
            by_reason[reason] = by_reason.get(reason, 0) + 1
    for reason, count in sorted(by_reason.items(), key=lambda it: -it[1])[:1]:
        of = "" if count == len(first_line) else f" ({count} of {len(first_line)})"
        console.print(hanging("  ·", Text(f"First-line regimens are out{of}: {reason}"), 3))


def _regimen(regimen: Composed, answer: PlanAnswer, knowledge: Knowledge, console: Console) -> None:
    for phase in regimen.phases:
        console.print(hanging("   ", _phase(phase), 3))
    against = [reason.says for reason in regimen.reasons if reason.counts_as is False]
    against += [it.says for it in regimen.objections if it.fits is False]
    for says in against:
        console.print(hanging("  ✖", Text(says, "grave"), 3))
    waiting = [reason.says for reason in regimen.reasons if reason.counts_as is None]
    for says in waiting[:_MOST_REASONS]:
        console.print(hanging("  ?", Text(f"Only if: {says}", "notice"), 3))
    if waiting[_MOST_REASONS:]:
        says = f"and {len(waiting) - _MOST_REASONS} criteria more are open; `fullcourse regimen` has them all"
        console.print(hanging("", Text(says, "quiet"), 3))
    if answer.status is PlanStatus.INELIGIBLE and not any(it.reasons for it in answer.doses):
        return
    _doses(answer, knowledge, console)
    _watch(answer.tests, console)
    _added(answer.doses, console)


def _phase(phase: DatedPhase) -> Text:
    text = Text(f"{phase.name}: {phase.length}", "bold")
    if phase.starts is not None and phase.ends is not None:
        text.append(f", {phase.starts.isoformat()} to {phase.ends.isoformat()}", "not bold")
    if phase.doses_required is not None:
        text.append(f", {phase.doses_required} doses", "not bold")
    if phase.complete_by is not None:
        text.append(f", complete by {phase.complete_by.isoformat()}", "not bold")
    return text


def _doses(answer: PlanAnswer, knowledge: Knowledge, console: Console) -> None:
    is_plan = answer.status is PlanStatus.PROPOSED
    title = "GIVE" if is_plan else "Worked out so far; not to be given before the questions below are answered"
    if answer.status is PlanStatus.INELIGIBLE:
        title = "WHY NOT"
    console.print(Text(f"\n{title}", "bold" if is_plan else "warning"))
    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(width=2)
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for names, lines in _rows(answer.doses, knowledge):
        if gives_whole_lines(console):
            for line in lines:
                console.print(Text(f"  {', '.join(names)}: ", "bold").append_text(line))
        else:
            grid.add_row("", Text("\n".join(names), "bold"), Text("\n").join(lines))
    if grid.row_count:
        console.print(grid)
    if answer.at_odds:
        says = f"Do not give these together: a combination holds {', '.join(answer.at_odds)} already."
        console.print(hanging("  ✖", Text(says, "grave"), 3))
    _cautions(answer.doses, console)
    conflicts = [f"{dose.drug} {len(dose.dosed.conflicts)}" for dose in answer.doses if dose.dosed.conflicts]
    if conflicts and answer.status is not PlanStatus.INELIGIBLE:
        says = f"Other sources give another dose: {', '.join(conflicts)}; `fullcourse dose` shows them."
        console.print(hanging("  ·", Text(says, "quiet"), 3))


def _cautions(doses: Sequence[DoseAnswer], console: Console) -> None:
    """Name the cautions that are major, once each with their drugs; of the milder ones how many each drug has."""
    major: dict[str, dict[str, None]] = {}
    milder: dict[str, int] = {}
    for dose in doses:
        for finding in dose.cautions:
            if finding.severity >= Severity.MAJOR:
                major.setdefault(headline(finding), {})[dose.drug] = None
            else:
                milder[dose.drug] = milder.get(dose.drug, 0) + 1
    for says, drugs in major.items():
        console.print(hanging("  ▲", Text(f"{', '.join(drugs)}: {says}", "notice"), 3))
    if milder:
        counted = ", ".join(f"{drug} {count}" for drug, count in milder.items())
        further = "Further cautions that apply" if major else "Cautions that apply"
        console.print(hanging("  ▲", Text(f"{further}: {counted}; `fullcourse check` says which.", "notice"), 3))


def _rows(doses: Sequence[DoseAnswer], knowledge: Knowledge) -> Iterable[tuple[list[str], list[Text]]]:
    """Yield each drug with its lines; drugs that one combination holds stand together, since it is taken once."""
    together: dict[object, tuple[list[str], list[Text]]] = {}
    for dose in doses:
        steps = dose.worked_out
        of_one_product = tuple((it.step, it.phase) for it in steps) if any(it.holds_mg for it in steps) else dose.drug
        names, _ = together.setdefault(of_one_product, ([], _lines(dose, knowledge)))
        names.append(dose.drug)
    for names, lines in together.values():
        yield names, lines


def _lines(dose: DoseAnswer, knowledge: Knowledge) -> list[Text]:
    if dose.status is DoseStatus.CONTRAINDICATED:
        lines = [Text(finding.says, "grave") for finding in dose.reasons[:_MOST_REASONS]]
        if (more := len(dose.reasons) - _MOST_REASONS) > 0:
            lines.append(Text(f"and {more} more that forbid{'s' * (more == 1)} it; `fullcourse check` has them"))
        return lines or [Text("not given", "grave")]
    if not dose.worked_out:
        facts = knowledge.facts
        needs = dict.fromkeys(fact for fact, _ in dose.dosed.missing)
        named = listed([facts[fact].label if fact in facts else fact for fact in needs], _MOST_REASONS)
        says = f"no dose yet: needs {named}" if needs else dose.why
        return [Text(says, "notice")]
    return [_line(planned, dose.worked_out) for planned in dose.worked_out]


def _line(planned: PlannedStep, steps: Sequence[PlannedStep]) -> Text:
    text = Text(f"{length_words(planned, steps)}{step_words(planned)}")
    if planned.waits_for:
        text.append(f"; only once {'; '.join(wait.says for wait in planned.waits_for)}", "notice")
    return text


def _watch(tests: Sequence[PlannedTest], console: Console) -> None:
    certain = [it for it in tests if it.certain]
    if not certain:
        return
    console.print(Text("\nWATCH", "bold"))
    rows: dict[str, list[str]] = {}
    for planned in certain:
        for when in _occasions(planned):
            rows.setdefault(when, []).append(planned.test)
    for when in sorted(rows, key=_by_day):
        console.print(hanging("  ·", Text(f"{when}: ", "bold").append("; ".join(rows[when]), "not bold"), 3))
    perhaps = [it.test for it in tests if not it.certain]
    if perhaps:
        console.print(hanging("  ?", Text(f"perhaps, while facts are open: {'; '.join(perhaps)}", "quiet"), 3))


def _occasions(planned: PlannedTest) -> Iterable[str]:
    if planned.before_start:
        yield "before the first dose"
    if planned.every_days is not None:
        later = f", from day {planned.from_day}" if planned.from_day > 1 else ""
        yield f"every {planned.every_days} days{later}"
    if planned.weeks:
        yield f"week {', '.join(map(str, planned.weeks))}"
    yield from planned.when
    if planned.without_interval:
        yield "regularly (no source says how often)"
    yield from (f"at each {beside}" for beside in planned.visits)


def _by_day(when: str) -> tuple[int, int, str]:
    first, _, rest = when.partition(" ")
    number = rest.split(" ", 1)[0].rstrip(",")
    return {"before": 0, "week": 1, "every": 2}.get(first, 3), int(number) if number.isdigit() else 0, when


def _added(doses: Sequence[DoseAnswer], console: Console) -> None:
    """Say what the prescriber may add; it is never added by itself."""
    names = dict.fromkeys(
        f"{it.name} ({dose.drug})" for dose in doses for it in dose.dosed.supplements if dose.worked_out
    )
    if names:
        says = f"The prescriber may add: {', '.join(names)}; `fullcourse dose` says how much and why."
        console.print(hanging("  ·", Text(says), 3))


def _others(answer: PlanAnswer, console: Console) -> None:
    others = [
        it
        for it in answer.composition.regimens
        if it is not answer.regimen and it.status is not RegimenStatus.INELIGIBLE
    ]
    if others:
        named = [f"{it.name} [{it.id}]" for it in others]
        console.print(Text())
        console.print(Text(f"OTHERWISE: {listed(named, _MOST_OTHERS)}.", "quiet"))


def _results(answer: PlanAnswer, knowledge: Knowledge, console: Console) -> None:
    asked = [knowledge.facts[test.fact].label for test in answer.composition.test_next]
    if asked:
        console.print(Text(f"TEST NEXT: {listed(asked, _MOST_RESULTS)}."))


def _questions(answer: PlanAnswer, console: Console) -> None:
    groups = answer.question_groups if answer.status is not PlanStatus.INELIGIBLE else ()
    if not groups:
        return
    console.print(Text("\nASK FIRST", "bold"))
    for number, group in enumerate(groups[:_MOST_QUESTIONS], 1):
        console.print(hanging(f"  {number}.", Text(group.ask_clinician), 4))
