"""Where access is kept in tests: a file, and a database of PostgreSQL."""

from collections.abc import Iterator
from pathlib import Path

from postgres_server import new_database
from service_people import Clinic, clinic_at

__all__ = ["ENGINES", "opened"]

ENGINES = ("sqlite", "postgresql")


def opened(engine: str, folder: Path, **settings: str) -> Iterator[Clinic]:
    """Yield a clinic on an engine; for fixtures."""
    place = str(folder / "courses.db") if engine == "sqlite" else new_database()
    with clinic_at(place, folder / "key", **settings) as clinic:
        yield clinic
