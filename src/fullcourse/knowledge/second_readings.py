"""What somebody found who read the source of a statement a second time, without having seen how it was rated.

The second reader got the drug, the other medicine, the source and the section, found the source again and wrote down
what it asks for and whom it names; only then the two were compared. That is no clinical review: nobody signs here, and
no answer rests on it. docs/reference/second-reading.md counts it, and the review sheet shows it beside the statement.
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.clinical.finding import Severity
from fullcourse.clinical.management import Do
from fullcourse.knowledge.consequences import FindingOf, forbids
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.severity import HELD
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.tables import Table, did_you_mean
from fullcourse.knowledge.walk import thens_of

__all__ = [
    "ASKS",
    "KINDS",
    "OPENED",
    "SecondReading",
    "is_severe_interaction",
    "rated",
    "read_second_readings",
    "second_reading_faults",
]

FOLDER: Final = Path(__file__).parent / "second_readings"

OPENED: Final = ("yes", "in part", "in a relay", "no")
"""How the source was found again. In part: the document, without the place that the statement cites. In a relay:
another page that tells what the source says."""

ASKS: Final = ("never", *(do.value for do in Do), "inform", "not stated")
"""What the source asks for, as the second reader coded it: the rubric's words, `never` for what is never done together,
and `inform` for a source that asks for nothing."""

KINDS: Final = ("over", "under", "member", "source", "wording")
"""How a statement differs from what was read: it asks for more than the source, or for less; it takes in a medicine
that the source does not name, or leaves one out; another source says it; or a word is missing that matters."""


@dataclass(frozen=True, slots=True)
class SecondReading:
    """One statement, read again at its source.

    Attributes:
        statement: Its id.
        source: The source that was read.
        section: Its place there.
        opened: One of `OPENED`.
        asks: One of `ASKS`; empty where the place could not be read.
        names: Whom the source names, in our words; empty where the place could not be read.
        says: What it says, in our words; empty where the place could not be read.
        differs: The kinds of difference, of `KINDS`; empty where statement and source agree, or nothing was read.
        done: What was done about the difference, or why nothing was.
        stands: How the statement was rated when the readings were compared and what was mended stood mended.
    """

    statement: str
    source: str
    section: str
    opened: str
    asks: str
    names: str
    says: str
    differs: tuple[str, ...]
    done: str
    stands: str

    @property
    def result(self) -> str:
        """``agrees``, ``differs``, or ``could not be read again``."""
        if not self.asks:
            return "could not be read again"
        return "differs" if self.differs else "agrees"

    def is_of(self, statement: Statement) -> bool:
        """Whether the statement still stands as it was compared: source, section and rating."""
        now = (statement.source, statement.section, rated(statement))
        return now == (self.source, self.section, self.stands)


def rated(statement: Statement) -> str:
    """Return how a statement rates and what it asks for, each once, the most serious first: ``major avoid``."""
    pairs = {
        (then.severity, then.management.do.value if then.management is not None else "inform")
        for then in thens_of(statement.body)
        if isinstance(then, FindingOf)
    }
    return ", ".join(f"{severity.word} {do}" for severity, do in sorted(pairs, reverse=True))


def is_severe_interaction(statement: Statement) -> bool:
    """Return whether a statement on two medicines can make a decision contraindicated or avoid."""
    return any(
        isinstance(then, FindingOf)
        and then.value in HELD
        and (then.severity is Severity.CONTRAINDICATED or forbids(then))
        for then in thens_of(statement.body)
    )


def read_second_readings(folder: Path = FOLDER) -> dict[str, SecondReading]:
    """Return the second readings of a folder by statement.

    Raises:
        KnowledgeError: With every fault: a key or a word that nobody knows, a statement that stands twice, a difference
            of which nothing is said, a source that was opened and of which nothing was written down.
    """
    faults: list[Fault] = []
    readings: dict[str, SecondReading] = {}
    for path in sorted(folder.glob("*.toml")):
        file = f"{FOLDER.name}/{path.name}"
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(Fault(file, "", f"it is not TOML: {error}", "Correct the line."))
            continue
        whole = Table(tables, file, "reading", faults)
        for row in whole.rows("reading"):
            reading = _reading(row, file, faults)
            if reading.statement in readings:
                faults.append(Fault(file, reading.statement, "the statement stands twice", "Keep one."))
            readings[reading.statement] = reading
        whole.done()
    if faults:
        raise KnowledgeError(faults)
    return readings


def _reading(row: object, file: str, faults: list[Fault]) -> SecondReading:
    name = str(row.get("statement", "?")) if isinstance(row, Mapping) else "?"
    table = Table(row, file, name, faults)
    reading = SecondReading(
        statement=table.text("statement"),
        source=table.text("source"),
        section=table.text("section"),
        opened=table.choice("opened", OPENED),
        asks=table.choice("asks", ASKS, required=False),
        names=table.text("names", required=False),
        says=table.text("says", required=False),
        differs=table.texts("differs"),
        done=table.text("done", required=False),
        stands=table.text("stands"),
    )
    for kind in reading.differs:
        if kind not in KINDS:
            table.fault(f"'{kind}' is no kind of difference", did_you_mean(kind, KINDS))
    if bool(reading.asks) is not bool(reading.says):
        table.fault("one of 'asks' and 'says' stands alone", "Write down both, or neither where nothing was read.")
    if reading.opened == "yes" and not reading.asks:
        table.fault("the source was opened, and nothing of it is written down", "Write down asks and says.")
    if reading.opened == "no" and reading.asks:
        table.fault("the source was not opened, and asks for something", "Say how it was opened.")
    if bool(reading.differs) is not bool(reading.done):
        table.fault("one of 'differs' and 'done' stands alone", "Say both, or neither where the two agree.")
    table.done()
    return reading


def second_reading_faults(readings: Iterable[SecondReading], knowledge: Knowledge) -> Iterator[Fault]:
    """Yield every reading whose statement or source leads nowhere. A statement that nobody read again is no fault."""
    for reading in readings:
        for name, known in ((reading.statement, knowledge.statements), (reading.source, knowledge.sources)):
            if name not in known:
                yield Fault(FOLDER.name, reading.statement, f"'{name}' does not exist", did_you_mean(name, known))
