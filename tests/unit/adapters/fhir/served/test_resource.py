"""A resource has the version of its content, and when it last changed in UTC."""

from datetime import UTC, datetime, timedelta, timezone

from fullcourse.adapters.fhir.served.resource import served

AT = datetime(2026, 11, 30, 11, 0, 0, 250_000, tzinfo=timezone(timedelta(hours=2)))
ONE = {"resourceType": "Observation", "id": "p.1", "status": "final"}


def test_a_resource_stands_with_its_meta_behind_type_and_id():
    made = served(ONE, AT)
    assert (made.kind, made.id, made.starts, made.ends) == ("Observation", "p.1", None, None)
    assert list(made.resource) == ["resourceType", "id", "meta", "status"]
    assert made.resource["meta"] == {"versionId": made.version, "lastUpdated": "2026-11-30T09:00:00.250+00:00"}
    assert made.updated.tzinfo is UTC


def test_the_same_content_has_the_same_version_and_another_another():
    assert served(ONE, AT).version == served(dict(reversed(ONE.items())), AT + timedelta(days=1)).version
    assert served(ONE, AT).version != served({**ONE, "status": "amended"}, AT).version
    assert served(ONE, AT).version == "e6f49bd4b0153037"


def test_when_it_was_so_is_kept_as_it_is():
    made = served(ONE, AT, AT, AT + timedelta(hours=1))
    assert (made.starts, made.ends) == (AT, AT + timedelta(hours=1))
