"""The forms of the retention desk, as fields; what they send goes to the service unread."""

from collections.abc import Sequence
from datetime import datetime, tzinfo

from PySide6.QtCore import QCoreApplication

from officer_app.casebook import issued
from officer_app.retention.batch import Batch
from officer_app.retention.rules import FINDINGS, ORDERS, REASONS
from officer_app.retention.sizes import MOST, MOST_ASKED
from officer_app.widgets.forms import Choice, Field, Form

TITLES = {
    "cancel": "Asked to cancel",
    "false": "False data",
    "rule-breaking": "Rule-breaking",
    "inactive": "No activity",
    ORDERS: "Old orders",
}


def tr(text: str) -> str:
    """Translate a text of this desk."""
    return QCoreApplication.translate("retention", text)


def accounts(number: int) -> str:
    """Return a number of accounts in words: "1 account", "2,310 accounts"."""
    return tr("1 account") if number == 1 else tr("{0} accounts").format(f"{number:,}")


def counted(number: int, ground: str) -> str:
    """Return a number of members of a batch in words: old orders are of customers, some of whom have no account."""
    if ground != ORDERS:
        return accounts(number)
    return tr("1 customer") if number == 1 else tr("{0} customers").format(f"{number:,}")


def many(zone: tzinfo, known: str = "inactive") -> Form:
    """A batch of everything that is listed for one reason; `known` is the one that is shown now."""
    choices = tuple(Choice(one, tr(TITLES[one])) for one in (*REASONS, ORDERS))
    fields = (
        Field("reason", tr("Reason"), "choice", known, choices, required=True),
        Field("most", tr("At most"), "number", MOST, most=MOST, hint=tr(
            "Accounts with something against them are left out. For more than that, make one batch after the other: "
            "whoever is in a batch already is not chosen twice. Of those who asked to cancel, {0} go into one batch."
        ).format(f"{MOST_ASKED:,}")),
    )  # fmt: skip
    intro = tr("Takes every account of the list with this reason. Nothing is deleted by this.")
    return Form(tr("New batch"), fields, submit=tr("Freeze the batch"), intro=intro, zone=zone)


def finding(ground: str, zone: tzinfo) -> Form:
    """What was found about an account, and what proves it."""
    choices = (Choice("false", tr("All data are untrue")), Choice("rule-breaking", tr("It breaks the shop's rules")))
    fields = (
        Field("ground", tr("Finding"), "choice", ground if ground in FINDINGS else "false", choices, required=True,
              hint=tr("Data that are untrue in part only are no reason to delete an account (policy A6).")),
        Field("reason", tr("What was found"), "lines", rows=3, required=True),
        Field("evidence", tr("What proves it"), "lines", rows=3, required=True,
              hint=tr("Who looked at what, when, and where it can be seen.")),
        Field("files", tr("Files that prove it"), "files",
              hint=tr("Copies are sealed with the finding; the files stay where they are.")),
    )  # fmt: skip
    intro = tr("A manager confirms it as the second person; only then can the account be put into a batch.")
    return Form(tr("Record a finding"), fields, submit=tr("Record the finding"), intro=intro, zone=zone)


def word(title: str, intro: str, submit: str, sign_in: bool, passphrase: bool, zone: tzinfo) -> Form:
    """A manager's word: nothing is kept of what is typed here."""
    fields = []
    if sign_in:
        fields.append(Field("sign_in", tr("Manager's sign-in name"), required=True))
    if passphrase:
        fields.append(Field("passphrase", tr("Passphrase"), "secret", required=True))
    return Form(title, fields, submit=submit, intro=intro, zone=zone)


def reason(title: str, label: str, submit: str, zone: tzinfo, intro: str = "") -> Form:
    """One sentence that stays in the file."""
    fields = (Field("reason", label, "lines", rows=2, required=True),)
    return Form(title, fields, submit=submit, intro=intro, zone=zone)


def sent(title: str, now: datetime, zone: tzinfo) -> Form:
    """How and when letters were sent."""
    channels = tuple(Choice(one, tr(one).capitalize()) for one in issued.CHANNELS)
    fields = (
        Field("channel", tr("Sent by"), "choice", "e-mail", channels, required=True),
        Field("at", tr("Sent at"), "moment", now, required=True),
    )
    return Form(title, fields, submit=tr("Record as sent"), zone=zone)


def run(batch: Batch, pending: int, zone: tzinfo) -> Form:
    """The last question before what cannot be undone: the number of accounts, typed."""
    number = tr("Number of accounts") if batch.ground != ORDERS else tr("Number of customers")
    fields = (
        Field("typed", number, required=True, placeholder=tr("Type the number"),
              check=lambda text: "" if text.replace(",", "").strip().isdecimal() else tr("Type a number.")),
        Field("backups", tr("Backups kept until"), value=batch.backups, placeholder=tr("as in 2027-01-31"),
              hint=tr("The day on which the last backup with this data is gone; the letters tell it.")),
    )  # fmt: skip
    intro = tr(
        "{0} in the shop will be erased; this cannot be undone. Each is looked at once more before. Who asked for it "
        "gets a letter, which is written first. To be sure, type the number."
    ).format(accounts(pending))
    submit = tr("Erase {0}").format(accounts(pending))
    if batch.ground == ORDERS:
        intro = tr(
            "The orders of {0} lose name, address, e-mail and phone; this cannot be undone. Numbers, goods and amounts "
            "stay. Each is looked at once more before. To be sure, type the number of customers."
        ).format(counted(pending, ORDERS))
        submit = tr("Make the orders of {0} anonymous").format(counted(pending, ORDERS))
    title = tr("Erase {0}").format(batch.reference)
    return Form(title, fields, submit=submit, intro=intro, zone=zone)


def certify(backups: str, zone: tzinfo) -> Form:
    """Until when copies of the shop's backups may still hold the data."""
    fields = (
        Field("backups", tr("Backups kept until"), value=backups, required=True, placeholder=tr("as in 2027-01-31"),
              hint=tr("The day on which the last backup with this data is gone, or how backups are kept.")),
    )  # fmt: skip
    return Form(tr("Issue the certificate"), fields, submit=tr("Issue it"), zone=zone)


def effects(found: Sequence[tuple[str, str]], ticked: Sequence[str], zone: tzinfo) -> Form:
    """What the shop's platform needs after an erasure, to be ticked off."""
    choices = tuple(Choice(what, what, hint=how if how != "manual" else "") for what, how in found)
    fields = (Field("done", tr("Done"), "checklist", tuple(ticked), choices),)
    intro = tr("The database alone does not reach this. Tick what was seen to; the certificate says it.")
    return Form(tr("What the platform needs"), fields, submit=tr("Record"), intro=intro, zone=zone)
