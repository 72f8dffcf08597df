"""The rules in plain reading: every deadline, list and content of a pack with its source and what is not verified."""

from collections.abc import Iterable, Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QScrollArea, QVBoxLayout, QWidget

from officer_app.policy import plain
from officer_app.policy.entries import Entry
from officer_app.policy.pack import LISTS, Pack
from officer_app.widgets.casefile import Fact, Pill, Section, SectionPanel
from officer_app.widgets.flow import Flow
from officer_app.widgets.plain import Button, Label, name
from officer_app.widgets.theme import px


class ReadingPanel(QWidget):
    """Chips name the packs; below stands what the chosen one says."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("ground", "window")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        name(self, self.tr("Rules to read"))
        self._packs: tuple[Pack, ...] = ()
        self._active: frozenset[str] = frozenset()
        self._shown = ""
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        holder = QWidget()
        holder.setContentsMargins(px(24), px(16), px(24), px(8))
        self._flow = Flow(holder, gap=px(6))
        self._flow.setContentsMargins(px(24), px(16), px(24), px(8))
        self._chips: list[Button] = []
        self._group = QButtonGroup(self)
        rows.addWidget(holder)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        name(self._scroll, self.tr("Rules of the pack"))
        rows.addWidget(self._scroll, 1)

    def show_packs(self, packs: Sequence[Pack], active: Iterable[str]) -> None:
        """Take the packs; `active` names those in force."""
        self._packs, self._active = tuple(packs), frozenset(active)
        for chip in self._chips:
            self._group.removeButton(chip)
            self._flow.removeWidget(chip)
            chip.deleteLater()
        self._chips = []
        holder = self._flow.parentWidget()
        for pack in self._packs:
            chip = Button(pack.id, look="chip", parent=holder)
            chip.setCheckable(True)
            chip.setProperty("pack", pack.id)
            chip.clicked.connect(self._chosen)
            self._group.addButton(chip)
            self._flow.addWidget(chip)
            chip.show()
            self._chips.append(chip)
        known = [pack.id for pack in self._packs]
        wanted = self._shown if self._shown in known else next((one for one in known if one in self._active), "")
        self.read(wanted)

    def _chosen(self) -> None:
        chip = self.sender()
        if isinstance(chip, Button):
            self.read(str(chip.property("pack")))

    def read(self, pack_id: str) -> None:
        """Show one pack."""
        self._shown = pack_id
        for chip in self._chips:
            chip.setChecked(chip.property("pack") == pack_id)
        pack = next((one for one in self._packs if one.id == pack_id), None)
        if pack is not None:
            old = self._scroll.takeWidget()
            if old is not None:
                old.deleteLater()
            page = self._page(pack)
            self._scroll.setWidget(page)
            page.setAutoFillBackground(False)

    def _page(self, pack: Pack) -> QWidget:
        page = QWidget()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(px(24), px(8), px(24), px(24))
        rows.setSpacing(px(6))
        rows.addWidget(Label(pack.title["en"], role="title", wrap=True))
        state = self.tr("in force") if pack.id in self._active else self.tr("switched off")
        rows.addWidget(Label(self.tr("Version {0}, {1}").format(pack.version, state), role="muted"))
        rows.addWidget(Label(self.tr("Source: {0}").format(pack.source), role="muted", wrap=True, copy=True))
        if pack.note:
            rows.addWidget(Label(pack.note, role="muted", wrap=True))
        for section in self._sections(pack):
            rows.addSpacing(px(12))
            rows.addWidget(SectionPanel(section))
        rows.addStretch(1)
        return page

    def _sections(self, pack: Pack) -> list[Section]:
        deadlines = []
        for rule in pack.rules:
            text = "\n".join(part for part in (rule.text, rule.source, rule.note) if part)
            marks = ", ".join(plain.marks(rule))
            deadlines.append(Fact(rule.title["en"], text, Pill(marks) if marks else None))
        sections = [Section(self.tr("Deadlines"), deadlines)]
        for key in LISTS:
            if pack.lists[key]:
                sections.append(
                    Section(key.replace("_", " ").capitalize(), [self._entry(one) for one in pack.lists[key]])
                )
        if pack.keeps:
            facts = []
            for keep in pack.keeps:
                length = (
                    self.tr("{0} years").format(keep.years) if keep.years else self.tr("{0} months").format(keep.months)
                )
                facts.append(self._fact(keep.title["en"], f"{length}\n{keep.source}", keep.verified))
            sections.append(Section(self.tr("Kept after a deletion"), facts))
        for kind, contents in pack.contents.items():
            title = self.tr("What a notice “{0}” must say").format(kind.replace("-", " "))
            wanted = [
                self._fact(one.heading, f"{one.condition}\n{one.source}".strip(), one.verified) for one in contents
            ]
            sections.append(Section(title, wanted))
        return sections

    def _entry(self, entry: Entry) -> Fact:
        return self._fact(entry.title["en"], entry.source, entry.verified)

    def _fact(self, label: str, text: str, verified: bool) -> Fact:
        return Fact(label, text, None if verified else Pill(self.tr("not verified")))
