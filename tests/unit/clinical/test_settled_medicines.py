from dataclasses import replace

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.medicine import Medicine, Route, Taken
from fullcourse.clinical.moment import parse_moment
from fullcourse.clinical.patient import Record, Unrecognised
from fullcourse.clinical.settled_medicines import settle


def listed(name: str, taken: Taken, origin: str, until: str | None = None) -> Medicine:
    end = parse_moment(until, "until") if until else None
    return Medicine(name, ("exampline",), (("rxnorm", "1"),), "name", taken, None, end, origin, route=Route.SYSTEMIC)


def answer(name: str, taken: Taken, settles: str = "") -> Medicine:
    return Medicine(name, (), (), "", taken, None, None, "answers, medicine 1", settles=settles)


ON_HOLD = listed("Exampline 5 mg", Taken.MAYBE, "MedicationRequest/m1")


@pytest.mark.parametrize("settles", ["MedicationRequest/m1", ""])
@pytest.mark.parametrize("taken", [Taken.NOW, Taken.PAST])
def test_an_answer_takes_the_place_of_the_entry_it_names_and_keeps_what_that_held(settles: str, taken: Taken) -> None:
    medicines, _ = settle([ON_HOLD], [answer("exampline 5 MG", taken, settles)])
    (kept,) = medicines
    assert (kept.taken, kept.ingredients, kept.codes, kept.route) == (
        taken,
        ON_HOLD.ingredients,
        ON_HOLD.codes,
        Route.SYSTEMIC,
    )


def test_an_answer_under_another_name_says_what_the_product_is() -> None:
    told = replace(answer("metformin 500 mg", Taken.NOW, "MedicationRequest/m1"), ingredients=("metformin",))
    assert settle([ON_HOLD], [told])[0] == (told,)


def test_a_name_alone_never_takes_the_place_of_what_is_plainly_taken() -> None:
    taken = listed("Exampline 5 mg", Taken.NOW, "MedicationRequest/m1")
    assert settle([taken], [answer("Exampline 5 mg", Taken.PAST)])[0][0] == taken
    ended = listed("Exampline 5 mg", Taken.NOW, "MedicationRequest/m1", until="2026-01-01")
    assert [entry.taken for entry in settle([ended], [answer("Exampline 5 mg", Taken.PAST)])[0]] == [Taken.PAST]


def test_every_open_entry_of_the_name_is_settled_and_no_other() -> None:
    again = replace(ON_HOLD, origin="MedicationRequest/m2")
    other = replace(ON_HOLD, name="Other 5 mg", origin="MedicationRequest/m3")
    medicines, _ = settle([ON_HOLD, again, other], [answer("Exampline 5 mg", Taken.PAST, "MedicationRequest/m1")])
    assert [entry.name for entry in medicines] == ["Other 5 mg", "Exampline 5 mg"]


def test_an_answer_that_settles_nothing_that_is_listed_is_refused() -> None:
    with pytest.raises(InputError, match="no such entry"):
        settle([ON_HOLD], [answer("Exampline 5 mg", Taken.PAST, "MedicationRequest/m9")])


def test_a_product_that_was_not_understood_is_settled_as_no_longer_taken_or_by_its_right_name() -> None:
    unknown = replace(ON_HOLD, ingredients=())
    record = Record({}, (unknown,), (Unrecognised("medicine", unknown.name, unknown.origin, "not known"),))

    def left(told: Medicine) -> int:
        return len(record.plus(Record({}, (told,))).unrecognised)

    assert left(answer(unknown.name, Taken.PAST, unknown.origin)) == 0
    assert left(answer("metformin", Taken.NOW, unknown.origin)) == 0
    assert left(answer(unknown.name, Taken.NOW, unknown.origin)) == 1


def test_what_the_record_holds_of_the_entry_stays_and_what_the_answer_tells_is_added() -> None:
    since, told_since = parse_moment("2026-01-01", "since"), parse_moment("2026-02-01", "since")
    ordered = replace(ON_HOLD, ordered=True, since=since)
    (kept,) = settle([ordered], [answer("Exampline 5 mg", Taken.NOW)])[0]
    assert (kept.ordered, kept.since) == (True, since)
    told = replace(answer("Exampline 5 mg", Taken.NOW), ordered=True, since=told_since)
    (kept,) = settle([replace(ON_HOLD, since=since)], [told])[0]
    assert (kept.ordered, kept.since) == (True, told_since)
    (kept,) = settle([ON_HOLD], [answer("Exampline 5 mg", Taken.NOW)])[0]
    assert (kept.ordered, kept.since) == (False, None)


def test_a_long_name_of_an_entry_is_cut_in_the_message() -> None:
    with pytest.raises(InputError, match=f"an answer settles '{'x' * 60}', and"):
        settle([ON_HOLD], [answer("Exampline 5 mg", Taken.PAST, "x" * 70)])
