"""Every command that takes the name of a drug takes each of its names, and answers as it answers to the INN."""

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

import fullcourse.adapters.published as published
from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.short_forms import load_short_forms
from fullcourse.clinical.errors import FullcourseError, InputError
from fullcourse.interfaces.cli.main import fullcourse

MADE = Path(__file__).parents[2] / "tools" / "names"
RECORD = str(Path(published.__file__).parents[2] / "examples" / "synthetic-patient.json")
LABEL = str(Path(__file__).parents[1] / "data" / "spl" / "synthetic-cycloserine.xml")
AT = ("--at", "2026-11-28")
CYCLOSERINE = ("cycloserine", "CS", "Циклосерин")
BEDAQUILINE = ("bedaquiline", "BDQ", "Bedaquilina 100 mg")
RIFAMPIN = ("rifampicin", "RIF", "Rifampicina")
LEVEL = (
    RECORD,
    "--drug",
    "NAME",
    "--dose",
    "250 mg q12h",
    "--level",
    "25 mg/L @ 2026-11-27T10:00+02:00",
    "--zone",
    "+02:00",
)
LAST = ("--last", "2026-03-05T08:00+02:00")
DRAWN = ("--drug", "NAME", "--dose", "250 mg q12h", "--n", "20")
PARAMETERS = frozenset({"drug", "drugs", "plans", "resistant", "susceptible", "replace"})

Row = tuple[tuple[str, ...], tuple[str, ...]]
"""A command with what is handed to it (``NAME`` stands for the name), and names, the first of them the INN."""

TABLE: dict[str, Row] = {
    "check drugs": (("check", RECORD, "--drug", "NAME", *AT), BEDAQUILINE),
    "dose drugs": (("dose", RECORD, "--drug", "NAME", *AT), CYCLOSERINE),
    "leaflet drug": (("leaflet", "--drug", "NAME"), CYCLOSERINE),
    "ask drug": (("ask", "what should I avoid?", "--drug", "NAME"), BEDAQUILINE),
    "triage drugs": (("triage", "--drug", "NAME", "--symptom", "seizure"), CYCLOSERINE),
    "overdose drug": (("overdose", "--drug", "NAME", "--took", "20 tablets"), CYCLOSERINE),
    "monitor drugs": (("monitor", RECORD, "--drug", "NAME", "--start", "2026-11-01", *AT), BEDAQUILINE),
    "monitor plans": (("monitor", RECORD, "--plan", "NAME: 250 mg q12h", *AT), CYCLOSERINE),
    "regimen resistant": (("regimen", RECORD, "--resistant", "NAME", *AT), RIFAMPIN),
    "regimen susceptible": (("regimen", RECORD, "--susceptible", "NAME", *AT), RIFAMPIN),
    "regimen replace": (("regimen", RECORD, "--replace", "NAME", "--because", "depression", *AT), CYCLOSERINE),
    "plan resistant": (("plan", RECORD, "--resistant", "NAME", *AT), RIFAMPIN[:2]),
    "plan susceptible": (("plan", RECORD, "--susceptible", "NAME", *AT), RIFAMPIN[:2]),
    "new drugs": (("new", "-", "--drug", "NAME", *AT), CYCLOSERINE[:2]),
    "outcome drugs": (("outcome", RECORD, "--drug", "NAME", *AT), BEDAQUILINE),
    "knowledge matrix drugs": (("knowledge", "matrix", "--format", "json", "--drug", "NAME", *AT), RIFAMPIN[:2]),
    "knowledge show drug": (("knowledge", "show", "NAME"), BEDAQUILINE),
    "knowledge export drug": (("knowledge", "export", "NAME"), BEDAQUILINE[:2]),
    "knowledge sheet drug": (("knowledge", "sheet", "NAME"), BEDAQUILINE[:2]),
    "knowledge compare drug": (("knowledge", "compare", "NAME", LABEL), CYCLOSERINE[:2]),
    "levels models drug": (("levels", "models", "--drug", "NAME"), RIFAMPIN),
    "levels simulate drug": (("levels", "simulate", *DRAWN), CYCLOSERINE[:2]),
    "levels attainment drug": (("levels", "attainment", *DRAWN), CYCLOSERINE[:2]),
    "levels estimate drug": (("levels", "estimate", *LEVEL), CYCLOSERINE[:2]),
    "levels advise drug": (("levels", "advise", *LEVEL), CYCLOSERINE[:2]),
    "levels sampling drug": (("levels", "sampling", *LEVEL), CYCLOSERINE[:2]),
    "levels late drug": (("levels", "late", *LEVEL, "--hours-late", "3"), CYCLOSERINE[:2]),
    "missed drugs": (("missed", "EVENTS", "--drug", "NAME", "--at", "2026-03-02T08:00+02:00"), CYCLOSERINE),
    "course move drug": (("course", "move", "EVENTS", "--drug", "NAME", "--by", "2", *LAST), CYCLOSERINE),
    "course travel drug": (("course", "travel", "EVENTS", "--drug", "NAME", "--to", "Asia/Tokyo", *LAST), CYCLOSERINE),
}
OF_A_REGISTER = frozenset({"cohort diff drugs", "cohort explain drugs", "cohort levels drug", "cohort screen drugs"})
"""They ask the same `Knowledge.drug`, over registers that take long to read."""


def answered(arguments: tuple[str, ...], name: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(fullcourse, [part.replace("NAME", name) for part in arguments])
    refused = str(result.exception).replace(name, "NAME") if isinstance(result.exception, FullcourseError) else ""
    return result.exit_code, result.output, refused


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> str:
    path = tmp_path_factory.mktemp("course") / "course.ndjson"
    begun = ("--zone", "Africa/Johannesburg", "--start", "2026-03-02", "--at", "2026-03-01T10:00+02:00")
    plan = ("--plan", "cycloserine: 250 mg q12h", "--confirmed-by", "Dr A", "--profile", "who")
    result = CliRunner().invoke(fullcourse, ["course", "start", RECORD, "--events", str(path), *plan, *begun])
    assert result.exit_code == 0, (result.output, result.exception)
    return str(path)


@pytest.mark.parametrize("command", TABLE)
def test_each_name_of_a_drug_is_answered_as_its_inn(command: str, events: str):
    template, names = TABLE[command]
    arguments = tuple(events if part == "EVENTS" else part for part in template)
    code, said, refused = answered(arguments, names[0])
    assert not re.search("drug '[^']*' is not covered", said + refused)
    assert "has no published model" not in said + refused
    assert said
    assert not refused
    for name in names[1:]:
        assert answered(arguments, name) == (code, said, refused), name


def _parameters(command: click.Command, path: str) -> Iterator[str]:
    if isinstance(command, click.Group):
        for name in command.list_commands(click.Context(command)):
            part = command.get_command(click.Context(command), name)
            assert part is not None
            yield from _parameters(part, f"{path} {name}".strip())
    else:
        yield from (f"{path} {it.name}" for it in command.params if it.name in PARAMETERS)


def test_the_table_holds_every_command_that_takes_the_name_of_a_drug():
    assert set(_parameters(fullcourse, "")) == TABLE.keys() | OF_A_REGISTER


def _names() -> Iterator[tuple[str, str]]:
    known = load_knowledge().drugs
    for inn, drug in known.items():
        yield from ((name, inn) for name in (drug.inn, drug.label, drug.abbreviation, *drug.synonyms) if name)
    for form in set(load_short_forms().values()):
        if len(form.ingredients) == 1 and form.needs not in ("asked", "list") and form.ingredients[0] in known:
            yield form.form, form.ingredients[0]
    for file in ("synonyms.tsv", "translations.tsv", "translations-sourced.tsv", "brands.tsv"):
        with (MADE / file).open(encoding="utf-8", newline="") as lines:
            for row in csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE):
                if row["ingredients"] in known:
                    yield row["name"], row["ingredients"]


def test_every_name_of_every_tb_drug_is_resolved_to_its_drug():
    knowledge = load_knowledge()
    names = set(_names())
    assert len(names) > 200
    assert {inn for _, inn in names} == set(knowledge.drugs)
    assert [(name, inn) for name, inn in sorted(names) if knowledge.drug(name).inn != inn] == []


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("LEV", "stands for levetiracetam, levofloxacin, and not for one drug"),
        ("HRZE", "stands for ethambutol, isoniazid, pyrazinamide, rifampin"),
        ("cyclosporine", "is not Cycloserine, though the names look alike"),
        ("chlorpromazine", "is not covered"),
        ("vitamin E", "is not covered"),
        ("rifampicin stopped", "is not covered"),
        ("ofloxacin", "though the names look alike"),
    ],
)
def test_a_name_of_another_medicine_or_of_several_is_refused(name: str, says: str):
    with pytest.raises(InputError, match=says):
        load_knowledge().drug(name)


@pytest.mark.parametrize(
    ("called", "id_"), [("BPaLM", "who-bpalm"), ("2HRZE/4HR", "who-2hrze-4hr"), ("6BPaL", "who-bpal")]
)
def test_a_regimen_is_found_by_its_name_where_a_dose_asks_which(called: str, id_: str):
    drug = "bedaquiline" if "BPa" in called else "rifampin"
    asked = ("dose", RECORD, "--drug", drug, "--profile", "who", *AT, "--format", "json", "--regimen")
    by_name, by_id = (CliRunner().invoke(fullcourse, [*asked, name]) for name in (called, id_))
    assert by_name.exit_code == by_id.exit_code
    assert json.loads(by_name.output) == json.loads(by_id.output)


def test_a_name_of_several_regimens_is_refused_with_their_ids():
    result = CliRunner().invoke(
        fullcourse, ["dose", RECORD, "--drug", "rifampin", *AT, "--profile", "who", "--regimen", "HRZE"]
    )
    assert isinstance(result.exception, InputError)
    assert "who-2hrze-4hr, who-2hrze-10hr" in str(result.exception)
