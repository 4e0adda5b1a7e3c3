"""What does a register cost that is shaped as real ones are, and what do parsers of the same lines?

    python benchmarks/cohort_real_shaped.py [--patients N ...] [--kind KIND] [--sources FILE] [--small-files N]

The facts of a sample of patients are those of single checks before anything is timed. All is CPU time of one run: the
machine may be busy. Peers: the lines parsed and dropped (orjson where it is installed, msgspec), decoded into the
fields that facts use (msgspec), and read by DuckDB into typed columns of a Parquet file.
"""

import argparse
import os
import random
import shutil
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import duckdb

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.register.read.fact_folder import open_facts, reader_of
from fullcourse.cohort.facts import fact_row
from fullcourse.rules.establish import establish
from process_meter import Cost, fullcourse, metered
from real_shaped_register import AT, KINDS, SHIPPED, Patients, generate
from timing import yardstick

SAMPLE = 30
_READ = (
    "import sys, pathlib\nfor path in pathlib.Path(sys.argv[1]).glob('*.ndjson'):\n    for line in path.open('rb'):\n"
)
PARSE = "import {0}\nread = {0}.{1}\n" + _READ + "        read(line)\n"
TYPED = (
    "import msgspec\n"
    "class Text(msgspec.Struct):\n    reference: str = ''\n"
    "class Quantity(msgspec.Struct):\n    value: float | str | None = None\n    unit: str = ''\n    code: str = ''\n"
    "class Resource(msgspec.Struct):\n    resourceType: str\n    id: str = ''\n    status: str = ''\n"
    "    subject: Text | None = None\n    code: msgspec.Raw = msgspec.Raw(b'')\n"
    "    medicationCodeableConcept: msgspec.Raw = msgspec.Raw(b'')\n    effectiveDateTime: str = ''\n"
    "    authoredOn: str = ''\n    onsetDateTime: str = ''\n    valueQuantity: Quantity | None = None\n"
    "read = msgspec.json.Decoder(Resource).decode\n" + _READ + "        read(line)\n"
)
COLUMNS = (
    "{'resourceType': 'VARCHAR', 'id': 'VARCHAR', 'status': 'VARCHAR', "
    "'subject': 'STRUCT(reference VARCHAR)', 'code': 'JSON', "
    "'medicationCodeableConcept': 'JSON', 'effectiveDateTime': 'VARCHAR', "
    "'authoredOn': 'VARCHAR', 'onsetDateTime': 'VARCHAR', "
    "'valueQuantity': 'STRUCT(value DOUBLE, unit VARCHAR, code VARCHAR)'}"
)
DUCKDB = (
    "import duckdb, sys\nlines = sys.argv[1] + '/*.ndjson'\n"
    f"rows = duckdb.connect(config={{'threads': 1}}).read_json(lines, format='newline_delimited', columns={COLUMNS})\n"
    "rows.write_parquet(sys.argv[1] + '/typed.parquet')\n"
)


def assert_same(patients: Patients, facts: Path, count: int) -> None:
    """Check a sample one by one: every fact must be the same."""
    known = load_knowledge()
    reader = reader_of(known)
    table = duckdb.sql(f"SELECT * FROM '{facts}/facts-*.parquet'")  # noqa: S608 - our own file
    for number in random.Random(1).sample(range(count), min(SAMPLE, count)):  # noqa: S311 - a sample
        lines = [line for _, line in [*patients.lines(number), *patients.products()]]
        single = fact_row(establish(reader.read("\n".join(lines).encode(), AT), known, AT), known)
        row = table.filter(f"patient = '{patients.name(number)}'")
        found = dict(zip(row.columns, row.fetchall()[0], strict=True))
        assert {name: found[name] for name in single} == dict(single), number


def peers_of(register: Path) -> dict[str, Cost]:
    """Measure what others do with the same lines."""
    found = {}
    for name, module, call in (("orjson", "orjson", "loads"), ("msgspec", "msgspec", "json.decode")):
        try:
            __import__(module)
        except ImportError:
            print(f"  {name} is left out: it is not installed")
            continue
        found[f"parsed and dropped, {name}"] = metered(
            [sys.executable, "-c", PARSE.format(module, call), str(register)]
        )
    found["typed, msgspec"] = metered([sys.executable, "-c", TYPED, str(register)])
    found["typed columns to Parquet, DuckDB"] = metered([sys.executable, "-c", DUCKDB, str(register)])
    (register / "typed.parquet").unlink()
    return found


def run_size(patients: Patients, count: int, base: Path) -> Cost:
    """Measure one size, and the peers beside it; return what the facts cost."""
    register, facts = base / f"register-{count}", base / f"facts-{count}"
    size = generate(patients, count, register)
    at = ["--at", AT.isoformat(), "--processes", "1"]
    cost = fullcourse("cohort", "facts", str(register), *at, "--out", str(facts))
    made = open_facts(facts)
    assert (made.patients, made.errors, list(made.aside)) == (count, 0, [])
    assert_same(patients, facts, count)
    print(f"\n{count:,} patients, {made.lines:,} lines, {size / 1e6:,.0f} MB, load {os.getloadavg()[0]:.1f}")
    print(f"  {'records to facts':<36}{cost}   {count / cost.work:,.0f} patients, {made.lines / cost.work:,.0f} lines, "
          f"{size / cost.work / 1e6:.1f} MB a second of CPU")  # fmt: skip
    for name, peer in peers_of(register).items():
        print(f"  {name:<36}{peer}   ours takes {cost.work / peer.work:.1f} times as much CPU")
    for reason, alone in sorted(made.routed.items()):
        print(f"  read one by one: {alone:,}, {reason}")
    shutil.rmtree(register)
    shutil.rmtree(facts)
    return cost


def print_small_files(patients: Patients, count: int, base: Path) -> None:
    """Print what as many patients cost in one file of each type and in a file of each type and patient."""
    costs = []
    for block in (count, 1):
        register, facts = base / f"files-{block}", base / f"facts-{block}"
        generate(patients, count, register, block)
        files = sum(1 for _ in register.iterdir())
        costs.append(fullcourse("cohort", "facts", str(register), "--at", AT.isoformat(), "--processes", "1",
                                "--out", str(facts)))  # fmt: skip
        print(f"  {count:,} patients in {files:,} files{costs[-1]}")
    print(f"  {costs[1].work / costs[0].work:.2f} times as much CPU")


def main() -> None:
    """Measure every size with its peers, the slope between sizes, and small files."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, nargs="+", default=[500, 2_000])
    parser.add_argument("--kind", choices=KINDS, default="mixed")
    parser.add_argument(
        "--sources", type=Path, default=SHIPPED, help="Other public patients, as `real_shaped_register.py`."
    )
    parser.add_argument("--small-files", type=int, default=300, help="Patients, each in files of its own.")
    options = parser.parse_args()
    yardstick()
    patients = Patients(options.kind, options.sources)
    with tempfile.TemporaryDirectory() as folder:
        base = Path(folder)
        costs = {count: run_size(patients, count, base) for count in sorted(options.patients)}
        for (small, fewer), (large, more) in pairwise(costs.items()):
            each = large - small
            work, memory = (more.work - fewer.work) / each * 1e3, (more.gib - fewer.gib) / each * 1024**2
            print(f"\neach patient more, from {small:,} to {large:,}: {work:.2f} ms of CPU, {memory:.1f} KiB of memory")
        print("\nsmall files")
        print_small_files(patients, options.small_files, base)


if __name__ == "__main__":
    main()
