"""How long is one composition through the journey, with every candidate left, and from a cold shell?"""

import subprocess
import sys
import tempfile
from datetime import date
from pathlib import Path

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.records import RecordReader
from fullcourse.journey.regimen import Composer, RegimenRequest
from timing import line, median_s, yardstick

AT = date(2026, 11, 22)
RECORD = """
[[fact]]
id = "rifampin_susceptibility"
value = "resistant"
on = 2026-11-20

[[fact]]
id = "birth_date"
value = "1986-01-01"
"""


def main() -> None:
    yardstick()
    knowledge = load_knowledge()
    reader = RecordReader(knowledge.facts.values(), tuple(knowledge.readings.values()), recognise)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "record.toml"
        path.write_text(RECORD, "utf-8")
        record = reader.open(str(path), AT)
        composer = Composer(knowledge, knowledge.profile("who"))
        request = RegimenRequest(start=date(2026, 12, 1))
        answer = composer.compose(record, AT, request)
        candidates = knowledge.guidelines.constructions["who-longer"].candidates
        # Seventeen candidates and clavulanate beside two of them; nothing is ruled out, so every combination is ranked.
        assert (len(candidates), answer.examined) == (17, 31_103)
        assert answer.regimens[0].id == "who-bpalm"
        took = median_s(lambda: composer.compose(record, AT, request), 30)
        line(f"regimens of profile who, {answer.examined} combinations ranked", took, 0.05)
        program = str(Path(sys.executable).with_name("fullcourse"))
        command = [program, "regimen", str(path), "--profile", "who", "--at", AT.isoformat()]
        cold = median_s(lambda: subprocess.run(command, check=True, stdout=subprocess.DEVNULL), 9)  # noqa: S603
        line("fullcourse regimen from a cold shell", cold)


if __name__ == "__main__":
    main()
