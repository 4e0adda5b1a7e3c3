"""What finds tests that may assert nothing finds them, and no others."""

import runpy
from pathlib import Path

import pytest

TOOL = runpy.run_path(str(Path(__file__).parents[2] / "tools" / "find_idle_tests.py"))
find = TOOL["idle_tests"]

HELPERS = """def check(y):
    assert y

def idle(y):
    if y:
        assert y

def some(y):
    return [it for it in y if it]

def all_of(y):
    return [it.text for it in y]

SOME = [it for it in ALL if it]
"""
"""One that asserts whatever comes, and one that may not; one that chooses, and one that does not."""
LINE = HELPERS.count("\n") + 1


@pytest.mark.parametrize(
    "body",
    [
        "    if x:\n        assert y\n",
        "    for it in x:\n        if it:\n            assert y\n",
        "    match x:\n        case 1:\n            assert y\n",
        "    try:\n        f()\n    except ValueError as error:\n        assert str(error)\n",
        "    if x:\n        with pytest.raises(ValueError):\n            f()\n",
        "    if x:\n        assert y\n    elif z:\n        assert y\n",
        "    if x:\n        f()\n    else:\n        assert y\n",
        "    if x:\n        check(y)\n",
        "    try:\n        f()\n        assert y\n    except ValueError:\n        pass\n",
        "    with suppress(ValueError):\n        f()\n        assert y\n",
        "    with contextlib.suppress(ValueError):\n        assert y\n",
        "    while x:\n        assert y\n",
        "    if x:\n        return\n    assert y\n",
        "    try:\n        f()\n    except ValueError:\n        return\n    assert y\n",
        "    for it in x:\n        if it:\n            continue\n        assert y\n",
        "    for it in x:\n        if it:\n            return\n    assert y\n",
        "    match x:\n        case 1:\n            return\n    assert y\n",
        "    for it in [one for one in x if one]:\n        assert it\n",
        "    for it in sorted(one for one in x if one):\n        assert it\n",
        "    for it in ():\n        assert it\n",
        "    for it in {}.items():\n        assert it\n",
        "    for it in re.findall('a', x):\n        assert it\n",
        "    for it in sorted(folder.rglob('*.txt')):\n        assert it\n",
        "    for it in x[1:]:\n        assert it\n",
        "    for it in x.get('a', ()):\n        assert it\n",
        "    for a, b in x.get('a', {}).items():\n        assert a\n",
        "    few = [it for it in x if it]\n    for it in few:\n        assert it\n",
        "    few = [it for it in x if it]\n    for it in few[:3]:\n        assert it\n",
        "    few = [it for it in x if it]\n    for a, b in zip(x, few, strict=True):\n        assert a\n",
        "    few = [it for it in x if it]\n    for it in [one.text for one in few]:\n        assert it\n",
        "    for it in some(x):\n        assert it\n",
        "    for it in SOME:\n        assert it\n",
        "    def inner():\n        assert y\n",
        "    def inner():\n        def deeper():\n            assert y\n    inner()\n",
        "    idle(y)\n    if x:\n        assert y\n",
    ],
)
def test_a_test_whose_every_assertion_stands_under_a_condition_is_found(body):
    assert find(f"{HELPERS}def test_it():\n{body}") == [(LINE, "test_it")]


@pytest.mark.parametrize(
    "body",
    [
        "    assert y\n",
        "    assert x\n    if x:\n        assert y\n",
        "    for it in x:\n        assert it\n",
        "    with pytest.raises(ValueError):\n        f()\n",
        "    if x:\n        assert y\n    else:\n        assert z\n",
        "    if x:\n        assert y\n        return\n    assert z\n",
        "    if x:\n        assert y\n    else:\n        raise ValueError\n",
        "    try:\n        f()\n    except ValueError as error:\n        assert error\n        return\n    assert y\n",
        "    try:\n        assert y\n    except ValueError:\n        pytest.fail('it raised')\n",
        "    try:\n        f()\n    finally:\n        assert y\n",
        "    match x:\n        case 1:\n            assert y\n        case _:\n            assert z\n",
        "    for it in x:\n        assert it\n        if it:\n            continue\n        assert y\n",
        "    for it in x:\n        for one in it:\n            if one:\n                continue\n        assert y\n",
        "    for it in [one.text for one in x]:\n        assert it\n",
        "    for it in (1, 2):\n        assert it\n",
        "    for it in x.items():\n        assert it\n",
        "    for it in x[:3]:\n        assert it\n",
        "    for it in x.get('a', (1, 2)):\n        assert it\n",
        "    for it in x.get('a'):\n        assert it\n",
        "    for it in all_of(x):\n        assert it\n",
        "    few = [it for it in x if it]\n    assert few\n    for it in few:\n        assert it\n",
        "    few = [it for it in x if it]\n    assume(few)\n    for it in few:\n        assert it\n",
        "    few = [it for it in x if it]\n    few = f(few)\n    for it in few:\n        assert it\n",
        "    found = []\n    for it in x:\n        found.append(it)\n    for it in found:\n        assert it\n",
        "    SOME = (1, 2)\n    for it in SOME:\n        assert it\n",
        "    while True:\n        assert y\n",
        "    def inner():\n        return 1\n    assert inner()\n",
        "    def inner():\n        assert y\n    inner()\n",
        "    def inner():\n        assert y\n    run(inner)\n",
        "    run(lambda: check(y))\n",
        "    @app.route\n    def inner():\n        assert y\n",
        "    check(y)\n",
        "    assert not x or y\n",
        "    f()\n",  # asserts nothing at all: a linter's matter, and a smoke test says so in its name
    ],
)
def test_any_other_test_is_not(body):
    assert find(f"{HELPERS}def test_it():\n{body}") == []


def test_no_test_of_ours_is_idle():
    folder = Path(__file__).parents[1]
    idle = {str(path): found for path in folder.rglob("*.py") if (found := find(path.read_text("utf-8")))}
    assert idle == {}


def test_the_command_names_what_it_finds(tmp_path, monkeypatch, capsys):
    (tmp_path / "test_x.py").write_text("def test_it():\n    if x:\n        assert y\n", "utf-8")
    monkeypatch.setattr("sys.argv", ["find_idle_tests.py", str(tmp_path)])
    assert TOOL["main"]() == 1
    assert "test_x.py:1: test_it may pass with nothing asserted" in capsys.readouterr().out
