"""Only the exact addresses of a list are one of its servers."""

import pytest

from fullcourse.adapters.cds_hooks.reading.addresses import base_of
from fullcourse.clinical.errors import InputError

LISTED = "https://ehr.example/fhir/r4"
ATTACKS = (
    "http://ehr.example/fhir/r4",
    "https://ehr.example/fhir",
    "https://ehr.example/fhir/r4x",
    "https://ehr.example/fhir/r4?x=1",
    "https://ehr.example/fhir/r4#x",
    "https://ehr.example:8443/fhir/r4",
    "https://ehr.example:/fhir/r4",
    "https://ehr.example./fhir/r4",
    "https://ehr.example@evil.example/fhir/r4",
    "https://evil.example/fhir/r4",
    "https://evil.example#@ehr.example/fhir/r4",
    "https://ehr.example.evil.example/fhir/r4",
    "https://user:pass@ehr.example/fhir/r4",
    "https://ehr.example\\@evil.example/fhir/r4",
    "https://ehr.example/fhir/r4/../../admin",
    "https://ehr.example/fhir/r4/%2e%2e/admin",
    "https://ehr.example/fhir/r4/..%2fadmin",
    "https://ehr.example//fhir/r4",
    "https://ehr.example/fhir/r4\r\nX: y",
    "https://ehr.example/fhir/r4 ",
    "//ehr.example/fhir/r4",
    "ftp://ehr.example/fhir/r4",
    "file:///etc/passwd",
    "gopher://127.0.0.1:6379/_x",
    "http://127.0.0.1/fhir/r4",
    "http://127.0.0.1:8080/",
    "http://localhost/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://0177.0.0.1/",
    "http://127.1/",
    "http://0.0.0.0/",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.0.0.1/",
    "http://192.168.0.1/fhir",
    "https://xn--ehr-example/fhir/r4",
    "https://ehr.exаmple/fhir/r4",
    "",
)


@pytest.mark.parametrize("address", ATTACKS)
def test_any_other_address_is_none_of_the_list(address: str):
    assert not base_of(LISTED, "test").is_at(address)


@pytest.mark.parametrize(
    "address", [LISTED, f"{LISTED}/", "https://EHR.example/fhir/r4", "https://ehr.example:443/fhir/r4"]
)
def test_the_listed_address_is_itself(address: str):
    assert base_of(LISTED, "test").is_at(address)


def test_a_next_page_lies_within_the_server():
    base = base_of(LISTED, "test")
    assert base.within(f"{LISTED}?_getpages=a&b=c@d") == "/fhir/r4?_getpages=a&b=c@d"
    assert base.within(f"{LISTED}/Condition?page=2") == "/fhir/r4/Condition?page=2"
    same_server = {f"{LISTED}/", f"{LISTED}?x=1", LISTED}
    for address in ATTACKS:
        if address not in same_server and not address.startswith(f"{LISTED}?"):
            assert base.within(address) is None, address


@pytest.mark.parametrize(
    "address", ["http://ehr.example/fhir", "ehr.example", "https://", "https://a.example/x?y", "x://y"]
)
def test_a_list_takes_https_alone(address: str):
    with pytest.raises(InputError, match="FULLCOURSE_FHIR_SERVERS"):
        base_of(address, "FULLCOURSE_FHIR_SERVERS")


@pytest.mark.parametrize("address", ["http://127.0.0.1:9000/fhir", "http://localhost/fhir", "http://[::1]:90/f"])
def test_this_computer_may_be_asked_without_encryption(address: str):
    assert base_of(address, "x").is_at(address)
