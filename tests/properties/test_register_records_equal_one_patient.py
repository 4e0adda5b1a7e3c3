"""Reading a register patient by patient gives the record that asking for that patient gives, whatever the files are."""

import gzip
import random
from pathlib import Path

import pytest

from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read import extract
from fullcourse.adapters.register.read.assemble import reader_of
from fullcourse.adapters.register.read.extract import ranges_of
from fullcourse.adapters.register.read.fact_folder import read_patient_of
from fullcourse.adapters.register.read.one_record import read_one
from fullcourse.adapters.register.read.people import Gathered, collect_lines, gather_range, patients_of
from fullcourse.adapters.register.read.products import Products
from fullcourse.clinical.errors import InputError
from patients import AT, knowledge
from registers import Register, dates_of, written

DATA = Path(__file__).parents[1] / "data" / "synthea-bulk-10"
BUCKETS = 3


def gathered(inputs: list[str], folder: Path) -> Gathered:
    folder.mkdir()
    ranges = list(ranges_of(find_register(inputs).files))
    for part in ranges:
        gather_range(part, folder, dates_of(knowledge()), BUCKETS)
    return collect_lines(ranges, folder)


def records(found: Gathered) -> list[str]:
    reader = reader_of(knowledge())
    products = Products(found.elsewhere)
    everybody = []
    for bucket in range(BUCKETS):
        for patient in patients_of(found, bucket):
            try:
                everybody.append(repr(read_one(patient.lines, patient.links, reader, products, AT)))
            except InputError as error:
                everybody.append(str(error))
    return sorted(everybody)


def one_by_one(inputs: list[str], names: list[str]) -> list[str]:
    everybody = []
    for name in names:
        try:
            everybody.append(repr(read_patient_of(find_register(inputs), name, knowledge(), AT)))
        except InputError as error:
            everybody.append(str(error))
    return sorted(everybody)


@pytest.mark.parametrize("seed", [11, 12])
def test_made_up_registers_in_any_files(seed: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(extract, "BLOCK_BYTES", 20_000)
    register = Register(seed)
    people = {f"p{number}": register.patient(f"p{number}") for number in range(60)}
    lines = [written(resource) for resources in people.values() for resource in resources]
    lines += [written(resource) for resource in register.products()]
    random.Random(seed).shuffle(lines)
    export = tmp_path / "export"
    export.mkdir()
    (export / "a.ndjson").write_bytes(b"\n".join(lines[::2]) + b"\n")
    (export / "b.ndjson.gz").write_bytes(gzip.compress(b"\r\n".join(lines[1::2])))

    found = gathered([str(export)], tmp_path / "folder")

    assert (found.lines, found.aside) == (len(lines), [])
    assert len(list(ranges_of(find_register([str(export)]).files))) > 2
    assert records(found) == one_by_one([str(export)], list(people))


def test_real_records(tmp_path: Path):
    names = [line.split('"id":"')[1].split('"')[0] for line in (DATA / "Patient.000.ndjson").read_text().splitlines()]
    found = gathered([str(DATA)], tmp_path / "folder")
    assert len(names) == 3
    assert records(found) == one_by_one([str(DATA)], names)


def test_lines_that_cannot_be_used_are_named_and_blank_ones_only_counted(tmp_path: Path):
    lines = [written(Register(1).patient("a")[0]), b"", b"{", b'{"resourceType":"Practitioner","id":"x"}', b"  "]
    (tmp_path / "r.ndjson").write_bytes(b"\n".join(lines))
    found = gathered([str(tmp_path / "r.ndjson")], tmp_path / "folder")
    assert (found.lines, found.others, [(Path(it.file).name, it.line) for it in found.aside]) == (
        5,
        1,
        [("r.ndjson", 3)],
    )
