"""What may follow from a statement is a closed table: every slip is refused with file, statement, key and mend."""

from pathlib import Path

import pytest

from fullcourse.clinical import KnowledgeError
from fullcourse.knowledge.reader import read_knowledge
from small_knowledge import folder, statement

WHEN = 'when = [{ fact = "fits", is = true }]\n'
FINDING = 'finding = "caution", severity = "major"'
ACTION = 'action = "contact_today", severity = "major"'
STEPS = "steps = [{{ from_day = 1, doses = [{doses}]{more} }}]\nmax_mg_per_day = 1000"
DRUG = """
[drug]
inn = "exampline"
label = "exampline"
forms = [{ form = "capsule", strength_mg = 250, source = "label" }]
sources = { inn = "label", label = "label" }
"""


def faults_of(path: Path, bodies: list[str]) -> list[str]:
    texts = [statement(body, name=f"exampline.x.n{number}") for number, body in enumerate(bodies)]
    with pytest.raises(KnowledgeError) as caught:
        read_knowledge(folder(path, "".join(texts), drugs__drug=DRUG))
    return [str(fault) for fault in caught.value.faults]


def then(text: str) -> str:
    return WHEN + f"then = {{ {text} }}"


def steps(doses: str, more: str = "") -> str:
    return STEPS.format(doses=doses, more=more)


FAULTY = [
    # (body, the key that is named, the mend)
    (then("dose = [{ mgg = 5000 }]"), "'mgg'", "Did you mean 'mg'?"),
    (then("dose = [{ mg = -250 }]"), "'mg'", "above 0"),
    (then("dose = [{ mg = 0 }]"), "'mg'", "above 0"),
    (then("dose = [{ mg = 250000 }]"), "'mg'", "at most 20000"),
    (then('dose = [{ mg = "250" }]'), "'mg'", "without quotation marks"),
    (then("dose = [{ mg = true }]"), "'mg'", "without quotation marks"),
    (then("dose = [{ mg = nan }]"), "'mg'", "above 0"),
    (then("dose = [{ mg = inf }]"), "'mg'", "at most 20000"),
    (then("dose = []"), "'dose'", "at least one row"),
    (then("dose = [{ every_h = 24 }]"), "'dose'", "Add mg"),
    (then('dose = "250 mg"'), "'dose'", "{ mg = ... }"),
    (then("dose = [{ mg = 250, every_h = 0 }]"), "'every_h'", "above 0"),
    (then("dose = [{ mg = 250, evry_h = 24 }]"), "'evry_h'", "Did you mean 'every_h'?"),
    (then("dose = [{ mg_low = 500, mg_high = 250 }]"), "'mg_high'", "Order the ends"),
    (then("dose = [{ mg_low = 500 }]"), "'mg_low'", "two ends"),
    (then("dose = [{ mg = 250, mg_high = 500 }]"), "'mg_high'", "two ends"),
    (then("dose = [{ mg = 250, per_week = 8 }]"), "'per_week'", "at most 7"),
    (then("dose = [{ mg = 250, per_week = 1.5 }]"), "'per_week'", "whole number"),
    (then('dose = [{ mg = 250, days_of_week = ["mno"] }]'), "'days_of_week'", "One of: mon, tue"),
    (then("dose = [{ of_usual_daily_dose = 25 }]"), "'of_usual_daily_dose'", "at most 1"),
    (then('dose = [{ mg = 250, form = "capsul 250 mg" }]'), "'form'", "capsule 250 mg"),
    (then('dose = [{ mg = 500, units = 1, form = "capsule 250 mg" }]'), "'units'", "Correct one of the two"),
    (then("dose = [{ mg = 250 }], specialist = false"), "'specialist'", "Leave the key out"),
    (then("dose = [{ mg = 250 }], peak_mg_per_l = [30, 20]"), "'peak_mg_per_l'", "Order the numbers"),
    (then('dose = [{ mg = 250 }], option = "slow start"'), "'option'", "slower start"),
    (then('missed = "take_two_now"'), "'missed'", "skip, take_now"),
    (then('missed = "skip", severty = "major"'), "'severty'", "not known in a consequence of kind 'missed'"),
    (then('action = "emergency_nwo", severity = "major"'), "'action'", "Did you mean 'emergency_now'?"),
    (then(ACTION + ", hold = false"), "'hold'", "Leave the key out"),
    (then(ACTION + ', call = ["emergency numbr"]'), "'call'", "Did you mean 'emergency number'?"),
    (then(ACTION + ', ask_for = "lactate"'), "'ask_for'", "a list of texts"),
    (then(ACTION + ', ask_for = ["lactat"]'), "'ask_for'", "Did you mean 'lactate'?"),
    (then(ACTION + ", max_mg_per_day = -1"), "'max_mg_per_day'", "above 0"),
    (then(FINDING + ', unresovled = "major"'), "'unresovled'", "Did you mean 'unresolved'?"),
    (then(FINDING + ', tightens = ["hearig"]'), "'tightens'", "Did you mean 'hearing'?"),
    (then('finding = "contraindiction", severity = "major"'), "'finding'", "Did you mean 'contraindication'?"),
    (then(FINDING + ', mangement = { do = "avoid", says = "x" }'), "'mangement'", "Did you mean 'management'?"),
    (then(FINDING + ', management = { do = "avod", says = "x" }'), "'do'", "Did you mean 'avoid'?"),
    (then(FINDING + ', management = { says = "x" }'), "'do'", "Add do"),
    (then(FINDING + ', management = { do = "avoid" }'), "'says'", "Add says"),
    (
        then(FINDING + ', management = { do = "avoid", says = "x", insted = ["y"] }'),
        "'insted'",
        "Did you mean 'instead'?",
    ),
    (then(FINDING + ', management = "avoid"'), "a table is expected", "{ key = value }"),
    (then(FINDING + ', management = { do = "avoid", says = "' + "x" * 201 + '" }'), "201 letters", "in 200"),
    (then(FINDING + ', management = { do = "separate", says = "x" }'), "'separate'", "hours_before"),
    (then(FINDING + ', management = { do = "separate", says = "x", hours_after = 0 }'), "'hours_after'", "above 0"),
    (then(FINDING + ', management = { do = "avoid", says = "x", hours_after = 2 }'), "'avoid'", "do = 'separate'"),
    (then(FINDING + ', management = { do = "none_needed", says = "x", instead = ["y"] }'), "'instead'", "Keep one"),
    (
        then(FINDING + ', management = { do = "monitor", says = "x", through = "metabolism" }'),
        "'through'",
        "none_needed",
    ),
    (
        then(FINDING + ', management = { do = "none_needed", says = "x", through = "enzyms" }'),
        "'through'",
        "metabolism",
    ),
    (
        then(FINDING + ', management = { do = "monitor", says = "x", watch = ["hearig"] }'),
        "'watch'",
        "Did you mean 'hearing'?",
    ),
    (then(FINDING + ', mechanism = "qtt"'), "'mechanism'", "Did you mean 'qt'?"),
    (then(ACTION + ', management = { do = "avoid", says = "x" }'), "'management'", "not known"),
    (then('test = "blood cuont"'), "'test'", "Did you mean 'blood count'?"),
    (then('test = "blood count", every_days = 0'), "'every_days'", "at least 1"),
    (then('test = "blood count", every_days = 7.5'), "'every_days'", "whole number"),
    (then('test = "blood count", every_weeks = 2'), "'every_weeks'", "not known"),
    (then('test = "blood count", on_weeks = [12, 2]'), "'on_weeks'", "Order the numbers"),
    (then('supplement = "pyridoxin"'), "'supplement'", "Did you mean 'pyridoxine'?"),
    (then('supplement = "pyridoxine", mg_per_day = -10'), "'mg_per_day'", "above 0"),
    (steps('{ at = "mornign", mg = 250 }'), "'at'", "Did you mean 'morning'?"),
    (steps('{ at = "24:00", mg = 250 }'), "'at'", "08:00"),
    (steps('{ at = "8:00", mg = 250 }'), "'at'", "08:00"),
    (steps('{ at = "08:60", mg = 250 }'), "'at'", "08:00"),
    (steps('{ at = "morning", mg = -250 }'), "'mg'", "above 0"),
    (steps('{ at = "morning" }'), "'mg'", "Add mg"),
    (steps("{ mg = 250 }"), "'at'", "Add at"),
    (steps('{ at = "morning", mg = 600 }, { at = "evening", mg = 600 }'), "'doses'", "the maximum"),
    (steps('{ at = "morning", mg = 250 }', ', form = "tablet 250 mg"'), "'form'", "capsule 250 mg"),
    (steps('{ at = "morning", mg = 250 }', ", unitz = 1"), "'unitz'", "not known in a step"),
    ('by = "weight"\nbands = [{ from = 3, dose = { mg = 250 }, specalist = true }]', "'specalist'", "'specialist'"),
]


@pytest.mark.parametrize(("body", "key", "mend"), FAULTY, ids=[f"{row[1]}-{row[2][:20]}" for row in FAULTY])
def test_a_slip_is_refused_once_with_file_statement_key_and_mend(tmp_path, body, key, mend):
    (fault,) = faults_of(tmp_path, [body])
    assert fault.startswith("drugs/exampline.toml 'exampline.x.n0': ")
    assert key in fault
    assert mend in fault


def test_ten_slips_in_one_file_come_at_once(tmp_path):
    rows = FAULTY[::5][:10]
    faults = sorted(faults_of(tmp_path, [body for body, _, _ in rows]))
    assert len(faults) == 10
    for number, (fault, (_, key, mend)) in enumerate(zip(faults, rows, strict=True)):
        assert f"'exampline.x.n{number}'" in fault
        assert key in fault
        assert mend in fault


@pytest.mark.parametrize(
    "body",
    [
        then("dose = [{ mg = 20000 }]"),
        then("dose = [{ of_usual_daily_dose = 1 }]"),
        then("dose = [{ mg = 500, per_week = 7 }]"),
        then("dose = [{ mg_low = 250, mg_high = 250 }]"),
        then('dose = [{ mg = 500, units = 2, form = "capsule 250 mg" }]'),
        then(FINDING + ', unresolved = "major"'),
        steps('{ at = "00:00", mg = 500 }, { at = "23:59", mg = 500 }', ', form = "capsule 250 mg"'),
        steps('{ at = "night", mg = 250 }, { at = "noon", mg = 250 }'),
    ],
)
def test_what_stands_on_the_edge_of_the_table_loads(tmp_path, body):
    files = folder(tmp_path, statement(body, name="exampline.x.n0"), drugs__drug=DRUG)
    assert "exampline.x.n0" in read_knowledge(files).statements
