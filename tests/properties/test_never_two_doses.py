"""No sequence of events, clock change, zone change or order of arrival makes two doses advised together.

A patient lives through weeks in which clocks change, asks at any time, follows the advice or forgets it, takes doses
nobody advised, is seen by a supporter, travels, gets other plans, corrects what was logged; every question is asked of
the log in another order and with repetitions.
"""

import random
from datetime import UTC, datetime, timedelta

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from course_cases import course
from course_events import event, plan
from effort import examples
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical import Claim, Event
from fullcourse.clinical.event_bodies import (
    DoseSkipped,
    DoseTaken,
    Held,
    PlanActivated,
    PlanChanged,
    Resumed,
    Retracted,
)
from fullcourse.course.advice import Advice, Verdict, advise

ZONES = ("Europe/Paris", "America/New_York", "Asia/Kathmandu", "Africa/Casablanca", "Pacific/Auckland")
STARTS = (
    datetime(2026, 3, 6, 7, tzinfo=UTC),
    datetime(2026, 3, 27, 7, tzinfo=UTC),
    datetime(2026, 10, 23, 7, tzinfo=UTC),
)
PLANS = {
    "250 mg q12h": 12.0,
    "250 mg q8h": 8.0,
    "250 mg at 08:30 + 250 mg at 12:30": 4.0,
    "250 mg morning + 500 mg evening": 12.0,
    "500 mg once a day": 24.0,
    "250 mg q36h": 36.0,
    "500 mg M-W-F": 48.0,
}
"""Plans with their smallest interval by the clock, h."""
DRUGS = ("cycloserine", "rifampin", "bedaquiline", "clofazimine", "delamanid")


class Treatment(RuleBasedStateMachine):
    """A patient, and what is advised."""

    @initialize(
        drug=st.sampled_from(DRUGS),
        dose=st.sampled_from(sorted(PLANS)),
        zone=st.sampled_from(ZONES),
        start=st.sampled_from(STARTS),
        profile=st.sampled_from(["us", "who"]),
        trouble=st.sets(st.sampled_from(["unasked", "seen", "denied", "changed", "held"]), max_size=2),
    )
    def begin(self, drug: str, dose: str, zone: str, start: datetime, profile: str, trouble: set[str]) -> None:
        self.trouble = trouble  # few kinds at a time, or nearly every answer would be to call
        self.drug, self.profile, self.now, self.zone = drug, profile, start, zone
        self.log: list[Event] = []
        self.taken: list[datetime] = []
        self.order = random.Random(7)
        self.least_h = PLANS[dose]
        self.plan(dose, PlanActivated)

    def plan(self, dose: str, kind: type) -> None:
        day = load_zone(self.zone).local(self.now).date()
        self.least_h = PLANS[dose]
        made = plan(f"{self.drug}: {dose}", start=day, zone=self.zone)
        self.log.append(event(kind(made, "Dr A"), self.now, actor="clinician", zone=self.zone))

    def ask(self) -> Advice:
        log = [*self.log, *self.log[:2]]
        self.order.shuffle(log)
        return advise(course(log, self.profile), self.drug, self.now)

    def swallow(self, slot: str = "") -> None:
        self.taken.append(self.now)
        self.log.append(event(DoseTaken(self.drug, 250.0, slot), self.now, zone=self.zone))

    @rule(minutes=st.integers(1, 1500))
    def time_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(minutes=st.integers(1, 90))
    def a_while_passes(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    @rule(late=st.sampled_from([0, 30, 119, 121, 240, 300, 359, 361, 500]))
    def comes_late_to_the_next_dose_and_takes_it_if_told(self, late: int) -> None:
        advice = self.ask()
        if advice.next_at is not None and advice.next_at > self.now:
            self.now = advice.next_at + timedelta(minutes=late)
            self.asks(obeys=True)

    @rule(late=st.integers(10, 700))
    def takes_a_late_dose_that_was_to_be_skipped(self, late: int) -> None:
        advice = self.ask()
        if advice.next_at is not None and advice.next_at > self.now:
            self.now = advice.next_at + timedelta(minutes=late)
            advice = self.ask()
            if advice.verdict is Verdict.SKIP and advice.slot is not None:
                self.swallow(advice.slot.id)
                if advice.next_at is not None and advice.next_at > self.now:
                    self.now = advice.next_at
                    self.asks(obeys=True)

    @rule(minutes=st.integers(0, 400))
    def tells_of_the_last_dose_later_than_it_was(self, minutes: int) -> None:
        """The log holds another time for a dose, and the later of the two counts."""
        if self.taken and self.taken[-1] + timedelta(minutes=minutes) <= self.now:
            said = next(one for one in reversed(self.log) if isinstance(one.body, DoseTaken))
            at = self.taken[-1] + timedelta(minutes=minutes)
            self.taken.append(at)
            self.log.append(event(DoseTaken(self.drug, 250.0), at, supersedes=said.id, recorded_at=self.now))

    @rule(obeys=st.booleans())
    def asks(self, obeys: bool) -> None:
        advice = self.ask()
        if advice.verdict is not Verdict.TAKE_NOW:
            return
        # A clock change takes at most an hour from an interval, and half of that from the least gap.
        least = timedelta(hours=(self.least_h - 1.0) / 2)
        assert all(self.now - at >= least for at in self.taken), (advice, self.taken)
        assert advice.next_at is None or advice.next_at - self.now >= least, advice
        if obeys:
            self.swallow()

    @precondition(lambda self: "unasked" in self.trouble)
    @rule()
    def takes_a_dose_unasked(self) -> None:
        self.swallow()

    @precondition(lambda self: "seen" in self.trouble)
    @rule(late=st.integers(0, 3000))
    def a_supporter_saw_a_dose(self, late: int) -> None:
        if self.taken:
            at = self.taken[-1]
            self.log.append(
                event(
                    DoseTaken(self.drug, 250.0),
                    at,
                    recorded_at=at + timedelta(minutes=late),
                    actor="supporter",
                    claim=Claim.SUPPORTER,
                    device="tablet",
                )
            )

    @precondition(lambda self: "denied" in self.trouble)
    @rule()
    def says_that_none_was_taken(self) -> None:
        self.log.append(event(DoseSkipped(self.drug), self.now))

    @precondition(lambda self: "changed" in self.trouble)
    @rule(dose=st.sampled_from(sorted(PLANS)), zone=st.sampled_from(ZONES))
    def the_plan_changes(self, dose: str, zone: str) -> None:
        self.zone = zone
        self.plan(dose, PlanChanged)

    @precondition(lambda self: "held" in self.trouble)
    @rule(reason=st.sampled_from(["side effects", "result"]))
    def is_held(self, reason: str) -> None:
        self.log.append(event(Held((self.drug,), reason), self.now, actor="clinician"))

    @rule()
    def is_resumed(self) -> None:
        self.log.append(event(Resumed(), self.now, actor="clinician"))

    @rule()
    def takes_back_a_note_of_a_dose_not_taken(self) -> None:
        skipped = [one for one in self.log if isinstance(one.body, DoseSkipped)]
        if skipped:
            self.log.append(event(Retracted(), self.now, supersedes=skipped[-1].id))


TestTreatment = Treatment.TestCase
TestTreatment.settings = settings(
    max_examples=examples(60), stateful_step_count=40, deadline=None, suppress_health_check=list(HealthCheck)
)
