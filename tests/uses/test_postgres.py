"""Uses, consents and packages on a casebook in PostgreSQL, where SQL differs."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from officer_app.base.errors import Conflict
from officer_app.disclosures import confirmed
from officer_app.letters.issue import Letters
from officer_app.notices import package
from officer_app.uses.rules import Consent, Use
from officer_app.uses.service import Uses
from tests.disclosures import making
from tests.disclosures.making import Desk
from tests.disclosures.test_packages import made_files, words_of
from tests.disclosures.test_postgres import team  # noqa: F401  a fixture

pytestmark = pytest.mark.server


def test_registers_and_packages_are_kept_and_verified(team: Desk, tmp_path: Path) -> None:  # noqa: F811
    rules = making.book_of_rules()
    uses = Uses(team.book, lambda: rules, Letters(team.book, lambda: rules), lambda: team.shop, tuple,
                confirmed.of_person)  # fmt: skip
    uses.keep(Use("", "legal-duty", "Tax", "law", "", ("orders",)))
    kept = next(line.use for line in uses.lines() if line.use.title == "Tax")
    uses.keep(replace(kept, kept="10 years"))
    with pytest.raises(Conflict):
        uses.keep(replace(kept, kept="5 years"))
    proof = tmp_path / "slip.txt"
    proof.write_bytes(b"x" * 3_000_000)
    given = team.clock() - timedelta(days=1)
    uses.record(
        Consent("", "1", "Hoa", "hoa.le@example.vn", "marketing", "News", ("email",), "Yes.", "1", "written", given),
        [proof],
    )
    found = uses.person("hoa.le@example.vn").ours[0]
    assert uses.export_proof(found.proofs[0].id, tmp_path / "copy.txt").read_bytes() == proof.read_bytes()
    uses.withdraw(found.id, team.clock(), "by phone", found.version)
    assert uses.person("1").ours[0].withdrawn == team.clock()
    reference = made_files(team)
    words = words_of(team.service.lock(reference, signed=False))
    one = team.service.queue.open(reference).packages[0]
    saved = team.service.export_package(reference, one.id, tmp_path / "p.pdf").read_bytes()
    assert len(package.enclosed(saved, words)) == 6
    team.verify()
