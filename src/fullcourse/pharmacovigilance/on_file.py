"""What a record and the log of a course hold that bears on an event, before the input stands beside it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from fullcourse.clinical.moment import Moment
from fullcourse.pharmacovigilance.causality import Challenge
from fullcourse.pharmacovigilance.patient import HistoryEntry, Measured, ReportedTest
from fullcourse.pharmacovigilance.reported_drug import ReportedDrug

__all__ = ["OnFile", "ToldSymptom"]


@dataclass(frozen=True, slots=True)
class ToldSymptom:
    """A symptom as the log tells of it.

    Attributes:
        symptom: Id of the fact.
        told: When it was told, in order, and whether it was there.
    """

    symptom: str
    told: tuple[tuple[Moment, bool], ...]

    @property
    def start(self) -> Moment | None:
        """Return when it was first told of as there; it may have begun before."""
        return next((at for at, present in self.told if present), None)

    @property
    def last_seen(self) -> Moment | None:
        """Return when it was last told of as there."""
        return next((at for at, present in reversed(self.told) if present), None)

    @property
    def end(self) -> Moment | None:
        """Return when it was told of as gone; None while the last word is that it is there."""
        gone: Moment | None = None
        seen = False
        for at, present in self.told:
            gone = None if present else gone or at
            seen = seen or present
        return gone if seen else None


@dataclass(frozen=True, slots=True)
class OnFile:
    """What is on file.

    Attributes:
        age: At the onset; None where it is not known.
        sex: With which record says so; empty where none does.
        weight: kg.
        height: cm.
        pregnant: With which record says so; None where none does.
        history: Conditions that are on file.
        tests: Results since the last one before the first suspect dose.
        drugs: Every drug that is on file.
        earlier: Drugs that were over before the onset.
        later: Drugs that were begun after it.
        symptoms: What the log tells of symptoms, by the fact's id.
        challenges: What the log tells of stopping and giving again, by drug and symptom.
        not_read: What was not understood.
    """

    age: Measured | None = None
    sex: tuple[str, str] = ("", "")
    weight: Measured | None = None
    height: Measured | None = None
    pregnant: tuple[bool, str] | None = None
    history: tuple[HistoryEntry, ...] = ()
    tests: tuple[ReportedTest, ...] = ()
    drugs: tuple[ReportedDrug, ...] = ()
    earlier: tuple[ReportedDrug, ...] = ()
    later: tuple[ReportedDrug, ...] = ()
    symptoms: Mapping[str, ToldSymptom] = field(default_factory=dict)
    challenges: Mapping[tuple[str, str], Challenge] = field(default_factory=dict)
    not_read: tuple[str, ...] = ()
