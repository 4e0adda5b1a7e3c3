"""Every interaction is rated by what its source says to do, or says why it is not; the page for readers agrees."""

from pathlib import Path

import pytest

from fullcourse.clinical.finding import Decision, Severity
from fullcourse.clinical.management import FORBIDS, Do
from fullcourse.knowledge.reader import read_knowledge
from fullcourse.knowledge.severity import RUBRIC, severity_faults
from fullcourse.screening.decision import weighed
from patients import knowledge
from small_knowledge import folder, statement

PAGE = Path(__file__).parents[3] / "docs" / "reference" / "severity.md"
WHEN = 'when = [{ taking = "drug.other" }]\n'


def faults(path: Path, then: str) -> list[str]:
    read = read_knowledge(folder(path, statement(f"{WHEN}then = {{ {then} }}", name="exampline.x.pair")))
    return [str(fault) for fault in severity_faults(read)]


def managed(severity: str, do: str, more: str = "") -> str:
    return f'finding = "interaction", severity = "{severity}", management = {{ do = "{do}", says = "So."{more} }}'


def test_every_shipped_interaction_keeps_the_rubric_or_says_why_not():
    assert [str(fault) for fault in severity_faults(knowledge())] == []


def test_everything_that_can_be_done_has_its_row():
    assert set(RUBRIC) == {*Do, None}


@pytest.mark.parametrize("do", [do for do in RUBRIC if do is not None])
@pytest.mark.parametrize("severity", list(Severity))
def test_a_severity_outside_its_row_is_refused_and_one_inside_is_not(tmp_path: Path, do: Do, severity: Severity):
    apart = ", hours_before = 2" if do is Do.SEPARATE else ""
    found = faults(tmp_path, managed(severity.word, do.value, apart))
    assert bool(found) is (severity not in RUBRIC[do])
    assert all("rated_because" in fault and "exampline.x.pair" in fault for fault in found)


@pytest.mark.parametrize("severity", list(Severity))
def test_a_source_that_asks_for_nothing_informs(tmp_path: Path, severity: Severity):
    found = faults(tmp_path, f'finding = "interaction", severity = "{severity.word}"')
    assert bool(found) is (severity > Severity.MINOR)


def test_a_reason_lets_another_severity_stand(tmp_path: Path):
    assert faults(tmp_path, managed("major", "monitor") + ', rated_because = "The harm can kill."') == []


def test_a_reason_that_explains_nothing_is_refused(tmp_path: Path):
    (fault,) = faults(tmp_path, managed("moderate", "monitor") + ', rated_because = "It is so."')
    assert "'rated_because' stands where the rubric is kept" in fault


def test_a_caution_is_not_held_to_the_rubric(tmp_path: Path):
    assert faults(tmp_path, 'finding = "caution", severity = "major"') == []


def test_the_page_says_what_the_rubric_and_the_decision_say():
    rows = [
        [cell.strip() for cell in line.strip("|\n").split("|")]
        for line in PAGE.read_text("utf-8").splitlines()
        if line.startswith("|") and not line.startswith(("|--", "| what the source"))
    ]
    said: dict[Do | None, set[Severity]] = {}
    for _, do, severities, decision in rows:
        word = do.strip("`")
        key = None if word == "none" else Do(word)
        for severity in map(Severity.of, severities.split(" or ")):
            said.setdefault(key, set()).add(severity)
            assert weighed(severity, forbids=key in FORBIDS) is Decision(decision.replace(" ", "_"))
    assert said == {do: set(severities) for do, severities in RUBRIC.items()}
