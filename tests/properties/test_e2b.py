"""A case safety report that is written and read again is the same report, whatever stands in it."""

from hypothesis import HealthCheck, given, settings

from e2b_files import batches
from fullcourse.adapters.e2b.read import read_file
from fullcourse.adapters.e2b.write import write_file


@given(batches())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
def test_writing_and_reading_loses_and_adds_nothing(batch):
    reading = read_file(write_file(batch))
    assert reading.unread == ()
    assert reading.batch == batch
