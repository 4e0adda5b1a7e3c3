"""Reminders as they leave: once, by one process, to whom they belong, and what could not be sent is counted.

The reports of other programs stand beside the cases that are made of them.
"""

from dataclasses import replace
from datetime import time, timedelta

import pytest

from course_events import PATIENT, at, event, plan, started
from fullcourse.adapters.access.caller import Role
from fullcourse.adapters.access.people.accounts import change_account
from fullcourse.adapters.access.people.devices import end_device
from fullcourse.adapters.messages.files import FileSender
from fullcourse.adapters.messages.message import AddressGone, Way
from fullcourse.adapters.reminders.sent import Became
from fullcourse.clinical.event_bodies import DoseTaken, Held, PlanChanged
from fullcourse.journey.phone import QuietHours, Rhythm
from reminder_clinic import CUSTOM, NUMBER, reminder_clinic
from reminder_walks import agreed, supporter_agreed

ONE = "cycloserine: 250 mg q24h"
TWO = "linezolid: 600 mg q24h"
MORNING = ("2026-03-10T07:50", "2026-03-10T10:00")
DAY = ("2026-03-10T07:50", "2026-03-10T14:00")


@pytest.fixture
def clinic(tmp_path):
    """Open a clinic with one patient who wants reminders."""
    with reminder_clinic(tmp_path) as opened:
        opened.begin(started(ONE), agreed())
        yield opened


def test_a_text_message_goes_at_the_time_and_once_more(clinic):
    clinic.reach(Way.SMS, NUMBER)
    assert clinic.walk(clinic.process(), *MORNING) == {Became.SENT: 2}
    assert clinic.sent() == ["03-10 08:00", "03-10 09:00"]
    assert {it.to for it in clinic.senders[Way.SMS].messages} == {NUMBER}


def test_two_processes_and_a_restart_send_nothing_twice(clinic):
    """https://github.com/medic/cht-core/issues/4110, https://github.com/nyaruka/courier/issues/21."""
    clinic.reach(Way.SMS, NUMBER)
    one, other = clinic.process(), clinic.process()
    moment = at(MORNING[0])
    while moment < at(MORNING[1]):
        one.look(moment)
        other.look(moment)
        clinic.process().look(moment)
        moment += timedelta(minutes=1)
    assert clinic.sent() == ["03-10 08:00", "03-10 09:00"]


def test_a_dose_that_is_told_between_two_looks_is_not_reminded_of_again(clinic):
    clinic.reach(Way.SMS, NUMBER)
    process = clinic.process()
    clinic.walk(process, "2026-03-10T07:50", "2026-03-10T08:30")
    clinic.store.append([event(DoseTaken("cycloserine", 250.0), "2026-03-10T08:30")], at("2026-03-10T08:31"))
    clinic.walk(process, "2026-03-10T08:32", "2026-03-10T14:00")
    assert clinic.sent() == ["03-10 08:00"]


def test_a_sender_that_fails_is_tried_again_and_given_up_after_three_times(clinic):
    clinic.reach(Way.SMS, NUMBER)
    sender = clinic.senders[Way.SMS]
    sender.fails = OSError
    process = clinic.process(replace(CUSTOM, rhythm=Rhythm(None, timedelta(hours=4))))
    assert clinic.walk(process, "2026-03-10T08:00", "2026-03-10T08:04") == {Became.FAILED: 1}
    assert clinic.unsent("2026-03-10T08:04") == {PATIENT: 1}
    sender.fails = None
    assert clinic.walk(process, "2026-03-10T08:05", "2026-03-10T08:07") == {Became.SENT: 1}
    assert clinic.unsent("2026-03-10T08:07") == {}
    sender.fails = OSError
    assert clinic.walk(process, "2026-03-11T08:00", "2026-03-11T12:00") == {Became.FAILED: 3}
    assert [row.became for row in clinic.rows()] in (["sent", "given up"], ["given up", "sent"])
    assert clinic.unsent("2026-03-11T12:00") == {PATIENT: 1}
    assert clinic.unsent("2026-03-19T12:00") == {}


def test_a_process_that_dies_while_it_sends_sends_it_never_again_and_the_clinic_is_told(clinic):
    class Dies(BaseException):
        """No error of a sender: the process is gone."""

    class Dying:
        def send(self, message):
            raise Dies

    clinic.reach(Way.SMS, NUMBER)
    with pytest.raises(Dies):
        clinic.process(senders={Way.SMS: Dying()}).look(at("2026-03-10T08:00"))
    clinic.walk(clinic.process(), "2026-03-10T08:01", "2026-03-10T08:59")
    assert clinic.sent() == []
    assert clinic.unsent("2026-03-10T08:10") == {}
    assert clinic.unsent("2026-03-10T08:11") == {PATIENT: 1}
    clinic.walk(clinic.process(), "2026-03-10T09:00", "2026-03-10T10:00")
    assert clinic.sent() == ["03-10 09:00"]


def test_an_address_that_nobody_has_any_more_is_removed_and_the_next_way_is_taken(clinic):
    """https://github.com/towns-protocol/towns/pull/1629, https://github.com/SamSaffron/term-llm/pull/1019."""
    device, _ = clinic.phone(now=at("2026-03-08T08:00"))
    clinic.reach(Way.PUSH, "https://push.example.org/a", device=device)
    clinic.reach(Way.SMS, NUMBER)
    clinic.senders[Way.PUSH].fails = AddressGone
    assert clinic.walk(clinic.process(), "2026-03-10T08:00", "2026-03-10T08:20") == {Became.SENT: 1}
    assert clinic.sent() == ["03-10 08:00"]
    assert clinic.addresses() == 1


def test_with_no_other_address_it_is_counted(clinic):
    device, _ = clinic.phone(now=at("2026-03-08T08:00"))
    clinic.reach(Way.PUSH, "https://push.example.org/a", device=device)
    clinic.senders[Way.PUSH].fails = AddressGone
    assert clinic.walk(clinic.process(), "2026-03-10T08:00", "2026-03-10T08:20") == {Became.NO_ADDRESS: 1}
    assert clinic.unsent("2026-03-10T08:20") == {PATIENT: 1}
    assert clinic.addresses() == 0


def test_a_push_has_no_words_and_holds_no_longer_than_the_quiet_hours_allow(clinic):
    device, _ = clinic.phone(now=at("2026-03-08T08:00"))
    clinic.reach(Way.PUSH, "https://push.example.org/a", device=device, quiet=QuietHours(time(8, 20), time(20)))
    clinic.walk(clinic.process(), "2026-03-10T08:00", "2026-03-10T08:02")
    (message,) = clinic.senders[Way.PUSH].messages
    assert (message.subject, message.text, message.holds) == ("", "", timedelta(minutes=20))
    assert clinic.sent() == []  # one way is enough


def test_a_phone_that_was_shut_out_is_not_reached_and_nothing_of_it_is_kept(clinic):
    """Whoever has the phone now is not the patient."""
    device, _ = clinic.phone(now=at("2026-03-08T08:00"))
    clinic.reach(Way.PUSH, "https://push.example.org/a", device=device)
    clinic.access.write(lambda it: end_device(it, PATIENT, device, at("2026-03-09T08:00")))
    process = clinic.process()
    assert clinic.walk(process, "2026-03-10T08:00", "2026-03-10T08:20") == {Became.NO_ADDRESS: 1}
    assert clinic.senders[Way.PUSH].messages == []
    assert clinic.addresses() == 0


def test_another_number_takes_the_place_of_the_one_before(clinic):
    clinic.reach(Way.SMS, NUMBER)
    clinic.reach(Way.SMS, "+27830000000")
    clinic.walk(clinic.process(), "2026-03-10T08:00", "2026-03-10T08:20")
    assert [it.to for it in clinic.senders[Way.SMS].messages] == ["+27830000000"]


def test_a_number_is_kept_sealed(clinic, tmp_path):
    clinic.reach(Way.SMS, NUMBER)
    clinic.reach(Way.MAIL, "someone@example.org")
    found = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]
    assert found
    assert not [it for it in found if NUMBER.encode() in it or b"someone@example.org" in it]


def test_a_message_names_nobody_no_drug_and_no_disease(clinic):
    clinic.reach(Way.SMS, NUMBER)
    clinic.reach(Way.MAIL, "someone@example.org")
    clinic.walk(clinic.process(senders={Way.MAIL: clinic.senders[Way.MAIL]}), *MORNING)
    clinic.walk(clinic.process(), "2026-03-11T08:00", "2026-03-11T08:10")
    said = [f"{it.subject} {it.text}" for way in (Way.SMS, Way.MAIL) for it in clinic.senders[way].messages]
    assert set(said) == {"My day It is time. Look at your day."}


def test_it_is_said_in_the_persons_language(clinic):
    clinic.reach(Way.SMS, NUMBER, language="es")
    clinic.walk(clinic.process(), "2026-03-10T08:00", "2026-03-10T08:20")
    (message,) = clinic.senders[Way.SMS].messages
    assert (message.subject, message.text) == ("Mi día", "Es la hora. Mire su día.")


def test_beside_a_drug_on_hold_the_page_is_woken_and_a_bare_text_is_not_sent_but_counted(tmp_path):
    with reminder_clinic(tmp_path) as clinic:
        hold = event(Held(("cycloserine",), "side effects"), "2026-03-09T12:00", actor="clinician")
        clinic.begin(started(ONE, TWO), agreed(), hold)
        clinic.reach(Way.SMS, NUMBER)
        assert clinic.walk(clinic.process(), *MORNING) == {Became.WITHHELD: 2}
        assert clinic.unsent(MORNING[1]) == {PATIENT: 2}
        device, _ = clinic.phone(now=at("2026-03-10T12:00"))
        clinic.reach(Way.PUSH, "https://push.example.org/a", device=device, now=at("2026-03-10T12:00"))
        assert clinic.walk(clinic.process(), "2026-03-11T08:00", "2026-03-11T08:20") == {Became.SENT: 1}
        assert clinic.sent() == []


def test_a_phone_that_was_not_heard_for_longer_than_its_plan_holds_is_not_reminded_but_counted(clinic):
    device, _ = clinic.phone(now=at("2026-02-24T08:00"))
    clinic.reach(Way.PUSH, "https://push.example.org/a", device=device)
    clinic.reach(Way.SMS, NUMBER)
    process = clinic.process()
    assert clinic.walk(process, "2026-03-10T08:00", "2026-03-10T08:20") == {Became.WITHHELD: 1}
    assert clinic.unsent("2026-03-10T08:20") == {PATIENT: 1}
    assert clinic.walk(clinic.process(replace(CUSTOM, days_valid=15)), "2026-03-10T09:00", "2026-03-10T09:20") == {
        Became.SENT: 1
    }


def test_nobody_is_told_more_often_in_a_day_than_is_allowed(tmp_path):
    """https://github.com/medic/cht-core/issues/7040: five messages for one; each text costs somebody."""
    with reminder_clinic(tmp_path) as clinic:
        clinic.begin(started("cycloserine: 250 mg q6h"), agreed())
        clinic.reach(Way.SMS, NUMBER)
        clinic.walk(clinic.process(replace(CUSTOM, most_a_day=3)), "2026-03-10T00:00", "2026-03-11T00:00", 5)
        assert len(clinic.sent()) == 3
        clinic.walk(clinic.process(replace(CUSTOM, most_a_day=3)), "2026-03-11T00:00", "2026-03-12T00:00", 5)
        assert len(clinic.sent()) == 6


def test_a_plan_that_is_changed_under_way_brings_no_second_message_at_once(clinic):
    """https://github.com/REAN-Foundation/reancare-service/pull/936: medicines put down anew were told of anew."""
    clinic.reach(Way.SMS, NUMBER)
    process = clinic.process()
    clinic.walk(process, "2026-03-10T07:59", "2026-03-10T08:03")
    changed = PlanChanged(
        plan("cycloserine: 250 mg at 08:05", start=at("2026-03-10T00:00").date()), "synthetic clinician"
    )
    clinic.store.append([event(changed, "2026-03-10T08:03", actor="clinician")], at("2026-03-10T08:03"))
    clinic.walk(process, "2026-03-10T08:03", "2026-03-10T09:30")
    assert clinic.sent() == ["03-10 08:00", "03-10 08:30", "03-10 09:05"]


def test_a_supporter_is_told_with_both_words_of_the_patient_and_with_neither_alone(tmp_path):
    """In the log that a supporter is told, and in the ledger that this one may see the course."""
    with reminder_clinic(tmp_path) as clinic:
        clinic.begin(started(ONE), agreed(), supporter_agreed("2026-03-08T08:00"))
        device, account = clinic.phone(Role.SUPPORTER)
        clinic.reach(Way.PUSH, "https://push.example.org/s", account=account, device=device)
        clinic.walk(clinic.process(), "2026-03-10T11:59", "2026-03-10T12:10")
        assert clinic.sent(Way.PUSH) == ["03-10 12:00"]
        clinic.let_see(account, given=False)
        clinic.walk(clinic.process(), "2026-03-11T11:59", "2026-03-11T12:10")
        assert clinic.sent(Way.PUSH) == ["03-10 12:00"]
        clinic.let_see(account, given=True)
        clinic.store.append([supporter_agreed("2026-03-12T08:00", given=False)], at("2026-03-12T08:00"))
        clinic.walk(clinic.process(), "2026-03-12T11:59", "2026-03-12T12:10")
        assert clinic.sent(Way.PUSH) == ["03-10 12:00"]
        clinic.store.append([supporter_agreed("2026-03-13T08:00")], at("2026-03-13T08:00"))
        clinic.walk(clinic.process(), "2026-03-13T11:59", "2026-03-13T12:10")
        assert clinic.sent(Way.PUSH) == ["03-10 12:00", "03-13 12:00"]
        clinic.access.write(lambda it: change_account(it, account, at("2026-03-14T08:00"), is_closed=True))
        clinic.walk(clinic.process(), "2026-03-14T11:59", "2026-03-14T12:10")
        assert clinic.sent(Way.PUSH) == ["03-10 12:00", "03-13 12:00"]
        assert clinic.addresses() == 0


def test_a_word_that_is_taken_back_between_two_looks_counts_at_the_next(clinic):
    clinic.reach(Way.SMS, NUMBER)
    process = clinic.process()
    clinic.walk(process, "2026-03-10T07:50", "2026-03-10T08:30")
    clinic.store.append([agreed("2026-03-10T08:30", given=False)], at("2026-03-10T08:31"))
    clinic.walk(process, "2026-03-10T08:32", "2026-03-10T14:00")
    assert clinic.sent() == ["03-10 08:00"]


def test_of_an_erased_course_nobody_is_told_and_no_address_is_kept(clinic):
    clinic.reach(Way.SMS, NUMBER)
    process = clinic.process()
    process.look(at("2026-03-10T07:50"))
    clinic.store.erase(PATIENT, at("2026-03-10T07:55"))
    assert clinic.walk(process, "2026-03-10T07:56", "2026-03-10T10:00") == {}
    assert clinic.sent() == []
    assert clinic.addresses() == 0


def test_what_was_handed_over_before_a_restore_of_the_accounts_is_not_written_over(clinic, tmp_path):
    """The ledger of an older backup does not know of it; the folder still has the file."""
    folder = tmp_path / "outbox"
    folder.mkdir()
    clinic.reach(Way.SMS, NUMBER)
    clinic.process(senders={Way.SMS: FileSender(folder)}).look(at("2026-03-10T08:00"))
    before = {file: file.read_bytes() for file in folder.iterdir()}
    clinic.access.write(lambda it: it.exec_driver_sql("DELETE FROM access_reminded"))
    assert clinic.process(senders={Way.SMS: FileSender(folder)}).look(at("2026-03-10T08:01")) == {Became.SENT: 1}
    assert {file: file.read_bytes() for file in folder.iterdir()} == before


def test_a_job_that_is_told_to_stop_begins_no_other_patient(clinic):
    clinic.reach(Way.SMS, NUMBER)
    assert clinic.process().look(at("2026-03-10T08:00"), lambda: False) == {}
    assert clinic.sent() == []


def test_old_rows_go_after_four_weeks(clinic):
    clinic.reach(Way.SMS, NUMBER)
    clinic.walk(clinic.process(), *MORNING)
    assert len(clinic.rows()) == 2
    clinic.process().look(at("2026-04-07T07:00"))
    assert len(clinic.rows()) == 2
    clinic.process().look(at("2026-04-08T07:00"))
    assert clinic.rows() == []


def test_a_course_that_cannot_be_worked_out_silences_nobody_else(clinic, caplog):
    broken = "0-comes-first-synthetic"
    unknown = replace(started(ONE, zone="Nowhere/Land"), patient=broken)
    clinic.begin(unknown, replace(agreed(), patient=broken))
    clinic.reach(Way.SMS, "+27830000000", patient=broken)
    clinic.reach(Way.SMS, NUMBER)
    with caplog.at_level("ERROR", "fullcourse.service"):
        assert clinic.process().look(at("2026-03-10T08:00")) == {Became.SENT: 1}
    assert caplog.messages == ['{"event": "reminder_failed", "error": "InputError"}']
