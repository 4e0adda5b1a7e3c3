"""What people wrote, in the PDFs that a command writes: letters to read, and nothing that a viewer would carry out."""

import re
import shutil
import subprocess
import zlib
from pathlib import Path
from typing import Final

import pytest
from click.testing import CliRunner

from every_command import EXAMPLES
from fullcourse.interfaces.cli.main import fullcourse
from hostile_text import HOSTILE, LONG, SAID_TOGETHER, faults_in, in_toml
from reports import WHOLE

RECORD: Final = EXAMPLES / "synthetic-patient.json"
WORDS: Final = 250
"""The most characters that a report takes as the words of a reaction."""
NOW: Final = ("--at", "2026-12-03T10:00+02:00")
TEXTS: Final = {
    "all of it": SAID_TOGETHER,
    "syntax of PDF": ") /JS (app.alert(1)) >> endobj (",
    "very long": LONG,
    **HOSTILE,
}
CARRIED_OUT: Final = re.compile(rb"/(JS|JavaScript|Launch|URI|SubmitForm|EmbeddedFile|OpenAction|AA|RichMedia)\b")

needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="reading a PDF back needs poppler-utils")


def run(*words: object) -> None:
    done = CliRunner().invoke(fullcourse, [str(it) for it in words])
    assert done.exit_code in (0, 1), (words[:2], done.output[:500], done.exception)
    assert done.exception is None or done.exit_code == 1, done.exception


def objects_of(pdf: bytes) -> bytes:
    """Return the objects of a PDF without the letters on its pages: what a viewer would carry out stands there."""
    plain = re.sub(rb"stream\r?\n.*?endstream", b"", pdf, flags=re.DOTALL)
    packed = re.findall(rb"/Type\s*/ObjStm.*?stream\r?\n(.*?)endstream", pdf, flags=re.DOTALL)
    return plain + b"".join(zlib.decompress(it) for it in packed)


def assert_harmless(path: Path) -> str:
    """Hold a PDF to be whole and harmless, and return its words."""
    assert CARRIED_OUT.search(objects_of(path.read_bytes())) is None
    done = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, timeout=60, check=True)  # noqa: S603, S607
    assert done.stderr == b"", "a viewer finds the file broken"
    words = done.stdout.decode("utf-8").replace("\x0c", "\n")  # as pdftotext parts pages
    assert list(faults_in(words)) == []
    return words


def test_what_a_viewer_would_carry_out_is_found():
    assert CARRIED_OUT.search(objects_of(b"1 0 obj << /S /URI /URI (x) >> endobj"))
    hidden = zlib.compress(b"<< /S /JavaScript >>")
    assert CARRIED_OUT.search(objects_of(b"<< /Type /ObjStm >> stream\n" + hidden + b"endstream"))


@needs_poppler
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_form_of_a_report(text: str, tmp_path: Path):
    report, out = tmp_path / "report.toml", tmp_path / "form.pdf"
    words = WHOLE.replace('"A fit, two weeks after the first dose."', in_toml(text))
    report.write_text(words.replace('words = "fit"', f"words = {in_toml(text[:WORDS])}"), "utf-8")
    run("report", report, "--at", "2026-11-22", "--format", "medwatch", "--out", out, "--incomplete")
    assert "3500" in assert_harmless(out)


@needs_poppler
@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS)
def test_the_sheet_and_the_organizer_of_a_course(text: str, tmp_path: Path):
    log, said = tmp_path / "course.ndjson", text[:400]
    plan = ("--plan", "cycloserine: 250 mg q12h", "--start", "2026-12-01", "--zone", "Africa/Johannesburg")
    run("course", "start", RECORD, "--events", log, *plan, "--because", said, "--confirmed-by", said, *NOW)
    for words in (
        ("note", f"text={said}"), ("visit", "planned_at=2026-12-09", f"purpose={said}"),
        ("dispensed", "drug=cycloserine", "form=capsule 250 mg", "quantity=60", f"lot={said}"),
    ):  # fmt: skip
        run("course", "log", log, *words, *NOW)
    sheet = tmp_path / "sheet.pdf"
    run("schedule", log, *NOW, "--sheet", "weekly", "--out", sheet)
    assert "cycloserine" in assert_harmless(sheet)
