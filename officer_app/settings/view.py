"""The settings page: five sections, each a panel of its own."""

from collections.abc import Callable

from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout, QWidget

from officer_app.policy.book import Book
from officer_app.settings.connection_panel import ConnectionPanel
from officer_app.settings.erasing_panel import ErasingPanel
from officer_app.settings.policy_panel import PolicyPanel
from officer_app.settings.service import Settings
from officer_app.settings.shop_panel import ShopPanel
from officer_app.settings.signature_panel import SignaturePanel
from officer_app.settings.window_panel import WindowPanel
from officer_app.widgets.casefile import rule
from officer_app.widgets.plain import caption, name
from officer_app.widgets.work import Work


class SettingsPage(QWidget):
    """Shop details, shop connection, policy, window, signature, erasing."""

    def __init__(
        self, settings: Settings, work: Work, policy: Callable[[], Book], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        name(self, self.tr("Settings"))
        self.shop = ShopPanel(settings, work)
        self.connection = ConnectionPanel(settings.connecting, work)
        self.rules = PolicyPanel(settings.rules, work, policy)
        self.window_panel = WindowPanel(settings, work)
        self.signature = SignaturePanel(settings.signing, work, policy)
        self.erasing = ErasingPanel(settings.writing, work, settings.connecting.no_keyring)
        self.tabs = QTabBar()
        self.tabs.setExpanding(False)
        self.tabs.setDrawBase(False)
        name(self.tabs, self.tr("Sections"))
        self._stack = QStackedWidget()
        for title, panel in (
            (self.tr("Shop details"), self.shop),
            (self.tr("Shop connection"), self.connection),
            (self.tr("Policy"), self.rules),
            (self.tr("Window"), self.window_panel),
            (self.tr("Signature"), self.signature),
            (self.tr("Erasing"), self.erasing),
        ):
            self.tabs.addTab(caption(title))
            self._stack.addWidget(panel)
        self.tabs.currentChanged.connect(self._stack.setCurrentIndex)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self.tabs)
        rows.addWidget(rule())
        rows.addWidget(self._stack, 1)
        self.setFocusProxy(self.tabs)
