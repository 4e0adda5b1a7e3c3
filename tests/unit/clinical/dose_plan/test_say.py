"""Plans in words, each form once."""

import pytest

from fullcourse.clinical.dose import Dose, DoseStep
from fullcourse.clinical.dose_plan import parse_dose_plan, say_dose_plan
from fullcourse.clinical.dose_plan.say import count_words


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("500 mg q36h", "500 mg every 36 h from 08:00"),
        ("500 mg qod", "500 mg at 08:00 every other day"),
        ("500 mg twice weekly", "500 mg at 08:00 on mon, thu"),
        ("500 mg mon to fri", "500 mg at 08:00 on mon, tue, wed, thu, fri"),
        ("2 caps of 250 mg bid", "2 capsules of 250 mg at 08:00 + 2 capsules of 250 mg at 20:00"),
        ("0.5 tablets of 600 mg daily", "0.5 tablet of 600 mg at 08:00"),
        ("500 mg daily as capsule 250 mg", "500 mg at 08:00 as capsule 250 mg"),
        ("250 mg alternating with 500 mg on mon, thu", "250 mg alternating with 500 mg at 08:00 on mon, thu"),
        ("500 mg after dialysis", "500 mg in the evening after dialysis"),
        ("500 mg after dialysis on mon at 14:00", "500 mg at 14:00 after dialysis on mon"),
        (
            "250 mg q12h, at most 1 g a day, for 2 weeks",
            "250 mg at 08:00 + 250 mg at 20:00 at most 1000 mg a day for 14 days",
        ),
        ("starting on 2026-12-01 250 mg daily", "from 2026-12-01: 250 mg at 08:00"),
        (
            "250 mg daily for 14 days; from day 20: 500 mg daily",
            "250 mg at 08:00 for 14 days; from day 20: 500 mg at 08:00",
        ),
        ("1.1250 mg daily", "1.1250 mg at 08:00"),
        ("0.25 tablets of 600 mg daily", "0.25 tablet of 600 mg at 08:00"),
        ("1 capsule of 250 mg daily", "1 capsule of 250 mg at 08:00"),
        (
            "1 capsule of 250 mg alternating with 2 capsules of 250 mg",
            "1 capsule of 250 mg alternating with 2 capsules of 250 mg at 08:00",
        ),
        ("250 mg daily for 1 day", "250 mg at 08:00 for 1 day"),
        ("250 mg daily for 2 days", "250 mg at 08:00 for 2 days"),
        ("750 mg over 45 min daily", "750 mg at 08:00 over 45 min"),
        ("750 mg over 119 min daily", "750 mg at 08:00 over 119 min"),
        ("750 mg over 120 min daily", "750 mg at 08:00 over 2 h"),
        ("750 mg over 0.41 h daily", "750 mg at 08:00 over 0.41 h"),
    ],
)
def test_a_plan_is_said_so(text: str, said: str):
    assert said == say_dose_plan(parse_dose_plan(text))
    assert parse_dose_plan(text) == parse_dose_plan(said)


@pytest.mark.parametrize(
    ("units", "form", "said"),
    [
        (1.0, "capsule 250 mg", "1 capsule of 250 mg"),
        (1.5, "tablet 600 mg", "1.5 tablets of 600 mg"),
        (2.0, "dispersible tablet 100 mg", "2 dispersible tablets of 100 mg"),
        (0.5, "tablet", "0.5 tablet"),
        (3.0, "suspension 20 mg", "3 × suspension 20 mg"),
    ],
)
def test_a_number_of_a_form_is_said_in_words(units: float, form: str, said: str):
    assert count_words(units, form) == said


@pytest.mark.parametrize(
    ("step", "said"),
    [
        (
            DoseStep(1, (Dose("08:00", 250.0, 1.0),), "capsule 250 mg", cycle=(250.0, 300.0)),
            "250 mg alternating with 300 mg at 08:00 as capsule 250 mg",
        ),
        (
            DoseStep(1, (Dose("08:00", 250.0, 1.0), Dose("20:00", 125.0)), "capsule 250 mg"),
            "1 capsule of 250 mg at 08:00 + 125 mg at 20:00",
        ),
        (DoseStep(1, (Dose("08:00", 300.0, 1.2),), "capsule 250 mg"), "300 mg at 08:00 as capsule 250 mg"),
        (DoseStep(1, (Dose("08:00", 250.0),), "capsule 250 mg"), "250 mg at 08:00 as capsule 250 mg"),
    ],
)
def test_amounts_are_counted_where_a_form_can_be_counted_in_quarters(step: DoseStep, said: str):
    assert said == say_dose_plan([step])
