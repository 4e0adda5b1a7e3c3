"""Make the elements of the patient (D) and of tests (F.r) from a report."""

from fullcourse.adapters.e2b.mapping.values import Draft, hl7_date, joined, number, put, qualified, ucum
from fullcourse.adapters.e2b.sections import Null, Section, Value
from fullcourse.adapters.e2b.table import elements
from fullcourse.pharmacovigilance.case_report import AdverseEventReport
from fullcourse.pharmacovigilance.patient import AGE_GROUPS, HistoryEntry, Measured, ReportedPatient, ReportedTest
from fullcourse.pharmacovigilance.reported_drug import ReportedDrug

__all__ = ["add_patient"]

_SEXES = {"male": "1", "female": "2"}


def add_patient(report: AdverseEventReport, message: Section, is_fda: bool, draft: Draft) -> None:
    """Add patient, history, past drugs, death and tests.

    Args:
        report: The draft of the report.
        message: Takes the elements.
        is_fda: Whether FDA's own elements are added.
        draft: Takes what E2B has no element for.
    """
    patient = report.patient
    put(
        message,
        {
            "D.1": _identification(report),
            "D.1.1.3": patient.record_number,
            "D.2.1": hl7_date(patient.birth_date),
            **_measured(patient.age, "D.2.2a", "D.2.2b", "the age", draft),
            **_measured(patient.gestation, "D.2.2.1a", "D.2.2.1b", "the time of pregnancy", draft),
            "D.2.3": str(AGE_GROUPS.index(patient.age_group)) if patient.age_group else None,
            **_measured(patient.weight, "D.3", "", "the weight", draft),
            **_measured(patient.height, "D.4", "", "the height", draft),
            "D.5": _SEXES.get(patient.sex),
            "D.6": hl7_date(patient.last_menstrual_period),
        },
    )
    _whole_centimetres(message, draft)
    if patient.pregnant is not None:
        draft.left_out.append(
            f"{'pregnant' if patient.pregnant else 'not pregnant'} at the onset: say it in the narrative"
        )
    _history(patient, message)
    for drug in report.earlier_drugs:
        _earlier(drug, message)
    _death(patient, message)
    if is_fda:
        _race(patient, message, draft)
    for test in patient.tests:
        _test(test, message, draft)


def _identification(report: AdverseEventReport) -> Value:
    """Return initials; else that the sender knows who it is and does not say, or that nobody knows (I-1428)."""
    if report.patient.initials:
        return report.patient.initials
    is_known = bool(report.patient.record_number) or bool({"record", "course"} & set(report.sources))
    return Null("MSK" if is_known else "UNK")


def _measured(measured: Measured | None, element: str, unit: str, what: str, draft: Draft) -> dict[str, Value | None]:
    if measured is None:
        return {}
    if not measured.value.is_exact:
        draft.left_out.append(f"{what}, which is known as {measured.value} {measured.unit} and not as one number")
        return {}
    return {element: number(measured.value.low), **({unit: measured.unit} if unit else {})}


def _whole_centimetres(message: Section, draft: Draft) -> None:
    height = message.given("D.4")
    if height is not None and "." in height:
        message.values["D.4"] = f"{float(height):.0f}"
        draft.left_out.append(f"the height to the millimetre ({height} cm): D.4 has whole centimetres")


def _history(patient: ReportedPatient, message: Section) -> None:
    coded = [entry for entry in patient.history if entry.meddra and entry.meddra.llt_code]
    for entry in coded:
        put(
            message.add("D.7.1.r"),
            {
                "D.7.1.r.1a": entry.meddra.version if entry.meddra else None,
                "D.7.1.r.1b": entry.meddra.llt_code if entry.meddra else None,
                "D.7.1.r.2": hl7_date(entry.since),
                "D.7.1.r.3": None if entry.continuing is None else str(entry.continuing).lower(),
                "D.7.1.r.4": hl7_date(entry.until),
                "D.7.1.r.5": joined([entry.words, entry.comment]),
            },
        )
    words = joined([patient.history_text, *(_in_words(entry) for entry in patient.history if entry not in coded)])
    if words:
        message.values["D.7.2"] = words
    elif patient.no_history:
        message.values["D.7.2"] = "None"
    elif not coded:
        message.values["D.7.2"] = Null("UNK")


def _in_words(entry: HistoryEntry) -> str:
    times = [f"since {entry.since.text}" if entry.since else "", f"until {entry.until.text}" if entry.until else ""]
    going = {True: "continuing", False: "over"}.get(entry.continuing, "") if entry.continuing is not None else ""
    return "; ".join(part for part in (entry.words, *times, going, entry.comment) if part)


def _earlier(drug: ReportedDrug, message: Section) -> None:
    term = drug.indication_meddra
    put(
        message.add("D.8.r"),
        {
            "D.8.r.1": drug.name,
            "D.8.r.4": hl7_date(drug.first_dose or next((it.start for it in drug.dosages if it.start), None)),
            "D.8.r.5": hl7_date(drug.last_dose or next((it.end for it in reversed(drug.dosages) if it.end), None)),
            "D.8.r.6a": term.version if term else None,
            "D.8.r.6b": term.llt_code if term else None,
        },
    )


def _death(patient: ReportedPatient, message: Section) -> None:
    death = patient.death
    if death is None:
        return
    died = hl7_date(death.on)
    autopsy = None if death.autopsy is None else str(death.autopsy).lower()
    put(message, {"D.9.1": died, "D.9.3": autopsy or (Null("UNK") if died else None)})
    for cause in death.causes:
        message.add("D.9.2.r", {"D.9.2.r.2": cause})
    for cause in death.autopsy_causes:
        message.add("D.9.4.r", {"D.9.4.r.2": cause})


def _race(patient: ReportedPatient, message: Section, draft: Draft) -> None:
    races = {meaning.lower(): code for code, meaning in elements()["FDA.D.11.r.1"].codes}
    for words in patient.race:
        code = races.get(words.lower().strip()) or races.get(words.lower().strip().replace("black or ", ""))
        message.add("FDA.D.11.r", {"FDA.D.11.r.1": code or Null("OTH")})
        if code is None:
            draft.left_out.append(f"race '{words}', which is no word of FDA's list ({', '.join(races)})")
    if not patient.race:
        message.add("FDA.D.11.r", {"FDA.D.11.r.1": Null("UNK")})
    words = patient.ethnicity.lower().replace("non-", "not ").replace("non ", "not ").replace("/", " or ")
    ethnicity = {"hispanic or latino": "C17459", "not hispanic or latino": "C41222"}.get(" ".join(words.split()))
    message.values["FDA.D.12"] = ethnicity or Null("NI" if patient.ethnicity else "UNK")
    if patient.ethnicity and not ethnicity:
        draft.left_out.append(f"ethnicity '{patient.ethnicity}', which is no word of FDA's list")


def _test(test: ReportedTest, message: Section, draft: Draft) -> None:
    value = qualified(test.value) if test.value is not None else None
    words = test.words
    if test.value is not None and value is None:
        words = joined([f"{test.value} {test.unit}".strip(), words])
    section = put(
        message.add("F.r"),
        {
            "F.r.1": hl7_date(test.on) or Null("UNK"),
            "F.r.2.1": test.name,
            "F.r.3.2": value,
            "F.r.3.3": ucum(test.unit) if value is not None else None,
            "F.r.3.4": words,
            "F.r.6": test.comment,
        },
    )
    for element, limit in (("F.r.4", test.low), ("F.r.5", test.high)):
        if _is_number(limit):
            put(section, {element: limit, f"{element}@unit": ucum(test.unit)})
        elif limit:
            draft.left_out.append(f"the laboratory's limit '{limit}' of {test.name}, which is no number")


def _is_number(text: str) -> bool:
    return text.replace(".", "", 1).removeprefix("-").isdigit()
