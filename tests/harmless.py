"""A patient against whom no statement of any drug speaks, so that one fact at a time can be made to matter."""

from patients import knowledge

__all__ = ["HARMLESS_MEDICINES", "harmless_facts"]

HARMLESS_MEDICINES = ["pyridoxine"]

_NUMBERS = {
    "weight": 60.0,
    "height": 170.0,
    "creatinine": 0.8,
    "haemoglobin": 13.0,
    "qt_interval": 400.0,
    "heart_rate": 60.0,
    "alt": 20.0,
    "alt_upper_limit": 40.0,
    "ast": 20.0,
    "ast_upper_limit": 40.0,
    "albumin": 4.0,
    "platelets": 250.0,
    "neutrophils": 4.0,
    "bilirubin": 0.6,
    "bilirubin_upper_limit": 1.2,
    "cycloserine_level": 20.0,
    "cd4_count": 600.0,
}
_TRUE = frozenset({"pulmonary_tuberculosis", "first_line_tb_drugs_inadequate"})


def harmless_facts() -> dict[str, bool | str | float]:
    """Return every fact that a record can hold and that is on no list, at a value that speaks against nothing."""
    facts: dict[str, bool | str | float] = {"birth_date": "1986-01-15", "sex": "male", **_NUMBERS}
    for name, definition in knowledge().facts.items():
        if definition.derived or definition.listed_in or name in facts:
            continue
        if name.endswith("_susceptibility"):
            facts[name] = "susceptible"
        elif name.endswith("_earlier_exposure"):
            facts[name] = 0.0
        elif definition.kind in ("state", "history"):
            facts[name] = name.endswith("_complete") or name in _TRUE
    return facts
