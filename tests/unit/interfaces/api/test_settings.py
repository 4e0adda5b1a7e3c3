import pytest

from fullcourse.clinical.errors import InputError
from fullcourse.interfaces.api.settings import SETTINGS, read_settings, unknown_settings


def faults(**given: str) -> str:
    with pytest.raises(InputError) as caught:
        read_settings({f"FULLCOURSE_{name}": value for name, value in given.items()})
    return str(caught.value)


def test_nothing_has_to_be_set():
    settings = read_settings({})
    assert settings.text("FULLCOURSE_HOST") == "127.0.0.1"
    assert settings.number("FULLCOURSE_PORT") == 8080
    assert not settings.is_on("FULLCOURSE_OPEN_ADVICE")


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("PORT", "65536"),
        ("PORT", "-1"),
        ("PORT", "http"),
        ("OPEN_ADVICE", "true"),
        ("BODY_BYTES", "999"),
        ("BODY_SECONDS", "0"),
        ("CALLS_AT_ONCE", "0"),
        ("CONNECTIONS", "9"),
        ("HEADER_BYTES", "4095"),
        ("ORIGINS", "http://evil.example"),
        ("PUBLIC_URL", "http://tb.example.org"),
        ("PUBLIC_URL", "https://tb.example.org/path"),
        ("PUBLIC_URL", "https://user@tb.example.org"),
        ("PUBLIC_URL", "https://a.example,https://b.example"),
        ("PROXIES", "10.0.0.0/8, nginx"),
        ("METRICS_TOKEN", "short"),
        ("KERNEL", "fast"),
        ("PHONE_DAYS", "0"),
        ("PHONE_DAYS", "29"),
        ("COUNTRY", "Peru"),
        ("OUTBOX", "/no/such/folder"),
        ("PUSH_SERVICES", "http://push.example.org"),
        ("PUSH_SERVICES", "https://push.example.org/path"),
        ("PUSH_SERVICES", "https://evil@push.example.org"),
        ("PUSH_SERVICES", "https://push.*.example"),
        ("PUSH_SERVICES", "https://"),
        ("REMIND_AGAIN_MINUTES", "721"),
        ("REMIND_SUPPORTER_MINUTES", "29"),
        ("REMINDERS_A_DAY", "0"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_never_is(name: str, wrong: str):
    said = faults(**{name: wrong})
    assert f"FULLCOURSE_{name}:" in said
    assert f" {wrong} " not in said
    assert "evil" not in said


@pytest.mark.parametrize(
    ("name", "right"),
    [
        ("PORT", "0"),
        ("PORT", "65535"),
        ("BODY_SECONDS", "1"),
        ("PUBLIC_URL", "https://tb.example.org"),
        ("PUBLIC_URL", "https://tb.example.org:8443"),
        ("OUTBOX", "/"),
        ("PUSH_SERVICES", "https://push.example.org, https://*.push.example.com, http://127.0.0.1:9000"),
        ("REMIND_AGAIN_MINUTES", "0"),
        ("REMIND_SUPPORTER_MINUTES", "30"),
        ("PROXIES", "127.0.0.1, 10.0.0.0/8, ::1"),
        ("METRICS_TOKEN", "a" * 32),
        ("KERNEL", "reference"),
    ],
)
def test_what_lies_on_the_bound_is_taken(name: str, right: str):
    read_settings({f"FULLCOURSE_{name}": right})


def test_every_wrong_setting_is_named_at_once():
    said = faults(PORT="x", BODY_BYTES="y")
    assert "FULLCOURSE_PORT" in said
    assert "FULLCOURSE_BODY_BYTES" in said


def test_a_secret_may_stand_in_a_file_and_not_in_both(tmp_path):
    file = tmp_path / "token"
    file.write_text(f"{'s' * 40}\n", "utf-8")
    read = read_settings({"FULLCOURSE_METRICS_TOKEN_FILE": str(file)})
    assert read.text("FULLCOURSE_METRICS_TOKEN") == "s" * 40
    with pytest.raises(InputError, match="both it and FULLCOURSE_METRICS_TOKEN_FILE are set"):
        read_settings({"FULLCOURSE_METRICS_TOKEN_FILE": str(file), "FULLCOURSE_METRICS_TOKEN": "t" * 40})
    with pytest.raises(InputError, match="cannot be read"):
        read_settings({"FULLCOURSE_METRICS_TOKEN_FILE": str(tmp_path / "gone")})


def test_what_is_no_secret_is_read_from_no_file(tmp_path):
    given = {"FULLCOURSE_HOST_FILE": str(tmp_path / "gone")}
    assert read_settings(given).text("FULLCOURSE_HOST") == "127.0.0.1"
    assert unknown_settings(given) == ("FULLCOURSE_HOST_FILE",)


def test_a_slip_of_a_name_is_found():
    assert unknown_settings({"FULLCOURSE_PROT": "1", "FULLCOURSE_PORT": "1", "HOME": "/"}) == ("FULLCOURSE_PROT",)


def test_every_setting_says_what_it_does_and_its_default_can_be_read():
    assert len({setting.name for setting in SETTINGS}) == len(SETTINGS)
    for setting in SETTINGS:
        assert setting.says.endswith(".")
        setting.read(setting.default)
