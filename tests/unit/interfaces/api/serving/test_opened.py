"""A service holds its files open while it runs, and none of them after its end."""

from pathlib import Path

from fullcourse.interfaces.api.cds_hooks import prepare
from fullcourse.interfaces.api.serving.opened import opened_service
from fullcourse.interfaces.api.settings import read_settings
from open_files import is_open, needs_open_files


@needs_open_files
def test_store_access_and_feedback_are_open_while_it_runs_and_let_go_of_in_the_end(tmp_path: Path):
    place = tmp_path / "courses.db"
    kept = [place, tmp_path / "courses.db.access", tmp_path / "courses.db.cds"]
    with opened_service(read_settings({"FULLCOURSE_DATABASE_URL": str(place)})) as service:
        prepare(service)
        assert [is_open(it) for it in kept] == [True, True, True]
    assert [is_open(it) for it in kept] == [False, False, False]
