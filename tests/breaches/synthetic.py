"""Frozen lists of made-up persons, for runs of any length: nobody's shop has to be asked for them."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from officer_app.breaches import incidents, records
from officer_app.breaches.duty import INDIVIDUALS
from officer_app.breaches.person import Person
from officer_app.casebook import audit
from tests.breaches import making
from tests.breaches.making import Desk

_FAMILIES = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Võ", "Đặng", "Bùi", "Đỗ", "Hồ", "Ngô")
_GIVEN = ("Thị Hoa", "Văn Hưng", "Thu Hằng", "Đức Ưng", "Minh Nguyệt", "Quốc Dũng", "Ngọc Ánh")


def person(at: int) -> Person:
    """Return customer `at`, from 0, with name and street of their own."""
    lines = (
        f"Số {at % 499 + 1}, ngõ {at % 97 + 1} Nguyễn Khang", f"Phường Yên Hòa {at % 60}, Cầu Giấy", "100000 HÀ NỘI",
    )  # fmt: skip
    name = f"{_FAMILIES[at % 11]} {_GIVEN[at % 7]} {at}"
    return Person(str(at + 1), name, f"customer{at}@example.com", f"+8491{at:07d}", lines, "100000", "VN",
                  "vi" if at % 2 else "en", False, at % 3 == 0, at % 5 == 0)  # fmt: skip


def frozen(folder: Path, people: Iterable[Person]) -> tuple[Desk, str]:
    """Return a desk with an incident whose letters to these persons are approved."""
    desk = making.make(folder, 0)
    reference = desk.log()
    desk.facts(reference)
    with desk.book.transaction("work", reference) as tx:
        case = incidents.get(tx, reference)
        made = records.add_list(tx, reference, 1, people, "everybody", ())
        incidents.save(tx, replace(case, lists=(made,)))
        audit.append(tx, "list frozen", reference)
    desk.letters(reference)
    desk.approve(reference, INDIVIDUALS)
    return desk, reference
