"""The policy in force: packs, the shop's own terms and holidays, and the stored due dates they would move."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSplitter, QVBoxLayout, QWidget

from officer_app.base.change import Change
from officer_app.base.errors import KnownError
from officer_app.base.steps import Step
from officer_app.policy.book import Book
from officer_app.policy.calendar import HolidayChange
from officer_app.policy.moves import Move
from officer_app.policy.pack import Pack
from officer_app.settings.reading_panel import ReadingPanel
from officer_app.settings.rules_in_force import OwnTerm, PolicyChoice, Rules
from officer_app.widgets import words
from officer_app.widgets.casefile import CaseFile, CaseHeader, Fact, Pill, Section
from officer_app.widgets.checklist import Choice
from officer_app.widgets.forms import Field, Form
from officer_app.widgets.plain import name
from officer_app.widgets.theme import px
from officer_app.widgets.work import Work


@dataclass(frozen=True)
class _State:
    """What the panel shows, read in one go away from the window."""

    choice: PolicyChoice
    packs: tuple[Pack, ...]
    book: Book
    moves: tuple[Move, ...]
    refused: tuple[str, ...]
    holidays: Mapping[int, Mapping[date, str]]  # of this year and the next


class PolicyPanel(QWidget):
    """What is in force with its verbs on the left, the rules to read on the right."""

    def __init__(self, rules: Rules, work: Work, policy: Callable[[], Book], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rules, self._work, self._policy = rules, work, policy
        self._state: _State | None = None
        name(self, self.tr("Policy"))
        self.file = CaseFile()
        self.file.clear(self.tr("Reading the rules"))
        self.file.chosen.connect(self._step)
        self.file.asked.connect(self._remove)
        self.reading = ReadingPanel()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(1)
        split.addWidget(self.file)
        split.addWidget(self.reading)
        split.setSizes([px(760), px(760)])
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.addWidget(split)
        self.reload()

    def reload(self) -> None:
        """Read again what is in force."""
        self._work.run(self._read, self._show, self.file.news.show_trouble, owner=self)

    def _read(self) -> _State:
        choice, book = self._rules.choice(), self._policy()
        year = self._rules.now().astimezone(book.zone).year
        days = {one: book.calendars[0].holidays(one) for one in (year, year + 1)}
        refused = tuple(str(one) for one in self._rules.refused)
        return _State(choice, self._rules.available(), book, self._rules.moves(), refused, days)

    # --- what it shows ---

    def _show(self, state: _State) -> None:
        self._state = state
        header = CaseHeader(self.tr("Rules in force"), state.book.version_text)
        self.file.show_case(header, self._sections(state), self._steps(state))
        self.reading.show_packs(state.packs, state.choice.packs)

    def _sections(self, state: _State) -> tuple[Section, ...]:
        choice, zone = state.choice, state.book.zone
        packs = [
            Fact(pack.title["en"], self.tr("version {0}").format(pack.version), Pill(self.tr("unverified parts"))
                 if not all(rule.verified for rule in pack.rules) else None)
            for pack in state.book.packs
        ]  # fmt: skip
        packs += [Fact(self.tr("Country"), choice.country), Fact(self.tr("Time zone"), str(zone))]
        packs += [Fact(self.tr("Country of {0}").format(key), value) for key, value in (choice.countries or {}).items()]
        terms = [
            Fact(one.rule, f"{one.term}\n{one.source}", action=f"term:{at}", action_title=self.tr("Remove"))
            for at, one in enumerate(choice.terms)
        ]
        sections = [Section(self.tr("Packs"), packs)]
        if state.refused:
            sections.append(
                Section(self.tr("Files that were not used"), [Fact("", one, tone="red") for one in state.refused])
            )
        if state.moves:
            sections.append(
                Section(self.tr("Stored due dates that differ now"), [self._move(one) for one in state.moves])
            )
        empty = "" if terms else self.tr("None: every length is the pack's.")
        sections.append(Section(self.tr("The shop's own terms"), terms, empty))
        for year, days in state.holidays.items():
            sections.append(Section(self.tr("Holidays {0}").format(year), self._days(choice, year, days)))
        return tuple(sections)

    def _days(self, choice: PolicyChoice, year: int, days: Mapping[date, str]) -> list[Fact]:
        own = {one.day: at for at, one in enumerate(choice.holidays)}
        told = dict(days)
        told.update({
            one.day: self.tr("is worked ({0})").format(one.source)
            for one in choice.holidays if one.working and one.day.year == year
        })  # fmt: skip
        return [
            Fact(_day(day), title, Pill(self.tr("own")), action=f"day:{own[day]}", action_title=self.tr("Remove"))
            if day in own else Fact(_day(day), title)
            for day, title in sorted(told.items())
        ]  # fmt: skip

    def _move(self, move: Move) -> Fact:
        zone = self._policy().zone
        before = words.day(move.stored.due, zone)
        duty = move.stored.duty.replace("-", " ")
        if move.now is None:
            return Fact(move.stored.reference, self.tr("{0}: {1}; no rule is left for it").format(duty, before))
        text = self.tr("{0}: {1} would be {2}").format(duty, before, words.day(move.now.due, zone))
        return Fact(move.stored.reference, text, Pill(self.tr("earlier"), "amber") if move.earlier else None)

    def _steps(self, state: _State) -> tuple[Step, ...]:
        closed = self._rules.closed
        movable = any(one.now is not None for one in state.moves)
        why = closed or ("" if movable else self.tr("No stored due date differs from the rules in force."))
        return (
            Step("packs", self.tr("Choose packs"), enabled=not closed, why_not=closed),
            Step("term", self.tr("Set an own term"), enabled=not closed, why_not=closed),
            Step("day", self.tr("Add a holiday"), enabled=not closed, why_not=closed),
            Step("move", self.tr("Move due dates"), primary=movable, enabled=not why, why_not=why),
        )

    # --- verbs ---

    def _step(self, step: str) -> None:
        self.file.news.clear()
        {"packs": self.choose_packs, "term": self.set_term, "day": self.add_day, "move": self.move_dates}[step]()

    def _ask(self, form: Form, submit: Callable[[Mapping[str, Any]], None]) -> None:
        form.submitted.connect(submit)
        form.cancelled.connect(self.file.close_form)
        self.file.open_form(form)

    @property
    def state(self) -> _State:
        """What is shown; the verbs exist only once it was read."""
        assert self._state is not None
        return self._state

    def choose_packs(self) -> None:
        """Ask which packs hold, where the shop is and which clocks it reads."""
        choice = self.state.choice
        packs = tuple(Choice(one.id, one.title["en"], one.source) for one in self.state.packs)
        form = Form(
            self.tr("Packs in force"),
            (
                Field("packs", self.tr("Packs"), "checklist", choice.packs, packs, required=True),
                Field("country", self.tr("Country of the shop"), value=choice.country, required=True,
                      hint=self.tr("Two letters, such as VN; its holidays count. A region as in DE-BY.")),
                Field("zone", self.tr("Time zone"), value=choice.zone, required=True),
                Field("eu", self.tr("EU country"), value=(choice.countries or {}).get("eu-gdpr", ""),
                      hint=self.tr("Whose holidays count in the EU pack, such as DE.")),
            ),
            submit=self.tr("Save"),
            intro=self.tr("With several packs the earliest deadline holds, and a notice says what any demands."),
        )  # fmt: skip
        self._ask(form, self._save_packs)

    def _save_packs(self, values: Mapping[str, Any]) -> None:
        eu = values["eu"].strip().upper()
        countries = {**(self.state.choice.countries or {}), "eu-gdpr": eu}
        self._save(
            replace(
                self.state.choice,
                packs=values["packs"],
                country=values["country"].upper(),
                zone=values["zone"],
                countries={key: value for key, value in countries.items() if value} or None,
            )
        )

    def set_term(self) -> None:
        """Ask for the shop's own length of one rule."""
        rules = tuple(
            Choice(f"{pack.id}/{rule.id}", f"{rule.title['en']}: {rule.term}")
            for pack in self.state.book.packs
            for rule in pack.rules
            if rule.valid_to is None
        )
        form = Form(
            self.tr("Set an own term"),
            (
                Field("rule", self.tr("Rule"), "choice", None, rules, required=True),
                Field("term", self.tr("Own length"), required=True, placeholder=self.tr("such as 1 working day")),
                Field("source", self.tr("Who decided it"), required=True, placeholder=self.tr("and when")),
            ),
            submit=self.tr("Save"),
            intro=self.tr(
                "A shorter term is the shop's own choice. A longer one than the law's stays the shop's risk."
            ),
        )
        self._ask(form, self._save_term)

    def _save_term(self, values: Mapping[str, Any]) -> None:
        pack, _, rule = values["rule"].partition("/")
        others = tuple(one for one in self.state.choice.terms if (one.pack, one.rule) != (pack, rule))
        term = OwnTerm(pack, rule, values["term"], values["source"])
        self._save(replace(self.state.choice, terms=(*others, term)))

    def add_day(self) -> None:
        """Ask for a holiday that was announced, or a day that is worked although the calendar says otherwise."""
        form = Form(
            self.tr("Add a holiday"),
            (
                Field(
                    "day",
                    self.tr("Day"),
                    "date",
                    self._rules.now().astimezone(self.state.book.zone).date(),
                    required=True,
                ),
                Field("name", self.tr("Name"), placeholder=self.tr("such as Company day")),
                Field("working", self.tr("The other way round: this day is worked"), "check"),
                Field("source", self.tr("Announced in"), required=True),
            ),
            submit=self.tr("Save"),
            check=self._check_day,
        )
        self._ask(form, self._save_day)

    def _check_day(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {} if values["name"] or values["working"] else {"name": self.tr("Fill this in.")}

    def _save_day(self, values: Mapping[str, Any]) -> None:
        choice = self.state.choice
        day = HolidayChange(choice.country, values["day"], values["name"], values["working"], values["source"])
        others = tuple(one for one in choice.holidays if (one.country, one.day) != (day.country, day.day))
        self._save(replace(choice, holidays=(*others, day)))

    def _remove(self, action: str) -> None:
        kind, _, at = action.partition(":")
        choice = self.state.choice
        if kind == "term":
            self._save(replace(choice, terms=(*choice.terms[: int(at)], *choice.terms[int(at) + 1 :])))
        else:
            self._save(replace(choice, holidays=(*choice.holidays[: int(at)], *choice.holidays[int(at) + 1 :])))

    def move_dates(self) -> None:
        """Ask which stored due dates move, and why."""
        zone = self.state.book.zone
        movable = [one for one in self.state.moves if one.now is not None]
        choices = tuple(
            Choice(str(at), f"{one.stored.reference}, {one.stored.duty.replace('-', ' ')}",
                   f"{words.day(one.stored.due, zone)} → {words.day(one.now.due, zone)}. {one.now.how}")
            for at, one in enumerate(movable) if one.now is not None
        )  # fmt: skip
        form = Form(
            self.tr("Move due dates"),
            (
                Field(
                    "chosen",
                    self.tr("Due dates"),
                    "checklist",
                    tuple(one.id for one in choices),
                    choices,
                    required=True,
                ),
                Field(
                    "reason",
                    self.tr("Reason"),
                    "lines",
                    required=True,
                    rows=2,
                    hint=self.tr("It goes into every case."),
                ),
            ),
            submit=self.tr("Move"),
        )

        def submit(values: Mapping[str, Any]) -> None:
            chosen = [movable[int(at)] for at in values["chosen"]]
            self._run(lambda: self._rules.apply(chosen, values["reason"]))

        self._ask(form, submit)

    def _save(self, choice: PolicyChoice) -> None:
        self._run(lambda: self._rules.save(choice))

    def _run(self, op: Callable[[], Change]) -> None:
        self._work.run(op, self._done, self._refused, owner=self)

    def _refused(self, error: KnownError) -> None:
        if isinstance(self.file.form, Form):
            self.file.form.show_trouble(error)
        else:
            self.file.news.show_trouble(error)

    def _done(self, change: Change) -> None:
        self.file.close_form()
        self.file.news.show_news(change.news, "green")
        self.reload()


def _day(day: date) -> str:
    return f"{day:%a} {day.day} {day:%b}"
