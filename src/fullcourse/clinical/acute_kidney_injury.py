"""When two creatinine values are too far apart for a formula that asks for a stable one."""

from fullcourse.clinical.errors import InputError
from fullcourse.clinical.formula import positive
from fullcourse.clinical.units import MOLAR_MASS_G_PER_MOL, convert

__all__ = ["KDIGO_LONGER_WINDOW_HOURS", "meets_kdigo_creatinine_criterion"]

KDIGO_LONGER_WINDOW_HOURS = 7 * 24
"""Within which a creatinine 1.5 times the lower one is acute, after KDIGO."""


def meets_kdigo_creatinine_criterion(lower_mg_per_dl: float, higher_mg_per_dl: float, hours_apart: float) -> bool:
    """Return whether two creatinine values differ as much as KDIGO asks for acute kidney injury.

    By at least 0.3 mg/dL (26.5 umol/L) within 48 hours, or to at least 1.5 times the lower within 7 days. The
    published criterion is a rise. The criterion of urine output is not here: no fact holds it.

    Args:
        lower_mg_per_dl: The lower value, mg/dL, above 0.
        higher_mg_per_dl: The higher value, mg/dL, not below it.
        hours_apart: Time between the two samples, h, 0 or above.

    Returns:
        Whether the change is one of the two. Both ends of each window and threshold belong to it; 26.5 umol/L
        (0.2998 mg/dL) is the threshold, so that the guideline's two units agree.

    Raises:
        InputError: A value is not a number above 0, the higher is below the lower, or the time is negative.

    Source:
        KDIGO Clinical Practice Guideline for Acute Kidney Injury, section 2.1, definition of acute kidney injury
        (2.1.1). Kidney Int Suppl 2012;2:19-36, doi:10.1038/kisup.2011.32.

    Example:
        >>> meets_kdigo_creatinine_criterion(0.9, 1.2, 48.0), meets_kdigo_creatinine_criterion(0.9, 1.2, 49.0)
        (True, False)
    """
    lower, higher = positive("lower_mg_per_dl", lower_mg_per_dl), positive("higher_mg_per_dl", higher_mg_per_dl)
    if higher < lower or not hours_apart >= 0:
        raise InputError(
            f"creatinine {lower:g} and {higher:g} mg/dL, {hours_apart:g} h apart: give the lower value first, and a "
            "time of 0 h or above."
        )
    # 26.5 umol/L, less what rounding in a float may take.
    least_mg_per_dl = convert(26.5, "umol/L", "mg/dL", MOLAR_MASS_G_PER_MOL["creatinine"]) - 1e-9
    by_difference = hours_apart <= 48 and higher - lower >= least_mg_per_dl
    by_ratio = hours_apart <= KDIGO_LONGER_WINDOW_HOURS and higher >= 1.5 * lower
    return by_difference or by_ratio
