"""Taking a negative result away, or adding one that nobody can read, never makes an outcome better."""

from datetime import date, timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from effort import examples
from fullcourse.clinical.quantity import Interval
from fullcourse.journey.outcome import Definitions, Episode, OutcomeAnswer, Specimen
from patients import knowledge

START, END = date(2026, 1, 5), date(2026, 7, 5)
_RANK = {"cured": 3, "completed": 2, "not evaluated": 1, "lost to follow-up": 0, "failed": 0, "died": 0}

EDITIONS = {
    edition: Definitions(knowledge(), edition)
    for edition in ("who-tb-outcomes-2021", "india-tog-2016-outcomes", "who-tb-outcomes-2013")
}
WHO = EDITIONS["who-tb-outcomes-2021"]
UNREADABLE = ("contaminated", "indeterminate", "cancelled", "not done", "negative, not valid", "positive, not valid")


def specimens(*words: str) -> st.SearchStrategy[Specimen]:
    """Draw results, mostly cultures of weeks, a few of other days or of a day that is not known."""
    days = st.integers(-1, 26).map(lambda week: 7 * week) | st.integers(-20, 190)
    tests = st.sampled_from(["sputum_culture", "sputum_culture", "sputum_culture", "sputum_smear"])
    widths = st.sampled_from([0, 0, 0, 0, 0, 0, 30])
    return st.builds(
        lambda day, width, word, test: Specimen(
            START + timedelta(days=day), START + timedelta(days=day + width), word, test
        ),
        days,
        widths,
        st.sampled_from(words),
        tests,
    )


@st.composite
def episodes(draw: st.DrawFn) -> Episode:
    """Draw a treatment; most are completed, confirmed and of the lungs, so that cured is not rare."""
    mostly = st.sampled_from([True, True, True, True, True, True, False, None])
    words = ("negative", "negative", "negative", "positive", *UNREADABLE[:1])
    return Episode(
        at=date(2026, 9, 1),
        starts_on=START,
        ends_on=END,
        specimens=tuple(draw(st.lists(specimens(*words), max_size=8))),
        as_susceptible=draw(st.sampled_from([True, False, False, None])),
        pulmonary=draw(mostly),
        confirmed=draw(mostly),
        completed=draw(mostly),
        ended_or_changed=draw(st.sampled_from([False, False, False, False, True, None])),
        reasons=frozenset(draw(st.sets(st.sampled_from(["no response", "adverse reaction"]), max_size=1))),
        other_reason=draw(st.booleans()),
        interrupted_months=draw(
            st.sampled_from([Interval(0, 0), Interval(0, 0), Interval(0, 3), Interval(2, 2), None])
        ),
        transferred=draw(st.sampled_from([False, False, True, None])),
    )


def goodness(episode: Episode, by: Definitions) -> tuple[int, int]:
    """Return how good an outcome is at the least and at the most: cured before completed before none, failed last."""
    answer = by.judge(episode)
    if answer.proposed is not None:
        rank = _RANK[answer.proposed.outcome]
        return rank, rank
    least = 2 if answer.is_at_least_completed else 0 if status(answer, "failed") == "open" else 1
    may_be = [_RANK[it.outcome] for it in answer.judged if it.status == "open"]
    return least, max([least, *may_be])


def is_no_better(new: tuple[int, int], old: tuple[int, int]) -> bool:
    return new[0] <= old[0] and new[1] <= old[1]


def changed(episode: Episode, specimens: tuple[Specimen, ...]) -> Episode:
    values = {name: getattr(episode, name) for name in Episode.__slots__}
    return Episode(**{**values, "specimens": specimens})


def status(answer: OutcomeAnswer, outcome: str) -> str:
    return next(it.status for it in answer.judged if it.outcome == outcome)


many = settings(max_examples=examples(400))


@many
@given(episode=episodes(), edition=st.sampled_from(sorted(EDITIONS)), data=st.data())
def test_taking_a_negative_result_away_never_makes_an_outcome_better(episode, edition, data):
    negatives = [it for it in episode.specimens if it.result == "negative"]
    assume(negatives)
    gone = data.draw(st.sampled_from(negatives))
    less = list(episode.specimens)
    less.remove(gone)
    by = EDITIONS[edition]
    assert is_no_better(goodness(changed(episode, tuple(less)), by), goodness(episode, by))


@many
@given(episode=episodes(), edition=st.sampled_from(sorted(EDITIONS)), extra=specimens(*UNREADABLE))
def test_adding_a_result_that_nobody_can_read_never_makes_an_outcome_better(episode, edition, extra):
    by = EDITIONS[edition]
    assert is_no_better(goodness(changed(episode, (*episode.specimens, extra)), by), goodness(episode, by))


@many
@given(episode=episodes(), edition=st.sampled_from(sorted(EDITIONS)), extra=specimens("positive"))
def test_adding_a_positive_result_after_the_start_never_makes_an_outcome_better(episode, edition, extra):
    assume(extra.until > START)
    by = EDITIONS[edition]
    assert is_no_better(goodness(changed(episode, (*episode.specimens, extra)), by), goodness(episode, by))


@given(episode=episodes(), edition=st.sampled_from(sorted(EDITIONS)))
def test_a_day_that_says_both_never_makes_an_outcome_better_than_its_positive_alone(episode, edition):
    by = EDITIONS[edition]
    both = [it for it in episode.specimens if it.result == "positive" and it.until > START]
    disputed = (*episode.specimens, *(it._replace(result="negative") for it in both))
    assert by.proposed(changed(episode, disputed)) != "cured" or by.proposed(episode) == "cured"


@given(episode=episodes())
def test_cured_is_proposed_only_where_everything_it_asks_for_is_known(episode):
    cured = status(WHO.judge(episode), "cured") == "met"
    assert not cured or (
        episode.pulmonary is True
        and episode.completed is True
        and any(it.result == "negative" for it in episode.specimens)
        and not (episode.ended_or_changed and episode.reasons)
    )


@given(episode=episodes(), edition=st.sampled_from(sorted(EDITIONS)))
def test_the_quick_answer_is_that_of_the_full_one_and_the_order_of_results_changes_nothing(episode, edition):
    by = EDITIONS[edition]
    answer = by.judge(episode)
    assert by.proposed(episode) == (answer.proposed.outcome if answer.proposed else "")
    assert by.proposed(changed(episode, episode.specimens[::-1])) == by.proposed(episode)


@given(episode=episodes(), edition=st.sampled_from(sorted(EDITIONS)))
def test_at_most_one_of_cured_completed_and_failed_is_met(episode, edition):
    answer = EDITIONS[edition].judge(episode)
    assert sum(status(answer, outcome) == "met" for outcome in ("cured", "completed", "failed")) <= 1
