"""Scripts, styles and words as they are sent to a phone: without comments and the spaces that say nothing.

It is no build step: what is served is the file, its parts in their order and under their names. A script is read part
by part (texts, patterns, numbers, names, signs), and nothing within a part is touched; a line may end a statement, so
that a line's end goes only where the part before it or after it cannot stand at one.
"""

import json
import re
from collections.abc import Iterator
from typing import Final

__all__ = ["lean_script", "lean_style", "lean_words"]

_PART: Final = re.compile(
    r"(?P<space>[^\S\n]+)|(?P<line>\n)|(?P<comment>//[^\n]*|/\*.*?\*/)"
    r"|(?P<text>'(?:[^'\\\n]|\\.)*'|\"(?:[^\"\\\n]|\\.)*\")"
    r"|(?P<word>[\w$]+)|(?P<sign>=>|\+\+|--|\?\.|\?\?=|\?\?|&&|\|\||[^\w\s$])",
    re.DOTALL,
)
_PATTERN: Final = re.compile(r"/(?:[^/\\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+/[a-z]*")
_BEFORE_PATTERN: Final = frozenset(
    ["(", ",", "=", ":", "[", "!", "&", "|", "?", "{", "}", ";", "=>", "&&", "||", "??", "??="]
)
"""After these signs a stroke begins a pattern; after a name, a number, ``)`` or ``]`` it divides."""
_WORDS_BEFORE_PATTERN: Final = frozenset(("return", "typeof", "case", "in", "of"))
_NO_END: Final = frozenset(["{", "(", "[", ",", ";", ":", "?", "=", "=>", "&&", "||", "??", ".", "?."])
"""What nothing can end with: the line goes on behind it."""
_NO_BEGIN: Final = frozenset([")", "]", "}", ",", ";", ":", "?", ".", "?.", "=>", "&&", "||", "??", "="])
"""What nothing can begin with: it goes on with the line before it."""


def lean_script(script: str) -> str:
    """Return a script without comments and without the spaces that part nothing.

    Args:
        script: In JavaScript, without a text of several lines and without a backtick inside a pattern.

    Raises:
        ValueError: A text in backticks does not end.

    Example:
        >>> lean_script("/** Why. */\\nconst a = (b) => {\\n  return b / 2; // half\\n};\\nf(`x ${a} y`);\\n")
        'const a=(b)=>{return b/2};f(`x ${a} y`);\\n'
    """
    out: list[str] = []
    before, gap = "", ""
    for part in _parts(script):
        if part.isspace():
            gap = "\n" if "\n" in gap + part else " "
            continue
        if gap and before and (between := _between(before, part, gap)):
            out.append(between)
        if part == "}" and out and out[-1] == ";" and not _is_empty_body(out):
            out.pop()
        out.append(part)
        before, gap = part, ""
    return "".join(out) + "\n"


def _is_empty_body(out: list[str]) -> bool:
    """Tell whether the last semicolon may be a whole statement, as in ``while (next());``."""
    return len(out) > 1 and out[-2] == ")"


def _between(before: str, after: str, gap: str) -> str:
    if gap == "\n":
        return "" if before in _NO_END or after in _NO_BEGIN else "\n"
    are_names = _is_name(before[-1]) and _is_name(after[0])
    return " " if are_names or (before[-1] == after[0] and before[-1] in "+-") or _divides(before, after) else ""


def _divides(before: str, after: str) -> bool:
    return (before[-1] == "/" and after[0] in "/*") or (before[-1].isdigit() and after[0] == ".")


def _is_name(sign: str) -> bool:
    return sign.isalnum() or sign in "_$"


def _parts(script: str) -> Iterator[str]:
    """Yield the parts of a script; a comment is the space that it stands for."""
    at, before = 0, ";"
    while at < len(script):
        if script[at] == "`":
            end = _end_of_template(script, at)
            part = script[at:end]
        elif script[at] == "/" and script[at + 1 : at + 2] not in ("/", "*") and _may_be_pattern(before):
            found = _PATTERN.match(script, at)
            part = script[at : found.end()] if found else "/"
        else:
            found = _PART.match(script, at)
            part = script[at : found.end()] if found else script[at]
            if found and found.lastgroup == "comment":
                at += len(part)
                yield "\n" if "\n" in part else " "
                continue
        at += len(part)
        before = before if part.isspace() else part
        yield part


def _may_be_pattern(before: str) -> bool:
    return before in _BEFORE_PATTERN or before in _WORDS_BEFORE_PATTERN


def _end_of_template(script: str, at: int) -> int:
    """Return where a text in backticks ends, with whatever stands in its braces."""
    depth, place = 0, at + 1
    while place < len(script):
        sign = script[place]
        if sign == "\\":
            place += 1
        elif not depth and sign == "`":
            return place + 1
        elif not depth and script.startswith("${", place):
            depth, place = 1, place + 1
        elif depth and sign == "`":
            place = _end_of_template(script, place) - 1
        elif depth:
            depth += {"{": 1, "}": -1}.get(sign, 0)
        place += 1
    raise ValueError(f"a text in backticks does not end: {script[at : at + 40]}")


def lean_style(style: str) -> str:
    """Return a style sheet without comments and without the spaces that say nothing.

    Args:
        style: In CSS; no text in it holds a brace or a semicolon.

    Example:
        >>> lean_style("/* Calm. */\\n.a > b,\\n[c] :d { margin: 0 auto; inset: calc(1px + 2px); }\\n")
        '.a>b,[c] :d{margin:0 auto;inset:calc(1px + 2px)}\\n'
    """
    text = re.sub(r"/\*.*?\*/", " ", style, flags=re.DOTALL)
    text = re.sub(r"\s+", " ", text).strip()
    text = re.sub(r" ?([{};,>]) ?", r"\1", text)
    text = re.sub(
        r"(?<=[{;])([\w-]+): ", r"\1:", text
    )  # of a declaration: before a colon of a selector a space says a lot
    return text.replace(";}", "}") + "\n"


def lean_words(words: str) -> str:
    """Return words, or any JSON, without the spaces between them.

    Example:
        >>> lean_words('{\\n "a": "b c"\\n}')
        '{"a":"b c"}'
    """
    return json.dumps(json.loads(words), ensure_ascii=False, separators=(",", ":"))
