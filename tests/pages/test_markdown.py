"""What staff write is shown as it is written."""

import re

import pytest

from pledge_portal.pages.markdown import markdown_to_html


def shown(text: str) -> str:
    """Return what a reader sees, the numbers of lists included."""
    html = re.sub(r'<li value="([0-9]+)">', r"\1. ", markdown_to_html(text, 2))
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.mark.parametrize(
    "text",
    [
        "2025. Det året gav vi ett löfte.",
        "2025. Ett.\n2027. Två.",
        "3. Tredje.\n\nMer.\n\n7. Sjunde.",
        "0. Noll.",
        "+ 2 poliser i centrum",
        "Vi lovar\n+ 2 poliser",
        "en `kod` i texten",
        "Mat &copy; dryck",
        "[1]: http://example.se/",
        "2 * 3 = 6",
        "a_b_c",
        "07. maj tänds lamporna.",
        "07. maj\n08. maj",
        "10) Mat\n11) Dryck",
        "Namn:\n\n________\n\nOrt",
        "Först\n---\nSedan",
        "Först\n===",
        "* * *",
        "2*3*4 = 24",
    ],
)
def test_text_is_shown_as_it_is_written(text: str) -> None:
    assert shown(text).replace("&amp;", "&") == " ".join(text.split())


def test_a_line_with_a_number_or_dashes_stays_a_line_of_its_own() -> None:
    assert markdown_to_html("# Vi ger\n1) mat\n2) dryck\n---\nSlut", 3) == (
        "<h3>Vi ger</h3>\n<p>1) mat<br>\n2) dryck<br>\n---<br>\nSlut</p>\n"
    )


def test_a_sign_for_more_than_begins_no_quotation() -> None:
    assert "blockquote" not in markdown_to_html("> 18 år får vara med", 2)
    assert "<blockquote>" in markdown_to_html("> Det är otryggt", 2)


def test_lists_links_and_headings_are_what_they_were() -> None:
    html = markdown_to_html("# Rubrik\n\n- ett\n- två\n\n[länk](https://example.se)", 3)
    assert "<h3>Rubrik</h3>" in html
    assert html.count("<li>") == 2
    assert 'href="https://example.se"' in html
