"""Opens what a service needs: the knowledge, the store, the door; all of it, or in words why not."""

from collections.abc import Iterator
from contextlib import contextmanager

from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.store.opening import default_store, open_store
from fullcourse.interfaces.api.service import Doorkeeper, Service
from fullcourse.interfaces.api.settings import Settings

__all__ = ["opened_service", "store_place"]

_WAIT_S = 5.0
"""For so long another program that has the store is waited for: a command that just ends."""


def store_place(settings: Settings) -> str:
    """Return where courses are kept."""
    return settings.text("FULLCOURSE_DATABASE_URL") or default_store()


@contextmanager
def opened_service(settings: Settings, door: Doorkeeper | None = None) -> Iterator[Service]:
    """Open what a service needs, and close it in the end.

    Args:
        settings: What was set.
        door: Who tells who calls, in the place of the one that accounts are kept for.

    Raises:
        InputError: The store cannot be opened.
        KnowledgeError: The knowledge is faulty.
    """
    knowledge = knowledge_here()
    with open_store(store_place(settings), wait_s=_WAIT_S) as store:
        yield Service(settings, knowledge, door or Doorkeeper(), store)
