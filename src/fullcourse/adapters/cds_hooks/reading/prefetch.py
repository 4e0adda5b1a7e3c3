"""What was sent for each key, and how far it goes: nothing is taken for complete that is not.

Nothing here says that something is absent: a search that found nothing leaves every fact as unknown as it was, since a
list is complete only where somebody declared it so.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Final

from fullcourse.adapters.cds_hooks.templates import PATIENT, Template
from fullcourse.adapters.fhir.read.elements import Element

__all__ = ["Sent", "SentState", "next_page", "read_answer_of_search", "read_prefetch"]


class SentState(StrEnum):
    """How far what was sent for a key goes."""

    ABSENT = "absent"
    """The key was not sent."""
    NONE = "none"
    """It was looked for and there is none of it."""
    COMPLETE = "complete"
    PAGE = "page"
    """The first page; the pages after it were not read."""
    PARTIAL = "partial"
    """What was sent says itself that something is lacking."""
    ERROR = "error"
    """An error stands in its place, or something that it cannot be."""


_SAID: Final[Mapping[SentState, str]] = {
    SentState.ABSENT: "not sent",
    SentState.PAGE: "only the first page was sent",
    SentState.PARTIAL: "sent in part",
    SentState.ERROR: "an error was sent in its place",
}


@dataclass(frozen=True, slots=True)
class Sent:
    """What is had for one key.

    Attributes:
        template: What was asked for.
        state: How far it goes.
        resources: What it holds.
        following: Address of the next page; empty where there is none.
    """

    template: Template
    state: SentState
    resources: tuple[Element, ...] = ()
    following: str = ""

    @property
    def is_whole(self) -> bool:
        """Return whether everything that there is was had."""
        return self.state in (SentState.NONE, SentState.COMPLETE)

    @property
    def lack(self) -> str:
        """Return what is lacking, for people; empty where nothing is."""
        return "" if self.is_whole else f"{self.template.words} ({_SAID[self.state]})"

    def continued(self, page: "Sent") -> "Sent":
        """Return this with the page after it."""
        state = page.state if page.state is not SentState.NONE else SentState.COMPLETE
        return replace(page, state=state, resources=(*self.resources, *page.resources))


def read_prefetch(prefetch: Mapping[str, object], templates: Iterable[Template], patient: str) -> dict[str, Sent]:
    """Return what is had for every template, by its key.

    Args:
        prefetch: As sent; other keys than those of the templates are passed over.
        templates: What was asked for.
        patient: FHIR id of the patient of the call.
    """
    sent: dict[str, Sent] = {}
    for template in templates:
        if template.key not in prefetch:
            sent[template.key] = Sent(template, SentState.ABSENT)
        else:
            sent[template.key] = read_answer_of_search(prefetch[template.key], template, patient)
    return sent


def read_answer_of_search(value: object, template: Template, patient: str) -> Sent:
    """Return what the answer to one query holds.

    Args:
        value: A resource, a Bundle, an OperationOutcome, or None for nothing.
        template: What was asked for.
        patient: FHIR id of the patient of the call.
    """
    if value is None:
        return Sent(template, SentState.NONE)
    if not isinstance(value, dict):
        return Sent(template, SentState.ERROR)
    kind = value.get("resourceType")
    if template.is_read:
        return _read_of_patient(value, template, patient)
    if kind == template.resource:  # one resource where a search was asked for: nobody says that it is all
        return Sent(template, SentState.PARTIAL, (value,))
    if kind != "Bundle":
        return Sent(template, SentState.ERROR)
    return _bundle(value, template)


def _read_of_patient(value: Element, template: Template, patient: str) -> Sent:
    if value.get("resourceType") == "Bundle":  # some clients search where a read was asked for
        inside = [it for it in _resources(value)[0] if it.get("resourceType") == template.resource]
        value = inside[0] if len(inside) == 1 else {}
    if value.get("resourceType") != template.resource:
        return Sent(template, SentState.ERROR)
    if template.key == PATIENT and "id" not in value:
        value = {**value, "id": patient}
    return Sent(template, SentState.COMPLETE, (value,))


def _bundle(bundle: Element, template: Template) -> Sent:
    resources, is_broken = _resources(bundle)
    total = bundle.get("total")
    matches = sum(1 for it in resources if it.get("resourceType") == template.resource)
    following = next_page(bundle)
    if following is not None:
        return Sent(template, SentState.PAGE, resources, following)
    if is_broken or (isinstance(total, int) and total > matches):
        return Sent(template, SentState.PARTIAL, resources)
    return Sent(template, SentState.COMPLETE, resources)


def next_page(bundle: Element) -> str | None:
    """Return the address of the page after a Bundle, empty where it names none; None where there is no such page."""
    links = bundle.get("link")
    for link in links if isinstance(links, list) else ():
        if isinstance(link, dict) and link.get("relation") == "next":
            address = link.get("url")
            return address if isinstance(address, str) else ""
    return None


def _resources(bundle: Element) -> tuple[tuple[Element, ...], bool]:
    """Return the resources of a Bundle, and whether something in it says that it is not all."""
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        return (), True
    resources: list[Element] = []
    is_broken = False
    for entry in entries:
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or resource.get("resourceType") == "OperationOutcome":
            is_broken = True
        else:
            resources.append(resource)
    return tuple(resources), is_broken
