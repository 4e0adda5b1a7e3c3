"""The simulation of toxicity foreseen runs, is the same again by its seed, and shows what its page says."""

import importlib.util
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def _tool():
    spec = importlib.util.spec_from_file_location("try_foresight", ROOT / "tools" / "try_foresight.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


TOOL = _tool()
HAEMOGLOBIN = TOOL.HARMS[0]


@pytest.fixture(scope="module")
def weekly():
    return TOOL.tried(HAEMOGLOBIN, 7, 12, 5)


def test_with_weekly_counts_it_warns_before_the_last_value_does(weekly):
    tallies, toxic, benign, held = weekly
    assert (toxic, benign) == (12, 12)
    assert tallies["foreseen"].in_time > tallies["past"].in_time
    assert tallies["foreseen"].in_time >= 0.7 * toxic
    assert tallies["foreseen"].false <= 0.5 * benign
    assert len(held) == tallies["foreseen"].in_time + tallies["foreseen"].late


def test_the_same_seed_gives_the_same_and_another_gives_another(weekly):
    assert TOOL.tried(HAEMOGLOBIN, 7, 12, 5) == weekly
    assert TOOL.tried(HAEMOGLOBIN, 28, 12, 5) != TOOL.tried(HAEMOGLOBIN, 28, 12, 6)


def test_whoever_comes_to_harm_truly_passes_the_threshold_and_nobody_else_does():
    chance = TOOL.random.Random(3)
    for harm in TOOL.HARMS:
        for _ in range(50):
            assert TOOL.person(harm, 7, chance, toxic=False).crosses is None
            crosses = TOOL.person(harm, 7, chance, toxic=True).crosses
            assert crosses is None or crosses > 7.0


def test_the_page_holds_a_row_for_every_rule_result_and_interval():
    page = (ROOT / "docs" / "explanation" / "toxicity-foreseen.md").read_text("utf-8")
    for harm in TOOL.HARMS:
        for every in TOOL.EVERY_DAYS:
            for name in TOOL.RULES.values():
                assert f"| {harm.fact} | {every} d | {name} |" in page
