"""Reads what stands behind the name of a medicine and names none: strengths, forms, how often, when, for how long.

``500 mg 1-0-1 x 5/7 prn`` says nothing of which medicine it is. Every word of it is on a closed list; one that is
not may be another medicine, and then nothing of the text is taken for silent. How many strengths stand side by side
(``875/125``) is counted, because a second strength is a second ingredient that the name may have left out.
"""

import functools
import re
from dataclasses import dataclass

__all__ = ["Rest", "is_quantity", "is_silent", "read_rest"]

_NUMBER = r"\d[\d.,]*(?:[/-]\d[\d.,]*)*"
_MASSES = (
    "mg|mcg|micrograms?|milligrams?|µg|μg|ug|ng|g|gm|grams?|kg|miu|mu|mega ?units?|мг|мкг|г|unt|units?|iu|ui|u|ie|ед"
)
_UNIT = (
    rf"(?:{_MASSES}|ml|l|dl|мл|usp|meq|mmol|mol|mci|kbq|mbq|actuat|hrs?|h|days?|cfu|cells?|"
    r"bau|au|pfu|tcid50|sqcm|cm2|mosm|tablets?|tabs?|capsules?|caps?|doses?|puffs?|spray|drops?|sachets?|vials?|amps?|%|"
    r"comprimidos?|tabletas?|grageas?|ampolletas?|comprimés?|cps?|cápsulas?|gélules?|таб|табл|капс)"
)
_QUANTITY = re.compile(rf"{_NUMBER} ?{_UNIT}(?: ?(?:/|per) ?(?:{_NUMBER} ?)?{_UNIT})*(?![\w-])")
_STRENGTH = re.compile(rf"({_NUMBER})? ?(?<![^\W\d_])({_MASSES})(?![\w-])")
_BARE = re.compile(r"\d+(?:[.,]\d+)?(?: ?[/+] ?\d+(?:[.,]\d+)?)*(?![\w/-])")
_JOINS_STRENGTHS = re.compile(r" ?[/+] ?")
_HABIT = re.compile(
    r"(?:"
    r"[\d½¼]+(?:-[\d½¼]+){2,3}"  # 1-0-1
    r"|x ?\d+ ?/ ?(?:7|52|12)|[1-9]\d? ?/ ?(?:7|52)"  # x 5/7, 2/52
    r"|x ?\d+(?: ?(?:d|days?|w|wks?|weeks?|m|months?))?"
    r"|\d+ ?x ?\d+|\d+ ?x ?/? ?(?:d|days?|daily|w|wk|weeks?|weekly|months?)?"  # 1x1, 3x/week
    r"|\d+ (?:times?|veces|vezes|vez|fois|раза?)"
    r"|q ?\d+ ?(?:h|hrs?|hrly|hourly|d|w|wks?|m|months?)"  # q6h
    r"|\d+(?:/\d+)? ?(?:-? ?hourly|hrly|-?h|hours?|horas?|heures?|-?monthly|-?weekly)"
    r"|\d+ ?(?:days?|weeks?|months?|días?|jours?)"
    r"|(?:1/2|½|1/4|¼|\d) ?(?:tabs?|tablets?|caps?|capsules?|cps?|comp)"
    r"|(?:with|after|before) (?:food|meals?|breakfast|lunch|dinner|supper)|(?:on|an) empty stomach"
    r"|(?:as )?(?:per|by) inr|as (?:needed|required|directed)|at (?:night|bedtime)|in the (?:morning|evening)"
    r"|(?:once|twice|one|two|three) (?:a|per) (?:day|week|month)"
    r"|every (?:other )?(?:day|night|week|month|morning|evening)"
    r"|\d+ ?(?:cpr|comp|gtt) da|\(?ore \d{1,2}(?::\d\d)?\)?|1 ?: ?\d[\d ,.]*\d|de (?=\d)|envase con(?: un)?"
    r"|(?:euro|nipple) head bottle|(?:pvc|preservative) free|solid (?:oral )?dosage form|(?:double|single) strength"
    r"|(?:tablet|capsule) or (?:capsule|tablet)|pre[- ]filled|controlled release|tab/cap|b\.p\.?|mouth (?:wash|rinse)"
    r"|(?:a|per) (?:day|week)|cada|à noite|à la nuit|pela manhã|matin et soir|toutes les|au coucher"
    r"|al día|ao dia|por dia|par jour"
    r"|в (?:день|сутки)"
    r")(?![\w-])"
)
_WORD = re.compile(r"[^\s,;()]+")
_GAP = re.compile(r"[\s,;()/.+]+")
_FORMS = """
abuse-deterrent actuated adhesive aerosol ampoule ampoules ampule auto-injector autoinjector bar beads biphasic
breath-actuated buccal bulk cap caps capsule capsules cartridge cement chewable chewing coated coated-particles
concentrate cream crystals cutaneous delayed delayed-release dental device disintegrating disk dispersible
douche dressing drops drug dry ear effervescent elixir emulsion enema enteric enteric-coated extended
extended-release eye film film-coated fluid foam for free gas gastro-resistant gel gelatin granule granules gum
hard hour hours hydrogel immediate implant implantation infusion inhalant inhalation inhaler injectable
injection injections injector insert intramuscular intraperitoneal intrathecal intratracheal intrauterine
intravenous intravesical intravitreal irrigation iv jelly kit liposomal liquid lotion lozenge matrix medicated
membrane metered metered-dose modified modified-release mouthwash mucosal mucous nail nasal nebuliser nebulizer
nose ointment ophthalmic oral orally otic pack pad paste patch pellet pen pen-injector percutaneous pill powder
prefilled premixed preservative-free pudding rectal release ring rinse sachet sachets scalp sensor shampoo
single-dose single-use skin slow-release soap soft soluble solution spray sprinkle stick strip subcutaneous
subdermal sublingual suppositories suppository suspension sustained sustained-release swab syringe syrup system
tab tablet tablets tabs tape toothpaste topical transdermal transmucosal tube urethral used usp vaginal vial
vials wafer weekly with-applicator
"""
_HABITS = """
od bd bid td tds tid tid qd qds qid qod eod om on mane nocte hs qhs ac pc prn sos stat po im sc sl pr pv ng daily
once twice monthly fortnightly morning night evening bedtime noon lunch alternate days day week weeks month months
xr sr er xl cr mr la ec dr retard chrono chronosphere odt mdi dpi fdc ds slow long-acting inj injs injectable syr
susp amp amps cp cps comp comprimido comprimidos cápsula cápsulas capsula capsulas comprimé comprimés gélule gélules
gelule sirop jarabe jarabes inyectable inyección injeção soir matin noite dia horas noche sódico sódica sodique
potássico potássica potásico potásica recubiertos revestido revestidos dispersibles then tapering taper continue
weight-based unit dose pellets granules tiw biw таб табл таблетки капс капсулы внутрь р/д утром вечером на ночь день
teva mylan sandoz dak actavis stada krka orion accord aurobindo hexal ratiopharm cinfa normon zentiva biogaran arrow
btl bottle plastic bp mdi gragea grageas tabletas tableta solucion solución envase frasco gtt cpr sec denk paed
paediatric pediatric scored oily pwd base
cipla lupin macleods hetero micro strides svizera
"""
_SILENT_WORDS = frozenset(_FORMS.split()) | frozenset(_HABITS.split())
_JOINING = frozenset({"and", "in", "of", "per"})
_A_STRENGTH = 10.0
"""A smaller number without a unit behind a brand may be the number of another product of it (Tylenol 3, Akurit 4)."""


@dataclass(frozen=True, slots=True)
class Rest:
    """What stands behind a name.

    Attributes:
        strengths: The most strengths that stand side by side: 2 for ``875/125``; 0 when there is none.
        bare: Numbers without a unit.
        has_mass: Whether a strength has a unit of mass, or of activity.
        words: What else stands there.
    """

    strengths: int = 0
    bare: tuple[float, ...] = ()
    has_mass: bool = False
    words: frozenset[str] = frozenset()

    def fits(self, ingredients: int, *, is_brand: bool) -> bool:
        """Return whether it can be said of a name with so many ingredients.

        A second strength of a name of one ingredient is a second ingredient, and a small number behind a brand may be
        part of the name of another product.
        """
        small = any(number < _A_STRENGTH for number in self.bare)
        return self.strengths <= max(ingredients, 1) and not (is_brand and small)

    def looks_like_a_strength(self) -> bool:
        """Return whether there is a strength: a unit of mass, or a number of at least 100."""
        return self.has_mass or any(number >= 100 for number in self.bare)


def is_silent(text: str) -> bool:
    """Return whether a text names no substance: strengths with units, and words from closed lists."""
    rest = read_rest(text)
    return rest is not None and not rest.bare


def is_quantity(text: str) -> bool:
    """Return whether a text is a number with its unit and nothing else."""
    return _QUANTITY.fullmatch(text) is not None


@functools.lru_cache(maxsize=4096)
def read_rest(text: str) -> Rest | None:
    """Return what a folded text says besides names, or None when a word of it may be a name."""
    at, joining, strengths, has_mass = 0, False, 0, False
    side_by_side, ended_at = 0, -1
    bare: list[float] = []
    words: set[str] = set()
    while at < len(text):
        if gap := _GAP.match(text, at):
            at = gap.end()
        elif (habit := _HABIT.match(text, at)) and not _is_a_strength(habit[0], text):
            at, joining = habit.end(), False
        elif quantity := _QUANTITY.match(text, at):
            number, mass = _strengths_of(quantity[0])
            beside = side_by_side and _JOINS_STRENGTHS.fullmatch(text, ended_at, at)
            side_by_side = side_by_side + number if beside else number
            strengths, has_mass = max(strengths, side_by_side), has_mass or mass
            at, joining = quantity.end(), False
            ended_at = at
        elif plain := _BARE.match(text, at):
            numbers = [float(part.replace(",", ".")) for part in _JOINS_STRENGTHS.split(plain[0])]
            bare += numbers
            strengths = max(strengths, len(numbers))
            at, joining = plain.end(), False
        else:
            word = _WORD.match(text, at)
            if word is None:
                return None
            written = word[0].strip('"')
            said = written.replace(".", "")
            if "/" in written and all(part in _SILENT_WORDS for part in written.split("/")):
                joining = False
            elif written in _JOINING:
                joining = True
            elif said in _SILENT_WORDS or written in _SILENT_WORDS or _is_a_unit(said):
                joining = False
                words.add(said)
            else:
                return None
            at = word.end()
    return None if joining else Rest(strengths, tuple(bare), has_mass, frozenset(words))


def _is_a_unit(word: str) -> bool:
    """Return whether a word without a number is a unit; one letter may be a medicine (``Losartan (H)``)."""
    return len(word) > 1 and re.fullmatch(_UNIT, word) is not None


def _is_a_strength(habit: str, text: str) -> bool:
    """Return whether what looks like days (``5/7``) is a strength with its unit behind it."""
    return "/" in habit and re.search(rf"{re.escape(habit)} ?(?:{_MASSES})(?![\w-])", text) is not None


def _strengths_of(quantity: str) -> tuple[int, bool]:
    """Return how many strengths of mass a quantity gives side by side, and whether it gives one at all.

    >>> _strengths_of("875/125 mg"), _strengths_of("250 mg/5 ml"), _strengths_of("2 tablets")
    ((2, True), (1, True), (0, False))
    """
    number = 0
    for amount, _ in _STRENGTH.findall(quantity):
        parts = [float(part.strip(".,").replace(",", "") or 0) for part in re.split("[/-]", amount)] if amount else []
        is_range = "-" in amount and parts == sorted(parts)
        number += min(len(parts), 1) if is_range else len(parts)
    return number, _STRENGTH.search(quantity) is not None
