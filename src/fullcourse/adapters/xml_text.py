"""Parse XML that came from outside: no document type, no entity, no other file, no network, no endless nesting."""

from contextlib import suppress

from lxml import etree

from fullcourse.clinical.errors import InputError

__all__ = ["parse_xml"]


class _Refused(Exception):
    """A document type was met."""


class _Begun(Exception):
    """The first element was met; no document type can follow."""


class _Sentinel:
    """Reads up to the first element, and stops at a document type before anything in it is read."""

    def __init__(self) -> None:
        self.refused = False

    def doctype(self, name: str | None, public: str | None, system: str | None) -> None:
        self.refused = True
        raise _Refused

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:
        raise _Begun

    def end(self, tag: str | bytes) -> None:
        """Is never met: the first element ends the reading."""

    def data(self, data: str | bytes) -> None:
        """Is never met, likewise."""

    def comment(self, text: str | bytes) -> None:
        """Comments say nothing."""

    def close(self) -> None:
        """Leave nothing behind."""


def parse_xml(data: bytes, what: str, mend: str) -> etree._Element:
    """Return the root of a document, without its comments and processing instructions.

    Args:
        data: The file, in any encoding that XML allows.
        what: What the file should be, with its article: "the label".
        mend: What to do about a file that cannot be read.

    Raises:
        InputError: It has a document type, is not well-formed, or is nested deeper than 256 levels.
    """
    sentinel = _Sentinel()
    first = etree.XMLParser(target=sentinel, resolve_entities=False, no_network=True, load_dtd=False)
    with suppress(etree.XMLSyntaxError, _Refused, _Begun):  # the second reading says what is wrong, and where
        etree.fromstring(data, first)
    if sentinel.refused:
        raise InputError(
            f"{what} has a document type (DOCTYPE), which it never needs and which can hide other files in it. "
            f"It was not read. {mend}"
        )
    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        place = f"line {error.lineno}" if error.lineno else "its end"
        raise InputError(f"{what} is not well-formed XML at {place}, or nested too deep. {mend}") from None
