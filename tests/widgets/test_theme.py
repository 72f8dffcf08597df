"""The tokens are readable, the schemes switch, and everything grows with the system's font."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from officer_app.widgets import theme
from officer_app.widgets.theme import DARK, LIGHT, Tokens


def luminance(hex_text: str) -> float:
    parts = [int(hex_text[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


GROUNDS = ("window", "panel", "header", "selection", "hover")
WORDS = ("text", "muted", "accent", "red", "amber", "green")
OTHERS = (
    ("red", "red_soft"),
    ("amber", "amber_soft"),
    ("green", "green_soft"),
    ("text", "red_soft"),
    ("text", "amber_soft"),
    ("text", "green_soft"),
    ("accent", "red_soft"),
    ("accent", "green_soft"),
    ("muted", "red_soft"),
    ("muted", "green_soft"),
    ("on_accent", "accent"),
    ("on_accent", "accent_hover"),
)


def test_contrast_is_computed_as_the_standard_does() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_every_text_is_readable_on_every_ground(tokens: Tokens) -> None:
    pairs = [(word, ground) for word in WORDS for ground in GROUNDS] + list(OTHERS)
    poor = {
        pair: round(contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])), 2)
        for pair in pairs
        if contrast(getattr(tokens, pair[0]), getattr(tokens, pair[1])) < 4.5
    }
    assert not poor


@pytest.mark.parametrize("tokens", [LIGHT, DARK], ids=["light", "dark"])
def test_the_edge_of_a_field_and_the_focus_are_seen(tokens: Tokens) -> None:
    for ground in ("panel", "window"):
        assert contrast(tokens.field, getattr(tokens, ground)) >= 3
        assert contrast(tokens.accent, getattr(tokens, ground)) >= 3


def test_the_scheme_switches_and_is_read_from_the_palette(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    assert theme.tokens() is DARK
    assert qapp.palette().color(QPalette.ColorRole.Text).name() == DARK.text
    theme.apply(qapp, "light")
    assert theme.tokens() is LIGHT


def test_system_follows_the_system_and_a_chosen_scheme_does_not(qapp: QApplication) -> None:
    theme.apply(qapp, "dark")
    qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light)
    assert theme.tokens() is DARK
    theme.apply(qapp, "system")
    before = theme.tokens()
    assert before is (DARK if qapp.styleHints().colorScheme() == Qt.ColorScheme.Dark else LIGHT)
    qapp.setPalette(theme.palette(DARK if before is LIGHT else LIGHT))
    qapp.styleHints().colorSchemeChanged.emit(qapp.styleHints().colorScheme())
    assert theme.tokens() is before


def test_source_sans_is_loaded_in_both_weights(qapp: QApplication) -> None:
    assert QFontInfo(theme.font()).family() == "Source Sans Pro"
    assert QFontInfo(theme.font(strong=True)).weight() == 600
    assert QFontInfo(theme.font()).pixelSize() == 14


def test_lengths_grow_with_the_font(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "_scale", lambda: 1.5)
    theme.apply(qapp, "light")
    assert theme.px(38) == 57
    assert theme.font().pixelSize() == 21
    assert "font-size: 30px" in qapp.styleSheet()  # the 20 px title
    monkeypatch.undo()
    theme.apply(qapp, "light")
    assert theme.px(38) == 38


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_style_sheet_has_no_blank_left_and_its_pictures_exist(qapp: QApplication, mode: theme.Mode) -> None:
    from pathlib import Path

    theme.apply(qapp, mode)
    sheet = qapp.styleSheet()
    assert "$" not in sheet
    pictures = [part.split('"')[0] for part in sheet.split('url("')[1:]]
    assert len(pictures) >= 4
    assert all(Path(picture).is_file() for picture in pictures)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_hint_in_an_empty_field_is_readable_as_drawn(qapp: QApplication, qtbot: QtBot, mode: theme.Mode) -> None:
    theme.apply(qapp, mode)
    field = QLineEdit()
    qtbot.addWidget(field)
    field.setPlaceholderText("HIIH")  # upright strokes, so that some pixels have the full colour
    field.resize(200, 32)
    image = field.grab().toImage()
    ground = theme.tokens().panel
    drawn = {image.pixelColor(x, y).name() for x in range(6, 60) for y in range(6, 26)}
    assert max(contrast(colour, ground) for colour in drawn) >= 4.5
