"""A form with a file is read as browsers write one, and refused where anything in it could be misread.

Cases from bug reports of programs that read such forms: what no browser sends is a 400, never a 500 or a guess.
"""

import pytest

from fullcourse.interfaces.api.multipart import is_multipart, read_multipart
from fullcourse.interfaces.api.problems import BadRequest

KIND = "multipart/form-data; boundary=x"


def form(*parts: str, end: str = "--x--\r\n") -> bytes:
    return ("".join(f"--x\r\n{part}\r\n" for part in parts) + end).encode()


def field(name: str, value: str) -> str:
    return f'Content-Disposition: form-data; name="{name}"\r\n\r\n{value}'


def file(name: str, called: str, content: str, more: str = "") -> str:
    return f'Content-Disposition: form-data; name="{name}"; filename="{called}"\r\n{more}\r\n{content}'


@pytest.mark.parametrize("kind", [KIND, 'multipart/form-data; boundary="x"', "Multipart/Form-Data; boundary=x"])
def test_fields_and_files_are_read_in_their_order(kind):
    parts = read_multipart(form(field("a", "1\r\n2"), file("f", "r.json", "{}", "Content-Type: text/x\r\n")), kind)
    assert [(it.name, it.content, it.is_file) for it in parts] == [("a", b"1\r\n2", False), ("f", b"{}", True)]
    assert is_multipart(kind)


def test_a_file_that_was_not_chosen_is_no_file():
    (part,) = read_multipart(form(file("f", "", "", "Content-Type: application/octet-stream\r\n")), KIND)
    assert (part.content, part.is_file) == (b"", False)


def test_a_name_with_what_browsers_escape_and_a_backslash_is_read():
    """defnull/multipart #60: browsers write a quotation mark as %22, and leave backslashes alone."""
    (part,) = read_multipart(form(file("f", "a%22b\\c.json", "{}")), KIND)
    assert part.is_file


def test_what_a_part_calls_its_own_kind_changes_nothing():
    """Kludex/starlette #1059: a file that calls itself a form is still a file."""
    (part,) = read_multipart(form(file("f", "a.json", "{}", "Content-Type: multipart/form-data\r\n")), KIND)
    assert part.content == b"{}"


REFUSED = {
    "no boundary is named (starlette #1125)": (form(field("a", "1")), "multipart/form-data"),
    "an empty boundary": (form(field("a", "1")), "multipart/form-data; boundary="),
    "a boundary of other letters": (form(field("a", "1")), "multipart/form-data; boundary=é"),
    "another boundary than in the body (aiohttp #3544)": (form(field("a", "1")), "multipart/form-data; boundary=y"),
    "a part without a name (starlette #1303)": (form("Content-Disposition: form-data\r\n\r\n1"), KIND),
    "a part without a head": (form("1"), KIND),
    "a body that was cut off (web2py #2626)": (form(field("a", "1"), end=""), KIND),
    "an end of a million dashes (python-multipart #162)": (form(field("a", "1"), end="--x--" + "-" * 1_000_000), KIND),
    "something before the first boundary": (b"?" + form(field("a", "1")), KIND),
    "something behind the last": (form(field("a", "1")) + b"?", KIND),
    "a head twice": (form('content-disposition: form-data; name="b"\r\n' + field("a", "1")), KIND),
    "a name that injects a head (cpp-httplib #2478)": (form(file("f", 'a"\r\nX: y', "1")), KIND),
    "a name in another writing": (
        form("Content-Disposition: form-data; name=\"f\"; filename*=UTF-8''a\r\n\r\n1"), KIND,
    ),
    "a part that is wrapped": (form("Content-Transfer-Encoding: base64\r\n" + field("a", "MQ==")), KIND),
    "no part at all": (b"--x\r\n--x--\r\n", KIND),
    "too many parts": (form(*(field("a", "1") for _ in range(501))), KIND),
    "a head without an end": (form("Content-Disposition: " + "x" * 3000 + "\r\n\r\n1"), KIND),
}  # fmt: skip


@pytest.mark.parametrize(("body", "kind"), REFUSED.values(), ids=REFUSED)
def test_what_no_browser_sends_is_refused(body, kind):
    with pytest.raises(BadRequest):
        read_multipart(body, kind)


def test_the_most_parts_are_read():
    assert len(read_multipart(form(*(field("a", "1") for _ in range(500))), KIND)) == 500
