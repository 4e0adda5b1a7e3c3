"""Everything the sources say, read and checked, as one value that is handed to every step."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Protocol

from fullcourse.clinical.citation import Citation, Source
from fullcourse.clinical.errors import InputError
from fullcourse.knowledge.shelf import Shelf
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.table_shelf import TableShelf
from fullcourse.knowledge.vocabulary import (
    AskGroup,
    DrugIdentity,
    FactDefinition,
    MedicineClass,
    MonitoringTest,
    OtherMatter,
    Point,
    Profile,
    ResourceReading,
)

if TYPE_CHECKING:
    from fullcourse.knowledge.doses import Doses
    from fullcourse.knowledge.regimens import Guidelines

__all__ = ["Knowledge"]

_LIKE: Final = 0.75
"""How alike two names are for one to be offered for the other, from 0 to 1."""
_APART: Final = 0.03
"""By how much it must be likelier than the nearest look-alike of any drug."""


def _no_other_names(_name: str) -> tuple[str, ...]:
    return ()


class _Cited(Protocol):
    """A statement, or a table of a guideline."""

    @property
    def source(self) -> str: ...
    @property
    def section(self) -> str: ...


@dataclass(frozen=True, slots=True, eq=False)
class Knowledge:
    """The knowledge at one digest. Compared by identity, so that what follows from it alone can be kept.

    Attributes:
        digest: SHA-256 over every knowledge file, models of levels included, so that an answer names what it rests on.
        statements: By id, in the order of the files.
        facts: By id.
        groups: Groups of questions by id.
        classes: By id.
        drugs: By INN.
        sources: By id.
        points: By id; only those at which the strictest source does not lead.
        profiles: By id.
        readings: How each kind of resource is read, by type.
        guideline_shelf: What guidelines say about regimens, built when it is asked for.
        dose_shelf: What sources say about doses in tables, built when it is asked for.
        tests: What each test of monitoring is made of and answered by, by its name.
        other_matters: Codes known to mean something that no fact is about, by id.
        meanings: Returns what a name means that no drug file has, in ingredients: those of the vocabulary of medicines,
            which stands above this floor and is handed in where knowledge is loaded.
    """

    digest: str
    statements: Mapping[str, Statement]
    facts: Mapping[str, FactDefinition]
    groups: Mapping[str, AskGroup]
    classes: Mapping[str, MedicineClass]
    drugs: Mapping[str, DrugIdentity]
    sources: Mapping[str, Source]
    points: Mapping[str, Point]
    profiles: Mapping[str, Profile]
    readings: Mapping[str, ResourceReading]
    guideline_shelf: "TableShelf[Guidelines]"
    dose_shelf: "TableShelf[Doses]"
    other_matters: Mapping[str, OtherMatter] = field(default_factory=dict)
    tests: Mapping[str, MonitoringTest] = field(default_factory=dict)
    meanings: Callable[[str], tuple[str, ...]] = _no_other_names

    @property
    def guidelines(self) -> "Guidelines":
        """What guidelines say about regimens."""
        return self.guideline_shelf.whole()

    @property
    def doses(self) -> "Doses":
        """What sources say about doses in tables of weight and age, with limits and products."""
        return self.dose_shelf.whole()

    def doses_of(self, drug: str) -> "Doses":
        """Return what sources say about doses of one drug, by INN: its tables and limits, and every product."""
        return self.dose_shelf.about(drug, every="product")

    def drug(self, name: str) -> DrugIdentity:
        """Return a drug by INN, brand, synonym, WHO abbreviation or name in another language; never by likeness.

        Raises:
            InputError: No drug has the name, or it is a name of several medicines; a near name is offered, and left to
                the caller to choose.
        """
        wanted = name.strip().casefold()
        by_name = {
            known.casefold(): drug
            for drug in self.drugs.values()
            for known in (drug.inn, drug.label, drug.abbreviation, *drug.synonyms)
            if known
        }
        identity = by_name.get(wanted)
        if identity is not None:
            return identity
        apart = next((drug for drug in self.drugs.values() if wanted in map(str.casefold, drug.look_alikes)), None)
        if apart is not None:
            raise InputError(
                f"drug '{name}' is not {apart.label}, though the names look alike, and is not covered. "
                f"Covered: {', '.join(sorted(self.drugs))}."
            )
        meanings = self.meanings(name)
        if len(meanings) == 1 and meanings[0] in self.drugs:
            return self.drugs[meanings[0]]
        if len(meanings) > 1:
            raise InputError(
                f"drug '{name[:60]}' stands for {', '.join(meanings[:8])}, and not for one drug. Write which is meant."
            )
        mend = "Check the spelling."
        likest = max(by_name, key=lambda known: _likeness(wanted, known), default="")
        apart_from = [other.casefold() for drug in self.drugs.values() for other in drug.look_alikes]
        nearest_other = max((_likeness(wanted, other) for other in apart_from), default=0.0)
        # A slip that lies as near to a look-alike may mean that one: then nothing is offered.
        if _likeness(wanted, likest) >= max(_LIKE, nearest_other + _APART):
            mend = f"Did you mean '{likest}'?"
        raise InputError(f"drug '{name[:60]}' is not covered. {mend} Covered: {', '.join(sorted(self.drugs))}.")

    def profile(self, name: str) -> Profile:
        """Return a profile; raises InputError for a name that is none."""
        try:
            return self.profiles[name]
        except KeyError:
            raise InputError(f"profile '{name[:40]}' does not exist. Use one of: {', '.join(self.profiles)}.") from None

    def about(self, drug: DrugIdentity, owners: frozenset[str]) -> Iterator[Statement]:
        """Yield every statement that can speak of a drug.

        These are the statements of its owners, and those of all others that ask whether it is taken. Others may be
        yielded too.

        Args:
            drug: Whose.
            owners: First parts of ids, for example ``cycloserine``.
        """
        if isinstance(self.statements, Shelf):
            yield from self.statements.about(owners, self._targets_of(drug))
        else:
            yield from self.statements.values()

    def following(self, key: str, value: str) -> Iterator[Statement]:
        """Yield every statement of which something can follow that has a value under a key of ``then``.

        Args:
            key: For example ``finding``.
            value: For example ``company``.
        """
        if isinstance(self.statements, Shelf):
            yield from self.statements.following(key, value)
        else:
            yield from self.statements.values()

    def _targets_of(self, drug: DrugIdentity) -> frozenset[str]:
        codes = {"atc": (drug.atc,), "rxnorm": (drug.rxnorm,)}
        targets = (f"drug.{drug.inn}", *self.classes)
        return frozenset(target for target in targets if self.in_class(drug.inn, codes, target))

    def citation(self, claim: _Cited) -> Citation:
        """Return where a statement or a table of a guideline comes from."""
        return self.sources[claim.source].cited(claim.section)

    def in_class(self, ingredient: str, codes: Mapping[str, tuple[str, ...]], target: str) -> bool:
        """Whether an ingredient, or a code recorded for it, is a member of ``drug.x`` or ``class.x``.

        Args:
            ingredient: INN in lower case.
            codes: Codes by system, as recorded for the medicine.
            target: ``drug.x`` or ``class.x``.
        """
        if target.startswith("drug."):
            return ingredient == target.removeprefix("drug.")
        members = self.classes[target]
        if ingredient in members.ingredients:
            return True
        if any(code in members.rxnorm for code in codes.get("rxnorm", ())):
            return True
        return any(code.startswith(prefix) for code in codes.get("atc", ()) for prefix in members.atc)


def _likeness(name: str, other: str) -> float:
    """Return how alike two names are; 0 where their lengths alone leave too little for one to be offered."""
    import difflib  # only a name that is not known needs it

    matcher = difflib.SequenceMatcher(None, name, other)
    return matcher.ratio() if matcher.real_quick_ratio() >= _LIKE - _APART else 0.0
