"""The bytes that are kept of a course: a change of them, or of what they come from, needs another edition."""

import hashlib

from fullcourse.adapters.programme.summary import EDITION, write_summary
from programme_cases import cases_of_events, programme_cases

_KNOWN = {
    "1": "70cfb15c8935bb960041d2e18aff1d386217f9066d25bad535ae8fd0369324e3",
    "2": "69dfc8b672a0aabfec66d8305dcb727d92228d53e7464ccb8dfad3200d44826e",
}


def test_what_is_kept_has_another_edition_when_it_changes():
    digest = hashlib.sha256()
    for case in programme_cases():
        events = case.events()
        text = write_summary(cases_of_events(events)).decode()
        for place, one in enumerate(events):  # ids of events are other ones in every run
            text = text.replace(one.id, f"event-{place}")
        digest.update(text.encode())
    assert digest.hexdigest() == _KNOWN[EDITION], "EDITION must change with what is kept"
