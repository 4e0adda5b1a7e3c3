"""What is exported is FHIR R5 as an independent set of R5 models reads it: elements, cardinalities, types, choices.

Not held by these models, and so by no test: bindings to value sets, invariants in FHIRPath, and the profiles of the
implementation guide of electronic product information, which the export does not claim.
"""

import json
import warnings
from datetime import date

import pytest

from fullcourse.adapters.fhir.write.clinical_use import clinical_use_bundle
from fullcourse.adapters.fhir.write.epi import epi_bundle
from patients import knowledge

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from fhir.resources.bundle import Bundle

AT = date(2026, 11, 22)
DRUGS = sorted(knowledge().drugs)


def validated(bundle: dict) -> object:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return Bundle.model_validate(json.loads(json.dumps(bundle, allow_nan=False)))


@pytest.mark.parametrize("name", DRUGS)
def test_clinical_use_definitions_are_valid(name):
    drug = knowledge().drugs[name]
    bundle, _ = clinical_use_bundle(drug, knowledge())
    assert len(validated(bundle).entry) == len(bundle["entry"])


@pytest.mark.parametrize("name", DRUGS)
def test_documents_are_valid(name):
    drug = knowledge().drugs[name]
    bundle, _ = epi_bundle(drug, knowledge(), AT)
    assert validated(bundle).entry[0].resource.get_resource_type() == "Composition"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda entry: entry["resource"].update(notAnElement=1),
        lambda entry: entry["resource"].update(subject={"reference": "x"}),
        lambda entry: entry["resource"].update(status="draft"),
        lambda entry: entry["resource"]["text"].pop("status"),
    ],
)
def test_the_models_do_refuse_what_is_not_r5(spoil):
    bundle, _ = clinical_use_bundle(knowledge().drug("cycloserine"), knowledge())
    spoil(bundle["entry"][1])
    with pytest.raises(ValueError, match="validation error"):
        validated(bundle)
