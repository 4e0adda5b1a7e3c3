"""Say what is wrong with the description of a model: names that lead nowhere, numbers that cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from fullcourse.pharmacokinetics.model_words import ELAPSED, Elimination, LinkKind, RelationKind, Transform

if TYPE_CHECKING:
    from fullcourse.pharmacokinetics.model import Link, Model, RandomEffects

__all__ = ["model_faults"]

_COMPARTMENTS = ("central", "vp", "vp2")
_DRIFTING = ("vmax", "km", "cl")
_SMOOTH = (RelationKind.LINEAR, RelationKind.EXPONENTIAL, RelationKind.EMAX)
_DISPOSITION = {1: ("vc",), 2: ("vc", "q", "vp"), 3: ("vc", "q", "vp", "q2", "vp2")}
_ELIMINATION = {
    Elimination.LINEAR: ("cl",),
    Elimination.MICHAELIS_MENTEN: ("vmax", "km"),
    Elimination.AUTO_INHIBITION: ("cl", "rclf", "ic50", "kic"),
    Elimination.AUTO_INDUCTION: ("cl", "emax", "ec50", "kenz"),
    Elimination.MICHAELIS_MENTEN_AUTO_INDUCTION: ("vmax", "km", "emax", "ec50", "kenz"),
}


def model_faults(model: Model) -> list[str]:
    """Return everything by which a model contradicts itself."""
    faults = [*_name_faults(model), *_number_faults(model), *_computed_faults(model), *_drift_faults(model)]
    for level, effects in (("subjects", model.between_subjects), ("occasions", model.between_occasions)):
        faults += _effect_faults(level, effects, set(model.parameters))
    return faults


def _references(model: Model) -> list[tuple[str, str]]:
    """Return every (where, parameter name) that the model's parts refer to."""
    found: list[tuple[str, str]] = []
    for name in (*_DISPOSITION.get(model.compartments, ()), *_ELIMINATION[model.elimination]):
        found.append(("structure", name))
    for site in model.sites:
        names = [site.ka, site.lag, site.duration, site.rate, site.bioavailability, site.fraction]
        if site.transit:
            names += [site.transit.n, site.transit.mtt]
        found += [(f"site '{site.name}'", name) for name in names if name]
    for link in model.links:
        found += [(f"link '{link.name}'", name) for name in link.named]
    found += [(f"output '{output.name}'", output.volume) for output in model.outputs if output.volume]
    found += [("covariate relation", relation.parameter) for relation in model.relations]
    return found


def _name_faults(model: Model) -> list[str]:
    """Return faults in names: a parameter, a source or a covariate that does not exist."""
    faults = [] if model.compartments in _DISPOSITION else ["compartments must be 1, 2 or 3"]
    for where, name in _references(model):
        if name not in model.parameters:
            faults.append(f"{where} needs a parameter '{name}', which has no value")
    sources = {"central"}
    for link in model.links:
        if link.source not in sources:
            faults.append(f"link '{link.name}' follows '{link.source}', which is not defined before it")
        sources.add(link.name)
        faults += _link_faults(model, link)
    formed = [link.name for link in model.links if link.kind is LinkKind.METABOLITE]
    for site in model.sites:
        if site.target not in (*_COMPARTMENTS, *formed):
            faults.append(f"site '{site.name}' enters '{site.target}', which is no compartment and no metabolite")
    faults += [f"output '{o.name}' measures '{o.source}'" for o in model.outputs if o.source not in sources]
    if not model.sites:
        faults.append("no site where a dose can enter")
    if not model.outputs:
        faults.append("no output that can be measured")
    return faults


def _link_faults(model: Model, link: Link) -> list[str]:
    """Return faults of a link with a peripheral compartment of its own."""
    if not (link.q or link.vp):
        return []
    if not (link.q and link.vp and link.volume) or link.kind is not LinkKind.METABOLITE:
        return [f"link '{link.name}' needs a volume, 'q' and 'vp' for a peripheral compartment, and to be a metabolite"]
    if model.elimination is not Elimination.LINEAR:
        return [f"link '{link.name}' has a peripheral compartment, which is solved after a linear elimination alone"]
    return []


def _computed_faults(model: Model) -> list[str]:
    """Return faults of parameters that follow from others."""
    faults, known = [], set(model.parameters) - {computed.name for computed in model.computed}
    changed = {relation.parameter for relation in model.relations}
    for effects in (model.between_subjects, model.between_occasions):
        changed |= {link.parameter for link in effects.links}
    for computed in model.computed:
        for name in computed.of:
            if name not in known:
                faults.append(f"computed '{computed.name}' needs '{name}', which is not known before it")
        if computed.name not in model.parameters:
            faults.append(f"computed '{computed.name}' has no typical value")
        if computed.name in changed:
            faults.append(f"computed '{computed.name}' has a relation or a random effect: put it on what it is made of")
        known.add(computed.name)
    return faults


def _drift_faults(model: Model) -> list[str]:
    """Return faults of relations with the time that passes."""
    faults = []
    for relation in model.relations:
        if relation.covariate != ELAPSED:
            continue
        if model.elimination is not Elimination.MICHAELIS_MENTEN or relation.parameter not in _DRIFTING:
            faults.append(
                f"'{relation.parameter}' drifts with the time that passes, as 'vmax', 'km' and 'cl' may where "
                "elimination is michaelis_menten"
            )
        if relation.kind not in _SMOOTH:
            faults.append(f"'{relation.parameter}' drifts by a relation that is not linear, exponential or emax")
    return faults


def _number_faults(model: Model) -> list[str]:
    """Return faults in numbers: typical values and residual errors."""
    faults = []
    for name, value in model.parameters.items():
        if not np.isfinite(value) or value < 0.0:
            faults.append(f"parameter '{name}' is {value}, which must be finite and not negative")
    for output in model.outputs:
        error = output.residual
        if error is None:
            continue
        if min(error.a, error.b) < 0.0 or not np.isfinite([error.a, error.b, error.c]).all():
            faults.append(f"residual error of '{output.name}' is negative or not finite")
        elif error.a + error.b == 0.0:
            faults.append(f"residual error of '{output.name}' is zero, so no level could be weighed")
    if model.mixture and abs(sum(model.mixture.probabilities) - 1.0) > 1e-9:
        faults.append("mixture probabilities do not sum to 1")
    return faults


def _effect_faults(level: str, effects: RandomEffects, parameters: set[str]) -> list[str]:
    """Return faults of one level of random effects: shapes, names, and a covariance that is not one."""
    where = f"random effects between {level}"
    count = effects.count
    matrix = np.asarray(effects.covariance, dtype=np.float64)
    if matrix.shape != (count, count):
        return [f"{where}: covariance has shape {matrix.shape}, expected {(count, count)}"]
    faults = []
    for link in effects.links:
        if link.parameter not in parameters:
            faults.append(f"{where}: no parameter '{link.parameter}'")
        if not 0 <= link.effect < count:
            faults.append(f"{where}: link to effect {link.effect}, but there are {count}")
        if link.transform in (Transform.BOX_COX, Transform.LOGIT_BOX_COX) and link.shape == 0.0:
            faults.append(f"{where}: Box-Cox shape of '{link.parameter}' must not be 0")
    if count:
        symmetric = np.isfinite(matrix).all() and np.allclose(matrix, matrix.T, rtol=1e-9, atol=0.0)
        if not symmetric or np.linalg.eigvalsh(matrix).min() <= 0.0:
            faults.append(f"{where}: covariance is not positive definite")
    factor = effects.unobserved_sd_factor
    if factor is not None and (np.shape(factor) != (count,) or np.any(np.asarray(factor) <= 0.0)):
        faults.append(f"{where}: unobserved_sd_factor needs {count} positive values")
    return faults
