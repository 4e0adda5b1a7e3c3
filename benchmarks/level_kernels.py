"""What the compiled kernels save: estimates off the static path, by them and by the reference in NumPy, in turns.

Processor time, because machines are shared; the ratio of two medians of the same run is what counts. The reference is
what was there before the kernels.
"""

import os
import statistics
import time

import numpy as np

from fullcourse.pharmacokinetics.compiled.library import library
from fullcourse.pharmacokinetics.estimation.likelihood import estimation_problem
from fullcourse.pharmacokinetics.estimation.map_estimate import estimate
from fullcourse.pharmacokinetics.events import event_table
from fullcourse.pharmacokinetics.model import (
    CovariateRelation,
    EffectLink,
    Elimination,
    ErrorKind,
    Model,
    Output,
    RandomEffects,
    RelationKind,
    ResidualError,
    Site,
    Transit,
)
from fullcourse.pharmacokinetics.simulation.population import simulate

SUBJECTS, ROUNDS = 12, 3
AIMS = {
    "changing covariates": 5.0,
    "ten covariates": 5.0,
    "transit chain, changing covariates": 5.0,
    "Michaelis-Menten": 3.0,
}
ERROR = ResidualError(ErrorKind.PROPORTIONAL, 0.1)
BASE = {"cl": 4.0, "vc": 40.0, "q": 3.0, "vp": 60.0, "ka": 1.2}


def model(name):
    """One model of each kind, three effects."""
    first = "cl" if name != "Michaelis-Menten" else "vmax"
    effects = RandomEffects(
        ("cl", "vc", "ka"), (EffectLink(0, first), EffectLink(1, "vc"), EffectLink(2, "ka")),
        np.diag([0.09, 0.04, 0.25]),
    )  # fmt: skip
    if name == "Michaelis-Menten":
        values = {"vmax": 60.0, "km": 6.0, "vc": 40.0, "ka": 1.2}
        return Model(
            name, 1, values, (Site("oral", 1, ka="ka"),), (Output("c", 2, ERROR),),
            elimination=Elimination.MICHAELIS_MENTEN, between_subjects=effects,
        )  # fmt: skip
    many = 10 if name == "ten covariates" else 2
    relations = tuple(
        CovariateRelation(("cl", "vc")[i % 2], f"x{i}", RelationKind.EXPONENTIAL, coefficient=0.03, reference=0.0)
        for i in range(many)
    )
    chain = Transit("n", "mtt") if name.startswith("transit") else None
    values = {**BASE, "n": 4.0, "mtt": 0.8} if chain else BASE
    return Model(
        name, 2, values, (Site("oral", 1, ka="ka", transit=chain),), (Output("c", 2, ERROR),),
        relations=relations, between_subjects=effects,
    )  # fmt: skip


def problem(one):
    """Subjects of a model with two levels at each visit, at which every covariate changes."""
    random, visits = np.random.default_rng(4), 6 if one.is_linear else 2
    rows = {name: [] for name in ("time", "evid", "amt", "ii", "addl", "subject", "visit")}
    for subject in range(SUBJECTS):
        for visit in range(visits):
            begin = 168.0 * visit
            for after, evid, amt, addl in ((0.0, 1, 300.0, 6), (146.0, 0, 0.0, 0), (167.5, 0, 0.0, 0)):
                for key, value in zip(
                    rows, (begin + after, evid, amt, 24.0 * (addl > 0), addl, subject, visit), strict=True
                ):
                    rows[key].append(value)
    drawn = random.standard_normal((SUBJECTS, visits))
    at = np.array(rows["subject"]), np.array(rows["visit"])
    covariates = {name: drawn[at] * (1.0 + 0.1 * i) for i, name in enumerate(one.covariates)}
    table = event_table(
        rows["time"], subject=rows["subject"], evid=rows["evid"], amt=rows["amt"], ii=rows["ii"], addl=rows["addl"],
        cmt=np.where(np.array(rows["evid"]) == 1, 1, 2), dv=np.ones(len(rows["time"])), covariates=covariates,
    )  # fmt: skip
    levels = np.ones(table.n_rows)
    levels[table.evid == 0] = np.concatenate(simulate(one, table, points=table.evid == 0)).ravel()
    noise = np.exp(0.2 * random.standard_normal(table.n_rows))
    import dataclasses

    return estimation_problem(one, dataclasses.replace(table, dv=levels * noise))


def use(kernel):
    """Use one of the kernels from here on."""
    os.environ["FULLCOURSE_KERNEL"] = kernel
    library.cache_clear()


def main():
    """Print milliseconds a subject by either kernel, in turns, and their ratio."""
    use("compiled")
    if library() is None:
        print("no compiled kernels here: python hatch_build.py builds them, where there is a C compiler")
        return
    for name, aim in AIMS.items():
        asked = problem(model(name))
        took, found = {"reference": [], "compiled": []}, {}
        for _ in range(ROUNDS):
            for kernel, times in took.items():
                use(kernel)
                begin = time.process_time()
                found[kernel] = estimate(asked)
                times.append(1e3 * (time.process_time() - begin) / SUBJECTS)
        apart = np.abs(found["reference"].objective - found["compiled"].objective).max()
        assert apart <= 1e-3, apart
        before, now = (statistics.median(took[kernel]) for kernel in ("reference", "compiled"))
        print(
            f"{name}: {before:.2f} ms a subject by the reference, {now:.2f} compiled, "
            f"{before / now:.1f} times (aim {aim:g})"
        )


if __name__ == "__main__":
    main()
