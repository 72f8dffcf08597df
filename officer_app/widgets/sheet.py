"""The one style sheet, written from the colour tokens and scaled lengths."""

from collections.abc import Callable, Mapping
from string import Template

_SHEET = Template("""
QToolTip { background: $header; color: $text; border: 1px solid $edge; padding: ${p4}px; }
QLabel { background: transparent; }
QLabel[role="muted"] { color: $muted; }
QLabel[role="small"] { color: $muted; font-size: ${p12}px; }
QLabel[role="title"] { font-size: ${p20}px; font-weight: 600; }
QLabel[role="display"] { font-size: ${p26}px; font-weight: 600; }
QLabel[role="section"] { color: $muted; font-size: ${p12}px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="red"] { color: $red; }
QLabel[role="amber"] { color: $amber; }
QLabel[role="green"] { color: $green; }
QLabel[pill="true"] { border-radius: ${p10}px; padding: 0 ${p10}px; font-size: ${p13}px; font-weight: 600;
    min-height: ${p20}px; max-height: ${p20}px; background: $header; color: $muted; }
QLabel[pill="true"][tone="red"] { background: $red_soft; color: $red; }
QLabel[pill="true"][tone="amber"] { background: $amber_soft; color: $amber; }
QLabel[pill="true"][tone="green"] { background: $green_soft; color: $green; }
QLabel[pill="true"][tone="accent"] { background: $selection; color: $accent; }

QPushButton { background: $panel; color: $text; border: 1px solid $edge; border-radius: ${p4}px;
    padding: 0 ${p12}px; min-height: ${p28}px; }
QPushButton:hover { background: $header; }
QPushButton:pressed { background: $selection; }
QPushButton:focus { border: 2px solid $accent; padding: 0 ${p11}px; min-height: ${p26}px; }
QPushButton:disabled { background: $window; color: $muted; border-color: $hairline; }
QPushButton[look="primary"] { background: $accent; color: $on_accent; border-color: $accent; font-weight: 600; }
QPushButton[look="primary"]:hover { background: $accent_hover; border-color: $accent_hover; }
QPushButton[look="primary"]:focus { border: 2px solid $text; }
QPushButton[look="primary"]:disabled { background: $header; color: $muted; border-color: $hairline; }
QPushButton[look="quiet"] { background: transparent; border-color: transparent; color: $muted; }
QPushButton[look="quiet"]:hover { background: $header; color: $text; }
QPushButton[look="quiet"]:focus { border-color: $accent; color: $text; }
QPushButton[look="small"] { min-height: ${p22}px; padding: 0 ${p10}px; }
QPushButton[look="small"]:focus { min-height: ${p20}px; padding: 0 ${p9}px; }
QPushButton[look="link"] { background: transparent; border-color: transparent; color: $accent; padding: 0 ${p4}px;
    min-height: ${p18}px; text-align: left; }
QPushButton[look="link"]:hover { text-decoration: underline; }
QPushButton[look="link"]:focus { border: 1px solid $accent; }
QPushButton[look="link"]:disabled { color: $muted; }
QPushButton[look="chip"] { border-radius: ${p13}px; padding: 0 ${p11}px; min-height: ${p24}px; color: $muted; }
QPushButton[look="chip"]:hover { color: $text; }
QPushButton[look="chip"]:focus { border: 2px solid $accent; padding: 0 ${p10}px; min-height: ${p22}px; }
QPushButton[look="chip"]:checked { background: $selection; color: $text; border-color: $accent; }
QPushButton[look="chip"]:disabled { background: transparent; color: $muted; border: 1px dashed $edge; }
QPushButton[look="due"] { background: transparent; border: none; }
QPushButton::menu-indicator { image: none; width: 0; }

QLineEdit, QPlainTextEdit, QComboBox, QDateTimeEdit, QSpinBox { background: $panel; color: $text;
    border: 1px solid $field; border-radius: ${p4}px; padding: 0 ${p8}px; min-height: ${p30}px;
    selection-background-color: $accent; selection-color: $on_accent; }
QPlainTextEdit { padding: ${p4}px; }
QLineEdit, QPlainTextEdit { placeholder-text-color: $muted; }
QLineEdit:focus, QPlainTextEdit:focus, QComboBox:focus, QDateTimeEdit:focus, QSpinBox:focus {
    border: 2px solid $accent; padding: 0 ${p7}px; min-height: ${p28}px; }
QPlainTextEdit:focus { padding: ${p3}px; }
QLineEdit:disabled, QPlainTextEdit:disabled, QComboBox:disabled, QDateTimeEdit:disabled, QSpinBox:disabled {
    background: $window; color: $muted; border-color: $edge; }
QLineEdit[bad="true"], QPlainTextEdit[bad="true"], QComboBox[bad="true"], QDateTimeEdit[bad="true"] {
    border-color: $red; }
QComboBox::drop-down, QDateTimeEdit::drop-down { border: none; width: ${p24}px; }
QComboBox::down-arrow, QDateTimeEdit::down-arrow { image: url("$chevron"); width: ${p12}px; height: ${p12}px; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $edge; outline: none;
    selection-background-color: $selection; selection-color: $text; padding: ${p4}px; }
QSpinBox::up-button, QSpinBox::down-button { width: 0; border: none; }
QCheckBox, QRadioButton { spacing: ${p8}px; min-height: ${p24}px; border: 1px solid transparent; }
QCheckBox:focus, QRadioButton:focus { border: 1px solid $accent; border-radius: ${p4}px; }
QCheckBox::indicator { width: ${p15}px; height: ${p15}px; border: 1px solid $field; border-radius: ${p3}px;
    background: $panel; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; image: url("$check"); }
QCheckBox::indicator:disabled { background: $window; border-color: $edge; }
QCheckBox:disabled { color: $muted; }

QTableView, QListView { background: $panel; border: none; outline: none; selection-background-color: $selection;
    selection-color: $text; }
QHeaderView { background: $header; border: none; }
QHeaderView::section { background: $header; color: $muted; border: none; border-bottom: 1px solid $hairline;
    padding: 0 ${p12}px; font-weight: 400; }
QHeaderView::section:hover { color: $text; }
QHeaderView::down-arrow { image: url("$chevron"); width: ${p12}px; height: ${p12}px; subcontrol-position: center right;
    right: ${p6}px; }
QHeaderView::up-arrow { image: url("$up"); width: ${p12}px; height: ${p12}px; subcontrol-position: center right;
    right: ${p6}px; }
QTabBar { background: $window; }
QTabBar::tab { background: transparent; color: $muted; border: none; border-bottom: 2px solid transparent;
    padding: ${p8}px ${p16}px; margin: 0; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; font-weight: 600; border-bottom: 2px solid $accent; }
QTabBar::tab:focus { background: $selection; }
QScrollArea { background: transparent; border: none; }
QSplitter::handle { background: $hairline; }
QSplitter::handle:hover { background: $accent; }
QProgressBar { background: $header; border: none; border-radius: ${p4}px; max-height: ${p8}px; min-height: ${p8}px; }
QProgressBar::chunk { background: $accent; border-radius: ${p4}px; }
QMenu { background: $panel; border: 1px solid $edge; padding: ${p4}px; }
QMenu::item { padding: ${p6}px ${p24}px ${p6}px ${p12}px; border-radius: ${p3}px; }
QMenu::item:selected { background: $selection; color: $text; }
QMenu::item:disabled { color: $muted; }
QMenu::separator { height: 1px; background: $hairline; margin: ${p4}px; }
QScrollBar:vertical { background: transparent; width: ${p12}px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: ${p12}px; margin: 0; }
QScrollBar::handle { background: $edge; border-radius: ${p4}px; margin: ${p2}px; min-height: ${p30}px;
    min-width: ${p30}px; }
QScrollBar::handle:hover { background: $field; }
QScrollBar::add-line, QScrollBar::sub-line, QScrollBar::add-page, QScrollBar::sub-page { background: none;
    border: none; width: 0; height: 0; }

*[ground="window"] { background: $window; }
*[ground="panel"] { background: $panel; }
*[ground="header"] { background: $header; }
QFrame[line="true"] { background: $hairline; border: none; }
QFrame[news="true"] { border-radius: ${p4}px; background: $selection; }
QFrame[news="true"][tone="red"] { background: $red_soft; }
QFrame[news="true"][tone="amber"] { background: $amber_soft; }
QFrame[news="true"][tone="green"] { background: $green_soft; }
QFrame[card="true"] { background: $panel; border: 1px solid $edge; border-radius: ${p6}px; }
""")


def style_sheet(colours: Mapping[str, str], px: Callable[[int], int], icons: Mapping[str, str] | None = None) -> str:
    """Return the sheet for the colours of one scheme; `icons` maps "check", "chevron" and "up" to picture files."""
    lengths = {f"p{length}": str(px(length)) for length in range(1, 41)}
    pictures = {"check": "", "chevron": "", "up": "", **(icons or {})}
    return _SHEET.substitute({**colours, **lengths, **pictures})
