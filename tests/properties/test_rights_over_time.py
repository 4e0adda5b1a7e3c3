"""No sequence of invitations, consents, transfers and emergencies gives anybody a course beyond their rights.

Beside the service a few sets say who may see what; after each step every caller is asked about every course.
"""

import tempfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import insert

from effort import examples
from fullcourse.adapters.access.access import open_access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.audit.reading import verify_audit
from fullcourse.adapters.access.caller import ANONYMOUS, Caller, Role, Subject
from fullcourse.adapters.access.people.accounts import add_account, change_account, remove_account
from fullcourse.adapters.access.people.courses import Consent, break_glass, place_course, say_consent, transfer_course
from fullcourse.adapters.access.people.devices import devices_of, end_device, invite
from fullcourse.adapters.access.people.links import LinkKind, take_link
from fullcourse.adapters.access.people.sessions import DEVICE_IDLE, Kind, begin_session, end_sessions
from fullcourse.adapters.access.rights import permits, rights
from fullcourse.adapters.access.store.opening import us
from fullcourse.adapters.access.store.tables import CLINIC, DEVICE
from fullcourse.interfaces.api.access.door import Door
from fullcourse.interfaces.api.problems import NotSignedIn
from fullcourse.interfaces.api.settings import read_settings
from service_people import BEGUN

CLINICS = ("north", "south", "west")
PATIENTS = ("patient-one", "patient-two")
ASKED = ("course.read", "event.write", "consent.say", "course.transfer", "phone.invite", "course.audit", "audit.read")
FAR = timedelta(days=300)


class RightsOverTime(RuleBasedStateMachine):
    """A service, and beside it who may see what."""

    @initialize()
    def open(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.access = open_access(Path(self.folder.name) / "courses.db")
        self.door, self.now = Door(self.access, read_settings({})), BEGUN
        self.tokens: dict[str, str] = {}
        self.closed: set[str] = set()
        self.works_in: dict[str, tuple[Role, str]] = {}
        self.own: dict[str, tuple[Role, str, str]] = {}
        self.consents: set[str] = set()
        self.opened: dict[tuple[str, str], object] = {}
        self.clinic_of = dict(zip(PATIENTS, CLINICS, strict=False))
        self.access.write(self._fill)

    def _fill(self, connection) -> None:
        for clinic in CLINICS:
            connection.execute(insert(CLINIC).values(id=clinic, name=clinic, made_us=0))
        for patient, clinic in self.clinic_of.items():
            place_course(connection, patient, clinic, self.now)
        keys = self.access.keys
        add_account(connection, keys, (Role.ADMINISTRATOR,), self.now)
        for clinic in CLINICS[:2]:
            for role in (Role.NURSE, Role.CLINICIAN, Role.LABORATORY):
                account = add_account(connection, keys, (role,), self.now, clinics=(clinic,))
                self.works_in[account] = (role, clinic)
                self.tokens[account] = self._session(connection, account)

    def _session(self, connection, account: str, device: str = "") -> str:
        return begin_session(connection, account, Kind.DEVICE, self.now, idle=FAR, ends=FAR, device=device)

    @rule(patient=st.sampled_from(PATIENTS), role=st.sampled_from((Role.PATIENT, Role.SUPPORTER)))
    def join(self, patient: str, role: Role) -> None:
        word, _ = invite(self.access, patient, role, AuditEntry(self.now, "phone.invited"))
        device = f"device-{len(self.own)}"

        def work(connection) -> tuple[str, str]:
            link = take_link(connection, word, frozenset((LinkKind.PHONE,)), self.now)
            assert link is not None
            account = link.account or add_account(connection, self.access.keys, (role,), self.now, patients=(patient,))
            values = {"id": device, "account": account, "patient": patient, "secret": b"x", "pin": "", "tries": 0}
            connection.execute(insert(DEVICE).values(**values, made_us=us(self.now)))
            return account, self._session(connection, account, device)

        account, token = self.access.write(work)
        self.own[device] = (role, patient, account)
        self.tokens[device] = token

    @precondition(lambda self: any(role is Role.SUPPORTER for role, _, _ in self.own.values()))
    @rule(data=st.data(), given=st.booleans())
    def consent(self, data: st.DataObject, given: bool) -> None:
        supporters = [it for it in self.own.values() if it[0] is Role.SUPPORTER]
        _, patient, account = data.draw(st.sampled_from(supporters))
        said = Consent(account, given, "somebody", self.now)
        self.access.write(lambda connection: say_consent(connection, patient, said))
        (self.consents.add if given else self.consents.discard)(account)

    @rule(patient=st.sampled_from(PATIENTS), clinic=st.sampled_from(CLINICS))
    def transfer(self, patient: str, clinic: str) -> None:
        self.access.write(lambda connection: transfer_course(connection, patient, clinic, self.now))
        self.clinic_of[patient] = clinic

    @rule(data=st.data(), patient=st.sampled_from(PATIENTS))
    def emergency(self, data: st.DataObject, patient: str) -> None:
        account = data.draw(st.sampled_from(sorted(self.works_in)))
        ends = self.access.write(lambda connection: break_glass(connection, account, patient, self.now))
        self.opened[account, patient] = ends

    @precondition(lambda self: bool(self.own))
    @rule(data=st.data())
    def shut_out(self, data: st.DataObject) -> None:
        device = data.draw(st.sampled_from(sorted(self.own)))
        patient = self.own[device][1]
        assert device in {it.id for it in self.access.read(lambda c: devices_of(c, patient))}
        assert self.access.write(lambda connection: end_device(connection, patient, device, self.now))
        self.closed.add(device)

    @rule(data=st.data(), how=st.sampled_from(("close", "remove", "sign out", "move")))
    def take_back(self, data: st.DataObject, how: str) -> None:
        account = data.draw(st.sampled_from(sorted(self.works_in)))
        clinic = data.draw(st.sampled_from(CLINICS))

        def work(connection) -> None:
            if how == "remove":
                remove_account(connection, account, self.now)
            elif how == "sign out":
                end_sessions(connection, account)
            elif how == "close":
                change_account(connection, account, self.now, is_closed=True)
            else:
                change_account(connection, account, self.now, clinics=(clinic,))
                self.works_in[account] = (self.works_in[account][0], clinic)

        if how != "move" or account not in self.closed:
            self.access.write(work)
            self.closed.add(account)
        if how == "move" and account in self.tokens:
            self._back(account)

    def _back(self, account: str) -> None:
        """Sign somebody in again after a change of clinic, where the account was not closed."""
        token = self.access.write(lambda connection: self._session(connection, account))
        try:
            self._caller(token)
        except NotSignedIn:
            return
        self.tokens[account] = token
        self.closed.discard(account)

    @rule(minutes=st.sampled_from((1, 29, 239, 241)))
    def wait(self, minutes: int) -> None:
        self.now += timedelta(minutes=minutes)

    def _caller(self, token: str) -> Caller:
        return self.door.caller({"authorization": f"Bearer {token}"}, "", self.now)

    @invariant()
    def everybody_sees_what_is_theirs_and_nothing_else(self) -> None:
        if not hasattr(self, "door"):
            return
        for who, token in self.tokens.items():
            try:
                caller = self._caller(token)
            except NotSignedIn:
                caller = ANONYMOUS
            assert (caller is ANONYMOUS) == (who in self.closed), who
            for patient in PATIENTS:
                subject = self.door.subject(patient)
                for right in ASKED:
                    wanted = who not in self.closed and self._may(who, right, patient)
                    assert permits(caller, right, subject) == wanted, (right, self.works_in.get(who), self.own.get(who))

    def _may(self, who: str, right: str, patient: str) -> bool:
        """Say from the sets alone whether somebody may."""
        if who in self.own:
            role, whose, account = self.own[who]
            has = {Role.PATIENT: ("course.read", "event.write", "consent.say", "course.audit"),
                   Role.SUPPORTER: ("course.read", "event.write")}[role]  # fmt: skip
            return right in has and whose == patient and (role is Role.PATIENT or account in self.consents)
        role, clinic = self.works_in[who]
        has = {
            Role.NURSE: ("course.read", "event.write", "consent.say", "phone.invite"),
            Role.CLINICIAN: ("course.read", "event.write", "consent.say", "phone.invite", "course.transfer"),
            Role.LABORATORY: ("event.write",),
        }[role]
        if right in has and self.clinic_of[patient] == clinic:
            return True
        ends = self.opened.get((who, patient))
        is_open = role is Role.CLINICIAN and ends is not None and self.now < ends
        return is_open and right in ("course.read", "event.write")

    def teardown(self) -> None:
        if hasattr(self, "access"):
            assert verify_audit(self.access.kept).broken == ()
            self.access.close()
            self.folder.cleanup()


assert set(ASKED) <= rights().keys() and DEVICE_IDLE < FAR

TestRightsOverTime = RightsOverTime.TestCase
TestRightsOverTime.settings = settings(
    max_examples=examples(15), stateful_step_count=25, deadline=None, derandomize=True,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip


class Planted(RightsOverTime):
    """The same over a door that forgets to take a withdrawn consent back."""

    @initialize()
    def open(self) -> None:
        super().open()
        ever: set[str] = set()
        honest = self.door.subject

        def forgetful(patient: str) -> Subject | None:
            subject = honest(patient)
            assert subject is not None
            ever.update(subject.supporters)
            return replace(subject, supporters=frozenset(ever))

        self.door.subject = forgetful  # type: ignore[method-assign]


def test_a_door_that_forgets_a_withdrawal_is_found() -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Planted, settings=settings(TestRightsOverTime.settings, phases=(Phase.generate,)))
