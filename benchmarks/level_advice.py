"""How long does one patient's estimate take, and the advice, each by its command: in this process, and from a shell?

Question: is a clinician kept waiting? Reach: advice at most 0.5 s in process; one estimate including the whole process
at most 0.35 s. The right answer is asserted before anything is timed.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from timing import line, median_s, run_command

RECORD = "".join(
    f'[[fact]]\nid = "{name}"\nvalue = {value}\n{unit}by = "nurse"\n\n'
    for name, value, unit in (
        ("weight", "59.0", 'unit = "kg"\non = 2026-10-30\n'), ("sex", '"male"', ""), ("dialysis", "false", ""),
        ("height", "165.0", 'unit = "cm"\non = 2026-10-30\n'), ("severe_renal_impairment", "false", ""),
        ("birth_date", '"1985-03-01"', ""), ("creatinine", "0.9", 'unit = "mg/dL"\non = 2026-10-30\n'),
    )
)  # fmt: skip


ASKED = (
    "--drug", "cycloserine", "--dose", "250 mg q12h", "--since", "2026-10-01", "--format", "json",
    "--level", "31 mg/L @ 2026-11-03T10:05", "--level", "27 mg/L @ 2026-11-03T14:05",
)  # fmt: skip


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "patient.toml"
        record.write_text(RECORD, encoding="utf-8")
        estimate, advise = (["levels", command, str(record), *ASKED] for command in ("estimate", "advise"))
        assert json.loads(run_command(estimate))["estimates"][0]["model"] == "cycloserine.alghamdi-2019"
        plans = json.loads(run_command(advise))["advice"]["plans"]
        assert "250 mg every 12 hours" in json.dumps(plans[0])
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder
        program = [str(Path(sys.executable).with_name("fullcourse")), *estimate]

        def whole() -> None:
            subprocess.run(program, check=True, capture_output=True, env=environment)  # noqa: S603 - our own program

        line("levels estimate in this process, 67 doses, 2 levels", median_s(lambda: run_command(estimate), 9))
        line("levels advise in this process, 9 plans", median_s(lambda: run_command(advise), 9), 0.5)
        line("fullcourse levels estimate, whole program", median_s(whole, 7), 0.35)
        line(
            "  of which python with numpy imported",
            median_s(lambda: subprocess.run([sys.executable, "-c", "import numpy"], check=True), 7),
        )


if __name__ == "__main__":
    main()
