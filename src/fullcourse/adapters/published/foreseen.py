"""What is foreseen of each drug as JSON: a part of ``fullcourse/monitor/1``, each part with its numbers."""

from fullcourse.adapters.published.citation import citation_json
from fullcourse.adapters.published.finding import evidence_json
from fullcourse.journey.monitor import FORESEEN_READING, Exposure, Foreseen, Heading, Trend

__all__ = ["foreseen_json"]

_VALIDATED = "on simulated patients only; in no patient"


def foreseen_json(foreseen: Foreseen) -> dict[str, object]:
    """Return what is foreseen of one drug as plain values that JSON can hold."""
    return {
        "drug": foreseen.drug,
        "warns": foreseen.warns,
        "interpretation": FORESEEN_READING,
        "validated": _VALIDATED,
        "trends": [_trend(trend) for trend in foreseen.trends],
        "exposure": None if foreseen.exposure is None else _exposure(foreseen.exposure),
        "ask_earlier": [
            {
                "test": ask.test,
                "planned_on": None if ask.planned is None else ask.planned.isoformat(),
                "limit_could_be_passed_from": ask.before.isoformat(),
            }
            for ask in foreseen.ask
        ],
    }


def _trend(trend: Trend) -> dict[str, object]:
    return {
        "fact": trend.fact,
        "unit": trend.unit or None,
        "standing": trend.standing.value,
        "per_week": trend.per_week,
        "per_week_low": trend.low,
        "per_week_high": trend.high,
        "confidence": 0.9,
        "lacks_baseline": trend.lacks_baseline,
        "counted": [evidence_json(piece) for piece in trend.counted],
        "left_out": [{**evidence_json(piece), "why": piece.reason or None} for piece in trend.left_out],
        "headings": [_heading(heading) for heading in trend.headings],
    }


def _heading(heading: Heading) -> dict[str, object]:
    threshold = heading.threshold
    return {
        "value": threshold.value,
        "first": heading.first.isoformat(),
        "middle": None if heading.middle is None else heading.middle.isoformat(),
        "last": None if heading.last is None else heading.last.isoformat(),
        "do": threshold.do.word,
        "action": threshold.action,
        "statement": threshold.statement,
        "says": threshold.says,
        "missing": list(threshold.missing),
        "citation": citation_json(threshold.citation),
        "review": threshold.review,
    }


def _exposure(it: Exposure) -> dict[str, object]:
    return {
        "model": it.model or None,
        "why_not": it.why_not or None,
        "doses": it.doses,
        "doses_recorded": it.taken,
        "last_dose_on": None if it.last_dose is None else it.last_dose.isoformat(),
        "measured_levels": it.levels,
        "trough_mg_per_l": list(it.trough),
        "peak_mg_per_l": list(it.peak),
        "auc24_mg_h_per_l": list(it.auc24),
        "limits": [
            {
                "measure": limit.measure,
                "mg_per_l": limit.value,
                "share_above": limit.share_above,
                "says": limit.says,
                "citation": citation_json(limit.citation),
            }
            for limit in it.limits
        ],
        "notes": list(it.notes),
    }
