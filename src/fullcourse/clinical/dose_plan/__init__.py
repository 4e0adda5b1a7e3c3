"""A dose plan as people write it, as it is said back, and as every single dose.

``250 mg q12h``, ``250 mg morning + 500 mg evening``, ``500 mg every other day``, ``2 capsules of 250 mg twice a day for
14 days then ...``. What is said back is read to the same steps. A text that is not understood, or that could mean two
plans, is refused with the reason; nothing is guessed.
"""

from fullcourse.clinical.dose_plan.clock import clock_hours
from fullcourse.clinical.dose_plan.expand import PlannedDose, planned_doses
from fullcourse.clinical.dose_plan.parse import parse_dose_plan
from fullcourse.clinical.dose_plan.say import say_dose_plan

__all__ = ["PlannedDose", "clock_hours", "parse_dose_plan", "planned_doses", "say_dose_plan"]
