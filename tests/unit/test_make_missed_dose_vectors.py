"""The vectors by which other readers of the rules are proved equal are those of this code."""

import importlib.util
import json
from pathlib import Path

ROOT = Path(__file__).parents[2]


def _tool():
    spec = importlib.util.spec_from_file_location("vectors", ROOT / "tools" / "make_missed_dose_vectors.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_vectors_are_those_of_the_code():
    tool = _tool()
    assert tool.OUT.read_text("utf-8") == tool.text()


def test_the_vectors_hold_every_verdict():
    answers = [it for vector in json.loads(_tool().OUT.read_text("utf-8"))["vectors"] for it in vector["answers"]]
    verdicts = {"take now", "not yet", "skip", "already taken", "call first", "held", "ask"}
    assert {answer["verdict"] for answer in answers} == verdicts
    assert len(answers) >= 1000
