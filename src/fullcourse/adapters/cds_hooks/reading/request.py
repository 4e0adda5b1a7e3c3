"""A call of CDS Hooks, read strictly: what is needed must be there and be right, what is unknown is passed over.

A message names the field that is wrong and never what stands in it, since that may be a person's.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from fullcourse.adapters.fhir.read.elements import Element
from fullcourse.clinical.errors import InputError

__all__ = ["BadCall", "Hook", "HookCall", "NeededData", "read_call"]

_UUID: Final = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_ID: Final = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_REFERENCE: Final = re.compile(r"[A-Z][A-Za-z]{1,63}/[A-Za-z0-9\-.]{1,64}")
_TOKEN: Final = re.compile(r"[\x21-\x7e]{1,8192}")
_LONGEST_ADDRESS: Final = 2_000


class BadCall(InputError):
    """The call is none of CDS Hooks, or lacks what its hook needs."""


class NeededData(InputError):
    """Data without which nothing can be said were not sent and cannot be fetched."""


class Hook(StrEnum):
    """The hooks that are answered."""

    PATIENT_VIEW = "patient-view"
    ORDER_SELECT = "order-select"
    ORDER_SIGN = "order-sign"


@dataclass(frozen=True, slots=True)
class HookCall:
    """One call.

    Attributes:
        hook: Which.
        instance: UUID of the moment in the client's work.
        patient: FHIR id.
        user: ``Practitioner/abc``.
        drafts: Resources of the draft orders, in order.
        selections: ``Type/id`` of the orders just selected; None for a hook without them.
        prefetch: What the client sent, by key; a key that it did not send is not there.
        server: Address of the client's FHIR server; empty where it sent none.
        token: For that server alone: it is in no text of this object.
    """

    hook: Hook
    instance: str
    patient: str
    user: str
    drafts: tuple[Element, ...] = ()
    selections: tuple[str, ...] | None = None
    prefetch: Mapping[str, object] = field(default_factory=dict, repr=False)
    server: str = ""
    token: str = field(default="", repr=False)


def read_call(value: object, hook: Hook) -> HookCall:
    """Return a call.

    Args:
        value: The body, as `parse_json` returned it.
        hook: That of the service which was called.

    Raises:
        BadCall: It cannot be read; the message names the field.
    """
    if not isinstance(value, dict):
        raise BadCall("the body is no JSON object.")
    if value.get("hook") != hook.value:
        raise BadCall(f"'hook' must be '{hook.value}' at this address.")
    instance = value.get("hookInstance")
    if not isinstance(instance, str) or not _UUID.fullmatch(instance):
        raise BadCall("'hookInstance' must be a UUID.")
    context = value.get("context")
    if not isinstance(context, dict):
        raise BadCall("'context' must be an object.")
    prefetch = value.get("prefetch", {})
    if prefetch is None:  # the text forbids it and clients send it: nothing was fetched
        prefetch = {}
    if not isinstance(prefetch, dict):
        raise BadCall("'prefetch' must be an object.")
    server, token = _server(value)
    patient = _matching(context, "patientId", _ID, "an id of FHIR")
    user = _matching(context, "userId", _REFERENCE, "a type and an id, as Practitioner/abc")
    if context.get("encounterId") is not None:
        _matching(context, "encounterId", _ID, "an id of FHIR")
    drafts = () if hook is Hook.PATIENT_VIEW else _drafts(context)
    selections = _selections(context) if hook is Hook.ORDER_SELECT else None
    return HookCall(hook, instance, patient, user, drafts, selections, prefetch, server, token)


def _matching(context: Element, name: str, form: re.Pattern[str], what: str) -> str:
    given = context.get(name)
    if not isinstance(given, str) or not form.fullmatch(given):
        raise BadCall(f"'context.{name}' must be {what}.")
    return given


def _server(value: Element) -> tuple[str, str]:
    server, authorization = value.get("fhirServer"), value.get("fhirAuthorization")
    if server is not None and not (isinstance(server, str) and 0 < len(server) <= _LONGEST_ADDRESS):
        raise BadCall("'fhirServer' must be an address.")
    if authorization is None:
        return server or "", ""
    if not isinstance(authorization, dict):
        raise BadCall("'fhirAuthorization' must be an object.")
    if not server:
        raise BadCall("'fhirAuthorization' comes without a 'fhirServer'.")
    token, kind = authorization.get("access_token"), authorization.get("token_type")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):
        raise BadCall("'fhirAuthorization.access_token' must be a token.")
    if kind != "Bearer":
        raise BadCall("'fhirAuthorization.token_type' must be 'Bearer'.")
    return server, token


def _drafts(context: Element) -> tuple[Element, ...]:
    bundle = context.get("draftOrders")
    if not isinstance(bundle, dict) or bundle.get("resourceType") != "Bundle":
        raise BadCall("'context.draftOrders' must be a Bundle.")
    entries = bundle.get("entry", [])
    if not isinstance(entries, list):
        raise BadCall("'context.draftOrders.entry' must be a list.")
    drafts: list[Element] = []
    for number, entry in enumerate(entries, 1):
        resource = entry.get("resource") if isinstance(entry, dict) else None
        if not isinstance(resource, dict) or not isinstance(resource.get("resourceType"), str):
            raise BadCall(f"'context.draftOrders.entry[{number}]' holds no resource.")
        drafts.append(resource)
    return tuple(drafts)


def _selections(context: Element) -> tuple[str, ...]:
    given = context.get("selections")
    if not isinstance(given, list) or not given:
        raise BadCall("'context.selections' must be a list of types with ids.")
    for name in given:
        if not isinstance(name, str) or not _REFERENCE.fullmatch(name):
            raise BadCall("'context.selections' must hold types with ids, as MedicationRequest/abc.")
    return tuple(dict.fromkeys(given))
