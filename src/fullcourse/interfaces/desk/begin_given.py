"""What was given to begin a course: the record as it came or was uploaded, the answers, and what was chosen."""

import uuid
from dataclasses import dataclass
from datetime import date
from typing import Final

from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.api.call import Call
from fullcourse.interfaces.api.problems import Forbidden
from fullcourse.interfaces.desk.begin_answers import PREFIX, given_in, with_answers
from fullcourse.interfaces.desk.posted import Posted, posted
from fullcourse.interfaces.desk.words import t
from fullcourse.interfaces.python.records import read_record
from fullcourse.knowledge.library import Knowledge

__all__ = ["ALONE", "CARRIED", "REGISTER", "Given", "begin_form", "given_of", "read_given", "record_of"]

REGISTER: Final = ("group", "confirmation", "site", "resistance", "hiv", "registered_on")
"""What a register holds of a case, as fields of the form."""

CARRIED: Final = ("record", "answers", "clinic", "zone", "profile", "start", "regimen", "course", "made_of", *REGISTER)
"""What every step of beginning hands on to the next."""

ALONE: Final = "alone"
"""In ``made_of``: forms of one drug, in the place of combinations."""

_RECORD_FILE: Final = "record_file"
_MOST_FIELDS: Final = 200
_LONGEST_RECORD: Final = 16_000_000
"""Bytes of a file. The next page carries it, escaped, and its form sends it back with everything else."""


@dataclass(frozen=True, slots=True)
class Given:
    """What was given so far.

    Attributes:
        record: As it came; empty where what is known was typed.
        answers: In TOML.
        clinic: In which the course begins.
        zone: IANA name.
        profile: Which sources lead.
        start: First day of the plan.
        regimen: That was chosen; empty for the best.
        course: Random id that the course will have.
        made_of: Of which forms doses are made: `ALONE`, or empty for those that lead.
        register: What the register holds, by the names of `REGISTER`; empty where nobody wrote it down.
    """

    record: str
    answers: str
    clinic: str
    zone: str
    profile: str
    start: date
    regimen: str
    course: str
    made_of: str
    register: dict[str, str]

    def fields(self) -> dict[str, str]:
        """Return it as the fields that the next form carries."""
        own = {name: getattr(self, name) for name in CARRIED if name not in REGISTER and name != "start"}
        return {**own, "start": self.start.isoformat(), **self.register}


def begin_form(call: Call, more: tuple[str, ...] = ()) -> Posted:
    """Return the fields of a form of beginning.

    Args:
        call: That brought it.
        more: Fields beyond those that every step hands on.
    """
    answers = (f"{PREFIX}{fact}" for fact in call.service.knowledge.facts)
    return posted(call, (*CARRIED, "told_on", *more, *answers), files=(_RECORD_FILE,), most=_MOST_FIELDS)


def given_of(call: Call, form: Posted) -> Given:
    """Return what a form gives.

    Raises:
        InputError: Something in it cannot be used; the message names the field as the page does.
        Forbidden: The clinic is none of the caller's.
    """
    knowledge = call.service.knowledge
    zone = load_zone(form.needed("zone", t("Time zone")))
    today = zone.local(call.now).date()
    start = parse_day(form.needed("start", t("First day")), t("First day"))
    profile = knowledge.profile(form.needed("profile", t("Sources that lead"))).id
    clinic = form.needed("clinic", t("Clinic"))
    if clinic not in call.caller.clinics:
        raise Forbidden("A course begins in a clinic in which you work. Name one of yours.")
    try:
        course = str(uuid.UUID(form.needed("course", "course"), version=4))
    except ValueError:
        raise InputError("the form names no course. Load its page again.") from None
    told_on = _not_ahead(form.one("told_on"), t("Day of what is typed"), today)
    answers = with_answers(form.secret("answers"), given_in(form, knowledge, told_on))
    made_of = form.one("made_of")
    if made_of not in ("", ALONE):
        raise InputError(t("Handed out as") + ": it is none of the list. Choose one.")
    register = {name: form.one(name) for name in REGISTER}
    if register["registered_on"]:
        _not_ahead(register["registered_on"], t("Day of registration"), today)
    regimen = form.one("regimen")
    return Given(
        record_of(form), answers, clinic, zone.name, profile, start, regimen, course, made_of, register
    )  # fmt: skip


def read_given(given: Given, knowledge: Knowledge) -> Record:
    """Return the record with the answers, as of the first day; without a record, the answers alone."""
    if not given.record and not given.answers.strip():
        raise InputError("nothing is known of the person yet. Upload or paste a record, or type what is known.")
    answers = given.answers.encode() if given.answers.strip() else None
    record = (given.record or given.answers).encode()
    return read_record(record, answers if given.record else None, given.start, knowledge)


def _not_ahead(text: str, label: str, today: date) -> date:
    """Return a day that somebody typed, today where nothing was; raises InputError for one that lies ahead."""
    day = parse_day(text, label) if text else today
    if day > today:
        raise InputError(f"{label}: {day.isoformat()} lies ahead, and nothing was known or done then. Correct it.")
    return day


def record_of(form: Posted) -> str:
    """Return the record that was uploaded, or else the one that was pasted.

    Raises:
        InputError: Both were given, or the file is no text, is empty or is too long.
    """
    pasted, uploaded = form.secret("record").strip(), form.file(_RECORD_FILE)
    if uploaded is None:
        return pasted
    if pasted:
        raise InputError("a file was chosen, and a record stands in the field too: only one can be meant. Empty one.")
    if len(uploaded) > _LONGEST_RECORD:
        most = _LONGEST_RECORD // 1_000_000
        raise InputError(f"the file is longer than {most} MB, and no record of one person is. Export one person alone.")
    if why := _no_record(uploaded):
        raise InputError(f"the file is {why}")
    return uploaded.decode("utf-8-sig").strip()


_NO_TEXT: Final = (
    (b"%PDF", "a PDF. Export the record as FHIR JSON, and choose that file."),
    (b"PK\x03\x04", "a zip file or an office document. Unpack it, and choose the record in it."),
    (b"\x1f\x8b", "packed with gzip. Unpack it, and choose the record in it."),
    (b"\x89PNG", "a picture. Choose the record itself."),
    (b"\xff\xd8\xff", "a picture. Choose the record itself."),
)
"""How files begin that are often chosen in the place of a record."""


def _no_record(content: bytes) -> str:
    """Return what a file is where it cannot be a record; empty where it can."""
    if not content.strip():
        return "empty. Choose the file that holds the record."
    known = next((says for begins, says in _NO_TEXT if content.startswith(begins)), "")
    if known:
        return known
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return "no text in UTF-8. Export the record as FHIR JSON or NDJSON, or write it as TOML."
    if "\0" in text:
        return "no text. Export the record as FHIR JSON or NDJSON, or write it as TOML."
    if text.lstrip().startswith("<"):
        return "XML or a web page, which is not read here. Export the record as FHIR JSON or NDJSON."
    return ""
