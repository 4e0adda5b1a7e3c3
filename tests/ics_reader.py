"""A strict reader of iCalendar files for tests, from RFC 5545 alone: it shares no code with what writes them."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime

_NAME = re.compile(r"[A-Z0-9-]+")


@dataclass
class Component:
    """A component: its properties in order, and what stands in it."""

    name: str
    properties: list[tuple[str, str]] = field(default_factory=list)
    parts: list["Component"] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        values = [value for key, value in self.properties if key.split(";")[0] == name]
        assert len(values) == 1, f"{self.name} has {len(values)} {name}"
        return values[0]

    def has(self, name: str) -> bool:
        return any(key.split(";")[0] == name for key, _ in self.properties)

    def instant(self, name: str) -> datetime:
        """Return a time, which has to be in UTC."""
        assert (name, self[name]) in self.properties, f"{name} has parameters"
        return datetime.strptime(self[name], "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)

    def text(self, name: str) -> str:
        """Return a text without its escapes (3.3.11)."""
        value = self[name]
        assert not re.search(r"(?<!\\)(?:\\\\)*[,;]", value), "a comma or semicolon stands without its escape"
        return re.sub(r"\\([nN,;\\])", lambda found: "\n" if found[1] in "nN" else found[1], value)


def read_ics(content: bytes) -> Component:
    """Return the calendar of a file; an assertion fails where it is not as RFC 5545 asks."""
    assert content.endswith(b"\r\n")
    lines = content[:-2].split(b"\r\n")
    assert not any(b"\n" in line or b"\r" in line for line in lines), "a line does not end in CRLF"
    assert all(len(line) <= 75 for line in lines), "a line is longer than 75 octets"
    for line in lines:
        line.decode("utf-8")  # no character is cut by a fold
    unfolded = content[:-2].replace(b"\r\n ", b"").decode("utf-8").split("\r\n")
    root = Component("")
    open_components = [root]
    for line in unfolded:
        key, colon, value = line.partition(":")
        assert colon and _NAME.fullmatch(key.split(";")[0]), line
        if key == "BEGIN":
            component = Component(value)
            open_components[-1].parts.append(component)
            open_components.append(component)
        elif key == "END":
            assert open_components.pop().name == value
        else:
            open_components[-1].properties.append((key, value))
    assert open_components == [root]
    (calendar,) = root.parts
    assert calendar.name == "VCALENDAR"
    return calendar
