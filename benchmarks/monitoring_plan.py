"""How long is a monitoring plan of seven drugs over 20 months, with results on file?

Asserts the right answer before it times anything. Enters by the journey function that ``fullcourse monitor`` calls.
"""

import sys
from datetime import date, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fullcourse.clinical import Record
from fullcourse.journey.monitor import DoseSpan, Monitor, Treatment
from patients import evidence, knowledge
from timing import line, median_s, yardstick

DRUGS = ("bedaquiline", "linezolid", "levofloxacin", "clofazimine", "cycloserine", "delamanid", "amikacin")
START = date(2026, 1, 5)
TODAY = START + timedelta(days=120)
ROUNDS = 200
LIMIT_S = 0.010


def record() -> Record:
    """Return monthly results of four months."""
    values = {
        "alt": 30.0, "alt_upper_limit": 40.0, "bilirubin": 0.6, "bilirubin_upper_limit": 1.2, "creatinine": 0.9,
        "haemoglobin": 12.5, "platelets": 210.0, "neutrophils": 3.1, "potassium": 4.1, "magnesium": 0.9,
        "calcium": 2.3, "qtcf": 430.0, "weight": 58.0, "neuropathy_grade": 0.0, "cycloserine_level": 24.0,
    }  # fmt: skip
    days = [(START + timedelta(days=30 * month)).isoformat() for month in range(5)]
    return Record({name: tuple(evidence(name, value, on=day) for day in days) for name, value in values.items()})


def main() -> None:
    """Time it."""
    known = knowledge()
    monitor, read = Monitor(known, known.profile("who")), record()
    doses = {drug: (DoseSpan(1, 400.0),) for drug in DRUGS} | {"cycloserine": (DoseSpan(1, 500.0), DoseSpan(15, 750.0))}
    treatment = Treatment(DRUGS, doses, START, START + timedelta(days=20 * 30 - 1))
    answer = monitor.monitor(read, TODAY, treatment)
    tests = {it.watch.test: it for it in answer.watched}
    assert tests["cycloserine level"].watch.planned.from_day == 15
    assert len(tests["blood count"].days) > 80
    assert not answer.not_covered
    yardstick()
    seconds = median_s(lambda: monitor.monitor(read, TODAY, treatment), ROUNDS)
    line("a monitoring plan of seven drugs and 20 months, results of four months on file", seconds, LIMIT_S)


if __name__ == "__main__":
    main()
