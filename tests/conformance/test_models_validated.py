"""Every model that ships reproduces a figure of its own paper as near as the row says, or the row says why not."""

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.knowledge.pk.validated import read_validations
from fullcourse.pharmacokinetics.advice.exposure import steady_exposure
from published_figures import MODELS, drawn, models_validated_page, simulated

VALIDATIONS = read_validations(MODELS)
FIGURES = [figure for validation in VALIDATIONS.values() for figure in validation.figures]
PAGE = Path(__file__).parents[2] / "docs" / "reference" / "models-validated.md"


@pytest.fixture(scope="module")
def found():
    """Every figure as the model gives it; simulated once."""
    return [simulated(figure) for figure in FIGURES]


def test_every_model_that_ships_has_a_figure_or_says_why_not():
    assert set(VALIDATIONS) == set(MODELS) and len(MODELS) >= 18
    assert all(bool(validation.figures) != bool(validation.why_not) for validation in VALIDATIONS.values())


def test_every_figure_comes_as_near_to_the_paper_as_its_row_says(found):
    far = [
        f"{f.model}, {f.what}: {x:.4g}, not {f.published:g}"
        for f, x in zip(FIGURES, found, strict=True)
        if not f.holds(x)
    ]
    assert not far


def test_a_dose_one_half_larger_is_seen_by_every_figure():
    """The rows are narrow enough to see a wrong clearance, volume, unit or dose: none holds with half as much more."""
    blind = []
    for figure in FIGURES:
        if figure.against:
            more = dataclasses.replace(
                figure, against={**figure.against, "fat_free_mass": 1.2 * figure.against["fat_free_mass"]}
            )
        else:
            more = dataclasses.replace(figure, plan=_scaled(figure.plan, 1.5))
        blind += [figure.what] if figure.holds(simulated(more)) else []
    assert not blind


def _scaled(plan, times):
    words = plan.split()
    return " ".join(
        f"{float(word) * times:g}" if following == "mg" else word
        for word, following in zip(words, [*words[1:], ""], strict=True)
    )


def test_the_reference_page_is_not_stale(found):
    assert models_validated_page(found) == PAGE.read_text("utf-8"), (
        "run: PYTHONPATH=tests python tools/make_models_validated_page.py > docs/reference/models-validated.md"
    )


# Alghamdi 2019, Table 3: plan, mean peak, mean AUC of 24 hours, breakpoints (highest MIC that 90 per cent of people
# pass) for 30 and 64 per cent of the time above it. The means of doses three and four times a day are not three and
# four times those of one (2.84 and 3.64), which no linear model at steady state gives: they are not asked for.
ALGHAMDI = [
    ("250 mg q24h", 16.4, 259.5, 4, 4),
    ("250 mg q12h", 26.4, 516.7, 8, 8),
    ("250 mg q8h", None, None, 16, 16),
    ("250 mg q6h", None, None, 16, 16),
    ("500 mg q24h", 32.7, 519.0, 8, 8),
    ("500 mg q12h", 52.9, 1033.4, 16, 16),
    ("500 mg q8h", None, None, 32, 32),
    ("500 mg q6h", None, None, 48, 48),
    ("250 mg morning + 500 mg evening", 42.2, 763.8, 16, 16),
    ("750 mg q24h", 49.6, 789.5, 16, 8),
    ("750 mg q12h", 78.4, 1527.5, 32, 32),
    ("750 mg q8h", None, None, 64, 48),
]
MICS = (4, 8, 16, 32, 48, 64)


@pytest.fixture(scope="module")
def of_georgia_and_bangladesh():
    """People as the paper's Methods draw them: normal covariates that go together, nothing of an occasion."""
    (figure,) = (f for f in FIGURES if f.model == "cycloserine.alghamdi-2019" and f.measure == "auc24")
    assert not figure.occasions
    people, _ = drawn(figure, figure.people, 1)
    return {plan: steady_exposure(people, parse_dose_plan(plan)[0]) for plan, *_ in ALGHAMDI}


def test_the_breakpoints_of_cycloserine_are_those_of_the_paper_in_22_of_24(of_georgia_and_bangladesh):
    missed = []
    for plan, _, _, *published in ALGHAMDI:
        exposure = of_georgia_and_bangladesh[plan]
        for percent, breakpoint in zip((30.0, 64.0), published, strict=True):
            shares = {mic: float((exposure.percent_above(mic) >= percent).mean()) for mic in MICS}
            if max(mic for mic in MICS if shares[mic] >= 0.9) != breakpoint:
                missed.append((plan, percent, round(shares[breakpoint], 2)))
    assert len(missed) <= 2
    assert all(share >= 0.87 for _, _, share in missed)  # each misses by less than 3 points of attainment


def test_mean_levels_of_cycloserine_are_those_of_the_paper_within_5_per_cent(of_georgia_and_bangladesh):
    printed = [(plan, peak, auc24) for plan, peak, auc24, *_ in ALGHAMDI if peak]
    assert printed
    for plan, peak, auc24 in printed:
        exposure = of_georgia_and_bangladesh[plan]
        assert np.mean(exposure.peak) == pytest.approx(peak, rel=0.05)
        assert np.mean(exposure.auc24) == pytest.approx(auc24, rel=0.05)
