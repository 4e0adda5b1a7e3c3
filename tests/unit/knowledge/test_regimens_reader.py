"""Guidelines on regimens: what is refused, and that what ships rests on sources that were read."""

import pytest

from fullcourse.clinical.errors import KnowledgeError
from patients import knowledge
from small_knowledge import small

DRUG = """
[drug]
inn = "exampline"
label = "Exampline"
"""
CRITERION = """
[[criterion]]
id = "x.weight"
source = "label"
section = "4"
says = "From 30 kg."
unmet = "It is for people of 30 kg and more."
requires = [{ fact = "weight", at_least = 30, unit = "kg" }]
"""
REGIMEN = """
[[regimen]]
id = "x"
name = "X"
profiles = ["us"]
path = "susceptible"
order = 1
source = "label"
section = "4"
says = "It is said."
criteria = ["x.weight"]
phases = [{ name = "whole course", months = 6, drugs = ["exampline"] }]
"""


def guidelines(text: str):
    return small(DRUG, guidelines__x=text).guidelines


def test_a_regimen_is_read_with_its_criteria_and_phases():
    read = guidelines(CRITERION + REGIMEN)
    assert read.regimens["x"].phases[0].drugs[0].one_of == ("exampline",)
    assert read.criteria["x.weight"].rows[0].fits is True
    assert read.criteria["x.weight"].otherwise is False


def test_an_exclusion_is_met_otherwise():
    excluding = CRITERION.replace("requires", "excludes")
    assert (
        guidelines(excluding).criteria["x.weight"].rows[0].fits,
        guidelines(excluding).criteria["x.weight"].otherwise,
    ) == (False, True)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (CRITERION + REGIMEN.replace('"exampline"', '"examplin"'), "'examplin' is no drug of drugs/"),
        (CRITERION + REGIMEN.replace('["us"]', '["mars"]'), "profile 'mars' does not exist"),
        (CRITERION + REGIMEN.replace('["us"]', "[]"), "it names no profile"),
        (CRITERION + REGIMEN.replace('["x.weight"]', '["x.height"]'), "criterion 'x.height' is not there"),
        (CRITERION + REGIMEN.replace('"label"', '"rumour"'), "rests on tier C"),
        (CRITERION + REGIMEN.replace('"label"', '"hearsay"'), "source 'hearsay' is not in sources/"),
        (CRITERION + REGIMEN.replace("months = 6", "weeks = 8, months = 6"), "needs its length in weeks or in months"),
        (CRITERION + REGIMEN.replace("months = 6", "months = 6, days_per_week = 8"), "8 days a week"),
        (CRITERION + REGIMEN.replace("months = 6", "month = 6"), "key 'month' is not known"),
        (CRITERION + REGIMEN + 'gives_way_to = ["y"]\n', "'y' is no regimen"),
        (CRITERION + REGIMEN + 'review = "signed"\n', "review is not 'unreviewed'"),
        (CRITERION + CRITERION, "the id is given twice"),
        (CRITERION + "excludes = []\n", "exactly one of requires, excludes and rows"),
        (CRITERION.replace("30 kg", "").replace('"weight"', '"wait"'), "fact 'wait' is not in the vocabulary"),
    ],
)
def test_a_slip_is_refused_at_load_with_its_mend(text, says):
    with pytest.raises(KnowledgeError, match=says):
        guidelines(text)


def test_everything_that_is_composed_rests_on_a_source_that_was_read():
    known = knowledge()
    for claim in (
        *known.guidelines.criteria.values(),
        *known.guidelines.regimens.values(),
        *known.guidelines.constructions.values(),
    ):
        assert known.sources[claim.source].tier in {"A", "B"}, claim.id


def test_every_criterion_is_asked_by_something():
    read = knowledge().guidelines
    plans = (*read.regimens.values(), *read.constructions.values())
    asked = {name for plan in plans for name in plan.criteria}
    asked |= {name for plan in read.constructions.values() for it in plan.candidates for name in it.criteria}
    assert asked == set(read.criteria)


def test_what_was_only_relayed_is_named_and_never_composed():
    read = knowledge().guidelines
    assert {"who-bdllfxc", "who-blmz", "who-bpalc-bdlc", "us-hpmz", "viet-nam-2hrze-4rhe"} <= set(read.named)
    assert not {"BDLLfxC", "BLMZ", "BPaLC"} & {it.name for it in read.regimens.values()}


def test_linezolid_1200_mg_stands_in_no_regimen_but_as_what_is_not_executed():
    for regimen in knowledge().guidelines.regimens.values():
        assert "1200" not in regimen.says
        assert all("not executed" in note for note in regimen.notes if "1200" in note)


def test_every_reading_that_a_guideline_names_has_a_page():
    from pathlib import Path

    pages = {path.stem for path in (Path(__file__).parents[3] / "docs" / "interpretations").glob("I-*.md")}
    read = knowledge().guidelines
    named = {
        it.interpretation for it in (*read.criteria.values(), *read.regimens.values(), *read.constructions.values())
    }
    assert named - {""} <= pages
