"""How many patients of a register are planned and counted a second, in one process and in all?

    python benchmarks/need.py [--patients N]

Asserts first that the need of a few of them is the sum of their single plans.
"""

import argparse
import os
import tempfile
import time
from datetime import date
from pathlib import Path

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.register.engine.need import need_of_register
from fullcourse.adapters.register.input.find import find_register
from fullcourse.adapters.register.read.fact_folder import read_patient_of
from fullcourse.cohort.need.one_patient import Needer
from fullcourse.cohort.need.total import NeedTotal
from fullcourse.interfaces.cli.cohort_plan import plan_register
from fullcourse.journey.plan import Planner, PlanRequest
from fullcourse.journey.regimen import RegimenRequest
from made_up_register import AT, generate, name_of
from timing import yardstick

START = date(2026, 12, 1)
PROFILE = "who"
SAMPLE = 8


def assert_equal_to_single_plans(folder: Path) -> None:
    """Check a small register against the sum of its patients' plans."""
    known = load_knowledge()
    generate(SAMPLE, folder / "few")
    inputs = [str(folder / "few")]
    planner, needer, total = Planner(known, known.profile(PROFILE)), Needer(known), NeedTotal()
    for number in range(SAMPLE):
        record = read_patient_of(find_register(inputs), name_of(number), known, AT)
        total.add(needer.need(planner.plan(record, AT, PlanRequest(RegimenRequest(start=START)))))
    found = need_of_register(
        find_register(inputs), known, PROFILE, AT, START, folder, 1, lambda *_: None, lambda _: None
    )
    assert found.total == total
    assert total.patients == SAMPLE


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--patients", type=int, default=200)
    count = parser.parse_args().patients
    yardstick()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        assert_equal_to_single_plans(folder)
        generate(count, folder / "export")
        for processes in sorted({1, os.cpu_count() or 1}):
            began = time.perf_counter()
            out = folder / f"need-{processes}.csv"
            plan_register([str(folder / "export")], PROFILE, AT, START.isoformat(), out, False, processes)
            took = time.perf_counter() - began
            print(f"{count:,} patients planned, {processes} processes: {took:.1f} s, {count / took:.1f} a second")


if __name__ == "__main__":
    main()
