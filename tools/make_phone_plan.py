"""Writes the plan of a synthetic course as a phone is handed it: `tests/data/phone/plan.json`.

Whoever builds a screen has a plan by it that the service made. `tests/unit/test_make_phone_plan.py` holds it against
the code; the versions of software and knowledge are left out, since each change of either would change the file.
"""

import json
from pathlib import Path

from phone_plans import SAMPLE_AT, handed, sample_course

OUT = Path(__file__).parents[1] / "tests" / "data" / "phone" / "plan.json"


def text() -> str:
    """Return the whole file."""
    plan = handed(sample_course(), SAMPLE_AT)
    masked = {**plan, "software": "0", "knowledge": f"sha256:{'0' * 64}"}
    return json.dumps(masked, ensure_ascii=False, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    OUT.parent.mkdir(parents=True, exist_ok=True)
    OUT.write_text(text(), "utf-8")
