"""A block says of each line what the line says by itself, and of a meaning that many lines share, only once."""

import json
import random
from pathlib import Path

import pytest

from fullcourse.adapters.register.read.assemble import reader_of
from fullcourse.adapters.register.read.blocks import Block, BlockReader
from fullcourse.adapters.register.read.dates import NO_DAY, moments_of
from fullcourse.adapters.register.read.lines import DAMAGED, Mention, read_line
from fullcourse.adapters.register.read.products import Products
from fullcourse.adapters.register.read.rows import Rows, read_bucket
from fullcourse.adapters.register.read.templates import TemplateReader
from patients import knowledge
from registers import Register, dates_of, written

DATA = Path(__file__).parents[4] / "data" / "synthea-bulk-10"
NAMES = ["Ngô", "O Brien", "Ødegård-Müller", "x" * 70, 'with \\" quote', "Sm\tith"]
TEMPLATES = TemplateReader(reader_of(knowledge()), knowledge(), Products({}))


def read_block(lines: list[bytes], folder: Path) -> tuple[Rows, Block]:
    block = BlockReader(dates_of(knowledge()), 1, TEMPLATES).read(b"\n".join(lines) + b"\n", folder, "one.rows")
    return read_bucket(folder, [block.rows], 0), block


def assert_same(lines: list[bytes], folder: Path) -> None:
    rows, block = read_block(lines, folder)
    aside = [line for line, _, _ in block.aside]
    by_start = {int(start): at for at, start in enumerate(rows["start"].tolist())}
    place = 0
    dates = dates_of(knowledge())
    for number, line in enumerate(lines, 1):
        mention = read_line(line, dates)
        at = by_start.get(place)
        if not isinstance(mention, Mention):
            assert number in aside
            assert (at is not None) == bool(mention.patients)
        elif not mention.patient:
            assert at is None
        else:
            assert at is not None, line
            assert rows["length"][at] == len(line)
            assert rows.ids[rows["patient"][at]] == mention.patient
            shape, linked = block.shapes[rows["shape"][at]]
            assert linked == mention.linked
            assert TEMPLATES.read(shape) == TEMPLATES.read(mention.whole or mention.shape), line
            assert rows["value"][at] == mention.value or (
                mention.value is None and rows["value"][at] != rows["value"][at]
            )
            assert rows["has_id"][at] == bool(mention.id)
            assert rows["by_id"][at] == mention.is_by_id
            on, until = moments_of([mention.on]), moments_of([mention.until])
            assert rows["odd"][at] == (mention.is_odd or bool(on.bad[0]) or bool(until.bad[0]))
            for slot, moment in (("a", on), ("b", until)):
                found = [rows[f"{slot}_{part}"][at] for part in ("first", "last", "start", "end")]
                assert found == [moment.first[0], moment.last[0], moment.start[0], moment.end[0]], line
        place += len(line) + 1


@pytest.mark.parametrize("seed", range(4))
def test_lines_of_odd_patients_say_the_same_in_a_block_and_alone(tmp_path: Path, seed: int):
    register = Register(seed)
    lines = [written(one) for number in range(150) for one in register.patient(f"p{number}")]
    random.Random(seed).shuffle(lines)

    assert_same(lines, tmp_path)


def observations(count: int, separators: tuple[str, str] = (",", ":"), **more: object) -> list[bytes]:
    chance = random.Random(5)
    found = []
    for number in range(count):
        code = chance.choice(["29463-7", "8302-2", "2160-0"])
        one = {
            "resourceType": "Observation", "id": f"o-{number}", "status": "final",
            "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
            "subject": {"reference": f"Patient/{chance.randint(1, 40)}"},
            "effectiveDateTime": chance.choice(["2026-11-01", "2026-11-01T08:00:00+02:00", "2026", "2026-02-30", "1"]),
            "valueQuantity": {"value": chance.choice([7, 60.5, -1, 0.1, 1e-7, 123456789012345.6, 12345678901234567890]),
                              "unit": "kg", "code": "kg"},
            **more,
        }  # fmt: skip
        found.append(json.dumps(one, separators=separators, ensure_ascii=False).encode())
    return found


def test_values_and_dates_are_those_of_a_parser(tmp_path: Path):
    assert_same(observations(400), tmp_path)


def test_a_number_beyond_what_a_float_holds_is_no_crash(tmp_path: Path):
    line = observations(1)[0]
    number = line[line.index(b'"value":') + 8 : line.index(b',"unit"')]

    assert_same([line.replace(number, b"1" + b"0" * 290), line.replace(number, b"1" + b"0" * 400)], tmp_path)


def test_lines_of_a_real_export_have_few_meanings(tmp_path: Path):
    for name in ("Condition", "MedicationRequest"):
        lines = (DATA / f"{name}.000.ndjson").read_bytes().splitlines()
        assert_same(lines * 5, tmp_path)
        _, block = read_block(lines * 5, tmp_path)
        assert len(block.shapes) < 0.6 * len(lines)


def test_lines_that_differ_in_what_nobody_reads_have_one_meaning(tmp_path: Path):
    pressure = [
        {"resourceType": "Observation", "id": f"b{at}", "status": "final", "subject": {"reference": "Patient/p"},
         "code": {"coding": [{"system": "http://loinc.org", "code": "85354-9", "display": "Blood pressure"}]},
         "effectiveDateTime": f"2026-10-{at + 1:02d}",
         "component": [{"code": {"coding": [{"system": "http://loinc.org", "code": "8480-6", "display": "Systolic"}]},
                        "valueQuantity": {"value": 100 + at, "unit": "mm[Hg]", "code": "mm[Hg]"}}]}
        for at in range(20)
    ]  # fmt: skip
    orders = [
        {"resourceType": "MedicationRequest", "id": f"m{at}", "status": "active", "intent": "order",
         "medicationCodeableConcept": {"text": "isoniazid"}, "subject": {"reference": "Patient/p"},
         "authoredOn": "2026-11-01", "dosageInstruction": [{"text": f"take {at}", "doseAndRate": [{"type": {}}]}]}
        for at in range(20)
    ]  # fmt: skip
    surgery = [
        {"resourceType": "Procedure", "id": f"s{at}", "status": "completed", "code": {"text": "appendectomy"},
         "subject": {"reference": "Patient/p"},
         "performedPeriod": {"start": f"2026-01-{at + 1:02d}", "end": "2026-02-02"}}
        for at in range(20)
    ]  # fmt: skip
    for kind in (pressure, orders, surgery):
        _, block = read_block(list(map(written, kind)), tmp_path)
        assert len(block.shapes) == 1


def test_the_number_of_a_component_that_is_read_is_part_of_the_meaning(tmp_path: Path):
    lines = [
        written({"resourceType": "Observation", "id": f"c{at}", "status": "final",
                 "subject": {"reference": "Patient/p"},
                 "code": {"text": "panel"}, "effectiveDateTime": "2026-10-01", "component": [{
                     "code": {"coding": [{"system": "http://loinc.org", "code": "2160-0"}]},
                     "valueQuantity": {"value": 1 + at / 10, "unit": "mg/dL", "code": "mg/dL"}}]})
        for at in range(5)
    ]  # fmt: skip
    assert_same(lines, tmp_path)
    assert len(read_block(lines, tmp_path)[1].shapes) == 5


def test_text_with_spaces_is_read_as_well(tmp_path: Path):
    assert_same(observations(200, (", ", ": ")), tmp_path)


def test_what_is_read_beside_the_date_and_the_value_is_not_lost(tmp_path: Path):
    lines = observations(60) + observations(60, note=[{"text": "a"}]) + observations(60, status="entered-in-error")
    random.Random(1).shuffle(lines)

    assert_same(lines, tmp_path)


@pytest.mark.parametrize("name", NAMES)
def test_people_of_any_name_are_read(tmp_path: Path, name: str):
    lines = [
        written({"resourceType": "Patient", "id": f"p{number}", "name": [{"family": name, "given": [f"G{number}"]}],
                 "identifier": [{"value": str(number)}], "telecom": [{"value": f"+1 {number}"}],
                 "gender": "female", "birthDate": f"19{number % 90 + 10}-01-01"})
        for number in range(100)
    ]  # fmt: skip
    assert_same(lines, tmp_path)


def test_a_line_that_cannot_be_read_is_set_aside_and_marks_the_patient_that_it_names(tmp_path: Path):
    lines = [
        written({"resourceType": "Patient", "id": f"p{number}", "name": [{"family": f"Ngô{number}"}], "gender": "male"})
        for number in range(60)
    ]
    broken = lines[7].replace("ô".encode(), b"\xf4")
    keyed_twice = lines[9].replace(b'"gender":"male"', b'"gender":"male","gender":"female"')
    of_nobody = b'{"resourceType":"Observation",'

    rows, block = read_block([*lines[:7], broken, lines[8], keyed_twice, *lines[10:], of_nobody], tmp_path)

    assert [(line, is_known) for line, _, is_known in block.aside] == [(8, True), (10, True), (61, False)]
    assert len(rows.ids) == 60
    damaged = [
        rows.ids[rows["patient"][at]] for at, shape in enumerate(rows["shape"]) if block.shapes[shape][0] == DAMAGED
    ]
    assert sorted(damaged) == ["p7", "p9"]


def test_lines_that_are_cut_off_within_a_number_are_set_aside(tmp_path: Path):
    cut = [
        line[: line.index(b'"unit"') - 1] for line in observations(40, resourceType="Observation") if b'"unit"' in line
    ]

    rows, block = read_block(cut * 3, tmp_path)

    assert len(block.aside) == 120
    assert {block.shapes[shape] for shape in rows["shape"]} == {(DAMAGED, "")}


def test_one_patient_of_many_lines_and_blocks_is_one_patient(tmp_path: Path):
    reader = BlockReader(dates_of(knowledge()), 3, TEMPLATES)
    lines = observations(300)
    blocks = [reader.read(b"\n".join(lines[at::3]) + b"\n", tmp_path, f"{at}.rows").rows for at in range(3)]

    found = [read_bucket(tmp_path, blocks, bucket) for bucket in range(3)]

    assert sorted(name for rows in found for name in rows.ids) == sorted(
        {read_line(line, dates_of(knowledge())).patient for line in lines}
    )  # type: ignore[union-attr]  # they are mentions
    assert sum(len(rows["start"]) for rows in found) == 300
    for rows in found:
        assert (rows["patient"][1:] >= rows["patient"][:-1]).all()
        for number in range(len(rows.ids)):
            mine = rows["patient"] == number
            order = list(zip(rows["block"][mine].tolist(), rows["start"][mine].tolist(), strict=True))
            assert order == sorted(order)


def test_an_empty_block_has_no_rows(tmp_path: Path):
    rows, _ = read_block([b"", b"  "], tmp_path)

    assert rows.ids == []
    assert NO_DAY not in rows["a_first"]
