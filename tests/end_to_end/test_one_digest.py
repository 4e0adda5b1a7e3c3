"""Every command that names the knowledge it used names the same digest, over all of it."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

import fullcourse
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.register.engine.screen import read_legend
from fullcourse.interfaces.cli.main import fullcourse as program
from fullcourse.knowledge.reader import read_knowledge

DIGEST = load_knowledge().digest
RECORD = str(Path(fullcourse.__file__).parent / "examples" / "synthetic-patient.json")
REGISTER = str(Path(__file__).parents[1] / "data" / "synthea-bulk-10")
AT = ("--at", "2026-11-22")
NAMED = re.compile(r"(?:knowledge|digest)[^0-9a-z]+(?:sha256:)?([0-9a-f]{12,64})\b", re.IGNORECASE)
NONMEM = """ID,TIME,AMT,DV,EVID,MDV,WEIGHT,CREATININE_CLEARANCE,PATIENT
1,0,250,0,1,1,59,90,1
1,4,0,12,0,0,59,90,1
"""


def output_of(*arguments: object) -> str:
    done = CliRunner().invoke(program, [str(argument) for argument in arguments])
    assert done.exception is None or isinstance(done.exception, SystemExit), done.exception
    return done.output


def assert_named(text: str) -> None:
    named = NAMED.findall(text)
    assert named, text[-400:]
    assert all(DIGEST.startswith(short) for short in named)


def test_the_cached_knowledge_and_the_one_read_anew_have_one_digest() -> None:
    assert read_knowledge().digest == DIGEST


@pytest.mark.parametrize(
    "arguments",
    [
        ("check", RECORD, "--drug", "cycloserine", *AT),
        ("check", RECORD, "--drug", "cycloserine", *AT, "--format", "json"),
        ("ask", "may I drink alcohol with cycloserine?"),
        ("ask", "may I drink alcohol with cycloserine?", "--format", "json"),
        ("leaflet", "--drug", "cycloserine", *AT),
        ("knowledge", "check"),
        ("knowledge", "sources"),
        ("knowledge", "sheet", "cycloserine"),
        ("levels", "simulate", "--drug", "cycloserine", "--dose", "250 mg q12h", "--days", "2", "--n", "10"),
        ("levels", "simulate", "--drug", "cycloserine", "--dose", "250 mg q12h", "--days", "2", "--n", "10",
         "--format", "json"),
        ("levels", "attainment", "--drug", "cycloserine", "--dose", "250 mg q12h", "--n", "10"),
    ],
    ids=lambda arguments: " ".join(word for word in arguments if len(word) < 12)[:40],
)  # fmt: skip
def test_a_command_names_the_digest_of_all_knowledge(arguments: tuple[str, ...]) -> None:
    assert_named(output_of(*arguments))


def test_an_exported_drug_names_it(tmp_path: Path) -> None:
    output_of("knowledge", "export", "cycloserine", "--out", tmp_path / "drug.json")
    assert DIGEST in (tmp_path / "drug.json").read_text("utf-8")


def test_the_legend_of_a_register_names_it(tmp_path: Path) -> None:
    out = tmp_path / "findings.parquet"
    output_of("cohort", "screen", REGISTER, "--drug", "cycloserine", *AT, "--out", out, "--processes", "1")
    assert read_legend(out)["knowledge"] == DIGEST


def test_a_fit_names_it(tmp_path: Path) -> None:
    data = tmp_path / "data.csv"
    data.write_text(NONMEM, encoding="utf-8")
    model = "cycloserine.alghamdi-2019"
    assert_named(output_of("levels", "fit", data, "--model", model, "--starts", "1"))
