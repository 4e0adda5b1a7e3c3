"""The parts that exported resources share: identifiers that never change, concepts, and narratives that are escaped."""

import re
from collections.abc import Iterable, Mapping
from html import escape
from typing import Final
from uuid import NAMESPACE_URL, uuid5

from fullcourse.knowledge.library import Knowledge
from fullcourse.knowledge.statements import Statement
from fullcourse.knowledge.vocabulary import DrugIdentity

__all__ = [
    "SYSTEMS",
    "Resource",
    "cited",
    "concept",
    "drug_concept",
    "entry",
    "identifier",
    "narrative",
    "reference",
    "stable_id",
]

Resource = dict[str, object]

SYSTEMS: Final = {
    "atc": "http://www.whocc.no/atc",
    "icd-10": "http://hl7.org/fhir/sid/icd-10",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "snomed": "http://snomed.info/sct",
    "unii": "http://fdasis.nlm.nih.gov",
}
"""Addresses of code systems by short name."""

_ROOT: Final = "urn:fullcourse:"
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")


def stable_id(kind: str, name: str) -> str:
    """Return the id of a resource: the same in every export, since an id of a statement never changes its meaning."""
    return str(uuid5(NAMESPACE_URL, f"{_ROOT}{kind}:{name}"))


def identifier(kind: str, name: str) -> Resource:
    """Return an identifier that leads back to a statement or a drug."""
    return {"system": f"{_ROOT}{kind}", "value": name}


def entry(resource: Resource) -> Resource:
    """Return a resource as an entry of a Bundle, under the address that references use."""
    return {"fullUrl": f"urn:uuid:{resource['id']}", "resource": resource}


def reference(resource: Resource, display: str = "") -> Resource:
    """Return a reference to a resource of the same Bundle."""
    shown: Resource = {"display": display} if display else {}
    return {"reference": f"urn:uuid:{resource['id']}", "type": resource["resourceType"], **shown}


def concept(text: str, codes: Mapping[str, Iterable[str]] | None = None) -> Resource:
    """Return a CodeableConcept.

    Args:
        text: What it is called.
        codes: Codes by short name of their system. A system with more than one code is left out: codings of one
            concept mean the same, and several codes of a list do not.
    """
    listed = {system: [code for code in of_system if code] for system, of_system in (codes or {}).items()}
    codings = [
        {"system": SYSTEMS[system], "code": of_system[0]}
        for system, of_system in listed.items()
        if system in SYSTEMS and len(of_system) == 1
    ]
    return {**({"coding": codings} if codings else {}), "text": text}


def drug_concept(drug: DrugIdentity) -> Resource:
    """Return a drug as a concept with the codes that are sourced."""
    return concept(drug.label, {"atc": (drug.atc,), "rxnorm": (drug.rxnorm,), "snomed": (drug.snomed,)})


def narrative(paragraphs: Iterable[str], *, status: str = "generated", listed: bool = False) -> Resource:
    """Return a narrative of paragraphs, or of a list; everything is escaped.

    Args:
        paragraphs: Plain texts.
        status: ``generated`` from the resource, or ``additional`` to it.
        listed: Whether it is a list.
    """
    mark = "li" if listed else "p"
    inner = "".join(f"<{mark}>{escape(_CONTROL.sub('', text))}</{mark}>" for text in paragraphs)
    body = f"<ul>{inner}</ul>" if listed and inner else inner
    return {"status": status, "div": f'<div xmlns="http://www.w3.org/1999/xhtml">{body}</div>'}


def cited(statement: Statement, knowledge: Knowledge) -> str:
    """Return where a statement comes from, and how far it can be relied on, in one line."""
    source = knowledge.sources[statement.source]
    reading = f", our reading {statement.interpretation}" if statement.interpretation else ""
    return f"{source.title}, {statement.section}, tier {source.tier}{reading}; {statement.review}"
