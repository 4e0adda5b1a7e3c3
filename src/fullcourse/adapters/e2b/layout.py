"""Read the layout: one tree that says where each data element stands, by which files are both read and written.

A file under ``places/`` looks like the XML that it describes. ``{N}`` is the element N; text around it stands in the
file and is no part of the value (``tel:{C.3.4.6}``); ``{N:<}`` is a value that begins with a sign which the file says
by its form; ``{N|x}`` is a detail that is kept only where it is not ``x``. ``~19`` is short for ICH's code list 19.

- ``f:each="G.k"``: one element for each repetition of a group. ``A > B`` goes through A, found by the id it points at.
- ``f:always``: written although nothing but its frame is known.
- ``f:read="only"``: another place where files may have it; never written.
- ``f:one="time"``: one of several forms; the first that can say everything that is known is written.
- ``f:unless="A B"``: that form cannot say all of these together.
- ``f:loose``: a frame that may say something else; what it says is named, and the rest is read.
- ``f:key``: whether the surrounding element is this one only where it holds this (by default: constant codes are).
- ``f:null="N"``: the null flavour of the whole is that of element N.
- ``f:hold``: written empty where only the next of the same name is known.
- ``f:only="D.7"``: not there where another ``f:as`` stands.
- ``f:include``, ``f:as``: another file's root with its attributes and these; ``{.2}`` is ``{D.7.2}`` for ``D.7``.
"""

import re
from dataclasses import dataclass, replace
from functools import cache
from importlib import resources

from lxml import etree

__all__ = ["HL7", "KEYS", "STRUCTURAL", "TYPE", "Capture", "Layout", "Spot", "layout"]

HL7 = "{urn:hl7-org:v3}"
TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"
_CONTROL = "{urn:fullcourse:layout}"
_ICH_LIST = "2.16.840.1.113883.3.989.2.1.1."

# A repetition that is pointed at, and the number under which its id stands.
KEYS = {"G.k": "G.k@id", "E.i": "E.i@id", "G.k.9.i": "G.k.9.i.1"}

# HL7's fixed words for the kind of an element. They say nothing of the case, so they are written and never compared.
STRUCTURAL = frozenset({"classCode", "moodCode", "determinerCode"})

_EVENT = {"moodCode": "EVN"}
_ONE = {"determinerCode": "INSTANCE"}
_KINDS: dict[str, dict[str, str]] = {
    "act": {"classCode": "ACT", **_EVENT},
    "actReference": {"classCode": "OBS", **_EVENT},
    "adverseEffectReference": {"classCode": "OBS", **_EVENT},
    "adverseEventAssessment": {"classCode": "INVSTG", **_EVENT},
    "approval": {"classCode": "CNTRCT", **_EVENT},
    "asIdentifiedEntity": {"classCode": "IDENT"},
    "asLocatedEntity": {"classCode": "LOCE"},
    "asManufacturedProduct": {"classCode": "MANU"},
    "asQualifiedEntity": {"classCode": "QUAL"},
    "assignedEntity": {"classCode": "ASSIGNED"},
    "assignedPerson": {"classCode": "PSN", **_ONE},
    "associatedPerson": {"classCode": "PSN", **_ONE},
    "author": {"typeCode": "AUT"},
    "authorization": {"typeCode": "AUTH"},
    "causalityAssessment": {"classCode": "OBS", **_EVENT},
    "characteristic": {"classCode": "OBS", **_EVENT},
    "component": {"typeCode": "COMP"},
    "component1": {"typeCode": "COMP"},
    "consumable": {"typeCode": "CSM"},
    "controlActEvent": {"classCode": "CACT", **_EVENT},
    "controlActProcess": {"classCode": "CACT", **_EVENT},
    "device": {"classCode": "DEV", **_ONE},
    "document": {"classCode": "DOC", **_EVENT},
    "governingPlace": {"classCode": "COUNTRY", **_ONE},
    "holder": {"typeCode": "HLD"},
    "ingredient": {"classCode": "ACTI"},
    "ingredientSubstance": {"classCode": "MMAT", "determinerCode": "KIND"},
    "instanceOfKind": {"classCode": "INST"},
    "investigationCharacteristic": {"classCode": "OBS", **_EVENT},
    "investigationEvent": {"classCode": "INVSTG", **_EVENT},
    "kindOfProduct": {"classCode": "MMAT", "determinerCode": "KIND"},
    "locatedEntity": {"classCode": "LOCE"},
    "locatedPlace": {"classCode": "COUNTRY", **_ONE},
    "manufacturerOrganization": {"classCode": "ORG", **_ONE},
    "observation": {"classCode": "OBS", **_EVENT},
    "observationEvent": {"classCode": "OBS", **_EVENT},
    "observationRange": {"classCode": "OBS", "moodCode": "EVN.CRT"},
    "organizer": {"classCode": "CATEGORY", **_EVENT},
    "outboundRelationship": {"typeCode": "SPRT"},
    "performer": {"typeCode": "PRF"},
    "player1": {"classCode": "PSN", **_ONE},
    "playingOrganization": {"classCode": "ORG", **_ONE},
    "primaryRole": {"classCode": "INVSBJ"},
    "productEvent": {"classCode": "ACT", **_EVENT},
    "productInstanceInstance": {"classCode": "MMAT", **_ONE},
    "productUseReference": {"classCode": "SBADM", **_EVENT},
    "receiver": {"typeCode": "RCV"},
    "reference": {"typeCode": "REFR"},
    "referenceRange": {"typeCode": "REFV"},
    "relatedInvestigation": {"classCode": "INVSTG", **_EVENT},
    "representedOrganization": {"classCode": "ORG", **_ONE},
    "researchStudy": {"classCode": "CLNTRL", **_EVENT},
    "sender": {"typeCode": "SND"},
    "studyRegistration": {"classCode": "ACT", **_EVENT},
    "subject": {"typeCode": "SUBJ"},
    "subject2": {"typeCode": "SUBJ"},
    "subjectOf": {"typeCode": "SBJ"},
    "subjectOf1": {"typeCode": "SUBJ"},
    "subjectOf2": {"typeCode": "SBJ"},
    "substanceAdministration": {"classCode": "SBADM", **_EVENT},
    "territorialAuthority": {"classCode": "TERR"},
    "territory": {"classCode": "NAT", **_ONE},
}
_KINDS_BELOW: dict[tuple[str, str], dict[str, str]] = {
    ("asLocatedEntity", "location"): {"classCode": "COUNTRY", **_ONE},
    ("investigationEvent", "subjectOf2"): {"typeCode": "SUBJ"},
    ("relatedInvestigation", "subjectOf2"): {"typeCode": "SUBJ"},
}
_TAKEN = re.compile(r"^(?P<before>[^{]*)\{(?P<number>[^}|:]+)(?:\|(?P<default>[^}]*)|:(?P<sign>[^}]*))?\}$")


@dataclass(frozen=True, slots=True)
class Capture:
    """One value that an element of a file holds.

    Attributes:
        number: The data element.
        attribute: Where it stands: the attribute's name, or None for the text.
        group: The repeated group that the element belongs to; empty for the whole batch.
        before: Text that stands before the value in the file and is no part of it.
        sign: Text with which the value begins and that the file says by its form.
        default: The value that is not kept.
    """

    number: str
    attribute: str | None
    group: str
    before: str = ""
    sign: str = ""
    default: str | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """One element of the layout; the attributes are those of the table above."""

    tag: str
    fixed: dict[str, str]
    captures: tuple[Capture, ...]
    children: tuple["Spot", ...]
    each: tuple[str, ...] = ()
    always: bool = False
    read_only: bool = False
    one: str = ""
    unless: tuple[str, ...] = ()
    loose: bool = False
    null: Capture | None = None
    hold: bool = False
    is_key: bool = False

    def numbers(self) -> frozenset[str]:
        """Return every element that stands in this element or below."""
        own = {capture.number for capture in self.captures}
        return frozenset(own.union(*(child.numbers() for child in self.children)))

    def is_frame(self) -> bool:
        """Tell whether nothing in it depends on the case."""
        return not self.captures and self.null is None and all(child.is_frame() for child in self.children)


@dataclass(frozen=True, slots=True)
class Layout:
    """A whole layout.

    Attributes:
        root: The outermost element.
        around: The groups that it repeats, each with the group around it (empty: the batch).
        message: The group that is one report.
        batch: How the numbers of elements begin that stand outside every report.
    """

    root: Spot
    around: dict[str, str]
    message: str
    batch: tuple[str, ...]

    def group_of(self, number: str) -> str:
        """Return the group that an element stands in."""
        return _group_of(number, frozenset(self.around), self.message, self.batch)


def _bare(number: str) -> str:
    return number.removeprefix("FDA.").partition("@")[0]


def _group_of(number: str, groups: frozenset[str], message: str, batch: tuple[str, ...]) -> str:
    if number.startswith(batch):
        return ""
    bare = _bare(number)
    holding = [group for group in groups if bare == _bare(group) or bare.startswith(_bare(group) + ".")]
    return max(holding, key=len, default=message)


class _Reader:
    """Reads the files of one layout; knows the groups before it says which one an element belongs to."""

    def __init__(self, name: str, message: str, batch: tuple[str, ...]) -> None:
        self.message, self.batch = message, batch
        top = _parsed(name)
        self.groups = frozenset(_groups(top, ""))
        self.root = self.spot(top, "", None, "")

    def spot(self, node: etree._Element, parent: str, merged: dict[str, str] | None, prefix: str) -> Spot:
        given = {str(key): str(value) for key, value in node.attrib.items()}
        plain = {key: value for key, value in given.items() if not key.startswith(_CONTROL)}
        control = {key.removeprefix(_CONTROL): value for key, value in given.items() if key not in plain}
        control.update(merged or {})
        if "include" in control:
            inner = _parsed(control.pop("include"))
            prefix = control.pop("as", prefix)
            for name, value in plain.items():
                inner.set(name, value)
            return self.spot(inner, parent, control, prefix)
        tag = etree.QName(node).localname
        fixed = dict(_KINDS_BELOW.get((parent, tag), _KINDS.get(tag, {})))
        captures = []
        for name, value in plain.items():
            taken = self.capture(value, name, prefix)
            if taken is None:
                fixed[name] = value.replace("~", _ICH_LIST)
            else:
                captures.append(taken)
        if node.text and node.text.strip():
            taken = self.capture(node.text.strip(), None, prefix)
            if taken is not None:  # a test reads the whole layout: every text of it is one
                captures.append(taken)
        captures.sort(key=lambda capture: capture.attribute in {"codeSystemVersion", "language", "mediaType"})
        children = tuple(
            self.spot(child, tag, None, prefix) for child in node if child.get(f"{_CONTROL}only") in (None, prefix)
        )
        null = control.get("null")
        built = Spot(
            tag, fixed, tuple(captures), children,
            each=tuple(_full(step, prefix) for step in control.get("each", "").split(" > ") if step),
            always="always" in control, read_only="read" in control, one=control.get("one", ""),
            unless=tuple(_full(number, prefix) for number in control.get("unless", "").split()),
            loose="loose" in control, hold="hold" in control,
            null=Capture(null, None, self.group(null)) if null else None,
        )  # fmt: skip
        return _with_key(built, control.get("key"))

    def capture(self, value: str, attribute: str | None, prefix: str) -> Capture | None:
        found = _TAKEN.match(value)
        if found is None:
            return None
        number = _full(found["number"], prefix)
        return Capture(number, attribute, self.group(number), found["before"], found["sign"] or "", found["default"])

    def group(self, number: str) -> str:
        return _group_of(number, self.groups, self.message, self.batch)


def _with_key(spot: Spot, said: str | None) -> Spot:
    if said is not None:
        is_key = said == "yes"
    elif spot.is_frame():
        is_key = not spot.loose and _has_code(spot)
    else:
        is_key = False
    return replace(spot, is_key=is_key)


def _has_code(spot: Spot) -> bool:
    return bool({"code", "root", "nullFlavor"} & spot.fixed.keys()) or any(_has_code(child) for child in spot.children)


def _full(number: str, prefix: str) -> str:
    return prefix + number if number.startswith(".") else number


def _parsed(name: str) -> etree._Element:
    text = resources.files("fullcourse.adapters.e2b").joinpath("places", f"{name}.xml").read_bytes()
    return etree.fromstring(text, etree.XMLParser(remove_comments=True, no_network=True, resolve_entities=False))


def _groups(node: etree._Element, prefix: str) -> set[str]:
    named = {_full(step, prefix) for step in (node.get(f"{_CONTROL}each") or "").split(" > ") if step}
    include = node.get(f"{_CONTROL}include")
    inside = list(_parsed(include)) if include else list(node)
    prefix = node.get(f"{_CONTROL}as") or prefix
    return named.union(*(_groups(child, prefix) for child in inside))


@cache
def layout(name: str = "message") -> Layout:
    """Return a layout: ``message`` for case safety reports, ``acknowledgement`` for what a receiver answers."""
    message, batch = ("N.2.r", ("N.1",)) if name == "message" else ("ACK.B.r", ("ACK.M", "ACK.A"))
    reader = _Reader(name, message, batch)
    around = {
        group: "" if group == message else max(
            (other for other in reader.groups if other != group and _bare(group).startswith(_bare(other) + ".")),
            key=len, default=message,
        )
        for group in reader.groups
    }  # fmt: skip
    return Layout(reader.root, around, message, batch)
