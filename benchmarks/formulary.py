"""How long is a regimen of seven drugs with all pairs, and does the whole formulary slow one drug's cold check?"""

import subprocess
import sys
from datetime import date
from pathlib import Path

from fullcourse.adapters.knowledge_cache import load_knowledge
from fullcourse.adapters.medicines.recognise import recognise
from fullcourse.adapters.medicines.regimen import read_regimen
from fullcourse.adapters.records import RecordReader
from fullcourse.clinical import Severity, Status
from fullcourse.journey.check import Checker
from timing import line, median_s, yardstick

AT = date(2026, 11, 22)
EXAMPLE = Path(__file__).parents[1] / "src" / "fullcourse" / "examples" / "synthetic-patient.json"
SEVEN = "bedaquiline,linezolid,levofloxacin,clofazimine,cycloserine,delamanid,pyrazinamide"


def seven_drugs() -> None:
    knowledge = load_knowledge()
    reader = RecordReader(
        knowledge.facts.values(), tuple(knowledge.readings.values()), recognise, knowledge.other_matters.values()
    )
    record, regimen = reader.open(str(EXAMPLE), AT), read_regimen(SEVEN, knowledge)
    checker = Checker(knowledge, knowledge.profile("us"))
    result = checker.check(record, AT, regimen=regimen)
    assert len(result.drugs) == 7
    assert len(result.pairs) == 21
    spoken = {pair.drugs: pair.severity for pair in result.pairs}
    assert spoken["bedaquiline", "clofazimine"] is Severity.MAJOR
    stacks = {finding.id: finding.status for finding in result.regimen_findings}
    assert stacks["regimen.company.qt-three"] is Status.APPLIES

    line(
        "seven drugs, 21 pairs, stacks, facts established, questions found",
        median_s(lambda: checker.check(record, AT, regimen=regimen), 100),
    )


def cold() -> None:
    program = str(Path(sys.executable).with_name("fullcourse"))
    for what, arguments, limit in (
        ("one drug", ["--drug", "cycloserine"], 0.4),
        ("a regimen of seven", ["--regimen", SEVEN], None),
    ):

        def run(arguments: list[str] = arguments) -> None:
            command = [program, "check", str(EXAMPLE), "--at", AT.isoformat(), *arguments]
            subprocess.run(command, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program

        line(f"fullcourse check of {what} from a cold shell, the whole formulary read", median_s(run, 11), limit)


if __name__ == "__main__":
    yardstick()
    seven_drugs()
    cold()
