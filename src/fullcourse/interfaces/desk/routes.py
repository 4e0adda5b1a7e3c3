"""Every address of the desk."""

from typing import Final

from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.account import ACCOUNT
from fullcourse.interfaces.desk.entrance import ENTRANCE
from fullcourse.interfaces.desk.patient_page import PATIENT_PAGES

__all__ = ["DESK"]

DESK: Final[tuple[Route, ...]] = (*ENTRANCE, *ACCOUNT, *PATIENT_PAGES)
