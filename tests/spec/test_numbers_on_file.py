"""A finding about a number on file says what to do, and how serious it is."""

import pytest

from fullcourse.clinical import Decision, Status
from fullcourse.screening.screen import Screener
from patients import knowledge, medicine, patient

LIVER = {"alt": 900.0, "alt_upper_limit": 40.0, "bilirubin": 8.0, "bilirubin_upper_limit": 1.2}


@pytest.mark.parametrize(
    ("drug", "facts", "name", "what", "severity"),
    [
        ("isoniazid", {**LIVER, "hepatitis_symptom": True}, "alt-with-symptoms", "stop_and_review", "contraindicated"),
        ("isoniazid", LIVER, "bilirubin-above-3", "stop_and_review", "contraindicated"),
        ("isoniazid", LIVER, "alt-three-times", "consider_stop", "major"),
        ("rifampin", LIVER, "alt-five-times", "stop_and_review", "contraindicated"),
        ("pyrazinamide", LIVER, "alt-five-times", "stop_and_review", "contraindicated"),
        ("pyrazinamide", {"uric_acid": 14.0}, "uric-acid-above-13", "consider_stop", "major"),
        ("bedaquiline", LIVER, "alt-with-bilirubin", "stop_and_review", "contraindicated"),
        ("bedaquiline", LIVER, "alt-five-times", "repeat_in_two_weeks", "major"),
        ("pretomanid", LIVER, "alt-eight-times", "stop_regimen_and_review", "contraindicated"),
        ("bedaquiline", {"qtcf": 480.0}, "qtcf-above-450", "repeat_electrocardiogram", "moderate"),
        ("levofloxacin", {"qtcf": 512.0}, "qtcf-above-500", "hold", "contraindicated"),
        ("bedaquiline", {"potassium": 2.7}, "electrolytes-low", "correct_electrolytes", "major"),
        ("amikacin", {"magnesium": 0.5}, "electrolytes-low", "correct_electrolytes", "moderate"),
        ("amikacin", {"potassium": 1.9}, "potassium-severe", "correct_electrolytes", "major"),
        ("streptomycin", {"potassium": 2.0}, "electrolytes-low", "correct_electrolytes", "moderate"),
        ("linezolid", {"haemoglobin": 7.0}, "myelosuppression-severe", "hold", "major"),
        ("rifampin", {"platelets": 49.0}, "platelets", "stop_regimen_and_review", "contraindicated"),
        ("rifampin", {"platelets": 74.0}, "platelets", "consider_stop", "major"),
        ("ethionamide", {"thyrotropin": 12.0}, "thyrotropin-10", "treat_hypothyroidism", "moderate"),
        ("cycloserine", {"creatinine": 2.1}, "creatinine-above-2", "work_out_clearance", "major"),
    ],
)
def test_the_finding_says_what_to_do(drug, facts, name, what, severity):
    known = knowledge()
    person = patient({**facts, "medicines_complete": True}, [medicine("metformin")])
    check = Screener(known, known.profile("us")).screen(person, known.drug(drug))
    finding = next(it for it in check.findings if it.id == f"{drug}.action.{name}")
    assert (finding.status, finding.kind, finding.severity.word) == (Status.APPLIES, what, severity)
    assert finding.citations
    assert finding.because
    if severity == "contraindicated":
        assert check.decision is Decision.CONTRAINDICATED


@pytest.mark.parametrize("drug", ["isoniazid", "rifampin", "pyrazinamide"])
def test_a_liver_test_of_22_times_the_limit_with_jaundice_is_never_no_objection(drug):
    known = knowledge()
    person = patient({**LIVER, "hepatitis_symptom": True})
    for profile in ("us", "who"):
        assert Screener(known, known.profile(profile)).screen(person, known.drug(drug)).decision is (
            Decision.CONTRAINDICATED
        )
