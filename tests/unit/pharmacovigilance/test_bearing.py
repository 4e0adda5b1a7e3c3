"""What bears on causality: for suspects only, and not stopped is not the same as nobody said."""

import pytest

from reports import drafted

HEAD = '[[reaction]]\nwords = "fit"\nstart = 2026-11-03\n[[reaction]]\nwords = "an odd knee"\n'


@pytest.mark.parametrize(
    ("action", "stopped"),
    [
        ("withdrawn", True),
        ("dose reduced", True),
        ("dose increased", False),
        ("dose not changed", False),
        ("unknown", None),
        ("not applicable", None),
    ],
)
def test_what_was_done_says_whether_there_was_a_dechallenge(action, stopped):
    report = drafted(f'{HEAD}[[drug]]\nname = "cycloserine"\nrole = "suspect"\naction = "{action}"\n')
    assert [it.dechallenge for it in report.facts] == [stopped, stopped]


def test_every_suspect_meets_every_reaction_and_nobody_else_does():
    text = HEAD + "".join(
        f'[[drug]]\nname = "{name}"\nrole = "{role}"\n'
        for name, role in (("cycloserine", "concomitant"), ("imipenem", "suspect"), ("linezolid", "interacting"))
    )
    report = drafted(text)
    assert [(it.drug, it.reaction) for it in report.facts] == [(1, 0), (1, 1), (2, 0), (2, 1)]
    assert [it.what for it in report.facts[0].other_causes] == ["cycloserine", "cycloserine"]
    assert report.facts[1].other_causes == ()


def test_nothing_said_of_the_drug_is_no_fact():
    (facts, _) = drafted(f'{HEAD}[[drug]]\nname = "cycloserine"\nrole = "suspect"\n').facts
    assert (facts.dechallenge, facts.days_from_first_dose, facts.challenge.rechallenge) == (None, None, None)


def test_a_drug_that_is_not_known_here_was_not_looked_up_and_is_named():
    text = '[[reaction]]\nwords = "fit"\n' + "".join(
        f'[[drug]]\nname = "{name}"\nrole = "{role}"\n'
        for name, role in (("cycloserine", "suspect"), ("imipenem", "concomitant"), ("phenytoin", "concomitant"))
    )
    (facts,) = drafted(text).facts
    assert (facts.not_looked_up, [it.what for it in facts.other_causes]) == (("phenytoin",), ["imipenem"])
    (facts,) = drafted(text.replace("fit", "an odd knee")).facts
    assert facts.not_looked_up == ("imipenem", "phenytoin")
