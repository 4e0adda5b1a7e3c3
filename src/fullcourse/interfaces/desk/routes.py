"""Every address of the desk."""

from typing import Final

from fullcourse.interfaces.api.routes import Route
from fullcourse.interfaces.desk.account import ACCOUNT
from fullcourse.interfaces.desk.begin import BEGIN_PAGES
from fullcourse.interfaces.desk.digest import DIGEST
from fullcourse.interfaces.desk.entering import ENTERING
from fullcourse.interfaces.desk.entrance import ENTRANCE
from fullcourse.interfaces.desk.finding import FINDING
from fullcourse.interfaces.desk.knowledge import KNOWLEDGE
from fullcourse.interfaces.desk.matrix import MATRIX
from fullcourse.interfaces.desk.paper_sheet import SHEET_PAGES
from fullcourse.interfaces.desk.patient_levels import LEVEL_PAGES
from fullcourse.interfaces.desk.patient_page import PATIENT_PAGES
from fullcourse.interfaces.desk.patient_plan import PLAN_PAGES
from fullcourse.interfaces.desk.patient_reminders import REMINDER_PAGES
from fullcourse.interfaces.desk.patient_results import RESULT_PAGES
from fullcourse.interfaces.desk.patient_seen import SEEN_PAGES
from fullcourse.interfaces.desk.programme.lists import LISTS
from fullcourse.interfaces.desk.programme.need import NEED
from fullcourse.interfaces.desk.programme.quality import QUALITY
from fullcourse.interfaces.desk.programme.reports import REPORTS
from fullcourse.interfaces.desk.programme.tables import TABLES
from fullcourse.interfaces.desk.queue import QUEUE
from fullcourse.interfaces.desk.sheets import SHEETS
from fullcourse.interfaces.desk.users import USERS

__all__ = ["DESK"]

DESK: Final[tuple[Route, ...]] = (
    *ENTRANCE,
    *ACCOUNT,
    *BEGIN_PAGES,
    *QUEUE,
    *DIGEST,
    *ENTERING,
    *FINDING,
    *KNOWLEDGE,
    *SHEETS,
    *MATRIX,
    *LEVEL_PAGES,
    *PATIENT_PAGES,
    *PLAN_PAGES,
    *REMINDER_PAGES,
    *RESULT_PAGES,
    *REPORTS,
    *NEED,
    *QUALITY,
    *LISTS,
    *TABLES,
    *SEEN_PAGES,
    *SHEET_PAGES,
    *USERS,
)
