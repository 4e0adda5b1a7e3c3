"""Three phones, two clinicians and one store, between which everything gets lost, doubled and late that can.

The machine plays the people and the network, and keeps its own book of what must be true. It is run on every store:
a test inherits it and says how a store is made and made anew after a restart.
"""

import random
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from course_digest import digest
from course_events import event, new_id, plan
from fullcourse.adapters.store.contract import Appended, Recorder
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Claim, Event
from fullcourse.clinical.event_bodies import (
    Body,
    DoseSkipped,
    DoseTaken,
    Held,
    Note,
    PlanActivated,
    Result,
    Resumed,
    Retracted,
    Symptom,
    UnknownKind,
)
from fullcourse.course.fold import append, fold
from fullcourse.course.intakes import intakes_of, is_intake
from fullcourse.course.schedule import Slot, slots_of
from fullcourse.course.standing import Standing, standings_of
from fullcourse.course.timeline import timeline_of

__all__ = ["Device", "PhonesAndClinicians"]

DRUG = "cycloserine"
START = datetime(2026, 3, 26, 7, tzinfo=UTC)  # three days before the clocks change
ZONE = "Europe/Paris"
DAYS = 12
LATE_AFTER_H = 2.0
PEOPLE = (
    ("phone", "patient", Claim.SELF),
    ("tablet", "patient", Claim.SELF),
    ("supporter's phone", "supporter", Claim.SUPPORTER),
    ("clinic", "clinician", Claim.SELF),
    ("hospital", "clinician", Claim.SELF),
)
SKEWS = [
    timedelta(),
    timedelta(minutes=3),
    timedelta(hours=-1),
    timedelta(days=1),
    timedelta(days=3652),
    timedelta(days=-9000),
]
HONEST = timedelta(minutes=5)
_patients = count(1)
"""Of all runs: one store may have the patients of many. Nothing else may differ between two runs of the same steps."""


@dataclass
class Device:
    """A phone or a computer.

    Attributes:
        name: Whose it is.
        actor: Who uses it.
        claim: How its user knows what they say.
        installed: How often the program was installed on it.
        skew: How far its clock is off.
        unsent: What it has to send, oldest first.
        log: Everything that it knows.
    """

    name: str
    actor: str
    claim: Claim
    installed: int = 1
    skew: timedelta = timedelta()
    unsent: list[Event] = field(default_factory=list)
    log: list[Event] = field(default_factory=list)


class PhonesAndClinicians(RuleBasedStateMachine):
    """A course, lived and written down on five devices."""

    open_store: ClassVar[Callable[[], Recorder]]
    """Returns a store, perhaps with other patients in it."""

    def reopened(self, store: Recorder) -> Recorder:
        """Return the store after a restart."""
        return store

    @initialize()
    def begin(self) -> None:
        self.patient = f"synthetic-{next(_patients)}"
        self.numbers = count(10_000_000)  # of events
        self.store = type(self).open_store()
        self.now = self.received = START
        self.devices = [Device(*person) for person in PEOPLE]
        self.order = random.Random(11)
        self.kept: dict[str, Event] = {}  # the book: what was acknowledged as new, by id, in order
        self.aside: list[Event] = []  # what was acknowledged as set aside
        self.swallowed: dict[str, int] = {}  # how often a dose of a slot was really taken
        begun = PlanActivated(plan(f"{DRUG}: 500 mg once a day", start=START.date(), zone=ZONE), "Dr A")
        self.note(self.devices[3], begun)
        self.send(3, how="once", shuffled=False, repeated=False)
        self.what_was_acknowledged_is_there_once_and_in_order()
        (current,) = timeline_of(fold(self.store.events(self.patient)), load_zone)
        self.slots = slots_of(current, DRUG, START, START + timedelta(days=DAYS))

    # What people do.

    @rule(minutes=st.sampled_from([1, 20, 90, 400, 1440, 3000]))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)
        self.received += timedelta(minutes=minutes)

    @rule(phone=st.sampled_from([0, 1]), seen=st.sampled_from([None, 0, 40]), taps=st.sampled_from([1, 1, 2]))
    def takes_a_dose(self, phone: int, seen: int | None, taps: int) -> None:
        slot = self.slot()
        if slot is None or slot.id in self.swallowed:
            return
        self.swallowed[slot.id] = 1
        for _ in range(taps):
            self.note(self.devices[phone], DoseTaken(DRUG, slot.mg, slot.id))
        if seen is not None:
            self.now += timedelta(minutes=seen)
            self.note(self.devices[2], DoseTaken(DRUG, slot.mg, slot.id))

    @rule()
    def takes_a_second_dose_hours_later(self) -> None:
        slot = self.slot()
        if slot is not None and self.swallowed.get(slot.id) == 1:
            self.swallowed[slot.id] = 2
            self.now += timedelta(hours=3)
            self.note(self.devices[0], DoseTaken(DRUG, slot.mg, slot.id))

    @rule(who=st.sampled_from([0, 1, 2]))
    def says_that_none_was_taken(self, who: int) -> None:
        slot = self.slot()
        if slot is not None:
            self.note(self.devices[who], DoseSkipped(DRUG, slot.id))

    @rule(who=st.integers(0, 4), what=st.integers(0, 3))
    def writes_something_else(self, who: int, what: int) -> None:
        bodies: tuple[Body, ...] = (
            Note("slept badly"),
            Symptom("symptom_rash", True),
            Result("level", 21.5, "mg/L"),
            UnknownKind("hologram_shown", '{"a":1}'),
        )
        self.note(self.devices[who], bodies[what])

    @rule(who=st.sampled_from([3, 4]), holds=st.booleans())
    def a_clinician_holds_or_resumes(self, who: int, holds: bool) -> None:
        self.note(self.devices[who], Held((DRUG,), "result") if holds else Resumed((DRUG,)))

    @rule(who=st.integers(0, 4), which=st.integers(0, 30))
    def takes_something_back(self, who: int, which: int) -> None:
        device = self.devices[who]
        known = [one for one in device.log if not isinstance(one.body, PlanActivated | Retracted)]
        if known:
            self.note(device, Retracted("a mistake"), supersedes=known[which % len(known)].id)

    # What devices, clocks and networks do.

    @rule(who=st.integers(0, 4), shuffled=st.booleans(), repeated=st.booleans(),
          how=st.sampled_from(["once", "once", "twice", "answer lost", "cut"]))  # fmt: skip
    def send(self, who: int, how: str, shuffled: bool, repeated: bool) -> None:
        device = self.devices[who]
        batch = list(device.unsent)
        if repeated:
            batch += device.log[-3:]
        if shuffled:
            self.order.shuffle(batch)
        if how == "cut":
            batch = batch[: len(batch) // 2]
        for _ in range(2 if how == "twice" else 1):
            answers = self.store.append(batch, self.received)
            self.write_down(batch, answers)
        if how != "answer lost":
            sent = {id(one) for one in batch}
            device.unsent = [one for one in device.unsent if id(one) not in sent]

    @rule(who=st.integers(0, 4))
    def fetch(self, who: int) -> None:
        device = self.devices[who]
        known = _set(device.log)
        device.log += [one for one in self.everything() if repr(_bare(one)) not in known]

    @rule(who=st.integers(0, 4), skew=st.sampled_from(SKEWS))
    def a_clock_is_set_wrong(self, who: int, skew: timedelta) -> None:
        self.devices[who].skew = skew

    @rule(jump=st.sampled_from([timedelta(hours=-1), timedelta(hours=1), timedelta(days=-400), timedelta(days=3652)]))
    def the_clock_of_the_store_jumps(self, jump: timedelta) -> None:
        if -2 < (self.received + jump - START) / timedelta(days=3652) < 2:
            self.received += jump

    @rule(who=st.integers(0, 4))
    def the_program_is_installed_again(self, who: int) -> None:
        """What was not sent is gone with the old one; what is in the store comes back."""
        device = self.devices[who]
        self.devices[who] = Device(device.name, device.actor, device.claim, device.installed + 1, device.skew)
        self.fetch(who)

    @rule(who=st.integers(0, 4), which=st.integers(0, 30))
    def a_faulty_device_changes_an_event_under_its_id(self, who: int, which: int) -> None:
        device = self.devices[who]
        if device.log:
            first = device.log[which % len(device.log)]
            changed = replace(first, zone="Asia/Kathmandu", received_at=None)
            device.log.append(changed)
            device.unsent.append(changed)

    @precondition(lambda self: len(self.kept) % 4 == 3)
    @rule()
    def the_store_restarts(self) -> None:
        self.store = self.reopened(self.store)

    # What must be true after each step.

    @invariant()
    def what_was_acknowledged_is_there_once_and_in_order(self) -> None:
        assert [_bare(one) for one in self.store.events(self.patient)] == list(self.kept.values())
        assert [_bare(one.event) for one in self.store.set_aside(self.patient)] == self.aside

    @invariant()
    def one_set_of_events_is_one_state(self) -> None:
        whole = self.everything()
        shuffled = [*whole, *whole[:3]]
        self.order.shuffle(shuffled)
        grown = fold(())
        for one in shuffled:
            grown = append(grown, one)
        assert digest(grown) == digest(fold(shuffled)) == digest(fold(whole))

    @invariant()
    def each_intake_counts_once_and_contradictions_are_seen(self) -> None:
        state = fold(self.everything())
        if not self.aside:
            assert list(state.clashes()) == []
        else:
            assert {one.id for one in self.aside} == {one.id for clash in state.clashes() for one in clash}
        horizon = START + timedelta(days=DAYS)
        standings, _ = standings_of(
            state, timeline_of(state, load_zone), DRUG, (START, horizon), self.now, LATE_AFTER_H
        )
        by_slot = {one.slot.id: one for one in standings}
        assert all(slot.id in by_slot for slot in self.slots), "planned doses are gone"
        for slot in self.slots:
            said = self.said_of(slot)
            taken = [one for one in said if is_intake(one)]
            standing = by_slot[slot.id].standing
            assert _set(by_slot[slot.id].claims) == _set(said)
            assert (standing is Standing.DISPUTED) == (0 < len(taken) < len(said))
            assert (standing in (Standing.TAKEN, Standing.LATE)) == (0 < len(taken) == len(said))
            intakes = intakes_of(said, LATE_AFTER_H)
            assert sorted(it.id for it in taken) == sorted(one.id for it in intakes for one in it.claims)
            if taken and all(self.is_honest(one) for one in taken) and len({one.id for one in taken}) == len(taken):
                assert len(intakes) <= self.swallowed[slot.id], "an intake counts twice"

    def teardown(self) -> None:
        """Everybody sends and fetches: all know the same."""
        if not hasattr(self, "devices"):
            return
        for who in (*range(5), *range(5)):
            self.send(who, how="once", shuffled=True, repeated=True)
            self.fetch(who)
        self.what_was_acknowledged_is_there_once_and_in_order()
        whole = digest(fold(self.everything()))
        assert [digest(fold(device.log)) for device in self.devices] == [whole] * 5

    # The book.

    def note(self, device: Device, body: Body, **more: Any) -> None:
        """Have a device write an event down, by its own clock."""
        by_its_clock = self.now + device.skew
        made = event(
            body,
            by_its_clock,
            id=new_id(next(self.numbers)),
            patient=self.patient,
            actor=device.actor,
            claim=device.claim,
            device=f"{device.name} {device.installed}",
            zone=ZONE,
            **more,
        )
        self.really(made)
        device.log.append(made)
        device.unsent.append(made)

    def really(self, made: Event) -> None:
        """Remember when an event was really made."""
        self.__dict__.setdefault("made", {})[made.id] = self.now

    def is_honest(self, one: Event) -> bool:
        """Return whether the clock that an event was written by was right."""
        return bool(abs(one.occurred_at - self.__dict__["made"][one.id]) <= HONEST)

    def slot(self) -> Slot | None:
        """Return the planned dose that is at issue now; None where the time of the test is over."""
        begun = [slot for slot in self.slots if slot.due <= self.now]
        return begun[-1] if begun and self.now - begun[-1].due < timedelta(hours=20) else None

    def everything(self) -> list[Event]:
        """Return all that the store has of the patient, those set aside among them."""
        kept = self.store.events(self.patient)
        return [*kept, *(one.event for one in self.store.set_aside(self.patient))]

    def write_down(self, batch: list[Event], answers: tuple[Appended, ...]) -> None:
        """Check each answer, and remember what was promised."""
        assert len(answers) == len(batch)
        for one, answer in zip(map(_bare, batch), answers, strict=True):
            there = self.kept.get(one.id)
            if there is None:
                expected = Appended.NEW
                self.kept[one.id] = one
            else:
                expected = Appended.SAME if there == one else Appended.SET_ASIDE
                if expected is Appended.SET_ASIDE and one not in self.aside:
                    self.aside.append(one)
            assert answer is expected, (answer, expected)

    def said_of(self, slot: Slot) -> list[Event]:
        """Return what the book has of a planned dose that was not taken back, as far as its time has come."""
        events = [*self.kept.values(), *self.aside]
        back = [one for one in events if isinstance(one.body, Retracted)]
        return [
            one
            for one in events
            if isinstance(one.body, DoseTaken | DoseSkipped)
            and one.body.slot == slot.id
            and one.occurred_at <= self.now
            and not any(
                it.supersedes == one.id
                and it.actor in (one.actor, "clinician")
                and (it.recorded_at, it.id) > (one.recorded_at, one.id)
                for it in back
            )
        ]


def _bare(one: Event) -> Event:
    return replace(one, received_at=None)


def _set(events: Iterable[Event]) -> set[str]:
    return {repr(_bare(one)) for one in events}
