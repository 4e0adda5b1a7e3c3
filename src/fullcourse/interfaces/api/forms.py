"""What the addresses of ``/api/v1`` take, one struct each; an unknown field is refused, never passed over.

A record is FHIR R4 as a JSON object (a Bundle, or one resource), or a text in the TOML of Fullcourse. It is kept as it
came, and read by the strict reader of records alone. No field names a file of the server.
"""

from datetime import date
from typing import Annotated, Final, Literal

import msgspec
from msgspec import UNSET, Meta, UnsetType

from fullcourse.interfaces.api.problems import BadRequest

__all__ = [
    "AdviseForm",
    "AskForm",
    "AttainmentForm",
    "BeginForm",
    "ChangeForm",
    "CheckForm",
    "CourseDoseForm",
    "CourseTriageForm",
    "DoseForm",
    "EstimateForm",
    "Form",
    "LeafletForm",
    "MonitorForm",
    "OutcomeForm",
    "OverdoseForm",
    "PairsForm",
    "PlanForm",
    "RegimenForm",
    "SimulateForm",
    "TriageForm",
    "raw_bytes",
]

_RECORD = Meta(
    description="FHIR R4 as a JSON object, or a record in the TOML of Fullcourse as a text.",
    extra_json_schema={"type": ["object", "string"]},
)
RecordField = Annotated[msgspec.Raw, _RECORD]
Name = Annotated[str, Meta(min_length=1, max_length=200)]
Names = Annotated[list[Name], Meta(max_length=100)]
Text = Annotated[str, Meta(max_length=2_000)]
Day = Annotated[date, Meta(description="A day, YYYY-MM-DD; today without it.")]
Moment = Annotated[str, Meta(max_length=40, description="A moment in ISO 8601 with its offset; now without it.")]
Profile = Literal["us", "who", "india", "msf"]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$", description="ISO 3166-1, two letters.")]
Inn = Annotated[str, Meta(min_length=1, max_length=200, description="Name of a drug against tuberculosis.")]
ModelId = Annotated[
    str, Meta(pattern=r"^(?!.*\.toml$)[a-z0-9][a-z0-9.\-]{0,80}$", description="Id of a published model.")
]
Seed = Annotated[int, Meta(ge=0, le=2**31 - 1)]
Heard = Literal["yes", "no", "unsure"]


def raw_bytes(raw: msgspec.Raw | UnsetType) -> bytes | None:
    """Return a record as bytes: the object as it stands, or the text between quotation marks; None where none is.

    Raises:
        BadRequest: It is neither an object nor a text.
    """
    if raw is UNSET:
        return None
    whole = bytes(raw).strip()
    if whole[:1] == b'"':
        return msgspec.json.decode(whole, type=str).encode()
    if whole[:1] != b"{":
        raise BadRequest("a record, and answers too, are an object of FHIR or a text in TOML, and this is neither.")
    return whole


class Form(msgspec.Struct, forbid_unknown_fields=True, kw_only=True, omit_defaults=True):
    """A body."""


class _OfRecord(Form, kw_only=True):
    """A body about a record of which nothing is kept."""

    record: RecordField
    answers: RecordField | UnsetType = UNSET
    profile: Profile = "us"
    at: Day | None = None


class CheckForm(_OfRecord, kw_only=True):
    """May this person take these drugs? Each for itself, or a regimen together; without either those on record."""

    drugs: Names = []
    regimen: Names = []


class PairsForm(Form, kw_only=True):
    """What the sources say of names beside one another, of no patient."""

    drugs: Names = []
    beside: Names = []
    regimen: Names = []
    profile: Profile = "us"
    at: Day | None = None


class RegimenForm(_OfRecord, kw_only=True):
    """Which regimens are there for this person?"""

    start: date | None = None
    resistant: Names = []
    susceptible: Names = []
    replace: Annotated[str, Meta(max_length=200)] = ""
    because: Text = ""
    limit: Annotated[int, Meta(ge=1, le=20)] = 3


class DoseForm(_OfRecord, kw_only=True):
    """How much of a drug, how often, rising how? ``overrides``: a reason by the id of what a clinician sets aside."""

    drug: Inn
    regimen: Annotated[str, Meta(max_length=200)] = ""
    form: Annotated[str, Meta(max_length=200)] = ""
    days_per_week: Annotated[int, Meta(ge=1, le=7)] | None = None
    overrides: dict[Name, Text] = {}


class PlanForm(_OfRecord, kw_only=True):
    """Regimen, doses and tests in one answer; ``drugs`` in the place of ``regimen`` names all of its drugs."""

    regimen: Annotated[str, Meta(max_length=200)] = ""
    drugs: Names = []
    start: date | None = None
    resistant: Names = []
    susceptible: Names = []
    days_per_week: Annotated[int, Meta(ge=1, le=7)] | None = None
    overrides: dict[Name, Text] = {}


class MonitorForm(_OfRecord, kw_only=True):
    """Which tests are due, and what do results call for? ``plans``: doses by drug; ``done``: days of tests by name."""

    drugs: Names = []
    plans: dict[Name, Text] = {}
    start: date | None = None
    days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    done: dict[Name, date] = {}
    foresee: Literal["trends", "nothing"] = "trends"


class OutcomeForm(_OfRecord, kw_only=True):
    """Which outcome of a treatment is proposed, and what speaks for it?"""

    drugs: Names = []
    start: date | None = None
    days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    pulmonary: bool | None = None
    confirmed: bool | None = None
    completed: bool | None = None
    all_results: bool = False
    definitions: Annotated[str, Meta(max_length=200)] = ""


class TriageForm(Form, kw_only=True):
    """How urgent is a symptom, whom to call, and what about the next dose?

    An emergency waits for nothing: a record that cannot be used is left out and noted.
    """

    symptoms: dict[Name, Heard] = {}
    words: Annotated[list[Text], Meta(max_length=20)] = []
    rest_no: bool = False
    weeks: Annotated[float, Meta(ge=0, le=200)] | None = None
    drugs: Names = []
    mg_per_day: Annotated[float, Meta(ge=0, le=20_000)] | None = None
    record: RecordField | UnsetType = UNSET
    answers: RecordField | UnsetType = UNSET
    country: Country | None = None
    profile: Profile = "us"
    at: Day | None = None


class CourseTriageForm(Form, kw_only=True):
    """The same of somebody whose course is kept here."""

    symptoms: dict[Name, Heard] = {}
    words: Annotated[list[Text], Meta(max_length=20)] = []
    rest_no: bool = False
    weeks: Annotated[float, Meta(ge=0, le=200)] | None = None
    country: Country | None = None


class OverdoseForm(Form, kw_only=True):
    """Too much was taken: how urgent, whom to call, what to read aloud?"""

    drug: Inn
    took: Annotated[str, Meta(min_length=1, max_length=200)]
    strength: Annotated[str, Meta(max_length=200)] | None = None
    when: Annotated[str, Meta(max_length=200)] = ""
    planned_mg: Annotated[float, Meta(ge=0, le=20_000)] | None = None
    weight_kg: Annotated[float, Meta(gt=0, le=650)] | None = None
    symptoms: dict[Name, Heard] = {}
    words: Annotated[list[Text], Meta(max_length=20)] = []
    record: RecordField | UnsetType = UNSET
    answers: RecordField | UnsetType = UNSET
    country: Country | None = None
    at: Day | None = None


class AskForm(Form, kw_only=True):
    """A question in words, answered from the sources alone."""

    question: Annotated[str, Meta(min_length=1, max_length=500)]
    drug: Inn | None = None
    country: Country | None = None


class LeafletForm(Form, kw_only=True):
    """A leaflet in plain words; for one person with a record."""

    drugs: Annotated[list[Name], Meta(min_length=1, max_length=20)]
    record: RecordField | UnsetType = UNSET
    answers: RecordField | UnsetType = UNSET
    profile: Profile = "us"
    at: Day | None = None
    country: Country | None = None
    language: Literal["en", "es"] = "en"
    form: Literal["text", "html"] = "text"


class SimulateForm(Form, kw_only=True):
    """Levels under a dose plan, in a population or with one person's covariates."""

    drug: Inn
    dose: Text
    days: Annotated[int, Meta(ge=1, le=200)] = 28
    record: RecordField | UnsetType = UNSET
    answers: RecordField | UnsetType = UNSET
    covariates: dict[Name, Text] = {}
    model: ModelId | None = None
    n: Annotated[int, Meta(ge=1, le=2_000)] = 1_000
    seed: Seed = 1
    occasions: bool = True
    at: Day | None = None


class AttainmentForm(Form, kw_only=True):
    """How often does a dose plan reach what sources aim at? ``mic`` in mg/L."""

    drug: Inn
    dose: Text
    mic: Annotated[float, Meta(gt=0, le=1_000)] | None = None
    record: RecordField | UnsetType = UNSET
    answers: RecordField | UnsetType = UNSET
    covariates: dict[Name, Text] = {}
    model: ModelId | None = None
    n: Annotated[int, Meta(ge=1, le=5_000)] = 2_000
    seed: Seed = 1
    occasions: bool = True
    at: Day | None = None


class EstimateForm(Form, kw_only=True):
    """What do this person's levels say? ``levels``: ``31 mg/L @ 2026-11-03T10:05+02:00`` beside those on record."""

    record: RecordField
    drug: Inn
    answers: RecordField | UnsetType = UNSET
    levels: Annotated[list[Text], Meta(max_length=100)] = []
    dose: Text | None = None
    since: date | None = None
    model: ModelId | None = None
    average: bool = False
    mic: Annotated[float, Meta(gt=0, le=1_000)] | None = None
    covariates: dict[Name, Text] = {}
    zone: Annotated[str, Meta(max_length=10)] | None = None
    at: Moment | None = None
    seed: Seed = 1


class AdviseForm(EstimateForm, kw_only=True):
    """Which dose plans do this person's levels speak for? ``override``: why a clinician goes on in spite of a hold."""

    target: Annotated[str, Meta(max_length=100)] | None = None
    override: Text | None = None
    clinic_hours: Annotated[str, Meta(max_length=20)] = "8-17"
    profile: Profile = "us"


class CourseDoseForm(Form, kw_only=True):
    """One drug of a plan: its dose as text, as ``250 mg q12h``."""

    drug: Inn
    dose: Text


_DAY_OR_NONE: Final = r"^(none|\d{4}-\d{2}-\d{2})$"
_PHASE_ENDS: Final = (
    "Last day of the phase that the plan holds, where another follows, or 'none'. Without it a plan that takes "
    "another's place keeps the day of that one while it is not over."
)


class _Planned(Form, kw_only=True):
    plan: Annotated[list[CourseDoseForm], Meta(min_length=1, max_length=20)]
    start: date
    confirmed_by: Annotated[str, Meta(min_length=1, max_length=80)]
    days: Annotated[int, Meta(ge=1, le=3650)] | None = None
    because: Text = ""
    phase_ends: Annotated[str, Meta(pattern=_DAY_OR_NONE, description=_PHASE_ENDS)] | None = None


class BeginForm(_Planned, kw_only=True):
    """A course begins with a plan that a clinician confirms; the record is checked against every drug first."""

    record: RecordField
    clinic: Annotated[str, Meta(min_length=1, max_length=80)]
    zone: Annotated[str, Meta(min_length=1, max_length=80, description="IANA name, as Africa/Johannesburg.")]
    answers: RecordField | UnsetType = UNSET
    regimen: Annotated[str, Meta(max_length=200)] = ""
    profile: Profile = "us"


class ChangeForm(_Planned, kw_only=True):
    """Another plan takes the place of the one in force; zone and regimen stay as they are where none is given."""

    zone: Annotated[str, Meta(min_length=1, max_length=80)] | None = None
    regimen: Annotated[str, Meta(max_length=200)] | None = None
