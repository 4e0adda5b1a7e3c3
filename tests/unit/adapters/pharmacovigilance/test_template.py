"""The template is read as it stands, says nothing by itself, and names every key that is read."""

import re

from fullcourse.adapters.pharmacovigilance.template import template
from fullcourse.pharmacovigilance.people import Qualification, SenderType
from fullcourse.pharmacovigilance.reaction import Outcome, Seriousness
from fullcourse.pharmacovigilance.reported_drug import ActionTaken, DrugRole
from reports import drafted, given


def test_a_template_that_nobody_filled_in_is_read_and_lacks_all_four_criteria():
    report = drafted(template())
    assert (report.reactions, report.drugs, report.is_valid) == ((), (), False)
    assert sum(lack.need.value == "valid case" for lack in report.lacks) == 4


def test_every_word_that_may_be_chosen_stands_in_it():
    text = " ".join(re.sub(r"#", " ", template()).split())
    for words in (Qualification, SenderType, Outcome, DrugRole, ActionTaken):
        assert [word.value for word in words if word.value not in text] == []
    assert [name for name, _ in Seriousness().answers() if name not in text] == []


def test_every_example_in_it_is_read_where_its_mark_is_taken_away():
    lines = []
    for line in template().splitlines():
        opened = re.sub(r"^# (?=[a-z_\[])", "", line)
        is_example = opened != line and (re.match(r"[a-z_]+ = |\[\[", opened) is not None)
        lines.append(opened if is_example else line)
    text = "\n".join(lines).replace("no_history = true", "# ").replace('words = ""', 'words = "fit"', 1)
    text = text.replace('name = ""                            # as reported', 'name = "cycloserine" # as reported')
    text = text.replace('meddra_llt_code = ""', 'meddra_llt_code = "10039906"').replace("came_back = false", "# ")
    text = text.replace('drug = ""', 'drug = "cycloserine"').replace("and weight_on = 2026-11-01", "")
    report = given(text).report
    assert (report.reactions[0].words, report.drugs[0].name, report.assessments[0].result) == (
        "fit",
        "cycloserine",
        "probable",
    )
