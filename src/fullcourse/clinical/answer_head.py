"""The head of every answer: by which software and knowledge it was made, for which profile and date, and its notice.

It stands once, so that no answer goes out without saying what it rests on, and none says it in other words.
"""

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from fullcourse import __version__

__all__ = [
    "CONTENT_NOTICE",
    "LEAFLET_NOTICE",
    "LEARNING_NOTICE",
    "MODELS_NOTICE",
    "AnswerHead",
]

CONTENT_NOTICE: Final = (
    "Decision support, not a replacement for medical advice; no clinician has reviewed this content."
)
"""Under answers that rest on statements."""

MODELS_NOTICE: Final = "Decision support, not a replacement for medical advice; no clinician has reviewed these models."
"""Under answers about levels."""

LEARNING_NOTICE: Final = "For learning, not a replacement for medical advice; no clinician has reviewed this content."
"""Under answers to questions of anybody."""

LEAFLET_NOTICE: Final = (
    "This is to help you learn. It does not replace your doctor. No clinician has checked this text yet."
)
"""On leaflets, in words of the sixth grade."""


@dataclass(frozen=True, slots=True)
class AnswerHead:
    """What an answer says of itself.

    Attributes:
        knowledge: SHA-256 of the knowledge that it rests on, 64 hexadecimal digits.
        notice: What it is not, and that nobody has reviewed it; empty where the answer is a table or a document that
            says so itself.
        profile: Which sources lead; empty where no profile decides.
        at: The date, or the moment, for which it holds; None for one that holds whenever.
        version: Of the software.
    """

    knowledge: str
    notice: str = ""
    profile: str = ""
    at: date | None = None
    version: str = __version__

    @property
    def software(self) -> str:
        """Return name and version of the software."""
        return f"fullcourse {self.version}"

    @property
    def edition(self) -> str:
        """Return the digest of the knowledge with its kind, as JSON answers carry it."""
        return f"sha256:{self.knowledge}"

    def as_json(self) -> dict[str, object]:
        """Return the head for a JSON answer: what is not known of it is left out.

        Example:
            >>> AnswerHead("0f" * 32, profile="who", at=date(2026, 11, 28), version="0.1.0").as_json()["software"]
            'fullcourse 0.1.0'
        """
        head: dict[str, object] = {}
        if self.at is not None:
            head["at"] = self.at.isoformat()
        if self.profile:
            head["profile"] = self.profile
        head |= {"software": self.software, "knowledge": self.edition}
        if self.notice:
            head["notice"] = self.notice
        return head

    def made_by(self, edition_of: Literal["knowledge", "models"] = "knowledge") -> str:
        """Return software and edition as they stand under an answer in words.

        Example:
            >>> AnswerHead("0f" * 32, version="0.1.0").made_by()
            'fullcourse 0.1.0, knowledge 0f0f0f0f0f0f'
        """
        return f"{self.software}, {edition_of} {self.knowledge[:12]}"

    def foot(self, edition_of: Literal["knowledge", "models"] = "knowledge") -> str:
        """Return the line that ends an answer in words: the notice, the software and the edition."""
        return f"{self.notice} {self.made_by(edition_of)}.".lstrip()
