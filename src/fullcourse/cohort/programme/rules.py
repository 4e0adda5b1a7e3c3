"""By what a programme's reports are counted: numbers and definitions from the knowledge, each with its source."""

from dataclasses import dataclass

from fullcourse.clinical.citation import Source

__all__ = ["Definition", "ReportRules"]


@dataclass(frozen=True, slots=True)
class Definition:
    """What a report counts.

    Attributes:
        id: For example ``registration.new``.
        says: In our own words.
        source: Where it is read; None for our own reading.
        section: Of the source.
        interpretation: Number of the page of our own reading; empty where a source says it.
    """

    id: str
    says: str
    source: Source | None
    section: str
    interpretation: str


@dataclass(frozen=True, slots=True)
class ReportRules:
    """Numbers that reports count by.

    Attributes:
        age_bands_from: First year of each age band, ascending from 0; the last is open.
        interim_after_months: The result of drug-resistant TB is that at so many months of treatment.
        interim_closes_after_months: So many months after the end of a cohort its interim report is complete.
        culture_from_months: Cultures count from so many completed months on.
        culture_grace_days: And to so many days after the months of the result.
        interim_resistances: Patterns of resistance that belong to the interim report.
        short_at_most_months: A regimen planned for so many months at most is a short one.
        short_after_months: So many months after it began its outcome is reported.
        long_after_months: The same for a longer one.
        success: Outcomes that are treatment success.
        need_months: For so many months need is told.
        definitions: In words.
    """

    age_bands_from: tuple[int, ...]
    interim_after_months: int
    interim_closes_after_months: int
    culture_from_months: int
    culture_grace_days: int
    interim_resistances: tuple[str, ...]
    short_at_most_months: int
    short_after_months: int
    long_after_months: int
    success: tuple[str, ...]
    need_months: int
    definitions: tuple[Definition, ...]

    def of(self, report: str) -> tuple[Definition, ...]:
        """Return the definitions of one report, by the first part of their ids."""
        return tuple(one for one in self.definitions if one.id.split(".")[0] == report)
