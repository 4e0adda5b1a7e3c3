"""What never happens with reminders, by any log, zone, clock and quiet hours, by any order of looks and failures."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

import course_cases
from course_events import PATIENT, at, event, started
from fullcourse.adapters.messages.message import Message, Sender, Way
from fullcourse.adapters.zones import load_zone
from fullcourse.clinical.event import Event
from fullcourse.clinical.event_bodies import Consent, DoseTaken, Held, Outcome, PlanStopped, ResultInWords
from fullcourse.course.advice import Verdict, advise
from fullcourse.journey.phone import QuietHours, Reminding, Told, reminding_at
from fullcourse.journey.phone.reminders import REMINDERS, SUPPORTER_TOLD
from patients import knowledge
from reminder_clinic import NUMBER, reminder_clinic
from reminder_walks import RHYTHM, agreed

ZONES = ("UTC", "Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Pacific/Kiritimati", "Australia/Lord_Howe")
DRUG = "cycloserine"
FIRST, DAYS = date(2026, 3, 1), 40  # clocks change in it, in New York and in Berlin

clocks = st.builds(time, st.integers(0, 23), st.sampled_from([0, 1, 15, 30, 59]))
quiets = st.builds(QuietHours, clocks, clocks)
moments = st.integers(0, DAYS * 24 * 60 - 1).map(lambda minutes: at(FIRST.isoformat()) + timedelta(minutes=minutes))
doses = st.sampled_from(
    ["250 mg q12h", "250 mg q24h", "250 mg q6h", "250 mg at 23:45", "250 mg at 02:30", "250 mg M-W-F"]
)
people = st.lists(
    st.builds(lambda quiet, supporter: Told("one" if supporter else "", quiet, supporter), quiets, st.booleans()),
    max_size=2, unique_by=lambda it: it.account,
).map(tuple)  # fmt: skip


@st.composite
def said(draw: st.DrawFn) -> Event:
    """Return something that was said, whenever and by whomever."""
    moment = draw(moments)
    body, actor = draw(
        st.sampled_from(
            [
                (Consent(REMINDERS, True), "patient"), (Consent(REMINDERS, False), "patient"),
                (Consent(SUPPORTER_TOLD, True), "patient"), (Consent(SUPPORTER_TOLD, False), "clinician"),
                (Consent(REMINDERS, True), "supporter"), (Consent(SUPPORTER_TOLD, True), "supporter"),
                (DoseTaken(DRUG, 250.0), "patient"), (DoseTaken(DRUG, 250.0), "supporter"),
                (Held((DRUG,), "side effects"), "clinician"), (PlanStopped("clinician", "side effects"), "clinician"),
                (Outcome("died", "who", "synthetic clinician"), "clinician"),
                (ResultInWords("cycloserine_level", "high"), "clinician"),
            ]
        )
    )  # fmt: skip
    return event(body, moment, actor=actor)


logs = st.lists(said(), max_size=6)


def seen(log: list[Event], dose: str, zone: str, now: datetime, told: tuple[Told, ...]) -> Reminding:
    known = [it for it in log if it.recorded_at <= now]
    course = course_cases.course([started(f"{DRUG}: {dose}", start=FIRST, zone=zone), *known])
    return reminding_at(course, PATIENT, knowledge(), now, told, RHYTHM, None)


@given(logs, doses, st.sampled_from(ZONES), moments, people)
@settings(deadline=None)
def test_nobody_is_told_in_their_quiet_hours_in_any_zone(
    log: list[Event], dose: str, zone: str, now: datetime, told: tuple[Told, ...]
) -> None:
    both = [agreed(), event(Consent(SUPPORTER_TOLD, True), "2026-01-01T08:00")]
    clock = load_zone(zone).local(now).time()
    quiet = {it.account for it in told if it.quiet.covers(clock)}
    found = seen([*both, *log], dose, zone, now, told)
    assert not quiet & {it.account for it in found.reminders}
    assert all(now < it for it in (found.next_at, *found.quiet_from.values()))


def _agrees(log: list[Event], purpose: str, now: datetime) -> bool:
    """Return what the newest word is; of two in one moment the one that takes back counts."""
    words = [
        (it.occurred_at, not it.body.given)
        for it in log
        if isinstance(it.body, Consent) and it.body.purpose == purpose and it.actor != "supporter"
        if it.occurred_at <= now
    ]
    return bool(words) and not max(words)[1]


@given(logs, doses, moments, people)
@settings(deadline=None)
def test_nobody_is_told_without_the_patients_word(
    log: list[Event], dose: str, now: datetime, told: tuple[Told, ...]
) -> None:
    for one in seen(log, dose, "UTC", now, told).reminders:
        assert _agrees(log, SUPPORTER_TOLD if one.account else REMINDERS, now)


@given(logs, doses, st.sampled_from(ZONES), moments)
@settings(deadline=None)
def test_nobody_is_told_of_a_dose_that_the_card_would_not_show(
    log: list[Event], dose: str, zone: str, now: datetime
) -> None:
    told = (Told("", QuietHours(time(0), time(0))),)
    known = [it for it in log if it.recorded_at <= now]
    course = course_cases.course([started(f"{DRUG}: {dose}", start=FIRST, zone=zone), agreed(), *known])
    for one in reminding_at(course, PATIENT, knowledge(), now, told, RHYTHM, None).reminders:
        advice = advise(course, DRUG, now)
        assert advice.verdict is Verdict.TAKE_NOW
        assert advice.slot is not None
        assert (one.due, one.is_whole) == (advice.slot.due, True)
        assert one.due <= now
        assert not [it for it in known if isinstance(it.body, ResultInWords)]


class Broken(Sender):
    """Hands a message over, or not, or hands it over and says that it did not know."""

    def __init__(self, draws: list[int]) -> None:
        self.draws, self.handed = draws, Counter[str]()

    def send(self, message: Message) -> None:
        drawn = self.draws.pop() if self.draws else 0
        if drawn == 1:
            raise OSError("not now")
        self.handed[message.key] += 1
        if drawn == 2:
            raise SystemExit("the process is gone")


@given(
    st.lists(st.integers(0, 2), max_size=12),
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 40)), min_size=1, max_size=30),
)
@settings(deadline=None, max_examples=40)
def test_nothing_goes_twice_by_any_processes_that_look_fail_die_and_begin_again(
    draws: list[int], looks: list[tuple[int, int]]
) -> None:
    with TemporaryDirectory() as folder, reminder_clinic(Path(folder)) as clinic:
        clinic.begin(started(f"{DRUG}: 250 mg q12h"), agreed())
        clinic.reach(Way.SMS, NUMBER)
        sender = Broken(draws)
        processes = [clinic.process(senders={Way.SMS: sender}) for _ in range(3)]
        now = at("2026-03-10T07:30")
        for number, minutes in looks:
            now += timedelta(minutes=minutes)
            try:
                processes[number].look(now)
            except SystemExit:
                processes[number] = clinic.process(senders={Way.SMS: sender})
        assert all(count == 1 for count in sender.handed.values())
        assert len(sender.handed) <= 2 * (1 + (now - at("2026-03-10T08:00")) // timedelta(hours=12) + 1)
