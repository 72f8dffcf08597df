"""Runs the mail benchmark with the other checks."""

import sys

from tests.bench import mail


def test_reading_mail_keeps_its_goals() -> None:
    result = mail.run(rounds=3)
    sys.stdout.write(f"\n{result}\n")
    assert result["met"], result
