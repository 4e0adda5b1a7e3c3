"""What is foreseen adds and never takes away: no day, urgency or action of monitoring depends on it, in any patient."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fullcourse.clinical import Record
from fullcourse.journey.monitor import (
    Do,
    Exposure,
    Monitor,
    MonitorAnswer,
    Treatment,
    TrendStanding,
    is_for_susceptible,
)
from patients import AT, evidence, knowledge

MONITOR = Monitor(knowledge(), knowledge().profile("us"))
FOLLOWED = {
    "haemoglobin": (4.0, 16.0), "neutrophils": (0.1, 8.0), "platelets": (5.0, 500.0), "creatinine": (0.3, 4.0),
    "qtcf": (350.0, 560.0),
}  # fmt: skip
SERIES = st.fixed_dictionaries(
    {},
    optional={
        name: st.lists(st.tuples(st.floats(*ends), st.integers(-10, 120)), min_size=1, max_size=9)
        for name, ends in FOLLOWED.items()
    },
)
RUNS = st.fixed_dictionaries(
    {},
    optional={
        name: st.builds(
            lambda first, step, count: [(max(0.1, first + step * it), 7 * (count - it)) for it in range(count)],
            st.floats(*ends),
            st.floats((ends[0] - ends[1]) / 8, (ends[1] - ends[0]) / 8),
            st.integers(1, 8),
        )
        for name, ends in FOLLOWED.items()
    },
)
DRUGS = st.lists(
    st.sampled_from(["linezolid", "bedaquiline", "amikacin", "rifampin", "cycloserine", "terizidone", "delamanid"]),
    min_size=1,
    max_size=3,
    unique=True,
)
EXPOSURE = st.builds(
    Exposure, trough=st.just((1.0, 2.0, 3.0)), peak=st.just((1.0, 2.0, 3.0)), auc24=st.just((1.0, 2.0, 3.0))
)


def record_of(results: dict[str, list[tuple[float, int]]]) -> Record:
    return Record(
        {
            name: tuple(evidence(name, value, on=(AT - timedelta(days=ago)).isoformat()) for value, ago in rows)
            for name, rows in results.items()
        }
    )


def answer(record: Record, drugs: list[str], ago: int = 100, **more: object) -> MonitorAnswer:
    start = AT - timedelta(days=ago)
    treatment = Treatment(tuple(drugs), {}, start, None, as_susceptible=is_for_susceptible(drugs))
    return MONITOR.monitor(record, AT, treatment, **more)  # type: ignore[arg-type]


@settings(deadline=None)  # a case asks for several answers
@given(results=st.one_of(SERIES, RUNS), drugs=DRUGS, ago=st.integers(0, 150), exposure=EXPOSURE)
def test_every_day_urgency_and_action_is_the_same_with_and_without_it(results, drugs, ago, exposure):
    record = record_of(results)
    without = answer(record, drugs, ago, foresee=False)
    assert without.foreseen == ()
    for told in (answer(record, drugs, ago), answer(record, drugs, ago, exposures={drugs[0]: exposure})):
        assert replace(told, foreseen=()) == without


@settings(deadline=None)  # a case asks for several answers
@given(results=st.one_of(SERIES, RUNS), drugs=DRUGS, ago=st.integers(0, 150))
def test_what_is_asked_earlier_is_never_later_than_planned_and_never_what_is_due_already(results, drugs, ago):
    told = answer(record_of(results), drugs, ago)
    planned = {it.watch.test: it.due.next_on for it in told.watched}
    for own in told.foreseen:
        for ask in own.ask:
            assert own.warns
            assert ask.planned == planned[ask.test]
            assert ask.before >= AT
            assert ask.planned is None or ask.planned >= ask.before


@settings(deadline=None)  # a case asks for several answers
@given(results=st.one_of(SERIES, RUNS), drugs=DRUGS)
def test_each_part_has_its_numbers_a_source_and_days_in_order_and_none_speaks_for_a_higher_dose(results, drugs):
    told = answer(record_of(results), drugs)
    for trend in (trend for own in told.foreseen for trend in own.trends):
        runs = trend.standing in (TrendStanding.HEADING, TrendStanding.DRIFTING)
        assert runs or not trend.headings
        assert (trend.standing is TrendStanding.HEADING) <= bool(trend.headings)
        if trend.per_week is not None:
            assert trend.low is not None
            assert trend.high is not None
            assert trend.low <= trend.per_week <= trend.high
        assert all(piece.reason for piece in trend.left_out)
        for heading in trend.headings:
            assert heading.threshold.do > Do.CONTINUE
            assert heading.threshold.citation.source
            assert "raise" not in heading.threshold.action
            assert heading.first >= AT
            if heading.middle is not None and heading.last is not None:
                assert heading.first <= heading.middle <= heading.last


@settings(deadline=None)  # a case asks for several answers
@given(results=st.one_of(SERIES, RUNS), drugs=DRUGS, data=st.data())
def test_the_order_of_results_changes_nothing_that_is_foreseen(results, drugs, data):
    record = record_of(results)
    turned = {name: tuple(data.draw(st.permutations(pieces))) for name, pieces in record.evidence.items()}
    one, other = answer(record, drugs), answer(replace(record, evidence=turned), drugs)
    parts = [
        [(it.fact, it.standing, it.per_week, it.headings) for own in each.foreseen for it in own.trends]
        for each in (one, other)
    ]
    assert parts[0] == parts[1]


@settings(deadline=None)  # a case asks for several answers
@given(results=RUNS, drugs=DRUGS, data=st.data(), later=st.integers(1, 30))
def test_a_result_of_the_future_is_named_and_moves_no_line(results, drugs, data, later):
    assume(results)
    name = data.draw(st.sampled_from(sorted(results)))
    record = record_of(results)
    future = evidence(name, FOLLOWED[name][0], on=(AT + timedelta(days=later)).isoformat())
    more = replace(record, evidence={**record.evidence, name: (*record.evidence[name], future)})
    before, after = answer(record, drugs), answer(more, drugs)
    for own, again in zip(before.foreseen, after.foreseen, strict=True):
        for trend, same in zip(own.trends, again.trends, strict=True):
            assert (trend.standing, trend.per_week, trend.headings) == (same.standing, same.per_week, same.headings)
            if trend.fact == name:
                assert len(same.left_out) == len(trend.left_out) + 1
