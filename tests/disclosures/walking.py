"""Walks through a disclosure in random steps, and judges every release by an account of its own, not by the gate."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, TypeVar

from officer_app.base.errors import KnownError
from officer_app.disclosures import leaving, rules
from officer_app.disclosures.demand import (
    JUDICIAL,
    Choice,
    Confirmation,
    Contact,
    Demand,
    Disclosure,
    Intake,
    Item,
    Package,
    Packs,
    Refusal,
    Telling,
)
from tests.disclosures.making import BROKER, POLICE, START

PACKS = Packs(
    frozenset({"police", "court", "procuracy"}),
    frozenset({"name", "email", "mobile", "address", "password", "orders", "payment"}),
)
FIELDS = ("name", "address", "orders", "password", "payment")
ITEMS = (
    Item("name", "name", "Name", (("name", "Hoa"),)),
    Item("address:1", "address", "Address", (("city", "Hà Nội"),)),
    Item("address:2", "address", "Address", (("city", "Huế"),), "100001", date(2026, 3, 1)),
    Item("order:1", "orders", "Order 100001", (("number", "100001"),), "100001", date(2026, 3, 1)),
    Item("order:2", "orders", "Order 100002", (("number", "100002"),), "100002", date(2026, 9, 1)),
    Item("order:3", "orders", "Order 100003", (("number", "100003"),), "100003", None),
    Item("password", "password", "Password", (("password", "x"),)),
    Item("payment:1", "payment", "Payment of order 100001", (("paid", "no"),), "100001", date(2026, 3, 1)),
    Item("soul", "soul", "Soul", (("soul", "x"),)),
)
LIMITS: tuple[dict[str, Any], ...] = (
    {}, {}, {}, {"orders": ("100001",)}, {"orders": ("#100002", "100003")}, {"since": date(2026, 6, 1)},
    {"until": date(2026, 6, 1)}, {"since": date(2026, 2, 1), "until": date(2026, 3, 1)},
)  # fmt: skip
T = TypeVar("T")
PEOPLE = ("linh", "minh", "ngoc")
WHOLE: dict[str, Any] = {
    "number": "118/PC02",
    "dated": date(2026, 11, 20),
    "legal_basis": "CPC 88",
    "signatory": "Thành",
    "matter": "44/2026",
}


class Dice:
    """Numbers read from bytes, so that a failing walk shrinks to a short one."""

    def __init__(self, data: bytes) -> None:
        self._data, self._at = data, 0

    def roll(self, sides: int) -> int:
        if self._at >= len(self._data):
            raise EOFError
        self._at += 1
        return self._data[self._at - 1] % sides

    def pick(self, choices: tuple[T, ...]) -> T:
        return choices[self.roll(len(choices))]


@dataclass
class Account:
    """What really happened, kept apart from the case."""

    demand: Demand
    marketing: bool
    papers: int = 0
    customer: str = ""
    verified: tuple[str, ...] | None = None
    word: Confirmation | None = None
    chooser: str = ""
    chosen: frozenset[str] = frozenset()
    cleared: frozenset[str] = frozenset()
    fair: bool = False
    granted: bool = False
    made: bool = False
    refused: bool = False
    pressed: bool = False
    cooled: bool = False


class Walk:
    """One case and a row of steps; `marks` notes what was met on the way."""

    def __init__(self, data: bytes) -> None:
        self.dice, self.marks = Dice(data), set[str]()
        self.now, self.forgets = START, -1
        self.case: Disclosure
        self.account: Account

    def go(self) -> None:
        """Walk until the numbers run out."""
        try:
            self._start()
            while True:
                self._step()
        except EOFError:
            return

    def _start(self) -> None:
        base = self.dice.pick((POLICE, POLICE, BROKER, BROKER, replace(BROKER, purpose="marketing")))
        if self.dice.roll(8) == 0:
            base = replace(base, purpose="marketing")
        demand = replace(base, **WHOLE) if base.sort == JUDICIAL else base
        if base.sort == JUDICIAL and self.dice.roll(3) == 0:
            gap = self.dice.pick(tuple(WHOLE))
            empty: dict[str, Any] = {gap: None if gap == "dated" else ""}
            demand = replace(demand, **empty)
        self.forgets = self.dice.roll(12)  # one walk in four forgets one of the usual steps for good
        scope = tuple(field for field in FIELDS if self.dice.roll(4))
        demand = replace(demand, scope=scope, urgent=self.dice.roll(4) == 0, **self.dice.pick(LIMITS))
        case = rules.record(Intake(demand, "letter", self.now), self.now, PACKS)
        self.case = replace(case, reference="D-2026-0001")
        self.account = Account(demand, demand.purpose == "marketing")

    def _step(self) -> None:
        usual = (self._paper, self._link, self._call if self.case.demand.judicial else self._confirm, self._choose,
                 self._clear, self._make, self._hand_over)  # fmt: skip
        strange = (
            self._facts, self._withdraw, self._withdraw, self._wait, self._refuse, self._reopen, self._close,
            self._tell, self._link, self._call, self._confirm, self._choose, self._clear, self._hand_over,
            self._make, self._take, self._take, self._drop, self._cool,
        )  # fmt: skip
        step = self._next(usual) if self.dice.roll(5) else self.dice.pick(strange)
        try:
            step()
        except KnownError as error:
            if "Who chose the data" in str(error):
                self.marks.add("wrong eyes")
            if "for marketing" in str(error):
                self.marks.add("marketing")
            if "needs a second person" in str(error):
                self.marks.add("override alone")

    def _next(self, usual: tuple[Callable[[], None], ...]) -> Callable[[], None]:
        case = self.case
        done = (bool(case.papers), case.subject.linked, bool(case.calls or case.confirmations), case.choice is not None,
                case.clearance is not None, case.package is not None)  # fmt: skip
        pairs = enumerate(zip(usual, done, strict=False))
        left = [step for at, (step, past) in pairs if not past and at != self.forgets]
        return (left or usual[-1:])[0]

    # --- steps: the rules first, and only what they accept goes into the account ---

    def _paper(self) -> None:
        self.case = rules.attach(self.case, (f"e{self.account.papers}",))
        self.account.papers += 1

    def _link(self) -> None:
        customer = self.dice.pick(("1", "1", "1", "2", "none"))
        self.case = rules.link(self.case, customer, "Hoa", "")
        self.account.customer = "" if customer == "none" else customer
        self._moved(choice=True)

    def _facts(self) -> None:
        field = self.dice.pick((*WHOLE, "agency", "purpose", "purpose_words", "scope", "limits"))
        values: dict[str, object] = {
            "dated": self.dice.pick((None, date(2026, 11, 19))),
            "purpose": self.dice.pick(("marketing", "other", "service-and-delivery")),
            "scope": tuple(one for one in FIELDS if self.dice.roll(2)),
        }
        value = values.get(field, self.dice.pick(("", "changed")))
        demand = replace(self.case.demand, **{field: value})  # type: ignore[arg-type]
        self.case = rules.change_facts(self.case, demand, "they wrote again", PACKS)
        self.account.demand = demand
        self.account.marketing = self.account.marketing or demand.purpose == "marketing"
        self._moved(choice=True)

    def _call(self) -> None:
        contact = Contact(
            "c1", self.dice.pick(("police", "police", "police", "court")), "Police", "024 3939 3939", "website",
            START - timedelta(days=9), "linh", retired=START if self.dice.roll(8) == 0 else None,
        )  # fmt: skip
        passed = self.dice.roll(4) > 0
        whom = self.dice.pick(("Hùng", "Hùng", "Hùng", ""))
        at = self.now - timedelta(hours=self.dice.pick((0, 0, 0, 1000)))
        self.case = rules.call(self.case, contact, whom, passed, "", at, self.now, self.dice.pick(PEOPLE))
        right = passed and contact.body == self.account.demand.body and contact.retired is None and at >= START and whom
        self.account.verified = _paper_of(self.account.demand) if right else None
        self.account.pressed = self.account.pressed or not passed
        self._moved()

    def _cool(self) -> None:
        self.case = rules.cool(self.case, self.dice.pick(("", "nothing happens")), self.now, "linh")
        self.account.cooled = True

    def _confirm(self) -> None:
        demand = self.case.demand
        given = self.now - timedelta(hours=self.dice.pick((0, 0, 1, -5)))
        word = Confirmation(
            self.dice.pick((self.case.subject.customer, self.case.subject.customer, "2")),
            self.dice.pick((demand.agency, demand.agency, demand.agency, "Somebody else")),
            self.dice.pick((demand.purpose, demand.purpose, demand.purpose, "service-and-delivery")),
            tuple(field for field in FIELDS if self.dice.roll(3)),
            given,
            given + timedelta(hours=self.dice.pick((200, 200, 3, 0))),
            self.dice.pick(("e0", "e0", "e0", "e9", "")),
            "e-mail",
            "linh",
            self.dice.pick((demand.purpose_words, demand.purpose_words, "something else")),
            orders=self.dice.pick(((), (), (), ("100001",))),
        )
        self.case = rules.confirm(self.case, word, self.now)
        self.account.word = word
        self._moved(choice=True)

    def _withdraw(self) -> None:
        was = self.case.clearance is not None
        self.case = rules.withdraw_confirmation(self.case, self.now)
        self.account.word = None
        if self.case.release is None:
            self._moved()
            self.marks |= {"cleared then withdrawn"} if was else set()

    def _choose(self) -> None:
        beyond = self.dice.pick(("", "", "", "the case needs it"))
        if self.dice.roll(3):
            items = tuple(one for one in ITEMS if (beyond or self._inside(one)) and self.dice.roll(3))
            items = tuple(one for one in items if one.category not in ("password", "soul"))
        else:
            items = tuple(one for one in ITEMS if self.dice.roll(3) == 0)
        by = self.dice.pick(PEOPLE)
        choice = Choice(items, "needed", by, self.now, beyond, outside=self.dice.pick(((), ("payment:1",))))
        self.case = leaving.choose(self.case, choice, PACKS, self.now)
        self._moved()
        self.account.chooser, self.account.chosen = by, frozenset(item.key for item in items)

    def _clear(self) -> None:
        by, others = self.dice.pick(PEOPLE), self.dice.roll(4) > 0
        override = self.dice.pick(("", "it is needed"))
        self.case = leaving.clear(self.case, by, others, PACKS, self.now, override)
        self.account.cleared = self.account.chosen
        self.account.fair = by != self.account.chooser or not others
        self.account.granted = bool(override) and by != self.account.chooser
        self.account.made = False

    def _make(self) -> None:
        package = Package("N-2026-0001", "0" * 64, (), "linh", self.now)
        self.case = leaving.freeze(self.case, package, PACKS, self.now)
        self.account.made = True
        self._judge(self.now)

    def _take(self) -> None:
        """Take the files out to look at them or save them: the data leaves by that as well."""
        leaving.may_take(self.case, PACKS, self.now)
        if self.case.release is None:
            self._judge(self.now)
            self.marks.add("taken")
        assert self.account.made

    def _drop(self) -> None:
        self.case = leaving.drop_package(self.case)
        self.account.made = False

    def _hand_over(self) -> None:
        at = self.now - timedelta(hours=self.dice.pick((0, 0, 0, 1, 50, -2)))
        word = self.account.word
        if self.case.clearance is not None and word is not None and self.now >= word.expires:
            self.marks.add("expired")
        self.case = leaving.hand_over(self.case, "Thành", "post", "linh", at, PACKS, self.now)
        assert at <= self.now
        for moment in (at, self.now):
            self._judge(moment)
        assert self.account.made
        self.marks.add(f"released {self.account.demand.sort}")

    def _refuse(self) -> None:
        self.case = rules.refuse(self.case, Refusal("no", "C3", "linh", self.now))
        self.account.refused = True
        self._moved()
        self.marks.add("refused")
        if self.dice.roll(2):
            self.case = rules.refusal_sent(self.case, self.now)

    def _reopen(self) -> None:
        self.case = rules.reopen(self.case, "more came")
        self.account.refused = False
        self._moved()

    def _close(self) -> None:
        if self.dice.roll(2):
            self.case = rules.acknowledge(self.case, self.now)
        self.case = rules.close(self.case, "no reply", self.now)
        self._moved()
        self.account.refused = True

    def _tell(self) -> None:
        telling = Telling(self.dice.pick(("yes", "secrecy", "not before")), "ordered", "linh", self.now,
                          self.now + timedelta(days=9))  # fmt: skip
        self.case = leaving.decide_telling(self.case, telling, self.now)

    def _wait(self) -> None:
        self.now += timedelta(hours=self.dice.pick((1, 10, 100, 300)))

    def _moved(self, *, choice: bool = False) -> None:
        """The ground moved: no earlier clearance counts, and perhaps no earlier choice."""
        self.account.cleared = frozenset()
        self.account.fair = self.account.granted = self.account.made = False
        if choice:
            self.account.chosen, self.account.chooser = frozenset(), ""

    # --- the account ---

    def _inside(self, item: Item) -> bool:
        """Whether demand and confirmation name this item, by a reading of their own."""
        demand, word = self.account.demand, self.account.word
        named = set(demand.scope) - {"password"}
        orders = [demand.orders]
        if demand.sort != JUDICIAL and word is not None:
            named &= set(word.fields)
            orders.append(word.orders)
        if item.category not in named:
            return False
        if not item.order:
            return True
        if any(numbers and item.order not in [one.removeprefix("#") for one in numbers] for numbers in orders):
            return False
        if demand.since is None and demand.until is None:
            return True
        return item.day is not None and not (
            (demand.since is not None and item.day < demand.since)
            or (demand.until is not None and item.day > demand.until)
        )

    def _judge(self, at: datetime) -> None:
        """Fail unless data leaving at this moment has every ground it needs."""
        account, demand = self.account, self.account.demand
        assert not account.marketing and demand.purpose != "marketing"
        assert not account.refused
        assert account.cleared and account.cleared == account.chosen
        assert account.fair, "one pair of eyes where two are needed"
        assert account.customer
        items = [item for item in ITEMS if item.key in account.cleared]
        assert not any(item.category in ("password", "soul") for item in items)
        outside = [item.key for item in items if not self._inside(item)]
        if demand.sort == JUDICIAL:
            assert demand.number and demand.dated and demand.legal_basis and demand.signatory and demand.matter
            assert account.papers
            assert account.verified == _paper_of(demand), "not verified as it stands"
            assert account.cooled or not (demand.urgent and account.pressed), "pressed and never cooled"
            assert not outside or account.granted, "outside the demand without a second person's reason"
            self.marks |= {"override"} if outside else set()
        else:
            word = account.word
            assert word is not None, "without the buyer's word"
            assert word.customer == account.customer and word.recipient == demand.agency
            assert word.purpose == demand.purpose
            assert demand.purpose != "other" or word.purpose_words == demand.purpose_words
            assert word.given <= at <= self.now < word.expires
            assert not outside, "outside the confirmation"
            assert word.evidence in {f"e{number}" for number in range(account.papers)}


def _paper_of(demand: Demand) -> tuple[str, ...]:
    return (demand.body, demand.agency, demand.number, str(demand.dated), demand.legal_basis, demand.signatory)
