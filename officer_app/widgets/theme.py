"""The look: colour tokens for light and dark, palettes, Source Sans, all scaled with the system's font."""

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final, Literal, NamedTuple

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication

from officer_app.base import resources
from officer_app.base.errors import BugError
from officer_app.widgets import sheet

Mode = Literal["light", "dark", "system"]

FAMILY: Final = "Source Sans Pro"
_FOLLOWER: Final = "officer-app-theme"
BODY: Final = 14  # px of body text at the system's default font size


class Tokens(NamedTuple):
    """Every colour of one scheme; `…_soft` are the grounds of pills and news in that tone.

    A named tuple, because making a data class of it costs the start several milliseconds.
    """

    window: str
    panel: str
    header: str
    hairline: str
    edge: str
    field: str
    text: str
    muted: str
    accent: str
    accent_hover: str
    on_accent: str
    selection: str
    hover: str
    red: str
    red_soft: str
    amber: str
    amber_soft: str
    green: str
    green_soft: str

    def tone(self, tone: str) -> str:
        """Return the colour for words in this tone; body text for ""."""
        return {"red": self.red, "amber": self.amber, "green": self.green, "accent": self.accent}.get(tone, self.text)

    def soft(self, tone: str) -> str:
        """Return the ground that words in this tone stand on in a pill."""
        return {
            "red": self.red_soft,
            "amber": self.amber_soft,
            "green": self.green_soft,
            "accent": self.selection,
        }.get(tone, self.header)


LIGHT: Final = Tokens(
    window="#f6f6f4",
    panel="#ffffff",
    header="#efeeea",
    hairline="#dedcd6",
    edge="#c9c7c0",
    field="#8b8d8b",
    text="#1f2328",
    muted="#5d6269",
    accent="#1f5f8b",
    accent_hover="#194e73",
    on_accent="#ffffff",
    selection="#e3edf4",
    hover="#f3f5f5",
    red="#b3261e",
    red_soft="#fce8e6",
    amber="#7f5200",
    amber_soft="#fbf0d4",
    green="#2e6b3e",
    green_soft="#e3f1e6",
)
DARK: Final = Tokens(
    window="#1b1d1f",
    panel="#232629",
    header="#2a2d30",
    hairline="#363a3e",
    edge="#4a4f54",
    field="#767c82",
    text="#e4e6e8",
    muted="#a2a8ae",
    accent="#6fb1dc",
    accent_hover="#8cc3e8",
    on_accent="#10212d",
    selection="#2b3b47",
    hover="#272b2e",
    red="#ff8a80",
    red_soft="#3e2523",
    amber="#f0c36d",
    amber_soft="#3d3320",
    green="#8fd19e",
    green_soft="#20352a",
)


def tokens(app: QApplication | None = None) -> Tokens:
    """Return the tokens of the scheme in use; read from the palette, so that no state is kept beside it."""
    palette = app.palette() if app is not None else QGuiApplication.palette()
    return DARK if palette.color(QPalette.ColorRole.Window).lightness() < 128 else LIGHT


def px(length: int) -> int:
    """Return a length drawn for 14 px text, scaled to the font size in use."""
    size = QGuiApplication.font().pixelSize()
    return round(length * size / BODY) if size > 0 else length


def color(hex_text: str) -> QColor:
    """Return a token as a Qt colour."""
    return QColor(hex_text)


def font(size: int = BODY, *, strong: bool = False) -> QFont:
    """Return the family in a size of the drawing (scaled) and weight, for what paints itself."""
    made = QFont(QGuiApplication.font())
    made.setPixelSize(px(size))
    if strong:
        made.setWeight(QFont.Weight.DemiBold)
    return made


def apply(app: QApplication, mode: Mode = "system") -> None:
    """Dress the application; with "system" it follows the system's scheme from then on."""
    follower = app.property(_FOLLOWER)
    if not isinstance(follower, _Follower):
        _load_fonts()
        follower = _Follower(app)
        app.setProperty(_FOLLOWER, follower)
    base = QFont(FAMILY)
    base.setPixelSize(round(BODY * _scale()))
    app.setFont(base)
    follower.mode = mode
    follower.dress()


class _Follower(QObject):
    """Remembers what was asked for, and changes the scheme when the system does and it was "system"."""

    def __init__(self, app: QApplication) -> None:
        super().__init__(app)
        self._app = app
        self.mode: Mode = "system"
        app.styleHints().colorSchemeChanged.connect(self.dress)

    def dress(self) -> None:
        dark = self.mode == "dark"
        if self.mode == "system":
            dark = self._app.styleHints().colorScheme() == Qt.ColorScheme.Dark
        _dress(self._app, DARK if dark else LIGHT)


def _dress(app: QApplication, chosen: Tokens) -> None:
    app.setPalette(palette(chosen))
    shade = "dark" if chosen is DARK else "light"
    icons = {part: resources.path("icons", f"{part}-{shade}.svg").as_posix() for part in ("check", "chevron", "up")}
    app.setStyleSheet(sheet.style_sheet(chosen._asdict(), px, icons))


def _load_fonts() -> None:
    # Found without being imported: the package reads its folder four times over when it is.
    found = find_spec("font_source_sans_pro")
    if found is None or found.origin is None:
        raise BugError("the font package is not installed")
    folder = Path(found.origin).parent / "files"
    for style in ("Regular", "Semibold"):
        QFontDatabase.addApplicationFont(str(folder / f"SourceSansPro-{style}.ttf"))


def _scale() -> float:
    """Return how much larger than usual the person has set the system's font."""
    general = QFontInfo(QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont)).pixelSize()
    usual = 13 if sys.platform == "darwin" else 12 if sys.platform == "win32" or _headless() else 13
    return min(max(general / usual, 0.85), 2.5)


def _headless() -> bool:
    return QGuiApplication.platformName() in ("offscreen", "minimal")


def palette(chosen: Tokens) -> QPalette:
    """Return a complete palette, so that parts without a style rule fit too."""
    role, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    for which, value in (
        (role.Window, chosen.window),
        (role.WindowText, chosen.text),
        (role.Base, chosen.panel),
        (role.AlternateBase, chosen.header),
        (role.ToolTipBase, chosen.header),
        (role.ToolTipText, chosen.text),
        (role.PlaceholderText, chosen.muted),
        (role.Text, chosen.text),
        (role.Button, chosen.panel),
        (role.ButtonText, chosen.text),
        (role.BrightText, chosen.red),
        (role.Light, chosen.panel),
        (role.Midlight, chosen.header),
        (role.Mid, chosen.edge),
        (role.Dark, chosen.field),
        (role.Shadow, chosen.hairline),
        (role.Highlight, chosen.selection),
        (role.HighlightedText, chosen.text),
        (role.Link, chosen.accent),
        (role.LinkVisited, chosen.accent),
        (role.Accent, chosen.accent),
    ):
        made.setColor(which, QColor(value))
    for which in (role.WindowText, role.Text, role.ButtonText):
        made.setColor(group.Disabled, which, QColor(chosen.muted))
    return made
