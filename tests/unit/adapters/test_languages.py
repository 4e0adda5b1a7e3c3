"""Spanish is whole: every text a patient may read is there, with the same numbers, and says no where English does."""

import importlib.util
import io
import re
from dataclasses import replace
from gettext import GNUTranslations
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from fullcourse.adapters.documents.leaflet import make_leaflet
from fullcourse.adapters.documents.leaflet_language import in_language
from fullcourse.adapters.documents.leaflet_nouns import Leaflet
from fullcourse.adapters.documents.leaflet_text import leaflet_text
from fullcourse.adapters.documents.pages import leaflet_html
from fullcourse.adapters.languages import LANGUAGES, Language, language_of
from fullcourse.clinical.errors import InputError
from fullcourse.clinical.patient import Record
from fullcourse.interfaces.cli.examples import EXAMPLES
from fullcourse.interfaces.python import leaflet
from fullcourse.journey.check import check
from patients import AT, knowledge

TOOL = Path(__file__).parents[3] / "tools" / "make_locale.py"
specification = importlib.util.spec_from_file_location("make_locale", TOOL)
assert specification is not None
assert specification.loader is not None
tool = importlib.util.module_from_spec(specification)
specification.loader.exec_module(tool)

KNOWN = knowledge()
TEXTS = dict(tool.texts())
OTHERS = [code for code in LANGUAGES if code != "en"]
SPANISH = language_of("es")
NO = re.compile(r"\b(?:do not|don't|never|must not|cannot|no more|not)\b", re.IGNORECASE)
NO_SPANISH = re.compile(
    r"\b(?:no|nunca|jam[aá]s|ni|sin|ning[uú]n\w*|nada|tampoco|evite|nadie|imposible|ya no|deje|suspend\w*)\b",
    re.IGNORECASE,
)
LEAST_EASE = 60.0
"""On the scale of Szigriszt and Pazos as INFLESZ grades it: from 55 "normal", from 65 "rather easy"."""


def of(inn: str) -> Leaflet:
    return in_language(make_leaflet(KNOWN, KNOWN.drugs[inn], "US"), SPANISH, KNOWN)


def said_of(made: Leaflet) -> list[str]:
    return [line.said for section in made.sections for line in section.lines]


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_is_translated_and_nothing_else_is_there(code: str) -> None:
    catalogue = read_po(io.BytesIO(tool.po_of(code).read_bytes()), locale=code)
    translated = {message.id: message.string for message in catalogue if message.id}
    assert [text for text in TEXTS if not translated.get(text)] == []
    assert translated.keys() - TEXTS.keys() == set()


@pytest.mark.parametrize("code", OTHERS)
def test_what_is_read_is_made_from_what_translators_wrote(code: str) -> None:
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(tool.po_of(code).read_bytes()), locale=code))
    compiled.seek(0)
    made = GNUTranslations(compiled)
    language = language_of(code)
    assert [text for text in TEXTS if made.gettext(text) != language.text(text)] == []


def test_every_number_and_every_placeholder_is_the_same_in_spanish() -> None:
    for english in TEXTS:
        spanish = SPANISH.text(english)
        joined = re.sub(r"(\d),(\d{3})\b", r"\1\2", english)
        assert sorted(re.findall(r"\d+", joined)) == sorted(re.findall(r"\d+", spanish)), (english, spanish)
        assert sorted(re.findall(r"\{\w*\}", english)) == sorted(re.findall(r"\{\w*\}", spanish)), (english, spanish)


def test_what_is_forbidden_in_english_is_forbidden_in_spanish() -> None:
    lacking = [(english, SPANISH.text(english)) for english in TEXTS if NO.search(english)]
    assert [pair for pair in lacking if not NO_SPANISH.search(pair[1])] == []


def test_help_now_stays_help_now_and_a_call_today_a_call_today() -> None:
    help_now = [it for it in TEXTS if re.search(r"emergency help", it, re.IGNORECASE)]
    today = [it for it in TEXTS if re.search(r"call (your care team|them) today", it, re.IGNORECASE)]
    assert help_now
    assert today
    for english in help_now:
        assert "emergencia" in SPANISH.text(english).casefold(), english
    for english in today:
        assert "hoy" in SPANISH.text(english).casefold(), english


def syllables(word: str) -> int:
    return max(1, len(re.findall(r"[aeiouáéíóúü]+", word)))


def ease(text: str) -> float:
    words = re.findall(r"[a-záéíóúüñ]+", text.casefold())
    sentences = max(1, len(re.findall(r"[.?!:]", text)))
    return 206.835 - 62.3 * sum(map(syllables, words)) / len(words) - len(words) / sentences


@pytest.mark.parametrize("inn", KNOWN.drugs)
def test_every_leaflet_in_spanish_is_easy_to_read(inn: str) -> None:
    assert ease(" ".join(said_of(of(inn)))) >= LEAST_EASE


@pytest.mark.parametrize("inn", KNOWN.drugs)
def test_a_leaflet_in_spanish_has_the_same_lines_and_not_a_word_of_english_of_its_own(inn: str) -> None:
    english, spanish = make_leaflet(KNOWN, KNOWN.drugs[inn], "US"), of(inn)
    assert [it.id for it in spanish.sections] == [it.id for it in english.sections]
    for section, other in zip(english.sections, spanish.sections, strict=True):
        assert [line.statement for line in section.lines] == [line.statement for line in other.lines]
    assert not [line for section in spanish.sections for line in section.lines if line.language]
    text = leaflet_text(spanish).split(SPANISH.text("Sources").upper())[0]
    assert not re.search(r"\b(?:your|care team|the|medicine|with|before)\b", text), inn
    page = leaflet_html(spanish)
    assert '<html lang="es">' in page
    assert "Mostrar todas las partes" in page


def test_what_nobody_has_translated_stays_in_english_and_says_so() -> None:
    made = make_leaflet(KNOWN, KNOWN.drugs["linezolid"], "")
    new = replace(made.sections[0].lines[0], text="A line that is new: call for emergency help now.")
    changed = replace(made, sections=(replace(made.sections[0], lines=(new,)), *made.sections[1:]))
    shown = in_language(changed, SPANISH, KNOWN)
    assert (shown.sections[0].lines[0].text, shown.sections[0].lines[0].language) == (new.text, "en")
    assert '<li lang="en">A line that is new' in leaflet_html(shown)


def test_several_known_texts_in_one_are_put_together() -> None:
    both = "Call your local emergency number. Is a life in danger now?"
    assert SPANISH.known(both) == "Llame al número de emergencias de su lugar. ¿Corre peligro la vida de alguien ahora?"
    assert SPANISH.known("Call your local emergency number. Nobody knows this.") == ""
    assert Language("en").known("anything") == "anything"


def test_names_stand_in_a_list_as_spanish_has_it() -> None:
    assert SPANISH.listed(("Rifampin",)) == "Rifampicina"
    assert SPANISH.listed(("Rifampin", "Isoniazid")) == "Rifampicina e isoniazida"
    assert SPANISH.listed(("Isoniazid", "Rifampin", "Ethambutol")) == "Isoniazida, rifampicina y etambutol"


def test_a_personal_leaflet_of_a_regimen_is_whole_in_spanish() -> None:
    text = leaflet(
        ["bedaquiline", "linezolid", "isoniazid"], EXAMPLES / "ready.toml", at="2026-12-01", country="US", language="es"
    )
    head = text.split("FUENTES")[0]
    assert "PARA USTED" in head
    assert not re.search(r"\b(?:your|care team|the|last|when)\b", head)


def test_a_language_that_is_not_there_is_refused_by_name() -> None:
    with pytest.raises(InputError, match="'fr' is not there"):
        language_of("fr")


@pytest.mark.parametrize("inn", KNOWN.drugs)
def test_every_question_of_a_leaflet_is_in_spanish_however_it_was_put_together(inn: str) -> None:
    result = check(Record({}), KNOWN, KNOWN.profile("who"), AT, [KNOWN.drugs[inn]])
    english = make_leaflet(KNOWN, KNOWN.drugs[inn], "", result).personal
    spanish = in_language(make_leaflet(KNOWN, KNOWN.drugs[inn], "", result), SPANISH, KNOWN).personal
    assert english is not None
    assert spanish is not None
    assert len(english.questions) == len(spanish.questions) > 0
    assert [one for one, other in zip(english.questions, spanish.questions, strict=True) if one == other] == []
