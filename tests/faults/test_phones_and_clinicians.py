"""Whatever gets lost, doubled, late or out of order between five devices and a store, they end with one course.

The stores that are planted here each have one fault that such a store could have: the machine must find every one.
"""

from collections.abc import Callable, Iterable
from datetime import datetime

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from effort import examples, rounds
from fullcourse.adapters.store.contract import Appended, Recorder, SetAside
from fullcourse.adapters.store.memory import MemoryRecorder
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import DoseSkipped, UnknownKind
from phones import PhonesAndClinicians

ALL = list(HealthCheck)


class InMemory(PhonesAndClinicians):
    open_store = MemoryRecorder


TestInMemory = InMemory.TestCase
TestInMemory.settings = settings(
    max_examples=rounds(25, 1000), stateful_step_count=50, deadline=None, suppress_health_check=ALL
)


class Planted(Recorder):
    """A store with a fault."""

    def __init__(self) -> None:
        self.right = MemoryRecorder()

    def append(self, events: Iterable[Event], received_at: datetime) -> tuple[Appended, ...]:
        return self.right.append(events, received_at)

    def events(self, patient: str) -> tuple[Event, ...]:
        return self.right.events(patient)

    def set_aside(self, patient: str) -> tuple[SetAside, ...]:
        return self.right.set_aside(patient)

    def patients(self) -> Iterable[str]:
        return self.right.patients()


class LosesWhatItAcknowledged(Planted):
    def append(self, events: Iterable[Event], received_at: datetime) -> tuple[Appended, ...]:
        listed = list(events)
        self.right.append([it for it in listed if not it.id.endswith("7")], received_at)
        return (Appended.NEW,) * len(listed)


class ForgetsWhatItHadOnceItIsLong(Planted):
    def events(self, patient: str) -> tuple[Event, ...]:
        return super().events(patient)[-6:]


class KeepsADoubleTwice(Planted):
    def append(self, events: Iterable[Event], received_at: datetime) -> tuple[Appended, ...]:
        listed = list(events)
        self.double = [it for it in listed if listed.count(it) > 1]
        return super().append(listed, received_at)

    def events(self, patient: str) -> tuple[Event, ...]:
        return (*super().events(patient), *getattr(self, "double", ()))


class LetsTheLastOneWin(Planted):
    def events(self, patient: str) -> tuple[Event, ...]:
        last = {aside.event.id: aside.event for aside in self.set_aside(patient)}
        return tuple(last.get(it.id, it) for it in super().events(patient))


class ForgetsWhatItSetAside(Planted):
    def set_aside(self, patient: str) -> tuple[SetAside, ...]:
        return ()


class PutsEventsInOrderOfTheClock(Planted):
    def events(self, patient: str) -> tuple[Event, ...]:
        return tuple(sorted(super().events(patient), key=lambda it: it.received_at or it.recorded_at))


class DropsWhatItDoesNotKnow(Planted):
    def events(self, patient: str) -> tuple[Event, ...]:
        return tuple(it for it in super().events(patient) if not isinstance(it.body, UnknownKind))


class CallsASecondBodyTheSame(Planted):
    def append(self, events: Iterable[Event], received_at: datetime) -> tuple[Appended, ...]:
        became = super().append(events, received_at)
        return tuple(Appended.SAME if it is Appended.SET_ASIDE else it for it in became)


class HearsOneWitnessOnly(Planted):
    def events(self, patient: str) -> tuple[Event, ...]:
        return tuple(it for it in super().events(patient) if not isinstance(it.body, DoseSkipped))


FAULTY = (
    LosesWhatItAcknowledged, ForgetsWhatItHadOnceItIsLong, KeepsADoubleTwice, LetsTheLastOneWin, ForgetsWhatItSetAside,
    PutsEventsInOrderOfTheClock, DropsWhatItDoesNotKnow, CallsASecondBodyTheSame, HearsOneWitnessOnly,
)  # fmt: skip


def run(store: Callable[[], Recorder]) -> None:
    class Machine(PhonesAndClinicians):
        open_store = store

    run_until_found(Machine)


def run_until_found(machine: type[PhonesAndClinicians]) -> None:
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=examples(200), stateful_step_count=50, deadline=None, suppress_health_check=ALL, database=None,
            phases=[Phase.generate], derandomize=True, report_multiple_bugs=False,
        ),
    )  # fmt: skip


@pytest.mark.parametrize("faulty", FAULTY)
def test_a_store_with_a_fault_is_found(faulty: type[Recorder]):
    with pytest.raises(AssertionError):
        run(faulty)


def test_a_restart_that_forgets_is_found():
    class Machine(PhonesAndClinicians):
        open_store = MemoryRecorder

        def reopened(self, store: Recorder) -> Recorder:
            return MemoryRecorder()

    with pytest.raises(AssertionError):
        run_until_found(Machine)


def test_a_fold_that_depends_on_order_is_found(monkeypatch: pytest.MonkeyPatch):
    import phones

    right = phones.fold

    def by_arrival(events: Iterable[Event]):
        listed = list({it.id: it for it in events}.values())  # the last one wins
        return right(listed)

    monkeypatch.setattr(phones, "fold", by_arrival)
    with pytest.raises(AssertionError):
        run(MemoryRecorder)


def test_a_count_that_takes_two_witnesses_for_two_doses_is_found(monkeypatch: pytest.MonkeyPatch):
    import phones

    right = phones.intakes_of
    monkeypatch.setattr(
        phones, "intakes_of", lambda claims, late: tuple(one for it in claims for one in right([it], late))
    )
    with pytest.raises(AssertionError, match="an intake counts twice"):
        run(MemoryRecorder)
