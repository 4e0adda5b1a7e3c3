"""Every shipped model as somebody at a bedside asks it: one plan, one level, and what a cold call costs."""

import os
import resource
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from click.testing import CliRunner

from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces.cli.level_commands.patient_input import read_patient
from fullcourse.interfaces.cli.main import fullcourse
from fullcourse.interfaces.exit_codes import exit_code
from fullcourse.journey.levels.patient import LevelPatient
from peak_memory import MEASURED, split_peak

__all__ = ["ADULT", "BEDSIDE", "HERE", "LAST_DAY", "Asked", "Call", "answered", "asked_patient", "called", "question"]

HERE = Path(__file__).parent / "data" / "levels_tried"
ADULT = HERE / "adult.toml"
LAST_DAY = date(2026, 11, 3)

_MOST_SECONDS, _MOST_BYTES = 30, 3 * 1024**3
"""Where a call that does not end is ended, so that one fault does not stop every other test on the machine."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of one model: who, the plan, the level, the hour at which it was drawn, and what else it needs."""

    who: str
    plan: str
    level: str
    at: str = "10:00"
    also: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """How a call of the command ended, and what it cost: processor seconds, and MB at the most."""

    code: int
    said: str
    complained: str
    seconds: float
    mb: float


_ALLELES = tuple(
    word for number in (5, 6, 7) for word in ("--covariate", f"nat2_{number}_alleles={1 if number == 6 else 0}")
)

BEDSIDE: dict[str, Asked] = {
    "amikacin.jin-2020": Asked("adult", "750 mg over 30 min every 24 h", "38 mg/L", "09:30"),
    "bedaquiline.svensson-2016": Asked("adult", "400 mg once a day", "1.6 mg/L", "13:00"),
    "cycloserine.alghamdi-2019": Asked("adult", "250 mg q12h", "24 mg/L"),
    "cycloserine.resendiz-galvan-2025": Asked("adult", "250 mg q12h", "24 mg/L"),
    "delamanid.wang-2020": Asked("adult", "100 mg twice a day", "0.3 mg/L", "12:00"),
    "ethambutol.jonsson-2011": Asked("adult", "1100 mg once a day", "2.6 mg/L", "11:00"),
    "isoniazid.chen-2022": Asked("adult", "300 mg once a day", "2.9 mg/L", also=_ALLELES),
    "isoniazid.wilkins-2011": Asked("adult", "300 mg once a day", "2.9 mg/L"),
    "levofloxacin.nguyen-2026": Asked("adult", "750 mg once a day", "9 mg/L"),
    "levofloxacin.sawe-2025": Asked("adult", "750 mg once a day", "9 mg/L"),
    "linezolid.abdelgawad-2024": Asked("adult", "600 mg once a day", "9 mg/L"),
    "linezolid.mockeliunas-2022": Asked("adult", "600 mg once a day", "12 mg/L"),
    "moxifloxacin.palmer-2025": Asked("child", "240 mg once a day", "3 mg/L"),
    "moxifloxacin.sidamo-2022": Asked("adult", "400 mg once a day", "3 mg/L"),
    "pretomanid.salinger-2019": Asked("adult", "200 mg once a day", "2.2 mg/L", "12:00"),
    "pyrazinamide.chirehwa-2017": Asked("adult", "1500 mg once a day", "28 mg/L"),
    "rifampicin.smythe-2012": Asked("adult", "600 mg once a day", "7 mg/L"),
    "rifampicin.svensson-2018": Asked("adult", "600 mg once a day", "7 mg/L"),
}


def question(command: str, model: str, days: int) -> list[str]:
    """Return the arguments of a question after so many days of treatment, the last of which is that of the level."""
    asked = BEDSIDE[model]
    since = LAST_DAY - timedelta(days=days - 1)
    return [
        "levels", command, str(HERE / f"{asked.who}.toml"), "--zone", "+02:00", "--drug", model.split(".")[0],
        "--model", model, "--dose", asked.plan, "--since", since.isoformat(),
        "--level", f"{asked.level} @ {LAST_DAY}T{asked.at}+02:00", *asked.also,
    ]  # fmt: skip


def answered(*arguments: object) -> tuple[int, str]:
    """Return exit code and output of ``levels`` in this process, errors mapped as the program maps them."""
    result = CliRunner().invoke(fullcourse, ["levels", *map(str, arguments)])
    if isinstance(result.exception, FullcourseError):
        return exit_code(result.exception), str(result.exception)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result.exit_code, result.output


def called(arguments: list[str]) -> Call:
    """Call the command in a process of its own; processor seconds, because other tests run beside it."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_CPU, (_MOST_SECONDS, _MOST_SECONDS))
        resource.setrlimit(resource.RLIMIT_AS, (_MOST_BYTES, _MOST_BYTES))

    command = [sys.executable, "-c", MEASURED, *arguments]
    with subprocess.Popen(  # noqa: S603  the command under test
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, preexec_fn=limited
    ) as process:
        assert process.stdout is not None and process.stderr is not None
        said, complained = process.stdout.read(), process.stderr.read()
        _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    complained, peak = split_peak(complained)
    peak_mb = used.ru_maxrss * 1024.0 / 1e6 if peak is None else peak
    return Call(process.returncode, said, complained, used.ru_utime + used.ru_stime, peak_mb)


def asked_patient(
    model: str,
    days: int,
    *,
    level: str | None = None,
    at: str | None = None,
    earlier: Iterable[tuple[timedelta, str]] = (),
) -> LevelPatient:
    """Return the patient of a question, in this process; ``earlier``: further levels, by how long before."""
    asked = BEDSIDE[model]
    options: dict[str, object] = {
        "drug": model.split(".")[0], "zone": "+02:00", "dose": asked.plan,
        "since": (LAST_DAY - timedelta(days=days - 1)).isoformat(), "covariates": asked.also[1::2],
        "levels": tuple(
            f"{said} @ {LAST_DAY - before}T{at or asked.at}+02:00"
            for before, said in [*earlier, (timedelta(0), level or asked.level)]
        ),
    }  # fmt: skip
    return read_patient(str(HERE / f"{asked.who}.toml"), options)
