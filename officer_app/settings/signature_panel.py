"""Settings of the signature: whom the certificate names, how long it holds; import and remove."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QHBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.steps import Step
from officer_app.notices.signature import Identity
from officer_app.policy.book import Book
from officer_app.settings.signing import Signing
from officer_app.widgets import messages, words
from officer_app.widgets.casefile import CaseFile, CaseHeader, Fact, Pill, Section
from officer_app.widgets.forms import Field, Form
from officer_app.widgets.plain import name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


class SignaturePanel(QWidget):
    """The certificate that hand-overs are signed with; its file and passphrase are never shown again."""

    def __init__(self, signing: Signing, work: Work, policy: Callable[[], Book], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._signing, self._work, self._policy = signing, work, policy
        name(self, self.tr("Signature"))
        self.file = CaseFile()
        self.file.setMaximumWidth(px(860))
        self.file.chosen.connect(self._step)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.file, 1000)
        row.addStretch(1)
        self.setFocusProxy(self.file)
        self.reload()

    def reload(self) -> None:
        """Read again what is kept."""
        self._work.run(self._signing.held, self._show, self.file.news.show_trouble, owner=self)

    def _show(self, who: Identity | None) -> None:
        take = Step("import", self.tr("Import a certificate"), primary=who is None)
        if who is None:
            text = self.tr(
                "With a certificate of the shop a hand-over is signed, so that its recipient sees that nothing was "
                "changed. It comes from a trust service as a file that ends in .p12 or .pfx, with a passphrase. "
                "Without one, hand-overs are not signed, and none can be made for a recipient's certificate."
            )
            section = Section(self.tr("What it is for"), text=text)
            self.file.show_case(CaseHeader(self.tr("No signature yet"), ""), (section,), (take,))
            return
        zone = self._policy().zone
        facts = [
            Fact(self.tr("Issued by"), self.tr("itself, no trust service") if who.own_issuer else who.issuer),
            Fact(self.tr("Valid from"), words.day(who.not_before, zone)),
            Fact(self.tr("Valid until"), words.day(who.not_after, zone)),
            Fact(self.tr("Key"), who.key),
            Fact(self.tr("SHA-256"), who.fingerprint),
        ]
        note = self.tr(
            "File and passphrase are sealed in this casebook. Nobody can take them out again; keep the original. "
            "Recipients compare the SHA-256 with the one you tell them by another way."
        )
        header = CaseHeader(who.holder, self.tr("Signs hand-overs of this shop."), self._pill(who))
        steps = (
            Step("import", self.tr("Import another"), primary=self._signing.state(who) in ("soon", "expired")),
            Step("remove", self.tr("Remove")),
        )
        self.file.show_case(
            header, (Section(self.tr("Certificate"), facts), Section(self.tr("Kept"), text=note)), steps
        )

    def _pill(self, who: Identity) -> Pill | None:
        return {
            "expired": Pill(self.tr("expired"), "red"),
            "early": Pill(self.tr("not valid yet"), "amber"),
            "soon": Pill(self.tr("ends soon"), "amber"),
        }.get(self._signing.state(who))

    # --- steps ---

    def _step(self, step: str) -> None:
        self.file.news.clear()
        if step == "remove":
            self._remove()
            return
        chosen = messages.choose_files(self, self.tr("Choose the certificate"), "*.p12 *.pfx")
        if chosen:
            self.ask_passphrase(chosen[0])

    def ask_passphrase(self, path: Path) -> None:
        """Ask for the passphrase of a chosen file, then import it."""
        form = Form(
            self.tr("Import a certificate"),
            (Field("passphrase", self.tr("Its passphrase"), "secret", required=True),),
            submit=self.tr("Import"),
            intro=self.tr("{0}. The passphrase that its trust service gave you.").format(path.name),
        )

        def take(values: Mapping[str, Any]) -> None:
            self._work.run(
                lambda: self._signing.take(path, values["passphrase"]), self._done, self._trouble, owner=self
            )

        form.submitted.connect(take)
        form.cancelled.connect(self.file.close_form)
        self.file.open_form(form)

    def _remove(self) -> None:
        text = self.tr("File and passphrase are forgotten. Hand-overs are not signed from then on.")
        if messages.ask(self, text, self.tr("Remove")):
            self._work.run(self._signing.remove, self._done, self._trouble, owner=self)

    def _trouble(self, error: KnownError) -> None:
        if isinstance(self.file.form, Form):
            self.file.form.show_trouble(error)
        else:
            self.file.news.show_trouble(error)

    def _done(self, change: Change) -> None:
        self.file.close_form()
        self.file.news.show_news(change.news, "green")
        self.reload()
