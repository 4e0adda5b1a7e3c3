"""The catalogue of the phone's screens: what translators write is what phones read, in every form, nothing lost."""

import io
import json

import phone_words as tool
import pytest
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from fullcourse.adapters.languages import LANGUAGES, PREPARED

OTHERS = [code for code in (*LANGUAGES, *PREPARED) if code != "en"]


def catalogue(language: str, **said: str | tuple[str, ...]) -> Catalog:
    """Return a catalogue in which a few texts are said, by their names with underscores for points."""
    made = tool.catalogue_of(language)
    for name, string in said.items():
        text = tool.english()[name.replace("_", ".")]
        message = made.get(text if isinstance(text, str) else text["one"], name.replace("_", "."))
        assert message is not None
        message.string = string
    return made


@pytest.mark.parametrize("language", OTHERS)
def test_what_a_phone_reads_is_made_from_what_translators_wrote(language: str) -> None:
    written = read_po(io.BytesIO(tool.po_of(language).read_bytes()), locale=language)
    read = json.loads((tool.WORDS / f"{language}.json").read_text("utf-8"))
    assert tool.spoken_of(language, written) == read


@pytest.mark.parametrize("language", OTHERS)
def test_the_catalogue_has_every_text_of_the_screens_and_no_other(language: str) -> None:
    written = read_po(io.BytesIO(tool.po_of(language).read_bytes()), locale=language)
    assert {it.context for it in written if it.id} == set(tool.english())


@pytest.mark.parametrize("language", OTHERS)
def test_every_form_that_a_phone_asks_for_is_there(language: str) -> None:
    asked = {it for forms in tool.categories_of(language).values() for it in forms}
    assert asked >= {*Locale(language).plural_form.tags, "other"}


@pytest.mark.parametrize(
    ("language", "forms", "read"),
    [
        # gettext's forms in their order, and Unicode's categories: Russian says broken numbers as it says few
        ("ru", ("{count} а", "{count} б", "{count} в"), {"one": "а", "few": "б", "other": "б", "many": "в"}),
        (
            "ar",
            ("ز", "ا", "ت", "{count} ق", "{count} ك", "{count} خ"),
            {"zero": "ز", "one": "ا", "two": "ت", "few": "ق", "many": "ك", "other": "خ"},
        ),
        ("hi", ("{count} क", "{count} ख"), {"one": "क", "other": "ख"}),
    ],
)
def test_a_text_with_a_number_is_read_in_each_form(language: str, forms: tuple[str, ...], read: dict[str, str]) -> None:
    spoken = tool.spoken_of(language, catalogue(language, in_hours=forms))["in.hours"]
    assert isinstance(spoken, dict)
    assert {form: text.replace("{count} ", "") for form, text in spoken.items()} == read


@pytest.mark.parametrize(
    ("language", "name", "said", "fault"),
    [
        ("hi", "today_heading", "आज", "it must have the gaps {date}"),
        ("hi", "yes", "हाँ {date}", "it must have the gaps none"),
        ("ru", "in_hours", ("1 а", "{count} б", "{count} в"), "form 0 is said of several numbers"),  # of 21 too
        ("ru", "in_hours", ("{count} а", "", "{count} в"), "it lacks one of its forms"),
        ("ar", "in_hours", ("ز", "ا", "ت", "ق", "{count} ك", "{count} خ"), "form 3 is said of several numbers"),
    ],
)
def test_a_translation_that_cannot_be_said_is_named(
    language: str, name: str, said: str | tuple[str, ...], fault: str
) -> None:
    with pytest.raises(ValueError, match="a translation cannot be said") as refused:
        tool.spoken_of(language, catalogue(language, **{name: said}))
    assert f"{language}, {name.replace('_', '.')}: {fault}" in str(refused.value)


def test_a_form_of_one_number_alone_may_leave_the_number_out() -> None:
    spoken = tool.spoken_of("es", catalogue("es", in_hours=("en 1 hora", "en {count} horas", "en {count} horas")))
    assert spoken["in.hours"] == {"one": "en 1 hora", "many": "en {count} horas", "other": "en {count} horas"}


def test_what_a_translator_wrote_stays_with_who_made_it_and_what_is_in_no_catalogue_comes_from_the_phone() -> None:
    message = tool.catalogue_of("ar").get("Go back", "back")
    assert message is not None
    assert (message.string, message.user_comments) == ("رجوع", ["made by a machine, reviewed by nobody"])
    assert tool.spoken_of("es", tool.catalogue_of("es")) == json.loads((tool.WORDS / "es.json").read_text("utf-8"))


def test_what_a_machine_translated_is_no_safety_text() -> None:
    for language in PREPARED:
        said = [it for it in tool.catalogue_of(language) if it.id and it.string and any(it.string)]
        assert said
        assert [it.context for it in said if it.auto_comments] == []
