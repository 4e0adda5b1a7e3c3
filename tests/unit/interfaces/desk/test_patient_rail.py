"""Beside what to act on stand the next visit with why, visits, contacts, notes and consents, each as the log has it."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from clinic_service import NOW
from course_events import event, plan
from desk_courses import Desk, desk_at
from fullcourse.clinical import Event
from fullcourse.clinical.event_bodies import Consent, Contact, Note, PlanActivated, Result, Retracted, Visit

PATIENT = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def desk(tmp_path) -> Iterator[Desk]:
    with desk_at(tmp_path) as opened:
        yield opened


def said(body, days_ago: float, **more: object) -> Event:
    return event(body, NOW - timedelta(days=days_ago), actor="clinician", patient=PATIENT, **more)


def page(desk: Desk, *log: Event, starts_days_ago: int = 10):
    start = (NOW - timedelta(days=starts_days_ago)).date()
    begun = said(PlanActivated(plan("linezolid: 600 mg once a day", start=start), "Dr A"), starts_days_ago)
    return desk.page(desk.keep(PATIENT, [begun, *log]))


def rail(page, name: str) -> list[str]:
    found = page.xpath(f"//section[@aria-labelledby='rail']//*[@data-rail='{name}']//li")
    return [" ".join(it.text_content().split()) for it in found]


def test_consents_are_the_last_word_on_each_purpose_a_no_among_them(desk):
    shown = page(
        desk,
        said(Consent("reminders", given=True, how="signed"), 5),
        said(Consent("reminders", given=False), 2),
        said(Consent("supporter sees doses", given=True, how="read aloud"), 4),
    )
    assert rail(shown, "consents") == [
        "2026-11-20 no longer: reminders",
        "2026-11-18 yes: supporter sees doses (read aloud)",
    ]


def test_without_a_consent_it_is_said_that_none_was_written_down(desk):
    shown = page(desk)
    assert rail(shown, "consents") == []
    told = shown.xpath("//*[@data-rail='nothing']")[0].text_content()
    assert told == "Nobody wrote down: contact, visit, note, consent."


def test_notes_and_contacts_stand_newest_first_and_at_most_three(desk):
    notes = [said(Note(f"note {number}"), 9 - number) for number in range(5)]
    contacts = [said(Contact("phone", reached=True, about="came home"), 3), said(Contact("message", reached=False), 1)]
    shown = page(desk, *notes, *contacts)
    assert [it.partition(" ")[2] for it in rail(shown, "notes")] == ["note 4", "note 3", "note 2"]
    assert rail(shown, "contacts") == [
        "2026-11-21 message, not reached",
        "2026-11-19 phone, reached: came home",
    ]


def test_a_note_that_was_taken_back_is_not_shown(desk):
    note = said(Note("of somebody else"), 3)
    shown = page(desk, note, said(Retracted("another person"), 2, supersedes=note.id))
    assert rail(shown, "notes") == []


def test_visits_say_whether_somebody_came(desk):
    shown = page(desk, said(Visit(kept=True, purpose="vision"), 4), said(Visit(kept=False), 2))
    assert rail(shown, "visits") == ["2026-11-20 did not come", "2026-11-18 came: vision"]


def test_the_next_visit_names_its_tests_and_what_asks_for_them(desk):
    lines = rail(page(desk), "next")
    assert lines
    assert all("linezolid" in it or "whole treatment" in it for it in lines)


def test_an_upper_limit_of_the_laboratory_is_drawn_with_its_day_and_no_other(desk):
    results = [
        said(Result("alt", 30, "U/L"), 8),
        said(Result("alt", 38, "U/L"), 2),
        said(Result("alt_upper_limit", 40, "U/L"), 2),
        said(Result("haemoglobin", 11, "g/dL"), 2),
    ]
    shown = page(desk, *results)
    described = [it.text for it in shown.xpath("//section[@aria-labelledby='results']//*[local-name()='desc']")]
    usual = [it for it in described if "sual" in it]
    assert len(usual) == 1
    assert "Usual up to 40 U/L, as the laboratory gave it on 20 Nov 2026." in usual[0]
    assert len(described) == 2  # the limit itself is no chart
    rows = {it.xpath("th")[0].text_content(): it.text_content() for it in shown.xpath("//*[@id='all-results']//tr[th]")}
    assert "up to 40" in next(text for label, text in rows.items() if label.startswith("alanine"))
    assert "none was given" in next(text for label, text in rows.items() if "emoglobin" in label or "aemo" in label)


def test_where_no_laboratory_gave_a_range_that_is_said(desk):
    shown = page(desk, said(Result("haemoglobin", 11, "g/dL"), 2))
    assert "no laboratory gave" in shown.xpath("//section[@aria-labelledby='results']")[0].text_content()
