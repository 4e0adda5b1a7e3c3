"""Small dose tables about fictional drugs, for tests of their reader and of what must hold; nothing is clinical."""

DRUG = """
[drug]
inn = "exampline"
label = "Exampline"
forms = [
  { form = "capsule", strength_mg = 250, source = "label" },
  { form = "syrup", strength_mg_per_ml = 20, source = "label" },
]
"""
OTHER = """
[drug]
inn = "examplitol"
label = "Examplitol"
forms = [{ form = "tablet", strength_mg = 100, source = "label" }]
"""
PRODUCT = """
[[product]]
words = "tablet XY 50/100 mg"
form = "tablet"
contents = { exampline = 50, examplitol = 100 }
source = "label"
section = "4"
"""
HEAD = """
[[dose_table]]
id = "exampline.dose"
point = "exampline.dose"
drug = "exampline"
profiles = ["us"]
source = "label"
section = "4"
says = "It is said."
"""
PAIR = HEAD.replace('drug = "exampline"', 'drugs = ["exampline", "examplitol"]')
LIMIT = """
[[dose_limit]]
id = "exampline.limit"
point = "exampline.dose-maximum"
drug = "exampline"
kind = "maximum"
profiles = ["us"]
source = "label"
section = "4"
says = "It is said."
max_mg_per_day = 1000
"""
RANGE = LIMIT.replace('"maximum"', '"range"').replace(
    "max_mg_per_day = 1000", "mg_per_kg_low = 10\nmg_per_kg_high = 20"
)
LINE = 'mg = 250, form = "capsule 250 mg", units = 1'
ONE = f"{HEAD}give = [{{ {LINE}, every_h = 24 }}]\n"
BANDS = (
    f"{HEAD}every_h = 24\nbands = [{{ below = 40, give = [{{ {LINE} }}] }}, {{ from = 40, give = [{{ {LINE} }}] }}]\n"
)
