"""The contract of a store on a PostgreSQL server, however its tables are laid out."""

import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

import psycopg
import pytest

from fullcourse.adapters.store.contract import Recorder
from fullcourse.adapters.store.durable import DurableStore
from fullcourse.adapters.store.opening import open_store
from fullcourse.adapters.store.tables import METADATA
from postgres_server import new_database
from unit.adapters.store.recorder_contract import RecorderContract


def emptied(url: str) -> str:
    """Return a database with the tables of a store that asks for no key file yet, to be copied."""
    with psycopg.connect(url, autocommit=True) as raw:
        raw.execute("DELETE FROM store_about")
    return url


@cache
def plain() -> str:
    """Return a database as the store makes it."""
    url = new_database()
    with tempfile.TemporaryDirectory() as folder, open_store(url, key_file=Path(folder) / "key"):
        pass
    return emptied(url)


class OnPostgresql(RecorderContract):
    """The contract on a server, in three databases that are emptied in turns: no test has more than two open."""

    template: Callable[[], str]
    """Returns the database that is copied."""

    @pytest.fixture(autouse=True)
    def _folder(self, tmp_path: Path) -> Iterator[None]:
        self.folder, self.opened, self.made = tmp_path, {}, 0
        yield
        for store, _, _ in self.opened.values():
            store.close()

    def new(self) -> Recorder:
        place, self.made = self.made % 3, self.made + 1
        for store, opened_place, _ in self.opened.values():
            if opened_place == place:
                store.close()
        with psycopg.connect(copies(type(self).template)[place]) as raw:
            for table in reversed(METADATA.sorted_tables):
                raw.execute(f"DELETE FROM {table.name}")  # noqa: S608 - our own words
        return self._open(place, self.folder / f"{self.made}.key")

    def reopened(self, recorder: Recorder) -> Recorder:
        store, place, key = self.opened[id(recorder)]
        store.close()
        return self._open(place, key)

    def _open(self, place: int, key: Path) -> DurableStore:
        store = open_store(self.address(copies(type(self).template)[place]), key_file=key)
        self.opened[id(store)] = store, place, key
        return store

    def address(self, url: str) -> str:
        """Return by which address the store is opened."""
        return url


@cache
def copies(template: Callable[[], str]) -> tuple[str, ...]:
    return tuple(new_database(template()) for _ in range(3))
