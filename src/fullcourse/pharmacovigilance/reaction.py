"""What was noticed: each reaction in the words of whoever reports it, how serious it was, and how it ended.

Yes and no are what somebody said; None is that nobody said, and never becomes no. A term of MedDRA stands here only
where the user gives it with its version: the dictionary is licensed, and nothing is looked up.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from enum import Enum

from fullcourse.clinical.moment import Moment

__all__ = ["MeddraTerm", "Outcome", "Reaction", "Seriousness"]


@dataclass(frozen=True, slots=True)
class MeddraTerm:
    """A term of MedDRA as the user gives it.

    Attributes:
        version: Of the dictionary, for example ``27.1``.
        llt_code: Eight digits of the lowest level term; empty where only the preferred term is given.
        llt: Its name; empty where only the code is given.
        pt_code: Eight digits of the preferred term; empty where it is not given.
        pt: Its name.
    """

    version: str
    llt_code: str = ""
    llt: str = ""
    pt_code: str = ""
    pt: str = ""


class Outcome(Enum):
    """How a reaction stood when it was last seen (E2B E.i.7)."""

    RECOVERED = "recovered"
    RECOVERING = "recovering"
    NOT_RECOVERED = "not recovered"
    RECOVERED_WITH_SEQUELAE = "recovered with sequelae"
    FATAL = "fatal"
    UNKNOWN = "unknown"
    """Somebody said that nobody knows; where nobody said anything, there is no outcome."""


@dataclass(frozen=True, slots=True)
class Seriousness:
    """The criteria of a serious reaction, each by itself (ICH E2B(R3) E.i.3.2); None where nobody said.

    Attributes:
        death: It resulted in death.
        life_threatening: The patient was in danger of dying at the time.
        hospitalisation: It led to a stay in hospital, or made one longer.
        disability: It disabled or incapacitated, persistently or significantly.
        congenital_anomaly: A child was born with an anomaly.
        other_important: Somebody judges it medically important although none of these is so.
        required_intervention: It took an intervention to prevent permanent damage; asked by FDA's form, which means it
            of devices, and no criterion of ICH.
    """

    death: bool | None = None
    life_threatening: bool | None = None
    hospitalisation: bool | None = None
    disability: bool | None = None
    congenital_anomaly: bool | None = None
    other_important: bool | None = None
    required_intervention: bool | None = None

    @property
    def is_serious(self) -> bool | None:
        """Return whether one criterion is met; no only where somebody said no to all six; None otherwise."""
        said = [answer for name, answer in self.answers() if name != "required_intervention"]
        if True in said or self.required_intervention is True:
            return True
        return None if None in said else False

    def answers(self) -> Iterator[tuple[str, bool | None]]:
        """Yield each criterion by its name with what was said of it."""
        for field in fields(self):
            yield field.name, getattr(self, field.name)


@dataclass(frozen=True, slots=True)
class Reaction:
    """One reaction or event.

    Attributes:
        words: As the reporter says it, never coded or corrected.
        language: ISO 639-2 three letters of the language of the words; empty where nobody gave it.
        translation: The words in English, where they are in another language; empty otherwise.
        symptom: Id of the fact that the words are exactly, for what sources say of it; empty where they are none.
        meddra: Term; None where the user gives none.
        start: When it began.
        end: When it was over.
        outcome: None where nobody said.
        seriousness: The criteria.
        highlighted: Whether the reporter calls it a main reason for the report.
        medically_confirmed: Whether a health professional confirms it, where a consumer reports.
        country: Where it happened, ISO 3166 two letters; empty where nobody said.
        origin: ``input``, or the event of the course.
    """

    words: str
    language: str = ""
    translation: str = ""
    symptom: str = ""
    meddra: MeddraTerm | None = None
    start: Moment | None = None
    end: Moment | None = None
    outcome: Outcome | None = None
    seriousness: Seriousness = Seriousness()
    highlighted: bool | None = None
    medically_confirmed: bool | None = None
    country: str = ""
    origin: str = "input"
