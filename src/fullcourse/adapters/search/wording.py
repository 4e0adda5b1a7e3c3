"""The words of questions, read from the knowledge: topics, synonyms, words that say nothing, and emergencies.

They decide what a question is about and never what is answered: every answer is a statement.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import fullcourse.knowledge
from fullcourse.adapters.search.amounts import AmountWords
from fullcourse.adapters.search.words import stem, stems, unaccented
from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.tables import Table

__all__ = ["FOLDER", "Emergency", "QuestionTopic", "Wording", "read_wording"]

FOLDER = Path(fullcourse.knowledge.__file__).parent / "search"


@dataclass(frozen=True, slots=True)
class QuestionTopic:
    """What a question can be about.

    Attributes:
        id: Its name.
        wordings: Stems of each wording that raises it.
        topics: What a statement tells that answers it.
        kinds: Middle parts of the ids of statements that answer it.
        facts: Facts that a statement which answers it reads.
        else_kinds: As kinds, used where a drug tells none of the topics.
        alone: Whether nothing else answers where no statement is on this topic.
    """

    id: str
    wordings: tuple[tuple[str, ...], ...]
    topics: tuple[str, ...]
    kinds: tuple[str, ...]
    facts: tuple[str, ...]
    else_kinds: tuple[str, ...]
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Emergency:
    """Words that say that somebody may be in danger now, or should call today.

    Attributes:
        statement: Id of the general statement that answers whatever the drug; empty where there is none.
        facts: Facts by which drugs' own statements are found.
        wordings: Stems of each wording that raises it.
        spanish: The same in Spanish.
        in_spanish: What a question in Spanish is told; our translation.
    """

    statement: str
    facts: tuple[str, ...]
    wordings: tuple[tuple[str, ...], ...]
    spanish: tuple[tuple[str, ...], ...]
    in_spanish: str


@dataclass(frozen=True, slots=True)
class Wording:
    """All of it.

    Attributes:
        topics: In the order of the file.
        emergencies: Most urgent first.
        same: Each stem with the stems that mean the same to a question, itself among them.
        silent: Words that say nothing about what is asked.
        not_medicines: Everyday words that lists of products know as names.
        leave: Stems of each wording that asks whether somebody may take a medicine.
        spanish: Words that show that a question is in Spanish.
        amounts: By which words more than a dose is heard.
    """

    topics: tuple[QuestionTopic, ...]
    emergencies: tuple[Emergency, ...]
    same: Mapping[str, frozenset[str]]
    silent: frozenset[str]
    not_medicines: frozenset[str]
    leave: tuple[tuple[str, ...], ...]
    spanish: frozenset[str]
    amounts: AmountWords


def read_wording(folder: Path = FOLDER) -> Wording:
    """Read the words of questions.

    Raises:
        KnowledgeError: A file is missing or wrong; with every fault.
    """
    faults: list[Fault] = []
    topics = tuple(_topic(table) for table in _rows(folder, "topics.toml", "topic", faults))
    emergencies = tuple(_emergency(table) for table in _rows(folder, "emergencies.toml", "emergency", faults))
    words = Table(_read(folder / "words.toml", faults), "search/words.toml", "", faults)
    same: dict[str, frozenset[str]] = {}
    for row in words.rows("same"):
        group = frozenset(stem(word) for word in row if isinstance(word, str)) if isinstance(row, list) else frozenset()
        for word in group:
            same[word] = same.get(word, frozenset()) | group
    wording = Wording(
        topics=topics,
        emergencies=emergencies,
        same=same,
        silent=frozenset(words.texts("silent")),
        not_medicines=frozenset(words.texts("not_medicines")),
        leave=tuple(tuple(stems(wording)) for wording in words.texts("leave")),
        spanish=frozenset(words.texts("spanish")),
        amounts=_amounts(Table(_read(folder / "amounts.toml", faults), "search/amounts.toml", "", faults)),
    )
    words.done()
    if faults:
        raise KnowledgeError(faults)
    return wording


def _amounts(table: Table) -> AmountWords:
    numbers = table.inner(table.raw("numbers"))
    amounts = AmountWords(
        took=frozenset(table.texts("took")),
        units=frozenset(table.texts("units")),
        all_of=frozenset(table.texts("all_of")),
        all_as_planned=frozenset(table.texts("all_as_planned")),
        everything=frozenset(table.texts("everything")),
        little_ones=frozenset(table.texts("little_ones")),
        at_once=table.texts("at_once"),
        times_a_dose=table.texts("times_a_dose"),
        twice=table.texts("twice"),
        counted_in_time=frozenset(table.texts("counted_in_time")),
        doubled=table.texts("doubled"),
        many=table.whole("many", least=1) or 0,
        some=table.whole("some", least=1) or 0,
        numbers={word: int(str(number)) for word, number in numbers.rest().items() if str(number).isdigit()},
    )
    if not amounts.many or not amounts.some:
        table.fault("'many' or 'some' is missing", "Say how many units are more than a dose.")
    table.done()
    return amounts


def _topic(table: Table) -> QuestionTopic:
    topic = QuestionTopic(
        id=table.text("id"),
        wordings=_wordings(table),
        topics=table.texts("topics"),
        kinds=table.texts("kinds"),
        facts=table.texts("facts"),
        else_kinds=table.texts("else_kinds"),
        alone=_flag(table, "alone"),
    )
    table.done()
    return topic


def _flag(table: Table, key: str) -> bool:
    value = table.raw(key) if table.has(key) else False
    if not isinstance(value, bool):
        table.fault(f"'{key}' is neither true nor false", f"Write {key} = true, or leave it out.")
    return value is True


def _emergency(table: Table) -> Emergency:
    emergency = Emergency(
        statement=table.text("statement", required=False),
        facts=table.texts("facts"),
        wordings=_wordings(table),
        spanish=_wordings(table, "spanish"),
        in_spanish=table.text("in_spanish"),
    )
    if not emergency.statement and not emergency.facts:
        table.fault("nothing answers it", "Name the general statement, or the facts by which drugs' own are found.")
    table.done()
    return emergency


def _wordings(table: Table, key: str = "wordings") -> tuple[tuple[str, ...], ...]:
    wordings = tuple(tuple(stems(unaccented(wording))) for wording in table.texts(key))
    if not wordings or not all(wordings):
        table.fault("it has no wording, or an empty one", f'Add {key} = ["..."].')
    return tuple(wording for wording in wordings if wording)


def _rows(folder: Path, file: str, kind: str, faults: list[Fault]) -> list[Table]:
    whole = Table(_read(folder / file, faults), f"search/{file}", "", faults)
    rows = [Table(row, f"search/{file}", f"{kind} {number}", faults) for number, row in enumerate(whole.rows(kind), 1)]
    whole.done()
    return rows


def _read(path: Path, faults: list[Fault]) -> Mapping[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        faults.append(Fault(f"search/{path.name}", "", f"it cannot be read: {type(error).__name__}", "Mend the file."))
        return {}
