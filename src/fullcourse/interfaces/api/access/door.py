"""The doorkeeper that knows people: by a cookie, or by a word in the header that says `Bearer`."""

import hmac
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final
from urllib.parse import parse_qs, urlsplit

from fullcourse.adapters.access.access import Access
from fullcourse.adapters.access.audit.entry import AuditEntry
from fullcourse.adapters.access.caller import ANONYMOUS, Caller, Role, Subject
from fullcourse.adapters.access.people.courses import courses_of, place_course, subject_of
from fullcourse.adapters.access.people.devices import Skew, note_clock
from fullcourse.adapters.access.people.sessions import Held, caller_of, held_session
from fullcourse.adapters.access.people.signing_in import make_setup_link
from fullcourse.adapters.access.remembered import Remembered
from fullcourse.adapters.access.rights import permits, rights
from fullcourse.adapters.access.store.opening import hashed
from fullcourse.interfaces.api.multipart import is_multipart, read_multipart
from fullcourse.interfaces.api.problems import Forbidden, NotFound, NotSignedIn
from fullcourse.interfaces.api.service import Doorkeeper, Seen
from fullcourse.interfaces.api.settings import Settings

__all__ = ["PROOF_FIELD", "PROOF_HEADER", "Cookie", "Door", "cookie_of", "is_same_origin", "setup_link"]

PROOF_HEADER: Final = "x-csrf-token"
"""Header in which a page sends the proof that it was ours."""
PROOF_FIELD: Final = "csrf_token"
"""The same in a form."""

_UNSAFE: Final = frozenset(("POST", "PUT", "PATCH", "DELETE"))
_FORM: Final = "application/x-www-form-urlencoded"
_LONGEST_WORD: Final = 200
_NEAR: Final = frozenset(("127.0.0.1", "localhost", "::1"))


@dataclass(frozen=True, slots=True)
class Cookie:
    """How the cookie is named and sent.

    Attributes:
        name: With the prefix by which a browser takes it from this very host alone, wherever https is.
        is_secure: Whether it goes over https alone; not so only where the service is reached on this computer.
    """

    name: str
    is_secure: bool

    def header(self, word: str) -> str:
        """Return the header that sets it; with an empty word it is taken back."""
        parts = [f"{self.name}={word}", "Path=/", "HttpOnly", "SameSite=Strict"]
        return "; ".join(parts + ["Secure"] * self.is_secure + ["Max-Age=0"] * (not word))


def cookie_of(settings: Settings) -> Cookie:
    """Return how the cookie is sent: over plain http only where nobody but this computer reaches the service."""
    public = urlsplit(settings.text("FULLCOURSE_PUBLIC_URL"))
    host = public.hostname if public.hostname else settings.text("FULLCOURSE_HOST")
    if public.scheme != "https" and host in _NEAR:
        return Cookie("fullcourse-session", is_secure=False)
    return Cookie("__Host-fullcourse", is_secure=True)


class Door(Doorkeeper):
    """Tells who calls, whose course it is, and writes down who saw what."""

    def __init__(self, access: Access, settings: Settings) -> None:
        """Take what access has open.

        Args:
            access: Accounts, sessions, the audit.
            settings: Of the service.
        """
        self.access, self.settings = access, settings
        self.cookie = cookie_of(settings)
        self._sessions: Remembered[Held] = Remembered(access.kept.database)
        self._subjects: Remembered[Subject] = Remembered(access.kept.database)
        self.is_slow = access.kept.database.is_remote
        self.signed_words: Callable[[str, datetime], Caller | None] = lambda _word, _at: None
        """Tells who holds a word that is a signed token of others (two dots in it); raises NotSignedIn."""

    def caller(self, headers: Mapping[str, str], peer: str, at: datetime) -> Caller:
        """Return who sent a request; a word in the header comes before a cookie."""
        del peer
        given = headers.get("authorization")
        word = _bearer(given) if given is not None else self._in_cookie(headers)
        if not word:
            return ANONYMOUS
        if given is not None and word.count(".") == 2 and (signed := self.signed_words(word, at)) is not None:
            return signed
        held = self._sessions.get(hashed(word), lambda connection: held_session(connection, word))
        found = None if held is None else caller_of(held, at)
        if found is None or (found.is_by_cookie != (given is None)):
            raise NotSignedIn
        return found

    def _in_cookie(self, headers: Mapping[str, str]) -> str:
        """Return what stands in our cookie; nothing where it stands twice, since one of them is somebody else's."""
        parts = (part.strip().partition("=") for part in headers.get("cookie", "").split(";"))
        words = [word for name, _, word in parts if name == self.cookie.name]
        return words[0] if len(words) == 1 and len(words[0]) <= _LONGEST_WORD else ""

    def word_of(self, headers: Mapping[str, str]) -> str:
        """Return what the caller's cookie holds; the proof of a page is worked out from it."""
        return self._in_cookie(headers)

    def subject(self, patient: str) -> Subject | None:
        """Return whose data a patient's is."""
        return self._subjects.get(patient, lambda connection: subject_of(connection, patient))

    def let_in(self, caller: Caller, right: str, patient: str) -> Subject:
        """Return whose data a patient's is, where the caller has a right over it: for what no address names.

        Raises:
            NotFound: The caller has not, or nobody of this id is here: nobody can tell which.
        """
        subject = self.subject(patient)
        if subject is None or not permits(caller, right, subject):
            raise NotFound
        return subject

    def patients_of(self, caller: Caller, right: str) -> tuple[str, ...]:
        """Return the patients over whom a caller has a right, in order of their ids: for lists and exports."""
        if Role.ANONYMOUS in caller.roles:
            return ()
        listed = set(self.access.read(lambda connection: tuple(courses_of(connection, caller.clinics))))
        return tuple(
            patient
            for patient in sorted(listed | caller.patients | caller.opened)
            if (subject := self.subject(patient)) is not None and permits(caller, right, subject)
        )

    def assign(self, patient: str, clinic: str, caller: Caller, at: datetime) -> None:
        """Write down which clinic has a course that begins."""
        entry = AuditEntry(at, "course.placed", caller.id, patient, _roles(caller), clinic)
        self.access.write(lambda connection: place_course(connection, patient, clinic, at), entry)

    def note_clock(self, caller: Caller, told: datetime, at: datetime) -> Skew:
        """Keep by how much the clock of a caller's phone is off, and return it.

        Args:
            caller: Who sent something.
            told: What the phone's clock said when it was sent.
            at: When it was received.
        """
        return note_clock(self.access, caller.id, caller.session, told, at)

    def refuse_forged(self, caller: Caller, method: str, headers: Mapping[str, str], body: bytes) -> None:
        """Refuse a call that changes something where it came with a cookie and without the proof of our page."""
        if method not in _UNSAFE or not caller.is_by_cookie:
            return
        given = headers.get(PROOF_HEADER, "") or _in_form(headers, body)
        wanted = self.access.keys.proof(self._in_cookie(headers))
        is_proved = hmac.compare_digest(given.encode("utf-8", "surrogatepass"), wanted.encode())
        if not is_proved or not is_same_origin(headers, self.settings, is_asked=True):
            raise Forbidden("The call did not come from a page of this service. Load the page again, and repeat it.")

    def saw(self, seen: Seen) -> Future[None] | None:
        """Write down who saw or changed what; who is nobody saw nothing."""
        caller = seen.caller
        if Role.ANONYMOUS in caller.roles:
            return None
        used = (caller.session, seen.at) if caller.is_stale else None
        entries: tuple[AuditEntry, ...] = ()
        if seen.is_about_patient or seen.patients or rights()[seen.right].is_recorded:
            one = AuditEntry(
                seen.at, seen.right, caller.id, "", _roles(caller), seen.about, seen.status, seen.call, seen.peer
            )
            entries = tuple(replace(one, patient=patient) for patient in seen.patients) or (one,)
        return self.access.audit.write(*entries, used=used) if entries or used else None


def _roles(caller: Caller) -> tuple[str, ...]:
    return tuple(sorted(role.value for role in caller.roles))


def _bearer(given: str) -> str:
    kind, _, word = given.partition(" ")
    if kind.casefold() != "bearer" or not word.strip():
        raise NotSignedIn
    return word.strip()


def _in_form(headers: Mapping[str, str], body: bytes) -> str:
    content_type = headers.get("content-type", "")
    if is_multipart(content_type):
        parts = [it for it in read_multipart(body, content_type) if it.name == PROOF_FIELD and not it.is_file]
        return parts[0].content.decode("ascii", "replace") if len(parts) == 1 else ""
    if content_type.partition(";")[0].strip().lower() != _FORM:
        return ""
    try:
        fields = parse_qs(body.decode("ascii"), max_num_fields=100)
    except (UnicodeDecodeError, ValueError):
        return ""
    values = fields.get(PROOF_FIELD, [])
    return values[0] if len(values) == 1 else ""


def is_same_origin(headers: Mapping[str, str], settings: Settings, *, is_asked: bool) -> bool:
    """Return whether a browser says that a page of this service sent a call.

    Args:
        headers: By their names in lower case.
        settings: Of the service.
        is_asked: What is answered where it says nothing: browsers say it, and programs of others need not.
    """
    site, origin = headers.get("sec-fetch-site"), headers.get("origin")
    if site is not None and site != "same-origin":
        return False
    if origin is not None:
        return origin == _own_origin(headers, settings)
    return site is not None or not is_asked


def _own_origin(headers: Mapping[str, str], settings: Settings) -> str:
    return settings.text("FULLCOURSE_PUBLIC_URL").rstrip("/") or f"http://{headers.get('host', '')}"


def setup_link(access: Access, address: str, now: datetime) -> str:
    """Return the one-time link by which the first administrator is made; empty where there is one.

    It holds for an hour and once; each call ends those before. The word stands behind the hash sign, so that no server,
    proxy or log sees it.

    Args:
        access: What access has open.
        address: By which the service is reached, such as ``http://127.0.0.1:8080``.
        now: This moment.
    """
    word = make_setup_link(access, now)
    return f"{address.rstrip('/')}/desk/setup#{word}" if word else ""
