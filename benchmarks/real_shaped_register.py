"""Registers as real systems export them: public Synthea patients, multiplied with ids, dates, values and names.

No line of such a register differs from another in a few places only, as those of `made_up_register.py` do: records are
long, most of what they hold is read by no fact, directions and notes are free text, names are of every script. Every
patient is made of a number alone, so that a single check sees the same record.

Longer than most: each way in which real lines differ is a change of its own to a copied line.
"""

import argparse
import gzip
import json
import random
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final, TextIO

__all__ = ["AT", "KINDS", "SHIPPED", "Patients", "generate"]

AT: Final = date(2026, 11, 22)
"""The date of the check; the newest record of a patient lies at most 500 days before it."""

KINDS: Final = ("plain", "mixed", "abs", "urn", "sig")
"""``plain``; ``mixed`` with everything that makes a register hard; absolute references; references by id alone;
free-text directions on every order."""

SHIPPED: Final = Path(__file__).parent / "data" / "synthea-40" / "patients.jsonl.gz"
"""Forty Synthea patients, one JSON array of resources a line."""

_BLOCK: Final = 5_000
_NEWEST: Final = {"Observation": 45, "Procedure": 8, "Encounter": 6}
_WHOLE: Final = ("Patient", "Condition", "AllergyIntolerance", "MedicationRequest")
_SLOT: Final = re.compile(
    r"(?P<id>[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|(?P<instant>\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:[+-]\d\d:\d\d|Z))"
    r'|(?P<day>(?<=")\d{4}-\d\d-\d\d(?="))'
    r'|(?P<value>(?<="value":)-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?(?=[,}]))'
)
_FAMILIES: Final = (
    "Nguyễn", "Петров", "García", "Müller", "Okafor", "ཚེ་རིང", "李",
    "محمد", "Ōtani", "O'Brien", "Łukasz", "Smith", "Çelik", "Abdi",
    "Kim", "Sørensen", "Dlamini", "Haddad", "Иванова", "Banda",
)  # fmt: skip
_WORDS: Final = [
    "patient",
    "reports",
    "taking",
    "this",
    "with",
    "food",
    "since",
    "last",
    "visit",
    "mild",
    "nausea",
    "resolved",
    "counselled",
    "about",
    "adherence",
    "naïve",
    "to",
    "therapy",
    "after",
    "dinner",
    "°C",
    "rechecked",
    "by",
    "nurse",
    "on",
    "ward",
    "5",
    "sample",
    "haemolysed",
    "repeat",
    "advised",
    "family",
    "present",
    "déjà",
    "vu",
    "no",
    "new",
    "complaints",
    "walk-in",
    "clinic",
    "transferred",
    "from",
    "district",
    "hospital",
    "interpreter",
    "used",
]
_DIRECTIONS: Final = (
    "Take {n} tablet(s) by mouth every {h} hours", "{n} tab po q{h}h prn pain, max {m}/day",
    "Take {n} capsule {w} for {m} days",
    "{n} x daily {w} {w}", "Apply to {w} {m} times, then {w}",
)  # fmt: skip
_PRODUCTS: Final = (
    ("6038", "isoniazid"), ("3007", "cycloserine"), ("8183", "phenytoin"), ("9384", "rifampin"),
    ("190376", "linezolid"),
    ("42355", "ethionamide"), ("82122", "levofloxacin"), ("1364504", "bedaquiline"), ("139462", "moxifloxacin"),
    ("321988", "escitalopram"), ("6813", "methadone"), ("2598", "clofazimine"),
)  # fmt: skip
_PROBLEMS: Final = (
    ("84757009", "Epilepsy"), ("35489007", "Depressive disorder"), ("431857002", "Chronic kidney disease stage 4"),
    ("709044004", "Chronic kidney disease"), ("66590003", "Alcohol dependence"),
    ("154283005", "Pulmonary tuberculosis"),
    ("86406008", "HIV infection"), ("9651007", "Long QT syndrome"),
)  # fmt: skip
_RXNORM: Final = "http://www.nlm.nih.gov/research/umls/rxnorm"
_ELSEWHERE: Final = "https://emr.example.org/fhir/"
_OWN_SERVER: Final = "https://fhir.example.org/r4/"

Resource = dict[str, Any]
Line = tuple[str, str]
"""Type of the resource, and its line without its end."""


@dataclass(frozen=True, slots=True)
class _Source:
    """A public patient.

    Attributes:
        id: Of the patient.
        newest: Day of the newest record.
        lines: Type of each resource, and its text cut into ``(kind of piece, text)``.
    """

    id: str
    newest: date
    lines: Sequence[tuple[str, Sequence[tuple[str, str]]]]


class Patients:
    """Makes patients of one kind of register by their numbers."""

    def __init__(self, kind: str, file: Path = SHIPPED) -> None:
        """Read the public patients.

        Args:
            kind: One of `KINDS`.
            file: Gzipped: one JSON array of resources a line.
        """
        if kind not in KINDS:
            raise ValueError(f"no kind of register is called '{kind}'; there are {', '.join(KINDS)}")
        self.kind = kind
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            found = [_source(json.loads(line), kind) for line in lines]
        self._sources = [source for source in found if source is not None]

    def lines(self, number: int) -> list[Line]:
        """Return the lines of a patient."""
        return _Maker(self.kind, self._sources, number).lines()

    def name(self, number: int) -> str:
        """Return the id of a patient."""
        return _Maker(self.kind, self._sources, number).name

    def products(self) -> list[Line]:
        """Return the lines of the products that orders refer to."""
        if self.kind != "mixed":
            return []
        return [
            ("Medication", _written({"resourceType": "Medication", "id": f"prod-{at}", "code": _coded(_RXNORM, *it)}))
            for at, it in enumerate(_PRODUCTS)
        ]


def generate(patients: Patients, count: int, folder: Path, block: int = _BLOCK) -> int:
    """Write a register into a new folder: a file for each type and block of patients; return its bytes."""
    folder.mkdir(parents=True)
    for number, (kind, line) in enumerate(patients.products()):
        with (folder / f"{kind}.00000.ndjson").open("a" if number else "w", encoding="utf-8") as file:
            file.write(line + "\n")
    for first in range(0, count, block):
        files: dict[str, TextIO] = {}
        for number in range(first, min(first + block, count)):
            for kind, line in patients.lines(number):
                if kind not in files:
                    files[kind] = (folder / f"{kind}.{first // block:05d}.ndjson").open("w", encoding="utf-8")
                files[kind].write(line + "\n")
        for file in files.values():
            file.close()
    return sum(path.stat().st_size for path in folder.iterdir())


class _Maker:
    """Makes one patient."""

    def __init__(self, kind: str, sources: Sequence[_Source], number: int) -> None:
        self._chance = chance = random.Random(number * 7919 + 1)  # noqa: S311 - made-up people
        self._kind = kind
        self._source = sources[number] if number < len(sources) else chance.choice(sources)
        self._days = (AT - self._source.newest).days - int(chance.random() ** 2 * 500)
        self.name = self._new_id()
        self._ids = {self._source.id: self.name}
        self._is_elsewhere = kind == "mixed" and chance.random() < 0.03
        self._factor = chance.lognormvariate(0, 0.12)
        self._orders: list[str] = []

    def lines(self) -> list[Line]:
        """Return all lines."""
        made = [(kind, self._changed(kind, self._filled(pieces))) for kind, pieces in self._source.lines]
        if self._kind == "mixed" or self._chance.random() < 0.35:
            made += self._of_tuberculosis()
        if self._kind == "mixed":
            made += self._creatinines() if self._chance.random() < 0.12 else []
            made += self._list() if self._chance.random() < 0.08 else []
        return made

    def _new_id(self) -> str:
        return str(uuid.UUID(int=self._chance.getrandbits(128), version=4))

    def _filled(self, pieces: Sequence[tuple[str, str]]) -> str:
        return "".join(text if kind == "text" else self._other(kind, text) for kind, text in pieces)

    def _other(self, kind: str, text: str) -> str:
        if kind == "id":
            if text not in self._ids:
                self._ids[text] = self._new_id()
            return self._ids[text]
        chance = self._chance
        if kind == "value":
            value = float(text) * self._factor * chance.uniform(0.93, 1.07)
            return repr(round(value, min(14, len(text.split(".")[1])))) if "." in text else str(round(value))
        day = (date.fromisoformat(text[:10]) + timedelta(self._days)).isoformat()
        if kind == "day":
            return day
        time = f"{chance.randrange(24):02d}:{chance.randrange(60):02d}:{chance.randrange(60):02d}"
        return f"{day}T{time}{text[19:]}"

    def _changed(self, kind: str, line: str) -> str:
        """Return a line with names of its own, and in a mixed register with words of its own."""
        change = {"Patient": self._person, "MedicationRequest": self._order, "Observation": self._noted,
                  "Condition": self._described}.get(kind)  # fmt: skip
        if change is not None:
            resource = json.loads(line)
            change(resource)
            line = _written(resource)
        return (
            line.replace('"reference":"Patient/', f'"reference":"{_ELSEWHERE}Patient/') if self._is_elsewhere else line
        )

    def _person(self, person: Resource) -> None:
        chance = self._chance
        for name in person.get("name", []):
            name |= {
                "family": f"{chance.choice(_FAMILIES)}{chance.randrange(9999)}",
                "given": [chance.choice(_FAMILIES)],
            }
        for address in person.get("address", [])[:1]:
            address["line"] = [f"{chance.randrange(999)} {chance.choice(_FAMILIES)} St"]
            address["postalCode"] = f"{chance.randrange(99999):05d}"
        person["managingOrganization"] = {"reference": f"Organization/{chance.randrange(40)}"}

    def _order(self, order: Resource) -> None:
        chance = self._chance
        self._orders.append(order["id"])
        if self._kind == "sig" or (self._kind == "mixed" and chance.random() < 0.5):
            dosages = order.setdefault("dosageInstruction", [{}])
            dosages[0]["text"] = self._directions()
        share = chance.random() if self._kind == "mixed" else 1.0
        if share < 0.1 and "medicationCodeableConcept" in order:
            product = {"resourceType": "Medication", "id": "med", "code": order.pop("medicationCodeableConcept")}
            order |= {"contained": [product], "medicationReference": {"reference": "#med"}}
        elif share < 0.2 and "medicationCodeableConcept" in order:
            del order["medicationCodeableConcept"]
            order["medicationReference"] = {"reference": f"Medication/prod-{chance.randrange(len(_PRODUCTS))}"}

    def _noted(self, observation: Resource) -> None:
        if self._kind == "mixed" and self._chance.random() < 0.1:
            observation["note"] = [{"text": self._words(4, 25)}]

    def _described(self, problem: Resource) -> None:
        if self._kind == "mixed" and self._chance.random() < 0.2:
            problem["code"]["text"] = f"{problem['code'].get('text', '')} - {self._words(1, 4)}"

    def _directions(self) -> str:
        chance = self._chance
        return chance.choice(_DIRECTIONS).format(
            n=chance.choice([1, 2, 0.5, 3]), h=chance.choice([4, 6, 8, 12, 24]), m=chance.randint(2, 30),
            w=chance.choice(_WORDS),
        )  # fmt: skip

    def _words(self, fewest: int, most: int) -> str:
        return " ".join(self._chance.choice(_WORDS) for _ in range(self._chance.randint(fewest, most)))

    def _of_tuberculosis(self) -> Iterator[Line]:
        """Yield problems and orders that statements on tuberculosis drugs ask about."""
        chance = self._chance
        for _ in range(chance.randrange(3)):
            status = chance.choice(["active", "active", "resolved"])
            yield self._line({
                "resourceType": "Condition", "id": self._new_id(),
                "clinicalStatus": _coded("http://terminology.hl7.org/CodeSystem/condition-clinical", status),
                "verificationStatus": _coded("http://terminology.hl7.org/CodeSystem/condition-ver-status", "confirmed"),
                "code": _coded("http://snomed.info/sct", *chance.choice(_PROBLEMS)),
                "subject": self._subject(), "onsetDateTime": self._day(1500).isoformat(),
            })  # fmt: skip
        for _ in range(chance.randrange(3)):
            order = {
                "resourceType": "MedicationRequest", "id": self._new_id(),
                "status": chance.choice(["active", "active", "completed", "stopped"]), "intent": "order",
                "medicationCodeableConcept": _coded(_RXNORM, *chance.choice(_PRODUCTS)), "subject": self._subject(),
                "authoredOn": self._day(300).isoformat(),
            }  # fmt: skip
            if chance.random() < 0.3:
                order["dosageInstruction"] = [{"text": self._directions()}]
            self._orders.append(str(order["id"]))
            yield self._line(order)

    def _creatinines(self) -> Iterator[Line]:
        """Yield two to four creatinines of as many days: whether they are stable is to be judged."""
        chance = self._chance
        day, value = self._day(59) - timedelta(1), chance.uniform(0.5, 2.5)
        for before in range(chance.randint(2, 4)):
            time = f"{chance.randrange(24):02d}:{chance.randrange(60):02d}:00+02:00"
            yield self._line({
                "resourceType": "Observation", "id": self._new_id(), "status": "final",
                "code": _coded("http://loinc.org", "2160-0", "Creatinine [Mass/volume] in Serum or Plasma"),
                "subject": self._subject(), "effectiveDateTime": f"{(day - timedelta(before)).isoformat()}T{time}",
                "valueQuantity": {"value": round(value * chance.uniform(0.85, 1.2), 2), "unit": "mg/dL",
                                  "system": "http://unitsofmeasure.org", "code": "mg/dL"},
            })  # fmt: skip

    def _list(self) -> Iterator[Line]:
        """Yield the medicine list that somebody keeps up to date."""
        if self._orders:
            yield self._line({
                "resourceType": "List", "id": self._new_id(), "status": "current", "mode": "working",
                "code": _coded("http://loinc.org", "10160-0", "History of medication use"), "subject": self._subject(),
                "date": self._day(50).isoformat(),
                "entry": [{"item": {"reference": f"MedicationRequest/{order}"}} for order in self._orders[-5:]],
            })  # fmt: skip

    def _line(self, resource: Resource) -> Line:
        return resource["resourceType"], _written(resource)

    def _subject(self) -> Resource:
        base = _ELSEWHERE if self._is_elsewhere else _OWN_SERVER if self._kind == "abs" else ""
        name = f"urn:uuid:{self.name}" if self._kind == "urn" else f"{base}Patient/{self.name}"
        return {"reference": name}

    def _day(self, within: int) -> date:
        return AT - timedelta(self._chance.randrange(within))


def _source(resources: Sequence[Resource], kind: str) -> _Source | None:
    """Return a public patient, cut into pieces; None for one who has died or of whom nothing is dated."""
    chosen = _chosen(resources)
    if not chosen or chosen[0]["resourceType"] != "Patient" or "deceasedDateTime" in chosen[0]:
        return None
    name, newest, lines = str(chosen[0]["id"]), "", []
    for resource in chosen:
        of_kind = str(resource["resourceType"])
        pieces = list(_pieces(_referring(_written(resource), name, kind)))
        if of_kind in ("Observation", "Encounter"):
            newest = max([newest, *(text[:10] for piece, text in pieces if piece == "instant")])
        else:
            pieces = [("text" if piece == "value" else piece, text) for piece, text in pieces]
        lines.append((of_kind, pieces))
    return _Source(name, date.fromisoformat(newest), lines) if newest else None


def _chosen(resources: Sequence[Resource]) -> list[Resource]:
    """Return what a record of about 75 lines keeps of a long one: the newest of what is measured and done."""
    by_kind: dict[str, list[Resource]] = {}
    for resource in resources:
        by_kind.setdefault(resource["resourceType"], []).append(resource)
    chosen = [resource for kind in _WHOLE for resource in by_kind.get(kind, [])]
    for kind, count in _NEWEST.items():
        chosen += sorted(by_kind.get(kind, []), key=_when)[-count:]
    return chosen


def _when(resource: Mapping[str, Any]) -> str:
    period = resource.get("performedPeriod") or resource.get("period") or {}
    return str(resource.get("effectiveDateTime") or resource.get("performedDateTime") or period.get("start", ""))


def _referring(line: str, name: str, kind: str) -> str:
    """Return a line whose references are as an export of the kind has them; those of a Bundle are ids alone."""
    line = line.replace(f"urn:uuid:{name}", f"Patient/{name}")
    line = re.sub(r'"(encounter|context)":\{"reference":"urn:uuid:', r'"\1":{"reference":"Encounter/', line)
    line = line.replace('"reference":"urn:uuid:', '"reference":"Condition/')
    if kind == "abs":
        return line.replace('"reference":"', f'"reference":"{_OWN_SERVER}')
    return (
        re.sub(r'"reference":"(?:Patient|Encounter|Condition)/', '"reference":"urn:uuid:', line)
        if kind == "urn"
        else line
    )


def _pieces(line: str) -> Iterator[tuple[str, str]]:
    at = 0
    for slot in _SLOT.finditer(line):
        yield "text", line[at : slot.start()]
        yield str(slot.lastgroup), slot.group()
        at = slot.end()
    yield "text", line[at:]


def _coded(system: str, code: str, display: str = "") -> Resource:
    return {"coding": [{"system": system, "code": code, **({"display": display} if display else {})}]}


def _written(resource: Resource) -> str:
    return json.dumps(resource, ensure_ascii=False, separators=(",", ":"))


def main() -> None:
    """Write one register."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("kind", choices=KINDS)
    parser.add_argument("patients", type=int)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--sources", type=Path, default=SHIPPED, help="Other public patients: gzipped arrays of resources."
    )
    parser.add_argument("--block", type=int, default=_BLOCK, help="Patients a file.")
    options = parser.parse_args()
    size = generate(Patients(options.kind, options.sources), options.patients, options.folder, options.block)
    print(f"{options.patients:,} patients, {size:,} bytes")


if __name__ == "__main__":
    main()
