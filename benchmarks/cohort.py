"""How fast is a register screened and predicted, from records and from facts, is it linear, and how fast are others?

    python benchmarks/cohort.py [--patients N ...] [--folder DIR] [--peers | --no-peers]

Asserts first that a sample of the same patients, checked one by one, gives identical decisions and hits, and that the
way in one command and the way over a folder of facts write the same findings. A million patients take 4.6 GB on disk.
"""

import argparse
import os
import random
import shutil
import subprocess
import sys
import tempfile
from itertools import pairwise
from pathlib import Path

import duckdb

from cql_peer import HOW_TO_INSTALL, is_installed, run_peer
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.register.engine.screen import read_legend
from fullcourse.adapters.register.read.fact_folder import open_facts, reader_of
from fullcourse.clinical.finding import Status
from fullcourse.cohort.plan import make_plan
from fullcourse.cohort.screen_sql import decision_column
from fullcourse.journey.check import check
from made_up_register import AT, generate, lines_of, name_of
from process_meter import Cost, fullcourse
from timing import yardstick

DRUGS = ("cycloserine", "terizidone", "bedaquiline", "linezolid")
SAMPLE = 200
ONE_COMMAND = "records to findings, one command"
SPARK = Path(__file__).parent / "cohort_spark.py"


def named(drugs: tuple[str, ...]) -> list[str]:
    """Return the options that name drugs."""
    return [word for name in drugs for word in ("--drug", name)]


def statements_of(drugs: tuple[str, ...]) -> int:
    """Return how many statements are executed for these drugs."""
    known = load_knowledge()
    return len(make_plan(known, known.profile("us"), [known.drug(name) for name in drugs]).executed)


def assert_same(findings: Path, count: int) -> None:
    """Check a sample one by one: decisions and hits must be identical."""
    known = load_knowledge()
    profile, drugs = known.profile("us"), [known.drug(name) for name in DRUGS]
    reader, legend = reader_of(known), read_legend(findings)
    for number in random.Random(1).sample(range(count), min(SAMPLE, count)):  # noqa: S311 - a sample
        record = reader.read("".join(line for _, line in lines_of(number)).encode(), AT)
        result = check(record, known, profile, AT, drugs)
        row = duckdb.from_parquet(str(findings)).filter(f"patient = '{name_of(number)}'")
        cells = dict(zip(row.columns, row.fetchall()[0], strict=True))
        found = {(one.drug, finding.id): finding.status for one in result.drugs for finding in one.findings}
        for one in legend["statements"]:  # type: ignore[attr-defined]
            status = found[one["drug"], one["statement"]]
            applies = cells[f"applies_{one['word']}"] >> one["bit"] & 1
            unknown = cells[f"cannot_assess_{one['word']}"] >> one["bit"] & 1
            assert (applies, unknown) == (status is Status.APPLIES, status is Status.CANNOT_ASSESS), one
        for one in result.drugs:
            assert cells[decision_column(one.drug)] == one.decision.value


def assert_equal(one: Path, other: Path) -> None:
    """Compare two files of findings, whatever the order of their rows."""
    first, second = duckdb.from_parquet(str(one)), duckdb.from_parquet(str(other))
    assert not first.except_(second).union(second.except_(first)).fetchall(), "one command and two commands differ"


def run_size(count: int, base: Path) -> tuple[dict[str, Cost], Path]:
    """Measure one size; returns the costs by name, and the folder of facts."""
    records, facts = base / f"register-{count}", base / f"facts-{count}"
    whole, again = base / f"whole-{count}.parquet", base / f"findings-{count}.parquet"
    at, drugs = ["--at", AT.isoformat()], named(DRUGS)
    size = generate(count, records)
    costs = {
        ONE_COMMAND: fullcourse("cohort", "screen", str(records), *at, *drugs, "--out", str(whole)),
        "records to facts": fullcourse("cohort", "facts", str(records), *at, "--out", str(facts)),
        "facts to findings": fullcourse("cohort", "screen", str(facts), *drugs, "--out", str(again)),
    }
    assert open_facts(facts).patients == count
    assert_same(whole, count)
    assert_equal(whole, again)
    print(f"\n{count:,} patients of {size / count:,.0f} bytes, load {os.getloadavg()[0]:.1f}")
    for name, cost in costs.items():
        print(f"  {name:<34}{cost}   {count / cost.seconds:>10,.0f} patients a second")
    shutil.rmtree(records)
    return costs, facts


def print_slopes(by_size: dict[int, dict[str, Cost]]) -> None:
    """Print what 100,000 more patients cost between one size and the next."""
    for (small, fewer), (large, more) in pairwise(sorted(by_size.items())):
        print(f"\nfrom {small:,} to {large:,} patients, 100,000 more take")
        for name, cost in more.items():
            part = 100_000 / (large - small)
            seconds, work = (cost.seconds - fewer[name].seconds) * part, (cost.work - fewer[name].work) * part
            print(f"  {name:<34}{seconds:8.2f} s {work:8.2f} s CPU")


def print_statements(facts: Path, count: int, base: Path) -> None:
    """Print seconds against the number of statements, over the same facts."""
    print(f"\nstatements over the facts of {count:,} patients")
    before: tuple[int, Cost] | None = None
    for drugs in (DRUGS[:1], DRUGS[:2], DRUGS, tuple(load_knowledge().drugs)):
        cost = fullcourse("cohort", "screen", str(facts), *named(drugs), "--out", str(base / "some.parquet"))
        number = statements_of(drugs)
        each = f"{(cost.work - before[1].work) / (number - before[0]) * 1e3:.1f} ms CPU for each more" if before else ""
        print(f"  {len(drugs):>3} drugs {number:>6,} statements {cost}   {each}")
        before = number, cost


def print_levels(facts: Path, count: int, base: Path) -> None:
    """Print how fast serum levels are predicted for everybody, of whom some lack what the model needs."""
    out = base / "levels.parquet"
    plan = ["--drug", "cycloserine", "--dose", "250 mg q12h"]
    cost = fullcourse("cohort", "levels", str(facts), *plan, "--out", str(out))
    predicted = len(duckdb.from_parquet(str(out)).filter("reason IS NULL").select("patient").fetchall())
    print(f"\nlevels of cycloserine by 1,000 draws for each of {predicted:,} of {count:,} patients")
    print(f"  facts to exposures                {cost}   {count / cost.seconds:>10,.0f} patients a second")


def print_peers(ours: Cost, count: int, wanted: bool | None) -> None:
    """Run the peers beside ours, or say that they were left out and how to have them."""
    print("\npeers")
    if wanted is False:
        print("  left out, as asked")
        return
    if is_installed():
        peer = run_peer(SAMPLE)
        rate = peer.patients / peer.seconds
        times, times_of_work = count / ours.seconds / rate, count / ours.work / (peer.patients / peer.work)
        print(f"  cql-execution: {peer.statements} statements, {peer.patients} patients, hits identical")
        print(
            f"    {peer.seconds:.2f} s, {peer.work:.2f} s CPU, after {peer.translation:.1f} s of translation: ", end=""
        )
        print(f"{rate:,.0f} patients a second")
        print(
            f"    ours, {ONE_COMMAND}, {statements_of(DRUGS)} statements: {times:,.0f} times as many patients a second"
        )
        print(f"    {times_of_work:,.0f} times as many in a second of CPU")
    elif wanted:
        sys.exit(f"--peers: cql-execution is not there. To have it: {HOW_TO_INSTALL}")
    else:
        print(f"  cql-execution is left out: it is not installed. To have it: {HOW_TO_INSTALL}")
    if SPARK.exists():
        subprocess.run([sys.executable, str(SPARK)], check=bool(wanted))  # noqa: S603 - our own script
    else:
        print("  Spark is left out: its script is not there")


def main() -> None:
    """Measure every size, then the statements, the levels, and the peers."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, nargs="+", default=[10_000, 100_000])
    parser.add_argument("--folder", type=Path, help="For the made-up register; a temporary one without it.")
    parser.add_argument("--peers", action=argparse.BooleanOptionalAction, help="Without it: those that are installed.")
    options = parser.parse_args()
    yardstick()
    print(f"{statements_of(DRUGS)} statements, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    with tempfile.TemporaryDirectory() as spare:
        base = options.folder or Path(spare)
        by_size: dict[int, dict[str, Cost]] = {}
        for count in sorted(options.patients):
            by_size[count], facts = run_size(count, base)
        print_slopes(by_size)
        most = max(by_size)
        print_statements(facts, most, base)
        print_levels(facts, most, base)
        print_peers(by_size[most][ONE_COMMAND], most, options.peers)


if __name__ == "__main__":
    main()
