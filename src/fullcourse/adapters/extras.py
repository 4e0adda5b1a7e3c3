"""The one door to packages that a bare install leaves out: a missing one is said in words, never as a traceback."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from fullcourse.clinical.errors import InputError

__all__ = ["needed", "needs"]


def needed(package: str, extra: str, what: str) -> ModuleType:
    """Import a package of an extra.

    Args:
        package: Name of the module.
        extra: Of this software, which brings it.
        what: What needs it, for the message.

    Raises:
        InputError: It is not installed.
    """
    with needs(extra, what):
        return importlib.import_module(package)
    raise AssertionError  # not reached: the import returns or raises


@contextmanager
def needs(extra: str, what: str) -> Iterator[None]:
    """Turn an import that fails for want of an extra into words.

    Args:
        extra: Of this software, which brings what is imported within.
        what: What needs it, for the message.

    Raises:
        InputError: A package of others is not installed.
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] == __name__.partition(".")[0]:
            raise  # a module of ours that is not there is our own fault
        raise InputError(
            f"{what} needs fullcourse[{extra}], which is not installed. Install it: pip install 'fullcourse[{extra}]'."
        ) from None
