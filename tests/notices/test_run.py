"""A print run: every letter its own, nothing lost, nothing half-done."""

import hashlib
import os
import random
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from officer_app.base.errors import Cancelled, KnownError
from officer_app.notices import pdf, text
from officer_app.notices.document import Document, Table
from officer_app.notices.run import RunResult, print_run
from officer_app.notices.volume import PrintFile
from tests.notices import reading
from tests.notices.samples import DAY, HEAD, HOA, fields, letter
from tests.pdf_text import pages_of, text_of

WORDS = ("Alfa", "Bravo", "Charlie", "Delta", "Echo", "Foxtrot", "Golf", "Hotel", "India", "Juliett")


def series(language: str = "en", *categories: str) -> text.Series:
    given = fields("breach-customer")
    if categories:
        given["what_information"] = Table(("What",), tuple((one,) for one in categories))
    return text.series("breach-customer", language, reference="B-2026-0003", date=DAY, fields=given, letterhead=HEAD)


def name(at: int) -> str:
    return f"Ms {WORDS[at // 10 % 10]}{WORDS[at % 10]} Nguyễn{at}X"


def letters(count: int, *many: text.Series) -> Iterator[Document]:
    many = many or (series(),)
    for at in range(count):
        yield many[at % len(many)].letter(f"N-2026-0042/{at + 1:07d}", (name(at), f"{at} Hàng Bài", "Hà Nội"))


def test_letter_k_carries_what_is_ks_and_nobody_elses(tmp_path: Path) -> None:
    many = (series("en", "Name", "E-mail"), series("vi", "Mobile number"), series("en", "Delivery address"))
    result = print_run(letters(130, *many), tmp_path, name="run", per_volume=50)
    assert [len(file.letters) for file in result.files] == [50, 50, 30]
    at = 0
    for file in result.files:
        sheets = pages_of(file.path.read_bytes())
        assert len(sheets) == file.pages
        for printed in file.letters:
            own = " ".join(sheets[printed.first_page - 1 : printed.first_page - 1 + printed.pages])
            assert printed.number == f"N-2026-0042/{at + 1:07d}"
            assert own.count(printed.number) == printed.pages + 1
            assert own.count(name(at)) == 2
            assert f"{at} Hàng Bài" in own
            assert not any(name(other) in own for other in range(130) if other != at)
            wanted = ("E-mail", "Mobile number", "Delivery address")
            assert [one for one in wanted if one in own.split("involved")[-1].split("ảnh hưởng")[-1]][:1] == [
                wanted[at % 3]
            ]
            at += 1
    assert at == 130


def test_a_letter_of_a_run_reads_like_the_letter_alone(tmp_path: Path) -> None:
    documents = list(letters(6, series("en"), series("vi")))
    result = print_run(documents, tmp_path, name="run", footer="Audit 12-ab")
    sheets = pages_of(result.files[0].path.read_bytes())
    for document, printed in zip(documents, result.files[0].letters, strict=True):
        alone = pages_of(pdf.render(document, footer="Audit 12-ab"))
        assert sheets[printed.first_page - 1 : printed.first_page - 1 + printed.pages] == alone


def test_print_files_have_embedded_fonts_and_nothing_live(tmp_path: Path) -> None:
    content = print_run(letters(20), tmp_path, name="run").files[0].path.read_bytes()
    assert all(reading.fonts(content).values())
    assert reading.live(content) == []


def test_duplex_starts_every_letter_on_an_odd_page(tmp_path: Path) -> None:
    short = letter("guidance")
    mixed = [replace(short, number=f"N/{at}") if at % 2 else letter("breach-customer") for at in range(8)]
    result = print_run(mixed, tmp_path, name="run", duplex=True, demo=True)
    file = result.files[0]
    assert {one.pages for one in file.letters} == {1, 2}
    assert all(one.first_page % 2 for one in file.letters)
    sheets = pages_of(file.path.read_bytes())
    assert len(sheets) == file.pages
    assert all("Demo" in sheet for sheet in sheets)
    loose = print_run(mixed, tmp_path, name="loose").files[0]
    assert loose.pages < file.pages
    assert [one.first_page for one in loose.letters] == [1, 3, 4, 6, 7, 9, 10, 12]


def test_letters_that_cannot_be_printed_are_listed_and_the_others_printed(tmp_path: Path) -> None:
    one = series()
    documents = [
        one.letter("N/1", HOA),
        one.letter("N/2", ("محمد", "Hà Nội")),
        one.letter("N/3", tuple(f"line {at}" for at in range(9))),
        one.letter("N/4", HOA),
    ]
    result = print_run(documents, tmp_path, name="run")
    assert [printed.number for printed in result.files[0].letters] == ["N/1", "N/4"]
    assert [stop.number for stop in result.stopped] == ["N/2", "N/3"]
    assert "arabic letter" in result.stopped[0].reason
    assert "window" in result.stopped[1].reason
    assert result.printed == 2
    assert "N/2" not in text_of(result.files[0].path.read_bytes())


def test_a_run_in_which_nothing_can_be_printed_leaves_no_file(tmp_path: Path) -> None:
    result = print_run([series().letter("N/1", ("محمد",))], tmp_path, name="run")
    assert (result.files, len(result.stopped)) == ((), 1)
    assert list(tmp_path.iterdir()) == []


def test_an_empty_run_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(KnownError, match="no letter"):
        print_run([], tmp_path, name="run")


def test_the_hash_is_that_of_the_file_and_a_rebuilt_file_is_the_same(tmp_path: Path) -> None:
    def run(folder: str) -> RunResult:
        return print_run(letters(30, series("en"), series("vi")), tmp_path / folder, name="run", per_volume=20)

    first, second = run("a"), run("b")
    for one, other in zip(first.files, second.files, strict=True):
        assert one.sha256 == hashlib.sha256(one.path.read_bytes()).hexdigest() == other.sha256
        if os.name == "posix":
            assert one.path.stat().st_mode & 0o777 == 0o600


def test_cancel_stops_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "other.txt").write_text("stays")
    seen: list[int] = []
    with pytest.raises(Cancelled):
        print_run(
            letters(500), tmp_path, name="run", per_volume=50,
            progress=lambda done, _: seen.append(done), cancelled=lambda: bool(seen) and seen[-1] >= 120,
        )  # fmt: skip
    assert 120 <= max(seen) <= 140
    assert [path.name for path in tmp_path.iterdir()] == ["other.txt"]


def test_progress_ends_with_all_and_each_file_is_announced_when_it_is_there(tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    there: list[bool] = []

    def finished(file: PrintFile) -> None:
        there.append(hashlib.sha256(file.path.read_bytes()).hexdigest() == file.sha256)

    print_run(
        letters(45), tmp_path, name="run", total=45, per_volume=20,
        progress=lambda done, total: seen.append((done, total)), finished=finished,
    )  # fmt: skip
    assert seen == [(20, 45), (40, 45), (45, 45)]
    assert there == [True, True, True]


def test_a_failing_source_or_disk_leaves_nothing(tmp_path: Path) -> None:
    def broken() -> Iterator[Document]:
        yield from letters(60)
        raise KnownError("The shop's database did not answer.")

    with pytest.raises(KnownError, match="did not answer"):
        print_run(broken(), tmp_path / "a", name="run", per_volume=20)
    assert list((tmp_path / "a").iterdir()) == []
    blocked = tmp_path / "b"
    (blocked / "run-0002.pdf").mkdir(parents=True)
    (blocked / "run-0002.pdf" / "x").write_text("in the way")
    with pytest.raises(KnownError, match="cannot be written"):
        print_run(letters(60), blocked, name="run", per_volume=20)
    assert [path.name for path in blocked.iterdir()] == ["run-0002.pdf"]
    (tmp_path / "file").write_text("")
    with pytest.raises(KnownError, match="cannot be written"):
        print_run(letters(3), tmp_path / "file", name="run")


@pytest.mark.skipif(os.name != "posix", reason="limits of file size are a POSIX thing")
def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    script = textwrap.dedent("""
        import resource, signal, sys
        from pathlib import Path
        from officer_app.base.errors import KnownError
        from officer_app.notices.run import print_run
        from tests.notices.test_run import letters
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
        try:
            print_run(letters(100), Path(sys.argv[1]), name="run")
        except KnownError as fault:
            print(fault)
    """)
    out = tmp_path / "out"
    done = subprocess.run([sys.executable, "-c", script, str(out)], capture_output=True, text=True, check=True)
    assert "cannot be written" in done.stdout
    assert list(out.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL")
def test_a_killed_run_leaves_whole_files_and_a_new_run_clears_the_rest(tmp_path: Path, dice: random.Random) -> None:
    script = textwrap.dedent("""
        import os, sys
        from pathlib import Path
        from officer_app.notices.run import print_run
        from tests.notices.test_run import letters
        def progress(done, total):
            if done >= int(sys.argv[2]):
                os.kill(os.getpid(), 9)
        print_run(letters(200), Path(sys.argv[1]), name="run", per_volume=20, progress=progress)
    """)
    (tmp_path / ".run-0009.pdf.part").write_bytes(b"half of a letter")
    at = dice.randrange(30, 190)
    done = subprocess.run([sys.executable, "-c", script, str(tmp_path), str(at)], check=False)
    assert done.returncode == -9
    left = sorted(tmp_path.glob("*.pdf"))
    assert len(left) in (at // 20, at // 20 + 1)
    assert all(len(pages_of(path.read_bytes())) >= 20 for path in left)
    result = print_run(letters(200), tmp_path, name="run", per_volume=20)
    assert sorted(path.name for path in tmp_path.iterdir()) == [file.path.name for file in result.files]


def test_many_layouts_and_letters_composed_one_by_one_come_out_right(tmp_path: Path) -> None:
    def one_by_one() -> Iterator[Document]:
        for at in range(40):
            given = fields("breach-customer") | {"not_involved": f"Only you: {at % 9}."}
            yield text.compose(
                "breach-customer", "en", number=f"N/{at:03d}", reference="B-1", date=DAY,
                recipient=(name(at), "Huế"), fields=given, letterhead=HEAD,
            )  # fmt: skip

    file = print_run(one_by_one(), tmp_path, name="run").files[0]
    sheets = pages_of(file.path.read_bytes())
    for at, printed in enumerate(file.letters):
        own = " ".join(sheets[printed.first_page - 1 : printed.first_page - 1 + printed.pages])
        assert f"Only you: {at % 9}." in own
        assert name(at) in own
