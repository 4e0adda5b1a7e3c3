"""The need of a register is the sum of its patients' single plans, through the command."""

import csv
import gzip
import json
from collections import defaultdict
from datetime import date, timedelta
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

from fullcourse.adapters import published
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.cli.cohort import cohort
from fullcourse.interfaces.cli.plan import plan
from need_cases import BPALM, facts_of, lines_of
from patients import knowledge

DATA = Path(__file__).parents[1] / "data" / "synthea-bulk-10"
SCHEMA = jsonschema_rs.validator_for(
    json.loads((Path(published.__file__).parent / "schemas" / "need-1.json").read_text("utf-8"))
)
PEOPLE = {
    "canary-a": facts_of({}),
    "canary-b": facts_of({"weight": 38.0}),
    "canary-c": facts_of(BPALM),
    "canary-d": facts_of(BPALM, without=("qt_interval",)),
    "canary-e": facts_of({}, without=("weight",)),
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
ASKED = ["--profile", "who", "--at", "2026-11-22", "--start", "2026-12-15"]


def run(*arguments: str) -> Result:
    return CliRunner().invoke(cohort, ["plan", *arguments])


def need(out: Path) -> dict[str, object]:
    written = json.loads(out.with_name(out.stem + ".summary.json").read_text("utf-8"))
    SCHEMA.validate(written)
    return written


def single_plan(lines: list[bytes], folder: Path) -> dict[str, object]:
    """Return what `fullcourse plan` says of the lines of one patient."""
    record = folder / "record.ndjson"
    record.write_bytes(b"\n".join(lines))
    done = CliRunner().invoke(plan, [str(record), *ASKED, "--format", "json"])
    assert done.exit_code == 0, done.output
    return json.loads(done.output)


def counted(answer: dict) -> dict[tuple[str, str], float]:
    """Count the units of a plan on a calendar, by month and product, from its JSON alone."""
    (regimen,) = (it for it in answer["composition"]["regimens"] if it["id"] == answer["regimen"])
    used: dict[tuple[date, str], float] = {}
    for dose in answer["doses"]:
        for number, step in enumerate(dose["steps"]):
            rest = dose["steps"][number + 1 :]
            until = next((it["from_day"] for it in rest if it["phase"] == step["phase"]), 10_000)
            for phase in regimen["phases"]:
                drug = next((it for it in phase["drugs"] if it["drug"] == dose["drug"]), None)
                if drug is None or step["phase"] not in (None, "", phase["name"]):
                    continue
                first, last = date.fromisoformat(drug["from"]), date.fromisoformat(drug["to"])
                for day in range((last - first).days + 1):
                    on = first + timedelta(day)
                    if not step["from_day"] <= day + 1 < until:
                        continue
                    if step["days_of_week"] and WEEKDAYS[on.weekday()] not in step["days_of_week"]:
                        continue
                    used[on, step["form"]] = sum(it["units"] for it in step["doses"])
    months: dict[tuple[str, str], float] = defaultdict(float)
    for (on, form), units in used.items():
        months[on.isoformat()[:7], form] += units
    return dict(months)


@pytest.mark.parametrize("processes", ["1", "2"])
def test_the_need_of_a_register_is_the_sum_of_single_plans(tmp_path: Path, processes: str):
    lines = {name: lines_of(name, facts) for name, facts in PEOPLE.items()}
    turns = [line for turn in zip(*lines.values(), strict=True) for line in turn]
    (tmp_path / "export").mkdir()
    (tmp_path / "export" / "a.ndjson").write_bytes(b"\n".join(turns[:7]))
    (tmp_path / "export" / "b.ndjson.gz").write_bytes(gzip.compress(b"\r\n".join(turns[7:])))

    done = run(str(tmp_path / "export"), *ASKED, "--out", str(tmp_path / "need.csv"), "--processes", processes)

    assert done.exit_code == 0, done.output
    plans = {name: single_plan(lines[name], tmp_path) for name in PEOPLE}
    expected: dict[tuple[str, str], float] = defaultdict(float)
    for answer in plans.values():
        if answer["status"] == "proposed":
            for key, units in counted(answer).items():
                expected[key] += units
    written = need(tmp_path / "need.csv")
    certain = {(row["month"], row["product"]): row["units_certain"] for row in written["need"] if row["units_certain"]}
    assert certain == expected
    assert {row["status"]: row["patients"] for row in written["statuses"]} == {"proposed": 3, "cannot_assess": 2}
    assert {row["drug"] for row in written["without_dose"]} == {"isoniazid", "rifampin", "pyrazinamide", "ethambutol"}
    (bedaquiline,) = (row for row in written["need"] if row["month"] == "2027-01" and row["drugs"] == ["bedaquiline"])
    assert bedaquiline["units_possible"] == 2 * bedaquiline["units_certain"] > 0
    with (tmp_path / "need.csv").open() as file:
        table = list(csv.DictReader(file))
    assert len(table) == len(written["need"])
    assert {row["month"] for row in table} == {row["month"] for row in written["need"]}
    everything = done.output + "".join(path.read_text() for path in tmp_path.glob("need*"))
    assert "canary" not in everything
    assert max(map(len, done.output.splitlines()[:-2])) <= 80
    assert not list(tmp_path.glob(".need-*"))


def test_real_records_without_what_decides_are_counted_by_what_is_not_known(tmp_path: Path):
    done = run(str(DATA), *ASKED, "--out", str(tmp_path / "need.csv"), "--processes", "1")
    assert done.exit_code == 0, done.output
    written = need(tmp_path / "need.csv")
    assert written["statuses"] == [{"status": "cannot_assess", "patients": 3}]
    assert written["need"] == []
    weight = f"not known: {knowledge().facts['weight'].label}"
    assert {"status": "cannot_assess", "reason": weight, "patients": 3} in written["reasons"]
    assert "what will be needed is not known" in done.output


def test_broken_lines_are_named_strict_refuses_and_the_dead_need_nothing(tmp_path: Path):
    lines = lines_of("canary-a", PEOPLE["canary-a"])
    dead = json.loads(lines[0]) | {"id": "canary-z", "deceasedDateTime": "2026-11-01"}
    lines += [json.dumps(dead).encode(), b'{"resourceType":"Patient","id":"b","id":"canary"}', b""]
    (tmp_path / "r.ndjson").write_bytes(b"\n".join(lines))

    done = run(str(tmp_path / "r.ndjson"), *ASKED, "--out", str(tmp_path / "need.csv"), "--processes", "1")
    refused = run(
        str(tmp_path / "r.ndjson"), *ASKED, "--out", str(tmp_path / "other.csv"), "--processes", "1", "--strict"
    )

    assert done.exit_code == 0, done.output
    (aside,) = (tmp_path / "need.csv.aside.jsonl").read_text().splitlines()
    assert json.loads(aside)["line"] == 5
    statuses = need(tmp_path / "need.csv")["statuses"]
    assert {row["status"]: row["patients"] for row in statuses} == {"proposed": 1, "died": 1, "unreadable": 2}
    assert isinstance(refused.exception, InputError)
    assert not (tmp_path / "other.csv").exists()
    assert not list(tmp_path.glob(".need-*"))


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"--start": "2027-02-30"}, "--start"),
        ({"--start": "9999-01-01"}, "year"),
        ({"--profile": "mars"}, "profile"),
        ({"--out": "missing/need.csv"}, "--out"),
    ],
)
def test_bad_options_are_refused_by_name(tmp_path: Path, change, says):
    options = {"--start": "2026-12-15", "--profile": "who", "--out": str(tmp_path / "need.csv"), **change}
    arguments = [text for pair in options.items() for text in pair]
    refused = run(str(DATA), "--at", "2026-11-22", *arguments)
    assert isinstance(refused.exception, InputError)
    assert says in str(refused.exception)
