"""A patient's record as a command is given it: a file or standard input, with the answers that add to it."""

from datetime import date

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical.patient import Record
from fullcourse.knowledge.library import Knowledge

__all__ = ["open_answers", "open_beside", "open_record"]


def open_record(record: str, answers: str | None, day: date, knowledge: Knowledge) -> Record:
    """Read a record, and the answers beside it.

    Args:
        record: Path of the record, ``-`` for standard input.
        answers: Path of a file of answers; None for none.
        day: Date of the check.
        knowledge: Holds how facts are found.

    Raises:
        InputError: One of them is not there, or cannot be used.
    """
    reader = _reader(knowledge)
    read = reader.open(record, day)
    return read if answers is None else read.plus(reader.answers(answers))


def open_beside(record: str | None, answers: str | None, day: date, knowledge: Knowledge) -> Record:
    """Read what is known beside the log of a course: a record, answers, both, or nothing; see `open_record`."""
    if record is not None:
        return open_record(record, answers, day, knowledge)
    return Record({}) if answers is None else open_answers(answers, knowledge)


def open_answers(answers: str, knowledge: Knowledge) -> Record:
    """Read a file of answers alone; raises InputError where it cannot be used."""
    return _reader(knowledge).answers(answers)


def _reader(knowledge: Knowledge) -> RecordReader:
    return RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )
