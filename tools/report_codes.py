"""Prints the page of codes that public records use, and which of them the vocabulary understands.

``python tools/report_codes.py > docs/reference/codes-understood.md``; a test holds the page to the knowledge. The codes
are those of Synthea's modules (``tests/data/codes/synthea-modules.tsv``) and of the sample files in ``tests/data``.
"""

import csv
import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import fullcourse.knowledge
from fullcourse.adapters.fhir.read.codes import concept_of, plain_code
from fullcourse.adapters.fhir.read.fact_index import FactIndex
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.knowledge.reader import read_knowledge

ROOT = Path(__file__).parents[1]
DATA = ROOT / "tests" / "data"
KNOWLEDGE = Path(fullcourse.knowledge.__path__[0])
OTHER_MATTERS = (KNOWLEDGE / "facts", DATA / "codes")
PREFIX_SYSTEMS = ("icd-10", "icd-11", "atc")
READ = ("Condition", "AllergyIntolerance", "MedicationRequest", "MedicationStatement", "Medication")
MEANINGS = ("of a fact", "another matter", "a medicine", "not understood")


@dataclass(frozen=True, slots=True)
class Occurring:
    """A code that occurs, with what it is called."""

    resource: str
    system: str
    code: str
    display: str


@dataclass(frozen=True, slots=True)
class Understood:
    """What a code comes to: a word of ``MEANINGS``, and the facts that it states, asks, or speaks of in words only."""

    meaning: str
    stated: frozenset[str] = frozenset()
    asked: frozenset[str] = frozenset()
    worded: frozenset[str] = frozenset()


def other_matters() -> dict[str, set[tuple[str, str]]]:
    """Return the codes that are known to mean something else, by resource."""
    path = next(path for folder in OTHER_MATTERS if (path := folder / "other_matters.toml").exists())
    codes: dict[str, set[tuple[str, str]]] = {}
    for matter in tomllib.loads(path.read_text(encoding="utf-8"))["other_matter"]:
        for system, listed in matter["codes"].items():
            codes.setdefault(matter["resource"], set()).update((system, plain_code(system, code)) for code in listed)
    return codes


def of_modules() -> Counter[Occurring]:
    """Return the codes of Synthea's modules, with how often each occurs; procedures aside, which close no list."""
    with (DATA / "codes" / "synthea-modules.tsv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
    codes: Counter[Occurring] = Counter()
    for row in rows:
        if row["resource"] != "Procedure":
            codes[Occurring(row["resource"], row["system"], row["code"], row["display"])] += int(row["count"])
    return codes


def of_samples() -> Counter[Occurring]:
    """Return the codes of the sample files, with how often each occurs."""
    codes: Counter[Occurring] = Counter()
    for path in sorted(
        (*DATA.glob("ips/*.json"), *DATA.glob("synthea-bundles/*.json"), *DATA.glob("synthea-bulk-10/*"))
    ):
        if path.suffix not in (".json", ".ndjson"):
            continue
        text = path.read_text(encoding="utf-8")
        for document in text.splitlines() if path.suffix == ".ndjson" else (text,):
            codes.update(coded(json.loads(document)))
    return codes


def coded(value: object) -> Iterator[Occurring]:
    """Yield the code of every resource that is read, of several codings the first that has a known system."""
    if isinstance(value, list):
        for inner in value:
            yield from coded(inner)
    if not isinstance(value, dict):
        return
    kind = value.get("resourceType")
    element: Any = value.get("code") or value.get("medicationCodeableConcept")
    if kind in READ and isinstance(element, dict):
        concept = concept_of(element, str(kind))
        known = [(system, code) for system, code in concept.codes if system != "absent-unknown"]
        for system, code in known[:1]:
            resource = kind if kind in ("Condition", "AllergyIntolerance") else "MedicationRequest"
            yield Occurring(resource, system, code, concept.names[0] if concept.names else "")
    for inner in value.values():
        yield from coded(inner)


class Reader:
    """Says what a code comes to."""

    def __init__(self) -> None:
        """Read the knowledge once."""
        self.facts = read_knowledge().facts
        self._index = FactIndex(self.facts.values())
        self._others = other_matters()

    def understood(self, one: Occurring) -> Understood:
        """Return what a code comes to, read without its words; these are looked at when the code says nothing."""
        medicine = recognise("", [(one.system, one.code)]) if one.resource != "Condition" else None
        if one.resource == "MedicationRequest":
            named = (medicine is not None and medicine.ingredients) or recognise(one.display, []).ingredients
            return Understood("a medicine" if named else "not understood")
        matches = self._index.by_code(one.resource, [(one.system, one.code)])
        if medicine is not None:
            held = {*medicine.ingredients, *medicine.partial}
            matches += [match for match in self._index.ways(one.resource) if held & set(match.found.ingredients)]
        stated = frozenset(match.fact.id for match in matches if match.found.value != "unsure")
        asked = frozenset(match.fact.id for match in matches) - stated
        if matches:
            return Understood("of a fact", stated, asked)
        if medicine is not None and medicine.ingredients:
            return Understood("a medicine")
        if self._is_other(one):
            return Understood("another matter")
        worded = frozenset(match.fact.id for match in self._index.raised_by(one.resource, [one.display]))
        return Understood("not understood", worded=worded)

    def _is_other(self, one: Occurring) -> bool:
        plain = plain_code(one.system, one.code)
        ends = range(3, len(plain) + 1) if one.system in PREFIX_SYSTEMS else (len(plain),)
        return any((one.system, plain[:end]) in self._others.get(one.resource, ()) for end in ends)


def page() -> str:
    """Return the page, in Markdown."""
    reader = Reader()
    sets = {"Synthea's modules": of_modules(), "the sample files": of_samples()}
    said = {one: reader.understood(one) for codes in sets.values() for one in codes}
    lines = [
        "# Codes that public records use",
        "",
        "Printed by `python tools/report_codes.py`; do not edit. A code of a fact states it or leaves it to be asked;",
        "another matter concerns no fact (`other_matters.toml`); whatever else is not understood leaves its list open.",
        "",
        f"| codes of | resource | codes | {' | '.join(MEANINGS)} |",
        f"|---|---|---|{'---|' * len(MEANINGS)}",
    ]
    for name, codes in sets.items():
        for resource in dict.fromkeys(sorted(one.resource for one in codes)):
            counted = Counter(said[one].meaning for one in codes if one.resource == resource)
            cells = " | ".join(str(counted[meaning]) for meaning in MEANINGS)
            lines.append(f"| {name} | {resource} | {counted.total()} | {cells} |")
    lines += [
        "",
        "## By fact",
        "",
        "Codes that occur and state the fact, that leave it to be asked, and that are not understood while their words",
        "speak of it (which asks). A fact without a code that occurs is left out.",
        "",
        "| fact | states | asks | by words only |",
        "|---|---|---|---|",
    ]
    for fact in sorted(reader.facts):
        stated, asked = (
            sum(fact in getattr(meaning, kind) for meaning in said.values()) for kind in ("stated", "asked")
        )
        worded = sorted(f"{one.code} {one.display}" for one, meaning in said.items() if fact in meaning.worded)
        if stated or asked or worded:
            lines.append(f"| `{fact}` | {stated} | {asked} | {'; '.join(worded)} |")
    lines += ["", "## Not understood", "", "| resource | system | code | display | occurs |", "|---|---|---|---|---|"]
    occurs: Counter[Occurring] = Counter()
    for codes in sets.values():
        occurs.update(codes)
    for one in sorted(said, key=lambda one: (one.resource, one.display.casefold(), one.code)):
        if said[one].meaning == "not understood":
            lines.append(f"| {one.resource} | {one.system} | {one.code} | {one.display} | {occurs[one]} |")
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    print(page(), end="")
