"""Reminders of a running service, by what was set: by which ways they leave, and the look that its timetable makes."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Final

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.store.opening import Keys
from fullcourse.adapters.messages.files import FileSender
from fullcourse.adapters.messages.message import Sender, Way
from fullcourse.adapters.messages.push import PushKey, PushSender
from fullcourse.adapters.reminders.round import Custom, Reminders
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.serving.timetable import Job, MayGoOn, every
from fullcourse.interfaces.api.settings import Settings
from fullcourse.journey.phone import Rhythm
from fullcourse.knowledge.library import Knowledge

__all__ = ["push_key", "refuse_no_contact", "reminder_jobs", "reminders_of", "ways_of"]

_EVERY: Final = timedelta(minutes=1)


def push_key(keys: Keys) -> PushKey:
    """Return the key by which push services know this service: the same in every process over a store."""
    return PushKey(keys.ring.derive(b"web push"))


def ways_of(settings: Settings) -> frozenset[Way]:
    """Return by which ways messages to patients and supporters leave; none where none was set."""
    pushed = {Way.PUSH} if settings.words("FULLCOURSE_PUSH_SERVICES") else set()
    return frozenset(pushed | ({Way.SMS, Way.MAIL} if settings.text("FULLCOURSE_OUTBOX") else set()))


def refuse_no_contact(settings: Settings) -> None:
    """Refuse to begin where push services are named and no address at which they reach whoever runs this service.

    Raises:
        InputError: It has to be set.
    """
    if Way.PUSH in ways_of(settings) and not settings.text("FULLCOURSE_PUBLIC_URL").startswith("https://"):
        raise InputError(
            "FULLCOURSE_PUSH_SERVICES: a push service wants an https address of whoever sends, and some refuse every "
            "message without one. Set FULLCOURSE_PUBLIC_URL to the address of this service."
        )


def senders_of(settings: Settings, keys: Keys) -> dict[Way, Sender]:
    """Return what sends by each way.

    Args:
        settings: What was set.
        keys: Of access.

    Raises:
        InputError: See `refuse_no_contact`.
    """
    refuse_no_contact(settings)
    senders: dict[Way, Sender] = {}
    if services := settings.words("FULLCOURSE_PUSH_SERVICES"):
        senders[Way.PUSH] = PushSender(push_key(keys), settings.text("FULLCOURSE_PUBLIC_URL"), services)
    if outbox := settings.text("FULLCOURSE_OUTBOX"):
        senders |= dict.fromkeys((Way.SMS, Way.MAIL), FileSender(Path(outbox)))
    return senders


def reminders_of(settings: Settings, knowledge: Knowledge, store: DurableStore, access: Access) -> Reminders:
    """Return everybody who may be reminded, as a process looks at them."""
    again = settings.number("FULLCOURSE_REMIND_AGAIN_MINUTES")
    supporter = timedelta(minutes=settings.number("FULLCOURSE_REMIND_SUPPORTER_MINUTES"))
    custom = Custom(
        Rhythm(timedelta(minutes=again) if again else None, supporter),
        settings.number("FULLCOURSE_PHONE_DAYS"),
        settings.number("FULLCOURSE_REMINDERS_A_DAY"),
    )
    return Reminders(knowledge, store, access, senders_of(settings, access.keys), custom)


def reminder_jobs(service: Service) -> tuple[Job, ...]:
    """Return the look of each minute; none for a service that sends nothing."""
    settings, store, access = service.settings, service.store, service.access
    if store is None or access is None or not ways_of(settings):
        return ()
    reminders = reminders_of(settings, service.knowledge, store, access)

    def look(now: datetime, may_go_on: MayGoOn) -> None:
        reminders.look(now, may_go_on)

    return (Job("reminders", every(_EVERY), look),)
