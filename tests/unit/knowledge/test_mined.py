"""What a cited document names is a statement or has its reason, and what has neither is shown as left."""

import re
from pathlib import Path

import pytest

from fullcourse.clinical import KnowledgeError
from fullcourse.knowledge.mined import Left, mined_faults, read_mined, unread
from patients import knowledge


def written(path: Path, *documents: str) -> Path:
    (path / "lists.toml").write_text("".join(f"[[mined]]\n{it}\n" for it in documents), "utf-8")
    return path


def document(names: str, source: str = "ema-pas-leaflet", more: str = "") -> str:
    return f'source = "{source}"\nread = "section 2"\n{more}names = [{names}]'


def test_every_name_in_the_shipped_lists_leads_somewhere():
    assert [str(fault) for fault in mined_faults(read_mined().values(), knowledge())] == []


def test_every_listed_document_is_cited():
    cited = {statement.source for statement in knowledge().statements.values()}
    assert set(read_mined()) <= cited


def test_a_statement_that_is_named_for_its_own_document_stands_in_the_list_of_it():
    """A document read whole lists every statement on a pair that cites it: the list was not made beside the file."""
    lists = read_mined()
    whole = [mined for mined in lists.values() if not mined.not_read]
    assert whole
    for mined in whole:
        listed = {name for entry in mined.entries for name in entry.stated}
        own = {
            name
            for name, statement in knowledge().statements.items()
            if statement.source == mined.source and re.search(r"\.(interaction|contraindication)\.", name)
        }
        assert own <= listed, mined.source


def test_what_is_neither_stated_nor_said_why_not_is_left(tmp_path: Path):
    lists = read_mined(
        written(
            tmp_path,
            document('{ name = "digoxin", stated = ["a.b.c"] }, { name = "kale" }'),
            document('{ name = "salt", not_stated = "no medicine" }', "other"),
            document("", "third", 'not_read = "page 2"\n'),
        )
    )
    left = unread(lists, ["ema-pas-leaflet", "other", "third", "fourth", "other"])
    assert left.cited == 4
    assert left.whole == ("other",)
    assert left.begun == (Left("ema-pas-leaflet", "", ("kale",)), Left("third", "page 2", ()))
    assert left.without_list == ("fourth",)


def test_an_id_or_a_source_that_leads_nowhere_is_a_fault(tmp_path: Path):
    near = document('{ name = "digoxin", stated = ["p-aminosalicylic-acid.interaction.digoxine"] }')
    lists = read_mined(written(tmp_path, near, document("", "ema-pas-leaflat")))
    said = [str(fault) for fault in mined_faults(lists.values(), knowledge())]
    assert len(said) == 2
    assert "Did you mean 'p-aminosalicylic-acid.interaction.digoxin'?" in said[0]
    assert "'ema-pas-leaflet'" in said[1]


@pytest.mark.parametrize(
    ("names", "said"),
    [
        ('{ name = "a", stated = ["x.y"], not_stated = "why" }', "'a' is stated and not stated"),
        ('{ name = "a" }, { name = "a" }', "'a' stands twice"),
        ('{ name = "a", stat = ["x"] }', "key 'stat' is not known"),
        ('{ stated = ["x.y"] }', "'name' is missing"),
    ],
)
def test_a_slip_is_refused(tmp_path: Path, names: str, said: str):
    with pytest.raises(KnowledgeError) as caught:
        read_mined(written(tmp_path, document(names)))
    assert any(said in str(fault) for fault in caught.value.faults)


def test_a_document_has_one_list_and_a_file_is_toml(tmp_path: Path):
    with pytest.raises(KnowledgeError, match="two lists"):
        read_mined(written(tmp_path, document(""), document("")))
    (tmp_path / "lists.toml").write_text("[[mined", "utf-8")
    with pytest.raises(KnowledgeError, match="not TOML"):
        read_mined(tmp_path)
