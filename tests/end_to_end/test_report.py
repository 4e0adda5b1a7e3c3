"""The report of an adverse event as its user asks for it: begin, fill in, look, write forms; and what is refused."""

import json
from pathlib import Path

import jsonschema_rs
import pytest
from click.testing import CliRunner, Result

import fullcourse.adapters.published as published
from course_events import event
from fullcourse.adapters.published.event import event_json
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.event_bodies import Symptom
from fullcourse.interfaces.cli.main import fullcourse
from reports import WHOLE, log

SCHEMAS = Path(published.__file__).parent / "schemas"
RECORD = Path(published.__file__).parents[2] / "examples" / "synthetic-patient.json"
AT = ("--at", "2026-11-20")


def run(*arguments: str, **more: object) -> Result:
    return CliRunner().invoke(fullcourse, ["report", *arguments], **more)


@pytest.fixture
def given(tmp_path: Path) -> Path:
    path = tmp_path / "report.toml"
    path.write_text(WHOLE, "utf-8")
    return path


def test_a_report_is_begun_filled_in_and_shown(tmp_path: Path):
    path = tmp_path / "new.toml"
    assert "Fill in what you know" in run("--new", str(path)).output
    assert run(str(path), *AT).output.startswith("NOT A VALID CASE YET, 4 of 4 lack · SERIOUSNESS NOT KNOWN")
    text = path.read_text("utf-8").replace('words = ""', 'words = "fit"').replace("# sex", "sex")
    text = text.replace('name = "" ', 'name = "Seromycin" ').replace("# qualification", "qualification")
    path.write_text(text, "utf-8")
    assert run(str(path), *AT).output.startswith("VALID CASE · SERIOUSNESS NOT KNOWN · INCOMPLETE")


def test_a_template_is_printed_and_never_written_over_a_file(tmp_path: Path):
    assert run("--new", "-").output.startswith("# The report of an adverse event.")
    path = tmp_path / "there.toml"
    path.write_text("mine", "utf-8")
    refused = run("--new", str(path))
    assert isinstance(refused.exception, InputError)
    assert "is there already" in str(refused.exception)
    assert path.read_text("utf-8") == "mine"
    assert "cannot be written" in str(run("--new", str(tmp_path / "no" / "x.toml")).exception)


def test_the_first_line_says_valid_serious_complete_and_no_line_is_wider_than_the_screen(given: Path):
    for form in ("text", "medwatch"):
        shown = run(str(given), "--record", str(RECORD), *AT, "--format", form).output
        assert max(map(len, shown.splitlines())) <= 80
    assert run(str(given), *AT).output.startswith("VALID CASE · SERIOUS · COMPLETE\n")


def test_record_and_course_stand_in_it_and_what_differs_is_shown(given: Path, tmp_path: Path):
    course = tmp_path / "course.ndjson"
    course.write_text("".join(json.dumps(event_json(it)) + "\n" for it in log()), "utf-8")
    shown = run(str(given), "--record", str(RECORD), "--course", str(course), *AT)
    assert shown.exit_code == 0
    said = " ".join(shown.output.split())
    assert "The input and the file differ: settle these" in said
    assert "age: the report says 34 years; on file 42 years [Patient]" in said
    assert "first dose of cycloserine: the report says 2026-10-20; on file 2026-10-01 08:00 +00:00 [course]" in said
    answer = json.loads(run(str(given), "--course", str(course), *AT, "--format", "json").output)
    assert answer["case"]["made_from"] == ["input", "course"]


def test_json_keeps_its_schema_and_fhir_is_a_bundle(given: Path):
    answer = json.loads(run(str(given), "--record", str(RECORD), *AT, "--format", "json").output)
    jsonschema_rs.validator_for(json.loads((SCHEMAS / "report-1.json").read_text("utf-8"))).validate(answer)
    assert (answer["valid"], answer["serious"], answer["sent"]) == (True, True, False)
    bundle = json.loads(run(str(given), *AT, "--format", "fhir").output)
    assert (bundle["resourceType"], bundle["entry"][1]["resource"]["resourceType"]) == ("Bundle", "AdverseEvent")


@pytest.mark.parametrize(("country", "has_number"), [("US", True), ("IN", False), (None, False)])
def test_a_number_is_printed_for_the_united_states_alone(given: Path, country: str | None, has_number: bool):
    more = () if country is None else ("--country", country)
    for form in ("text", "medwatch", "json"):
        assert ("800-332-1088" in run(str(given), *AT, *more, "--format", form).output) is has_number


def test_the_country_of_the_reporter_stands_where_none_is_asked_for(given: Path):
    given.write_text(WHOLE.replace('country = "ZA"', 'country = "US"'), "utf-8")
    assert "800-332-1088" in run(str(given), *AT).output


def test_forms_are_written_to_files_and_nothing_is_sent(given: Path, tmp_path: Path):
    for name, form, begins in (
        ("form.pdf", "medwatch", b"%PDF-"),
        ("form.txt", "medwatch", b"Fields of form FDA 3500"),
        ("report.json", "json", b"{"),
        ("report.txt", "text", b"VALID CASE"),
    ):
        out = tmp_path / name
        shown = run(str(given), *AT, "--format", form, "--out", str(out))
        assert "Nothing was sent." in shown.output
        assert out.read_bytes().startswith(begins)


def test_the_input_may_come_from_standard_input_and_the_record_not_as_well():
    assert run("-", *AT, input=WHOLE).output.startswith("VALID CASE")
    assert run("-", "--record", "-", *AT, input=WHOLE).exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "name the INPUT"),
        (("missing.toml",), "there is no such file"),
        (("{given}", "--answers", "a.toml"), "Add --record"),
        (("{given}", "--country", "USA"), "two letters"),
        (("{given}", "--at", "tomorrow"), "is not a date"),
        (("{given}", "--course", "no-such-course", "--store", "{folder}/s.sqlite"), "no course of this id"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_mend(given: Path, tmp_path: Path, arguments, said):
    filled = [it.format(given=given, folder=tmp_path) for it in arguments]
    refused = run(*filled)
    assert refused.exit_code != 0
    assert said in refused.output + str(refused.exception)


def test_a_fault_of_the_input_reports_nothing(given: Path):
    given.write_text(WHOLE.replace("outcome", "outcom"), "utf-8")
    refused = run(str(given), *AT)
    assert isinstance(refused.exception, InputError)
    assert "Did you mean 'outcome'?" in str(refused.exception)
    assert refused.output == ""


def test_everything_that_was_said_is_shown_and_long_lists_say_how_many_more(given: Path):
    tests = "".join(f'[[test]]\nname = "EEG {number}"\nwords = "spikes"\n' for number in range(13))
    text = WHOLE.replace("age_years = 34", "age_years = 34\npregnant = false\ndied_on = 2026-11-10\nautopsy = false")
    text = text.replace('words = "fit"', 'words = "ataque"\ntranslation = "fit"').replace(
        '"A fit', '"' + "x" * 4001 + " A fit"
    )
    text += 'indication = "tuberculosis"\ncumulative_mg = 7000\ncomment = "from the pack"\n' + tests
    text += '[[assessment]]\nby = "TB physician"\nmethod = "WHO-UMC"\nresult = "probable"\n'
    given.write_text(text, "utf-8")
    shown = " ".join(run(str(given), *AT).output.split())
    for words in (
        "(fit)", "died: 2026-11-10; cause not known; autopsy: no", "pregnant: no", "and 1 more tests",
        "for: tuberculosis",
        "taken before the onset: 7000 mg", "from the pack", "judged by TB physician, WHO-UMC: probable",
    ):  # fmt: skip
        assert words in shown
    assert "continue on another page" in run(str(given), *AT, "--format", "medwatch").output


def test_what_was_over_begun_later_or_not_understood_is_named(given: Path, tmp_path: Path):
    record = tmp_path / "record.toml"
    rows = "".join(f'[[medicine]]\nname = "blue pill {number}"\n' for number in range(13))
    record.write_text(
        '[[medicine]]\nname = "amlodipine"\ntaken = "past"\nuntil = 2026-10-01\n'
        f'[[medicine]]\nname = "diazepam"\nsince = 2026-11-04\n{rows}',
        "utf-8",
    )
    course = tmp_path / "course.ndjson"
    events = log(event(Symptom("symptom_tremor"), "2026-11-01T10:00"))
    course.write_text("".join(json.dumps(event_json(it)) + "\n" for it in events), "utf-8")
    shown = " ".join(run(str(given), "--record", str(record), "--course", str(course), *AT).output.split())
    for words in (
        "Over before the onset: amlodipine.",
        "perhaps treatment of it: diazepam.",
        "Told in the log, not in",
        "and 1 more",
    ):
        assert words in shown
