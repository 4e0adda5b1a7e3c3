"""The pages of beginning a course, walked as a browser without scripts walks them."""

from pathlib import Path

from lxml import html

import fullcourse
from clinic_service import NORTH, as_of
from desk_courses import Desk

__all__ = ["EXAMPLES", "alerts", "begun", "fields_of", "first", "kept", "looked", "send", "upload"]

EXAMPLES = Path(fullcourse.__file__).parent / "examples"


def fields_of(page, action: str) -> dict[str, str]:
    """Return the fields of a form as a browser would send them."""
    form = next(it for it in page.forms if it.get("action") == action)
    return {name: value or "" for name, value in form.fields.items()}


def first(desk: Desk, record: str = "", **typed: str) -> dict[str, str]:
    """Return the fields of the first page, with an example of a record pasted."""
    fields = fields_of(desk.page("/desk/begin"), "/desk/begin/look")
    text = (EXAMPLES / record).read_text("utf-8") if record else ""
    return {**fields, "record": text, "zone": "Africa/Johannesburg", "clinic": NORTH, **typed}


def send(desk: Desk, address: str, fields: dict[str, str], role: str = "clinician", clinic: str = NORTH):
    """Send a form without files."""
    return desk.client.post(address, data=fields, headers=as_of(role, clinic), follow_redirects=False)


def upload(desk: Desk, content: bytes, called: str = "record.json", **typed: str):
    """Send the first page with a file that was chosen."""
    fields = first(desk, **typed)
    fields.pop("record_file")
    files = {"record_file": (called, content, "application/octet-stream")}
    return desk.client.post("/desk/begin/look", data=fields, files=files, headers=as_of("clinician", NORTH))


def looked(desk: Desk, fields: dict[str, str]):
    """Return the page of what is proposed."""
    answer = send(desk, "/desk/begin/look", fields)
    assert answer.status_code == 200, answer.text
    return html.document_fromstring(answer.text)


def begun(desk: Desk, page, **typed: str) -> str:
    """Confirm what is proposed, and return the id of the course."""
    answer = send(desk, "/desk/begin", {**fields_of(page, "/desk/begin"), "confirmed_by": "Dr A", **typed})
    assert answer.status_code == 303, alerts(html.document_fromstring(answer.text))
    return answer.headers["location"].rpartition("/")[2]


def kept(desk: Desk) -> list[str]:
    """Return the courses that the store holds."""
    assert desk.service.store is not None
    return list(desk.service.store.patients())


def alerts(page) -> str:
    """Return what a page says went wrong."""
    return " ".join(it.text_content() for it in page.xpath("//*[@role='alert']"))
