"""Cases of a register that is read on a cluster, with what is expected of each, written before it was run.

Each case is one patient (or nobody); the lines stand in files as exports leave them. ``C`` are ours; ``B`` come from
reports about Spark, Arrow and peers that read FHIR on them, named beside each.
"""

import gzip
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from registers import written

__all__ = ["CASES", "Case", "files", "lay_out"]

EPILEPSY = {"coding": [{"system": "http://hl7.org/fhir/sid/icd-10", "code": "G40.9"}]}
ISONIAZID = {"coding": [{"system": "http://www.nlm.nih.gov/research/umls/rxnorm", "code": "6038"}]}
MEDICINE_LIST = {"coding": [{"system": "http://loinc.org", "code": "10160-0"}]}
Resource = dict[str, Any]

YES, ERROR, OPEN, CLEAR, NAMED, AS_TWIN = "epilepsy", "error", "open", "clear", "named", "as twin"
"""What is expected: epilepsy is found; the record has an error; epilepsy is not known; nothing stands unread;
what is not there is named, so that no drug is cleared; the facts are those of `TWIN`, which holds the same in one file
and inline."""


@dataclass(frozen=True)
class Case:
    """One case.

    Attributes:
        name: Id of the patient.
        why: What is tried.
        expected: One of the words above.
        lines: ``(file, line)``.
    """

    name: str
    why: str
    expected: str
    lines: tuple[tuple[str, bytes], ...]


def person(name: str) -> Resource:
    return {"resourceType": "Patient", "id": name, "gender": "female", "birthDate": "1980-01-01"}


def about(name: str, kind: str = "Condition", reference: str = "", **more: Any) -> Resource:
    subject = "patient" if kind == "AllergyIntolerance" else "subject"
    made: Resource = {
        "resourceType": kind,
        "id": f"{kind[:3].lower()}-{name}",
        subject: {"reference": reference or f"Patient/{name}"},
    }
    return {**made, **({"code": EPILEPSY, "recordedDate": "2020-05-05"} if kind == "Condition" else {}), **more}


def order(name: str, **more: Any) -> Resource:
    return about(name, "MedicationRequest", status="active", intent="order", authoredOn="2026-11-01", **more)


def answered(name: str) -> Resource:
    return about(name, "List", status="current", mode="snapshot", code=MEDICINE_LIST, date="2026-11-20",
                 entry=[{"item": {"reference": f"MedicationRequest/med-{name}"}}])  # fmt: skip


def case(name: str, why: str, expected: str, *lines: tuple[str, Resource | bytes]) -> Case:
    return Case(
        name, why, expected, tuple((file, line if isinstance(line, bytes) else written(line)) for file, line in lines)
    )


P, Q, Z = "1.Patient.ndjson", "2.Condition.ndjson", "z/part=0/last [one] file.ndjson.gz"
TWIN = "twin"


def _spaced(resource: Resource) -> bytes:
    return json.dumps(resource, indent=None, separators=(" , ", " : ")).encode()


def _last(resource: Resource) -> bytes:
    return written(
        {
            **{key: value for key, value in resource.items() if key != "resourceType"},
            "resourceType": resource["resourceType"],
        }
    )


C = [
    case("c01", "problem in another file than the Patient", YES, (P, person("c01")), (Q, about("c01"))),
    case("c02", "problem in a file before the Patient's", YES, ("0.ndjson", about("c02")), (P, person("c02"))),
    case("c03", "problem in a packed file", YES, (P, person("c03")), (Z, about("c03"))),
    case(
        "c04",
        "absolute reference",
        YES,
        (P, person("c04")),
        (Q, about("c04", reference="https://h.example.org/r4/Patient/c04")),
    ),
    case(
        "c05", "reference to a version", YES, (P, person("c05")), (Q, about("c05", reference="Patient/c05/_history/2"))
    ),
    case(
        "c06",
        "an escaped slash, as PHP writes it",
        YES,
        (P, person("c06")),
        (Q, written(about("c06")).replace(b"Patient/c06", b"Patient\\/c06")),
    ),
    case(
        "c07",
        "another patient named before the subject",
        YES,
        (P, person("c07")),
        (Q, {"resourceType": "Condition", "id": "con-c07", "asserter": {"reference": "Patient/c08"}, **about("c07")}),
    ),
    case("c08", "only named by another's problem", OPEN, (P, person("c08"))),
    case("c09", "the type as the last key", YES, (P, _last(person("c09"))), (Q, _last(about("c09")))),
    case("c10", "spaces between all words", YES, (P, _spaced(person("c10"))), (Q, _spaced(about("c10")))),
    case(
        "c11",
        "a key that stands twice",
        ERROR,
        (P, person("c11")),
        (Q, written(about("c11"))[:-1] + b',"note":[],"note":[]}'),
    ),
    case(
        "c12",
        "a line that was cut off behind its patient",
        ERROR,
        (P, person("c12")),
        (Q, written({"resourceType": "Condition", "subject": {"reference": "Patient/c12"}, "code": EPILEPSY})[:-9]),
    ),
    case(
        "c13",
        "a line that cannot be read and names two (and c14)",
        ERROR,
        (P, person("c13")),
        (
            Q,
            b'{"resourceType":"Condition","subject":{"reference":"Patient/c13"},"subject":{"reference":"Patient/c14"}}',
        ),
    ),
    case("c14", "the other of the two", ERROR, (P, person("c14"))),
    case(
        "c15",
        "a list whose entry stands in another file",
        CLEAR,
        (P, person("c15")),
        (Q, answered("c15")),
        (Z, order("c15", medicationCodeableConcept=ISONIAZID)),
    ),
    case("c16", "a list whose entry is nowhere", NAMED, (P, person("c16")), (Q, answered("c16"))),
    case("c17", "a problem of somebody without a Patient", ERROR, (Q, about("c17"))),
    case(
        "c18",
        "a subject that is a group, a performer that is this patient",
        OPEN,
        (P, person("c18")),
        (Q, about("c18", "Observation", reference="Group/g", performer=[{"reference": "Patient/c18"}])),
    ),
    case(
        "c19",
        "the same line in two files",
        AS_TWIN,
        (P, person("c19")),
        (Q, order("c19", medicationCodeableConcept=ISONIAZID)),
        (Z, order("c19", medicationCodeableConcept=ISONIAZID)),
    ),
    case(
        "c20",
        "a space before the reference, and another patient named plainly",
        YES,
        (P, person("c20")),
        (
            Q,
            {
                "resourceType": "Condition",
                "id": "con-c20",
                "asserter": {"reference": "Patient/c08"},
                **about("c20", reference=" Patient/c20"),
            },
        ),
    ),
]

B = [
    case(
        "b01",
        "SPARK-23577: a bare carriage return between words ends no line",
        YES,
        (P, person("b01")),
        (Q, written(about("b01")).replace(b',"code"', b',\r"code"')),
    ),
    case(
        "b02",
        "pathling 298: an empty line, and lines that end in CR LF",
        YES,
        (P, written(person("b02")) + b"\r\n\r\n"),
        (Q, written(about("b02")) + b"\r"),
    ),
    case(
        "b03",
        "SPARK-43343, SPARK-23148: brackets and spaces in the name of a file",
        YES,
        (P, person("b03")),
        ("odd [ab] {x}.ndjson", about("b03")),
    ),
    case(
        "b04",
        "cumulus-etl 237: a product in a file of its own",
        AS_TWIN,
        (P, person("b04")),
        ("Medication.ndjson", {"resourceType": "Medication", "id": "inh", "code": ISONIAZID}),
        (Q, order("b04", medicationReference={"reference": "Medication/inh"})),
    ),
    case(
        "b05",
        "fhir-bulk-data-docs 69: references by urn:uuid",
        YES,
        (P, person("b05")),
        (Q, about("b05", reference="urn:uuid:b05")),
    ),
    case(
        "b06",
        "gpconnect 318: one product twice",
        AS_TWIN,
        (P, person("b06")),
        ("a/Medication.ndjson", {"resourceType": "Medication", "id": "inh2", "code": ISONIAZID}),
        (Z, {"resourceType": "Medication", "id": "inh2", "code": ISONIAZID}),
        (Q, order("b06", medicationReference={"reference": "Medication/inh2"})),
    ),
    case(
        "b07",
        "metriport 4076: a product that is not there is said, and never left out",
        NAMED,
        (P, person("b07")),
        (Q, order("b07", medicationReference={"reference": "Medication/gone"})),
    ),
    case(
        "b08",
        "SPARK-53562: a line of two megabytes among short ones",
        YES,
        (P, person("b08")),
        (Q, about("b08", note=[{"text": "x" * 2_000_000}])),
    ),
    case(
        "b09",
        "carbondata 2234: a mark of byte order before the first line",
        YES,
        ("0.ndjson", person("b09")),
        (Q, about("b09")),
    ),
    case(
        "b10",
        "cumulus-etl 315, id3c 314: a last line without its end; separators of Unicode in a text",
        YES,
        (P, person("b10")),
        ("w.ndjson", written(about("b10", note=[{"text": "one"}])).replace(b"one", "one\u2028two\u0085three".encode())),
    ),
]

OTHERS = [
    case("", "a place of work", "", ("3.Organization.ndjson", {"resourceType": "Organization", "id": "o"})),
    case("", "a bundle", "", ("3.Organization.ndjson", {"resourceType": "Bundle", "type": "collection"})),
    case("", "half a line", "", ("3.Organization.ndjson", b'{"resourceType":')),
    case(TWIN, "all in one file", "", (P, person(TWIN)), (P, order(TWIN, medicationCodeableConcept=ISONIAZID))),
]
CASES = [*C, *B]


def files() -> Mapping[str, bytes]:
    """Return the files of the register of all cases."""
    laid: dict[str, list[bytes]] = {}
    for each in [*CASES, *OTHERS]:
        for file, line in each.lines:
            laid.setdefault(file, []).append(line)
    made = {name: b"\n".join(lines) for name, lines in laid.items()}
    made["0.ndjson"] = b"\xef\xbb\xbf" + b"\n".join(
        sorted(laid["0.ndjson"], key=lambda line: b'Patient"' not in line[:30])
    )
    return {**made, "empty.ndjson": b"", "blank.jsonl": b"\n \n"}


def lay_out(folder: Path) -> None:
    """Write the register of all cases."""
    for name, data in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(data) if name.endswith(".gz") else data)
