from fullcourse.adapters.countries import country_fault, known_countries


def test_the_countries_are_those_of_iso_3166() -> None:
    countries = known_countries()
    assert len(countries) >= 249
    assert (countries["ZA"], countries["IN"]) == ("South Africa", "India")


def test_letters_that_are_no_country_are_refused_and_what_was_meant_is_named() -> None:
    assert country_fault("GB") == ""
    assert "Did you mean GB" in country_fault("UK")
    for letters in ("ZZ", "U", "USA", "", "gb", "..", "EU"):
        assert "ISO 3166" in country_fault(letters), letters
