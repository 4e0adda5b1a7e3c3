"""The report of an adverse event as text: whether it can be sent first, then what lacks, then the facts."""

import textwrap
from collections.abc import Iterable, Sequence
from typing import Final

from fullcourse.adapters.documents.medwatch import form_3500
from fullcourse.adapters.documents.report_words import (
    bases,
    dosage_words,
    drug_heading,
    facts_words,
    history_words,
    measured_words,
    period_words,
    result_words,
    seriousness_words,
    term_words,
    where_to_report,
    yes_no,
)
from fullcourse.clinical.answer_head import CONTENT_NOTICE, AnswerHead
from fullcourse.interfaces.cli.echo import echo
from fullcourse.journey.report import AdverseEventReport, Lack, Need
from fullcourse.knowledge.library import Knowledge

__all__ = ["first_line", "form_leads", "print_form", "print_report"]

_WIDTH: Final = 80
_INDENT: Final = "  "
_NEVER_SENT: Final = "A draft. Nothing was sent: a person checks it and sends it."
_JUDGING: Final = 4
"""How many of the statements say what is valid, complete and serious; the others say more of reporting."""
_FORM_OF: Final = "US"
_MOST: Final = 12
"""Most lines of what lacks that are printed; JSON holds all."""


def first_line(report: AdverseEventReport) -> str:
    """Return whether a report is valid, serious and complete, and what lacks."""
    valid = [lack for lack in report.lacks if lack.need is Need.VALID_CASE]
    open_ = [lack for lack in report.lacks if lack.need is Need.COMPLETE]
    words = [f"NOT A VALID CASE YET, {len(valid)} of 4 lack" if valid else "VALID CASE"]
    words.append({True: "SERIOUS", False: "NOT SERIOUS", None: "SERIOUSNESS NOT KNOWN"}[report.is_serious])
    words.append(f"INCOMPLETE, {len(open_)} lack" if valid or open_ else "COMPLETE")
    return " · ".join(words)


def print_report(report: AdverseEventReport, knowledge: Knowledge, country: str) -> None:
    """Print a report."""
    echo(first_line(report), bold=True)
    _lines(_NEVER_SENT)
    _lacks(report)
    if report.conflicts:
        _heading("The input and the file differ: settle these")
        for it in report.conflicts:
            _lines(f"- {it.what}: the report says {it.given}; on file {it.on_file} [{it.origin}]")
    _reactions(report)
    _patient(report)
    _drugs(report)
    _bearing(report)
    _rest(report)
    _whom(knowledge, country)
    _foot(knowledge)


def print_form(report: AdverseEventReport, knowledge: Knowledge, country: str) -> None:
    """Print the fields of form FDA 3500, each to be copied into its box."""
    echo("Fields of form FDA 3500, to be copied", bold=True)
    for line in form_leads(report, knowledge, country):
        _lines(line)
    for section in form_3500(report):
        _heading(f"{section.letter}. {section.title}")
        for it in section.fields:
            _lines(f"{it.number:4} {it.label}: {it.value}", hang=7)
            if it.note:
                _lines(f"     {it.note}", hang=7)
    _foot(knowledge)


def form_leads(report: AdverseEventReport, knowledge: Knowledge, country: str) -> tuple[str, ...]:
    """Return what stands above the fields of the form: what the page is, what lacks, whom it is told to."""
    lead = [f"{first_line(report)}.", _NEVER_SENT]
    if country != _FORM_OF:
        lead.append("This form is the FDA's, for the United States; elsewhere the national centre has its own.")
    lead.append(where_to_report(knowledge, country)[0])
    if report.conflicts:
        differing = ", ".join(it.what for it in report.conflicts)
        lead.append(f"The input and the file differ; settle first: {differing}.")
    if any(it.key.endswith("meddra_llt_code") for it in report.lacks):
        lead.append("Incomplete without terms of MedDRA, which are yours to choose; this form can go without them.")
    return tuple(lead)


def _lacks(report: AdverseEventReport) -> None:
    headings = {
        Need.VALID_CASE: "Lacks for a valid case",
        Need.COMPLETE: "Lacks for a complete report",
        Need.CLINICIAN: "Left to a clinician",
    }
    for need, heading in headings.items():
        lacking = [lack for lack in report.lacks if lack.need is need]
        if not lacking:
            continue
        _heading(f"{heading} ({len(lacking)})")
        _listed(lacking)


def _listed(lacking: Sequence[Lack]) -> None:
    for lack in lacking[:_MOST]:
        _lines(f"- {lack.what}  → {lack.key}")
    if len(lacking) > _MOST:
        _lines(f"and {len(lacking) - _MOST} more; --format json has them all.")


def _reactions(report: AdverseEventReport) -> None:
    for number, it in enumerate(report.reactions, 1):
        _heading(f"Reaction {number}: {it.words}")
        said = f" ({it.translation})" if it.translation else ""
        _lines(f"from {period_words(it.start, it.end)}{said}")
        _lines(f"outcome: {it.outcome.value if it.outcome else 'not known'}")
        _lines(f"serious: {seriousness_words(it.seriousness)}")
        _lines(f"MedDRA: {term_words(it.meddra)}")


def _patient(report: AdverseEventReport) -> None:
    patient = report.patient
    _heading("Patient")
    sex = f"{patient.sex} [{patient.sex_origin}]" if patient.sex else "not known"
    group = f" ({patient.age_group})" if patient.age_group else ""
    _lines(f"age at onset: {measured_words(patient.age)}{group}; sex: {sex}")
    _lines(f"weight: {measured_words(patient.weight)}; height: {measured_words(patient.height)}")
    if patient.pregnant is not None:
        _lines(f"pregnant: {yes_no(patient.pregnant)}")
    if patient.death is not None:
        on = patient.death.on.text if patient.death.on else "day not known"
        causes = ", ".join(patient.death.causes) or "cause not known"
        _lines(f"died: {on}; {causes}; autopsy: {yes_no(patient.death.autopsy)}")
    _lines(f"history: {history_words(patient)}")
    _many("tests", [result_words(it) for it in patient.tests])


def _drugs(report: AdverseEventReport) -> None:
    for drug in (*report.suspects, *report.others):
        _heading(f"Drug: {drug_heading(drug)}")
        for dosage in drug.dosages:
            _lines(f"- {dosage_words(dosage)} [{dosage.origin}]")
        if not drug.dosages:
            _lines("dose and dates: not known")
        if drug.indication:
            _lines(f"for: {drug.indication}")
        if drug.first_dose or drug.last_dose:
            _lines(f"first and last dose known: {period_words(drug.first_dose, drug.last_dose)}")
        if drug.cumulative_mg is not None:
            least = "at least " if drug.cumulative_is_least else ""
            _lines(f"taken before the onset: {least}{drug.cumulative_mg:g} mg")
        if drug.comment:
            _lines(drug.comment)
    if report.earlier_drugs:
        _lines(f"Over before the onset: {', '.join(it.name for it in report.earlier_drugs)}.")
    if report.later_drugs:
        later = ", ".join(it.name for it in report.later_drugs)
        _lines(f"Begun after the onset, and perhaps treatment of it: {later}.")


def _bearing(report: AdverseEventReport) -> None:
    for facts in report.facts:
        drug, reaction = report.drugs[facts.drug], report.reactions[facts.reaction]
        _heading(f"Did {drug.name} cause '{reaction.words}'? The facts; a clinician judges")
        for heading, words in facts_words(facts, report):
            _lines(f"- {heading}: {words}")
        judged = [it for it in report.assessments if (it.drug, it.reaction) == (facts.drug, facts.reaction)]
        for it in judged:
            _lines(f"- judged by {it.by}, {it.method}: {it.result}", bold=True)


def _rest(report: AdverseEventReport) -> None:
    if report.beside:
        _heading("Told in the log, not in this report")
        _lines(", ".join(report.beside))
    if report.not_read:
        _heading(f"On file, not used ({len(report.not_read)})")
        for line in report.not_read[:_MOST]:
            _lines(f"- {line}")
        if len(report.not_read) > _MOST:
            _lines(f"and {len(report.not_read) - _MOST} more; --format json has them all.")


def _many(heading: str, lines: Sequence[str]) -> None:
    if not lines:
        _lines(f"{heading}: none on file")
        return
    for line in lines[:_MOST]:
        _lines(f"- {line}")
    if len(lines) > _MOST:
        _lines(f"and {len(lines) - _MOST} more {heading}; --format json has them all.")


def _whom(knowledge: Knowledge, country: str) -> None:
    _heading("Whom to tell")
    words, _ = where_to_report(knowledge, country)
    _lines(words)
    _lines("Deadline: not covered. Those that were seen bind companies; ask your programme.")


def _foot(knowledge: Knowledge) -> None:
    cited = [knowledge.citation(it) for it in bases(knowledge)[:_JUDGING]]
    sources = dict.fromkeys(f"{it.title.split(':')[0]}, tier {it.tier}" for it in cited)
    judged = f"Valid, serious and complete by: {'; '.join(sources)}. --format json cites each."
    _paragraphs([judged, AnswerHead(knowledge.digest, CONTENT_NOTICE).foot()])


def _heading(text: str) -> None:
    """Print a heading below an empty line, filled."""
    echo("\n" + textwrap.fill(text, _WIDTH, subsequent_indent=_INDENT), bold=True)


def _paragraphs(texts: Iterable[str]) -> None:
    for text in texts:
        echo("\n" + textwrap.fill(text, _WIDTH))


def _lines(text: str, *, bold: bool = False, hang: int = 4) -> None:
    """Print a line, filled; one that begins with a dash or a box hangs below its beginning."""
    rest = " " * hang if text.startswith("- ") or hang != 4 else "  "
    filled = textwrap.fill(text, _WIDTH, initial_indent="  ", subsequent_indent=rest, drop_whitespace=True)
    echo(filled, bold=bold)
