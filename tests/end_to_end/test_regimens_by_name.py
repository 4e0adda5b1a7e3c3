"""Every command that takes a regimen takes its names and its drugs, with commas or spaces, and answers as to its id."""

import json
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from fullcourse.clinical.errors import FullcourseError
from fullcourse.interfaces.cli.examples import EXAMPLES
from fullcourse.interfaces.cli.main import fullcourse

PATIENT, WIDELY = str(EXAMPLES / "synthetic-patient.json"), str(EXAMPLES / "widely-resistant.toml")
AT = ("--profile", "who", "--at", "2026-11-28")
BPALM = ("who-bpalm", "BPaLM", "bpalm", "6BPaLM", "BDQ,Pa,Lzd,Mfx", "bedaquiline linezolid moxifloxacin pretomanid")
FOUR = ("ethambutol,isoniazid,pyrazinamide,rifampin", "HRZE", "2HRZE/4HR", "R H Z E", "rifampicin, H, Z EMB")
PLAN = ("--plan", "bedaquiline: 400 mg once a day", "--start", "2026-12-01")
ZONE = ("--zone", "Africa/Johannesburg")
TO_START = ("--confirmed-by", "clinician", "--because", "a test", "--at", "2026-11-28T10:00+02:00", "--format", "json")

TABLE: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "check": (("check", PATIENT, "--format", "json", *AT), FOUR),
    "plan": (("plan", WIDELY, "--format", "json", *AT), BPALM),
    "dose": (("dose", WIDELY, "--drug", "bedaquiline", "--format", "json", *AT), BPALM),
    "monitor": (("monitor", PATIENT, "--start", "2026-11-01", "--format", "json", *AT), FOUR),
    "new": (("new", "-", *AT), FOUR),
    "leaflet": (("leaflet", "--country", "US"), FOUR),
    "course start": (("course", "start", WIDELY, "--profile", "who", *PLAN, *ZONE, *TO_START), BPALM),
    "course change": (("course", "change", "COURSE", *PLAN, *TO_START), BPALM),
}


def answered(arguments: tuple[str, ...], regimen: str, store: Path) -> object:
    stored = ("--store", str(store)) if arguments[0] == "course" else ()
    course = begun(store) if "COURSE" in arguments else ""
    line = [part.replace("COURSE", course) for part in arguments]
    done = CliRunner().invoke(fullcourse, [*line, *stored, "--regimen", regimen])
    assert not isinstance(done.exception, FullcourseError), (regimen, done.exception)
    assert done.exit_code == 0, (regimen, done.output)
    if arguments[0] == "course":
        events = json.loads(done.output)["kept"]
        return next(it["body"]["plan"]["regimen"] for it in events if it["kind"].startswith("plan_"))
    if arguments[0] == "new":
        return [line for line in done.output.splitlines() if not line.startswith("# A record for")]
    if arguments[0] == "leaflet":
        return done.output
    said = json.loads(done.output)
    if arguments[0] == "monitor":
        return [(it["test"], it["every_days"], sorted(it["drugs"])) for it in said["tests"]]
    # How a medicine was named is kept in the evidence, as it was typed.
    return [(it["drug"], it["decision"]) for it in said["drugs"]] if arguments[0] == "check" else said


def begun(store: Path) -> str:
    arguments = ["course", "start", WIDELY, "--profile", "who", *PLAN, *ZONE, *TO_START, "--store", str(store)]
    return json.loads(CliRunner().invoke(fullcourse, arguments).output)["course"]


@pytest.mark.parametrize("command", TABLE)
def test_each_way_to_name_a_regimen_is_answered_as_the_first(command: str, tmp_path: Path):
    arguments, names = TABLE[command]
    first = answered(arguments, names[0], tmp_path / "0.db")
    assert first
    for number, name in enumerate(names[1:], 1):
        said = answered(arguments, name, tmp_path / f"{number}.db")
        if command in ("check", "new", "monitor"):  # in the order in which they were typed
            said, first = sorted(said), sorted(first)
        assert said == first, name


def _takers(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            part = command.get_command(click.Context(command), name)
            assert part is not None
            yield from _takers(part, f"{path} {name}".strip())
    elif any("--regimen" in parameter.opts for parameter in command.params):
        yield path


def test_the_table_holds_every_command_that_takes_a_regimen():
    assert set(_takers(fullcourse, "")) == TABLE.keys()


@pytest.mark.parametrize(
    ("arguments", "regimen", "says"),
    [
        (("plan", WIDELY, *AT), "BDQ,Lzd,Cfzz", "Did you mean"),
        (("plan", WIDELY, *AT), "nonsense", "none of the regimens"),
        (("dose", WIDELY, "--drug", "linezolid", *AT), "BDQ,Lzd,Cfz", "A longer regimen may hold them: who-longer"),
        (("dose", WIDELY, "--drug", "linezolid", *AT), "nonsense", "no regimen of the guidelines"),
        (("dose", PATIENT, "--drug", "rifampin", *AT), "HRZE", "who-2hrze-4hr, who-2hrze-10hr"),
        (("check", PATIENT, *AT), "BDQ Lzd Cfzz", "drug 'Cfzz' is not covered. Did you mean 'cfz'"),
        (("monitor", PATIENT, *AT), "HRZE,,", "empty place"),
    ],
)
def test_what_is_no_regimen_or_several_is_refused_by_name(arguments: tuple[str, ...], regimen: str, says: str):
    done = CliRunner().invoke(fullcourse, [*arguments, "--regimen", regimen])
    assert done.exit_code != 0
    assert says in f"{done.exception} {done.output}"
