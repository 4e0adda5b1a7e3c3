"""Opens what a service needs: the knowledge, the store, the door; all of it, or in words why not."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from fullcourse.adapters.access.access import open_access
from fullcourse.adapters.knowledge_cache import knowledge_here
from fullcourse.adapters.store.opening import default_store, open_store
from fullcourse.interfaces.api.access.door import Door
from fullcourse.interfaces.api.reminding import refuse_no_contact
from fullcourse.interfaces.api.service import Doorkeeper, Service
from fullcourse.interfaces.api.settings import Settings

__all__ = ["opened_service"]

_WAIT_S = 5.0
"""For so long another program that has the store is waited for: a command that just ends."""


@contextmanager
def opened_service(settings: Settings, door: Doorkeeper | None = None) -> Iterator[Service]:
    """Open what a service needs, and close it in the end: last what others still write to.

    Args:
        settings: What was set.
        door: Who tells who calls, in the place of the one that knows the accounts.

    Raises:
        InputError: The store cannot be opened, or what was set does not fit together.
        KnowledgeError: The knowledge is faulty.
    """
    refuse_no_contact(settings)
    knowledge, place = knowledge_here(), settings.text("FULLCOURSE_DATABASE_URL") or default_store()
    named = settings.text("FULLCOURSE_KEY_FILE")
    key_file = Path(named) if named else None
    with (
        open_store(place, key_file=key_file, wait_s=_WAIT_S) as store,
        closing(open_access(place, key_file=key_file, wait_s=_WAIT_S)) as access,
    ):
        service = Service(settings, knowledge, door or Door(access, settings), store, access=access)
        with service.ends:
            yield service
