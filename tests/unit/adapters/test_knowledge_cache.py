"""The kept knowledge: tables of regimens and doses stand apart, are opened when asked for, and can be lost."""

from pathlib import Path

import pytest

from fullcourse.adapters import knowledge_cache
from fullcourse.adapters.knowledge_cache import load_knowledge


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FULLCOURSE_CACHE", str(tmp_path))
    load_knowledge()
    return tmp_path


def test_the_tables_apart_are_opened_when_a_dose_is_asked_for(cache: Path, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    read = knowledge_cache._read

    def noting(path: Path):
        opened.append(path.name.split("-")[0])
        return read(path)

    monkeypatch.setattr(knowledge_cache, "_read", noting)
    kept = load_knowledge()
    assert opened == ["knowledge"]
    assert kept.doses.tables
    assert kept.guidelines.regimens
    assert opened == ["knowledge", "guidelines"]


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("{", "utf-8")])
def test_a_lost_or_damaged_file_of_them_is_read_anew(cache: Path, damage):
    before = load_knowledge()
    (apart,) = cache.glob("guidelines-*")
    damage(apart)
    after = load_knowledge()
    assert list(after.doses.tables) == list(before.doses.tables)
    assert list(after.guidelines.criteria) == list(before.guidelines.criteria)
