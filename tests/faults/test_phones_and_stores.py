"""Five devices as in ``test_phones_and_clinicians.py``, with a store on a disk, or on a server, between them."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from effort import FULL, rounds
from fullcourse.adapters.store.contract import Recorder
from fullcourse.adapters.store.opening import open_store
from phones import PhonesAndClinicians
from postgres_server import new_database

STORES = ("sqlite", "postgresql")


@pytest.fixture(params=STORES)
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    yield str(tmp_path / "courses.db") if request.param == "sqlite" else new_database()


def test_five_devices_and_a_durable_store_end_with_one_course(place: str):
    with tempfile.TemporaryDirectory() as folder:
        key = Path(folder) / "key"
        opened = [open_store(place, key_file=key)]

        class Machine(PhonesAndClinicians):
            """Every run has a patient of its own in one store."""

            @staticmethod
            def open_store() -> Recorder:
                return opened[0]

            def reopened(self, store: Recorder) -> Recorder:
                opened[0].close()
                opened[0] = open_store(place, key_file=key)
                return opened[0]

        run_state_machine_as_test(
            Machine,
            settings=settings(
                max_examples=rounds(8, 1000),
                stateful_step_count=50 if FULL else 25,
                deadline=None,
                suppress_health_check=list(HealthCheck),
                phases=[Phase.generate, Phase.shrink],
                database=None,
            ),
        )
        assert opened[0].verify().damaged == ()
        opened[0].close()
