"""Which passwords are taken: both sides of every length, and what is guessed first."""

import pytest

from fullcourse.adapters.access.people.passwords import MOST, check_new, has_password, keep_password
from fullcourse.clinical.errors import InputError

OWN = ("amina.osei@example.org", "Amina Osei")

TAKEN_ALONE = [
    "lantern gravel wednesdays",
    "xkq vbn trw plm",
    "Der Zug hält nie in Ulm",
    "чайник на подоконнике",
    "水とお茶とコーヒーと牛乳を飲む朝のひと",
    "tr0ub4dor&3 kettle moss",
    "passage of the river otter",
]
REFUSED_ALONE = [
    "passwordpassword",
    "Password1234567!",
    "P@ssw0rdP@ssw0rd",
    "qwertyuiopasdfgh",
    "1234567890123456",
    "aaaaaaaaaaaaaaaa",
    "abababababababab",
    "fullcourse12345!",
    "letmeinletmein123",
    "adminadminadmin1",
    "amina.osei.amina",
    "AminaOsei2026!!!",
    "welcomewelcome12",
    "tuberculosis2026",
    "monday tuesday wednesday",
    "                ",
    "!!!!!!!!!!!!!!!!",
    "1qaz2wsx3edc4rfv",
]


@pytest.mark.parametrize("password", TAKEN_ALONE)
def test_a_password_of_words_that_nobody_tries_first_is_taken(password: str) -> None:
    check_new(password, has_second=False, own=OWN)


@pytest.mark.parametrize("password", REFUSED_ALONE)
def test_what_is_tried_first_is_refused_however_long_it_is(password: str) -> None:
    with pytest.raises(InputError, match="first that are tried") as refused:
        check_new(password, has_second=False, own=OWN)
    assert password.strip() == "" or password not in str(refused.value)


@pytest.mark.parametrize(
    ("password", "has_second"),
    [("kvx72pm-wqr9tz-", False), ("kvx72pmw", True), ("kvx72pm wqr9tz " * 17 + "x", False)],
)
def test_a_password_of_the_least_and_the_greatest_length_is_kept(password: str, has_second: bool) -> None:
    check_new(password, has_second=has_second)
    assert keep_password(password).startswith("$argon2id$")


@pytest.mark.parametrize(
    ("password", "has_second"),
    [("kvx72pm-wqr9tz", False), ("kvx72pm", True), ("kvx72pm wqr9tz " * 17 + "xy", False)],
)
def test_a_password_one_letter_beyond_either_length_is_refused(password: str, has_second: bool) -> None:
    with pytest.raises(InputError, match=r"too short|longer than"):
        check_new(password, has_second=has_second)


def test_the_longest_password_is_256_letters() -> None:
    assert MOST == 256 == len("kvx72pm wqr9tz " * 17 + "x")


def test_letters_are_counted_in_one_form_of_unicode() -> None:
    apart = "u\u0308" * 7 + "kvx"
    assert len(apart) == 17
    with pytest.raises(InputError, match="too short"):
        check_new(apart, has_second=False)


def test_a_kept_password_is_argon2id_and_never_twice_the_same() -> None:
    one, two = (keep_password("lantern gravel wednesdays") for _ in range(2))
    assert one.startswith("$argon2id$v=19$m=19456,t=2,p=1$") and one != two
    assert has_password(one, "lantern gravel wednesdays") and not has_password(one, "lantern gravel wednesday")


@pytest.mark.parametrize("kept", [None, "", "no hash at all", "$argon2id$v=19$m=19456,t=2,p=1$x$y"])
def test_without_a_kept_password_none_is_right(kept: str | None) -> None:
    assert not has_password(kept, "nobody has this password") and not has_password(kept, "")
    assert not has_password(keep_password("x"), "x" * 5000)
