"""The user guide is pages of the program, in the reader's language, and says nothing that is not escaped."""

import re
from pathlib import Path

import pytest
from django.contrib.staticfiles import finders
from django.urls import reverse

from project import guide


@pytest.mark.parametrize(
    ("text", "html"),
    [
        (
            "## A head\n\nOne\ntwo **bold** _leaning_ `x`",
            "<h2>A head</h2>\n<p>One two <strong>bold</strong> <em>leaning</em> <code>x</code></p>",
        ),
        ("- one\n  goes on\n- two", "<ul><li>one goes on</li><li>two</li></ul>"),
        ("Before:\n\n1. one\n2. two", "<p>Before:</p>\n<ol><li>one</li><li>two</li></ol>"),
        ("[here](other.md), [not here](../far.svg)", '<p><a href="?page=other">here</a>, not here</p>'),
        (
            'Look:\n\n![The "case"](../../images/vi/case.png)',
            '<p>Look:</p>\n<p><img src="/static/guide/vi/case.png" alt="The &quot;case&quot;" loading="lazy"></p>',
        ),
        ("<script>alert(1)</script>", "<p>&lt;script&gt;alert(1)&lt;/script&gt;</p>"),
        (
            "| a | b |\n|---|---|\n| c | d |",
            '<div class="table-wrap"><table><thead><tr><th scope="col">a</th><th scope="col">b</th></tr></thead>'
            '<tbody><tr><th scope="row">c</th><td>d</td></tr></tbody></table></div>',
        ),
    ],
)
def test_markdown_that_the_guide_uses(text, html):
    assert guide.html_of(text, {"other"}) == html


@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_mark_of_the_source_is_left_on_a_page(language):
    for page in guide.pages(language).values():
        assert not any(mark in page.html for mark in ("**", "](", "|", "`", "<p>#")), page.name
        assert page.title and page.html


@pytest.mark.parametrize("language", ["vi", "en"])
def test_pictures_of_the_guide_are_given_out_and_small(language):
    """Each picture that `make pictures` takes is shown in the guide of its language, and none is missing."""
    shown = {
        name for page in guide.pages(language).values() for name in re.findall(r'src="/static/([^"]+)"', page.html)
    }
    taken = {f"guide/{language}/{path.name}" for path in (guide.FOLDER.parent / "images" / language).iterdir()}
    assert shown == taken and len(shown) > 5
    assert [name for name in shown if Path(finders.find(name)).stat().st_size > 150_000] == []


def test_guide_is_in_the_language_of_the_reader(client, cast):
    client.force_login(cast["dm_secretary"])
    first = client.get(reverse("help")).text
    assert "Hướng dẫn sử dụng" in first and '?page=leaders"' in first
    page = client.get(reverse("help"), {"page": "leaders"})
    assert page.status_code == 200 and "<h1>Lãnh đạo</h1>" in page.text
    client.cookies["django_language"] = "en"
    assert "<h1>Leaders</h1>" in client.get(reverse("help"), {"page": "leaders"}).text


def test_page_that_is_not_in_the_guide_is_not_found(client, cast):
    client.force_login(cast["dm_secretary"])
    for name in ("", "nothing", "../../README", "Leaders"):
        assert client.get(reverse("help"), {"page": name}).status_code == 404
