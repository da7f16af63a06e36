"""Pure rules of files and numbers: allowed types by content, and how a number is written (domain.md §8.1, §8.2)."""

import re
import unicodedata
import zipfile
from io import BytesIO

OFFICE = "application/vnd.openxmlformats-officedocument"
ALLOWED = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    f"{OFFICE}.wordprocessingml.document": "docx",
    f"{OFFICE}.spreadsheetml.sheet": "xlsx",
    "text/plain": "txt",
    "text/csv": "csv",
}
SIGNATURES = [
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
]
NUMBER = re.compile(r"(\d{1,6})-([^/\s]{1,10})/(\S+)")
UTF_16 = (b"\xff\xfe", b"\xfe\xff")  # as Excel saves "Unicode text"
UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]+')
MARKUP = re.compile(rb"<\s*(!doctype|html|script|svg|\?xml|body|iframe)", re.IGNORECASE)


def type_by_content(content: bytes, name: str) -> str | None:
    """The MIME type that the bytes show, or None when it is not one that is taken.

    The name decides only between plain text and csv."""
    for signature, kind in SIGNATURES:
        if content.startswith(signature):
            return kind
    if content.startswith(b"PK\x03\x04"):
        return _type_of_zip(content)
    if content.startswith(UTF_16):
        content = content.decode("utf-16", errors="replace").encode()
    if b"\x00" in content[:4096] or MARKUP.search(content[:4096]):
        return None
    return "text/csv" if name.lower().endswith(".csv") else "text/plain"


def _type_of_zip(content: bytes) -> str | None:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            names = archive.namelist()
    except zipfile.BadZipFile:
        return None
    if "word/document.xml" in names:
        return f"{OFFICE}.wordprocessingml.document"
    if "xl/workbook.xml" in names:
        return f"{OFFICE}.spreadsheetml.sheet"
    return None


def safe_name(name: str) -> str:
    """The name as it may stand in a header and on a disk: no path, no control characters, at most 200 characters."""
    base = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    cleaned = UNSAFE.sub("_", base).strip(" .") or "file"
    stem, dot, ending = cleaned.rpartition(".")
    return cleaned if len(cleaned) <= 200 else f"{stem[: 199 - len(ending)]}{dot}{ending}"[:200]


def full_number(number: int, symbol: str, issuer_symbol: str) -> str:
    """A number as it is written: at least two digits, type, issuer: 05-TB/UBKTĐU."""
    return f"{number:02d}-{symbol}/{issuer_symbol}"


def parts_of_number(full: str) -> tuple[int, str, str] | None:
    """Number, type and issuer of a number as `full_number` writes it; None for one that is written otherwise."""
    found = NUMBER.fullmatch(full.strip())
    return (int(found[1]), found[2], found[3]) if found is not None else None


# Under a document stands the post alone (§8.1).
POSTS = {
    "committee_secretary": "Bí thư",
    "committee_deputy_secretary": "Phó bí thư",
    "inspection_chair": "Chủ nhiệm",
    "inspection_vice_chair": "Phó chủ nhiệm",
    "cell_secretary": "Bí thư",
    "cell_deputy_secretary": "Phó bí thư",
}
# who signs when a deputy signs for the head (K/T): the head's post
HEADS = {"Phó bí thư": "Bí thư", "Phó chủ nhiệm": "Chủ nhiệm"}


def committee_name(organisation: str, name_begins: str, committee_begins: str) -> str:
    """The committee that leads a Party organisation, as documents name it: Đảng bộ tỉnh A -> Tỉnh uỷ A.

    name_begins, committee_begins: of its type; without them, or for another name, the name itself."""
    if not name_begins or not f"{organisation} ".startswith(f"{name_begins} "):
        return organisation
    return f"{committee_begins}{organisation.removeprefix(name_begins)}"


def signed_for(on_behalf: str, post: str, *, deputy_for_head: bool) -> str:
    """The line above the post of who signs: for the collective, or where a deputy signs so for its head (§8.1)."""
    if deputy_for_head and post in HEADS:
        return f"K/T {HEADS[post]}"
    return f"T/M {on_behalf}"


def recipient_lines(recipients: str) -> list[str]:
    """The recipients one a line; the last line says where the copy is kept ("Lưu …", §8.1)."""
    lines = [line.strip().removeprefix("-").strip() for line in recipients.splitlines() if line.strip()]
    if not lines or not lines[-1].startswith("Lưu"):
        lines.append("Lưu hồ sơ")
    return lines
