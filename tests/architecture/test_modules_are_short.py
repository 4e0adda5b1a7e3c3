"""A module has at most 400 lines, or says in its docstring why it has more."""

import ast
from pathlib import Path

import pytest

import fullcourse

ROOT = Path(fullcourse.__file__).parent
MOST_LINES = 400
REASON = "Longer than 400 lines because "


def is_too_long(text: str) -> bool:
    return len(text.splitlines()) > MOST_LINES and REASON not in (ast.get_docstring(ast.parse(text)) or "")


@pytest.mark.parametrize("path", sorted(ROOT.rglob("*.py")), ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_module_is_short_or_says_why_not(path: Path):
    assert not is_too_long(path.read_text("utf-8")), f"split it by what it is about, or write '{REASON}...'"


def test_the_limit_is_part_of_what_is_allowed_and_one_line_more_asks_for_a_reason():
    assert not is_too_long('"""One idea."""\n' + "x = 1\n" * (MOST_LINES - 1))
    assert is_too_long('"""One idea."""\n' + "x = 1\n" * MOST_LINES)
    assert not is_too_long(f'"""One idea. {REASON}a table reads best whole."""\n' + "x = 1\n" * MOST_LINES)
    assert is_too_long(f'"""One idea."""\n# {REASON}a comment is no docstring\n' + "x = 1\n" * MOST_LINES)
