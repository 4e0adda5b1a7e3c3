"""A second reading says how its source was found, what it asks for, and what became of a difference."""

from dataclasses import replace
from pathlib import Path

import pytest

from fullcourse.clinical import KnowledgeError
from fullcourse.knowledge.second_readings import (
    SecondReading,
    is_severe_interaction,
    rated,
    read_second_readings,
    second_reading_faults,
)
from patients import knowledge

STATEMENT = "rifampin.interaction.voriconazole"
SHIPPED = read_second_readings()
PAGE = Path(__file__).parents[3] / "docs" / "reference" / "second-reading.md"
READ: dict[str, str | list[str]] = {
    "statement": STATEMENT,
    "source": "ema-voriconazole-leaflet",
    "section": "2, do not take",
    "opened": "yes",
    "asks": "never",
    "names": "rifampicin",
    "says": "Not taken together.",
    "stands": "contraindicated avoid",
}


def written(path: Path, *rows: dict[str, str | list[str]]) -> Path:
    lines = ["[[reading]]\n" + "".join(f"{key} = {value!r}\n" for key, value in row.items()) for row in rows]
    (path / "some.toml").write_text("\n".join(lines), "utf-8")
    return path


def reading(path: Path, **changed: str | list[str]) -> SecondReading:
    return read_second_readings(written(path, {**READ, **changed}))[STATEMENT]


def refused(path: Path, *rows: dict[str, str | list[str]]) -> str:
    with pytest.raises(KnowledgeError) as raised:
        read_second_readings(written(path, *rows))
    return str(raised.value)


def test_every_shipped_reading_is_of_a_statement_and_a_source() -> None:
    assert [str(fault) for fault in second_reading_faults(SHIPPED.values(), knowledge())] == []


def test_every_severe_statement_was_read_a_second_time_or_stands_on_the_page_as_not_yet_read() -> None:
    severe = [name for name, it in knowledge().statements.items() if is_severe_interaction(it)]
    _, _, left = PAGE.read_text("utf-8").partition("## Contraindicated or avoid, not yet read a second time")
    assert severe
    assert [name for name in severe if name not in SHIPPED and f"- `{name}`" not in left] == []


def test_what_needs_nothing_was_read_too() -> None:
    assert sum(it.asks == "none_needed" and it.result == "agrees" for it in SHIPPED.values()) >= 25


def test_nobody_signs_a_second_reading() -> None:
    for it in SHIPPED.values():
        words = f"{it.says} {it.done}".lower()
        assert not any(word in words for word in ("reviewed by", "signed", "approved", "verified by")), it.statement


def test_a_reading_agrees_differs_or_could_not_be_read_again(tmp_path: Path) -> None:
    assert reading(tmp_path).result == "agrees"
    assert reading(tmp_path, differs=["over"], done="Kept.").result == "differs"
    nothing = {**{key: READ[key] for key in ("statement", "source", "section", "stands")}, "opened": "no"}
    assert read_second_readings(written(tmp_path, nothing))[STATEMENT].result == "could not be read again"


def test_a_reading_is_of_the_statement_until_its_source_place_or_rating_changes() -> None:
    statement = knowledge().statements[STATEMENT]
    shipped = SHIPPED[STATEMENT]
    assert shipped.stands == rated(statement) == "contraindicated avoid"
    assert shipped.is_of(statement)
    assert not shipped.is_of(replace(statement, source="other"))
    assert not shipped.is_of(replace(statement, section="other"))
    assert not replace(shipped, stands="major avoid").is_of(statement)


def test_what_makes_a_decision_contraindicated_or_avoid_is_severe_and_what_is_watched_is_not() -> None:
    statements = knowledge().statements
    assert is_severe_interaction(statements[STATEMENT])
    assert is_severe_interaction(statements["levofloxacin.duplicate.moxifloxacin"])
    assert not is_severe_interaction(statements["delamanid.interaction.levofloxacin"])
    assert not is_severe_interaction(statements["cycloserine.contraindication.epilepsy"])


def test_a_reading_that_says_half_is_refused(tmp_path: Path) -> None:
    unread = {key: value for key, value in READ.items() if key not in {"asks", "says"}}
    assert "one of 'asks' and 'says' stands alone" in refused(tmp_path, {**READ, "says": ""})
    assert "the source was opened, and nothing of it is written down" in refused(tmp_path, unread)
    assert "the source was not opened, and asks for something" in refused(tmp_path, {**READ, "opened": "no"})
    assert "one of 'differs' and 'done' stands alone" in refused(tmp_path, {**READ, "differs": ["over"]})
    assert "one of 'differs' and 'done' stands alone" in refused(tmp_path, {**READ, "done": "Kept."})


def test_a_word_a_key_or_a_second_row_that_nobody_knows_is_refused(tmp_path: Path) -> None:
    assert "opened" in refused(tmp_path, {**READ, "opened": "perhaps"})
    assert "Did you mean 'over'?" in refused(tmp_path, {**READ, "differs": ["ovr"], "done": "Kept."})
    assert "signed_by" in refused(tmp_path, {**READ, "signed_by": "somebody"})
    assert "the statement stands twice" in refused(tmp_path, READ, READ)
    (tmp_path / "some.toml").write_text("[[reading", "utf-8")
    with pytest.raises(KnowledgeError, match="it is not TOML"):
        read_second_readings(tmp_path)


def test_a_reading_of_a_statement_that_is_gone_is_a_fault(tmp_path: Path) -> None:
    readings = read_second_readings(written(tmp_path, {**READ, "statement": "rifampin.interaction.voriconazol"}))
    (fault,) = second_reading_faults(readings.values(), knowledge())
    assert f"Did you mean '{STATEMENT}'?" in str(fault)
