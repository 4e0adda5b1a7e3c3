"""What a report still lacks: the minimum criteria first, then what every report must hold, then a clinician's word.

What must be held is what ICH E2B(R3) requires of every report (statement ``reporting.required-elements``), beside the
answers that tell how serious it is.
"""

from collections.abc import Iterator

from fullcourse.knowledge.statements import Statement
from fullcourse.pharmacovigilance.case_report import AdverseEventReport, Lack, Need
from fullcourse.pharmacovigilance.minimum_criteria import missing_criteria
from fullcourse.pharmacovigilance.people import Reporter
from fullcourse.pharmacovigilance.reaction import Reaction

__all__ = ["is_of_reports", "lacks_of"]

_OF_REPORTS = "reporting."

_CRITERIA = {
    "death": "E.i.3.2a",
    "life_threatening": "E.i.3.2b",
    "hospitalisation": "E.i.3.2c",
    "disability": "E.i.3.2d",
    "congenital_anomaly": "E.i.3.2e",
    "other_important": "E.i.3.2f",
}


def lacks_of(report: AdverseEventReport) -> tuple[Lack, ...]:
    """Return what a report lacks, what a valid case needs first; `AdverseEventReport.lacks` is not read."""
    return (*missing_criteria(report), *_of_case(report), *_of_reporter(report), *_of_lists(report))


def is_of_reports(statement: Statement) -> bool:
    """Return whether a statement says what a report must hold: it is executed over a report, and read by no rule."""
    return statement.id.startswith(_OF_REPORTS)


def _of_case(report: AdverseEventReport) -> Iterator[Lack]:
    said = (
        (report.id, "the number that the sender gives this case", "[report] id", "C.1.1"),
        (report.kind, "how it came about: spontaneous, study or other", "[report] kind", "C.1.3"),
        (report.first_received, "when the sender first heard of it", "[report] first_received", "C.1.4"),
        (report.most_recent, "when the newest of it became known", "[report] most_recent", "C.1.5"),
        (report.sender.type, "what the sender is", "[sender] type", "C.3.1"),
        (report.narrative.strip(), "the narrative: what happened, in order", "narrative", "H.1"),
    )
    for value, what, key, element in said:
        if value in (None, ""):
            yield Lack(what, key, Need.COMPLETE, element)
    if report.has_documents is None:
        yield Lack("whether the sender holds documents on it", "[report] has_documents", Need.COMPLETE, "C.1.6.1")
    if report.expedited is None:
        what = "whether the local rules ask for it at once"
        yield Lack(what, "[report] expedited", Need.COMPLETE, "C.1.7")


def _of_reporter(report: AdverseEventReport) -> Iterator[Lack]:
    primary = report.reporters[0] if report.reporters else Reporter()
    if primary.qualification is None:
        yield Lack("the reporter's profession", "[reporter] qualification", Need.COMPLETE, "C.2.r.4")
    if not primary.contact.country:
        yield Lack("the reporter's country", "[reporter] country", Need.COMPLETE, "C.2.r.3")


def _of_lists(report: AdverseEventReport) -> Iterator[Lack]:
    for number, reaction in enumerate(report.reactions, 1):
        yield from _of_reaction(reaction, f"[[reaction]] number {number}")
    open_ = [drug.name for drug in report.drugs if drug.role is None]
    if open_:
        what = f"whether these are suspect, interacting or only taken beside: {', '.join(open_)}"
        key = "[[drug]] role of each, or [report] all_other_drugs_concomitant = true"
        yield Lack(what, key, Need.COMPLETE, "G.k.1")
    judged = {(it.drug, it.reaction) for it in report.assessments}
    if report.suspects and any((it.drug, it.reaction) not in judged for it in report.facts):
        what = "a clinician's judgement whether the drug caused it (for example by WHO-UMC)"
        yield Lack(what, "[[assessment]]", Need.CLINICIAN, "G.k.9.i.2.r.3")


def _of_reaction(reaction: Reaction, key: str) -> Iterator[Lack]:
    term = reaction.meddra
    if term is None or not term.version or not term.llt_code:
        what = f"the MedDRA term of '{reaction.words}': version and code of the lowest level term"
        yield Lack(what, f"{key}: meddra_version, meddra_llt_code", Need.COMPLETE, "E.i.2.1b")
    if reaction.outcome is None:
        yield Lack(f"how '{reaction.words}' ended", f"{key}: outcome", Need.COMPLETE, "E.i.7")
    open_ = [name for name, answer in reaction.seriousness.answers() if answer is None and name in _CRITERIA]
    if open_:
        words = ", ".join(name.replace("_", " ") for name in open_)
        what = f"how serious '{reaction.words}' was: nobody said yes or no to {words}"
        yield Lack(what, f"{key}: {', '.join(open_)}", Need.COMPLETE, _CRITERIA[open_[0]])
