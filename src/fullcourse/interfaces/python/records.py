"""What the functions are handed and what they return: records, moments, courses, answers."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path
from typing import Generic, TypeVar

from click import Command, Context

from fullcourse.adapters.input_file import read_bytes
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.clinical.moment import parse_day
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.course_commands.log_file import Opened, open_course
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = [
    "Answer",
    "AnyRecord",
    "bytes_of",
    "day_of",
    "identities",
    "moment_text",
    "opened_course",
    "read_answers",
    "read_record",
    "record_reader",
    "store_text",
]

Noun = TypeVar("Noun", covariant=True)
AnyRecord = Mapping[str, object] | bytes | str | Path


@dataclass(frozen=True, slots=True)
class Answer(Generic[Noun]):
    """What a function answers.

    Attributes:
        value: What was worked out.
        written: Makes the JSON of it; called by `to_dict`.
    """

    value: Noun
    written: Callable[[], dict[str, object]]

    def to_dict(self) -> dict[str, object]:
        """Return the JSON of the command as plain values, with its ``schema``."""
        return self.written()


def identities(names: Sequence[str], knowledge: Knowledge) -> list[DrugIdentity]:
    """Return drugs by their names, each once."""
    return [knowledge.drugs[inn] for inn in dict.fromkeys(knowledge.drug(name).inn for name in names)]


def day_of(at: date | str | None) -> date:
    """Return the day that is asked about: today, in the place's own time, where none is."""
    if at is None:
        return datetime.now(UTC).astimezone().date()
    if isinstance(at, datetime):
        return at.date()
    return at if isinstance(at, date) else parse_day(at, "at")


def read_record(record: AnyRecord, answers: AnyRecord | None, day: date, knowledge: Knowledge) -> Record:
    """Read a record as of a day, with the answers that add to it; raises InputError where one cannot be used."""
    reader = record_reader(knowledge)
    read = reader.open(str(record), day) if isinstance(record, Path) else reader.read(bytes_of(record), day)
    return read if answers is None else read.plus(read_answers(answers, reader))


def read_answers(answers: AnyRecord, reader: RecordReader) -> Record:
    """Read what somebody answered; raises InputError where it cannot be used."""
    return reader.answers(str(answers)) if isinstance(answers, Path) else reader.read_answers(bytes_of(answers))


def record_reader(knowledge: Knowledge) -> RecordReader:
    """Return what reads records; for the knowledge of this package it is made once."""
    return _reader_here() if knowledge is knowledge_here() else _reader(knowledge)


@cache
def _reader_here() -> RecordReader:
    return _reader(knowledge_here())


def _reader(knowledge: Knowledge) -> RecordReader:
    return RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )


def moment_text(at: date | str | None) -> str | None:
    """Return a day, or a moment with its offset, as the options of commands are written; None for now."""
    return at.isoformat() if isinstance(at, date) else at


@contextmanager
def opened_course(
    course: Path | str, store: Path | str | DurableStore | None, at: str | None, profile: str | None
) -> Iterator[Opened]:
    """Read a course; the store that it was read from is closed at the end, except one that was handed in open.

    Args:
        course: Path of a file of events, or its id in the store.
        store: Where courses are kept; None where the commands keep them; or an open one.
        at: The moment with its offset; None for now.
        profile: Which sources lead; None for those of the plan.

    Raises:
        InputError: There is no such course, or it cannot be read.
    """
    with Context(Command("fullcourse")):  # what a command opens is closed with its context
        yield open_course(str(course), store_text(store), at, profile)


def store_text(store: Path | str | DurableStore | None) -> str | DurableStore | None:
    """Return where courses are kept as commands name it; an open store stays what it is."""
    return store if store is None or isinstance(store, DurableStore) else str(store)


def bytes_of(record: AnyRecord) -> bytes:
    """Return a record as bytes; raises InputError where its file cannot be read."""
    if isinstance(record, Path):
        return read_bytes(str(record))
    if isinstance(record, bytes):
        return record
    return (record if isinstance(record, str) else json.dumps(record)).encode("utf-8")
