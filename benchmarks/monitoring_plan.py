"""How long is a monitoring plan of seven drugs over 20 months, with results on file?

Asserts the right answer before it times anything. Enters by the journey function that ``fullcourse monitor`` calls.
"""

import sys
from datetime import date, datetime, time, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fullcourse.clinical import Evidence, Record, parse_moment
from fullcourse.clinical.dose_plan import parse_dose_plan
from fullcourse.journey.doses_known import DosesOf
from fullcourse.journey.levels.predicted import predicted_exposures
from fullcourse.journey.monitor import DoseSpan, Exposure, Monitor, Treatment
from fullcourse.knowledge.library import Knowledge
from patients import evidence, knowledge
from timing import line, median_s, yardstick

DRUGS = ("bedaquiline", "linezolid", "levofloxacin", "clofazimine", "cycloserine", "delamanid", "amikacin")
START = date(2026, 1, 5)
TODAY = START + timedelta(days=120)
ROUNDS = 200
LEVEL_ROUNDS = 3
DOSES = {"cycloserine": "250 mg q12h", "linezolid": "600 mg once a day"}
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


def exposure(known: Knowledge, drug: str) -> Exposure:
    """Return the levels of a drug as --foresee levels has them."""
    person = {"weight": 58.0, "height": 165.0, "creatinine": 0.9}
    day = TODAY.isoformat()
    facts = {name: (evidence(name, value, on=day),) for name, value in person.items()}
    facts["birth_date"] = (Evidence("birth_date", "1986-01-01", parse_moment(day, "on"), "record", "1986-01-01"),)
    facts["sex"] = (evidence("sex", "female", on=day),)
    doses = {drug: DosesOf(plan=tuple(parse_dose_plan(DOSES[drug])), since=START)}
    found = predicted_exposures(Record(facts), [drug], doses, known, datetime.combine(TODAY, time.max), seed=1)[drug]
    assert found.limits, found.why_not
    return found


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
    assert {"linezolid", "bedaquiline", "amikacin"} <= {it.drug for it in answer.foreseen}
    assert all(len(trend.counted) == 5 for it in answer.foreseen for trend in it.trends)
    yardstick()
    seconds = median_s(lambda: monitor.monitor(read, TODAY, treatment), ROUNDS)
    line("a monitoring plan of seven drugs and 20 months, results of four months on file", seconds, LIMIT_S)
    bare = median_s(lambda: monitor.monitor(read, TODAY, treatment, foresee=False), ROUNDS)
    print(f"of that, results followed ahead: {(seconds - bare) / seconds:.0%}")
    for drug in ("cycloserine", "linezolid"):
        seconds = median_s(lambda: exposure(known, drug), LEVEL_ROUNDS)  # noqa: B023 - it is called before drug moves on
        print(f"levels of {drug} by the doses of four months, asked for with --foresee levels: {seconds:.2f} s")


if __name__ == "__main__":
    main()
