"""Why a card may be overridden: codes of HL7, of which these are offered; a client may send any other.

Source: CodeSystem non-adherence-reason-codes, HL7 CDS Hooks (CC0-1.0), as cited by the ballot of CDS Hooks 3.0.
"""

from typing import Final

__all__ = ["OVERRIDE_REASONS", "REASON_SYSTEM"]

REASON_SYSTEM: Final = "http://terminology.hl7.org/CodeSystem/non-adherence-reason-codes"

_OFFERED: Final = (
    ("risk-benefit-ratio", "Recipient assessment of risk/benefit ratio"),
    ("mitigate-risk-negative-outcome", "Action taken to mitigate risk of negative outcome"),
    ("action-completed", "Recommended action was already completed"),
    ("action-performed-no-adverse-effect", "Intended action was performed previously without adverse effect"),
    ("expert-contradicts", "Advice from expert contradicts the recommended action"),
    ("patient-ineligible", "Patient does not meet eligibility for recommended action"),
    ("patient-contraindication", "Patient has contraindication to recommended action"),
    ("patient-refuses", "Patient refuses/declines (no context given)*"),
    ("service-not-available", "Treatment or service is not practically available"),
    (
        "need-more-info",
        "Could not address recommended action due to need for more information/pending results/pending consult",
    ),
)

OVERRIDE_REASONS: Final[tuple[dict[str, str], ...]] = tuple(
    {"system": REASON_SYSTEM, "code": code, "display": display} for code, display in _OFFERED
)
"""As a card offers them, each with the display that HL7 gives it."""
