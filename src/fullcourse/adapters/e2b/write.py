"""Write data elements as an E2B(R3) file, in the order of the layout, and never without one of them.

What the layout has no place for, what XML cannot hold, and what would be cut to fit is an error that names the element.
"""

import re
import uuid
from collections.abc import Iterator
from xml.sax.saxutils import escape

from lxml import etree

from fullcourse.adapters.e2b.layout import KEYS, Capture, Layout, Spot, layout
from fullcourse.adapters.e2b.sections import Null, Section, Value, walk
from fullcourse.clinical.errors import InputError

__all__ = ["identified", "write_file"]

_FRAME = '<{} xmlns="urn:hl7-org:v3" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"/>'
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_NOT_COUNTED = frozenset(KEYS.values())

Scopes = dict[str, Section]


def identified(batch: Section) -> Section:
    """Give each reaction and drug without an id one that follows from the report's: one report, one file."""
    for message in batch.repeated("N.2.r"):
        case = message.values.get("C.1.1", "")
        for group in ("E.i", "G.k"):
            for index, section in enumerate(message.repeated(group), start=1):
                name = f"{case}/{group}/{index}"
                section.values.setdefault(KEYS[group], str(uuid.uuid5(uuid.NAMESPACE_OID, name)))
    return batch


def write_file(batch: Section, note: str = "") -> bytes:
    """Return the file: UTF-8, indented.

    Args:
        batch: The elements of a batch; each reaction and drug has an id (``identified``).
        note: A comment at the top of the file, which no reader takes for a part of the report.

    Raises:
        InputError: An element has no place in a file, or holds what XML cannot.
    """
    for place, number, value in walk(batch):
        found = _NOT_XML.search(str(value))
        if found is not None:
            raise InputError(
                f"{_place(place, number)} holds a character that XML cannot carry (U+{ord(found.group()):04X}). "
                "It is not left out silently: remove it from the text."
            )
    writing = _Writing(layout())
    node, _, _ = writing.build(writing.layout.root, {"": batch})
    lost = list(_lost(batch, writing.written, ""))
    if lost:
        listed = ", ".join(lost[:5])
        raise InputError(
            f"an E2B file has no place for {listed}{' and others' if len(lost) > 5 else ''} as given: an element "
            "without what it belongs to, or several that cannot stand together. Nothing was written."
        )
    etree.indent(node)
    remark = f"<!-- {escape(note.replace('--', '- -'))} -->\n" if note else ""
    head = f"<?xml version='1.0' encoding='UTF-8'?>\n{remark}"
    return head.encode() + bytes(etree.tostring(node, encoding="UTF-8", xml_declaration=False)) + b"\n"


def _lost(section: Section, written: set[tuple[int, str]], place: str) -> Iterator[str]:
    for number in section.values:
        points_alone = number == KEYS["G.k.9.i"] and len(section.values) == 1 and not section.groups
        if (id(section), number) not in written or points_alone:
            yield _place(place, number)
    for group, repetitions in section.groups.items():
        for index, below in enumerate(repetitions, start=1):
            yield from _lost(below, written, f"{place}/{group}[{index}]".lstrip("/"))


def _place(place: str, number: str) -> str:
    return f"{number} in {place}" if place else number


class _Writing:
    """One file, being built."""

    def __init__(self, of: Layout) -> None:
        self.layout = of
        self.written: set[tuple[int, str]] = set()

    def build(self, spot: Spot, scopes: Scopes) -> tuple[etree._Element, bool, bool]:
        """Return an element of the file, whether it holds a value, and whether one that is more than an id."""
        node = etree.fromstring(_FRAME.format(spot.tag))
        for name, value in spot.fixed.items():
            node.set(name, value)
        put = [capture.number for capture in spot.captures if self._put(capture, node, scopes)]
        holds, says = bool(put), bool(set(put) - _NOT_COUNTED)
        for below in spot.children:
            if below.read_only or (below.one and below is not self._chosen(spot, below.one, scopes)):
                continue
            for inner in self._repetitions(below, scopes):
                child, child_holds, child_says = self.build(below, inner)
                is_said = child_says if below.each else child_holds
                if is_said or below.is_frame() or below.always or (below.hold and _next_is_known(spot, below, inner)):
                    node.append(child)
                    holds = holds or is_said or bool(below.always and below.each)
                says = says or child_says or bool(below.always and below.each)
        return node, holds, says

    def _repetitions(self, spot: Spot, scopes: Scopes) -> Iterator[Scopes]:
        steps = [group for group in spot.each if group not in scopes or group == spot.each[-1]]
        yield from self._through(steps, scopes)

    def _through(self, steps: list[str], scopes: Scopes) -> Iterator[Scopes]:
        if not steps:
            yield scopes
            return
        around = scopes.get(self.layout.around[steps[0]])
        for section in around.repeated(steps[0]) if around else []:
            yield from self._through(steps[1:], {**scopes, steps[0]: section})

    def _chosen(self, spot: Spot, form: str, scopes: Scopes) -> Spot | None:
        forms = [below for below in spot.children if below.one == form and not below.read_only]
        known = {
            number for below in forms for number in below.numbers() if self._value(number, below, scopes) is not None
        }
        for below in forms:
            if not known <= below.numbers() or (below.unless and known.issuperset(below.unless)):
                continue
            if self._signs_fit(below, scopes):
                return below
        return None

    def _signs_fit(self, spot: Spot, scopes: Scopes) -> bool:
        for capture in spot.captures:
            value = self._value_of(capture, scopes)
            if capture.sign and not (isinstance(value, str) and value.startswith(capture.sign)):
                return False
        return all(self._signs_fit(below, scopes) for below in spot.children)

    def _value(self, number: str, spot: Spot, scopes: Scopes) -> Value | None:
        for capture in spot.captures:
            if capture.number == number:
                return self._value_of(capture, scopes)
        return next((self._value(number, below, scopes) for below in spot.children if number in below.numbers()), None)

    def _value_of(self, capture: Capture, scopes: Scopes) -> Value | None:
        section = scopes.get(capture.group)
        return section.values.get(capture.number) if section else None

    def _put(self, capture: Capture, node: etree._Element, scopes: Scopes) -> bool:
        value = self._value_of(capture, scopes)
        if value is None:
            if capture.default is not None:
                node.set(str(capture.attribute), capture.default)
            return False
        if isinstance(value, Null):
            if node.get("nullFlavor") or (capture.attribute == "codeSystemVersion"):
                return False
            node.set("nullFlavor", value.flavor)
            if capture.before:
                node.set(str(capture.attribute), capture.before)
        elif capture.attribute is None:
            node.text = value.removeprefix(capture.sign)
        else:
            node.set(capture.attribute, capture.before + value.removeprefix(capture.sign))
        self.written.add((id(scopes[capture.group]), capture.number))
        return True


def _next_is_known(spot: Spot, held: Spot, scopes: Scopes) -> bool:
    index = spot.children.index(held)
    same = [below for below in spot.children[index + 1 :] if below.tag == held.tag]
    captures = [capture for below in same for capture in below.captures]
    return any(capture.number in scopes[capture.group].values for capture in captures if capture.group in scopes)
