"""Vietnamese first, whatever the browser asks for; English for who chooses it."""

import pytest
from django.urls import reverse


@pytest.mark.django_db
@pytest.mark.parametrize("wish", ["", "en-US,en;q=0.9", "fr"])
def test_page_is_vietnamese_whatever_the_browser_wishes(client, wish):
    page = client.get(reverse("login"), headers={"accept-language": wish})
    assert page.headers["Content-Language"] == "vi"
    assert '<html lang="vi"' in page.text and "Đăng nhập" in page.text


@pytest.mark.django_db
def test_english_stays_once_chosen(client):
    client.post(reverse("preferences"), {"language": "en", "next": "/"})
    page = client.get(reverse("login"), headers={"accept-language": "vi"})
    assert '<html lang="en"' in page.text and "Log in" in page.text


@pytest.mark.django_db
def test_language_that_is_not_offered_is_not_taken(client):
    client.cookies["django_language"] = "xx"
    assert client.get(reverse("login")).headers["Content-Language"] == "vi"
