"""What a question says that cannot wait: an emergency, a matter for today, or too much taken.

An alarm needs no drug: a drug that is named answers by its own statements, else the general statement answers, else
what the drugs' statements say, the most urgent first. How urgent a matter is, a statement says, and nothing here.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from fullcourse.adapters.search.amounts import Amount, amount_taken
from fullcourse.adapters.search.reply import Answer
from fullcourse.adapters.search.wording import Emergency, Wording
from fullcourse.adapters.search.words import fits, stem, unaccented
from fullcourse.clinical.finding import Severity
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition, Statement, Steps
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import atoms_of, facts_of, thens_of
from fullcourse.screening.rulebook import slug

__all__ = ["OVERDOSE", "Alarms", "Raised", "is_emergency", "severity_of"]

OVERDOSE: Final = "emergency.overdose"
"""The general statement on too much taken."""

SELF_HARM: Final = "emergency.suicidal-thoughts"

MOST_BETWEEN: Final = 2
"""Most other words between two words of an alarm."""

MOST_DRUGS: Final = 5
"""Most statements of drugs that answer where no drug was named."""

Tell = Callable[[Statement, DrugIdentity | None], Answer]


@dataclass(frozen=True, slots=True)
class Raised:
    """What a question raised.

    Attributes:
        emergencies: Statements that call for help now.
        today: Statements that call for the care team today.
        in_spanish: The same in Spanish, where the question was.
        self_harm: Whether it speaks of suicide.
        amount: What it says was taken, where that is more than a dose.
    """

    emergencies: tuple[Answer, ...]
    today: tuple[Answer, ...]
    in_spanish: tuple[str, ...]
    self_harm: bool
    amount: Amount | None


class Alarms:
    """Hears alarms with one knowledge."""

    def __init__(self, knowledge: Knowledge, wording: Wording, tell: Tell) -> None:
        """Take what the sources say, which words raise what, and how a statement becomes an answer."""
        self._knowledge, self._wording, self._tell = knowledge, wording, tell

    def raised(self, words: Sequence[str], drugs: Sequence[DrugIdentity], medicines: Sequence[str]) -> Raised:
        """Return what the words of a question raise.

        Args:
            words: Of the question, folded.
            drugs: Drugs that it names.
            medicines: Names of medicines as they stand in it.
        """
        words = [unaccented(word) for word in words]
        asked = [stem(word) for word in words]
        is_spanish = not self._wording.spanish.isdisjoint(words)
        emergencies: dict[str, Answer] = {}
        today: dict[str, Answer] = {}
        spanish: dict[str, None] = {}
        most = min((m for m in map(self._maximum, drugs) if m is not None), default=None)
        amount = amount_taken(words, medicines, most, self._wording.amounts)
        self_harm = False
        for alarm in self._wording.emergencies:
            too_much = alarm.statement == OVERDOSE and amount is not None
            if not (too_much or _any_fits((*alarm.wordings, *alarm.spanish), asked)):
                continue
            if is_spanish:
                spanish[alarm.in_spanish] = None
            self_harm |= alarm.statement == SELF_HARM
            for statement, drug in self._answering(alarm, drugs):
                urgent = _is_general(statement, alarm) or is_emergency(statement)
                calm = too_much and amount is Amount.DOUBLED
                place = emergencies if urgent and not calm else today
                place.setdefault(statement.id, self._tell(statement, drug))
        return Raised(tuple(emergencies.values()), tuple(today.values()), tuple(spanish), self_harm, amount)

    def _answering(
        self, alarm: Emergency, drugs: Sequence[DrugIdentity]
    ) -> Sequence[tuple[Statement, DrugIdentity | None]]:
        """Return the statements that answer an alarm, each with its drug."""
        own = [
            (statement, drug)
            for drug in drugs
            for statement in self._acting(drug, alarm.facts)
            if not alarm.statement or is_emergency(statement)
        ]
        if own:
            return sorted(own, key=_most_urgent)[: len(drugs)]
        if alarm.statement:
            return [(self._knowledge.statements[alarm.statement], None)]
        every = [
            (statement, drug)
            for drug in self._knowledge.drugs.values()
            for statement in self._acting(drug, alarm.facts)
        ]
        return sorted(every, key=_most_urgent)[:MOST_DRUGS]

    def _acting(self, drug: DrugIdentity, facts: Iterable[str]) -> list[Statement]:
        """Return a drug's own statements that say what to do at a symptom."""
        wanted = frozenset(facts)
        return [
            statement
            for statement in self._knowledge.statements.values()
            if statement.id.startswith(f"{slug(drug)}.")
            and any(then.kind == "action" for then in thens_of(statement.body))
            and not wanted.isdisjoint(facts_of(statement.body))
            and not _asks_for_a_number(statement)
        ]

    def _maximum(self, drug: DrugIdentity) -> float | None:
        """Return the lowest daily maximum that a plan of the drug states, mg; None where none does."""
        stated = [
            statement.body.max_mg_per_day
            for statement in self._knowledge.statements.values()
            if statement.id.startswith(f"{slug(drug)}.") and isinstance(statement.body, Steps)
        ]
        return min((most for most in stated if most is not None), default=None)


def is_emergency(statement: Statement) -> bool:
    """Return whether a statement calls for help now."""
    return any(then.kind == "action" and then.value == "emergency_now" for then in thens_of(statement.body))


def severity_of(statement: Statement) -> int:
    """Return the greatest severity of a statement's consequences; 0 for none."""
    return max((int(then.severity or Severity.INFO) for then in thens_of(statement.body)), default=0)


def _is_general(statement: Statement, alarm: Emergency) -> bool:
    return statement.id == alarm.statement


def _any_fits(wordings: Iterable[Sequence[str]], asked: Sequence[str]) -> bool:
    return any(fits(wording, asked, MOST_BETWEEN, near=True) for wording in wordings)


def _asks_for_a_number(statement: Statement) -> bool:
    """Whether a statement rests on an amount or a laboratory's value, which a question does not hold."""
    return any(isinstance(atom, FactCondition) and _is_number(atom) for atom in atoms_of(statement.body))


def _is_number(condition: FactCondition) -> bool:
    return any(not isinstance(bound, bool | str) for _, bound in condition.bounds)


def _most_urgent(pair: tuple[Statement, DrugIdentity]) -> tuple[bool, int, int, str]:
    statement, _ = pair
    return (not is_emergency(statement), -severity_of(statement), len(facts_of(statement.body)), statement.id)
