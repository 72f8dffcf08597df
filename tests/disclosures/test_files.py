"""The frozen files of a hand-over: the same bytes for ever, only what was cleared, and harmless whoever asks."""

import csv
import io
import json
import subprocess
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import KnownError
from officer_app.casebook import evidence
from officer_app.disclosures import handout
from officer_app.disclosures.demand import Confirmation, Item
from officer_app.disclosures.gate import Refused
from officer_app.disclosures.handout import About, FrozenFile
from tests import factory
from tests.disclosures import making
from tests.disclosures.making import BROKER, FACTS, POLICE, START, Desk
from tests.notices import reading

EVIL = "=HYPERLINK(1)<b>\u202eEvil\u200b</b> & {reference} <img src='/etc/passwd'/>"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = making.make(tmp_path)
    yield made
    made.close()


def by_name(files: tuple[FrozenFile, ...]) -> dict[str, bytes]:
    return {name.split("-", 3)[-1] if name.startswith("D-") else "cover": content for name, _kind, content in files}


def test_files_hold_what_was_cleared_and_nothing_else(desk: Desk) -> None:
    reference = desk.ready()
    desk.choose(reference, "name", "address")
    desk.clear(reference)
    number = desk.make_files(reference)
    files = desk.service.frozen(reference)
    assert [(name, kind) for name, kind, _content in files] == [
        (f"{number}.pdf", "application/pdf"),
        (f"{reference}-extract.pdf", "application/pdf"),
        (f"{reference}-data.json", "application/json"),
        (f"{reference}-data.csv", "text/csv"),
        (f"{reference}-manifest.txt", "text/plain"),
        (f"{reference}-receipt.pdf", "application/pdf"),
    ]
    found = by_name(files)
    pages = reading.pages(found["extract.pdf"])
    for at, page in enumerate(pages, 1):
        assert f"{reference} · page {at} of {len(pages)}" in page and POLICE.agency in page
    data = json.loads(found["data.json"])
    assert [item["category"] for item in data["items"]] == ["name", "address", "address"]
    table = list(csv.reader(io.StringIO(found["data.csv"].decode("utf-8-sig"))))
    assert {line[1] for line in table[1:]} == {"Name", "Address"}
    for content in (found["data.json"], found["data.csv"], reading.everything(found["extract.pdf"]).encode()):
        said = content.decode("utf-8-sig")
        assert "Thị Hoa Lê" in said and "2 Nguyễn Huệ" in said
        for absent in ("100001", "hoa.le@example.vn", "0912 345 678", "912"):
            assert absent not in said, absent  # no order, no mail, no phone: not chosen
    digest = handout.sha256(found["manifest.txt"])
    assert digest in reading.everything(found["cover"]).replace(" ", "")
    assert digest in reading.everything(found["receipt.pdf"]).replace(" ", "")
    assert "Of these, only" not in reading.everything(found["cover"])
    assert "Not handed over: Orders." in reading.everything(found["cover"])
    desk.verify()


def test_the_manifest_is_one_that_sha256sum_reads(desk: Desk, tmp_path: Path) -> None:
    reference = desk.ready()
    desk.release(reference)
    for name, _kind, content in desk.service.frozen(reference):
        (tmp_path / name).write_bytes(content)
    command = ["sha256sum", "--check", "--strict", f"{reference}-manifest.txt"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.count(": OK") == 3


def test_a_reprint_is_the_same_bytes_with_the_hashes_in_the_audit(desk: Desk) -> None:
    reference = desk.ready()
    desk.choose(reference)
    desk.clear(reference)
    desk.make_files(reference)
    first = desk.service.frozen(reference)
    desk.clock.forward(days=40)
    desk.hand_over(reference)
    assert desk.service.frozen(reference, "print") == first
    assert desk.service.frozen_file(reference, f"{reference}-data.json") == by_name(first)["data.json"]
    printed = next(one for one in desk.audit(reference) if one.action == "print")
    assert (printed.details or {})["files"] == {name: handout.sha256(content) for name, _kind, content in first}
    package = desk.case(reference).package
    assert package is not None
    assert {one.name: one.sha256 for one in package.files} == {
        name: handout.sha256(content) for name, _kind, content in first[1:]
    }
    with pytest.raises(KnownError, match="none of the hand-over"):
        desk.service.frozen_file(reference, "../../etc/passwd")
    with pytest.raises(KnownError, match="The data was handed over"):
        desk.make_files(reference)
    desk.verify()


def test_what_was_chosen_is_what_leaves_though_the_shop_changes_meanwhile(desk: Desk) -> None:
    reference = desk.ready()
    desk.choose(reference, "name")
    before = by_name((("D-2026-0001-x.pdf", "", desk.service.preview(reference)),))["x.pdf"]
    desk.clear(reference)
    desk.make_files(reference)
    assert "Thị Hoa Lê" in reading.everything(before)
    with pytest.raises(KnownError, match="shop's data changed"):
        desk.service.choose(reference, ("name", "address:gone"), "more", desk.version(reference))


def test_files_leave_by_no_side_door_before_the_basis_holds(desk: Desk) -> None:
    reference = desk.record(BROKER)
    service = desk.service
    service.link(reference, "1", desk.version(reference))
    now, paper = desk.clock(), desk.case(reference).papers[0]
    word = Confirmation("", BROKER.agency, BROKER.purpose, ("name",), now, now + timedelta(days=3), paper, "e-mail", "",
                        BROKER.purpose_words)  # fmt: skip
    service.confirm(reference, word, desk.version(reference))
    desk.choose(reference, "name")
    desk.clear(reference)
    number = desk.make_files(reference)
    package = desk.case(reference).package
    assert package is not None and len(service.frozen(reference)) == 6
    assert [one.name for one in service.queue.open(reference).evidence] == ["demand.pdf"]
    with pytest.raises(KnownError, match="no paper that came with the demand"):
        service.export_evidence(reference, package.files[0].kept, desk.folder / "x.pdf")
    with pytest.raises(KnownError, match="record the hand-over instead"):
        service.sent(number, "post", desk.clock())
    desk.clock.forward(days=3)
    for attempt in (
        lambda: service.frozen(reference),
        lambda: service.frozen_file(reference, package.files[0].name),
        lambda: desk.hand_over(reference),
    ):
        with pytest.raises(Refused, match="confirmation"):
            attempt()
    assert len(desk.refused(reference)) == 3
    desk.verify()


def test_a_wrong_covering_letter_is_withdrawn_and_the_files_are_made_anew(desk: Desk) -> None:
    reference = desk.ready()
    desk.choose(reference)
    desk.clear(reference)
    first = desk.make_files(reference)
    with pytest.raises(KnownError, match="The files are made"):
        desk.make_files(reference)
    desk.service.withdraw(reference, first, "the wrong signatory", desk.version(reference))
    assert desk.case(reference).package is None and desk.case(reference).clearance is not None
    second = desk.make_files(reference)
    desk.hand_over(reference)
    assert {one.number: one.state for one in desk.service.queue.open(reference).notices} == {
        first: "withdrawn",
        second: "sent",
    }
    desk.verify()


def test_more_than_the_demand_needs_the_second_persons_reason(desk: Desk) -> None:
    reference = desk.ready()
    service = desk.service
    lines = {one.item.key: one for one in service.offer(reference).lines}
    assert lines["email"].why_not == "Not covered by the demand." and lines["email"].override
    with pytest.raises(Refused, match="E-mail address: Not covered"):
        service.choose(reference, ("name", "email"), "needed", desk.version(reference))
    service.choose(reference, ("name", "email"), "needed", desk.version(reference), beyond="to reach him")
    with pytest.raises(Refused, match="outside the demand"):
        desk.clear(reference)
    service.clear(reference, desk.version(reference), factory.MANAGER_NAME, factory.MANAGER_PASS, "the court said so")
    number = desk.make_files(reference)
    cover = reading.everything(service.letters.pdf(number)[1])
    assert "also what lies outside the demand: the court said so" in cover and "Phạm Quang Minh" in cover
    entry = next(one for one in desk.audit(reference) if one.action == "cleared for release")
    assert (entry.details or {})["remark"] == "the court said so"
    desk.verify()


# --- hostile text ----------------------------------------------------------------------------------------------------


def hostile_items() -> tuple[Item, ...]:
    return (
        Item("name", "name", "Name", (("name", EVIL),)),
        Item("address:1", "address", "Address", (("street", "@SUM(1)"), ("city", "\u2066=cmd|' /C calc'!A0"))),
        Item("order:1", "orders", "Order", (("number", "=1+1"), ("state", "x" * 200_000)), "=1+1"),
        Item("articles:1", "orders", "Articles", (("article.1", "<para>" * 900), ("price.1", "-1")), "\t=1"),
    )


def about(**values: object) -> About:
    known = About(
        reference="D-2026-0001", recipient=EVIL + "y" * 200_000, document=EVIL, received=START.date(), basis=EVIL,
        language="en", made=START, categories={"name": EVIL}, letterhead=FACTS.letterhead(), lacking=(EVIL,),
    )  # fmt: skip
    return replace(known, **values)  # type: ignore[arg-type]


@pytest.mark.parametrize("language", ["en", "vi"])
def test_hostile_text_is_no_markup_on_paper_and_no_formula_in_a_table(language: str) -> None:
    for name, kind, content in handout.make(hostile_items(), about(language=language)):
        if kind == "application/pdf":
            said = reading.everything(content)
            assert reading.live(content) == [] and "\u202e" not in said and "\u2066" not in said
            assert "<b>" in said, name
        elif kind == "text/csv":
            for line in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
                for cell in line:
                    first = unicodedata.normalize("NFKC", cell.lstrip()[:1])
                    assert first not in set("=+-@|%") , cell
            assert not any(unicodedata.category(ch) == "Cf" for ch in content.decode("utf-8-sig"))
        else:
            said = content.decode()
            assert not any(unicodedata.category(ch) in ("Cf", "Cc") and ch != "\n" for ch in said), name
            if kind == "text/plain":
                lines = said.splitlines()
                assert all(line.startswith("# ") for line in lines[:3]) and len(lines) == 6


def test_a_hostile_third_party_reaches_no_paper_of_a_real_case(desk: Desk) -> None:
    wish = replace(BROKER, agency=EVIL, asked="<para>=1" * 25_000, purpose_words="@claim \u202e", address="<br/>\n=1")
    reference = desk.record(wish)
    service = desk.service
    service.link(reference, "1", desk.version(reference))
    service.ask_buyer(reference, "=1 <b>")
    now, paper = desk.clock(), desk.case(reference).papers[0]
    word = Confirmation("", EVIL, wish.purpose, ("name",), now, now + timedelta(days=3), paper, "e-mail", "",
                        wish.purpose_words)  # fmt: skip
    service.confirm(reference, word, desk.version(reference))
    desk.choose(reference, "name")
    desk.clear(reference)
    desk.make_files(reference)
    desk.hand_over(reference, EVIL)
    papers = [content for _name, kind, content in service.frozen(reference) if kind == "application/pdf"]
    papers += [service.letters.pdf(one.number)[1] for one in service.queue.open(reference).notices]
    papers.append(service.whole_file(reference))
    for content in papers:
        assert reading.live(content) == []
        assert "\u202e" not in reading.everything(content)
    desk.verify()


def test_frozen_files_stay_sealed_where_they_are_kept(desk: Desk) -> None:
    reference = desk.ready()
    desk.release(reference)
    package = desk.case(reference).package
    assert package is not None
    with desk.book.reading() as tx:
        pieces = {one.id: one for one in evidence.of_case(tx, reference)}
    assert {one.kept for one in package.files} <= set(pieces)
    raw = (desk.folder / "casebook.sqlite").read_bytes()
    assert b"extract.pdf" not in raw and "Nguyễn Huệ".encode() not in raw
