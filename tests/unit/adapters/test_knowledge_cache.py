"""The kept knowledge: what is used is what the digest names; what is lost, damaged or of another shape heals itself."""

import os
import random
import resource
import shutil
import signal
from pathlib import Path

import pytest

from fullcourse.adapters import knowledge_cache
from fullcourse.adapters.knowledge_cache import cache_folder, compare_kept, load_knowledge
from fullcourse.adapters.sealed_copy import read_copy, write_copy
from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.reader import HERE, digest_of, read_files

STATEMENT = "cycloserine.contraindication.epilepsy"


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("FULLCOURSE_CACHE", str(tmp_path))
    load_knowledge()
    return tmp_path


def most_of(cache: Path) -> Path:
    (most,) = cache.glob("knowledge-*")
    return most


def apart_of(cache: Path) -> Path:
    (apart,) = cache.glob("guidelines-*")
    return apart


def test_the_tables_apart_are_opened_when_a_dose_is_asked_for(cache: Path, monkeypatch: pytest.MonkeyPatch):
    opened: list[str] = []
    read = knowledge_cache._read

    def noting(path: Path | None):
        opened.append(path.name.split("-")[0] if path else "")
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
    whole = apart_of(cache).read_bytes()
    damage(apart_of(cache))
    after = load_knowledge()
    assert list(after.doses.tables) == list(before.doses.tables)
    assert list(after.guidelines.criteria) == list(before.guidelines.criteria)
    assert apart_of(cache).read_bytes() == whole


def test_an_edit_of_the_kept_tables_is_not_used(cache: Path):
    """One word of a kept condition, from epilepsy to no epilepsy, once lowered a contraindication to a caution."""
    most = most_of(cache)
    whole = most.read_bytes()
    edited = whole.replace(b'"fact": "epilepsy", "is": true', b'"fact": "epilepsy", "is": false', 1)
    assert edited != whole
    most.write_bytes(edited)
    said, faults = compare_kept()
    assert "was edited, and is not used" in said
    assert not faults
    assert load_knowledge().statements[STATEMENT]
    assert most.read_bytes() == whole


def test_a_copy_sealed_anew_after_an_edit_is_a_fault(cache: Path):
    for place in (most_of(cache), apart_of(cache)):
        write_copy(place, read_copy(place).replace(b"true", b"false", 1))
    _, faults = compare_kept()
    assert [Path(fault.file).name.split("-")[0] for fault in faults] == ["knowledge", "guidelines"]


def test_a_cache_that_was_not_touched_holds_the_same(cache: Path):
    assert compare_kept() == ("Compared with the cache: the kept copy holds the same tables.", [])


def test_no_cache_is_said(cache: Path):
    shutil.rmtree(cache)
    assert compare_kept() == ("Compared with the cache: there is no kept copy.", [])


@pytest.mark.parametrize(
    ("content", "sealed"),
    [
        (b"{}", False),
        (b"[" * 100_000, False),
        (b"{}", True),
        (b'{"a": 1}', True),
        (b"[" * 100_000, True),
        (b'{"drugs/none.toml": {"statement": []}}', True),
    ],
)
def test_valid_json_of_another_shape_heals_itself(cache: Path, content: bytes, sealed: bool):
    most = most_of(cache)
    whole = most.read_bytes()
    if sealed:
        write_copy(most, content)
    else:
        most.write_bytes(content)
    assert STATEMENT in load_knowledge().statements
    assert most.read_bytes() == whole


def test_a_file_that_others_may_write_is_written_anew(cache: Path):
    most_of(cache).chmod(0o666)
    assert STATEMENT in load_knowledge().statements
    assert most_of(cache).stat().st_mode & 0o777 == 0o600


def test_no_flipped_bit_of_a_knowledge_file_keeps_the_digest():
    files = read_files()
    digest, names, chance = digest_of(files), sorted(files), random.Random(21)
    for _ in range(500):
        name = chance.choice(names)
        damaged = bytearray(files[name])
        damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
        assert digest_of({**files, name: bytes(damaged)}) != digest


def test_no_flipped_bit_of_the_kept_tables_is_read(cache: Path):
    chance = random.Random(22)
    for place in (most_of(cache), apart_of(cache)):
        whole = place.read_bytes()
        for _ in range(250):
            damaged = bytearray(whole)
            damaged[chance.randrange(len(damaged))] ^= 1 << chance.randrange(8)
            place.write_bytes(damaged)
            assert knowledge_cache._read(place) is None


def test_a_damaged_knowledge_file_is_never_answered_from_the_cache(cache: Path, tmp_path_factory):
    folder = tmp_path_factory.mktemp("damaged") / "knowledge"
    shutil.copytree(HERE, folder)
    file = folder / "drugs" / "cycloserine.toml"
    file.write_bytes(file.read_bytes().replace(b"[[statement]]", b"[[statemenu]]", 1))
    with pytest.raises(KnowledgeError):
        load_knowledge(folder)


def test_a_full_disk_leaves_no_draft_and_is_no_error(cache: Path):
    for path in cache.iterdir():
        path.unlink()
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        assert STATEMENT in load_knowledge().statements
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)
    assert not list(cache.iterdir())


def test_no_home_folder_is_no_error(monkeypatch: pytest.MonkeyPatch):
    for name in ("FULLCOURSE_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr("pwd.getpwuid", lambda _uid: {}[os.getuid()])
    assert cache_folder() is None
    assert STATEMENT in load_knowledge().statements
    assert compare_kept()[0] == "Compared with the cache: there is no kept copy."
