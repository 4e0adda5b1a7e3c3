"""A check of a rifamycin beside a medicine: as strict as the strictest source, and silent where none speaks."""

import tomllib
from pathlib import Path

import pytest

from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.clinical.fact import Evidence
from fullcourse.clinical.finding import Finding
from fullcourse.clinical.medicine import Medicine, Taken
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Record
from fullcourse.rules.establish import establish
from fullcourse.screening.screen import Screener
from patients import AT, knowledge

TABLE = tomllib.loads((Path(__file__).parents[2] / "rifamycin_pairs.toml").read_text("utf-8"))
SCREENER = Screener(knowledge(), knowledge().profile("who"))


def findings(drug: str, name: str) -> list[Finding]:
    """What applies because one medicine is taken, written as on a list."""
    known = recognise(name.replace("/", " / "), [])
    assert known.ingredients, (name, known.reason)
    entry = Medicine(name, known.ingredients, (), known.recognised_by, Taken.NOW, None, None, "list")
    complete = Evidence("medicines_complete", True, parse_moment(AT.isoformat(), "at"), "list")
    person = establish(Record({"medicines_complete": (complete,)}, (entry,)), knowledge(), AT)
    found, _ = SCREENER.pair(person, knowledge().drugs[drug], entry)
    return [it for it in found if it.kind == "interaction"]


@pytest.mark.parametrize("pair", TABLE["pair"], ids=lambda it: f"{it['drug']} {it['medicine']}")
def test_a_pair_is_as_strict_as_its_strictest_source(pair: dict[str, str]) -> None:
    found = findings(pair["drug"], pair["medicine"])
    assert found, "silent"
    strictest = max(it.severity for it in found)
    done = {it.management.do.value if it.management else None for it in found if it.severity is strictest}
    assert (strictest.word, pair.get("do") in done) == (pair["severity"], True), [(it.id, it.severity) for it in found]
    cited = {knowledge().statements[it.id].source for it in found}
    assert pair["source"] in cited


@pytest.mark.parametrize("pair", TABLE["silent"], ids=lambda it: f"{it['drug']} {it['medicine']}")
def test_a_pair_that_no_source_names_is_silent(pair: dict[str, str]) -> None:
    assert findings(pair["drug"], pair["medicine"]) == []
