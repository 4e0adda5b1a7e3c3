"""Exposures of many patients from those of few: worked out on a lattice of clearances, and read between its points.

In a linear model concentrations are proportional to the bioavailable dose, and to 1 over the volume when every volume
and clearance grows alike. What is left of a patient's covariates is then one number in most published models: the
logarithm of clearance over volume. Each draw's exposures are worked out by the engine at evenly spaced points of it,
and read between them by a cubic through four. The points are the same whoever else is in the register.

Where more than one number is left, or the model is not linear, a patient is handed back to be worked out alone.
"""

import dataclasses
import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from fullcourse.cohort.levels.exposure import Measures
from fullcourse.pharmacokinetics.advice.exposure import Draws
from fullcourse.pharmacokinetics.engine.individual import individual_parameters
from fullcourse.pharmacokinetics.model import F64, CovariateRelation, Model, RelationKind, Transform

__all__ = ["SPACING", "Lattice", "can_be_read"]

SPACING: Final = 0.02
"""Distance of two points, in the natural logarithm of clearance over volume."""

BLOCK: Final = 64
"""Patients read at once, so that their draws stay in the fast memory of a core."""

FOUND_BY_ENGINE: Final = frozenset({"dose_mg", "treatment_day", "time_h"})
TINY: Final = 1e-300
"""What a level of 0 is taken for, so that it has a logarithm."""

SCALE_FREE: Final = frozenset({Transform.LOG_NORMAL, Transform.BOX_COX, Transform.PROPORTIONAL})
"""Effects that multiply a parameter, so that they do not depend on its size."""


@dataclass(frozen=True, slots=True)
class _Shape:
    """How a model depends on covariates.

    Attributes:
        bare: The model without the relations that a patient's covariates enter.
        patient: The relations that they enter.
        litres: Parameters that carry litres: clearances and volumes, the central volume first.
        lead: The one parameter that is left; empty for none.
        scales: Whether bioavailability multiplies levels and is left out of what is left.
    """

    bare: Model
    patient: tuple[CovariateRelation, ...]
    litres: tuple[str, ...]
    lead: str
    scales: bool


def can_be_read(model: Model) -> bool:
    """Return whether exposures under a model can be read between points."""
    return _shape_of(model) is not None


def _shape_of(model: Model) -> _Shape | None:
    if not model.is_linear or len(model.sites) != 1 or model.computed:  # of computed parameters nothing is known here
        return None
    known = FOUND_BY_ENGINE | ({model.mixture.covariate} if model.mixture else frozenset())
    kept = tuple(relation for relation in model.relations if relation.covariate in known)
    patient = tuple(relation for relation in model.relations if relation.covariate not in known)
    added = {relation.parameter for relation in model.relations if relation.kind is RelationKind.ADDED}
    if added & {relation.parameter for relation in kept}:
        return None
    disposition = ("vc", "q", "vp", "q2", "vp2")[: 2 * model.compartments - 1]
    seen = model.outputs[0].volume
    litres = tuple(dict.fromkeys((*disposition, "cl", *([seen] if seen else []))))
    links = (*model.between_subjects.links, *model.between_occasions.links)
    free = {link.parameter: link.transform in SCALE_FREE for link in reversed(links)}
    if seen is None or not all(free.get(name, True) for name in litres):
        return None
    changed = {relation.parameter for relation in patient} - _of_links_alone(model, litres)
    bioavailability = model.sites[0].bioavailability
    scales = bioavailability is not None and free.get(bioavailability, True)
    if scales and bioavailability:
        changed.discard(bioavailability)
    if "vc" in changed:
        changed = changed - {"vc"} | {name for name in litres if name != "vc"}
    if len(changed) > 1 or (changed and model.parameters[next(iter(changed))] <= 0.0):
        return None
    bare = dataclasses.replace(model, relations=kept)
    return _Shape(bare, patient, litres, next(iter(changed), ""), scales)


def _of_links_alone(model: Model, litres: Sequence[str]) -> set[str]:
    """Return parameters of metabolites and effect compartments, which never act on the drug itself."""
    of_links = {
        name
        for link in model.links
        for name in (link.fraction, link.clearance, link.volume, link.rate_in, link.rate_out)
        if name
    }
    return of_links - set(litres)


class Lattice:
    """Exposures of the draws of one model under one plan, at points that are worked out when they are first needed."""

    def __init__(self, draws: Draws, measure: Callable[[Draws], Measures]) -> None:
        """Take the draws, whose covariates are those that draws do not share, and what is measured of them.

        Raises:
            ValueError: The model cannot be read between points; see `can_be_read`.
        """
        shape = _shape_of(draws.model)
        if shape is None:
            raise ValueError(f"{draws.model.name} cannot be read between points")
        self._shape, self._draws, self._measure = shape, draws, measure
        self._typical = dataclasses.replace(draws.model, relations=shape.patient)
        self._points: dict[int, F64] = {}

    @property
    def points(self) -> int:
        """Return how many points were worked out so far."""
        return len(self._points)

    def read(self, covariates: Mapping[str, F64], count: int) -> Iterator[tuple[slice, Measures]]:
        """Yield the exposures of patients, a block at a time; each measure has the shape (patients, draws).

        Args:
            covariates: Name to one value for each patient.
            count: How many patients.
        """
        place, scale = self._place(covariates, count)
        below = np.floor(place / SPACING).astype(np.int64)
        weights = _cubic(place / SPACING - below)
        numbers = np.unique(below[:, None] + np.arange(-1, 3))
        table = np.stack([self._point(int(number)) for number in numbers])
        row = np.searchsorted(numbers, below - 1)
        for first in range(0, count, BLOCK):
            part = slice(first, min(first + BLOCK, count))
            near = row[part, None] + np.arange(4)
            logs = np.einsum("pk,pkmn->mpn", weights[part], table[near], optimize=False)
            yield part, Measures(*(np.exp(logs) * scale[part, None]))

    def _place(self, covariates: Mapping[str, F64], count: int) -> tuple[F64, F64]:
        """Return where each patient lies on the lattice, and by what levels are multiplied there."""
        values = {name: np.asarray(value, np.float64).reshape(-1, 1) for name, value in covariates.items()}
        typical = individual_parameters(self._typical, values)

        def ratio(name: str) -> F64:
            return np.broadcast_to(np.asarray(typical[name])[:, 0], (count,)) / self._shape.bare.parameters[name]

        lead, volume = self._shape.lead, ratio("vc")
        scale = 1.0 / volume
        site = self._shape.bare.sites[0]
        if self._shape.scales and site.bioavailability:
            scale = scale * ratio(site.bioavailability)
        if not lead:
            return np.zeros(count), scale
        return np.log(ratio(lead) / (volume if lead in self._shape.litres else 1.0)), scale

    def _point(self, number: int) -> F64:
        """Return the logarithms of the exposures at one point, ``(3, draws)``."""
        point = self._points.get(number)
        if point is None:
            bare, lead = self._shape.bare, self._shape.lead
            typical = dict(bare.parameters)
            if lead:
                typical[lead] *= math.exp(number * SPACING)
            model = dataclasses.replace(bare, parameters=typical)
            measured = self._measure(dataclasses.replace(self._draws, model=model))
            whole = np.stack([measured.auc24, measured.peak, measured.trough])
            point = self._points[number] = np.log(np.maximum(whole, TINY))
        return point


def _cubic(share: F64) -> F64:
    """Return Lagrange's weights of the points -1, 0, 1, 2 at a share of the way from 0 to 1, ``(P, 4)``."""
    t = share[:, None]
    return np.concatenate(
        [
            -t * (t - 1.0) * (t - 2.0) / 6.0,
            (t + 1.0) * (t - 1.0) * (t - 2.0) / 2.0,
            -(t + 1.0) * t * (t - 2.0) / 2.0,
            (t + 1.0) * t * (t - 1.0) / 6.0,
        ],
        axis=1,
    )
