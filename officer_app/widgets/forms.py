"""Inline forms: a panel beside the facts it is about, which says next to each field what it still needs."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, tzinfo
from typing import Any, Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFormLayout,
    QHBoxLayout,
    QLineEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from officer_app.widgets import fields as kinds
from officer_app.widgets import packing
from officer_app.widgets.checklist import Choice
from officer_app.widgets.fields import AnyInput, Field
from officer_app.widgets.plain import Button, Content, Label, name, restyle
from officer_app.widgets.theme import px

__all__ = ["Choice", "Field", "Form"]

_DRAFT_EVERY: Final = 3000  # ms; typed text is kept at least this often

Check = Callable[[Mapping[str, Any]], Mapping[str, str]]


class Form(QWidget):
    """A panel of labelled fields.

    `submitted(values)` carries a dict by field key once every check is content; the form stays, busy, until
    the room closes it or calls `show_trouble`. `cancelled` on Esc or Cancel. `draft` is called with the typed
    values (ready for JSON) at most every 3 s and when the form is hidden; `restored` is what it was given last
    time. `check` looks at all values together and returns sentences by field key ("" for the form as a whole).
    Secrets are never drafted. `inset` is the room left and right.
    """

    submitted = Signal(object)
    cancelled = Signal()
    edited = Signal()

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        *,
        submit: str,
        intro: str = "",
        zone: tzinfo = UTC,
        check: Check | None = None,
        draft: Callable[[dict[str, Any]], None] | None = None,
        restored: Mapping[str, Any] | None = None,
        cancel: str | None = None,
        inset: int = 24,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("ground", "panel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.fields = tuple(fields)
        self._check, self._draft = check, draft
        self._inset = inset
        self._inputs: dict[str, AnyInput] = {}
        self._errors: dict[str, Label] = {}
        self._cells: dict[str, QWidget] = {}
        self._hidden: set[str] = set()
        self._unsaved = False
        self._busy = False
        name(self, title)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._body(title, intro, zone), 1)
        rows.addLayout(self._foot(submit, self.tr("Cancel") if cancel is None else cancel))
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_DRAFT_EVERY)
        self._timer.timeout.connect(self.keep_draft)
        if restored:
            for key, value in packing.from_draft(self.fields, restored).items():
                self._inputs[key].put(value)
            self._trouble.set_role("muted")
            self._trouble.setText(self.tr("What you typed before was kept."))
            self._trouble.show()
        for one in self._inputs.values():
            one.edited.connect(self._edited)
        self._order()

    def _body(self, title: str, intro: str, zone: tzinfo) -> QScrollArea:
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        page = Content()
        rows = QVBoxLayout(page)
        rows.setContentsMargins(px(self._inset), px(16) if self._inset else 0, px(self._inset or 6), px(8))
        rows.setSpacing(px(8))
        rows.addWidget(Label(title, role="strong", wrap=True))
        if intro:
            rows.addWidget(Label(intro, role="muted", wrap=True))
        self._trouble = Label(role="red", wrap=True)
        self._trouble.hide()
        rows.addWidget(self._trouble)
        grid = QFormLayout()
        grid.setContentsMargins(0, px(4), 0, 0)
        grid.setHorizontalSpacing(px(16))
        grid.setVerticalSpacing(px(10))
        grid.setLabelAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        grid.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        grid.setRowWrapPolicy(QFormLayout.RowWrapPolicy.DontWrapRows)
        self._grid = grid
        for field in self.fields:
            self._add(grid, field, zone)
        rows.addLayout(grid)
        rows.addStretch(1)
        scroll.setWidget(page)
        page.setAutoFillBackground(False)
        return scroll

    def _add(self, grid: QFormLayout, field: Field, zone: tzinfo) -> None:
        made = kinds.make(field, zone)
        self._inputs[field.key] = made
        cell = QWidget()
        rows = QVBoxLayout(cell)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(px(2))
        rows.addWidget(made)
        if field.hint:
            rows.addWidget(Label(field.hint, role="small", wrap=True))
        error = Label(role="red", wrap=True)
        error.hide()
        rows.addWidget(error)
        self._errors[field.key] = error
        label = Label("" if field.kind == "check" else field.label, role="muted", wrap=True)
        label.setFixedWidth(px(144))
        label.setAlignment(Qt.AlignmentFlag.AlignTop)
        label.setContentsMargins(0, px(6), 0, 0)
        label.setBuddy(made.inner)
        grid.addRow(label, cell)
        self._cells[field.key] = cell

    def _foot(self, submit: str, cancel: str) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setContentsMargins(px(self._inset), px(8), px(self._inset), px(12))
        row.setSpacing(px(8))
        self.submit_button = Button(submit, look="primary")
        self.submit_button.setObjectName("form-submit")
        self.submit_button.clicked.connect(self.submit)
        row.addWidget(self.submit_button)
        self.cancel_button = Button(cancel)
        self.cancel_button.setObjectName("form-cancel")
        self.cancel_button.clicked.connect(self._give_up)
        row.addWidget(self.cancel_button)
        if not cancel:
            self.cancel_button.hide()
        row.addStretch(1)
        return row

    def _order(self) -> None:
        chain = [one.inner for one in self._inputs.values() if one.inner is not one]
        for before, after in zip(chain, [*chain[1:], self.submit_button], strict=True) if chain else ():
            QWidget.setTabOrder(before, after)
        if self._inputs:
            self.setFocusProxy(next(iter(self._inputs.values())))

    # What rooms use

    def values(self) -> dict[str, Any]:
        """Return what is typed, by field key."""
        return {key: one.value() for key, one in self._inputs.items()}

    def put(self, key: str, value: Any) -> None:
        """Fill one field."""
        self._inputs[key].put(value)

    def input(self, key: str) -> AnyInput:
        """Return the input of a field; its `inner` is the Qt widget."""
        return self._inputs[key]

    def show_field(self, key: str, shown: bool) -> None:
        """Show or hide one field with its label; a hidden one keeps its value and is not checked."""
        self._grid.setRowVisible(self._cells[key], shown)
        self._hidden = self._hidden - {key} if shown else self._hidden | {key}

    def submit(self) -> None:
        """Check everything; emit `submitted` or show what is missing and go there."""
        if self._busy:
            return
        values = self.values()
        problems = self._problems(values)
        self._show_problems(problems)
        if problems:
            first = next((key for key in self._inputs if key in problems), "")
            if first:
                self._inputs[first].setFocus()
            return
        self.keep_draft()
        self.set_busy(True)
        self.submitted.emit(values)

    def set_busy(self, busy: bool) -> None:
        """Stop a second submit while the first is under way."""
        self._busy = busy
        self.submit_button.setEnabled(not busy)

    def show_trouble(self, error: object) -> None:
        """Show a sentence (a KnownError) above the fields; what was typed stays and may be sent again."""
        self.set_busy(False)
        self._trouble.set_role("red")
        self._trouble.setText(str(error))
        self._trouble.show()

    def problem(self, key: str) -> str:
        """Return the sentence shown next to a field ("" for key "": the one above all fields)."""
        label = self._errors.get(key, self._trouble)
        return "" if label.isHidden() else label.text()

    def keep_draft(self) -> None:
        """Hand what was typed to `draft` now, if it changed."""
        self._timer.stop()
        if self._unsaved and self._draft is not None:
            self._unsaved = False
            secret = {field.key for field in self.fields if field.kind == "secret"}
            self._draft(packing.to_draft({key: value for key, value in self.values().items() if key not in secret}))

    # Inside

    def _problems(self, values: Mapping[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for field in self.fields:
            value = values[field.key]
            if field.key in self._hidden:
                continue
            if field.required and value in ("", None, (), False):
                found[field.key] = self.tr("Tick this to go on.") if field.kind == "check" else self.tr("Fill this in.")
            elif field.check is not None and (sentence := field.check(value)):
                found[field.key] = sentence
        if not found and self._check is not None:
            found = {key: sentence for key, sentence in self._check(values).items() if sentence}
        return found

    def _show_problems(self, problems: Mapping[str, str]) -> None:
        for key, label in self._errors.items():
            sentence = problems.get(key, "")
            label.setText(sentence)
            label.setVisible(bool(sentence))
            inner = self._inputs[key].inner
            restyle(inner, "bad", bool(sentence))
            inner.setAccessibleDescription(sentence or next(f.hint for f in self.fields if f.key == key))
        general = problems.get("", "")
        self._trouble.set_role("red")
        self._trouble.setText(general)
        self._trouble.setVisible(bool(general))

    def _edited(self) -> None:
        self._unsaved = True
        if self._draft is not None and not self._timer.isActive():
            self._timer.start()
        self.edited.emit()

    def _give_up(self) -> None:
        self.keep_draft()
        self.cancelled.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        focus = self.focusWidget()
        if enter and (control or isinstance(focus, QLineEdit | QComboBox)):
            self.submit()
        elif event.key() == Qt.Key.Key_Escape and not self.cancel_button.isHidden():
            self._give_up()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.keep_draft()
        super().hideEvent(event)
