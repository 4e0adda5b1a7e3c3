"""How long is a whole plan, regimen, doses and tests in one answer: the command itself, and from a cold shell?"""

import json
import os
import subprocess
import sys
from pathlib import Path

import fullcourse
from timing import line, median_s, run_command, yardstick

EXAMPLES = Path(fullcourse.__file__).parent / "examples"
RECORD = [EXAMPLES / "synthetic-patient.json", "--answers", EXAMPLES / "synthetic-answers.toml"]
PLAN = ["plan", *map(str, RECORD), "--profile", "who", "--start", "2026-12-01", "--at", "2026-11-22"]


def main() -> None:
    """Assert that the shipped example has a plan with a dose of each drug, then time it."""
    yardstick()
    answer = json.loads(run_command([*PLAN, "--format", "json"]))
    assert answer["regimen"] is not None
    assert answer["doses"]
    line("fullcourse plan in process, knowledge read each time", median_s(lambda: run_command(PLAN), 9))
    program = str(Path(sys.executable).with_name("fullcourse"))
    # As after an installation: modules are compiled once, by whoever starts the command first.
    environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}

    def start() -> None:
        subprocess.run([program, *PLAN], check=True, stdout=subprocess.DEVNULL, env=environment)  # noqa: S603

    start()
    cold = median_s(start, 9)
    line("fullcourse plan from a cold shell", cold, 0.6)


if __name__ == "__main__":
    main()
