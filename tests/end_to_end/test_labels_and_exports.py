"""``fullcourse knowledge compare`` and ``fullcourse knowledge export`` as their users call them."""

import json
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(sys.executable).with_name("fullcourse")
SPL = Path(__file__).parents[1] / "data" / "spl"


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    command = [PROGRAM, "knowledge", *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own program
    assert "Traceback" not in done.stderr
    return done


def test_a_label_is_shown_beside_our_statements_in_every_format():
    label = SPL / "synthetic-cycloserine.xml"
    text = run("compare", "cycloserine", label)
    assert text.returncode == 0, text.stderr
    assert "CONTRAINDICATIONS (34070-3)" in text.stdout
    assert "cycloserine.contraindication.epilepsy" in text.stdout
    assert run("compare", "cycloserine", label, "--format", "html").stdout.startswith("<!doctype html>")
    shown = json.loads(run("compare", "cycloserine", label, "--format", "json").stdout)
    assert shown["schema"] == "fullcourse/label-comparison/1"


def test_a_label_of_another_drug_is_compared_and_named_as_such():
    done = run("compare", "cycloserine", SPL / "no-title.xml")
    assert done.returncode == 0
    assert "ATTENTION" in done.stdout


def test_a_label_that_cannot_be_read_is_refused(tmp_path):
    hostile = tmp_path / "label.xml"
    hostile.write_bytes('<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'.encode("utf-16"))
    for path, says in ((hostile, "document type"), (tmp_path / "none.xml", "no such file")):
        done = run("compare", "cycloserine", path)
        assert done.returncode == 2
        assert says in done.stderr


def test_a_drug_is_exported_to_a_file_and_to_standard_output(tmp_path):
    out = tmp_path / "cycloserine.json"
    done = run("export", "cycloserine", "--format", "epi", "--at", "2026-11-22", "--out", out)
    assert (done.returncode, done.stdout) == (0, "")
    assert json.loads(out.read_text("utf-8"))["timestamp"] == "2026-11-22T00:00:00Z"
    printed = run("export", "bedaquiline")
    assert json.loads(printed.stdout)["type"] == "collection"
    assert "Left out" in printed.stderr


def test_what_cannot_be_exported_is_refused(tmp_path):
    for arguments, says in (
        (("export", "cyclosporine"), "look alike"),
        (("export", "cycloserine", "--format", "epi", "--at", "soon"), "not a date"),
        (("export", "cycloserine", "--out", tmp_path / "no" / "file.json"), "cannot be written"),
    ):
        done = run(*arguments)
        assert done.returncode == 2
        assert says in done.stderr
