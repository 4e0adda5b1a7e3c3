"""Every shipped model by 1, 30 and 180 days of treatment by ``estimate`` and ``advise``: an answer or a refusal, soon.

Each call is cold and in a process of its own. Seconds are those of the processor, because other tests run beside it.
None may be over its limits. Where the build found no C compiler the cells of `OVER_BY_REFERENCE` are over them:
these run with ``FULLCOURSE_FAULTS=full``, and one that is under its limits leaves the list.
"""

import pytest

from bedside import BEDSIDE, called, question
from effort import FULL
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.knowledge.pk.model_choice import why_no_advice
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from fullcourse.pharmacokinetics.compiled.library import library

MOST_SECONDS, MOST_MB = 2.0, 500.0
DAYS = (1, 30, 180)
MODELS = read_pk_models()
OVER_BY_REFERENCE = {
    *((command, "linezolid.mockeliunas-2022", 180) for command in ("estimate", "advise")),
    ("advise", "linezolid.mockeliunas-2022", 30),
    *(
        ("estimate", model, days)
        for model in (
            "bedaquiline.svensson-2016", "linezolid.abdelgawad-2024",
            "pyrazinamide.chirehwa-2017", "rifampicin.smythe-2012", "rifampicin.svensson-2018",
        )
        for days in (30, 180)
    ),
}  # fmt: skip
OVER = OVER_BY_REFERENCE if library() is None else set()
CELLS = [
    pytest.param(command, model, days, marks=[pytest.mark.xfail(run=FULL, reason="over the limit of 2 s or 500 MB")])
    if (command, model, days) in OVER
    else (command, model, days)
    for model in sorted(BEDSIDE)
    for command in ("estimate", "advise")
    for days in DAYS
]


def test_every_shipped_model_is_asked():
    assert set(BEDSIDE) == set(MODELS)


@pytest.mark.parametrize(("command", "model", "days"), CELLS)
def test_a_cold_call_answers_or_refuses_within_its_limits(command: str, model: str, days: int):
    file = MODELS[model]
    call = called(question(command, model, days))
    lacks = why_no_advice(file, read_targets(file.drug, knowledge=load_knowledge())) if command == "advise" else ""
    if lacks:
        assert (call.code, lacks in call.complained) == (2, True), call.complained
    elif "estimate" not in file.uses:
        assert (call.code, "cannot estimate" in call.complained) == (2, True), call.complained
    else:
        assert call.code == 0, call.complained
        assert "own curve" in call.said
        assert "internal error" not in call.complained
    assert call.seconds <= MOST_SECONDS
    assert call.mb <= MOST_MB
