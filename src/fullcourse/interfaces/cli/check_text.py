"""A check as a busy clinician reads it: verdict, what applies, what to ask, what was not checked, the verdict again.

Nothing dangerous is hidden: what forbids and what is not known is named, or counted with what it is. What is counted
here is listed in full by ``--full`` and ``--format json``, and the questions are put by ``--ask``.
"""

from rich.console import Console
from rich.text import Text

from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.interfaces.cli.finding_text import Detail, print_findings
from fullcourse.interfaces.cli.medicines_text import print_medicines
from fullcourse.interfaces.cli.on_file_text import print_not_checked, print_on_file
from fullcourse.interfaces.cli.terminal import hanging
from fullcourse.interfaces.cli.verdict_text import print_verdict, print_verdict_again
from fullcourse.interfaces.cli.wording import listed
from fullcourse.journey.check import CheckResult
from fullcourse.knowledge.library import Knowledge

__all__ = ["print_brief", "print_check"]


def print_check(result: CheckResult, knowledge: Knowledge, console: Console, *, full: bool = False) -> None:
    """Print a check; in full with every detail."""
    detail = Detail.FULL if full else Detail.LONG if len(result.drugs) == 1 else Detail.SHORT
    print_verdict(result, knowledge, console)
    print_findings(result, knowledge, console, detail)
    print_medicines(result.medicines, result.drugs, console)
    print_on_file(result, console)
    _questions(result, console)
    _not_checked(result, console, full=full)
    _foot(result, console, full=full)
    print_verdict_again(result, knowledge, console)


def print_brief(result: CheckResult, knowledge: Knowledge, console: Console) -> None:
    """Print the verdict alone, with what was not read."""
    print_verdict(result, knowledge, console)


def _questions(result: CheckResult, console: Console) -> None:
    if not result.question_groups:
        return
    count = len({fact for group in result.question_groups for fact in group.facts})
    facts = "1 fact is" if count == 1 else f"{count} facts are"
    says = f"  {facts} not established; an answer can still change the decision"
    console.print(Text("ASK FIRST", "bold").append(says, "not bold"))
    for number, group in enumerate(result.question_groups, 1):
        console.print(hanging(f"  {number}.", Text(group.ask_clinician), 4))


def _not_checked(result: CheckResult, console: Console, *, full: bool) -> None:
    """Print what could not be checked and is not named yet: medicines stand in their list, with their names."""
    named = {(entry.origin, entry.recorded) for entry in result.on_file}
    if not full:
        named |= {(entry.origin, entry.name) for entry in result.medicines if not entry.ingredients}
    print_not_checked([entry for entry in result.not_checked if (entry.origin, entry.text) not in named], console)


def _foot(result: CheckResult, console: Console, *, full: bool) -> None:
    if result.not_used:
        total: dict[str, int] = {}
        for unused in result.not_used:
            total[unused.what] = total.get(unused.what, 0) + unused.count
        counts = [f"{count} {what}" for what, count in sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))]
        console.print(Text(f"Not used: {listed(counts, len(counts) if full else 8)}."))
    for note in result.notes:
        console.print(Text(f"Note: {note}"))
    console.print(Text(AnswerHead(result.knowledge, CONTENT_NOTICE).foot()))
