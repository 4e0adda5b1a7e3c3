"""The words of questions are read whole or refused with every fault."""

from pathlib import Path

import pytest

from fullcourse.adapters.search.wording import FOLDER, read_wording
from fullcourse.clinical.errors import KnowledgeError
from fullcourse.knowledge.reader import digest_of, read_files


def test_the_digest_covers_the_words_of_questions() -> None:
    files = read_files()
    assert {f"search/{path.name}" for path in FOLDER.glob("*.toml")} <= set(files)
    assert digest_of(files) != digest_of({**files, "search/words.toml": b""})


def test_faults_of_all_files_come_at_once(tmp_path: Path) -> None:
    (tmp_path / "topics.toml").write_text('[[topic]]\nid = "x"\nwordings = []\nkindz = ["y"]\n', "utf-8")
    (tmp_path / "emergencies.toml").write_text("not toml", "utf-8")
    with pytest.raises(KnowledgeError) as caught:
        read_wording(tmp_path)
    message = str(caught.value)
    assert "no wording" in message
    assert "kindz" in message
    assert "emergencies.toml" in message
    assert "words.toml" in message
