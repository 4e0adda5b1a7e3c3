"""How long do the doses of seven drugs take for one patient, established and checked? At most 5 ms, in process."""

import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from fullcourse.journey.dose import Doser, DoseRequest, DoseStatus
from harmless import HARMLESS_MEDICINES, harmless_facts
from patients import knowledge, patient

DRUGS = ("bedaquiline", "linezolid", "levofloxacin", "clofazimine", "cycloserine", "delamanid", "pyrazinamide")
ROUNDS = 200


def main() -> None:
    """Assert the doses, then time them."""
    known = knowledge()
    who = patient(harmless_facts(), HARMLESS_MEDICINES)
    doser, request = Doser(known, known.profile("who")), DoseRequest("who-longer")
    checks = [doser.screener.screen(who, known.drugs[name]) for name in DRUGS]
    answers = {it.drug: it for it in (doser.dose_plan(who, check, request) for check in checks)}
    assert answers["cycloserine"].status is DoseStatus.DOSE
    assert answers["cycloserine"].steps[0].step.mg_per_dosing_day == 750.0
    assert answers["linezolid"].dosed.plan is not None
    taken = []
    for _ in range(ROUNDS):
        start = time.perf_counter()
        for check in checks:
            doser.dose_plan(who, check, request)
        taken.append((time.perf_counter() - start) * 1000.0)
    middle = statistics.median(taken)
    print(f"doses of {len(DRUGS)} drugs: median {middle:.2f} ms of {ROUNDS} rounds (bound 5 ms)")
    assert middle <= 5.0


if __name__ == "__main__":
    main()
