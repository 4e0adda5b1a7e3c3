"""Each name of a record is looked up once, and a record of more names than a person's can hold is refused whole."""

import pytest

from fullcourse.adapters.medicines.looked_up import MOST_CHARACTERS, MOST_NAMES, LookedUp
from fullcourse.adapters.medicines.recognise import Recognition, recognise
from fullcourse.clinical.errors import InputError


def test_a_name_is_looked_up_once_and_with_its_codes_anew():
    asked: list[object] = []

    def noted(*of: object, **beside: object) -> Recognition:
        asked.append((of, beside))
        return recognise("isoniazid", [])

    names = LookedUp(noted)
    assert names("isoniazid", []).ingredients == names("isoniazid", []).ingredients == ("isoniazid",)
    names("isoniazid", [("atc", "J04AC01")])
    assert len(asked) == 2


@pytest.mark.parametrize(("count", "refused"), [(MOST_NAMES - 1, False), (MOST_NAMES, True)])
def test_so_many_names_are_refused(count: int, refused: bool):
    names = LookedUp(lambda *_, **__: Recognition((), "", (), "not known"))
    for number in range(count):
        names(f"n{number}", [])
    _refuses(names, refused)


@pytest.mark.parametrize(("letters", "refused"), [(MOST_CHARACTERS, False), (MOST_CHARACTERS + 1, True)])
def test_so_many_letters_are_refused(letters: int, refused: bool):
    names = LookedUp(lambda *_, **__: Recognition((), "", (), "not known"))
    names("n" * (letters - 2), [], other_names=["mm"])
    _refuses(names, refused)


def test_a_name_behind_the_limit_is_not_recognised_either():
    names = LookedUp(recognise)
    names("n" * (MOST_CHARACTERS + 1), [])
    assert names("isoniazid", []).ingredients == ()


def _refuses(names: LookedUp, refused: bool) -> None:
    if refused:
        with pytest.raises(InputError, match="No one person's record does"):
            names.refuse_too_many()
    else:
        names.refuse_too_many()
