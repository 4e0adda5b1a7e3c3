"""A check as a busy clinician reads it: the decisions, what applies, what to ask, and what was not checked.

Nothing is hidden: what is counted here is listed in full by ``--format json``, and the questions by ``--ask``.
"""

from rich.console import Console
from rich.text import Text

from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.interfaces.cli.finding_text import hanging, print_findings
from fullcourse.interfaces.cli.medicines_text import print_medicines
from fullcourse.interfaces.cli.on_file_text import print_on_file
from fullcourse.interfaces.cli.wording import listed
from fullcourse.journey.check import CheckResult
from fullcourse.knowledge.library import Knowledge

__all__ = ["print_check"]


def print_check(result: CheckResult, knowledge: Knowledge, console: Console) -> None:
    """Print a check."""
    print_findings(result, knowledge, console)
    print_medicines(result.medicines, result.drugs, console)
    print_on_file(result, console)
    _questions(result, console)
    _not_checked(result, console)
    _foot(result, console)


def _questions(result: CheckResult, console: Console) -> None:
    if not result.question_groups:
        return
    console.print(Text("ASK FIRST", "bold"), Text("(an answer can still change the decision)", "dim"))
    for number, group in enumerate(result.question_groups, 1):
        console.print(hanging(f"  {number}.", Text(group.ask_clinician), 4))
    console.print()


def _not_checked(result: CheckResult, console: Console) -> None:
    named = {(entry.origin, entry.recorded) for entry in result.on_file}
    not_checked = [entry for entry in result.not_checked if (entry.origin, entry.text) not in named]
    for entry in not_checked:
        line = Text("NOT CHECKED ", "bold yellow")
        line.append(f"{entry.kind} “{entry.text}” ({entry.origin}): {entry.why}")
        console.print(line)
    if not_checked:
        console.print()


def _foot(result: CheckResult, console: Console) -> None:
    if result.not_used:
        total: dict[str, int] = {}
        for unused in result.not_used:
            total[unused.what] = total.get(unused.what, 0) + unused.count
        counts = [f"{count} {what}" for what, count in sorted(total.items(), key=lambda pair: (-pair[1], pair[0]))]
        console.print(Text(f"Not used: {listed(counts, 8)}.", "dim"))
    for note in result.notes:
        console.print(Text(f"Note: {note}", "dim"))
    console.print(Text(AnswerHead(result.knowledge, CONTENT_NOTICE).foot(), "dim"))
