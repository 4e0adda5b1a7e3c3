"""What every family of resources needs: which facts a code speaks of, what a status means, and where evidence goes.

Both are data: the codes stand in the vocabulary, the statuses and dates in ``facts/records.toml``. Here is only how
they are looked up.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from fullcourse.adapters.fhir.read.bundle import Bundle, Entry
from fullcourse.adapters.fhir.read.codes import Concept, concept_of, plain_code
from fullcourse.adapters.fhir.read.elements import moment_at, shown
from fullcourse.adapters.fhir.read.fact_index import FactIndex, Match
from fullcourse.adapters.fhir.read.observed import ObservedConcepts
from fullcourse.adapters.medicines.recognising import Recognise, Recognition
from fullcourse.clinical.errors import Fault, InputError, KnowledgeError
from fullcourse.clinical.fact import Evidence, Standing
from fullcourse.clinical.level import Level
from fullcourse.clinical.moment import Moment
from fullcourse.clinical.ordered_dose import OrderedDose
from fullcourse.clinical.patient import Medicine, NotUsed, PassedOver, Record, Unrecognised
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.knowledge.vocabulary import Codes, ResourceReading

__all__ = ["Gathered", "Meaning", "Reading", "add_matter", "holds"]

# Where two elements of one resource say different things, the first of these that is said counts.
_STRICTEST = ("ignore", "no", "past", "unusable", "unsure", "maybe", "done", "stated", "now")


@dataclass(frozen=True, slots=True)
class Meaning:
    """What the status elements of a resource come to.

    Attributes:
        word: ``stated``, ``past``, ``unsure``, ``unusable``, ``no``, ``ignore``, ``now``, ``maybe`` or ``done``.
        reason: Which element said so; empty for ``stated`` and ``now``.
    """

    word: str
    reason: str = ""


_PLACES = {word: place for place, word in enumerate(_STRICTEST)}
_NOTHING_SAID = len(_STRICTEST)
_PLAIN = {_PLACES["stated"]: Meaning("stated"), _PLACES["now"]: Meaning("now"), _NOTHING_SAID: Meaning("stated")}
"""By their places, the meanings that need no reason."""


def holds(codes: Codes, names: Iterable[str], concept: Concept) -> bool:
    """Tell whether a coded value is one of these codes, or has one of these wordings."""
    for system, code in concept.codes:
        listed = codes.get(system)
        if listed and plain_code(system, code) in (plain_code(system, other) for other in listed):
            return True
    wordings = {name.casefold() for name in concept.names}
    return any(name.casefold() in wordings for name in names)


@dataclass(slots=True)
class Gathered:
    """A record in the making."""

    evidence: dict[str, list[Evidence]] = field(default_factory=dict)
    medicines: list[Medicine] = field(default_factory=list)
    unrecognised: list[Unrecognised] = field(default_factory=list)
    misplaced: list[Unrecognised] = field(default_factory=list)
    """Entries of a list that are of another kind than its entries: what they say is known once they are read."""
    not_used: Counter[tuple[str, str]] = field(default_factory=Counter)
    notes: dict[str, None] = field(default_factory=dict)
    doses: list[TakenDose] = field(default_factory=list)
    orders: list[OrderedDose] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    passed_over: list[PassedOver] = field(default_factory=list)
    unread: set[tuple[str, str]] = field(default_factory=set)

    def add(self, evidence: Evidence) -> None:
        """Keep a piece of evidence."""
        self.evidence.setdefault(evidence.fact, []).append(evidence)

    def skip(self, kind: str, why: str, *, may_matter: bool = False) -> None:
        """Count something that was read and not used; say so where it may speak of a fact all the same."""
        self.not_used[kind, why] += 1
        if may_matter:
            self.unread.add((kind, why))

    def record(self) -> Record:
        """Return everything gathered."""
        return Record(
            evidence={fact: tuple(pieces) for fact, pieces in self.evidence.items()},
            medicines=tuple(self.medicines),
            unrecognised=tuple(dict.fromkeys(self.unrecognised)),
            not_used=tuple(
                NotUsed(what, why, count, (what, why) in self.unread)
                for (what, why), count in sorted(self.not_used.items())
            ),
            notes=tuple(self.notes),
            doses=tuple(self.doses),
            orders=tuple(self.orders),
            levels=tuple(self.levels),
            passed_over=tuple(self.passed_over),
        )


@dataclass(slots=True)
class Reading:
    """One record being read: its resources, how to read them, and what was gathered."""

    bundle: Bundle
    index: FactIndex
    observed: ObservedConcepts
    readings: Mapping[str, ResourceReading]
    recognise: Recognise
    gathered: Gathered = field(default_factory=Gathered)
    _recognised: dict[Concept, Recognition] = field(default_factory=dict)

    def recognised(self, concept: Concept) -> Recognition:
        """Return what a product or substance is; each is recognised once in a record."""
        known = self._recognised.get(concept)
        if known is None:
            first, *others = concept.names or ("",)
            known = self._recognised[concept] = self.recognise(first, concept.codes, other_names=others)
        return known

    def rules(self, kind: str) -> ResourceReading:
        """Return how a type of resource is read.

        Raises:
            KnowledgeError: The knowledge does not say.
        """
        if kind not in self.readings:
            raise KnowledgeError(
                [Fault("facts/records.toml", kind, "nothing says how it is read", "Add [[resource]].")]
            )
        return self.readings[kind]

    def date(self, entry: Entry) -> Moment | None:
        """Return the date of a resource: the first of its dating elements that is there."""
        for path in self.rules(entry.kind).dates:
            try:
                moment = moment_at(entry.resource, path, entry.origin)
            except InputError as error:  # what it says counts, without a date
                self.note_set_aside(error)
                return None
            if moment:
                return moment
        return None

    def moment(self, entry: Entry, path: str) -> Moment | None:
        """Return the date at a dotted path; None when it is not there, or cannot be read and is set aside by name."""
        try:
            return moment_at(entry.resource, path, entry.origin)
        except InputError as error:
            self.note_set_aside(error)
            return None

    def note_set_aside(self, error: InputError) -> None:
        """Name an element that cannot be read; everything else of its resource counts."""
        self.gathered.notes[f"one element was set aside, everything else was read: {shown(str(error))}"] = None

    def meaning(self, entry: Entry) -> Meaning:
        """Return what the status elements of a resource come to; the strictest of them counts."""
        resource, strictest, by, of = entry.resource, _NOTHING_SAID, "", ""
        if resource.get("modifierExtension"):
            strictest = _PLACES["unsure"]
        for element, words in self.rules(entry.kind).statuses.items():
            value = resource.get(element)
            if value is None:
                code = "missing"
            elif isinstance(value, str) and value in words:
                code = value
            else:
                try:
                    code = _status_code(value, words, f"{entry.origin}.{element}")
                except InputError as error:
                    self.note_set_aside(error)
                    code = "other"
            place = _PLACES[words.get(code) or words.get("other", "unsure")]
            if place < strictest:
                strictest, by, of = place, element, code
        if strictest in _PLAIN:
            return _PLAIN[strictest]
        if not by:
            return Meaning("unsure", "an extension changes its meaning in a way that is not understood")
        said = f"'{shown(of)[:30]}'" if of != "missing" else "not recorded"
        return Meaning(_STRICTEST[strictest], f"{by} is {said}")


def _status_code(value: object, words: Mapping[str, str], place: str) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return value.strip() or "missing"
    if isinstance(value, dict):
        concept = concept_of(value, place)
        codes = [*(code for _, code in concept.codes), *concept.other_codes]
        return next((code for code in codes if code in words), (codes or [*concept.names, "missing"])[0])
    raise InputError(f"{place}: a code must stand here. Correct the record, or export it as FHIR R4.")


def add_matter(
    reading: Reading, matches: Iterable[Match], meaning: Meaning, entry: Entry, title: str, ended: Moment | None = None
) -> None:
    """Keep what a diagnosis, procedure, allergy or reason says of the facts that it matched.

    What is resolved is not "never": a history is then unsure, and a state has ended, on the day that is recorded.

    Args:
        reading: The record being read.
        matches: The facts, and how each was found.
        meaning: What the status elements come to.
        entry: The resource.
        title: What the record calls it.
        ended: When it ended, where that is recorded.
    """
    on = reading.date(entry)
    by_fact: dict[str, list[Match]] = {}
    for match in matches:
        by_fact.setdefault(match.fact.id, []).append(match)
    for fact_id, same in by_fact.items():
        values = {match.found.value for match in same if match.found.value != "unsure"}
        fact = same[0].fact
        if meaning.word == "no" and not values:
            continue
        value = values.pop() if len(values) == 1 else None
        reason = f"recorded as '{title}', which leaves it open" if not values else "its codes contradict one another"
        when = on
        if value is None:
            pass
        elif meaning.word == "no" and isinstance(value, bool):
            value, reason = not value, ""
        elif meaning.word in ("stated", "now"):
            reason = ""
        elif meaning.word == "past" and fact.kind == "state" and value is True and ended is not None:
            value, reason, when = False, "", ended
        elif meaning.word == "past":
            undated = " without a date" if fact.kind == "state" else ""
            value, reason = None, f"recorded as resolved{undated} ({meaning.reason})" if meaning.reason else ""
        else:
            value, reason = None, meaning.reason
        standing = Standing.STATED if value is not None else Standing.UNSURE
        if value is False and meaning.word in ("no", "past"):  # of this entry; another may say yes
            standing = Standing.OVER
        reading.gathered.add(Evidence(fact_id, value, when, entry.origin, title, "", standing, reason))
