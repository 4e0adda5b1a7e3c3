"""Answers a free question from the statements, each cited, or says that they are silent.

A question about a drug is answered from the statements about that drug alone. A question that names a second medicine
is answered from the statements about the two together; where there are none, silence is said to be silence, because
"no interaction known" is not what it means. Whatever sounds like an emergency comes first.
"""

from collections.abc import Iterable, Sequence
from typing import Final

from fullcourse.adapters.medicines.spelling import hidden
from fullcourse.adapters.search.alarms import OVERDOSE, Alarms, is_emergency, severity_of
from fullcourse.adapters.search.index import DrugIndex
from fullcourse.adapters.search.names import Names, OtherMedicine
from fullcourse.adapters.search.reply import Answer, Reply
from fullcourse.adapters.search.wording import QuestionTopic, Wording, read_wording
from fullcourse.adapters.search.words import fits, stem, tokens, unaccented
from fullcourse.clinical.errors import InputError
from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import FactCondition, Statement, Tells
from fullcourse.knowledge.vocabulary import DrugIdentity
from fullcourse.knowledge.walk import atoms_of, facts_of

__all__ = ["LONGEST_QUESTION", "Questions"]

LONGEST_QUESTION: Final = 500
"""Most characters of a question."""

_MOST_BETWEEN_TOPIC: Final = 3
"""Most other words between two words of a topic."""

_ENOUGH: Final = 0.5
"""A statement answers when it holds at least so much of what is asked, rare words counting more."""

_NEAR_BEST: Final = 0.5
"""Without a topic, a statement answers when it scores at least so much of the best."""

_PLAIN: Final = 2.0
"""What plain wording counts: whoever asks may be a patient."""

_TO_DO: Final = 2.5
"""What it counts that a statement says what to do about a symptom: whoever names one may have it, unless they ask
for leave to take the medicine."""

_SYMPTOMS: Final = frozenset({"symptom", "triage"})

_TOGETHER: Final = "what not to take with it"
_ON_TOPIC: Final = 10.0


class Questions:
    """Answers questions from one knowledge; indexes each drug once."""

    def __init__(self, knowledge: Knowledge, wording: Wording | None = None) -> None:
        """Take what the sources say, and the words of questions (the packaged ones when None)."""
        self._knowledge = knowledge
        self._wording = wording or read_wording()
        topical = (word for topic in self._wording.topics for words in topic.wordings for word in words)
        everyday = {*self._wording.silent, *self._wording.not_medicines, *self._wording.same, *topical}
        self._names = Names(knowledge, everyday)
        self._indexes: dict[str, DrugIndex] = {}
        self._alarms = Alarms(knowledge, self._wording, self._answer)

    def drug(self, name: str) -> DrugIdentity:
        """Return the drug of a name as given on its own.

        Raises:
            InputError: No drug has exactly this name. A near one is offered, unless the name lies as near to another
                medicine's.
        """
        drug = self._names.drug(name)
        if drug is not None:
            return drug
        covered = f"Covered: {', '.join(sorted(self._knowledge.drugs))}."
        apart = self._names.apart(name)
        if apart is not None:
            raise InputError(f"'{name[:60]}' is another medicine than {apart.inn} and is not covered. {covered}")
        offered = self._names.offered(name)
        if not offered:
            return self._knowledge.drug(name)
        raise InputError(f"drug '{name[:60]}' is not covered. {self._offer(offered)}{covered}")

    def answer(self, question: str, drug: DrugIdentity | None = None) -> Reply:
        """Answer a question.

        Args:
            question: In free words.
            drug: The drug it is about; None when the question names it.

        Raises:
            InputError: It is empty, too long, or holds characters that nobody sees.
        """
        written = tokens_as_written(question)
        words = tokens(question)
        known = {*self._known_words(drug)}
        named = self._names.find(words, written if len(written) == len(words) else words, known)
        drugs = named.drugs if drug is None else (drug,)
        read_as, near = ((), named.near) if drugs or named.others else self._read_as(named.near)
        drugs = drugs or read_as
        partners = [identity.inn for identity in named.drugs if identity not in drugs]
        medicines = [name for known in (*named.drugs, *drugs) for name in (known.inn, known.label.casefold())]
        medicines += [other.text for other in named.others] + [word for word, _ in named.near]
        raised = self._alarms.raised(words, drugs, medicines)
        notes = [f"'{named.near[0][0]}' is read as {inn.inn}." for inn in read_as]
        notes += [*self._about_others(named.others, drugs), *self._about_near(near)]
        offered = tuple(name for _, names in named.near for name in self._safe(names))
        answers: list[Answer] = []
        missing: tuple[str, ...] = ()
        if raised.amount is not None:
            notes = []  # what else is said of the drug is no help to somebody who took too much
        elif drugs and not near:
            asked = [words[at] for at in named.rest]
            partners += [ingredient for other in named.others for ingredient in other.ingredients]
            answers, missing, more = self._answers(drugs, partners, words, asked)
            notes += more if not (raised.emergencies or raised.today) else []
        elif not drugs and not notes:
            answers = self._of_every_medicine(words)
            if not raised.emergencies:
                notes.append(
                    ("What to do differs by medicine. " if answers or raised.today else "")
                    + "Which drug is it about? Name it in the question, or with --drug. "
                    f"Covered: {', '.join(sorted(self._knowledge.drugs))}."
                )
        if raised.amount is not None and not drugs and not raised.emergencies:
            notes.append("What to do next differs by medicine. Which drug is it about?")
        return Reply(
            question=question,
            drugs=tuple(identity.inn for identity in drugs),
            emergencies=raised.emergencies,
            today=raised.today,
            answers=tuple(answers),
            notes=tuple(notes),
            did_you_mean=offered,
            not_mentioned=missing,
            in_spanish=raised.in_spanish,
            too_much_taken=any(answer.id == OVERDOSE for answer in (*raised.emergencies, *raised.today)),
            self_harm=raised.self_harm,
        )

    def _read_as(
        self, near: tuple[tuple[str, tuple[str, ...]], ...]
    ) -> tuple[tuple[DrugIdentity, ...], tuple[tuple[str, tuple[str, ...]], ...]]:
        """Return the drug that the only unknown name can have been meant to be, and the names that stay unknown."""
        if len(near) == 1 and len(names := self._safe(near[0][1])) == 1:
            return (self._knowledge.drugs[names[0]],), ()
        return (), near

    def _of_every_medicine(self, words: Sequence[str]) -> list[Answer]:
        """Return what is said of every medicine on the topics of a question that names none."""
        topics = {topic for raised, _ in self._topics(words) for topic in raised.topics}
        return [
            self._answer(statement, None)
            for statement in self._knowledge.statements.values()
            if statement.id.startswith(GENERAL_STATEMENTS) and _topic_of(statement) in topics
        ]

    def _answers(
        self, drugs: Sequence[DrugIdentity], partners: Sequence[str], words: Sequence[str], asked: Sequence[str]
    ) -> tuple[list[Answer], tuple[str, ...], list[str]]:
        raised = self._topics(words)
        topics = [topic for topic, _ in raised]
        if partners or (len(drugs) > 1 and (not topics or any(topic.id == _TOGETHER for topic in topics))):
            ranked_answers, notes = self._together(drugs, partners)
            return ranked_answers, (), notes
        leave = any(
            fits(wording, [stem(word) for word in words], _MOST_BETWEEN_TOPIC) for wording in self._wording.leave
        )
        speaking = [word for word in asked if word not in self._wording.silent]
        answers: list[Answer] = []
        missing: dict[str, None] = {}
        notes = []
        for drug in drugs:
            index = self._index(drug.inn)
            used = {word for topic, said in raised if topic.alone or self._on_topic(index, [topic]) for word in said}
            content = [word for word in speaking if stem(word) not in used]
            ranked = self._ranked(index, topics, [stem(word) for word in content], to_do=0.0 if leave else _TO_DO)
            ranked_answers = [self._answer(statement, drug) for statement in ranked]
            lacking = [word for word in content if not index.knows(stem(word), self._wording.same)]
            missing.update(dict.fromkeys(lacking))
            answers.extend(ranked_answers)
            if not ranked_answers:
                notes.append(
                    f"The sources read here say nothing about this for {drug.inn}. "
                    "That is no answer in either direction: ask your care team or pharmacist."
                )
            elif lacking:
                notes.append(f"No source read here on {drug.inn} speaks of: {', '.join(lacking)}.")
        return answers, tuple(missing), notes

    def _ranked(
        self, index: DrugIndex, topics: Sequence[QuestionTopic], content: Sequence[str], to_do: float
    ) -> list[Statement]:
        """Return the statements that answer, most to the point first; `to_do` is what acting on a symptom counts."""
        matches = index.match(content, self._wording.same)
        best = max((match.score for match in matches if match.coverage >= _ENOUGH), default=0.0)
        scored: list[tuple[float, int, Statement]] = []
        on_topic = self._on_topic(index, topics)
        if not on_topic and any(topic.alone for topic in topics):
            return []
        for number, (statement, match) in enumerate(zip(index.statements, matches, strict=True)):
            score = on_topic.get(statement.id, 0.0)
            if content and match.coverage >= _ENOUGH and match.score >= _NEAR_BEST * best:
                score += _ON_TOPIC * match.score / best + severity_of(statement) / 2
                score += to_do if _kind(statement) in _SYMPTOMS else 0.0
            if score:
                score += _PLAIN if statement.patient else 0.0
                scored.append((-score, number, statement))
        return [statement for _, _, statement in sorted(scored, key=lambda scored_row: scored_row[:2])]

    def _on_topic(self, index: DrugIndex, topics: Sequence[QuestionTopic]) -> dict[str, float]:
        scores: dict[str, float] = {}
        for topic in topics:
            told = [
                statement
                for statement in index.statements
                if isinstance(statement.body, Tells) and statement.body.topic in topic.topics
            ]
            told.sort(key=lambda statement: (topic.topics.index(_topic_of(statement)), not statement.patient))
            scores.update({statement.id: _ON_TOPIC + 1 - number / 100 for number, statement in enumerate(told)})
            kinds = {*topic.kinds, *(() if told else topic.else_kinds)}
            for statement in index.statements:
                if _kind(statement) in kinds or not set(topic.facts).isdisjoint(facts_of(statement.body)):
                    first = 3 if is_emergency(statement) else 0  # nothing stands above an emergency
                    scores.setdefault(statement.id, _ON_TOPIC - 1 + first + severity_of(statement) / 10)
        return scores

    def _topics(self, words: Sequence[str]) -> list[tuple[QuestionTopic, frozenset[str]]]:
        """Return what a question is about, each with the stems that said so; a longer wording overrules its parts."""
        asked = [stem(unaccented(word)) for word in words]
        fitting = [
            (topic, frozenset(wording))
            for topic in self._wording.topics
            for wording in topic.wordings
            if fits(wording, asked, _MOST_BETWEEN_TOPIC)
        ]
        longest = [(topic, wording) for topic, wording in fitting if not any(wording < other for _, other in fitting)]
        chosen: dict[str, tuple[QuestionTopic, frozenset[str]]] = {}
        for topic, wording in longest:
            said = chosen[topic.id][1] if topic.id in chosen else frozenset()
            chosen[topic.id] = (topic, said | wording)
        return list(chosen.values())

    def _together(self, drugs: Sequence[DrugIdentity], partners: Sequence[str]) -> tuple[list[Answer], list[str]]:
        """Return what is said of two medicines together, and where nothing is."""
        by_id: dict[str, tuple[Statement, DrugIdentity]] = {}
        notes = []
        pairs = [(drug, partner) for drug in drugs for partner in dict.fromkeys(partners) if partner != drug.inn]
        if not partners:
            pairs = [(drug, other.inn) for number, drug in enumerate(drugs) for other in drugs[number + 1 :]]
        for drug, partner in pairs:
            either = [(drug, partner)]
            if partner in self._knowledge.drugs:
                either.append((self._knowledge.drugs[partner], drug.inn))
            said = {
                statement.id: (statement, owner)
                for owner, other in reversed(either)
                for statement in self._index(owner.inn).statements
                if self._index(owner.inn).speaks_of(statement, other)  # never a third drug's
            }
            by_id.update(said)
            if not said:
                notes.append(
                    f"The sources read here say nothing about {drug.inn} with {partner}. That does not mean that they "
                    "go together: ask your care team or pharmacist before both are taken."
                )
        ordered = sorted(by_id.values(), key=lambda pair: (_kind(pair[0]) not in _PAIRS, -severity_of(pair[0])))
        return [self._answer(statement, drug) for statement, drug in ordered], notes

    def _answer(self, statement: Statement, drug: DrugIdentity | None) -> Answer:
        text = statement.says if self._rests_on_the_record(statement) else statement.patient or statement.says
        owner = "" if drug is None else drug.inn
        if drug is not None and not statement.id.startswith(self._index(drug.inn).own):
            other = statement.id.split(".", 1)[0]
            owner = next((inn for inn in self._knowledge.drugs if inn.replace(" ", "-") == other), other)
            # "This medicine" in the other drug's file is the other drug.
            text = f"{self._knowledge.drugs[owner].label} with {drug.inn}: {statement.says}"
        return Answer(
            id=statement.id,
            drug=owner,
            text=text,
            says=statement.says,
            citation=self._knowledge.citation(statement),
            dated=self._knowledge.sources[statement.source].dated,
            interpretation=statement.interpretation,
            review=statement.review,
        )

    def _rests_on_the_record(self, statement: Statement) -> bool:
        """Whether the plain wording speaks of what a record holds ("your liver test is too high"): nobody's is here."""
        for atom in atoms_of(statement.body):
            if isinstance(atom, FactCondition):
                fact = self._knowledge.facts[atom.fact]
                measured = fact.kind == "number" and atom.fact not in _KNOWN_TO_ANYBODY
                if measured or atom.fact.endswith(_SUSCEPTIBILITY) or (atom.equals is False and fact.kind != "given"):
                    return True
        return False

    def _about_others(self, others: Iterable[OtherMedicine], drugs: Sequence[DrugIdentity]) -> list[str]:
        notes = []
        for other in others:
            if other.looks_like:
                notes.append(
                    f"{other.text.capitalize()} is another medicine than {other.looks_like}, though the names look "
                    "alike. It is not covered here. Check the name on the package."
                )
            elif not drugs:
                covered = [ingredient for ingredient in other.ingredients if ingredient in self._knowledge.drugs]
                notes.append(
                    f"{other.text.capitalize()} holds {', '.join(other.ingredients)}. "
                    f"Ask about each: {', '.join(covered)}."
                    if covered
                    else f"{other.text.capitalize()} is not covered here."
                )
        return notes

    def _about_near(self, near: Iterable[tuple[str, tuple[str, ...]]]) -> list[str]:
        notes = []
        for word, names in near:
            safe = self._safe(names)
            if safe:
                notes.append(f"'{word}' is not a name that is known here. {self._offer(names)}".rstrip())
            else:
                notes.append(
                    f"'{word}' could be {' or '.join(names)}, which are different medicines. "
                    "Check the name on the package."
                    if len(names) > 1
                    else f"'{word}' looks like {names[0]}, which is not covered here. Check the package."
                )
        return notes

    def _safe(self, names: Sequence[str]) -> tuple[str, ...]:
        """Return the names to offer: none when one of them belongs to a medicine that is not covered."""
        drugs = [self._names.drug(name) for name in names]
        if any(drug is None for drug in drugs):
            return ()
        return tuple(dict.fromkeys(drug.inn for drug in drugs if drug is not None))

    def _offer(self, names: Sequence[str]) -> str:
        safe = self._safe(names)
        return f"Did you mean {' or '.join(safe)}? " if safe else ""

    def _known_words(self, drug: DrugIdentity | None) -> frozenset[str]:
        return frozenset() if drug is None else self._index(drug.inn).vocabulary

    def _index(self, inn: str) -> DrugIndex:
        index = self._indexes.get(inn)
        if index is None:
            index = self._indexes[inn] = DrugIndex(self._knowledge, inn, self._wording.silent)
        return index


_PAIRS: Final = frozenset({"interaction", "duplicate"})

GENERAL_STATEMENTS: Final = "every."
"""Statements that hold for every medicine."""

_KNOWN_TO_ANYBODY: Final = frozenset({"age", "weight"})
"""Numbers that people know of themselves without a record."""

_SUSCEPTIBILITY: Final = "_susceptibility"


def tokens_as_written(question: str) -> list[str]:
    """Return the words of a question with their capitals, by which an abbreviation is told from a word.

    Raises:
        InputError: The question is empty, too long, or holds characters that nobody sees.
    """
    if not question.strip():
        raise InputError("the question is empty. Ask it in words, for example: what should I avoid?")
    if len(question) > LONGEST_QUESTION:
        raise InputError(f"the question has more than {LONGEST_QUESTION} characters. Ask one thing in a few words.")
    if reason := hidden(question):
        raise InputError(f"the question has {reason}, so it may not say what it seems to. Type it anew.")
    return [word.strip(".,;:!?()[]\"'") for word in question.split()]


def _kind(statement: Statement) -> str:
    parts = statement.id.split(".")
    return parts[1] if len(parts) > 1 else ""


def _topic_of(statement: Statement) -> str:
    return statement.body.topic if isinstance(statement.body, Tells) else ""
