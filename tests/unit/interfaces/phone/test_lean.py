"""What is sent says what was written: the same program, the same style, the same words, with less between them."""

import json
import re
import shutil
import subprocess
from importlib.resources import files
from pathlib import Path

import pytest

from fullcourse.interfaces.phone.lean import lean_script, lean_style, lean_words

PAGE = Path(str(files("fullcourse.interfaces.phone") / "page"))
SCRIPTS = sorted(str(place.relative_to(PAGE)) for place in PAGE.rglob("*.js"))
NODE = shutil.which("node")
TREES = """
const { parse } = require('internal/deps/acorn/acorn/dist/acorn');
const LEFT_OUT = ['start', 'end', 'raw'];
const bare = (key, value) => (LEFT_OUT.includes(key) ? undefined : value instanceof RegExp ? String(value) : value);
const read = (text) => JSON.stringify(parse(text, { ecmaVersion: 'latest', sourceType: 'module' }), bare);
const pairs = JSON.parse(require('fs').readFileSync(0, 'utf8'));
console.log(JSON.stringify(Object.entries(pairs).map(([name, [one, other]]) => [name, read(one) === read(other)])));
"""

CASES = [
    # what is written, what is sent; written before the reader of parts was
    ("a = b + +c;", "a=b+ +c;"),
    ("a = b - -c;", "a=b- -c;"),
    ("a++ + b;", "a++ +b;"),
    ("return a / b / c;", "return a/b/c;"),
    ("x = y.replace(/ \\/ [/ ]/g, ' / ');", "x=y.replace(/ \\/ [/ ]/g,' / ');"),
    ("f('// no comment'); // a comment", "f('// no comment');"),
    ("f(`a // ${b ? `/* ${c} */` : '}'} d`);", "f(`a // ${b ? `/* ${c} */` : '}'} d`);"),
    ("a = 1\nb = 2", "a=1\nb=2"),
    ("a = b\n  .c()\n  .d();", "a=b.c().d();"),
    ("const f = () => {}\n(g)();", "const f=()=>{}\n(g)();"),
    ("x\n++y", "x\n++y"),
    ("return\n  a;", "return\na;"),
    ("if (a) {\n  b();\n}\nelse c();", "if(a){b();}\nelse c();"),
    ("while (next());\n{ a = 1; }", "while(next());{a=1}"),
    ("a = 5 .toFixed();", "a=5 .toFixed();"),
    ("a /* b */ in c", "a in c"),
    ("let a/*\n*/b", "let a\nb"),
    ("async function* f() { yield* g(); }", "async function*f(){yield*g();}"),
    ("a ??= b?.c ?? d;", "a??=b?.c??d;"),
]


@pytest.mark.parametrize(("written", "sent"), CASES)
def test_a_script_is_sent_without_the_spaces_that_part_nothing(written: str, sent: str) -> None:
    assert lean_script(written) == sent + "\n"


def test_a_text_in_backticks_that_does_not_end_is_refused() -> None:
    with pytest.raises(ValueError, match="does not end: `a"):
        lean_script("f(`a ${b}")


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_that_was_made_lean_is_lean(name: str) -> None:
    once = lean_script((PAGE / name).read_text("utf-8"))
    assert lean_script(once) == once


@pytest.mark.skipif(NODE is None, reason="no Node is installed, whose reader of JavaScript this asks")
def test_every_script_is_sent_as_the_program_that_was_written() -> None:
    texts = {name: (PAGE / name).read_text("utf-8") for name in SCRIPTS}
    pairs = {name: [text, lean_script(text)] for name, text in texts.items()}
    # Of a planted fault the comparison must hear.
    pairs["a fault"] = ["return_ = a\n(b)", "return_=a;(b)"]
    asked = [str(NODE), "--expose-internals", "--no-warnings", "-e", TREES]
    told = subprocess.run(  # noqa: S603 - our own words
        asked, input=json.dumps(pairs), capture_output=True, text=True, check=True
    ).stdout
    same = dict(json.loads(told))
    assert not same.pop("a fault")
    assert [name for name, is_same in same.items() if not is_same] == []


@pytest.mark.parametrize(
    ("written", "sent"),
    [
        ("a { b: c; }", "a{b:c}"),
        ("a :hover, b:hover { c: d e; }", "a :hover,b:hover{c:d e}"),
        (".a > .b + .c { d: calc(1px + 2px - 3px); }", ".a>.b + .c{d:calc(1px + 2px - 3px)}"),
        ("@media (x: y) { a { --b: #fff; c: var(--b) } }", "@media (x: y){a{--b:#fff;c:var(--b)}}"),
        ('/* a { b: c } */ d { content: "‹"; }', 'd{content:"‹"}'),
    ],
)
def test_a_style_is_sent_without_the_spaces_that_say_nothing(written: str, sent: str) -> None:
    assert lean_style(written) == sent + "\n"


def test_no_text_of_the_style_holds_what_would_be_taken_for_a_sign_of_it() -> None:
    style = (PAGE / "app.css").read_text("utf-8")
    assert [it for it in re.findall(r'"[^"]*"', style) if re.search(r"[{};,>]|: ", it)] == []


def test_words_are_the_same_words() -> None:
    written = (PAGE / "words" / "en.json").read_text("utf-8")
    assert json.loads(lean_words(written)) == json.loads(written)
    assert "\n" not in lean_words(written)
