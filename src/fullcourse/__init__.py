"""Fullcourse sees a person with tuberculosis safely through the full course of treatment.

The functions of `fullcourse.interfaces.python` are found here when they are first named: importing the package loads
nothing, so that no command waits for what it does not use.
"""

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fullcourse.clinical.errors import InputError as InputError
    from fullcourse.interfaces.python import (
        Answer,
        ask,
        check,
        dose,
        leaflet,
        levels,
        missed,
        monitor,
        outcome,
        overdose,
        pairs,
        plan,
        regimen,
        spark,
        triage,
    )

__all__ = [
    "Answer",
    "InputError",
    "__version__",
    "ask",
    "check",
    "dose",
    "leaflet",
    "levels",
    "missed",
    "monitor",
    "outcome",
    "overdose",
    "pairs",
    "plan",
    "regimen",
    "spark",
    "triage",
]

__version__ = "0.1.0"

_SURFACE = "fullcourse.interfaces.python"


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'fullcourse' has no attribute '{name}'")
    if name in ("levels", "spark"):  # modules of their own: who checks a record waits for no numerics and no cluster
        found: object = import_module(f"{_SURFACE}.{name}")
    else:
        found = getattr(import_module("fullcourse.clinical.errors" if name == "InputError" else _SURFACE), name)
    globals()[name] = found
    return found


class _Package(ModuleType):
    """The package, whose function ``triage`` keeps its name from the step ``fullcourse.triage``.

    The import system puts every subpackage that is loaded among the names of its parent, and would put this one over
    the function. The step is still imported by its path.
    """

    @property
    def triage(self) -> object:
        return import_module(_SURFACE).triage

    @triage.setter
    def triage(self, step: ModuleType) -> None:
        """Leave the name to the function."""


sys.modules[__name__].__class__ = _Package


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
