"""The large demo, for measuring: a province of many communes, each with its inspection committee and cells at work.

What is seen first (the commune of the small demo, and one case of every kind that is copied) is made by the verbs.
The mass is copied from those cases row by row: see `copies`. Every copy has its own chain in the audit trail.
"""

import datetime
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.db import connection, transaction
from django.utils import timezone

from inspections.organisations.models import Office, Organisation, OrganisationType, Person, User
from inspections.organisations.rules import path_step
from inspections.organisations.services.homes import joined
from inspections.organisations.text import fold
from permissions import audit, grants
from permissions.models import AuditEntry
from project.demo.build import STAGES, DemoCast, build, corrections_begun, staged_case
from project.demo.cast import SINCE, Cast
from project.demo.copies import Copier, Family, Place, family_of
from project.demo.history import add_history
from project.demo.names import people

COMMUNES, CELLS = 100, 100
STAFF = (
    ("secretary", "committee_secretary", "commune"),
    ("office_chief", "office_chief", "commune"),
    ("chair", "inspection_chair", "ubkt"),
    ("vice_chair", "inspection_vice_chair", "ubkt"),
    ("member", "inspection_member", "ubkt"),
    ("officer", "area_officer", "ubkt"),
)
HEAD = ("chibo1", "cell_secretary", "cell1")
# every cell gets an old case, begun so many days ago, and a running one of one of these stages
OLD = 140
RUNNING = STAGES[: STAGES.index("appraised")]
AREAS_FOLLOWED = 750  # by the officer with many grants: four verbs each


class PatternCast(Cast):
    """The commune whose cases are copied; its log-ins bear names of their own."""

    def __getitem__(self, name: str) -> User:
        return super().__getitem__(f"mau.{name}")

    def person(self, name: str) -> Person:
        return super().person(f"mau.{name}")


@dataclass
class Commune:
    """One commune of the mass: its organisations and who holds which office."""

    organisations: dict[str, Organisation]
    people: dict[str, Person]
    heads: list[tuple[Organisation, Person]]


def build_province(
    now: datetime.datetime,
    communes: int = COMMUNES,
    cells: int = CELLS,
    report: Callable[[str], None] = print,
) -> DemoCast:
    """The small demo, and beside it `communes` communes of `cells` cells with their cases. For an empty database."""
    cast = build(now, report=report)
    add_communes(cast, now, communes, cells, report)
    audit.seal(now)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    return cast


def add_communes(cast: Cast, now: datetime.datetime, communes: int, cells: int, report: Callable[[str], None]) -> None:
    """Adds communes with their cells and cases below the cast's province, whose committee follows many of them."""
    with transaction.atomic():
        report("the cases that are copied …")
        pattern = _pattern(cast, now)
        families = _families(pattern, timezone.localdate(now))
        report(f"{communes} communes of {cells} cells …")
        made = [_commune(cast, number, cells) for number in range(1, communes + 1)]
        _grants(made, report)
        _follow_many(cast, made)
        copier = Copier()
        for number, commune in enumerate(made, start=1):
            _cases(copier, families, pattern, commune)
            if number % 5 == 0 or number == communes:
                report(f"cases of {number} of {communes} communes, {copier.written} rows …")
        report(f"{copier.finish()} rows copied")
        add_history((cell for commune in made for cell, _head in commune.heads), now, report)


def _pattern(cast: Cast, now: datetime.datetime) -> PatternCast:
    pattern = PatternCast(root=cast.root, now=now, password_hash=cast.password_hash, place="Cồn Mẫu")
    pattern.organisations["province"] = cast.organisation("province")
    pattern.add_organisation("commune", "Đảng bộ xã Cồn Mẫu", "commune_party", "province", "97.901.000.000.000", "ĐU")
    pattern.add_organisation("ubkt", "UBKT Đảng uỷ xã Cồn Mẫu", "commune_inspection", "commune", "", "UBKTĐU")
    pattern.add_organisation("cell1", "Chi bộ thôn Cồn Mẫu 0", "cell", "commune", "97.901.001.000.000", "CB")
    drawn = people(11)
    for name, role, organisation in (*STAFF, HEAD):
        pattern.add_user(f"mau.{name}", next(drawn), role, organisation)
    return pattern


def _families(pattern: PatternCast, today: datetime.date) -> tuple[Family, list[Family]]:
    """The case that every cell gets, and those of which it gets one."""
    old = staged_case(pattern, "cell1", "closed", today, None, begun=OLD)
    corrections_begun(pattern, old, "chibo1", today)
    running = [staged_case(pattern, "cell1", stage, today, None) for stage in RUNNING]
    words = [pattern.organisation(key).name for key in ("commune", "ubkt", "cell1")]
    words += [str(pattern.organisation(key).path) for key in ("commune", "ubkt", "cell1")]
    words += [pattern.person(name).full_name for name, _role, _organisation in (*STAFF, HEAD)]
    return family_of(old, words), [family_of(case, words) for case in running]


def _commune(cast: Cast, number: int, cells: int) -> Commune:
    """The organisations, people and offices of one commune, with an entry in each organisation's chain."""
    types = {one.code: one for one in OrganisationType.objects.all()}
    province = cast.organisation("province")
    name, code = f"Bãi Ngang {number}", f"97.{200 + number:03d}"

    def below(parent: Organisation, kind: str, name: str, code: str, symbol: str) -> Organisation:
        return _add(Organisation(name=name, type=types[kind], code=code, symbol=symbol), parent)

    commune = below(province, "commune_party", f"Đảng bộ xã {name}", f"{code}.000.000.000", "ĐU")
    ubkt = below(commune, "commune_inspection", f"UBKT Đảng uỷ xã {name}", "", "UBKTĐU")
    homes = [
        below(commune, "cell", f"Chi bộ thôn {name}.{cell}", f"{code}.{cell:03d}.000.000", "CB")
        for cell in range(1, cells + 1)
    ]
    made = {"commune": commune, "ubkt": ubkt}
    drawn = people(1000 + number)
    wanted = [(f"x{number}.{key}", role, made[place]) for key, role, place in STAFF]
    wanted += [(f"x{number}.cb{cell}", HEAD[1], home) for cell, home in enumerate(homes, start=1)]
    users = User.objects.bulk_create(User(username=key, password=cast.password_hash) for key, _role, _place in wanted)
    held = Person.objects.bulk_create(
        Person(full_name=full, folded=fold(full), organisation=place, user=user)
        for user, (_key, _role, place), full in zip(users, wanted, drawn, strict=False)
    )
    joined(held)
    Office.objects.bulk_create(
        Office(person=person, role=role, organisation=place, starts_on=SINCE, paper="01-QĐ/TU, 01/7/2025")
        for person, (_key, role, place) in zip(held, wanted, strict=True)
    )
    AuditEntry.objects.bulk_create(_begun(cast, [commune, ubkt, *homes]))
    staff = dict(zip([key for key, _role, _place in STAFF], held, strict=False))
    return Commune(made, staff, list(zip(homes, held[len(STAFF) :], strict=True)))


def _add(row: Organisation, parent: Organisation) -> Organisation:
    row.parent, row.place, row.depth = parent, parent.place, parent.depth + 1
    row.folded = fold(f"{row.name} {row.code}")
    row.save()
    row.path = f"{parent.path}{path_step(row.pk)}"
    row.scope_path = str(parent.path) if row.type.is_body else row.path
    row.save(update_fields=["path", "scope_path"])
    return row


def _begun(cast: Cast, rows: list[Organisation]) -> Iterator[AuditEntry]:
    """The first entry of each organisation's chain."""
    for row in rows:
        entry = AuditEntry(
            at=cast.now,
            user=cast.root,
            person_name=str(cast.root),
            verb="keep_organisations",
            about_type=row._meta.label_lower,
            about_id=row.pk,
            about_name=row.name,
            new={"name": row.name, "code": row.code, "type": row.type.code},
        )
        yield from audit.chained([entry], audit.chain_of(row))


def _grants(made: list[Commune], report: Callable[[str], None]) -> None:
    for number, commune in enumerate(made, start=1):
        grants.sync_people([*commune.people.values(), *(person for _cell, person in commune.heads)])
        if number % 20 == 0:
            report(f"offices of {number} of {len(made)} communes …")


def _follow_many(cast: Cast, made: list[Commune]) -> None:
    """An officer of the province who follows many cells, for measuring who holds thousands of grants."""
    person = cast.add_user("chuyenvien.tinh", "Âu Thị Bốn", "area_officer", "province_ubkt").person
    cells = [cell for commune in made for cell, _head in commune.heads]
    cast.offices["chuyenvien.tinh"].areas.set(cells[:AREAS_FOLLOWED])
    grants.sync_people([person])


def _cases(copier: Copier, families: tuple[Family, list[Family]], pattern: PatternCast, commune: Commune) -> None:
    """Family after family, so that numbers are given in the order in which documents were signed."""
    old, running = families
    places = [_place(pattern, commune, home, head) for home, head in commune.heads]
    for place in places:
        copier.copy(old, place)
    for number, family in enumerate(running):
        for place in places[number :: len(running)]:
            copier.copy(family, place)


def _place(pattern: PatternCast, commune: Commune, home: Organisation, head: Person) -> Place:
    there = {"commune": commune.organisations["commune"], "ubkt": commune.organisations["ubkt"], "cell1": home}
    holders = {**commune.people, HEAD[0]: head}
    organisations = {pattern.organisations[key].pk: row.pk for key, row in there.items()}
    here, users, names, words = {}, {}, {}, []
    for name, person in holders.items():
        model = pattern.person(name)
        here[model.pk], users[model.user_id] = person.pk, person.user_id
        names[person.user_id or 0] = person.full_name
        words.append((model.full_name, person.full_name))
    # the longer first: a commune's path begins that of its cells
    for key in ("cell1", "ubkt", "commune"):
        words.append((pattern.organisations[key].name, there[key].name))
        words.append((str(pattern.organisations[key].path), str(there[key].path)))
    return Place({Organisation: organisations, Person: here, User: users}, there["ubkt"], words, names)
