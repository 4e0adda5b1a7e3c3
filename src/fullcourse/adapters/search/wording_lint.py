"""What must hold between the words of questions and the statements that answer: every name leads somewhere."""

from collections.abc import Collection, Iterable, Iterator

from fullcourse.adapters.search.wording import Emergency, QuestionTopic, Wording
from fullcourse.adapters.search.words import stem
from fullcourse.clinical.errors import Fault
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Tells
from fullcourse.knowledge.tables import did_you_mean
from fullcourse.knowledge.walk import facts_of, is_general_emergency

__all__ = ["wording_faults"]

_AMOUNT = "mg_"
"""Facts of an amount taken: a question raises the rule on too much, and its amount decides nothing more."""

_TOPICS, _EMERGENCIES, _WORDS = "search/topics.toml", "search/emergencies.toml", "search/words.toml"


def wording_faults(wording: Wording, knowledge: Knowledge) -> Iterable[Fault]:
    """Return every fault between the words of questions and the knowledge that they lead to."""
    told = {statement.body.topic for statement in knowledge.statements.values() if isinstance(statement.body, Tells)}
    kinds = {statement.id.split(".")[1] for statement in knowledge.statements.values()}
    seen: dict[tuple[str, ...], str] = {}
    ids: set[str] = set()
    for topic in wording.topics:
        if topic.id in ids:
            yield Fault(_TOPICS, topic.id, "two topics have this id", "Join them, or rename one.")
        ids.add(topic.id)
        yield from _names(_TOPICS, topic.id, "topic", topic.topics, told)
        yield from _names(_TOPICS, topic.id, "kind of statement", (*topic.kinds, *topic.else_kinds), kinds)
        yield from _names(_TOPICS, topic.id, "fact", topic.facts, knowledge.facts)
        yield from _said_twice(topic, seen)
    for emergency in wording.emergencies:
        yield from _emergency(emergency, knowledge)
    yield from _unanswered(wording, knowledge)
    yield from _drugs_kept_apart(wording, knowledge)


def _names(file: str, where: str, what: str, names: Iterable[str], known: Collection[str]) -> Iterator[Fault]:
    for name in names:
        if name not in known:
            yield Fault(file, where, f"no {what} is called '{name}'", did_you_mean(name, known))


def _said_twice(topic: QuestionTopic, seen: dict[tuple[str, ...], str]) -> Iterator[Fault]:
    for words in topic.wordings:
        other = seen.setdefault(words, topic.id)
        if other != topic.id:
            said = " ".join(words)
            yield Fault(_TOPICS, topic.id, f"'{said}' raises '{other}' as well", "Keep it in one of the two.")


def _emergency(emergency: Emergency, knowledge: Knowledge) -> Iterator[Fault]:
    where = emergency.statement or ", ".join(emergency.facts)
    yield from _names(_EMERGENCIES, where, "fact", emergency.facts, knowledge.facts)
    if not emergency.statement:
        read = {fact for statement in knowledge.statements.values() for fact in facts_of(statement.body)}
        if read.isdisjoint(emergency.facts):
            yield Fault(_EMERGENCIES, where, "no drug's statement reads these facts", "Name the general statement.")
        return
    statement = knowledge.statements.get(where)
    if statement is None:
        hint = did_you_mean(where, knowledge.statements)
        yield Fault(_EMERGENCIES, where, "no statement has this id", hint)
    elif not is_general_emergency(statement):
        yield Fault(
            _EMERGENCIES, where, "the statement is no general emergency", "Name one of guidelines/emergency.toml."
        )


def _unanswered(wording: Wording, knowledge: Knowledge) -> Iterator[Fault]:
    raised = {emergency.statement for emergency in wording.emergencies}
    heard = {fact for emergency in wording.emergencies for fact in emergency.facts}
    for statement in knowledge.statements.values():
        read = facts_of(statement.body)
        if (
            is_general_emergency(statement)
            and statement.id not in raised
            and heard.isdisjoint(read)
            and not any(fact.startswith(_AMOUNT) for fact in read)
        ):
            yield Fault(_EMERGENCIES, statement.id, "no words of a question raise it", "Add a row with its wordings.")


def _drugs_kept_apart(wording: Wording, knowledge: Knowledge) -> Iterator[Fault]:
    """Find synonyms that would answer a question on one drug with another's statements."""
    names = {
        stem(name.casefold()): drug.inn for drug in knowledge.drugs.values() for name in (drug.inn, *drug.synonyms)
    }
    for group in dict.fromkeys(wording.same.values()):
        named = sorted({names[word] for word in group if word in names})
        if len(named) > 1:
            problem = f"it takes {' and '.join(named)} for one another"
            yield Fault(_WORDS, "same", problem, "Drugs are found by their names: take them out of the row.")
