"""The store in an SQLite file keeps to the contract."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from fullcourse.adapters.store.contract import Recorder
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import open_store
from unit.adapters.store.recorder_contract import RecorderContract


class TestSqlite(RecorderContract):
    folder: Path
    opened: dict[int, tuple[DurableStore, Path]]

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self.folder, self.opened, self.made = tmp_path, {}, 0
        yield
        for store, _ in self.opened.values():
            store.close()

    def new(self) -> Recorder:
        self.made += 1
        return self._open(self.folder / f"store-{self.made}" / "courses.db")

    def reopened(self, recorder: Recorder) -> Recorder:
        store, path = self.opened[id(recorder)]
        store.close()
        return self._open(path)

    def _open(self, path: Path) -> DurableStore:
        store = open_store(path)
        self.opened[id(store)] = store, path
        return store
