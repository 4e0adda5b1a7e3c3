"""A proposal for other times of day or for another time zone, as JSON for others: ``fullcourse/way/1``."""

from datetime import datetime
from typing import Final

from fullcourse.adapters.published.course import course_head
from fullcourse.adapters.published.course_plan import plan_drug_json
from fullcourse.clinical.dose import DoseStep, RegimenDrug
from fullcourse.clinical.zone import Zone
from fullcourse.course.moving import Journey

__all__ = ["SCHEMA", "way_json"]

SCHEMA: Final = "fullcourse/way/1"


def way_json(
    drug: str, way: Journey, zone: Zone, steps: tuple[DoseStep, ...], knowledge: str, profile: str
) -> dict[str, object]:
    """Return a proposal as plain values that JSON can hold; it holds for the moment of the last dose before it.

    Args:
        drug: INN in lower case.
        way: The doses, the last one before them first.
        zone: By whose clock they are told.
        steps: What a plan would hold of the drug; empty where it stays as it is by the new clock.
        knowledge: Digest of the knowledge.
        profile: Which sources lead.
    """
    last, *doses = [_dose(due, zone) for due in way.doses]
    return {
        **course_head(SCHEMA, knowledge, profile, way.doses[0], zone.edition),
        "drug": drug,
        "zone": zone.name,
        "proposed": plan_drug_json(RegimenDrug(drug, steps)) if steps else None,
        "last": last,
        "doses": doses,
        "shortest_h": way.shortest_h,
        "longest_h": way.longest_h,
        "interval_h": way.interval_h,
        "interval_holds": way.holds_interval,
        "left_out": way.skipped,
    }


def _dose(due: datetime, zone: Zone) -> dict[str, object]:
    return {"at": due.isoformat(), "local": zone.local(due).isoformat(timespec="minutes")}
