"""Published formulas of body size and kidney function as population models use them.

Those of `clinical.formulas` are for judging a patient, and refuse who is outside their source. A model's paper applies
its formula to everybody in its population (from 15 years, or with one weight for all), so here a model's own limits
decide, and nothing else.
"""

__all__ = ["cockcroft_gault", "mdrd", "normal_fat_mass"]


def normal_fat_mass(weight_kg: float, fat_free_mass_kg: float, fat_fraction: float) -> float:
    """Return normal fat mass, kg: fat-free mass and a fraction of the rest.

    Source:
        Anderson BJ, Holford NHG, Annual Review of Pharmacology and Toxicology 2008;48:303-332.
    """
    return fat_free_mass_kg + fat_fraction * (weight_kg - fat_free_mass_kg)


def cockcroft_gault(age_a: float, weight_kg: float, creatinine_mg_per_dl: float, female: bool) -> float:
    """Return creatinine clearance, mL/min.

    Args:
        age_a: Age, years, below 140.
        weight_kg: The weight the model's paper used, kg.
        creatinine_mg_per_dl: Serum creatinine, stable, mg/dL.
        female: Sex of the formula.

    Source:
        Cockcroft DW, Gault MH, Nephron 1976;16:31-41.

    Example:
        >>> round(cockcroft_gault(41.0, 59.0, 0.9, female=False), 1)
        90.1
    """
    return (140.0 - age_a) * weight_kg / (72.0 * creatinine_mg_per_dl) * (0.85 if female else 1.0)


def mdrd(age_a: float, creatinine_mg_per_dl: float, female: bool) -> float:
    """Return estimated glomerular filtration rate, mL/min/1.73 m2, four variables, without the factor of race.

    Source:
        Levey AS and others, Annals of Internal Medicine 2006;145:247-254 (traceable creatinine).
    """
    return float(175.0 * creatinine_mg_per_dl**-1.154 * age_a**-0.203 * (0.742 if female else 1.0))
