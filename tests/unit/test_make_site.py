"""The manual documents every command, option, kind of fact, JSON, error and setting, from the code itself."""

import sys
from pathlib import Path

import click
import pytest

sys.path.insert(0, str(Path(__file__).parents[2] / "tools"))

from site_pages.commands import command_pages, walk
from site_pages.markdown import escaped
from site_pages.schemas import schema_pages, schemas
from site_pages.statements import statement_pages
from site_pages.surface import errors_page, python_page, settings_page, settings_used
from site_pages.vocabulary import KINDS, facts_page

from fullcourse.clinical import errors
from fullcourse.interfaces import python as surface
from fullcourse.interfaces.api.settings import SETTINGS
from patients import knowledge

COMMANDS = dict(walk())
PAGES = command_pages()


def test_every_command_has_a_page() -> None:
    assert {words[0] for words in COMMANDS} == PAGES.keys() - {"index"}
    assert len(COMMANDS) > 50


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_option_is_on_the_page_of_its_command_and_says_what_it_does(words: tuple[str, ...]) -> None:
    assert COMMANDS[words].help
    for parameter in COMMANDS[words].params:
        if isinstance(parameter, click.Option):
            assert parameter.help, parameter.opts
            assert parameter.opts[0] in PAGES[words[0]]
            assert escaped(parameter.help) in PAGES[words[0]]


def test_every_fact_and_every_kind_of_fact_is_told() -> None:
    page = facts_page(knowledge())
    assert {fact.kind for fact in knowledge().facts.values()} == KINDS.keys()
    assert [fact for fact in knowledge().facts if f"`{fact}`" not in page] == []


def test_every_statement_stands_on_the_page_of_its_drug_with_its_source() -> None:
    pages = statement_pages(knowledge())
    for statement in knowledge().statements.values():
        page = pages[statement.id.split(".", 1)[0]]
        assert f"[{statement.id}](casebook:" in page
        assert escaped(statement.says) in page
        assert escaped(knowledge().sources[statement.source].title) in page


@pytest.mark.parametrize("name", schemas())
def test_every_json_has_a_title_a_description_and_a_page_with_its_keys(name: str) -> None:
    schema, page = schemas()[name], schema_pages()[name]
    assert schema["title"] == "fullcourse/{}/{}".format(*name.rsplit("-", 1))
    assert schema["description"]
    assert all(f"`{key}`" in page for key in schema.get("properties", {}))


def test_every_error_and_every_setting_is_told() -> None:
    kinds = [name for name in errors.__all__ if isinstance(getattr(errors, name), type) and name != "Fault"]
    assert [name for name in kinds if f"`{name}`" not in errors_page()] == []
    assert settings_used() == {setting.name for setting in SETTINGS}
    assert all(f"`{setting.name}`" in settings_page() for setting in SETTINGS)


def test_every_function_for_python_is_told() -> None:
    assert all(f"## {name}" in python_page() for name in surface.__all__)


def test_no_sign_of_a_text_is_read_as_markup() -> None:
    assert escaped("a_b *c* <d> [e](f) | g\n h") == r"a\_b \*c\* \<d\> \[e\](f) \| g h"
