"""In whom it happened: what a report holds of the patient, and nothing that would tell who it is.

Initials, a record number, a birth date, race and ethnicity stand here only where the user writes them for this report.
A record's birth date gives an age and goes no further.
"""

from dataclasses import dataclass
from typing import Final

from fullcourse.clinical.moment import Moment
from fullcourse.clinical.quantity import Interval
from fullcourse.pharmacovigilance.reaction import MeddraTerm

__all__ = ["AGE_GROUPS", "Death", "HistoryEntry", "Measured", "ReportedPatient", "ReportedTest"]

AGE_GROUPS: Final = ("foetus", "neonate", "infant", "child", "adolescent", "adult", "elderly")
"""Groups of age by which a reporter may describe a patient (E2B D.2.3)."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A number of the patient.

    Attributes:
        value: What is known of it.
        unit: UCUM code.
        on: When it was so; None where nobody said.
        origin: ``input``, or which record.
    """

    value: Interval
    unit: str
    on: Moment | None = None
    origin: str = "input"


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """One condition of the relevant history.

    Attributes:
        words: What it is.
        continuing: Whether it is still so; None where nobody said.
        since: When it began.
        until: When it was over.
        comment: In the user's words.
        meddra: Term; None where the user gives none.
        origin: ``input``, or which record.
    """

    words: str
    continuing: bool | None = None
    since: Moment | None = None
    until: Moment | None = None
    comment: str = ""
    meddra: MeddraTerm | None = None
    origin: str = "input"


@dataclass(frozen=True, slots=True)
class ReportedTest:
    """One result that bears on the event.

    Attributes:
        name: What was measured.
        value: The number; None for a result in words.
        unit: UCUM code; empty for what has none.
        words: A result in words; empty for a number.
        on: When; None where nobody said.
        low: Lower end of the laboratory's own range, with the unit of the value; empty where it is not on file.
        high: Upper end, likewise.
        comment: In the user's words.
        fact: Id of the fact it is; empty where it is none that is known here.
        origin: ``input``, or which record.
    """

    name: str
    value: Interval | None = None
    unit: str = ""
    words: str = ""
    on: Moment | None = None
    low: str = ""
    high: str = ""
    comment: str = ""
    fact: str = ""
    origin: str = "input"


@dataclass(frozen=True, slots=True)
class Death:
    """What is known of a death; only where there was one.

    Attributes:
        on: When.
        causes: As reported, in words.
        autopsy: Whether one was done; None where nobody said.
        autopsy_causes: What it found, in words.
    """

    on: Moment | None = None
    causes: tuple[str, ...] = ()
    autopsy: bool | None = None
    autopsy_causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReportedPatient:
    """The patient of a report.

    Attributes:
        initials: As the user writes them for this report; empty otherwise, and never from a record.
        record_number: A number by which the reporter finds the patient again; likewise.
        birth_date: Likewise; None otherwise.
        age: At the onset of the first reaction, years (``a``), months (``mo``), weeks (``wk``) or days (``d``).
        age_group: One of `AGE_GROUPS`, as the reporter says; empty otherwise.
        sex: ``female`` or ``male``; empty where nobody said.
        sex_origin: ``input``, or which record.
        weight: kg.
        height: cm.
        pregnant: At the onset; None where nobody said.
        last_menstrual_period: First day.
        ethnicity: In the words of the form; only where the user writes it.
        race: Likewise; one person may have several.
        history: Relevant conditions.
        history_text: Relevant history in words.
        no_history: Whether somebody said that there is none that matters; an empty history alone says nothing.
        tests: Results that bear on the event.
        death: None where none is told of.
        gestation: Time of pregnancy at the onset, where it was in a foetus; None otherwise.
    """

    initials: str = ""
    record_number: str = ""
    birth_date: Moment | None = None
    age: Measured | None = None
    age_group: str = ""
    sex: str = ""
    sex_origin: str = "input"
    weight: Measured | None = None
    height: Measured | None = None
    pregnant: bool | None = None
    last_menstrual_period: Moment | None = None
    ethnicity: str = ""
    race: tuple[str, ...] = ()
    history: tuple[HistoryEntry, ...] = ()
    history_text: str = ""
    no_history: bool = False
    tests: tuple[ReportedTest, ...] = ()
    death: Death | None = None
    gestation: Measured | None = None
