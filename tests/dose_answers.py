"""Doses of made-up patients, for tests: the harmless patient with some facts changed."""

from dataclasses import replace

from fullcourse.adapters.stock import read_stock
from fullcourse.clinical.patient import Override
from fullcourse.journey.dose import DoseAnswer, Doser, DoseRequest
from harmless import HARMLESS_MEDICINES, harmless_facts
from patients import knowledge, patient

__all__ = ["answer_of"]

_DOSERS: dict[str, Doser] = {}


def answer_of(case: dict) -> DoseAnswer:
    """Return the dose of a case: ``profile``, ``drug``, and optionally facts, overrides, stock, regimen and so on."""
    known = knowledge()
    doser = _DOSERS.setdefault(case["profile"], Doser(known, known.profile(case["profile"])))
    facts = {**harmless_facts(), **case.get("facts", {})}
    who = patient({name: value for name, value in facts.items() if value != "unknown"}, HARMLESS_MEDICINES)
    overrides = tuple(Override(name, reason, "", None) for name, reason in case.get("overrides", {}).items())
    who = replace(who, record=replace(who.record, overrides=overrides))
    check = doser.screener.screen(who, known.drugs[case["drug"]])
    lines = "\n".join(f"{case['drug']}, {words}" for words in case.get("stock", ()))
    stock = read_stock(lines.encode(), known) if lines else None
    request = DoseRequest(case.get("regimen", ""), case.get("form_asked", ""), stock, case.get("days_per_week"))
    return doser.dose_plan(who, check, request)
