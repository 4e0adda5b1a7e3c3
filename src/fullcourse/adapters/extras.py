"""The one door to packages that a bare install leaves out: a missing one is said in words, never as a traceback."""

import importlib
from types import ModuleType

from fullcourse.clinical.errors import InputError

__all__ = ["needed"]


def needed(package: str, extra: str, what: str) -> ModuleType:
    """Import a package of an extra.

    Args:
        package: Name of the module.
        extra: Of this software, which brings it.
        what: What needs it, for the message.

    Raises:
        InputError: It is not installed.
    """
    try:
        return importlib.import_module(package)
    except ImportError:
        raise InputError(
            f"{what} needs fullcourse[{extra}], which is not installed. Install it: pip install 'fullcourse[{extra}]'."
        ) from None
