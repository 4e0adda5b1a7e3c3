"""Words of questions that lead nowhere, or to the wrong place, are faults of the knowledge."""

from dataclasses import replace

import pytest

from fullcourse.adapters.search.wording import Emergency, QuestionTopic, Wording, read_wording
from fullcourse.adapters.search.wording_lint import wording_faults
from fullcourse.adapters.search.words import stem
from patients import knowledge


def problems(wording: Wording) -> list[str]:
    return [f"{fault.where}: {fault.what} {fault.mend}" for fault in wording_faults(wording, knowledge())]


def topic(**fields: object) -> QuestionTopic:
    empty: tuple[str, ...] = ()
    plain = QuestionTopic("new", (("some", "words"),), empty, empty, empty, empty)
    return replace(plain, **fields)  # type: ignore[arg-type]


def with_topic(**fields: object) -> Wording:
    shipped = read_wording()
    return replace(shipped, topics=(*shipped.topics, topic(**fields)))


def test_the_shipped_words_have_no_fault() -> None:
    assert problems(read_wording()) == []
    assert problems(with_topic()) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"topics": ("how it work",)}, "how it works"),
        ({"kinds": ("contraindicaton",)}, "contraindication"),
        ({"else_kinds": ("contraindicaton",)}, "contraindication"),
        ({"facts": ("epilepsi",)}, "epilepsy"),
        ({"id": "how it works"}, "two topics have this id"),
    ],
)
def test_a_topic_that_leads_nowhere_is_a_fault_with_the_nearest_name(fields: dict[str, object], expected: str) -> None:
    (problem,) = problems(with_topic(**fields))
    assert expected in problem


def test_a_wording_of_two_topics_is_a_fault() -> None:
    first = read_wording().topics[0]
    (problem,) = problems(with_topic(wordings=first.wordings[:1]))
    assert first.id in problem


def test_an_emergency_is_answered_by_a_statement_that_tells_one() -> None:
    shipped = read_wording()

    def answered(statement: str, facts: tuple[str, ...] = ()) -> list[str]:
        more = Emergency(statement, facts, (("help",),), (("ayuda",),), "Ayuda.")
        return problems(replace(shipped, emergencies=(*shipped.emergencies, more)))

    assert "no statement has this id" in answered("emergency.seizures")[0]
    assert "no general emergency" in answered("cycloserine.contraindication.epilepsy")[0]
    assert "no fact" in answered("emergency.seizure", ("symptom_siezure",))[0]


def test_an_emergency_that_no_words_raise_is_a_fault() -> None:
    shipped = read_wording()
    (problem,) = problems(replace(shipped, emergencies=shipped.emergencies[1:]))
    assert shipped.emergencies[0].statement in problem


def test_words_that_take_one_drug_for_another_are_a_fault() -> None:
    shipped = read_wording()
    group = frozenset(map(stem, ("cycloserine", "linezolid")))
    (problem,) = problems(replace(shipped, same={**shipped.same, **dict.fromkeys(group, group)}))
    assert "cycloserine and linezolid" in problem
