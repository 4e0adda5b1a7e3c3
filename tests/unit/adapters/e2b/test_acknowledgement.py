"""What a receiver's codes mean, and that a code that is not known is never a yes."""

import pytest

from fullcourse.adapters.e2b.acknowledgement import answered
from fullcourse.adapters.e2b.sections import Section


def one(batch_code: str | None, report_code: str | None = None, text: str = "") -> list[bool | None]:
    batch = Section({"ACK.A.1": "b"} | ({"ACK.A.4": batch_code} if batch_code else {}))
    batch.add("ACK.B.r", {"ACK.B.r.1": "r", "ACK.B.r.7": text} | ({"ACK.B.r.6": report_code} if report_code else {}))
    return [it.is_taken for it in answered(batch)]


@pytest.mark.parametrize(
    ("batch", "report", "taken"),
    [
        ("AA", "CA", [True, True]),
        ("AE", "CR", [False, False]),
        ("AR", "CR", [False, False]),
        ("AR", "CA", [False, None]),  # what contradicts itself is not known
        ("AA", "CR", [None, False]),
        ("AA", "XX", [None, None]),
        (None, None, [None, None]),
        ("aa", "ca", [None, None]),
    ],
)
def test_only_the_code_for_taken_is_taken(batch, report, taken):
    assert one(batch, report) == taken


@pytest.mark.parametrize(
    ("text", "said", "is_cut"), [("a;b ;", ("a", "b"), False), ("a;b...", ("a", "b..."), True), ("", (), False)]
)
def test_each_point_stands_by_itself_and_a_text_that_breaks_off_is_said(text, said, is_cut):
    batch = Section()
    batch.add("ACK.B.r", {"ACK.B.r.7": text})
    report = answered(batch)[1]
    assert (report.said, report.is_cut) == (said, is_cut)
    assert report.what == "without a number"
