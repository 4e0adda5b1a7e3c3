"""What names no medicine is taken away by closed lists; what a rule does not understand stays, and is not read."""

import pytest

from fullcourse.adapters.medicines import recognise

READ = {
    "Phenytoin (sodium) 50mg/5ml injection": ("phenytoin",),
    "Azithromycin (anhydrous) 250mg capsule": ("azithromycin",),
    "magnesium (sulfate)": ("magnesium sulfate",),
    "Ceftriaxone powder for injection 250 mg (as sodium salt) in vial": ("ceftriaxone",),
    "Rifampicin (R) 60mg + Isoniazid (H) 30mg tablet": ("isoniazid", "rifampin"),
    "Atazanavir sulfate (ATV) 300mg + Ritonavir (r) 100mg tablet": ("atazanavir", "ritonavir"),
    "Abacavir (abc) (sulfate) 300mg tablet": ("abacavir",),
    "Fosfomicina (Monurol)": ("fosfomycin",),
    "Emtricitabina + Tenofovir (Truvada)": ("emtricitabine", "tenofovir disoproxil"),
    "FTC 200mg /TDF 300mg such as Truvada": ("emtricitabine", "tenofovir disoproxil"),
    "Benznidazole 50mg tablet (scored)": ("benznidazole",),
    "Isoniazid & rifampicin 75mg & 150mg": ("isoniazid", "rifampin"),
    "Metformin 500mg, warfarin 5 mg": ("metformin", "warfarin"),
    "Cipla-Efavirenz 600 mg 28 tablets": ("efavirenz",),
    "Abacavir 600mg / Lamivudine 300mg, tin of 30 tablets": ("abacavir", "lamivudine"),
    "Raltegravir400mg": ("raltegravir",),
    "LPV 40 / r 10mg granules": ("lopinavir", "ritonavir"),
    "3TC 150mg /ZDV 300mg": ("lamivudine", "zidovudine"),
    "EFV-600": ("efavirenz",),
    "Na valproate 200mg": ("valproate",),
    "FeSO4 200 mg": ("ferrous sulfate",),
    "3HP (isoniazid/rifapentine)": ("isoniazid", "rifapentine"),
    "Voractiv": ("ethambutol", "isoniazid", "pyrazinamide", "rifampin"),
    "Rimstar": ("ethambutol", "isoniazid", "pyrazinamide", "rifampin"),
    "Epilim 200": ("valproate",),
    "Valcyte 450": ("valganciclovir",),
    "Aluvia": ("lopinavir", "ritonavir"),
}
NOT_READ = [
    "warfarin (stopped)",
    "metformin (not taking)",
    "isoniazid (rifampin)",
    "Levofloxacin (or moxifloxacin)",
    "amoxicillin (clavulanate)",
    "estradiol (norethisterone acetate)",
    "Losartan (H)",
    "Rifampicin (H) 150",
    "Rosuvastatin (R)",
    "2HRZ(E)/4HR",
    "6(H)REZ-Lfx",
    "iron (sucrose)",
    "sodium (valproate)",
    "insulin (glargine)",
    "Adco-Dol",
    "Cipla-Tegretol-something",
    "Sandoz",
    "aspirin 75mg, stop",
    "r 100mg",
    "ETV 100mg",
    "Dovate",
    "CPT-11 100mg",
]


@pytest.mark.parametrize("name", READ)
def test_what_names_no_medicine_is_taken_away(name: str):
    assert recognise(name, []).ingredients == READ[name]


@pytest.mark.parametrize("name", NOT_READ)
def test_what_may_name_another_medicine_or_say_that_it_is_not_taken_stays(name: str):
    reading = recognise(name, [])
    assert reading.ingredients == ()
    assert reading.reason
