"""Reads a structured product label (HL7 SPL): who issued what when, and its sections as they are nested.

A label comes from outside, so the parser is a guarded one: a document type (and with it every entity) is refused
while parsing, in whatever encoding; nothing is fetched; size and depth are limited. Sections may lack a title, a text
or a code of their own, and one code may stand many times: all of that is kept as it is, and nothing is made up.
"""

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from lxml import etree

from fullcourse.adapters.input_file import read_bytes
from fullcourse.adapters.xml_text import parse_xml
from fullcourse.clinical.errors import InputError

__all__ = ["MOST_BYTES", "UNCLASSIFIED", "Label", "LabelSection", "open_label", "read_label"]

MOST_BYTES: Final = 16 * 1024 * 1024
"""Largest label that is read; real ones are below 2 MiB, pictures are not inside them."""

UNCLASSIFIED: Final = "42229-5"
"""LOINC code of a section without a matter of its own: the section around it says what it is about."""

_NAMESPACE: Final = "{urn:hl7-org:v3}"
_LOINC: Final = "2.16.840.1.113883.6.1"
_NUMBER: Final = re.compile(r"^\s*(\d{1,2}(?:\.\d{1,2})*)[.\s]\s*(?=\D)")
_BLOCKS: Final = frozenset({"paragraph", "item", "tr", "caption", "list", "table", "text", "footnote"})
_DATE: Final = re.compile(r"(\d{4})(\d{2})?(\d{2})?")


@dataclass(frozen=True, slots=True)
class LabelSection:
    """One section of a label.

    Attributes:
        code: LOINC code; empty when the section has none.
        name: What the label calls the code; empty when it does not say.
        number: Number in front of the title (``5.1``); empty in labels of the older form.
        title: Without its number, on one line; empty when there is none.
        paragraphs: The section's own text, without that of the sections inside it.
        sections: The sections inside it, in order.
    """

    code: str
    name: str
    number: str
    title: str
    paragraphs: tuple[str, ...]
    sections: tuple["LabelSection", ...]

    def walk(self) -> Iterator["LabelSection"]:
        """Yield this section and all inside it, in the order of the document."""
        yield self
        for section in self.sections:
            yield from section.walk()


@dataclass(frozen=True, slots=True)
class Label:
    """One edition of one label.

    Attributes:
        title: On one line; empty when there is none.
        kind: What the document calls itself, for example a label of a prescription drug.
        set_id: The same in every edition.
        version: Number of the edition.
        effective: Date of the edition, ISO 8601 as exact as it is given; empty when it is not.
        issuer: Who submitted it; empty when the document does not say.
        products: Names of the products, each once.
        sections: The outermost sections, in order.
    """

    title: str
    kind: str
    set_id: str
    version: str
    effective: str
    issuer: str
    products: tuple[str, ...]
    sections: tuple[LabelSection, ...]

    def walk(self) -> Iterator[LabelSection]:
        """Yield every section in the order of the document."""
        for section in self.sections:
            yield from section.walk()


def open_label(path: Path) -> Label:
    """Read the label of a file.

    Raises:
        InputError: It is not there, is too large, or cannot be read safely as a label.
    """
    return read_label(read_bytes(path, limit=MOST_BYTES, what="the label"))


def read_label(data: bytes) -> Label:
    """Read a label.

    Args:
        data: An SPL document in any encoding that XML allows.

    Raises:
        InputError: It is too large, has a document type, is not well-formed, or is not a label.
    """
    if len(data) > MOST_BYTES:
        raise InputError(
            f"the label is larger than {MOST_BYTES // 1024**2} MiB; real ones are far smaller. Check the file."
        )
    document = parse_xml(data, "the label", "Take the file from its publisher again.")
    if document.tag != f"{_NAMESPACE}document":
        raise InputError(
            "the file is XML and no structured product label: its root is not 'document' of urn:hl7-org:v3. "
            "Hand in the SPL file of a label."
        )
    body = _child(document, "component", "structuredBody")
    return Label(
        title=_line(_child(document, "title")),
        kind=_attribute(_child(document, "code"), "displayName"),
        set_id=_attribute(_child(document, "setId"), "root"),
        version=_attribute(_child(document, "versionNumber"), "value"),
        effective=_date(_attribute(_child(document, "effectiveTime"), "value")),
        issuer=_line(_child(document, "author", "assignedEntity", "representedOrganization", "name")),
        products=_products(document),
        sections=() if body is None else tuple(_sections(body)),
    )


def _sections(parent: etree._Element) -> Iterator[LabelSection]:
    for component in parent.findall(f"{_NAMESPACE}component"):
        for element in component.findall(f"{_NAMESPACE}section"):
            yield _section(element)


def _section(element: etree._Element) -> LabelSection:
    code = _child(element, "code")
    title = _line(_child(element, "title"))
    number = _NUMBER.match(title)
    text = _child(element, "text")
    return LabelSection(
        code=_attribute(code, "code") if _attribute(code, "codeSystem") == _LOINC else "",
        name=html.unescape(_attribute(code, "displayName")),  # escaped twice in real labels
        number=number[1] if number else "",
        title=title[number.end() :].strip() if number else title,
        paragraphs=() if text is None else _paragraphs(text),
        sections=tuple(_sections(element)),
    )


def _paragraphs(text: etree._Element) -> tuple[str, ...]:
    """Return the text in blocks, the cells of a row parted by a bar, without empty ones."""
    pieces: list[str] = []
    for event, element in etree.iterwalk(text, events=("start", "end")):
        name = etree.QName(element).localname
        if event == "start":
            pieces.append("\n" if name in _BLOCKS else " " if name == "br" else "")
            pieces.append(_flat(element.text))
        else:
            pieces.append("\n" if name in _BLOCKS else " | " if name in {"td", "th"} else "")
            pieces.append(_flat(element.tail) if element is not text else "")
    blocks = (" ".join(block.split()).strip(" |") for block in "".join(pieces).split("\n"))
    return tuple(block for block in blocks if block)


def _flat(text: str | None) -> str:
    return (text or "").replace("\n", " ").replace("\r", " ")


def _products(document: etree._Element) -> tuple[str, ...]:
    path = f".//{_NAMESPACE}manufacturedProduct/{_NAMESPACE}manufacturedProduct/{_NAMESPACE}name"
    names = (_line(name) for name in document.iterfind(path))
    return tuple(dict.fromkeys(name for name in names if name))


def _child(element: etree._Element, *names: str) -> etree._Element | None:
    return element.find("/".join(f"{_NAMESPACE}{name}" for name in names))


def _attribute(element: etree._Element | None, name: str) -> str:
    return "" if element is None else (element.get(name) or "").strip()


def _line(element: etree._Element | None) -> str:
    return "" if element is None else " ".join("".join(str(part) for part in element.itertext()).split())


def _date(text: str) -> str:
    match = _DATE.match(text)
    return "-".join(part for part in match.groups() if part) if match else ""
