"""What a scan tells of lines is what the strict reader of each line says: whatever the lines are, and however damaged.

The build makes the scan where it finds a C compiler; without one every line is read by itself, which is what the
scan is held against here.
"""

import json
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from fullcourse.adapters.register.read.assemble import reader_of
from fullcourse.adapters.register.read.blocks import BlockReader
from fullcourse.adapters.register.read.kept import keep
from fullcourse.adapters.register.read.lines import parse_line
from fullcourse.adapters.register.read.products import Products
from fullcourse.adapters.register.read.rows import ENTRY, ROW, read_bucket
from fullcourse.adapters.register.read.templates import Template, TemplateReader
from fullcourse.adapters.register.scan.gaps import rules_of
from fullcourse.adapters.register.scan.library import library, scan
from fullcourse.clinical.errors import InputError
from patients import knowledge
from registers import Register, dates_of, written

pytestmark = pytest.mark.skipif(library() is None, reason="no compiled scan here: the build found no C compiler")

DATA = Path(__file__).parents[1] / "data" / "synthea-bulk-10"
TEMPLATES = TemplateReader(reader_of(knowledge()), knowledge(), Products({}))
DATES = dates_of(knowledge())
RULES = rules_of(DATES)
READ: dict[tuple[bytes, str], Template] = {}

ODD_VALUES: list[object] = [
    None, True, 0, -1, 1e300, 1e-320, 12345678901234567890123456789, "", " ", "\u2028",
    "a\\b", "ab\tc", "é", "💊", [], {},
    [None], [[]], [{}], ["x"], {"value": 1}, {"reference": "Patient/p1"}, {"reference": " Patient/p1 "},
    {"reference": "Patient/p1/_history/2"}, {"reference": "https://a_b.example/fhir/Patient/p1"},
    {"reference": "urn:uuid:p1"}, {"reference": "urn:uuid:Patient/p1"}, {"reference": "urn:x/Patient/p1"},
    {"reference": "#Patient/p1"}, {"reference": "Group/p1"}, {"reference": "p1"}, {"display": "x"},
    {"reference": None, "display": "x"}, {"start": "2026-01-01", "end": 5}, {"end": "2026-02"}, {"start": ["2026"]},
    {"coding": [{"system": "http://loinc.org", "code": "2160-0"}], "text": "stand-in-gap-0"}, "2026-11-01",
    "2026-11-01T08:00:00Z", "2026-11-01T08:00:00.123+05:30", "2026-13-01", " 2026-11-01", "2026", "73061",
    {"value": 7306102.5, "unit": "kg"}, {"value": "7", "unit": "kg"}, {"value": 7, "comparator": "<", "unit": "mg/dL"},
    [{"item": {"reference": "Condition/c"}}], [{"resourceType": "Medication", "id": "m",
    "code": {"text": "isoniazid"}}],
    [{"timing": {"repeat": {"boundsPeriod": {"start": "2026-01-01", "end": "2026-02-01"}}}}],
    [{"timing": {"repeat": {"boundsDuration": {"value": 3, "code": "d"}}}}, {"route": {"text": "oral"}}],
    [{"valueQuantity": {"value": 120}}, 5], [{"valueQuantity": {"value": 120, "unit": "mm[Hg]"}}] * 20,
]  # fmt: skip
ODD_NAMES = [
    "subject", "patient", "beneficiary", "id", "resourceType", "contained", "effectiveDateTime", "effectivePeriod",
    "issued", "valueQuantity", "valueString", "valueX", "component", "focus", "hasMember", "abatementPeriod",
    "abatementString", "dosageInstruction", "dosage", "dispenseRequest", "medicationReference", "authoredOn",
    "recordedDate", "onsetPeriod", "birthDate", "deceasedDateTime", "managingOrganization", "reaction", "status",
    "code",
    "modifierExtension", "extension", "note", "_status", "meta", "entry", "item",
]  # fmt: skip


def resources(seed: int) -> list[dict[str, Any]]:
    register = Register(seed)
    odd = [resource for number in range(40) for resource in register.patient(f"p{number}")]
    real = [line for path in sorted(DATA.glob("*.ndjson")) for line in path.read_bytes().splitlines()[:40]]
    return odd + [json.loads(line) for line in real]


def odd_resource(resource: dict[str, Any], chance: random.Random) -> dict[str, Any]:
    names = [*resource, *ODD_NAMES]
    changed = {**resource, **{chance.choice(names): chance.choice(ODD_VALUES) for _ in range(chance.randint(0, 2))}}
    order = list(changed)
    chance.shuffle(order)
    return {name: changed[name] for name in order} if chance.random() < 0.3 else changed


def written_oddly(resource: dict[str, Any], chance: random.Random) -> bytes:
    separators = chance.choice([(",", ":"), (", ", ": "), (" ,", "\t:")])
    return json.dumps(resource, separators=separators, ensure_ascii=chance.random() < 0.3).encode("utf-8", "replace")


def key_twice(line: bytes, chance: random.Random) -> bytes:
    place = chance.choice([at for at, letter in enumerate(line) if letter in b"{"] or [0])
    name = chance.choice([b"status", b"id", b"code", b"reference", b"system", b"value", b"resourceType", b"text"])
    return line[: place + 1] + b'"' + name + b'":"x",' + line[place + 1 :]


def byte_changed(line: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(len(line))
    new = chance.choice([b"", b"\\", b'"', b"{", b"}", b",", b":", b"\x00", b"\x1f",
                         b"\x80", b"\xed\xa0\x80", b"\xc0\xaf",
                         b"\\ud800", b"\\u00e9", b"\\x", b"0", b"-", b"e", b".", b"NaN", b" ", b"\xef\xbb\xbf",
                         b"\r"])  # fmt: skip
    return line[:place] + new + line[place + chance.randint(0, 1) :]


def cut_off(line: bytes, chance: random.Random) -> bytes:
    return line[: chance.randrange(len(line))]


DAMAGE: list[Callable[[bytes, random.Random], bytes]] = [key_twice, byte_changed, byte_changed, cut_off]


def odd_lines(seed: int) -> list[bytes]:
    chance = random.Random(seed)
    lines = []
    for resource in resources(seed):
        line = written(resource) if chance.random() < 0.4 else written_oddly(odd_resource(resource, chance), chance)
        lines.append(chance.choice(DAMAGE)(line, chance) if chance.random() < 0.3 else line)
    chance.shuffle(lines)
    return [line for line in lines if b"\n" not in line]


def template_of(shape: tuple[bytes, str]) -> Template:
    if shape not in READ:
        READ[shape] = TEMPLATES.read(*shape)
    return READ[shape]


def said(lines: list[bytes], folder: Path) -> object:
    """Return everything that a block of lines comes to."""
    folder.mkdir()
    block = BlockReader(DATES, 1, TEMPLATES).read(b"\n".join(lines) + b"\n", folder, "one.rows")
    rows = read_bucket(folder, [block.rows], 0)
    names = [name for name in ROW.names or () if name not in ("patient", "shape")]
    columns = [rows.columns[name].tolist() for name in names]
    templates = [(template_of(block.shapes[number]), block.shapes[number][1]) for number in rows["shape"].tolist()]
    entries = sorted(zip(*(rows.entries[name].tolist() for name in ENTRY.names or ()), strict=True))
    told = sorted(
        zip([rows.ids[number] for number in rows["patient"].tolist()], map(repr, templates),
            map(repr, zip(*columns, strict=True)), strict=True)
    )  # fmt: skip
    return told, entries, block.elsewhere, block.aside, block.lines, block.others


@pytest.fixture
def opened():
    """The library opened anew before and after, as the environment asks for it."""
    library.cache_clear()
    yield
    library.cache_clear()


@pytest.mark.usefixtures("opened")
@pytest.mark.parametrize("seed", range(6))
def test_a_block_says_with_a_scan_what_it_says_line_by_line(seed: int, tmp_path: Path, monkeypatch):
    lines = odd_lines(seed)
    # Each line stands again with other gaps, so that a meaning is used that was read of another line.
    lines += [line.replace(b"-1", b"-2").replace(b"p1", b"p2").replace(b"2026-", b"2025-") for line in lines]
    scanned = said(lines, tmp_path / "scanned")
    monkeypatch.setenv("FULLCOURSE_KERNEL", "reference")
    library.cache_clear()
    assert max(scan(lines[0], RULES).key) < 0
    assert scanned == said(lines, tmp_path / "alone")


@pytest.mark.parametrize("seed", range(6, 12))
def test_a_line_that_has_a_key_is_read_by_the_strict_reader_too(seed: int):
    chance = random.Random(seed)
    lines = odd_lines(seed)
    lines += [damage(line, chance) for line in lines if line for damage in DAMAGE]
    lines = [line.replace(b"\n", b"") for line in lines]
    found = scan(b"\n".join(lines) + b"\n", RULES)
    keyed = [line for line, key in zip(lines, found.key.tolist(), strict=True) if key >= 0]
    refused = []
    for line in keyed:
        try:
            parse_line(line.removesuffix(b"\r"))
        except InputError as error:
            refused.append((line, str(error)))
    assert refused == []
    assert len(keyed) > len(lines) / 8


def test_lines_of_one_key_keep_the_same_but_for_their_gaps():
    lines = [line for path in sorted(DATA.glob("*.ndjson")) for line in path.read_bytes().splitlines()]
    found = scan(b"\n".join(lines), RULES)
    shapes: dict[int, set[bytes]] = {}
    for line, key in zip(lines, found.key.tolist(), strict=True):
        resource = json.loads(line)
        kept = keep(resource, resource["resourceType"], DATES)
        shapes.setdefault(key, set()).add(repr(kept.shape).encode())
    alone = shapes.pop(-1, set())
    assert len(found.keys) == len(shapes)
    assert all(len(of_key) == 1 for of_key in shapes.values())
    assert (len(shapes), len(alone)) < (len(lines) / 2, 1)


WORDS = [
    name
    for fact in knowledge().facts.values()
    for name in (fact.label, *(name for found in fact.found for name in (*found.names, *found.ingredients)))
]


@pytest.mark.parametrize("seed", range(4))
def test_diagnoses_that_are_told_by_the_same_say_the_same(seed: int):
    chance = random.Random(seed)
    codings = [
        {"system": "http://snomed.info/sct", "code": "90560007"},
        {"system": "http://snomed.info/sct", "code": "271737000"},
        {"system": "http://hl7.org/fhir/sid/icd-10", "code": "N18.5"}, {"system": "urn:other", "code": "x"},
        {"code": "y"}, {}, {"system": "http://snomed.info/sct", "code": "0"},
    ]  # fmt: skip
    plain = ["from ward 5", "No known problems", "no known problems except", "gout", "", "reports food by"]
    told: dict[tuple[object, ...], Template] = {}
    for _ in range(700):
        words = [chance.choice([*plain, chance.choice(WORDS), f"{chance.choice(WORDS)} {chance.choice(plain)}"])
                 for _ in range(2)]  # fmt: skip
        coding = {**chance.choice(codings), **({"display": words[1]} if chance.random() < 0.7 else {})}
        resource = {
            "resourceType": chance.choice(["Condition", "Procedure"]),
            "code": {"coding": [coding] if chance.random() < 0.9 else [], **({"text": words[0]} if words[0] else {})},
            "status": chance.choice(["completed", "not-done"]),
            "clinicalStatus": {"coding": [{"code": chance.choice(["active", "resolved"])}]},
        }
        shape = written(resource)
        assert told.setdefault(TEMPLATES.told_by(shape), TEMPLATES.read(shape)) == TEMPLATES.read(shape), shape
    assert len(told) < 600
