"""A command takes at most 1 s of CPU and 200 MB for each MB of its input, above a floor; whatever that input holds."""

import json
import time
from pathlib import Path

import pytest

from floods import FLOODS, allowed_cpu_s, allowed_mb, cost_of, write_flood
from fullcourse.adapters.medicines.recognise import recognise

AT = ("--at", "2026-11-22")
DRUG = ("--drug", "cycloserine")
OTHERS = {
    "check --full": ("check", "@", *DRUG, *AT, "--full"),
    "check --format json": ("check", "@", *DRUG, *AT, "--format", "json"),
    "plan": ("plan", "@", *AT),
    "regimen": ("regimen", "@", *AT),
    "dose": ("dose", "@", *DRUG, *AT),
    "monitor": ("monitor", "@", *DRUG, "--start", "2026-10-01", *AT),
    "outcome": ("outcome", "@", *DRUG, "--start", "2026-06-01", *AT),
    "triage": ("triage", "--symptom", "rash", *DRUG, *AT, "--record", "@"),
    "overdose": ("overdose", *DRUG, "--took", "10 g", *AT, "--record", "@"),
    "leaflet": ("leaflet", *DRUG, "--record", "@", *AT),
}
"""What reads a record beside a check of it."""


def within(words: tuple[str, ...], path: Path, code: int, says: str) -> None:
    size = path.stat().st_size
    cost = cost_of([str(path) if word == "@" else word for word in words], path.with_name("said"))
    assert cost.code == code, cost.said[:500]
    assert says.casefold() in cost.said.casefold(), cost.said[:500]
    assert "internal error" not in cost.said
    assert cost.cpu_s <= allowed_cpu_s(size), (cost[:3], size)
    assert cost.peak_mb <= allowed_mb(size), (cost[:3], size)


@pytest.mark.parametrize("name", FLOODS, ids=lambda name: name.replace(",", "").replace(" ", "-"))
def test_a_check_of_too_much_costs_what_it_weighs(name: str, tmp_path: Path):
    _, _, code, says = FLOODS[name]
    within(("check", "@", *DRUG, *AT), write_flood(name, tmp_path), code, says)


@pytest.mark.parametrize("name", ["one unread medicine", "problems in unknown words"], ids=["medicines", "problems"])
@pytest.mark.parametrize("command", OTHERS, ids=lambda name: name.replace(" ", "-"))
def test_every_command_over_a_record_does(command: str, name: str, tmp_path: Path):
    within(OTHERS[command], write_flood(name, tmp_path), 0, "")


def test_a_register_does(tmp_path: Path):
    entries = json.loads(write_flood("one unread medicine", tmp_path).read_text("utf-8"))["entry"]
    path = tmp_path / "register.ndjson"
    path.write_text("".join(f"{json.dumps(entry['resource'])}\n" for entry in entries), "utf-8")
    words = ("cohort", "screen", "@", *DRUG, *AT, "--processes", "1", "--out", str(tmp_path / "findings.parquet"))
    within(words, path, 0, "1 patients")


def test_a_plan_since_the_year_1_is_refused_at_once(tmp_path: Path):
    path = tmp_path / "record.toml"
    path.write_text('[[fact]]\nid = "weight"\nvalue = 58\nunit = "kg"\non = 2026-11-02\n', "utf-8")
    words = ("levels", "estimate", "@", *DRUG, "--dose", "250 mg q12h", "--level", "31 mg/L @ 2026-11-03T10:05+02:00")
    within((*words, "--since", "0001-01-01", "--zone", "+02:00"), path, 2, "--since")


@pytest.mark.parametrize(
    "name",
    [
        "x" + "(a)" * 1_300,
        "H" + "/H" * 1_900,
        "H/R-Z " * 600,
        "a" + ", a" * 1_300,
        "1 " * 1_900,
        "{ 1 (a 5 mg) / " * 250,
    ],
    ids=["brackets", "letters", "regimens", "commas", "numbers", "packs"],
)
def test_no_name_of_a_product_takes_long(name: str):
    recognise("zyqquam 5 mg", [])  # what is loaded once
    begun = time.process_time()
    recognise(name, [])
    assert time.process_time() - begun < 1.0
