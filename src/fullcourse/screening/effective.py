"""How many drugs of a regimen work against the bacteria: a range, since what was not tested may work or not.

Counted for each active moiety, so cycloserine with terizidone is one. A drug that a result shows resistant counts 0,
one shown susceptible counts 1, and everything else (untested, intermediate, too old, contradictory) counts 0 to 1. A
rule on the count is then open where the range holds both sides of its threshold, and names the results to ask for.
"""

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Final, NamedTuple

from fullcourse.clinical.fact import Evidence, Fact
from fullcourse.clinical.patient import Patient
from fullcourse.clinical.quantity import Interval, exactly
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.vocabulary import FactDefinition
from fullcourse.rules.series import stated_series

__all__ = ["EFFECTIVE_DRUGS", "EffectiveDrugs", "Effectiveness"]

EFFECTIVE_DRUGS: Final = "effective_drugs_in_regimen"
"""The fact that statements read; handed in by this step."""


class Effectiveness(Enum):
    """What is known of one active moiety; the value is how much it counts, at least and at most."""

    RESISTANT = (0.0, 0.0)
    SUSCEPTIBLE = (1.0, 1.0)
    UNKNOWN = (0.0, 1.0)


class _Judged(NamedTuple):
    """One active moiety: what is known of it, the results that say so, and those to ask for."""

    effectiveness: Effectiveness
    results: tuple[Evidence, ...]
    missing: tuple[str, ...]


class EffectiveDrugs:
    """Counts the effective drugs of regimens with the results that one knowledge knows; sorts these out once."""

    def __init__(self, knowledge: Knowledge) -> None:
        """Find which results speak of which drug."""
        self._moieties: dict[str, str] = {}
        for drug in knowledge.drugs.values():
            for name in (drug.inn, *drug.synonyms):
                self._moieties[name.casefold()] = drug.moiety or drug.inn
        self._speaking: dict[str, list[FactDefinition]] = {}
        for definition in knowledge.facts.values():
            for inn in definition.speaks_of.drugs if definition.speaks_of else ():
                speaking = self._speaking.setdefault(self._moieties.get(inn, inn), [])
                if definition not in speaking:
                    speaking.append(definition)

    def of(self, moiety: str, patient: Patient) -> Effectiveness:
        """Return what a patient's results show of one active moiety."""
        return self._judge(moiety, patient).effectiveness

    def count(self, patient: Patient, taken: Mapping[str, Evidence]) -> Fact:
        """Return the number of effective drugs as a range, with the results and entries that decided it.

        Args:
            patient: As established at a date.
            taken: Each drug of the regimen, with an entry of the medicine list that says so.
        """
        entries: dict[str, Evidence] = {}
        for ingredient in sorted(taken):
            moiety = self._moieties.get(ingredient.casefold(), ingredient)
            entries.setdefault(moiety, taken[ingredient]._replace(fact=EFFECTIVE_DRUGS))
        judged = {moiety: self._judge(moiety, patient) for moiety in entries}
        because = [entries[moiety] for moiety, it in judged.items() if it.effectiveness is not Effectiveness.RESISTANT]
        because += [piece for it in judged.values() for piece in it.results]
        low, high = (sum(it.effectiveness.value[end] for it in judged.values()) for end in (0, 1))
        missing = () if low == high else _once(name for it in judged.values() for name in it.missing)
        return Fact(EFFECTIVE_DRUGS, _range(low, high), "", tuple(dict.fromkeys(because)), missing)

    def _judge(self, moiety: str, patient: Patient) -> _Judged:
        definitions = self._speaking.get(moiety, ())
        results = tuple(piece for it in definitions if (fact := patient.facts.get(it.id)) for piece in fact.because)
        words = {it.id: fact.value for it in definitions if (fact := patient.facts.get(it.id)) is not None}
        if any(it.speaks_of and words.get(it.id) in it.speaks_of.resistant for it in definitions):
            return _Judged(Effectiveness.RESISTANT, results, ())
        showing = [it for it in definitions if it.speaks_of and it.speaks_of.susceptible]
        if any(it.speaks_of and words.get(it.id) in it.speaks_of.susceptible for it in showing):
            resistance = tuple(piece for it in definitions for piece in _resistance(it, patient))
            if not resistance:
                return _Judged(Effectiveness.SUSCEPTIBLE, results, ())
            return _Judged(Effectiveness.UNKNOWN, (*results, *resistance), _open(showing, words))
        return _Judged(Effectiveness.UNKNOWN, results, _open(showing, words))


def _resistance(definition: FactDefinition, patient: Patient) -> Iterable[Evidence]:
    """Return every result that showed resistance, however old: a later susceptible one does not undo it by itself."""
    words = definition.speaks_of.resistant if definition.speaks_of else ()
    return (piece for piece in stated_series(patient.record, definition.id, patient.at) if piece.value in words)


def _open(showing: Iterable[FactDefinition], words: Mapping[str, object]) -> tuple[str, ...]:
    return tuple(definition.id for definition in showing if words.get(definition.id) is None)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))


def _range(low: float, high: float) -> Interval:
    return exactly(low) if low == high else Interval(low, high)
