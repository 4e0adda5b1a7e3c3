"""Registers of made-up patients for tests: every way in which a fact can stand in a record, and many it should not."""

import json
import random
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.assemble import Assembler, reader_of
from fullcourse.adapters.register.read.blocks import BlockReader
from fullcourse.adapters.register.read.extract import collect, ranges_of, read_range
from fullcourse.adapters.register.read.products import Products
from fullcourse.adapters.register.read.templates import TemplateReader
from fullcourse.knowledge.library import Knowledge
from patients import AT, knowledge

ADDRESSES = {
    "icd-10": "http://hl7.org/fhir/sid/icd-10",
    "icd-11": "http://id.who.int/icd/release/11/mms",
    "snomed": "http://snomed.info/sct",
    "loinc": "http://loinc.org",
    "rxnorm": "http://www.nlm.nih.gov/research/umls/rxnorm",
    "atc": "http://www.whocc.no/atc",
    "absent-unknown": "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips",
}
UNITS = {
    "mg/dL": ["mg/dL", "umol/L", "mg/L", "g/L", "mmol/L"],
    "kg": ["kg", "g", "[lb_av]", "stone"],
    "cm": ["cm", "m", "[in_i]"],
    "g/dL": ["g/dL", "g/L", "mg/dL"],
}
PRODUCTS = [
    "isoniazid 300 mg tablet", "cycloserine 250 mg capsule", "terizidone 250 MG Oral Capsule",
    "pyridoxine 50 mg tablet",
    "ethionamide 250 mg tablet", "phenytoin", "tramadol 50 mg", "xyzzy forte", "alcohol mouthwash", "rifampicin",
    "metformin 500 mg", "bedaquiline 100 mg tablet", "linezolid 600 mg tablet", "linezolid eye drops",
    "phenytoin cream", "amlodipine 5 mg tablet",
]  # fmt: skip
Resource = dict[str, Any]


def dates_of(known: Knowledge) -> dict[str, tuple[str, ...]]:
    """Return the dating elements of every type of resource."""
    return {kind: reading.dates for kind, reading in known.readings.items()}


class Register:
    """Makes patients, one after another, from one seed."""

    def __init__(self, seed: int) -> None:
        """Begin."""
        self.chance = random.Random(seed)
        self.known = knowledge()
        self.ways = [
            (fact, found) for fact in self.known.facts.values() for found in fact.found if found.codes or found.names
        ]

    def patient(self, name: str) -> list[Resource]:
        """Return the resources of one patient."""
        chance = self.chance
        person: Resource = {"resourceType": "Patient", "id": name}
        if chance.random() < 0.9:
            person["gender"] = chance.choice(["male", "female", "female", "other", "unknown"])
        if chance.random() < 0.95:
            person["birthDate"] = chance.choice(
                [f"{chance.randint(1930, 2015)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"] * 6
                + ["1961", "1975-05", "2008-11-22", "2008-11-23", "1961-11-22", "1880-01-01", "2027-01-01"]
            )
        if chance.random() < 0.03:
            person["deceasedDateTime"] = self.moment()
        if chance.random() < 0.5:
            person["managingOrganization"] = {"reference": f"Organization/clinic-{chance.randint(1, 3)}"}
        found = [person]
        for _ in range(chance.choice([0, 2, 5, 9, 14])):
            found.append(self.resource(name, len(found)))
        if chance.random() < 0.3:
            found.append(self.list_of_nothing(name, len(found)))
        if chance.random() < 0.1:
            found.append(dict(chance.choice(found)))
        if chance.random() < 0.03:
            other = dict(chance.choice(found))
            other["status"] = "entered-in-error"
            found.append(other)
        return found

    def resource(self, name: str, number: int) -> Resource:
        """Return one resource about a patient."""
        kind = self.chance.random()
        about = {"reference": f"Patient/{name}"}
        made = self.medicine() if kind < 0.25 else self.answers() if kind < 0.35 else self.finding()
        made = {"resourceType": made.pop("resourceType"), "id": f"{name}-{number}", **made}
        if self.chance.random() < 0.05:
            del made["id"]
        made["patient" if made["resourceType"] == "AllergyIntolerance" else "subject"] = about
        if self.chance.random() < 0.03:
            made["modifierExtension"] = [{"url": "x", "valueBoolean": True}]
        if self.chance.random() < 0.01 and made["resourceType"] != "AllergyIntolerance":
            made["subject"] = {"reference": f"http://a.example/fhir/Patient/{name}"}
        if self.chance.random() < 0.3:
            made["encounter"] = {"reference": f"Encounter/{self.chance.randint(1, 10**9)}"}
        return made

    def moment(self) -> str:
        """Return a date as records write them, most of them near the check."""
        chance = self.chance
        days = chance.choice(
            [0, 0, 1, 3, 7, 13, 14, 15, 27, 28, 29, 34, 35, 36, 89, 90, 91, 179, 180, 181, 364, 365, 366]
        )
        day = AT - timedelta(days=days + chance.choice([0, 0, 0, 0, 700, -1, -30]))
        return chance.choice(
            [day.isoformat()] * 8
            + [
                f"{day.isoformat()}T08:00:00+02:00", f"{day.isoformat()}T23:30:00-05:00",
                f"{day.isoformat()}T08:00:00Z",
                f"{day.isoformat()}T08:00:00.250Z", f"{day.isoformat()}T08:00:60Z", day.isoformat()[:7], str(day.year),
                f" {day.isoformat()}",
            ]
            + (["2026-02-30"] if chance.random() < 0.03 else [])
        )  # fmt: skip

    def concept(self, codes: Mapping[str, tuple[str, ...]], names: tuple[str, ...] = ()) -> Resource:
        """Return a coded value that holds one of the codes, or has one of the names."""
        chance = self.chance
        systems = [system for system, listed in codes.items() if listed and system in ADDRESSES]
        if not systems or (names and chance.random() < 0.2):
            return {"text": chance.choice(names or ("something else",))}
        system = chance.choice(systems)
        code = chance.choice(codes[system])
        if system == "icd-10" and chance.random() < 0.5:
            code += ".5"
        return {"coding": [{"system": ADDRESSES[system], "code": code}]}

    def finding(self) -> Resource:
        """Return a resource that speaks about some fact, well or badly."""
        chance = self.chance
        fact, found = chance.choice(self.ways)
        kind = found.resource if found.resource in ("Condition", "Procedure", "AllergyIntolerance") else "Observation"
        made: Resource = {"resourceType": kind, "code": self.concept(found.codes, found.names)}
        if chance.random() < 0.05:
            made["code"] = {"coding": [{"system": ADDRESSES["snomed"], "code": "38341003"}], "text": "hypertension"}
        if kind in ("Condition", "AllergyIntolerance"):
            clinical = chance.choice(["active"] * 6 + ["resolved", "inactive", "remission", "odd"])
            verified = chance.choice(["confirmed"] * 6 + ["refuted", "provisional", "entered-in-error"])
            made["clinicalStatus"] = {"coding": [{"code": clinical}]}
            if chance.random() < 0.8:
                made["verificationStatus"] = {"coding": [{"code": verified}]}
            made[chance.choice(["recordedDate", "recordedDate", "onsetDateTime", "unknown"])] = self.moment()
            if chance.random() < 0.15:
                made["abatementDateTime"] = self.moment()
            return made
        if kind == "Procedure":
            made["status"] = chance.choice(["completed", "not-done", "unknown"])
            made["performedPeriod"] = {"start": self.moment(), "end": self.moment()}
            return made
        made["status"] = chance.choice(["final"] * 8 + ["preliminary", "entered-in-error", "amended", "cancelled"])
        made[chance.choice(["effectiveDateTime"] * 4 + ["issued", "effectiveInstant", "unknown"])] = self.moment()
        if chance.random() < 0.06:  # a code that no fact knows, with words or an answer that speak of one
            words = chance.choice(["Medical history", "History of epilepsy", "Kidney disease screening", "Eye colour"])
            made["code"] = {"coding": [{"system": ADDRESSES["loinc"], "code": chance.choice(["8339-4", "8339-5"])}]}
            made["code"]["text"] = words
            other, way = chance.choice([it for it in self.ways if it[1].resource == "Condition"])
            made[chance.choice(["valueCodeableConcept", "valueOdd"])] = self.concept(
                way.codes, way.names or (other.label,)
            )
            if chance.random() < 0.2:
                made["valueString"] = chance.choice(["epilepsy", "none", other.label])
            return made
        if fact.kind == "number":
            made["valueQuantity"] = self.quantity(fact.unit, fact.plausible or (0.0, 100.0))
        elif found.answers:
            answer = chance.choice(found.answers)
            made["valueCodeableConcept"] = self.concept(answer.codes, answer.names)
        else:
            made["valueBoolean"] = chance.random() < 0.5
        if chance.random() < 0.03:
            made["dataAbsentReason"] = {"text": "unknown"}
        return made

    def quantity(self, unit: str, limits: tuple[float, float]) -> Resource:
        """Return a measured value in some unit, now and then impossible."""
        chance = self.chance
        middle = 10 ** chance.uniform(-0.5, 0.5) * (limits[0] * limits[1] or limits[1]) ** 0.5
        value = chance.choice([round(middle, 2), middle, round(middle, 1), round(middle)])
        if unit == "mg/dL":
            value = chance.choice([0.7, 1.0, 1.2, 2.0, 3.3, round(chance.uniform(0.4, 9), 2)])
        made: Resource = {"value": value}
        written = chance.choice(UNITS.get(unit, [unit, unit, "mg"])) if chance.random() < 0.25 else unit
        made |= {"unit": written, "system": "http://unitsofmeasure.org", "code": written}
        if chance.random() < 0.1:
            made["comparator"] = chance.choice(["<", "<=", ">", ">=", "ad"])
        if chance.random() < 0.02:
            made["value"] = chance.choice([0, -5, 1e9, "60", None])
        if chance.random() < 0.03:
            del made["code"]
        return made

    def medicine(self) -> Resource:
        """Return an order or a report of a medicine."""
        chance = self.chance
        kind = chance.choice(
            ["MedicationRequest"] * 3 + ["MedicationStatement", "MedicationAdministration", "MedicationDispense"]
        )
        made: Resource = {
            "resourceType": kind,
            "status": chance.choice(["active", "active", "completed", "on-hold", "stopped"]),
        }
        made["medicationCodeableConcept"] = {"text": chance.choice(PRODUCTS)}
        if chance.random() < 0.1:
            made["medicationCodeableConcept"] = {"coding": [{"system": ADDRESSES["rxnorm"], "code": "3007"}]}
        if chance.random() < 0.1:
            del made["medicationCodeableConcept"]
            made["medicationReference"] = {"reference": f"Medication/{chance.randint(1, 4)}"}
        if chance.random() < 0.05 and "medicationReference" not in made:
            del made["medicationCodeableConcept"]
            made["contained"] = [{"resourceType": "Medication", "id": "m", "code": {"text": chance.choice(PRODUCTS)}}]
            made["medicationReference"] = {"reference": "#m"}
        match kind:
            case "MedicationRequest":
                made |= self.order()
            case "MedicationStatement":
                made["effectivePeriod"] = {"start": self.moment()}
                if chance.random() < 0.5:
                    made["effectivePeriod"]["end"] = self.moment()
            case "MedicationAdministration":
                made[chance.choice(["effectiveDateTime", "effectivePeriod"])] = self.moment()
                if "effectivePeriod" in made:
                    made["effectivePeriod"] = {"start": self.moment(), "end": made["effectivePeriod"]}
                if chance.random() < 0.3:
                    made["dosage"] = {"route": self.concept({"snomed": ("26643006", "54485002", "1")})}
            case _:
                made |= {chance.choice(["whenHandedOver", "whenPrepared"]): self.moment()}
                if chance.random() < 0.8:
                    made["daysSupply"] = {"value": 28, "unit": chance.choice(["d", "d", "month"])}
                if chance.random() < 0.7:
                    made["status"] = "completed"
        return made

    def order(self) -> Resource:
        """Return what only orders say."""
        chance = self.chance
        made: Resource = {"intent": chance.choice(["order", "order", "plan"]), "authoredOn": self.moment()}
        if chance.random() < 0.3:
            made["dosageInstruction"] = [{"timing": {"repeat": {"boundsPeriod": {"end": self.moment()}}}}]
        elif chance.random() < 0.2:
            length = {"value": chance.randint(1, 60), "code": chance.choice(["d", "wk", "mo", "h"])}
            made["dosageInstruction"] = [{"timing": {"repeat": {"boundsDuration": length}}}]
        if chance.random() < 0.4:
            made["dispenseRequest"] = self.supply()
        if chance.random() < 0.2:
            made["reasonCode"] = [self.concept({"icd-10": ("A15", "J10", "N39.0", "A18")})]
        return made

    def supply(self) -> Resource:
        """Return what an order says of what may be handed out."""
        chance = self.chance
        made: Resource = {}
        if chance.random() < 0.7:
            made["expectedSupplyDuration"] = {"value": chance.choice([7, 28, 90]), "unit": "d"}
        if chance.random() < 0.4:
            made["numberOfRepeatsAllowed"] = chance.randint(0, 5)
        if chance.random() < 0.4:
            made["validityPeriod"] = {"start": self.moment(), "end": self.moment()}
        return made

    def answers(self) -> Resource:
        """Return an answered intake form."""
        chance = self.chance
        items: list[Resource] = []
        for fact in chance.sample(list(self.known.facts.values()), 8):
            answer: Resource = {"valueBoolean": chance.random() < 0.4}
            if fact.kind == "number":
                answer = {"valueQuantity": self.quantity(fact.unit, fact.plausible or (0.0, 100.0))}
            elif fact.kind == "choice":
                answer = {"valueString": chance.choice(fact.values)}
            elif fact.kind == "date":
                answer = {"valueDate": "1980-05-05"}
            items.append({"linkId": fact.id, "answer": [answer]})
        for name in ("problems_complete", "medicines_complete", "allergies_complete"):
            if chance.random() < 0.6:
                items.append({"linkId": name, "answer": [{"valueBoolean": chance.random() < 0.9}]})
        made: Resource = {"resourceType": "QuestionnaireResponse", "questionnaire": "urn:fullcourse:intake"}
        return {
            **made,
            "status": chance.choice(["completed"] * 4 + ["in-progress"]),
            "authored": self.moment(),
            "item": items,
        }

    def list_of_nothing(self, name: str, number: int) -> Resource:
        """Return a reconciled list: empty, or with entries."""
        chance = self.chance
        code = chance.choice(["11450-4", "10160-0", "48765-2"])
        made: Resource = {"resourceType": "List", "id": f"{name}-{number}", "status": "current", "mode": "working"}
        made |= {"code": {"coding": [{"system": ADDRESSES["loinc"], "code": code}]}, "date": self.moment()}
        made["subject"] = {"reference": f"Patient/{name}"}
        if chance.random() < 0.5:
            made["emptyReason"] = {"coding": [{"code": chance.choice(["nilknown", "unavailable"])}]}
        else:
            made["entry"] = [{"item": {"reference": f"Condition/{name}-{chance.randint(1, 5)}"}}]
        return made

    def products(self) -> list[Resource]:
        """Return the products that orders refer to."""
        return [
            {"resourceType": "Medication", "id": str(number), "code": {"text": name}}
            for number, name in enumerate(["isoniazid", "tramadol 50 mg tablet", "xyzzy"], 1)
        ]


def written(resource: Resource) -> bytes:
    """Return a resource as a line."""
    return json.dumps(resource, separators=(",", ":"), ensure_ascii=False).encode()


def facts_of(paths: list[Path], folder: Path, buckets: int = 2, at: date = AT) -> Assembler:
    """Return what assembles the facts of an export."""
    known = knowledge()
    folder.mkdir()
    ranges = list(ranges_of(find_register(map(str, paths)).files))
    fhir = reader_of(known)
    reader = BlockReader(dates_of(known), buckets, TemplateReader(fhir, known, Products({})))
    for part in ranges:
        read_range(part, folder, reader)
    return Assembler(collect(ranges, folder), fhir, known, at)
