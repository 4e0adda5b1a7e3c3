"""What cited documents name in their sections on interactions, contraindications and warnings, and what became of it.

A statement cites the document it was taken from; nothing says what else that document holds. Here a document is a list:
each medicine, class or condition that these sections name is a statement, or is not stated for a reason. What has
neither is still to be read, and so is a document without a list.
"""

import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from fullcourse.clinical.errors import Fault, KnowledgeError
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.tables import Table, did_you_mean

__all__ = ["Left", "Mined", "Named", "Unread", "mined_faults", "read_mined", "unread"]

FOLDER: Final = Path(__file__).parent / "mined"


@dataclass(frozen=True, slots=True)
class Named:
    """Something that a document names.

    Attributes:
        name: The medicine, class or condition, as the document names it, in our words.
        stated: Ids of the statements that say it.
        not_stated: Why no statement says it; empty where one does.
    """

    name: str
    stated: tuple[str, ...]
    not_stated: str

    @property
    def is_left(self) -> bool:
        """Whether it is neither stated nor said why not."""
        return not self.stated and not self.not_stated


@dataclass(frozen=True, slots=True)
class Mined:
    """One cited document as a list.

    Attributes:
        source: Id of the source.
        file: The file of the list.
        read: Which sections were read.
        not_read: Which of its sections on these matters were not, and why; empty where all were.
        entries: What they name.
    """

    source: str
    file: str
    read: str
    not_read: str
    entries: tuple[Named, ...]


@dataclass(frozen=True, slots=True)
class Left:
    """A document of which something is left.

    Attributes:
        source: Id of the source.
        not_read: Which sections were not read, and why; empty where all were.
        names: What is named there and has neither a statement nor a reason.
    """

    source: str
    not_read: str
    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Unread:
    """What is left to be read.

    Attributes:
        cited: How many documents statements cite.
        whole: Ids of those that were read whole, nothing left.
        begun: Those with a list of which something is left.
        without_list: Ids of those that have no list, the most cited first.
    """

    cited: int
    whole: tuple[str, ...]
    begun: tuple[Left, ...]
    without_list: tuple[str, ...]


def read_mined(folder: Path = FOLDER) -> dict[str, Mined]:
    """Return the lists of a folder by source.

    Raises:
        KnowledgeError: With every fault: a key that nobody knows, an entry that is stated and not stated, a name or a
            document that stands twice.
    """
    faults: list[Fault] = []
    lists: dict[str, Mined] = {}
    for path in sorted(folder.glob("*.toml")):
        try:
            tables = tomllib.loads(path.read_text("utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            faults.append(Fault(f"mined/{path.name}", "", f"it is not TOML: {error}", "Correct the line."))
            continue
        whole = Table(tables, f"mined/{path.name}", "mined", faults)
        for row in whole.rows("mined"):
            mined = _document(row, whole.file, faults)
            if mined.source in lists:
                faults.append(Fault(whole.file, mined.source, "the document has two lists", "Keep one."))
            lists[mined.source] = mined
        whole.done()
    if faults:
        raise KnowledgeError(faults)
    return lists


def _document(row: object, file: str, faults: list[Fault]) -> Mined:
    source = str(row.get("source", "?")) if isinstance(row, dict) else "?"
    table = Table(row, file, source, faults)
    entries = tuple(_named(table.inner(entry)) for entry in table.rows("names"))
    names = [entry.name for entry in entries]
    for name in {name for name in names if names.count(name) > 1}:
        table.fault(f"'{name}' stands twice", "Put its statements together.")
    mined = Mined(table.text("source"), file, table.text("read"), table.text("not_read", required=False), entries)
    table.done()
    return mined


def _named(table: Table) -> Named:
    named = Named(table.text("name"), table.texts("stated"), table.text("not_stated", required=False))
    if named.stated and named.not_stated:
        table.fault(f"'{named.name}' is stated and not stated", "Keep one of the two.")
    table.done("an entry", ("name", "stated", "not_stated"))
    return named


def mined_faults(lists: Iterable[Mined], knowledge: Knowledge) -> Iterator[Fault]:
    """Yield every name in a list that leads nowhere: a source, or a statement."""
    for mined in lists:
        if mined.source not in knowledge.sources:
            mend = did_you_mean(mined.source, knowledge.sources)
            yield Fault(mined.file, mined.source, "the source is not in sources/", mend)
        for entry in mined.entries:
            for name in entry.stated:
                if name not in knowledge.statements:
                    what = f"'{entry.name}' is stated as '{name}', which does not exist"
                    yield Fault(mined.file, mined.source, what, did_you_mean(name, knowledge.statements))


def unread(lists: dict[str, Mined], cited: Iterable[str]) -> Unread:
    """Return what is left to be read of the documents that statements cite.

    Args:
        lists: By source.
        cited: Ids of the sources that statements cite, the most cited first; one may stand more than once.
    """
    documents = tuple(dict.fromkeys(cited))
    with_list = [lists[name] for name in documents if name in lists]
    begun = [
        Left(mined.source, mined.not_read, names)
        for mined in with_list
        for names in (tuple(entry.name for entry in mined.entries if entry.is_left),)
        if names or mined.not_read
    ]
    left = {it.source for it in begun}
    return Unread(
        cited=len(documents),
        whole=tuple(mined.source for mined in with_list if mined.source not in left),
        begun=tuple(begun),
        without_list=tuple(name for name in documents if name not in lists),
    )
