"""Fullcourse sees a person with tuberculosis safely through the full course of treatment.

The functions of `fullcourse.interfaces.python` are found here when they are first named: importing the package loads
nothing, so that no command waits for what it does not use.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from fullcourse.clinical.errors import InputError as InputError
    from fullcourse.interfaces.python import Answer, ask, check, dose, leaflet, pairs, plan, regimen

__all__ = ["Answer", "InputError", "__version__", "ask", "check", "dose", "leaflet", "pairs", "plan", "regimen"]

__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    if name not in __all__:
        raise AttributeError(f"module 'fullcourse' has no attribute '{name}'")
    home = "fullcourse.clinical.errors" if name == "InputError" else "fullcourse.interfaces.python"
    found = globals()[name] = getattr(import_module(home), name)
    return found


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
