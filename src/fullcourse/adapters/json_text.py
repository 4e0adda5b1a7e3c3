"""JSON from outside, read so that nothing in it can be silently misread.

The standard parser keeps the last of two equal keys, takes NaN and Infinity, and turns 1e999 into infinity: each of
these once made a wrong weight out of a right one. Here every one of them is refused, with the line and column. No
message repeats a value of the text, since a value may name a patient.
"""

import json
import math
import re
from collections.abc import Iterator
from itertools import chain, compress

from fullcourse.clinical.errors import InputError

__all__ = ["MAX_DEPTH", "decode_text", "is_certain", "may_be_too_large", "parse_json", "parse_json_lines"]

MAX_DEPTH = 200
"""Objects and lists may be nested so deep; FHIR needs about 20."""

_LOCATED_UP_TO = 8_000_000  # characters; beyond it the place of a fault is not searched for
_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[{}\[\],:]|[^\s{}\[\],:"]+', re.DOTALL)
_LONGEST_INTEGER = 300  # digits; a longer one is beyond what a float holds
_SPACES = (" ", "\t", "\r", "\n")
_STEP = 20
_DIGITS = re.compile(rb"[0-9]{%d}" % (_LONGEST_INTEGER // _STEP - 1))  # of each so many bytes, within a long integer
_SURROGATE_ESCAPE = re.compile(r"\\u[dD][89a-fA-F]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_KEY_SHOWN = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,39}")


_CONTAINERS = frozenset((dict, list))


class _Refused(Exception):
    """What a parser hook found wrong; it does not know where."""


def decode_text(data: bytes, what: str = "the record") -> str:
    """Return the text of UTF-8 bytes, without a byte order mark.

    Raises:
        InputError: They are not UTF-8.
    """
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        raise InputError(f"{what} is UTF-16, and FHIR is UTF-8. Save it as UTF-8 and try again.")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{what} is not valid UTF-8 at line {line}, byte {error.start + 1}; a character could be read wrongly. "
            "Save it as UTF-8 and try again."
        ) from None


def parse_json(text: str, what: str = "the record", first_line: int = 1) -> object:
    """Return the value of a JSON text.

    Args:
        text: The whole text.
        what: What is read, for messages.
        first_line: The number of its first line in the file, for messages.

    Raises:
        InputError: It is not JSON; a key stands twice in one object; a number is NaN, infinite or too large; a
            string holds half a surrogate pair; or it is nested deeper than ``MAX_DEPTH``.
    """
    try:
        value = _load(text)
    except json.JSONDecodeError as error:
        line = error.lineno + first_line - 1
        cut = "it ends too early: part of it may be missing" if error.pos >= len(text.rstrip()) else error.msg.lower()
        raise InputError(
            f"{what} is not JSON: {cut}, at line {line}, column {error.colno}. Export or send it again, whole."
        ) from None
    except _Refused as refusal:
        raise InputError(f"{what} cannot be used: {refusal}{_place(text, first_line)}.") from None
    except RecursionError:
        raise InputError(
            f"{what} is nested deeper than {MAX_DEPTH} levels, which no FHIR record is. Check the export."
        ) from None
    if _SURROGATE_ESCAPE.search(text) and (path := _lone_surrogate(value)):
        raise InputError(
            f"{what} holds half of a surrogate pair at {path}, which is no character and cannot be written out again. "
            "Correct the export."
        )
    return value


def parse_json_lines(text: str, what: str = "the record") -> list[object]:
    """Return the values of newline-delimited JSON; blank lines are passed over.

    Raises:
        InputError: As for ``parse_json``, with the line.
    """
    return [parse_json(line, what, number) for number, line in enumerate(text.split("\n"), 1) if line.strip()]


def _pairs(pairs: list[tuple[str, object]]) -> dict[str, object]:
    whole = dict(pairs)
    if len(whole) != len(pairs):
        seen: set[str] = set()
        twice = next(key for key, _ in pairs if key in seen or seen.add(key))  # type: ignore[func-returns-value]  # set.add returns None on purpose
        name = f"the key '{twice}'" if _KEY_SHOWN.fullmatch(twice) else "a key"
        raise _Refused(
            f"{name} stands twice in one object, and nobody can say which one is right; remove the wrong one"
        )
    return whole


def _constant(name: str) -> float:
    raise _Refused(f"{name} is not a number in JSON; remove it or write the number")


def _float(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise _Refused("a number is too large to be held; correct it")
    return number


def _integer(text: str) -> int:
    if len(text) > _LONGEST_INTEGER:
        raise _Refused("a number is too large to be held; correct it")
    return int(text)


_DECODER = json.JSONDecoder(parse_constant=_constant, parse_float=_float, parse_int=_integer)


def _load(text: str) -> object:
    """Parse a text, quickly where counting proves that no key stands twice, and key by key elsewhere.

    Every pair of an object shows as ``":`` where no space stands before a colon. A repeated key is a pair that the
    parsed objects lack, and a ``":`` inside a string is one more, so equal counts leave room for neither.
    """
    value: object = _DECODER.decode(text)
    pairs = _count_pairs(value)
    # A text without any such space, as most are, is not searched for one before a colon.
    if pairs != text.count('":') or any(f"{space}:" in text for space in _SPACES if space in text):
        json.loads(text, object_pairs_hook=_pairs)
    return value


def is_certain(data: bytes, value: object) -> bool:
    """Return whether counting proves that what another parser made of bytes is what `parse_json` would make of them.

    Args:
        data: As they came.
        value: Of a parser that refuses whatever is no JSON, an infinite number, half a surrogate pair and bad UTF-8,
            and makes ``dict``, ``list``, ``str``, ``int``, ``float``, ``bool`` and None.
    """
    try:
        pairs = _count_pairs(value)
    except RecursionError:
        return False
    # without spaces every pair shows as ":, so that a key that stands twice would make one more than the value has
    return pairs == data.translate(None, b" \t\r\n").count(b'":') and not may_be_too_large(data)


def may_be_too_large(data: bytes) -> bool:
    """Return whether bytes may hold a whole number of more digits than `parse_json` takes; a text of digits may too."""
    return _DIGITS.search(data[::_STEP]) is not None


def _count_pairs(value: object) -> int:
    """Return how many pairs all objects have together; raise RecursionError where it is nested too deep."""
    count = 0
    level = [value]
    for _ in range(MAX_DEPTH + 1):  # the parser makes exact dicts and lists, and their class is the quickest test
        objects = [nested for nested in level if nested.__class__ is dict]
        lists = [nested for nested in level if nested.__class__ is list]
        if not objects and not lists:
            return count
        count += sum(map(len, objects))
        inner = [*chain.from_iterable(map(dict.values, objects)), *chain.from_iterable(lists)]
        level = list(compress(inner, map(_CONTAINERS.__contains__, map(type, inner))))
    raise RecursionError


def _lone_surrogate(value: object) -> str:
    """Return the path of the first string that holds one; empty when none does."""
    waiting: list[tuple[str, object]] = [("$", value)]
    while waiting:
        path, here = waiting.pop()
        if isinstance(here, str):
            if _SURROGATE.search(here):
                return path
        elif isinstance(here, dict):
            if any(_SURROGATE.search(key) for key in here):
                return f"a key of {path}"
            waiting.extend(
                (f"{path}.{key}" if _KEY_SHOWN.fullmatch(key) else path, inner) for key, inner in here.items()
            )
        elif isinstance(here, list):
            waiting.extend((f"{path}[{number}]", inner) for number, inner in enumerate(here))
    return ""


def _place(text: str, first_line: int) -> str:
    """Return where the first fault of a hook is, by reading the text once more; only ever done for a refusal."""
    if len(text) > _LOCATED_UP_TO:
        return ""
    for position in _faults(text):
        line = text.count("\n", 0, position) + first_line
        return f" (line {line}, column {position - text.rfind(chr(10), 0, position)})"
    return ""


def _faults(text: str) -> Iterator[int]:
    keys: list[set[str] | None] = []
    is_key = False
    for token in _TOKEN.finditer(text):
        word = token.group()
        if word in "{[":
            keys.append(set() if word == "{" else None)
        elif word in "}]" and keys:
            keys.pop()
        elif word[0] == '"' and is_key and keys and (seen := keys[-1]) is not None:
            try:
                key = json.loads(word, strict=False)
            except ValueError:  # the parser came to its own fault before it came here
                return
            if key in seen:
                yield token.start()
            seen.add(key)
        elif word[0] in "NI" or word.startswith("-I") or (word[0] in "-0123456789" and _is_too_large(word)):
            yield token.start()
        is_key = word in "{," and bool(keys) and keys[-1] is not None


def _is_too_large(word: str) -> bool:
    try:
        return len(word) > _LONGEST_INTEGER or math.isinf(float(word))
    except ValueError:
        return False
