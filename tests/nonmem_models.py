"""Write model files for tests in the words that NONMEM's users think in: compartments by number, variances, blocks."""

HEAD = """id = "test.model"
drug = "exampline"
title = "made for tests"
reference = "no paper"
doi = "10.0000/none"
grade = "B"
read_from = "made for tests"
review = "unreviewed"
uses = ["simulate", "estimate"]
population.people = "nobody"
population.subjects = 1
population.where = "nowhere"
population.doses = "any"
population.at = "none"
limit = [{ covariate = "age", from = 18, unit = "a", outside = "refuse", because = "made up" }]
structure.absorption = "by_site"
"""
UNITS = {"cl": "L/h", "vc": "L", "ka": "1/h", "vp": "L", "q": "L/h", "vmax": "mg/h", "km": "mg/L", "slow": "1/h",
         "cl_metabolite": "L/h", "v_metabolite": "L", "lag": "h", "d": "h", "r": "mg/h"}  # fmt: skip


def rows(name, items):
    return f"{name} = [\n" + "".join(f"  {{ {item} }},\n" for item in items) + "]\n"


def model_text(
    parameters, sites, *, compartments=1, elimination="linear", effects=None, transforms=None, pairs=(), occasions=None,
    covariates=(), relations=(), observed=(("exampline", 2),), error='convention = "proportional", proportional = 0.2',
    metabolite="", unit="mg/L", more="",
):  # fmt: skip
    """Return a model file; sites, relations and error are rows as they stand in it."""
    transforms = transforms or {}

    def spread(values):
        return [
            f'on = "{name}", form = "{transforms.get(name, "log_normal")}", printed = {value!r}, '
            'printed_as = "variance", at = "none"'
            for name, value in values.items()
        ]

    parts = [
        HEAD,
        f'structure.compartments = {compartments}\nstructure.elimination = "{elimination}"\n',
        f'structure.metabolite = "{metabolite}"\n' if metabolite else "",
        rows("dose_site", sites),
        rows("observation", [
            f'analyte = "{name}", matrix = "plasma", unit = "{unit}", compartment = {number}, at = "none"{more}'
            for name, number in observed
        ]),
        rows("parameter", [
            f'name = "{name}", value = {value!r}, unit = "{UNITS.get(name, "1")}", of = "made", at = "none", '
            "estimated = true" for name, value in parameters.items()
        ]),
        rows("random_effect", spread(effects or {})),
        rows("occasion_effect", spread(occasions or {})),
        rows("covariance", [
            f'between = ["{a}", "{b}"], printed = {value!r}, printed_as = "covariance", at = "none"'
            for a, b, value in pairs
        ]),
        rows("covariate", [
            f'id = "{name}", unit = "1", definition = "made", formula = "given", at = "none"' for name in covariates
        ]),
        rows("relation", [f'{row}, at = "none", estimated = true' for row in relations]),
        rows("residual", [f'analyte = "{name}", matrix = "plasma", {error}, at = "none"' for name, _ in observed]),
    ]  # fmt: skip
    return "".join(parts)
