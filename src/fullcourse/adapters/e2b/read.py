"""Read an E2B(R3) file into its data elements, and name every value of it that no element holds.

The file is laid beside the layout, element by element. What fits is taken; what does not is listed with its line and
its reason, so that nothing which carries a value passes in silence. Left aside are only HL7's words for the kind of an
element, the schema's address, display names beside codes, and the version of a code list.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import cast

from lxml import etree

from fullcourse.adapters.e2b.layout import HL7, KEYS, STRUCTURAL, TYPE, Capture, Layout, Spot, layout
from fullcourse.adapters.e2b.sections import Null, Section, Value
from fullcourse.adapters.xml_text import parse_xml
from fullcourse.clinical.errors import InputError

__all__ = ["MOST_BYTES", "Reading", "Unread", "read_file"]

MOST_BYTES = 32 * 1024 * 1024

_BESIDE_A_CODE = frozenset({"displayName", "codeSystemVersion", "codeSystemName"})
_SCHEMA = frozenset({"{http://www.w3.org/2001/XMLSchema-instance}schemaLocation", "ITSVersion", TYPE, "typeCode"})
_TELLING = frozenset({"code", "codeSystem", "root", "nullFlavor"})
_ROOTS = {"MCCI_IN200100UV01": "message", "MCCI_IN200101UV01": "acknowledgement"}
_MEND = "Hand in the file as the sender or the receiver gave it."


@dataclass(frozen=True, slots=True)
class Unread:
    """A value of the file that no data element took.

    Attributes:
        line: Where it stands in the file, counted from 1.
        place: The names of the elements around it, and the attribute if it is one.
        value: What stands there.
        why: Why no element took it.
    """

    line: int
    place: str
    value: str
    why: str


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file says.

    Attributes:
        kind: ``message`` for case safety reports, ``acknowledgement`` for a receiver's answer.
        batch: The elements of the batch; its reports are the group ``N.2.r`` (``ACK.B.r`` in an answer).
        unread: What no element took, in the order of the file.
    """

    kind: str
    batch: Section
    unread: tuple[Unread, ...]


def read_file(data: bytes) -> Reading:
    """Read a batch of case safety reports, or an acknowledgement of one.

    Args:
        data: The file, at most ``MOST_BYTES``.

    Raises:
        InputError: It is too large, unsafe, not well-formed, or neither of the two.
    """
    if len(data) > MOST_BYTES:
        raise InputError(f"the E2B file is larger than {MOST_BYTES // 1024**2} MiB, and is not read. {_MEND}")
    root = parse_xml(data, "the E2B file", _MEND)
    kind = _ROOTS.get(root.tag.removeprefix(HL7)) if root.tag.startswith(HL7) else None
    if kind is None:
        raise InputError(
            "the file is XML and neither an E2B(R3) batch (MCCI_IN200100UV01) nor an acknowledgement of one "
            f"(MCCI_IN200101UV01) of urn:hl7-org:v3. A file of the older E2B(R2) begins with 'ichicsr'. {_MEND}"
        )
    reader = _Matching(layout(kind))
    reader.take(reader.layout.root, root, {"": reader.batch})
    return Reading(kind, reader.batch, tuple(sorted(reader.unread, key=lambda unread: unread.line)))


class _Matching:
    """One file, being laid beside the layout."""

    def __init__(self, of: Layout) -> None:
        self.layout = of
        self.batch = Section()
        self.unread: list[Unread] = []

    def take(self, spot: Spot, node: etree._Element, scopes: dict[str, Section]) -> None:
        """Take what an element holds; it fits the spot."""
        opened: list[tuple[Section, str, Section]] = []
        if spot.each:
            entered = self._enter(spot, node, scopes, opened)
            if entered is None:
                self._leave(node, "it points at a drug that the file does not describe, or one is described twice")
                return
            scopes = entered
        self._own(spot, node, scopes)
        used: set[int] = set()
        for child in node:
            if child.tail and child.tail.strip():
                self._note(child, None, child.tail.strip(), "text between elements")
            fitting = [i for i, below in enumerate(spot.children) if _fits(below, child)]
            fitting.sort(
                key=lambda i: -len(_needed(spot.children[i]))
            )  # the form that asks most is the one that is meant
            place = next((i for i in fitting if spot.children[i].each or i not in used), None)
            if place is None:
                self._leave(child, "it stands twice where one is read" if fitting else "no data element stands here")
                continue
            used.add(place)
            self.take(spot.children[place], child, scopes)
        for around, group, section in reversed(opened):
            if section.is_empty():
                around.groups[group].remove(section)
                if not around.groups[group]:
                    del around.groups[group]  # a group that nothing was in is no group

    def _enter(
        self, spot: Spot, node: etree._Element, scopes: dict[str, Section], opened: list[tuple[Section, str, Section]]
    ) -> dict[str, Section] | None:
        scopes = dict(scopes)
        for group in spot.each:
            if group in scopes and group != spot.each[-1]:
                continue
            around = scopes[self.layout.around[group]]
            identity = _identity(spot, node, KEYS.get(group, ""))
            same = [one for one in around.repeated(group) if identity and one.values.get(KEYS[group]) == identity]
            if identity and group != "G.k.9.i" and spot.always == bool(same):
                return None
            if same:
                scopes[group] = same[0]
                continue
            section = around.add(group, {KEYS[group]: identity} if identity else None)
            scopes[group] = section
            opened.append((around, group, section))
        return scopes

    def _own(self, spot: Spot, node: etree._Element, scopes: dict[str, Section]) -> None:
        taken: set[str] = set()
        flavor = node.get("nullFlavor")
        if flavor is not None and "nullFlavor" not in spot.fixed:
            taken.add("nullFlavor")
            capture = spot.null or (spot.captures[0] if spot.captures else None)
            if capture is None:
                self._note(node, "nullFlavor", flavor, "no data element stands here")
            else:
                self._store(capture, Null(flavor), node, scopes)
        for capture in spot.captures:
            if capture.attribute is None:
                text = node.text or ""
                if text.strip():
                    self._store(capture, capture.sign + text, node, scopes)
                continue
            taken.add(capture.attribute)
            value = node.get(capture.attribute)
            if value is None:
                continue
            value = value[len(capture.before) :]
            if not value.strip() and flavor is None:
                self._note(
                    node, capture.attribute, value, f"{capture.number} stands here empty, without a null flavour"
                )
            elif value.strip() and value != capture.default:
                self._store(capture, capture.sign + value, node, scopes)
        if node.text and node.text.strip() and not any(capture.attribute is None for capture in spot.captures):
            self._note(node, None, node.text.strip(), "no data element is read from this text")
        self._rest(spot, node, taken)

    def _rest(self, spot: Spot, node: etree._Element, taken: set[str]) -> None:
        """Name the attributes that no element took, unless they are HL7's own words."""
        for name, value in _attributes(node):
            if name in taken or name in STRUCTURAL or name in _SCHEMA or name in _BESIDE_A_CODE:
                continue
            if name == "operator" and value in ("A", "I"):  # parts of one time; only what is taken away means otherwise
                continue
            if name not in spot.fixed:
                self._note(node, name, value, "no data element is read from this attribute")
            elif value != spot.fixed[name]:
                self._note(node, name, value, f"usually {spot.fixed[name]}; it is no data element")

    def _store(self, capture: Capture, value: Value, node: etree._Element, scopes: dict[str, Section]) -> None:
        values = scopes[capture.group].values
        known = values.setdefault(capture.number, value)
        if known != value:
            why = f"{capture.number} stands twice with other values; the first counts"
            self._note(node, capture.attribute, str(value), why)

    def _leave(self, node: etree._Element, why: str) -> None:
        for below, attribute, value in _valued(node):
            self._note(below, attribute, value, why)

    def _note(self, node: etree._Element, attribute: str | None, value: str, why: str) -> None:
        names = [_name(one) for one in (node, *node.iterancestors())][-2::-1] or [_name(node)]
        place = "/".join(names) + (f"/@{etree.QName(attribute).localname}" if attribute else "")
        line = cast("int | None", node.sourceline)
        self.unread.append(Unread(line or 0, place, value, why))


def _attributes(node: etree._Element) -> list[tuple[str, str]]:
    return [(str(name), str(value)) for name, value in node.attrib.items()]


def _name(node: etree._Element) -> str:
    return etree.QName(node).localname


def _fits(spot: Spot, node: etree._Element) -> bool:
    """Tell whether an element of a file is this element of the layout."""
    if node.tag != HL7 + spot.tag or not (spot.loose or _frame_fits(spot, node)):
        return False
    flavor = node.get("nullFlavor")
    if "nullFlavor" not in spot.fixed:
        can_be_null = spot.null is not None or any(capture.attribute != "codeSystem" for capture in spot.captures)
        if (spot.null is not None and flavor is None) or (flavor is not None and not can_be_null):
            return False
    for capture in spot.captures:
        if capture.before and not (node.get(capture.attribute or "") or "").startswith(capture.before):
            return False
    return all(any(_fits(below, child) for child in node) for below in _needed(spot))


def _needed(spot: Spot) -> list[Spot]:
    keys = [below for below in spot.children if below.is_key]
    only = len(spot.children) == 1 and not spot.captures and spot.null is None
    return list(spot.children) if only and not spot.children[0].each else keys


def _frame_fits(spot: Spot, node: etree._Element) -> bool:
    for name, expected in spot.fixed.items():
        if name in STRUCTURAL or name in _BESIDE_A_CODE or name == "operator":
            continue
        actual = node.get(name)
        if name == TYPE and actual is not None:
            actual = actual.rpartition(":")[2]
        if actual is None:
            if name in _TELLING or expected == "false" or spot.tag == "outboundRelationship1":
                return False
        elif actual != expected:
            return False
    return True


def _identity(spot: Spot, node: etree._Element, number: str) -> str:
    """Return the id that an element points at, or is known by; empty if it has none."""
    if not number:
        return ""
    for capture in spot.captures:
        if capture.number == number and capture.attribute:
            return node.get(capture.attribute, "")
    for below in spot.children:
        for child in node:
            if _fits(below, child) and (identity := _identity(below, child, number)):
                return identity
    return ""


def _valued(node: etree._Element) -> Iterator[tuple[etree._Element, str | None, str]]:
    """Yield everything in an element that says something of the case."""
    for name, value in _attributes(node):
        if name in STRUCTURAL or name in _SCHEMA or name in _BESIDE_A_CODE:
            continue
        if name == "code" and "codeSystem" in node.attrib:
            yield node, name, f"{value} (code system {node.get('codeSystem')})"
        elif name != "codeSystem" or "code" not in node.attrib:
            yield node, name, value
    if node.text and node.text.strip():
        yield node, None, node.text.strip()
    for child in node:
        yield from _valued(child)
        if child.tail and child.tail.strip():
            yield child, None, child.tail.strip()
