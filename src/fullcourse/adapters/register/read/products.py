"""The products and substances of an export, which stand in lines of their own and are found by what refers to them."""

import json
from collections.abc import Mapping, Sequence

from fullcourse.adapters.fhir.read.elements import Element

__all__ = ["Products", "references_in"]

_WHOLE_RECORD = ("Composition", "List")


class Products:
    """Finds what a reference means, with all that it refers to itself."""

    def __init__(self, elsewhere: Mapping[str, Sequence[bytes]]) -> None:
        """Take products and substances by ``Type/id``, every version of each."""
        self._elsewhere = elsewhere
        self._by_id = {name.split("/", 1)[1]: name for name in reversed(list(elsewhere))}

    def bodies(self, reference: str) -> list[bytes]:
        """Return the lines of a product that is referred to, every version of each, and of what it refers to itself."""
        bodies: dict[str, None] = {}
        waiting = [reference]
        while waiting:
            name = self._name(waiting.pop())
            if name not in bodies and name in self._elsewhere:
                bodies[name] = None
                waiting += [text for body in self._elsewhere[name] for text in references_in(json.loads(body))]
        return [body for name in bodies for body in self._elsewhere[name]]

    def named_in_documents(self, line: bytes) -> list[bytes]:
        """Return the lines of the products that a line refers to when it is a whole document or list."""
        if not any(f'"{kind}"'.encode() in line for kind in _WHOLE_RECORD):
            return []
        try:
            resource = json.loads(line)
        except ValueError:
            return []  # the one-patient reader says what is wrong with it
        if not isinstance(resource, dict) or resource.get("resourceType") not in _WHOLE_RECORD:
            return []
        return [body for reference in references_in(resource) for body in self.bodies(reference)]

    def one_of_each(self, reference: str) -> list[Element] | None:
        """Return the product that a reference means with all it refers to itself; None when one is there twice."""
        by_name: dict[str, Element] = {}
        waiting = [reference]
        while waiting:
            name = self._name(waiting.pop())
            if name in by_name or name not in self._elsewhere:
                continue
            versions = set(self._elsewhere[name])
            if len(versions) > 1:
                return None
            resource = json.loads(next(iter(versions)))
            by_name[name] = resource
            waiting += references_in(resource)
        return list(by_name.values())

    def _name(self, reference: str) -> str:
        """Return a reference as ``Type/id``."""
        plain = reference.split("/_history/", 1)[0]
        if plain.startswith("urn:"):
            return self._by_id.get(plain.rsplit(":", 1)[-1], plain)
        return "/".join(plain.split("/")[-2:])


def references_in(element: object) -> list[str]:
    """Return every reference that stands in an element, in order."""
    if isinstance(element, dict):
        own = element.get("reference")
        inner = [text for value in element.values() for text in references_in(value)]
        return [own, *inner] if isinstance(own, str) else inner
    if isinstance(element, list):
        return [text for value in element for text in references_in(value)]
    return []
