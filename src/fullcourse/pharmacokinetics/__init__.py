"""Turn a dose history and a few serum levels into a patient's own curve, its uncertainty and a dose.

The names below are the public face of the level engine. They are loaded when first asked for, so that a command that
needs none of them pays nothing.
"""

from __future__ import annotations

from importlib import import_module

_HOME = {
    "model": (
        "CovariateRelation", "EffectLink", "Elimination", "ErrorKind", "Link", "LinkKind", "Mixture", "Model", "Output",
        "RandomEffects", "RelationKind", "ResidualError", "Site", "Transform", "Transit",
    ),
    "events": ("EventTable", "event_table", "with_points"),
    "simulation.population": ("simulate",),
    "estimation.likelihood": ("Problem", "estimation_problem"),
    "estimation.map_estimate": ("MapEstimate", "estimate"),
    "estimation.nonmem_data": ("read_nonmem", "with_compartments"),
    "estimation.occasion_effects": ("EffectColumns", "effect_columns"),
    "estimation.posterior": ("Posterior", "sample_posterior"),
    "estimation.sampling_times": ("SamplingPlan", "sampling_plan"),
    "inputs.model_files": ("engine_model",),
}  # fmt: skip
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605 the list is made from the table above, so that no name stands twice


def __getattr__(name: str) -> object:
    """Return a public name, loading its module."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module '{__name__}' has no attribute '{name}'")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)
