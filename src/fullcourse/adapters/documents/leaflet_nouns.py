"""What a leaflet is made of: its lines, its parts, what applies to one person, and the whole."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from fullcourse.clinical.citation import Source
from fullcourse.clinical.finding import Decision
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = ["Leaflet", "Line", "Personal", "Section"]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a leaflet.

    Attributes:
        text: In plain words.
        statement: Id of the statement that it comes from.
        source: Number of the source in the leaflet's list.
        differs: Whether another source says otherwise.
        about: In a leaflet on several drugs, the labels of those it is about; empty where it is about all of them.
        language: BCP 47 tag where it is another than the leaflet's: nobody has translated the line yet.
    """

    text: str
    statement: str
    source: int
    differs: bool = False
    about: tuple[str, ...] = ()
    language: str = ""

    @property
    def said(self) -> str:
        """The text, with the drugs that it is about before it."""
        return f"{_listed(self.about)}: {self.text}" if self.about else self.text


@dataclass(frozen=True, slots=True)
class Section:
    """One part of a leaflet with its lines.

    Attributes:
        id: Of the part.
        heading: In plain words.
        tone: How it is set.
        lines: What is said.
        more: How many lines on other medicines are left out: a leaflet for everybody names the most serious.
        yields: Whether a symptom in it is an emergency by another line of the leaflet, which then comes first.
        unsaid: Labels of the drugs of which no source that was read says what this part is about: whom to ask is said.
    """

    id: str
    heading: str
    tone: str
    lines: tuple[Line, ...]
    more: int = 0
    yields: bool = False
    unsaid: tuple[str, ...] = ()

    @property
    def unsaid_of(self) -> str:
        """The drugs of which no source says it, as a list in words within a sentence; empty for none."""
        return _listed(tuple(label.lower() for label in self.unsaid)) if self.unsaid else ""


@dataclass(frozen=True, slots=True)
class Personal:
    """What applies to the person whose record was given.

    Attributes:
        headline: What to do about it.
        decision: As the check decided.
        applies: Most serious first.
        questions: What is not known yet and can change the decision.
        unknown_medicines: Medicines on the list that were not recognised.
        unknown_matters: Allergies and illnesses in the record that were not understood.
        at: Date of the check.
        profile: Which sources lead.
    """

    headline: str
    decision: Decision
    applies: tuple[Line, ...]
    questions: tuple[str, ...]
    unknown_medicines: tuple[str, ...]
    unknown_matters: tuple[str, ...]
    at: date
    profile: str


@dataclass(frozen=True, slots=True)
class Leaflet:
    """A leaflet.

    Attributes:
        drugs: Whose: one, or those of a regimen.
        personal: What applies to one person; None without a record.
        sections: In reading order.
        not_covered: Headings of parts on which no source that was read says anything.
        emergency: Which number to call in an emergency.
        poison: Which number to call for poison help; empty where no source gives one.
        reporting: Lines on where side effects are reported in this country.
        sources: The sources, numbered from 1.
        knowledge: Digest of the knowledge.
        language: BCP 47 tag of its words; sources keep their own titles.
        titled: The names of the drugs in that language; empty for English.
    """

    drugs: tuple[DrugIdentity, ...]
    personal: Personal | None
    sections: tuple[Section, ...]
    not_covered: tuple[str, ...]
    emergency: str
    poison: str
    reporting: tuple[Line, ...]
    sources: tuple[Source, ...]
    knowledge: str
    language: str = "en"
    titled: str = ""

    @property
    def title(self) -> str:
        """The names of the drugs."""
        return self.titled or _listed([drug.label for drug in self.drugs])

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Other names of a drug; none in a leaflet on several."""
        return tuple(self.drugs[0].synonyms) if len(self.drugs) == 1 else ()


def _listed(labels: Sequence[str]) -> str:
    """Return names as a list in words, the first as it begins a sentence."""
    first, *others = labels
    *between, last = (first, *(label[0].lower() + label[1:] for label in others))
    return f"{', '.join(between)} and {last}" if between else last
