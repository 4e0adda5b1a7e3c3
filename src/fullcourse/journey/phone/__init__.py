"""What a patient's phone is handed so that it advises by itself: worked out here, and only followed there."""

from fullcourse.journey.phone.plan import DAYS_AHEAD, MOST_DAYS_VALID, PhonePart, PhonePlan, phone_plan
from fullcourse.journey.phone.unread import UnreadResult

__all__ = ["DAYS_AHEAD", "MOST_DAYS_VALID", "PhonePart", "PhonePlan", "UnreadResult", "phone_plan"]
