"""What was told of each symptom: the same twice stays, what contradicts itself is unsure."""

from fullcourse.triage.report import Heard, joined, symptoms_of


def test_answers_that_contradict_each_other_are_unsure():
    told = [("a", Heard.YES), ("a", Heard.NO), ("b", Heard.NO), ("b", Heard.NO)]
    assert joined(told) == {"a": Heard.UNSURE, "b": Heard.NO}


def test_symptoms_are_known_by_their_names():
    assert symptoms_of(["symptom_rash", "epilepsy", "symptoms_worse"]) == ("symptom_rash", "symptoms_worse")
