"""Coded elements: which code system is meant, under the short names of the vocabulary, and what a concept is called."""

import re
from dataclasses import dataclass
from functools import lru_cache

from fullcourse.adapters.fhir.read.elements import Element, child, children, shown, text
from fullcourse.knowledge.codes import PREFIX_SYSTEMS, code_fault

__all__ = ["Concept", "addresses_of", "concept_at", "concept_of", "is_well_formed", "plain_code", "system_name"]

_SYSTEMS = {
    "urn:fullcourse:fact": "fullcourse",  # what we wrote ourselves names the fact by its id
    "http://snomed.info/sct": "snomed",
    "urn:oid:2.16.840.1.113883.6.96": "snomed",
    "https://dmd.nhs.uk": "snomed",  # the dictionary of medicines and devices has identifiers of SNOMED CT
    "http://loinc.org": "loinc",
    "urn:oid:2.16.840.1.113883.6.1": "loinc",
    "http://www.nlm.nih.gov/research/umls/rxnorm": "rxnorm",
    "urn:oid:2.16.840.1.113883.6.88": "rxnorm",
    "http://www.whocc.no/atc": "atc",
    "urn:oid:2.16.840.1.113883.6.73": "atc",
    "http://fdasis.nlm.nih.gov": "unii",
    "urn:oid:2.16.840.1.113883.4.9": "unii",
    "http://hl7.org/fhir/sid/ndc": "ndc",
    "urn:oid:2.16.840.1.113883.6.69": "ndc",
    "http://hl7.org/fhir/sid/icd-10": "icd-10",
    "http://hl7.org/fhir/sid/icd-10-cm": "icd-10",
    "http://hl7.org/fhir/sid/icd-10-gm": "icd-10",
    "http://fhir.de/CodeSystem/bfarm/icd-10-gm": "icd-10",
    "urn:oid:2.16.840.1.113883.6.3": "icd-10",
    "urn:oid:2.16.840.1.113883.6.90": "icd-10",
    "http://id.who.int/icd/release/11/mms": "icd-11",
    "http://hl7.org/fhir/sid/icd-11": "icd-11",
    "http://hl7.org/fhir/sid/icd-9-cm": "icd-9-cm",
    "urn:oid:2.16.840.1.113883.6.103": "icd-9-cm",
    "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips": "absent-unknown",
    "http://terminology.hl7.org/CodeSystem/v3-ObservationInterpretation": "interpretation",
    "http://terminology.hl7.org/CodeSystem/v2-0136": "yes-no",
    "http://standardterms.edqm.eu": "edqm",
    "urn:oid:0.4.0.127.0.16.1.1.2.1": "edqm",
    "http://terminology.hl7.org/CodeSystem/v3-RouteOfAdministration": "hl7",
    "http://hl7.org/fhir/v3/RouteOfAdministration": "hl7",
}
# The third place is a digit, or the A or B of categories that ICD-10-CM added (C4A, M1A, O9A, Z3A): G4O is no category.
_ICD_10 = re.compile(r"[A-Z][0-9][0-9AB][0-9A-Z]{0,4}")
_BY_ADDRESS = {
    address.casefold().removeprefix("https://").removeprefix("http://"): n for address, n in _SYSTEMS.items()
}


@dataclass(frozen=True, slots=True)
class Concept:
    """A CodeableConcept.

    Attributes:
        codes: ``(system, code)`` of the codings whose system has a short name, in order.
        names: What it is called: its text and the displays of its codings, as written, without repetition.
        other_codes: Codes of systems that have no short name, or that name none.
    """

    codes: tuple[tuple[str, str], ...]
    names: tuple[str, ...]
    other_codes: tuple[str, ...] = ()

    @property
    def title(self) -> str:
        """Return what people may be shown: a name, or a code where there is no name."""
        if self.names:
            return shown(self.names[0])
        return shown(self.codes[0][1] if self.codes else self.other_codes[0] if self.other_codes else "")

    def has(self, system: str) -> bool:
        """Tell whether a coding of the system is there."""
        return any(name == system for name, _ in self.codes)


@lru_cache(maxsize=256)  # a record names few systems, thousands of times
def system_name(address: str) -> str:
    """Return the short name of a code system; empty for one that is not known.

    ICD-10 modifications share ICD-10's name, since facts hold prefixes of the categories that they share.
    """
    bare = address.strip().casefold().removeprefix("https://").removeprefix("http://").rstrip("/")
    if bare.startswith("snomed.info/sct"):  # an edition may follow
        return "snomed"
    if bare.startswith("id.who.int/icd/release/11"):
        return "icd-11"
    return _BY_ADDRESS.get(bare, "")


def addresses_of(system: str) -> tuple[str, ...]:
    """Return the addresses under which records name a code system of ours, editions of SNOMED CT left out."""
    return tuple(address for address, name in _SYSTEMS.items() if name == system)


def plain_code(system: str, code: str) -> str:
    """Return a code as it is compared: ICD and ATC codes in upper case without the dot, others as they are."""
    return code.replace(".", "").upper() if system in PREFIX_SYSTEMS else code


@lru_cache(maxsize=4096)
def is_well_formed(system: str, code: str) -> bool:
    """Tell whether a recorded code has the form and the check digit of its system; only then may it settle anything.

    Whether the dot of a classification is written makes no difference.
    """
    if system == "icd-10":
        return _ICD_10.fullmatch(plain_code(system, code)) is not None
    if system == "icd-9-cm":
        plain = plain_code(system, code)
        stem = 4 if plain.startswith("E") else 3
        return not code_fault(system, f"{plain[:stem]}.{plain[stem:]}" if len(plain) > stem else plain)
    return not code_fault(system, code)


def concept_of(element: Element, place: str) -> Concept:
    """Read a CodeableConcept.

    Raises:
        InputError: An element has another type than in FHIR R4.
    """
    called = text(element, "text", place)
    codings = children(element, "coding", place)
    if len(codings) == 1:  # as of nearly every concept: nothing repeats but its two names
        code, system, display = _coding(codings[0], place)
        names = (called, display) if called and display and called != display else (called or display,)
        codes, others = (((system, code),), ()) if system and code else ((), (code,) if code else ())
        return Concept(codes, names if names[0] else (), others)
    read = [_coding(coding, place) for coding in codings]
    return Concept(
        tuple(dict.fromkeys((system, code) for code, system, _ in read if code and system)),
        tuple(dict.fromkeys(filter(None, (called, *(display for _, _, display in read))))),
        tuple(code for code, system, _ in read if code and not system),
    )


def _coding(coding: Element, place: str) -> tuple[str, str, str]:
    """Return code, short name of its system, and display; a code written as a whole number is the text of it."""
    code, system, display = coding.get("code"), coding.get("system"), coding.get("display")
    if code.__class__ is str and system.__class__ is str and display.__class__ is str:
        return code.strip(), system_name(system.strip()), display.strip()
    where = f"{place}.coding"
    known = str(code) if isinstance(code, int) and not isinstance(code, bool) else text(coding, "code", where)
    return known, system_name(text(coding, "system", where)), text(coding, "display", where)


def concept_at(element: Element, name: str, place: str) -> Concept | None:
    """Read the CodeableConcept of that name; None when it is not there."""
    inner = child(element, name, place)
    return None if inner is None else concept_of(inner, f"{place}.{name}")
