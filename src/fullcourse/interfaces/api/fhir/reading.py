"""Reads one resource by its id, with the version that it has."""

from collections.abc import Mapping

from fullcourse.adapters.fhir.write.naming import patient_of_id
from fullcourse.interfaces.api.call import Call, Reply
from fullcourse.interfaces.api.fhir.courses import READ, made_of, reached
from fullcourse.interfaces.api.fhir.told import FHIR_JSON, refuse_other_kinds, resource_reply
from fullcourse.interfaces.api.problems import NotFound
from fullcourse.interfaces.api.routes import Handler, SubjectOf

__all__ = ["ID", "reads", "subject_by_id"]

ID = "id"
"""Name of the part of an address that is a resource's id."""


def subject_by_id(kind: str) -> SubjectOf:
    """Return what finds the patient of a resource by its id; an id that is none of ours is nobody's."""

    def subject_of(path: Mapping[str, str], query: Mapping[str, tuple[str, ...]]) -> str:
        del query
        return patient_of_id(kind, path[ID])

    return subject_of


def reads(kind: str, right: str = READ) -> Handler:
    """Return what reads one resource of a type."""

    def read(call: Call) -> Reply:
        refuse_other_kinds(call)
        wanted = call.path[ID]
        made = made_of(call, reached(call, right, patient_of_id(kind, wanted)), kind)
        it = next((one for one in made if one.id == wanted), None)
        if it is None:
            raise NotFound
        reply = resource_reply(it.resource, updated=it.updated)
        if _is_known(call, it.version):
            return Reply(b"", 304, FHIR_JSON, reply.headers)
        return reply

    return read


def _is_known(call: Call, version: str) -> bool:
    """Return whether the caller has this version already."""
    known = [it.strip().removeprefix("W/").strip('"') for it in call.headers.get("if-none-match", "").split(",")]
    return version in known or known == ["*"]
