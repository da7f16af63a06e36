"""Running books as tests take them in: what is in doubt is settled as the page guesses, or as the test says."""

from typing import Any

from inspections.imports import services
from inspections.imports.plans import KINDS
from tests.cast import NOW
from tests.imports.books import book

HEADER = ("Kết quả", "Hạn", "Cán bộ theo dõi", "Yêu cầu", "Hạn chế", "Đơn vị", "Số, ngày TB")


def line(
    number="70-TB/UBKTĐU, ngày 1/10/2026",
    subject="Chi bộ thôn Suối Đá",
    finding="Sổ ghi sơ sài",
    demand="Ghi lại sổ",
    due="15/12/2026",
    monitor="Mai Đình Nghĩa",
    result=None,
) -> tuple[Any, ...]:
    """A row of a book with HEADER."""
    return (result, due, monitor, demand, finding, subject, number)


def begun(user, target, sent, now=NOW):
    return services.begin_import(acting_user=user, kind=KINDS["book"], target=target, upload=sent, now=now)


def shown(user, target, sent, now=NOW):
    """The preview of a file before anything of it is settled."""
    return services.preview_of(begun(user, target, sent, now), now.date())


def decided(user, target, sent, now=NOW, **answers):
    """The file begun and its doubts settled: beginning of a key -> choice, else as the page guesses."""
    one = begun(user, target, sent, now)
    while True:
        seen = services.preview_of(one, now.date())
        open_questions = [question for question, _lines in seen.questions if not question.answer]
        if not open_questions:
            return one, seen
        for question in open_questions:
            said = next((said for key, said in answers.items() if question.key.startswith(key)), question.guess)
            assert said, f"nothing said about {question.key}: {question.text}"
            one.answers[question.key] = said
        one.save()


def taken(user, target, sent, now=NOW, **answers):
    """The file taken in at a moment; returns what the preview counted."""
    one, seen = decided(user, target, sent, now, **answers)
    services.carry_out(acting_user=user, one=one, seen=seen.digest, now=now)
    return seen.counts


def listed(user, target, *rows, header=HEADER, **more):
    """The preview of a book made of rows, its doubts settled by the guesses."""
    return decided(user, target, book([header, *rows], **more))[1]
