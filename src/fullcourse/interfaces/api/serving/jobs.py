"""What a service does by itself: every job of its timetable."""

from fullcourse.interfaces.api.reminding import reminder_jobs
from fullcourse.interfaces.api.service import Service
from fullcourse.interfaces.api.serving.timetable import Job
from fullcourse.interfaces.desk.morning import morning_jobs

__all__ = ["jobs_of"]


def jobs_of(service: Service) -> tuple[Job, ...]:
    """Return the jobs of a service, by what was set.

    Raises:
        InputError: What was set cannot be kept to.
    """
    return (*reminder_jobs(service), *morning_jobs(service))
