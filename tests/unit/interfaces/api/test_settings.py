"""Settings: each by itself, all faults at once, and a value never repeated."""

import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.settings import SETTINGS, read_settings


def test_without_any_the_service_starts_on_this_computer_alone():
    settings = read_settings({})
    assert settings.text("FULLCOURSE_HOST") == "127.0.0.1"
    assert not settings.is_on("FULLCOURSE_OPEN_ADVICE")


@pytest.mark.parametrize(
    ("name", "good", "bad"),
    [
        ("FULLCOURSE_PORT", ("0", "65535"), ("-1", "65536", "http", "")),
        ("FULLCOURSE_OPEN_ADVICE", ("yes", "no"), ("true", "1", "YES", "")),
        ("FULLCOURSE_BODY_SECONDS", ("1", "120"), ("0", "121")),
        ("FULLCOURSE_ORIGINS", ("", "https://a.example, http://127.0.0.1:90"), ("*", "http://a.example", "null")),
    ],
)
def test_what_can_be_used_is_and_what_cannot_stops_the_start_by_its_name(name, good, bad):
    for text in good:
        read_settings({name: text})
    for text in bad:
        with pytest.raises(InputError, match=name) as error:
            read_settings({name: text})
        assert not text or f"'{text}'" not in str(error.value)


def test_all_faults_are_told_at_once():
    with pytest.raises(InputError) as error:
        read_settings({"FULLCOURSE_PORT": "x", "FULLCOURSE_OPEN_ADVICE": "x"})
    assert "FULLCOURSE_PORT" in str(error.value)
    assert "FULLCOURSE_OPEN_ADVICE" in str(error.value)


def test_a_value_may_stand_in_a_file(tmp_path):
    file = tmp_path / "port"
    file.write_text("8081\n", "utf-8")
    assert read_settings({"FULLCOURSE_PORT_FILE": str(file)}).number("FULLCOURSE_PORT") == 8081
    with pytest.raises(InputError, match="both"):
        read_settings({"FULLCOURSE_PORT_FILE": str(file), "FULLCOURSE_PORT": "1"})
    with pytest.raises(InputError, match="cannot be read"):
        read_settings({"FULLCOURSE_PORT_FILE": str(tmp_path / "none")})


@pytest.mark.parametrize("setting", SETTINGS, ids=lambda it: it.name)
def test_every_default_can_be_used_and_is_explained(setting):
    read_settings({setting.name: setting.default})
    assert setting.says.endswith((".", ";"))
