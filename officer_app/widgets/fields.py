"""The fields of a form, declared as data, and the input that belongs to each kind."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, tzinfo
from typing import Any, Literal

from PySide6.QtCore import QDate, QDateTime, Qt, QTime, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateTimeEdit,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from officer_app.widgets.attaching import FilesInput
from officer_app.widgets.blocks import BlockBar, Shelf
from officer_app.widgets.checklist import ChecklistInput, Choice
from officer_app.widgets.plain import Label, caption, literal, name
from officer_app.widgets.theme import px

FieldKind = Literal[
    "text", "lines", "choice", "moment", "date", "day", "check", "checklist", "number", "secret", "files"
]


@dataclass(frozen=True)
class Field:
    """One field.

    Its value is str (text, lines, choice, secret), aware datetime in UTC (moment), date (date), date or None (day),
    bool (check), tuple of ids (checklist), int (number) or tuple of paths (files). `check` returns a sentence when the
    value will not do. Lines may have a `shelf` of saved texts.
    """

    key: str
    label: str
    kind: FieldKind = "text"
    value: Any = None
    choices: Sequence[Choice] = ()
    required: bool = False
    hint: str = ""
    placeholder: str = ""
    check: Callable[[Any], str] | None = None
    rows: int = 4
    most: int = 1_000_000
    shelf: Shelf | None = None


class _Edits(QWidget):
    """Base of the inputs: emits `edited` on every change by the person."""

    edited = Signal()


class TextInput(_Edits):
    def __init__(self, field: Field, inner: QLineEdit) -> None:
        super().__init__()
        self.inner = inner
        _fill(self, inner)
        if field.kind == "secret":
            inner.setEchoMode(QLineEdit.EchoMode.Password)
        inner.setPlaceholderText(field.placeholder)
        inner.setMaxLength(10_000)
        inner.textEdited.connect(self.edited)

    def value(self) -> str:
        return self.inner.text() if self.inner.echoMode() == QLineEdit.EchoMode.Password else self.inner.text().strip()

    def put(self, value: Any) -> None:
        self.inner.setText("" if value is None else str(value))


class _Plain(QPlainTextEdit):
    """A text field in which Tab moves on, as everywhere else."""

    def __init__(self) -> None:
        super().__init__()
        self.setTabChangesFocus(True)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if (enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier) or event.key() == Qt.Key.Key_Escape:
            event.ignore()  # the form takes these
            return
        super().keyPressEvent(event)


class LinesInput(_Edits):
    def __init__(self, field: Field, inner: QPlainTextEdit) -> None:
        super().__init__()
        self.inner = inner
        self.blocks: BlockBar | None = None
        if field.shelf is None:
            _fill(self, inner)
        else:
            self.blocks = BlockBar(inner, field.shelf, field.label)
            rows = QVBoxLayout(self)
            rows.setContentsMargins(0, 0, 0, 0)
            rows.setSpacing(px(2))
            rows.addWidget(inner)
            rows.addWidget(self.blocks)
        inner.setPlaceholderText(field.placeholder)
        inner.setFixedHeight(inner.fontMetrics().lineSpacing() * field.rows + px(20))
        inner.textChanged.connect(self.edited)

    def value(self) -> str:
        return self.inner.toPlainText().strip()

    def put(self, value: Any) -> None:
        self.inner.setPlainText("" if value is None else str(value))


class ChoiceInput(_Edits):
    def __init__(self, field: Field, inner: QComboBox) -> None:
        super().__init__()
        self.inner = inner
        _fill(self, inner)
        # A long choice is cut in the closed box; it must not make the form wider than its place.
        inner.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        inner.setMinimumContentsLength(12)
        # A required choice that nobody made yet must not be answered by the first one that happens to stand there.
        if not field.required or field.value not in {choice.id for choice in field.choices}:
            inner.addItem(field.placeholder or self.tr("Choose"), "")
        for choice in field.choices:
            inner.addItem(literal(choice.title), choice.id)
        inner.currentIndexChanged.connect(self.edited)

    def value(self) -> str:
        return str(self.inner.currentData() or "")

    def put(self, value: Any) -> None:
        """Choose it; what cannot be chosen any more (a kept draft may name it) leaves the choice open."""
        at = self.inner.findData("" if value is None else str(value))
        self.inner.setCurrentIndex(at if at >= 0 else self.inner.findData(""))


class MomentInput(_Edits):
    """A date and time as it is read in the controller's zone, kept in UTC; shows which zone is meant."""

    def __init__(self, inner: QDateTimeEdit, zone: tzinfo) -> None:
        super().__init__()
        self.inner, self._zone = inner, zone
        inner.setDisplayFormat("d MMM yyyy  HH:mm")
        inner.setCalendarPopup(True)
        _fill(self, inner, Label(str(zone), role="small"))
        inner.dateTimeChanged.connect(self.edited)

    def value(self) -> datetime:
        shown = self.inner.dateTime()
        day, clock = shown.date(), shown.time()
        local = datetime(day.year(), day.month(), day.day(), clock.hour(), clock.minute(), tzinfo=self._zone)
        return local.astimezone(UTC)

    def put(self, value: Any) -> None:
        moment = value if isinstance(value, datetime) else datetime.now(UTC)
        local = moment.astimezone(self._zone)
        # The edit shows wall time only; the zone is ours, so that the machine's own zone never matters.
        self.inner.setDateTime(QDateTime(QDate(local.year, local.month, local.day), QTime(local.hour, local.minute)))


class DateInput(_Edits):
    def __init__(self, inner: QDateTimeEdit) -> None:
        super().__init__()
        self.inner = inner
        inner.setDisplayFormat("d MMM yyyy")
        inner.setCalendarPopup(True)
        _fill(self, inner)
        inner.dateTimeChanged.connect(self.edited)

    def value(self) -> date:
        day = self.inner.date()
        return date(day.year(), day.month(), day.day())

    def put(self, value: Any) -> None:
        day = value if isinstance(value, date) else datetime.now().astimezone().date()
        self.inner.setDateTime(QDateTime(QDate(day.year, day.month, day.day), _midday()))


class DayInput(_Edits):
    """A day that may be left out: a tick says whether it counts."""

    def __init__(self, field: Field, inner: QDateTimeEdit) -> None:
        super().__init__()
        self.inner = inner
        inner.setDisplayFormat("d MMM yyyy")
        inner.setCalendarPopup(True)
        self.box = QCheckBox()
        name(self.box, field.label)
        _fill(self, inner)
        row = self.layout()
        assert isinstance(row, QHBoxLayout)
        row.insertWidget(0, self.box)
        self.setFocusProxy(self.box)
        self.box.toggled.connect(inner.setEnabled)
        self.box.toggled.connect(self.edited)
        inner.dateTimeChanged.connect(self.edited)

    def value(self) -> date | None:
        day = self.inner.date()
        return date(day.year(), day.month(), day.day()) if self.box.isChecked() else None

    def put(self, value: Any) -> None:
        day = value if isinstance(value, date) else datetime.now().astimezone().date()
        self.inner.setDateTime(QDateTime(QDate(day.year, day.month, day.day), _midday()))
        self.box.setChecked(isinstance(value, date))
        self.inner.setEnabled(self.box.isChecked())


class CheckInput(_Edits):
    def __init__(self, field: Field, inner: QCheckBox) -> None:
        super().__init__()
        self.inner = inner
        inner.setText(caption(field.label))
        _fill(self, inner)
        inner.toggled.connect(self.edited)

    def value(self) -> bool:
        return self.inner.isChecked()

    def put(self, value: Any) -> None:
        self.inner.setChecked(bool(value))


class NumberInput(_Edits):
    def __init__(self, field: Field, inner: QSpinBox) -> None:
        super().__init__()
        self.inner = inner
        inner.setRange(0, field.most)
        inner.lineEdit().setTextMargins(px(7), 0, px(7), 0)  # a spin box passes no padding on to its text
        _fill(self, inner)
        inner.valueChanged.connect(self.edited)

    def value(self) -> int:
        return self.inner.value()

    def put(self, value: Any) -> None:
        self.inner.setValue(int(value or 0))


AnyInput = (
    TextInput
    | LinesInput
    | ChoiceInput
    | MomentInput
    | DateInput
    | DayInput
    | CheckInput
    | ChecklistInput
    | NumberInput
    | FilesInput
)


def make(field: Field, zone: tzinfo) -> AnyInput:
    """Return the input for a field, filled with its value."""
    made: AnyInput
    match field.kind:
        case "text" | "secret":
            made = TextInput(field, QLineEdit())
        case "lines":
            made = LinesInput(field, _Plain())
        case "choice":
            made = ChoiceInput(field, QComboBox())
        case "moment":
            made = MomentInput(QDateTimeEdit(), zone)
        case "date":
            made = DateInput(QDateTimeEdit())
        case "day":
            made = DayInput(field, QDateTimeEdit())
        case "check":
            made = CheckInput(field, QCheckBox())
        case "checklist":
            made = ChecklistInput(field.choices)
        case "number":
            made = NumberInput(field, QSpinBox())
        case "files":
            made = FilesInput(field.label)
    name(made.inner, field.label)
    if made.inner is not made:
        made.inner.setObjectName(f"field-{field.key}")
        if not isinstance(made, DayInput):
            made.setFocusProxy(made.inner)
    else:
        made.setObjectName(f"field-{field.key}")
    if field.hint:
        made.inner.setAccessibleDescription(field.hint)
    made.put(field.value)
    return made


def _midday() -> QTime:
    noon = time(12)
    return QTime(noon.hour, noon.minute)


def _fill(outer: QWidget, *inner: QWidget) -> None:
    row = QHBoxLayout(outer)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(px(8))
    for at, widget in enumerate(inner):
        row.addWidget(widget, 1 if at == 0 else 0)
