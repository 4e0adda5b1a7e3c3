"""The editions of the definitions, what they say of a treatment, and which one leads where."""

from dataclasses import replace
from datetime import date

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.quantity import Interval
from fullcourse.knowledge.consequences import OutcomeOf
from fullcourse.knowledge.walk import thens_of
from fullcourse.outcomes.bacteriology import Specimen
from fullcourse.outcomes.definitions import WHO_2021, Definitions, Judged, is_definition, is_other_lost
from fullcourse.outcomes.episode import CULTURE, SMEAR, Episode
from patients import knowledge

INDIA, WHO_2013 = "india-tog-2016-outcomes", "who-tb-outcomes-2013"
START, END = date(2026, 1, 5), date(2026, 7, 5)


def specimen(day: date, word: str, test: str = SMEAR) -> Specimen:
    return Specimen(day, day, word, test)


CURED = Episode(
    at=date(2026, 8, 1),
    starts_on=START,
    ends_on=END,
    specimens=(
        specimen(date(2026, 1, 2), "positive"),
        specimen(date(2026, 3, 2), "negative"),
        specimen(date(2026, 6, 20), "negative"),
    ),
    as_susceptible=True,
    pulmonary=True,
    completed=True,
    ended_or_changed=False,
    interrupted_months=Interval(0.0, 0.0),
)


def judged(episode: Episode, outcome: str, edition: str = WHO_2021) -> Judged:
    answer = Definitions(knowledge(), edition).judge(episode)
    return next(it for it in (*answer.judged, *answer.derived) if it.outcome == outcome)


@pytest.mark.parametrize("edition", [WHO_2021, INDIA, WHO_2013])
def test_every_edition_calls_it_cured_and_names_its_own_definition(edition: str):
    assert Definitions(knowledge(), edition).proposed(CURED) == "cured"
    assert judged(CURED, "cured", edition).citation.source == edition


@pytest.mark.parametrize(
    ("profile", "edition"), [("who", WHO_2021), ("us", WHO_2021), ("msf", WHO_2021), ("india", INDIA)]
)
def test_the_profile_says_which_edition_leads(profile: str, edition: str):
    assert Definitions(knowledge(), profile=profile).edition == edition


def test_an_edition_that_is_none_is_refused_with_those_there_are():
    with pytest.raises(InputError, match=WHO_2013):
        Definitions(knowledge(), "who-1996")


def test_only_the_leading_edition_defines_lost_to_follow_up():
    others = [it.source for it in knowledge().statements.values() if is_other_lost(it, knowledge(), "india")]
    assert sorted(others) == [WHO_2013, WHO_2021]


@pytest.mark.parametrize(
    ("months", "who", "india"),
    [
        (Interval(0.99, 0.99), "not met", "not met"),
        (Interval(1.0, 1.0), "not met", "met"),
        (Interval(1.99, 1.99), "not met", "met"),
        (Interval(2.0, 2.0), "met", "met"),
        (Interval(0.0, 3.0), "open", "open"),
    ],
)
def test_lost_to_follow_up_at_both_sides_of_each_edition(months: Interval, who: str, india: str):
    episode = replace(CURED, interrupted_months=months)
    assert judged(episode, "lost to follow-up").status == who
    assert judged(episode, "lost to follow-up", INDIA).status == india


@pytest.mark.parametrize(("day", "status"), [(date(2026, 6, 5), "not met"), (date(2026, 6, 6), "met")])
def test_the_last_month_is_less_than_a_completed_month_before_the_end(day: date, status: str):
    episode = replace(CURED, specimens=(*CURED.specimens[:2], specimen(day, "negative")))
    assert judged(episode, "cured", INDIA).status == status
    assert judged(episode, "cured", WHO_2013).status == status


@pytest.mark.parametrize(("day", "status"), [(date(2026, 6, 4), "not met"), (date(2026, 6, 5), "met")])
def test_who_2013_calls_it_failed_from_month_5_on(day: date, status: str):
    episode = replace(CURED, specimens=(CURED.specimens[0], specimen(day, "positive")))
    assert judged(episode, "failed", WHO_2013).status == status


def test_who_2013_says_nothing_for_certain_of_resistant_disease():
    episode = replace(CURED, as_susceptible=False, specimens=tuple(it._replace(test=CULTURE) for it in CURED.specimens))
    assert [judged(episode, it, WHO_2013).status for it in ("failed", "cured", "completed")] == ["not met"] * 3


def test_india_calls_a_positive_at_the_end_failed_and_a_negative_after_it_resolves_it():
    bad = (*CURED.specimens[:2], specimen(date(2026, 6, 20), "positive"))
    assert judged(replace(CURED, specimens=bad), "failed", INDIA).status == "met"
    resolved = (*bad, specimen(date(2026, 7, 1), "negative"))
    assert judged(replace(CURED, specimens=resolved), "failed", INDIA).status == "not met"


@pytest.mark.parametrize("reason", ["no response", "adverse reaction", "additional resistance"])
def test_each_reason_of_the_definition_makes_an_ended_regimen_failed(reason: str):
    episode = replace(CURED, completed=False, ended_or_changed=True, reasons=frozenset([reason]))
    assert judged(episode, "failed").status == "met"
    assert judged(replace(episode, ended_or_changed=None), "failed").status == "open"
    assert judged(replace(episode, ended_or_changed=False), "failed").status == "not met"


def test_what_speaks_against_and_what_is_open_stand_apart():
    cured = judged(replace(CURED, pulmonary=False, completed=None), "cured")
    assert cured.status == "not met"
    assert [it.fact for it in cured.against] == ["pulmonary_at_start"]
    assert [it.fact for it in cured.open] == ["regimen_completed"]
    assert {it.fact for it in cured.speaks_for} >= {"bacteriological_response", "bacteriologically_confirmed_at_start"}


def test_a_smear_that_is_positive_after_the_last_culture_leaves_cured_open_in_resistant_disease():
    cultures = tuple(it._replace(test=CULTURE) for it in CURED.specimens)
    episode = replace(CURED, as_susceptible=False, specimens=(*cultures, specimen(date(2026, 6, 25), "positive")))
    assert judged(episode, "cured").status == "open"
    earlier = replace(episode, specimens=(*cultures, specimen(date(2026, 6, 1), "positive")))
    assert judged(earlier, "cured").status == "met"


def test_success_and_success_that_lasts_follow_from_what_was_recorded():
    assert Definitions(knowledge()).judge(CURED).derived == ()
    recorded = replace(CURED, recorded="cured", recorded_on=END, at=date(2027, 8, 1), as_susceptible=False)
    assert judged(recorded, "treatment success").status == "met"
    assert judged(replace(recorded, recorded="failed"), "treatment success").status == "not met"
    assert judged(recorded, "sustained success at 6 months").status == "open"


@pytest.mark.parametrize(
    ("day", "six", "twelve"),
    [
        (date(2027, 1, 4), "open", "open"),
        (date(2027, 1, 5), "met", "open"),
        (date(2027, 7, 4), "met", "open"),
        (date(2027, 7, 5), "met", "met"),
    ],
)
def test_sustained_success_at_both_sides_of_6_and_of_12_months(day: date, six: str, twelve: str):
    later = specimen(day, "negative", CULTURE)
    recorded = replace(
        CURED, recorded="cured", recorded_on=END, at=date(2027, 8, 1), as_susceptible=False,
        specimens=(*CURED.specimens, later),
    )  # fmt: skip
    assert judged(recorded, "sustained success at 6 months").status == six
    assert judged(recorded, "sustained success at 12 months").status == twelve
    susceptible = replace(recorded, as_susceptible=True)
    assert judged(susceptible, "sustained success at 12 months").status == "not met"


def test_a_death_after_the_end_is_no_outcome_of_treatment_and_ends_success_that_lasts():
    recorded = replace(CURED, recorded="cured", recorded_on=END, died_on=date(2026, 12, 1), at=date(2027, 2, 1))
    assert judged(recorded, "died").status == "not met"
    assert judged(recorded, "sustained success at 6 months").status == "not met"


def test_one_positive_after_the_end_leaves_success_open_and_two_end_it():
    one = (*CURED.specimens, specimen(date(2026, 11, 2), "positive"), specimen(date(2027, 2, 1), "negative"))
    recorded = replace(CURED, recorded="cured", recorded_on=END, at=date(2027, 3, 1), specimens=one)
    assert judged(recorded, "sustained success at 6 months").status == "open"
    two = replace(recorded, specimens=(*one, specimen(date(2026, 11, 20), "positive")))
    assert judged(two, "sustained success at 6 months").status == "not met"


@pytest.mark.parametrize("edition", [WHO_2021, INDIA, WHO_2013])
def test_what_a_record_holds_and_nobody_read_leaves_everything_that_a_positive_could_change_open(edition: str):
    episode = replace(CURED, not_read=3)
    assert judged(episode, "cured", edition).status == "open"
    assert judged(episode, "completed", edition).status in ("open", "not met")
    assert judged(episode, "failed", edition).status == ("not met" if edition == WHO_2021 else "open")
    later = specimen(date(2027, 2, 1), "negative")
    recorded = replace(
        episode, recorded="cured", recorded_on=END, at=date(2027, 3, 1), specimens=(*CURED.specimens, later)
    )
    assert judged(recorded, "sustained success at 6 months").status == "open"


@pytest.mark.parametrize(
    ("word", "status"),
    [("M. tuberculosis grown", "open"), ("3+", "open"), ("contaminated", "met"), ("Cancelled", "met")],
)
def test_a_newest_culture_in_words_that_nobody_reads_leaves_cured_open(word: str, status: str):
    newest = specimen(max(one.until for one in CURED.specimens), word, CULTURE)
    episode = replace(CURED, specimens=(*CURED.specimens, newest._replace(collected=END, until=END)))
    assert judged(episode, "cured").status == status
    assert judged(replace(episode, all_results=True), "cured").status == "met"


def test_a_culture_in_such_words_before_a_negative_is_resolved_by_it():
    first = min(one.until for one in CURED.specimens)
    episode = replace(CURED, specimens=(*CURED.specimens, specimen(first, "grown", CULTURE)))
    assert judged(episode, "cured").status == "met"


def test_completed_at_least_is_said_where_only_cured_is_open():
    answer = Definitions(knowledge()).judge(replace(CURED, pulmonary=None, transferred=True))
    assert answer.is_at_least_completed
    assert answer.proposed is None
    assert not Definitions(knowledge()).judge(replace(CURED, completed=None)).is_at_least_completed


def test_every_definition_is_of_an_edition_with_a_page_of_its_source_and_is_told_from_other_statements():
    ours = [it for it in knowledge().statements.values() if is_definition(it)]
    assert {it.source for it in ours} == {WHO_2021, INDIA, WHO_2013, "who-tbksp-2482"}
    assert all(it.id.startswith("outcome.") for it in ours)
    assert {then.value for it in ours for then in thens_of(it.body) if isinstance(then, OutcomeOf)} >= {"cured"}
