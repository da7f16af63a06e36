"""The rules of the house: what a reader may rely on in every room, in the docs and in the catalogue."""

import ast
import re
import subprocess
import tomllib
from functools import cache
from pathlib import Path

import polib
import pytest
from django.conf import settings
from django.core.management import get_commands

ROOT = Path(settings.BASE_DIR)
INSPECTIONS = ROOT / "inspections"
DOCS = ROOT / "docs"
PAPERS = [ROOT / "README.md", ROOT / "CHANGELOG.md", *sorted(DOCS.rglob("*.md"))]
IGNORED = {".git", ".venv", "var", "__pycache__", "test-artefacts"}
# longer than 400 lines, and why that is better than two files
LONG_FILES = {
    "inspections/cases/forms.py": "one form a step, read in the order of the course",
}
# the vocabulary of a room; a word of a room's own has to be entered here, with what it is
WORDS = {
    "apps": "Django's",
    "models": "rows and constraints",
    "rules": "pure functions",
    "access": "who sees the rows",
    "services": "the verbs",
    "queries": "what is read",
    "forms": "what is typed",
    "pages": "HTTP in and out",
    "urls": "addresses",
    "watched": "what a page shows and must not change unseen before it is sent",
    "words": "how things are told",
    "text": "how text is folded",
    "imports": "the fields of the room's spreadsheets",
    "reference": "the room's tables that an administrator keeps",
    "jobs": "what the worker does by the clock",
    "reminding": "whose the rows are and by which number they go, for reminders",
    "management": "commands",
    "migrations": "Django's",
}
OWN_WORDS = {
    "calendars": {
        "tables": "what is kept: days, weeks, limits",
        "moments": "a day as moments of the clock",
        "changes": "what a change does to clocks, told by the room above",
        "standing": "a calendar that stands still while a clock is started by it",
        "library": "a year as a public library knows it",
    },
    "documents": {"storage": "bytes on the disk"},
    "checks": {"tables": "what a check is told to be", "domain": "the checks of the rooms below"},
    "reference": {"tables": "what a table is told to be"},
    "cases": {
        "proposal_form": "the one long form",
        "suspension_form": "suspending a member, and its end",
        "sitting_form": "the sitting and its meeting",
    },
    "schemes": {
        "measures": "what an indicator can be counted by: the register",
        "domain": "the measures of the rooms below",
    },
    "meetings": {
        "work": "what waits for people, as My work lists it",
        "faults": "what keeps a criteria set from being used",
        "comparison": "pure functions over the scores of several sides",
    },
    "superiors": {
        "work": "what waits for people, as My work lists it",
        "measures": "the measure of schemes that superiors declare",
    },
    "quality": {
        "facts": "what the record says of a cell, as the measures take it",
        "sampling": "pure functions that draw meetings",
    },
    "reminders": {
        "items": "what rooms above tell of the rows that clocks are about",
        "people": "whom a deadline concerns",
        "mail": "the text of a mail",
        "feed": "deadlines as a calendar",
    },
    "deadlines": {"months": "the small picture that explains a date"},
    "remedies": {
        "clocks": "the clocks of a correction, as parts of its verbs",
        "monitors": "who can be given the watching, and why not",
        "follow_ups": "overdue demands of many, as the cases they become",
    },
    "imports": {
        "sheets": "a file as cells",
        "encodings": "letters of old files",
        "columns": "header and columns",
        "values": "cells as values",
        "plans": "what a line would become",
        "blank": "a template to fill in",
        "progress": "how far a long import is",
    },
}
# templates that Django or a handler finds by its own name
FOUND_BY_NAME = {
    "500.html",
    "django/forms/div.html",
    "registration/login.html",
    "registration/password_change_done.html",
    "registration/password_change_form.html",
}


@cache
def tracked() -> tuple[Path, ...]:
    """The files of the project: those that git knows or would add."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    return tuple(path for name in listed.stdout.split("\n") if name and (path := ROOT / name).is_file())


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def code(*, beside: tuple[str, ...] = ("migrations", "tests")) -> list[Path]:
    """The Python files of the project, without those in the folders `beside`."""
    return [path for path in tracked() if path.suffix == ".py" and not set(beside) & set(path.relative_to(ROOT).parts)]


@cache
def catalogue() -> polib.POFile:
    return polib.pofile(str(ROOT / "locale/vi/LC_MESSAGES/django.po"))


def pairs() -> list[tuple[str, str]]:
    """Every source string with its translation; plural forms each with theirs."""
    found = []
    for entry in catalogue():
        if entry.msgid_plural:
            found += [(entry.msgid_plural, text) for text in entry.msgstr_plural.values()]
        else:
            found.append((entry.msgid, entry.msgstr))
    return found


# rooms


def test_rooms_use_the_words_that_every_room_uses():
    strange = []
    for room in (path for path in INSPECTIONS.iterdir() if path.is_dir() and path.name not in IGNORED):
        known = WORDS.keys() | OWN_WORDS.get(room.name, {}).keys() | {"__init__"}
        inside = {path.relative_to(room).parts[0].removesuffix(".py") for path in tracked() if room in path.parents}
        strange += [f"{room.name}/{word}" for word in sorted(inside - known)]
    assert strange == [], "a new word: choose one of WORDS, or enter it in OWN_WORDS with what it is"


def test_no_file_is_in_the_way_of_a_newcomer():
    long = {named(path) for path in code() if len(path.read_text(encoding="utf-8").splitlines()) > 400}
    assert long <= LONG_FILES.keys(), "a file that outgrows 400 lines becomes a folder of its name"


def test_no_file_is_excused_that_is_gone():
    assert {name for name in LONG_FILES if not (ROOT / name).is_file()} == set()


def test_every_module_says_what_it_is_for():
    silent = []
    for path in code(beside=("migrations",)):
        text = path.read_text(encoding="utf-8")
        plain = path.name in {
            "__init__.py",
            "apps.py",
            "urls.py",
            "session_urls.py",
            "formats.py",
            "manage.py",
            "wsgi.py",
        }
        if text.strip() and not plain and not ast.get_docstring(ast.parse(text)):
            silent.append(named(path))
    assert silent == []


def test_pure_rules_stand_in_the_contract():
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"][
        "contracts"
    ]
    pure = next(one for one in contracts if one["name"].startswith("Rules are pure"))["source_modules"]
    rules = [path for path in code() if path.name == "rules.py" or path.parent.name == "rules"]
    assert {named(path).removesuffix(".py").replace("/", ".") for path in rules} == set(pure)


def test_time_is_a_parameter():
    """The clock is read where a request, a command or the worker comes in, and nowhere else."""
    readers = re.compile(r"timezone\.now\(|localdate\(\)|date\.today\(|datetime\.now\(")
    doors = {"workflows/moment.py", "permissions/backend.py", "permissions/audit/proving.py", "inspections/lists.py"}
    doors |= {"inspections/reminders/jobs.py", "inspections/reports/jobs.py", "workflows/jobs.py"}
    found = [
        named(path)
        for path in code(beside=("migrations", "tests", "management", "tools"))
        if readers.search(path.read_text(encoding="utf-8")) and "pages" not in named(path) and named(path) not in doors
    ]
    assert found == []


def test_dates_are_computed_in_the_calendars_only():
    found = [
        named(path)
        for path in code(beside=("migrations", "tests", "tools", "calendars"))
        if "timedelta(" in path.read_text(encoding="utf-8")
    ]
    assert found == [], "inspections/calendars/rules.py is the arithmetic of dates"


def test_trees_are_asked_by_range_of_the_index():
    found = [named(path) for path in code() if "path__startswith" in path.read_text(encoding="utf-8")]
    assert found == [], "a LIKE, which no index serves everywhere: at_or_below (decision 0004)"


def test_nothing_tells_of_a_machine_or_a_registry():
    """No absolute path of a developer's machine, no host of a registry."""
    places = "|".join(("wor" + "k", "ho" + "me", "ro" + "ot", "op" + "t", "User" + "s"))
    hosts = "|".join(("pypi" + r"\.org", "python" + "hosted", "registry" + r"\.npm", "jsdeliv" + "r", "unpk" + "g"))
    telling = re.compile(rf"(?<![\w.])/(?:{places})/[A-Za-z0-9_.-]+/|{hosts}")
    found = []
    for path in tracked():
        if path.suffix in {".whl", ".png", ".xlsx"} or path.name == "htmx.min.js":
            continue
        text = path.read_text(encoding="utf-8", errors="replace")
        found += [f"{named(path)}: {hit.group()}" for hit in telling.finditer(text)]
    assert found == []


def test_every_template_is_used():
    folder = ROOT / "templates"
    used = set(FOUND_BY_NAME)
    for path in [*code(), *folder.rglob("*")]:
        if path.is_file():
            used |= set(re.findall(r"""["']([\w/]+\.(?:html|txt|svg))["']""", path.read_text(encoding="utf-8")))
    lying = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert lying - used == set()


# docs


def test_environment_is_documented():
    read: set[str] = set()
    for path in code(beside=("migrations", "tests", "tools")):
        text = path.read_text(encoding="utf-8")
        read |= set(re.findall(r'\benv(?:\.\w+)?\(\s*"([A-Z_]+)"', text))
        read |= set(re.findall(r'os\.environ(?:\.get\(|\[)\s*"([A-Z_]+)"', text))
    read |= set(re.findall(r"^(HOST|PORT) \?=", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))
    page = (DOCS / "operations.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| ((?:`[A-Z_]+`(?:, )?)+) \|", page, re.MULTILINE)
    told = {name for row in rows for name in re.findall(r"`([A-Z_]+)`", row)}
    assert read - {"DJANGO_SETTINGS_MODULE"} == told
    assert "`DJANGO_SETTINGS_MODULE`" in page


def test_commands_of_the_docs_exist():
    known = set(get_commands())
    called = {
        (named(path), command)
        for path in PAPERS
        for command in re.findall(r"manage\.py ([a-z_]+)", path.read_text(encoding="utf-8"))
    }
    assert {(name, command) for name, command in called if command not in known} == set()
    assert len(called) > 10


def test_make_targets_of_the_docs_exist():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.findall(r"^([a-z.][\w/.]*):", makefile, re.MULTILINE))
    called = {target for path in PAPERS for target in re.findall(r"`make ([a-z]+)", path.read_text(encoding="utf-8"))}
    assert {"run", "test"} <= called
    assert called <= targets


def test_map_of_the_readme_names_every_room():
    page = (ROOT / "README.md").read_text(encoding="utf-8")
    told = set(re.findall(r"^\| `([\w/]+)/` \|", page, re.MULTILINE))
    folders = {named(path).partition("/")[0] for path in tracked() if path.parent != ROOT}
    folders = {name for name in folders if not name.startswith(".")}
    rooms = {f"inspections/{path.name}" for path in INSPECTIONS.iterdir() if (path / "__init__.py").exists()}
    assert told == folders | rooms


def test_every_link_of_the_docs_leads_somewhere():
    dead = []
    for path in PAPERS:
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "mailto:")) and not (path.parent / target).exists():
                dead.append(f"{named(path)}: {target}")
    assert dead == []


def test_every_page_of_the_docs_is_linked():
    linked = {
        (path.parent / target).resolve()
        for path in PAPERS
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", path.read_text(encoding="utf-8"))
    }
    folders = {place for place in linked if place.is_dir()}
    lost = [named(path) for path in PAPERS[2:] if path not in linked and path.parent not in folders]
    assert lost == []


def test_decisions_are_numbered_and_say_the_three_things():
    papers = sorted((DOCS / "decisions").glob("*.md"))
    assert [int(path.name[:4]) for path in papers] == list(range(1, len(papers) + 1))
    for path in papers:
        text = path.read_text(encoding="utf-8")
        assert text.startswith(f"# {int(path.name[:4])}. ")
        heads = re.findall(r"^\*\*(Context|Decision|Consequences)\.\*\*", text, re.MULTILINE)
        assert heads == ["Context", "Decision", "Consequences"], path.name


def test_every_dependency_has_its_reason():
    names = {
        re.split(r"[\[=]", line)[0]
        for line in (ROOT / "requirements.in").read_text(encoding="utf-8").splitlines()
        if line and not line.startswith("#")
    }
    page = (DOCS / "decisions/0012-few-dependencies.md").read_text(encoding="utf-8")
    told = {
        name for row in re.findall(r"^\| ([\w, -]+?)(?: 5\.2 LTS)? \|", page, re.MULTILINE) for name in row.split(", ")
    }
    assert {name.lower() for name in names} == {name.lower() for name in told} - {"package", "---"}


@pytest.mark.parametrize(("folder", "side"), [("vi", 1), ("en", 0)])
def test_guide_calls_buttons_and_pages_by_their_names(folder, side):
    """What stands in bold in the guide is a word of the screens, in the language of the guide."""
    words = {pair[side] for pair in pairs()}
    for path in sorted((DOCS / "user-guide" / folder).glob("*.md")):
        bold = set(re.findall(r"\*\*(.+?)\*\*", path.read_text(encoding="utf-8")))
        assert bold - words == set(), path.name


def test_guides_of_both_languages_have_the_same_pages():
    """So that switching the language stays on the page."""
    vi, en = ({path.name for path in (DOCS / "user-guide" / folder).glob("*.md")} for folder in ("vi", "en"))
    assert vi == en and len(vi) > 4


# catalogue


def test_every_string_is_translated_and_none_by_a_guess():
    book = catalogue()
    assert [entry.msgid for entry in [*book.untranslated_entries(), *book.fuzzy_entries()]] == []
    assert [entry.msgid for entry in book.obsolete_entries()] == []


def test_vietnamese_has_one_plural_form():
    assert catalogue().metadata["Plural-Forms"] == "nplurals=1; plural=0;"
    assert [entry.msgid for entry in catalogue() if entry.msgid_plural and list(entry.msgstr_plural) != [0]] == []


PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|%%|\{\w*\}")


def test_translation_takes_the_same_values():
    differing = [
        (source, text)
        for source, text in pairs()
        if sorted(PLACEHOLDER.findall(source)) != sorted(PLACEHOLDER.findall(text))
    ]
    assert differing == []


def test_values_have_names_and_are_checked_by_gettext():
    unchecked = [
        entry.msgid
        for entry in catalogue()
        if re.search(r"%\(\w+\)", entry.msgid) and "python-format" not in entry.flags
    ]
    nameless = [source for source, _text in pairs() if re.search(r"%[sd]|\{\}", source)]
    assert unchecked == [] and nameless == []


def ending(text: str) -> str:
    return text[-1] if text[-1] in ".?:!…" else ""


def test_sentences_begin_and_end_as_their_source():
    differing = [
        (source, text)
        for source, text in pairs()
        if (ending(source) != ending(text) and source != "No.")
        or text != text.strip()
        or "  " in text
        or (source[0].islower() and text[0].isupper())
    ]
    assert differing == []


def test_marks_stand_where_the_catalogue_puts_them():
    """uỷ, hoà, khoá – not the other way of writing them; and no letter without its mark in one piece."""
    other = re.compile(r"\w*(?:ủy|úy|ùy|ũy|ụy|òa\b|óa\b|ỏa\b|õa\b|ọa\b|óe\b|òe\b|́|̀|̉|̃|̣)\w*", re.IGNORECASE)
    assert [(hit.group(), text) for _source, text in pairs() if (hit := other.search(text))] == []


# one word for one thing: what must not be said, and what is said instead
ONE_WORD = {
    r"đăng ký đăng nhập|log-?in|password|user": "tài khoản, đăng nhập, mật khẩu",
    r"\bfile\b|tập tin": "tệp",
    r"\bform\b|\btask\b|\bprocess\b|\bflow\b|\bnode\b|quy trình công việc": "việc, bước, tiến trình",
    r"kiến nghị": "yêu cầu (a demand); kiến nghị is a request to another body",
    r"\bbạn\b|quý vị|người dùng hệ thống": "đồng chí",
    r"vụ việc|vụ án|\bca kiểm tra\b": "cuộc",
    r"sai phạm": "khuyết điểm, vi phạm",
    r"khắc phục hậu quả": "khắc phục",
    r"deadline|hạn chót": "thời hạn",
    r"chi ủy|cấp ủy|ủy ban": "uỷ",
    r"\bsubmit\b|\bupload\b|tải lên": "gửi, đính kèm",
    r"không hợp lệ": "say what is wrong and what to do",
}


@pytest.mark.parametrize(("said", "instead"), ONE_WORD.items())
def test_one_word_for_one_thing(said, instead):
    pattern = re.compile(said, re.IGNORECASE)
    assert [text for _source, text in pairs() if pattern.search(PLACEHOLDER.sub("", text))] == [], instead


def test_no_word_of_the_house_is_on_a_page():
    """Chapters of our sources and names of our files help nobody who reads a page."""
    assert [
        text
        for _source, text in pairs()
        if re.search(r"§|\.md\b|\.py\b|\bpk\b|[a-z]+_[a-z]+", PLACEHOLDER.sub("", text))
    ] == []


def test_no_english_is_left():
    """A translation equal to its source is a name, a sign or a number, not a word forgotten."""
    same = {source for source, text in pairs() if source == text and re.search(r"[A-Za-z]{3}", source)}
    assert same <= {"Excel (.xlsx)"}
