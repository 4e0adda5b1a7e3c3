"""The parts of a leaflet, in reading order, and which statements stand in each. Order and headings only: no claim."""

from dataclasses import dataclass
from typing import Final

__all__ = ["CALL_TODAY", "EMERGENCY", "NEXT_VISIT", "PARTS", "Part"]

EMERGENCY: Final = "emergency_now"
CALL_TODAY: Final = "contact_today"
NEXT_VISIT: Final = "mention_at_next_visit"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a leaflet.

    Attributes:
        id: Its anchor.
        heading: In plain words.
        topics: What is told there.
        kinds: Middle parts of the ids of statements that stand there too, as far as nothing that is told covers them.
        action: For side effects: what the reader is to do.
        tone: How it is shown: ``urgent``, ``call`` or plain.
        expected: Whether its absence is said.
    """

    id: str
    heading: str
    topics: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    action: str = ""
    tone: str = "plain"
    expected: bool = True


PARTS: Final = (
    Part("help", "Get help right away", action=EMERGENCY, tone="urgent"),
    Part(
        "what",
        "What it is for",
        ("drug facts", "what it is for", "how it works", "WHO group"),
    ),
    Part("not", "Who must not take it", ("who should not take it",), ("contraindication",)),
    Part(
        "before",
        "Before you start",
        ("before you start", "pregnancy and breast-feeding", "what is in it"),
        ("population", "caution"),
    ),
    Part(
        "take",
        "How to take it",
        ("how to take it", "food", "vitamins"),
        ("how", "spacing", "stop-early", "supplement"),
    ),
    Part("long", "How long to take it", ("how long it is taken", "how long until it works")),
    Part("missed", "If you miss a dose", ("missed dose",), ("missed-dose", "missed")),
    Part("avoid", "What to avoid", ("what not to take with it",), ("duplicate", "interaction")),
    Part("drive", "Driving and machines", ("driving",)),
    Part(
        "today",
        "Call your care team today",
        ("when to call",),
        ("symptom",),
        action=CALL_TODAY,
        tone="call",
    ),
    Part("visit", "Tell us at your next visit", ("side effects",), action=NEXT_VISIT, expected=False),
    Part("normal", "Changes that are normal", ("expected changes",), expected=False),
    Part("much", "If you take too much", ("overdose",), ("overdose",), tone="call"),
    Part("store", "How to keep it", ("storage",), ("storage",)),
    Part("tests", "Visits and tests", ("visits and tests",), ("test", "monitoring")),
    Part("daily", "Day by day", ("living with the treatment",), expected=False),
    Part("ask", "What you can ask", ("questions",), expected=False),
)
