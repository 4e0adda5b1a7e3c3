"""What a patient's phone is handed so that it advises by itself, and when it is reminded: worked out here alone."""

from fullcourse.journey.phone.plan import DAYS_AHEAD, MOST_DAYS_VALID, PhonePart, PhonePlan, phone_plan
from fullcourse.journey.phone.reminders import QuietHours, Reminder, Reminding, Rhythm, Told, reminding_at
from fullcourse.journey.phone.unread import UnreadResult

__all__ = [
    "DAYS_AHEAD",
    "MOST_DAYS_VALID",
    "PhonePart",
    "PhonePlan",
    "QuietHours",
    "Reminder",
    "Reminding",
    "Rhythm",
    "Told",
    "UnreadResult",
    "phone_plan",
    "reminding_at",
]
