"""Answers as FHIR writes them: a resource with its version, and an OperationOutcome for whatever is wrong."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from email.utils import format_datetime
from typing import Final

from fullcourse.adapters.fhir.write.elements import Resource
from fullcourse.adapters.seen_text import seen_json
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.problems import Problem, ServiceError

__all__ = [
    "BASE",
    "FHIR_JSON",
    "READ_TYPES",
    "NotAcceptable",
    "base_of",
    "issue",
    "outcome",
    "outcome_reply",
    "refuse_other_kinds",
    "resource_reply",
]

BASE: Final = "/fhir"
FHIR_JSON: Final = "application/fhir+json"
READ_TYPES: Final = (FHIR_JSON, "application/json", "application/json+fhir")
"""Media types of a body that is read."""

_ACCEPTED: Final = frozenset((*READ_TYPES, "json", "text/json", "*/*", "application/*"))
_ISSUES: Final = {
    400: "invalid", 401: "login", 403: "forbidden", 404: "not-found", 405: "not-supported", 406: "not-supported",
    408: "timeout", 409: "conflict", 410: "deleted", 413: "too-long", 415: "not-supported", 422: "processing",
    429: "throttled", 500: "exception", 503: "transient",
}  # fmt: skip
"""The code of an issue for each status."""


class NotAcceptable(ServiceError):
    """It is asked for in a form that is not written."""

    status, word, title = 406, "not_acceptable", "It is not written in this form"


def issue(severity: str, code: str, text: str, where: str = "") -> Resource:
    """Return one issue.

    Args:
        severity: ``error``, ``warning`` or ``information``.
        code: Of FHIR's issue types.
        text: What is wrong and what to do; never what was sent.
        where: Path of the element; empty for none.
    """
    return {
        "severity": severity,
        "code": code,
        "diagnostics": text,
        **({"expression": [where]} if where else {}),
    }


def outcome(issues: Iterable[Resource]) -> Resource:
    """Return an OperationOutcome of issues, at least one."""
    return {"resourceType": "OperationOutcome", "issue": list(issues)}


def outcome_reply(problem: Problem, call_id: str = "") -> Reply:
    """Return a problem as callers of FHIR read one."""
    told = issue("error", _ISSUES.get(problem.status, "processing"), problem.detail)
    told["details"] = {"coding": [{"system": "urn:fullcourse:problem", "code": problem.word}], "text": problem.title}
    headers = {**problem.headers, **({"X-Request-Id": call_id} if call_id else {})}
    return Reply(_bytes(outcome([told])), problem.status, FHIR_JSON, headers)


def resource_reply(
    resource: Resource, status: int = 200, headers: Mapping[str, str] | None = None, updated: datetime | None = None
) -> Reply:
    """Return a resource as an answer, with its version where it has one."""
    more = dict(headers or {})
    meta = resource.get("meta")
    if isinstance(meta, dict) and "versionId" in meta:
        more["ETag"] = f'W/"{meta["versionId"]}"'
    if updated is not None:
        more["Last-Modified"] = format_datetime(updated, usegmt=True)
    return Reply(_bytes(resource), status, FHIR_JSON, more)


def _bytes(resource: Resource) -> bytes:
    return seen_json(resource, separators=(",", ":")).encode()


def refuse_other_kinds(call: Call) -> None:
    """Refuse a call that asks for another form than JSON.

    Raises:
        NotAcceptable: By `_format`, which leads, or by the header Accept.
    """
    asked = call.asked("_format")
    words = [asked.replace(" ", "+")] if asked is not None else call.headers.get("accept", "*/*").split(",")
    kinds = [word.partition(";")[0].strip().lower() for word in words]
    versions = [word for word in words if "fhirversion" in word.lower().replace(" ", "")]
    if any("4.0" not in word for word in versions) or not (_ACCEPTED.intersection(kinds) or not any(kinds)):
        raise NotAcceptable(f"FHIR is written here as {FHIR_JSON}, version 4.0, alone. Ask for it.")


def base_of(call: Call) -> str:
    """Return the address of the service's FHIR as others reach it, without a slash at its end."""
    settings = call.service.settings
    public = settings.text("FULLCOURSE_PUBLIC_URL").rstrip("/")
    return f"{public or _here(settings.text('FULLCOURSE_HOST'), settings.number('FULLCOURSE_PORT'))}{BASE}"


def _here(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
