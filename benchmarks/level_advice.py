"""How long does one patient's estimate take, in process and as a whole program, and how long the advice?

Question: is a clinician kept waiting? Reach: advice at most 0.5 s in process; one estimate including the whole process
at most 0.35 s. The right answer is asserted before anything is timed.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.clinical.level import Level
from fullcourse.clinical.taken_dose import TakenDose
from fullcourse.knowledge.pk.model_reader import read_pk_models
from fullcourse.knowledge.pk.targets import read_targets
from fullcourse.pharmacokinetics.advice.advise import advise
from fullcourse.pharmacokinetics.advice.patient_estimate import estimate_patient
from fullcourse.pharmacokinetics.inputs.covariates import KnownFact, PatientFacts, patient_covariates

FACTS = {
    "weight": KnownFact(59.0, "kg"), "height": KnownFact(165.0, "cm"), "sex": KnownFact("male"),
    "age": KnownFact(41.0, "a"), "creatinine": KnownFact(0.9, "mg/dL"),
}  # fmt: skip
RECORD = "".join(
    f'[[fact]]\nid = "{name}"\nvalue = {value}\n{unit}by = "nurse"\n\n'
    for name, value, unit in (
        ("weight", "59.0", 'unit = "kg"\non = 2026-10-30\n'), ("sex", '"male"', ""),
        ("birth_date", '"1985-03-01"', ""), ("creatinine", "0.9", 'unit = "mg/dL"\non = 2026-10-30\n'),
    )
)  # fmt: skip


def median_s(work: Callable[[], object], times: int) -> float:
    work()
    found = []
    for _ in range(times):
        begin = time.perf_counter()
        work()
        found.append(time.perf_counter() - begin)
    return statistics.median(found)


def main() -> None:
    model = read_pk_models()["cycloserine.alghamdi-2019"]
    covariates = patient_covariates(model, PatientFacts(FACTS))
    start = datetime(2026, 10, 1, 8, tzinfo=UTC)
    doses = [TakenDose(start + timedelta(hours=12 * n), 250.0) for n in range(67)]
    levels = [Level(31.0, doses[-1].at + timedelta(hours=2)), Level(27.0, doses[-1].at + timedelta(hours=6))]
    targets, plan = read_targets("cycloserine"), parse_dose_plan("250 mg q12h")[0]
    found = estimate_patient(model, covariates, doses, levels, seed=1)
    assert found.effects.converged[0]
    assert advise(found.draws, targets, current=plan).plans[0].plan.id == "250 mg every 12 hours"

    estimate_s = median_s(lambda: estimate_patient(model, covariates, doses, levels, seed=1), 9)
    advise_s = median_s(lambda: advise(found.draws, targets, current=plan), 9)
    with tempfile.TemporaryDirectory() as folder:
        record = Path(folder) / "patient.toml"
        record.write_text(RECORD, encoding="utf-8")
        command = [
            Path(sys.executable).with_name("fullcourse"), "levels", "estimate", record, "--drug", "cycloserine",
            "--dose", "250 mg q12h", "--since", "2026-10-01", "--format", "json",
            "--level", "31 mg/L @ 2026-11-03T10:05", "--level", "27 mg/L @ 2026-11-03T14:05",
        ]  # fmt: skip
        environment = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = folder

        def program() -> None:
            subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603 - our own program

        program_s = median_s(program, 7)
        python_s = median_s(lambda: subprocess.run([sys.executable, "-c", "import numpy"], check=True), 7)
    print(f"estimate, in process, 67 doses, 2 levels, 2000 draws  {estimate_s * 1e3:7.1f} ms")
    print(f"advice over 9 plans, 1000 draws, in process           {advise_s * 1e3:7.1f} ms   reach 500")
    print(f"fullcourse levels estimate, whole program             {program_s * 1e3:7.1f} ms   reach 350")
    print(f"  of which python with numpy imported                 {python_s * 1e3:7.1f} ms")


if __name__ == "__main__":
    main()
