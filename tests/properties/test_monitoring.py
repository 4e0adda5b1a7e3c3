"""What holds of monitoring for every patient: what is not known makes no answer milder, and order changes nothing."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fullcourse.clinical import Evidence, Interval, Record, exactly
from fullcourse.clinical.fact import Standing
from fullcourse.journey.monitor import Do, DueStanding, Monitor, MonitorAnswer, Treatment, is_for_susceptible
from patients import AT, evidence, knowledge
from strategies import values_of

MONITOR = Monitor(knowledge(), knowledge().profile("us"))
DRUGS = sorted(knowledge().drugs)
READ = sorted(
    {name for test in knowledge().tests.values() for name in test.facts if not knowledge().facts[name].derived}
    | {"qtcf", "alt_upper_limit", "ast_upper_limit", "bilirubin_upper_limit", "hepatitis_symptom", "sex"}
    | {"lasting_disability_threatens", "optic_neuritis_now"}
)
LIMITS = {"alt_upper_limit": 40.0, "ast_upper_limit": 40.0, "bilirubin_upper_limit": 1.2}
DAYS = st.integers(-40, 200)


def value_of(name: str) -> st.SearchStrategy[object]:
    """Return values of a fact, thresholds of statements and their multiples of a limit among them."""
    if name in LIMITS:
        return st.just(LIMITS[name])
    definition = knowledge().facts[name]
    if definition.kind != "number":
        return values_of(definition)
    low, high = definition.plausible or (0.0, 1000.0)
    edges = [2.0, 3.0, 5.0, 8.0, 3.5, 30.0, 35.0, 40.0, 120.0, 200.0, 320.0, 450.0, 470.0, 500.0, 0.75, 6.5, 8.0, 50.0]
    return st.one_of(st.floats(low, high), st.sampled_from([it for it in edges if low <= it <= high]))


RESULTS = st.fixed_dictionaries(
    {}, optional={name: st.lists(st.tuples(value_of(name), DAYS), min_size=1, max_size=3) for name in READ}
)
TREATMENTS = st.lists(st.sampled_from(DRUGS), min_size=1, max_size=3, unique=True)


def record_of(results: dict[str, list[tuple[object, int]]]) -> Record:
    return Record(
        {
            name: tuple(evidence(name, value, on=(AT - timedelta(days=ago)).isoformat()) for value, ago in rows)  # type: ignore[arg-type]
            for name, rows in results.items()
        }
    )


def answer(record: Record, drugs: list[str], ago: int = 100) -> MonitorAnswer:
    start = AT - timedelta(days=ago)
    treatment = Treatment(
        tuple(drugs), {}, start, start + timedelta(days=300), as_susceptible=is_for_susceptible(drugs)
    )
    return MONITOR.monitor(record, AT, treatment)


def urgencies(told: MonitorAnswer) -> dict[str, Do]:
    return {lead.drug: lead.urgency for lead in told.leads}


def is_never_milder(before: dict[str, Do], after: dict[str, Do]) -> bool:
    return all(after.get(drug, Do.CONTINUE) >= do for drug, do in before.items())


@settings(deadline=None)  # a case asks for several answers
@given(results=RESULTS, drugs=TREATMENTS, data=st.data())
def test_a_result_that_is_taken_away_never_makes_an_answer_milder(results, drugs, data):
    record = record_of(results)
    assume(results)
    name = data.draw(st.sampled_from(sorted(results)))
    without = replace(record, evidence={key: it for key, it in record.evidence.items() if key != name})
    assert is_never_milder(urgencies(answer(record, drugs)), urgencies(answer(without, drugs)))


@settings(deadline=None)  # a case asks for several answers
@given(results=RESULTS, drugs=TREATMENTS, data=st.data())
def test_a_result_that_becomes_unusable_or_is_contradicted_never_makes_an_answer_milder(results, drugs, data):
    record = record_of(results)
    assume(results)
    name = data.draw(st.sampled_from(sorted(results)))
    pieces = record.evidence[name]
    newest = max(pieces, key=lambda piece: piece.on.start_s)  # type: ignore[union-attr]
    spoilt = newest._replace(value=None, standing=Standing.UNUSABLE, reason="it has no unit")
    other = newest._replace(value=opposite(newest), origin="another laboratory")
    changed = (
        tuple(spoilt if piece is newest else piece for piece in pieces)
        if data.draw(st.booleans())
        else (*pieces, other)
    )
    after = answer(replace(record, evidence={**record.evidence, name: changed}), drugs)
    assert is_never_milder(urgencies(answer(record, drugs)), urgencies(after))


def opposite(piece: Evidence) -> object:
    """Return another value than that of a piece of evidence."""
    if isinstance(piece.value, bool):
        return not piece.value
    if isinstance(piece.value, Interval):
        low, high = knowledge().facts[piece.fact].plausible or (0.0, 1000.0)
        return exactly(low if piece.value.low > (low + high) / 2 else high)
    values = knowledge().facts[piece.fact].values
    return next(value for value in values if value != piece.value)


@settings(deadline=None)  # a case asks for several answers
@given(results=RESULTS, drugs=TREATMENTS, data=st.data())
def test_the_order_of_results_changes_nothing(results, drugs, data):
    record = record_of(results)
    names = data.draw(st.permutations(sorted(record.evidence)))
    turned = {name: tuple(reversed(record.evidence[name])) for name in names}
    one, other = answer(record, drugs), answer(replace(record, evidence=turned), drugs)
    assert one.leads == other.leads
    assert [it.due for it in one.watched] == [it.due for it in other.watched]
    told, again = (sorted((it.statement, it.do, it.known) for it in each.responses) for each in (one, other))
    assert told == again


@settings(deadline=None)  # a case asks for several answers
@given(results=RESULTS, drugs=TREATMENTS, ago=st.integers(-20, 400))
def test_every_test_stands_somewhere_and_no_day_falls_before_the_first_but_the_baseline(results, drugs, ago):
    told = answer(record_of(results), drugs, ago)
    for it in told.watched:
        assert list(it.days) == sorted(set(it.days))
        assert all(day >= 0 for day in it.days)
        if it.due.standing in (DueStanding.OVERDUE, DueStanding.DUE):
            assert it.due.next_on is not None
            assert it.due.next_on <= AT
        if it.due.standing is DueStanding.OVERDUE:
            assert it.due.next_on is not None
            assert it.due.next_on < AT


@settings(deadline=None)  # a case asks for several answers
@given(results=RESULTS, drugs=TREATMENTS, data=st.data())
def test_a_test_that_is_answered_today_is_not_due_before_tomorrow(results, drugs, data):
    record = record_of(results)
    tests = [it.watch.test for it in answer(record, drugs).watched if knowledge().tests[it.watch.test].answered_by]
    assume(tests)
    test = knowledge().tests[data.draw(st.sampled_from(tests))]
    today = {
        group[0]: (*record.evidence.get(group[0], ()), evidence(group[0], sample(group[0])))  # type: ignore[arg-type]
        for group in test.answered_by
    }
    after = answer(replace(record, evidence={**record.evidence, **today}), drugs)
    due = next(it.due for it in after.watched if it.watch.test == test.id)
    assert due.last_done == AT
    assert due.next_on is None or due.next_on > AT


def sample(name: str) -> object:
    definition = knowledge().facts[name]
    if definition.kind == "number":
        low, high = definition.plausible or (0.0, 100.0)
        return (low + high) / 2
    return definition.values[0] if definition.kind == "choice" else False
