"""The plan by which screens of a phone are built and tried is what the service hands out."""

import importlib.util
import json
from pathlib import Path

from phone_plans import phone_schema

ROOT = Path(__file__).parents[2]


def _tool():
    spec = importlib.util.spec_from_file_location("phone_plan", ROOT / "tools" / "make_phone_plan.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_sample_is_what_the_code_makes():
    tool = _tool()
    assert tool.OUT.read_text("utf-8") == tool.text()


def test_the_sample_is_what_its_schema_says():
    phone_schema().validate(json.loads(_tool().OUT.read_text("utf-8")))
