"""The page of backups: write one, check one, go on with an older copy, and how a casebook is brought back."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.casebook.backup import BackupFacts
from officer_app.entry.backups import Backups, Last
from officer_app.policy.book import Book
from officer_app.widgets import messages, words
from officer_app.widgets.casefile import Fact, Pill, Section, SectionPanel
from officer_app.widgets.page import PageFrame
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Job, Work

_OLD_DAYS = 7


class BackupPage(PageFrame):
    """When the last backup was written, and the verbs around it; `policy` gives the zone for showing times."""

    def __init__(self, backups: Backups, work: Work, policy: Callable[[], Book], parent: QWidget | None = None) -> None:
        super().__init__(work, parent=parent)
        self._backups, self._policy = backups, policy
        name(self, self.tr("Backup"))
        self.older = self._older()
        self.rows.addWidget(self.older)
        self._facts = QVBoxLayout()
        self.rows.addLayout(self._facts)
        self.rows.addSpacing(px(8))
        self.rows.addLayout(self._buttons())
        self.rows.addSpacing(px(20))
        for section in self._guidance():
            self.rows.addWidget(SectionPanel(section))
            self.rows.addSpacing(px(12))
        self.rows.addStretch(1)
        self.setFocusProxy(self.write_button)
        self.reload()

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self.write_button = Button(self.tr("Write a backup"), look="primary")
        self.write_button.clicked.connect(self.write)
        self.check_button = Button(self.tr("Check a backup file"))
        self.check_button.clicked.connect(self.check)
        row.addWidget(self.write_button)
        row.addWidget(self.check_button)
        row.addStretch(1)
        return row

    def _older(self) -> QWidget:
        panel = QWidget()
        rows = QVBoxLayout(panel)
        rows.setContentsMargins(0, 0, 0, px(16))
        rows.setSpacing(px(8))
        rows.addWidget(Label(self.tr("An older copy was put back"), role="strong"))
        rows.addWidget(Label(self._backups.older, wrap=True))
        self.continue_button = Button(self.tr("Record the restore and go on"))
        may = self._backups.may_continue
        self.continue_button.setEnabled(may)
        self.continue_button.clicked.connect(self.continue_restored)
        line = QHBoxLayout()
        line.addWidget(self.continue_button)
        if not may:
            line.addWidget(Label(self.tr("Only a manager may do this."), role="muted"))
        line.addStretch(1)
        rows.addLayout(line)
        panel.setVisible(bool(self._backups.older))
        return panel

    def _guidance(self) -> tuple[Section, ...]:
        return (
            Section(
                self.tr("What a backup is"),
                text=self.tr(
                    "One sealed file with the whole casebook. It opens with the same passphrases and recovery kits, "
                    "and with nothing else. Before it gets its name it is restored on trial and compared row by row. "
                    "Keep three generations, one of them away from this building."
                ),
            ),
            Section(
                self.tr("Bringing a casebook back"),
                (
                    Fact("1", self.tr("Lock the window and choose “Restore a backup” below the passphrase.")),
                    Fact("2", self.tr("Choose the file and a new place; nothing is ever written over.")),
                    Fact("3", self.tr("Sign in with your passphrase of that time, or use a recovery kit.")),
                    Fact(
                        "4",
                        self.tr(
                            "A copy older than what this computer has seen can be looked at only, until a manager "
                            "records the restore here. Cases whose keys were destroyed since are destroyed again."
                        ),
                    ),
                ),
            ),
        )

    # --- what it shows ---

    def reload(self) -> None:
        """Read again when the last backup was written."""
        self.run(self._backups.last, self._show)

    def _show(self, last: Last | None) -> None:
        while (item := self._facts.takeAt(0)) is not None:
            old = item.widget()
            if old is not None:
                old.hide()
                old.deleteLater()
        if last is None:
            facts = [
                Fact(self.tr("Last backup"), self.tr("None was written yet."), Pill(self.tr("write one"), "amber"))
            ]
        else:
            zone = self._policy().zone
            age = self._backups.now() - last.at
            pill = Pill(self.tr("{0} ago").format(words.length(age)), "amber") if age.days >= _OLD_DAYS else None
            facts = [
                Fact(self.tr("Last backup"), words.moment(last.at, zone), pill),
                Fact(self.tr("File"), last.file),
                Fact(self.tr("Reaches to"), self.tr("audit entry {0}").format(f"{last.entry:,}")),
            ]
        self._facts.addWidget(SectionPanel(Section(self.tr("State"), facts)))

    # --- verbs ---

    def write(self) -> None:
        """Write a backup where the person says."""
        target = messages.choose_save(
            self, self.tr("Write a backup"), self._backups.suggested_name, self.tr("Backups (*.backup)")
        )
        if target is None:
            return
        self.news.clear()
        self.write_button.setEnabled(False)

        def op(job: Job) -> Change:
            return self._backups.write(target, lambda done, total: job.progress(done, total), job.cancelled)

        self.work.run(op, self._written, self._not_written, title=self.tr("Backup"), cancellable=True, owner=self)

    def _written(self, change: Change) -> None:
        self.write_button.setEnabled(True)
        self.news.show_news(change.news, "green")
        self.reload()

    def _not_written(self, error: Exception) -> None:
        self.write_button.setEnabled(True)
        self.news.show_trouble(error)

    def check(self) -> None:
        """Restore an existing backup on trial."""
        files = messages.choose_files(
            self, self.tr("Check a backup file"), self.tr("Backups (*.backup);;All files (*)")
        )
        if files:
            source = Path(files[0])

            def op(job: Job) -> BackupFacts:
                return self._backups.check(source, lambda done, total: job.progress(done, total), job.cancelled)

            self.news.clear()
            self.run(op, self._checked, title=self.tr("Checking {0}").format(source.name))

    def _checked(self, facts: BackupFacts) -> None:
        text = self.tr("{0} is whole: {1} rows, up to audit entry {2}.")
        self.news.show_news(text.format(facts.path.name, f"{facts.rows:,}", f"{facts.seq:,}"), "green")

    def continue_restored(self) -> None:
        """Go on with an older copy, after asking: what came after it is given up."""
        text = self.tr(
            "The casebook goes on from this older copy. What was written after it is not in it any more. The entry "
            "names both states and carries your signature."
        )
        if messages.ask(self, text, self.tr("Record the restore and go on")):
            self.run(self._backups.continue_restored, self._continued)

    def _continued(self, change: Change) -> None:
        self.older.hide()
        self.news.show_news(change.news, "green")
