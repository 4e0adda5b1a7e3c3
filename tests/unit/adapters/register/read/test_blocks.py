"""A block says of each line what the line says by itself, whether its text is known or not."""

import json
import random
from pathlib import Path

import pytest

from fullcourse.adapters.register.read.blocks import BlockReader, _Found
from fullcourse.adapters.register.read.dates import NO_DAY, moments_of
from fullcourse.adapters.register.read.lines import Mention, read_line
from fullcourse.adapters.register.read.rows import Rows, read_bucket
from patients import knowledge
from registers import Register, dates_of, written

DATA = Path(__file__).parents[4] / "data" / "synthea-bulk-10"
NAMES = ["Ngô", "O Brien", "Ødegård-Müller", "x" * 70, 'with \\" quote', "Sm\tith"]


def read(lines: list[bytes], folder: Path, buckets: int = 1) -> tuple[Rows, list[tuple[bytes, str]], list[int]]:
    block = BlockReader(dates_of(knowledge()), buckets).read(b"\n".join(lines) + b"\n", folder, "one.rows", 1000)
    rows = read_bucket(folder, [block.rows], 0)
    return rows, list(block.shapes), [line for line, _ in block.aside]


def assert_same(lines: list[bytes], folder: Path) -> None:
    rows, shapes, aside = read(lines, folder)
    by_start = {int(start): at for at, start in enumerate(rows["start"].tolist())}
    place = 1000
    dates = dates_of(knowledge())
    for number, line in enumerate(lines, 1):
        mention = read_line(line, dates)
        at = by_start.get(place)
        if not isinstance(mention, Mention):
            assert at is None
            assert number in aside
        elif not mention.patient:
            assert at is None
        else:
            assert at is not None, line
            assert line == b"".join(lines[number - 1 : number])
            assert rows["length"][at] == len(line)
            assert rows.ids[rows["patient"][at]] == mention.patient
            assert shapes[rows["shape"][at]] == (mention.shape, mention.linked)
            assert rows["value"][at] == mention.value or (
                mention.value is None and rows["value"][at] != rows["value"][at]
            )
            assert rows["has_id"][at] == bool(mention.id)
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


def test_values_and_dates_of_a_common_text_are_those_of_a_parser(tmp_path: Path):
    assert_same(observations(400), tmp_path)


def test_lines_of_a_real_export_are_cut_by_their_texts(tmp_path: Path, monkeypatch):
    alone: list[int] = []
    kept = _Found.alone
    monkeypatch.setattr(
        _Found, "alone", lambda self, which, dates: alone.append(len(which)) or kept(self, which, dates)
    )
    for name in ("Condition", "MedicationRequest"):
        lines = (DATA / f"{name}.000.ndjson").read_bytes().splitlines()
        alone.clear()
        assert_same(lines * 20, tmp_path)
        assert alone[0] < 0.1 * len(lines) * 20


def test_text_with_spaces_is_cut_as_well(tmp_path: Path):
    assert_same(observations(200, (", ", ": ")), tmp_path)


def test_what_is_read_beside_the_gaps_is_not_lost(tmp_path: Path):
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


def test_a_line_that_is_no_text_is_set_aside_and_the_others_are_not(tmp_path: Path):
    lines = [
        written({"resourceType": "Patient", "id": f"p{number}", "name": [{"family": f"Ngô{number}"}], "gender": "male"})
        for number in range(60)
    ]
    broken = lines[7].replace("ô".encode(), b"\xf4")
    keyed_twice = lines[9].replace(b'"gender":"male"', b'"gender":"male","gender":"female"')

    rows, _, aside = read([*lines[:7], broken, lines[8], keyed_twice, *lines[10:]], tmp_path)

    assert aside == [8, 10]
    assert len(rows.ids) == 58


def test_lines_that_are_cut_off_within_a_number_are_set_aside(tmp_path: Path):
    cut = [
        line[: line.index(b'"unit"') - 1] for line in observations(40, resourceType="Observation") if b'"unit"' in line
    ]

    rows, _, aside = read(cut * 3, tmp_path)

    assert len(aside) == 120
    assert not rows.ids


def test_one_patient_of_many_lines_and_blocks_is_one_patient(tmp_path: Path):
    reader = BlockReader(dates_of(knowledge()), 3)
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
    rows, _, _ = read([b"", b"  "], tmp_path)

    assert rows.ids == []
    assert NO_DAY not in rows["a_first"]
