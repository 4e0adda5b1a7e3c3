"""A report of an adverse event in words, for the screen, for the form of a regulator and for FHIR alike.

What nobody said is said to be not known. A date stays as exact as it was written.
"""

from collections.abc import Iterator

from fullcourse.clinical.moment import Moment
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement, Tells
from fullcourse.pharmacovigilance.case_report import AdverseEventReport
from fullcourse.pharmacovigilance.causality import DrugReactionFacts
from fullcourse.pharmacovigilance.lacking import is_of_reports
from fullcourse.pharmacovigilance.patient import Measured, ReportedPatient, ReportedTest
from fullcourse.pharmacovigilance.reaction import MeddraTerm, Seriousness
from fullcourse.pharmacovigilance.reported_drug import Dosage, ReportedDrug
from fullcourse.pharmacovigilance.timing import said_when

__all__ = [
    "CRITERIA",
    "NOT_KNOWN",
    "TO_NATIONAL_CENTRE",
    "bases",
    "days_words",
    "dosage_words",
    "drug_heading",
    "facts_words",
    "history_words",
    "measured_words",
    "period_words",
    "result_words",
    "seriousness_words",
    "term_words",
    "when",
    "where_to_report",
    "yes_no",
]

NOT_KNOWN = "not known"
TO_NATIONAL_CENTRE = (
    "Report it to your national pharmacovigilance centre; your TB programme knows how. No number is given here: none "
    "is sourced for this country."
)
CRITERIA = {
    "death": "death",
    "life_threatening": "life-threatening",
    "hospitalisation": "hospitalisation",
    "disability": "disability or permanent damage",
    "congenital_anomaly": "congenital anomaly",
    "other_important": "other medically important",
    "required_intervention": "required intervention",
}
"""The criteria of seriousness in words, by their names."""

_UNITS = {"a": ("year", "years"), "mo": ("month", "months"), "wk": ("week", "weeks"), "d": ("day", "days")}
_INTERVALS = {
    "min": "minutes", "h": "hours", "d": "days", "wk": "weeks", "mo": "months", "a": "years",
    "{asnecessary}": "as needed", "{cyclical}": "in cycles", "{total}": "in all",
}  # fmt: skip


def when(moment: Moment | None) -> str:
    """Return a date as exact as it was written; not known where nobody said."""
    return NOT_KNOWN if moment is None else said_when(moment)


def yes_no(answer: bool | None) -> str:
    """Return an answer in words; what nobody said is not known, and never no."""
    return NOT_KNOWN if answer is None else "yes" if answer else "no"


def measured_words(measured: Measured | None) -> str:
    """Return a number of the patient with its unit, its day and where it comes from."""
    if measured is None:
        return NOT_KNOWN
    words = _UNITS.get(measured.unit)
    one = measured.value.is_exact and measured.value.low == 1.0
    unit = (words[0] if one else words[1]) if words else measured.unit
    on = f", {when(measured.on)}" if measured.on and not words else ""
    return f"{measured.value} {unit} [{measured.origin}{on}]"


def period_words(first: Moment | None, last: Moment | None, *, goes_on: bool | None = None) -> str:
    """Return from when to when."""
    begin = when(first)
    end = when(last) if last else "goes on" if goes_on else NOT_KNOWN
    return f"{begin} to {end}"


def dosage_words(dosage: Dosage) -> str:
    """Return one way in which a drug was taken."""
    parts = []
    if dosage.amount is not None:
        every = ""
        if dosage.interval:
            unit = _INTERVALS[dosage.interval]
            one = dosage.every == 1.0 and unit.endswith("s")
            number = "" if dosage.every is None or one else f"{dosage.every:g} "
            every = f" {unit}" if dosage.interval.startswith("{") else f" every {number}{unit[:-1] if one else unit}"
        parts.append(f"{dosage.amount:g} {dosage.unit.replace('{DF}', 'pieces')}{every}")
    parts += [it for it in (dosage.text, dosage.form, dosage.route) if it]
    if dosage.batch:
        parts.append(f"lot {dosage.batch}")
    if dosage.expires:
        parts.append(f"expires {when(dosage.expires)}")
    parts.append(period_words(dosage.start, dosage.end, goes_on=dosage.goes_on))
    return "; ".join(parts)


def result_words(test: ReportedTest) -> str:
    """Return a result with its day and range."""
    value = test.words or f"{test.value} {test.unit}".strip()
    span = f" (normal {test.low or '?'} to {test.high or '?'})" if test.low or test.high else ""
    on = when(test.on) if test.on else "undated"
    return f"{test.name} {value}{span}, {on} [{test.origin}]"


def history_words(patient: ReportedPatient) -> str:
    """Return the relevant history; an empty one says that nobody gave one."""
    if patient.no_history:
        return "none that matters, as the reporter says"
    entries = []
    for it in patient.history:
        since = f", {period_words(it.since, it.until, goes_on=it.continuing)}" if it.since or it.until else ""
        comment = f" ({it.comment})" if it.comment else ""
        entries.append(f"{it.words}{since}{comment} [{it.origin}]")
    words = "; ".join((*([patient.history_text] if patient.history_text else []), *entries))
    return words or "nobody gave any, which is not the same as none"


def term_words(term: MeddraTerm | None) -> str:
    """Return a term of MedDRA, or that it is still to be chosen."""
    if term is None:
        return "not coded: choose the term in your own licensed MedDRA"
    llt, pt = (" ".join(filter(None, pair)) for pair in ((term.llt_code, term.llt), (term.pt_code, term.pt)))
    return f"{term.version}: " + "; ".join(filter(None, (f"LLT {llt}" if llt else "", f"PT {pt}" if pt else "")))


def seriousness_words(seriousness: Seriousness) -> str:
    """Return what was said of each criterion: yes first, then no, then what nobody said."""
    said: dict[bool | None, list[str]] = {True: [], False: [], None: []}
    for name, answer in seriousness.answers():
        if name != "required_intervention" or answer is not None:
            said[answer].append(CRITERIA[name])
    words = {True: "yes", False: "no", None: NOT_KNOWN}
    return "; ".join(f"{words[answer]}: {', '.join(names)}" for answer, names in said.items() if names)


def days_words(days: Interval | None) -> str:
    """Return days between two moments; below 0 the second came first."""
    if days is None:
        return NOT_KNOWN
    if days.high < 0:
        return f"{Interval(-days.high, -days.low)} days BEFORE it"
    return f"{days} day{'' if days == Interval(1.0, 1.0) else 's'}"


def facts_words(facts: DrugReactionFacts, report: AdverseEventReport) -> Iterator[tuple[str, str]]:
    """Yield what bears on one drug and one reaction, each with its heading."""
    drug = report.drugs[facts.drug]
    yield "onset after the first dose", days_words(facts.days_from_first_dose)
    yield "onset after the last dose before it", days_words(facts.days_from_last_dose)
    if facts.change:
        yield "onset after the last change of dose", f"{days_words(facts.days_from_dose_change)} ({facts.change})"
    action = drug.action.value if drug.action else NOT_KNOWN
    on = f", {when(drug.action_on)}" if drug.action_on else ""
    yield "action taken", f"{action}{on}"
    if facts.dechallenge:
        yield "improved after it (dechallenge)", yes_no(facts.challenge.improved)
    elif facts.dechallenge is False:
        yield "improved after it (dechallenge)", "does not apply: the drug was not stopped or reduced"
    else:
        yield "improved after it (dechallenge)", f"{NOT_KNOWN}: nobody said what was done with the drug"
    again = facts.challenge.rechallenge
    yield "given again (rechallenge)", again.value if again else NOT_KNOWN
    yield "known for it, by the sources here", _known_words(facts)
    others = dict.fromkeys(f"{it.what} ({it.known.statement})" if it.known else it.what for it in facts.other_causes)
    yield "others in the report known for it", ", ".join(others) or _none(facts, "none found")
    if facts.not_looked_up:
        yield "others in the report, not looked up", ", ".join(facts.not_looked_up)


def _known_words(facts: DrugReactionFacts) -> str:
    named = [f"{it.statement}: {it.says} [{it.citation.title}, tier {it.citation.tier}]" for it in facts.known]
    return " ".join(named) or _none(facts, "no statement found, which clears nothing")


def _none(facts: DrugReactionFacts, otherwise: str) -> str:
    return (
        otherwise if facts.is_looked_up else "not looked up: the drug or the words of the reaction are not known here"
    )


def drug_heading(drug: ReportedDrug) -> str:
    """Return the name of a drug with its role."""
    return f"{drug.name} ({drug.role.value if drug.role else 'role not stated'})"


def where_to_report(knowledge: Knowledge, country: str) -> tuple[str, tuple[Statement, ...]]:
    """Return who is told, with a number only where a source gives one for the country, and the statements.

    Args:
        knowledge: Holds the numbers of each country.
        country: Two letters in capitals; empty for none.
    """
    stated = tuple(it for it in _told(knowledge, f"reporting, {country}"))
    return (" ".join(it.says for it in stated) or TO_NATIONAL_CENTRE), stated


def bases(knowledge: Knowledge) -> tuple[Statement, ...]:
    """Return the statements by which a report is judged valid, serious and complete."""
    return tuple(it for it in knowledge.statements.values() if is_of_reports(it))


def _told(knowledge: Knowledge, topic: str) -> Iterator[Statement]:
    for statement in knowledge.statements.values():
        if isinstance(statement.body, Tells) and statement.body.topic == topic:
            yield statement
