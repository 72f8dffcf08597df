"""The shape of a shop profile: where a shop keeps what, as strict structures that TOML is read into."""

from __future__ import annotations

from typing import Literal

import msgspec

Scalar = str | int | bool
Engine = Literal["sqlite", "postgresql", "mysql"]
Codec = Literal[
    "plain", "int", "text", "bool", "uuid", "uuid_bin16", "epoch", "epoch_ms", "epoch_text", "datetime",
    "datetime_zero_is_null", "date", "money", "minor_units", "ip_int", "json", "json_list", "comma_list",
    "php_serialized", "lines",
]  # fmt: skip
Kind = Literal[
    "customer", "address", "order", "order_line", "order_party", "order_note", "order_payment", "review",
    "cart", "cart_line", "wishlist", "ticket", "ticket_message", "subscription", "consent_event",
    "login_event", "session", "token", "credential", "download_grant", "search_log", "activity_log",
    "outbox", "gift_card", "generated_document", "index_copy",
]  # fmt: skip
Fold = Literal["exact", "lower", "ci", "normal", "e164", "comparable"]


class Struct(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A part of a profile; a key that it does not know is an error."""


class When(Struct, frozen=True):
    """The facts of the live database under which a part of the profile holds; all of them must."""

    table_exists: str = ""
    table_missing: str = ""
    column_exists: str = ""
    setting: str = ""
    is_: Scalar | None = msgspec.field(name="is", default=None)

    def __post_init__(self) -> None:
        if not (self.table_exists or self.table_missing or self.column_exists or self.setting):
            raise ValueError("`when` names no table, column or setting")
        if bool(self.setting) != (self.is_ is not None):
            raise ValueError("`setting` and `is` belong together")
        if self.column_exists and "." not in self.column_exists:
            raise ValueError("`column_exists` is written as table.column")


class JsonPath(Struct, frozen=True):
    """A value inside a JSON column."""

    column: str
    path: tuple[str, ...]


class Hop(Struct, frozen=True):
    """One join: `on` maps columns of `table` to columns of the table before it."""

    table: str
    on: dict[str, str]
    where: tuple[Condition, ...] = ()


class Aggregate(Struct, frozen=True):
    """The newest, oldest or number of the rows of another entity that belong to the customer."""

    entity: str
    of: Ref | None = None
    how: Literal["max", "min", "count"] = "max"
    by: tuple[Literal["customer", "email"], ...] = ("customer",)
    where: tuple[Condition, ...] = ()


class Source(Struct, frozen=True):
    """Where one value comes from: exactly one of the places below, and how it is written there."""

    column: str = ""
    meta: str = ""
    eav: str = ""
    json: JsonPath | None = None
    setting: str = ""
    const: Scalar | None = None
    first_of: tuple[Ref, ...] = ()
    concat: tuple[Ref, ...] = ()
    aggregate: Aggregate | None = None
    join: tuple[Hop, ...] = ()
    separator: str = " "
    codec: Codec = "plain"
    zone: str = ""
    map: dict[str, str] = msgspec.field(default_factory=dict)

    def __post_init__(self) -> None:
        places = (self.column, self.meta, self.eav, self.json, self.setting, self.const is not None,
                  self.first_of, self.concat, self.aggregate)  # fmt: skip
        if sum(bool(place) for place in places) != 1:
            raise ValueError(
                "a source names exactly one of column, meta, eav, json, setting, const, first_of, concat, aggregate"
            )
        if self.join and not (self.column or self.json):
            raise ValueError("`join` leads to a `column` or to `json`")


Ref = str | Source
"""A source, or simply the name of a column."""


class Condition(Struct, frozen=True):
    """A test on one row; several in a list must all hold, those in `any` need one."""

    of: Ref | None = None
    is_: Scalar | None = msgspec.field(name="is", default=None)
    not_: Scalar | None = msgspec.field(name="not", default=None)
    in_: tuple[Scalar, ...] = msgspec.field(name="in", default=())
    not_in: tuple[Scalar, ...] = ()
    null: bool | None = None
    contains: str = ""
    starts_with: str = ""
    not_starts_with: str = ""
    in_setting: tuple[str, ...] = ()
    any: tuple[Condition, ...] = ()

    def __post_init__(self) -> None:
        tests = (self.is_ is not None, self.not_ is not None, self.in_, self.not_in, self.null is not None,
                 self.contains, self.starts_with, self.not_starts_with, self.in_setting)  # fmt: skip
        if self.any:
            if self.of is not None or any(tests):
                raise ValueError("`any` stands alone in its condition")
        elif self.of is None or sum(bool(test) for test in tests) != 1:
            raise ValueError("a condition names what it looks at (`of`) and exactly one test")


class Meta(Struct, frozen=True):
    """A key/value table beside the entity's own."""

    table: str
    fk: str
    name: str
    value: str


class Eav(Struct, frozen=True):
    """Attributes spread over tables by type; the type "static" means a column of the entity's own table."""

    attributes: str
    values: dict[str, str]
    fk: str
    where: tuple[Condition, ...] = ()
    id: str = "attribute_id"
    code: str = "attribute_code"
    type: str = "backend_type"
    value: str = "value"
    attribute: str = "attribute_id"


class Match(Struct, frozen=True):
    """One way by which a row belongs to a person: the customer's key, an e-mail, or another row of theirs."""

    by: Literal["customer", "email", "via"]
    of: Ref
    fold: Fold = "lower"
    entity: str = ""
    to: str = ""

    def __post_init__(self) -> None:
        if (self.by == "via") != bool(self.entity):
            raise ValueError("`entity` is named by a match `via`, and only there")


class State(Struct, frozen=True):
    """What an order's state means; whatever is in neither list is open unless the profile says otherwise."""

    of: Ref
    label: Ref | None = None
    open: tuple[Scalar, ...] = ()
    final: tuple[Scalar, ...] = ()
    final_when: tuple[tuple[Condition, ...], ...] = ()
    unknown: Literal["open", "final"] = "open"


class Entity(Struct, frozen=True):
    """One kind of rows about people: its table, its key, its fields and how it belongs to a person."""

    table: str
    kind: Kind | None = None
    title: str = ""
    titles: dict[str, str] = msgspec.field(default_factory=dict)  # of columns, where no field says what they hold
    key: str | tuple[str, ...] = "id"
    key_codec: Codec = "plain"
    where: tuple[Condition, ...] = ()
    scope: Ref | None = None
    fields: dict[str, Ref] = msgspec.field(default_factory=dict)
    flags: dict[str, tuple[Condition, ...]] = msgspec.field(default_factory=dict)
    meta: Meta | None = None
    eav: Eav | None = None
    match: tuple[Match, ...] = ()
    state: State | None = None
    payment: State | None = None
    order: tuple[str, ...] = ()
    when: When | None = None

    @property
    def keys(self) -> tuple[str, ...]:
        """Return the key's columns in order."""
        return (self.key,) if isinstance(self.key, str) else self.key


class Search(Struct, frozen=True):
    """What the search box may look into; `fold` says in which form the shop writes the value."""

    by: Literal["email", "phone", "order", "name"]
    of: Ref
    entity: str = "customer"
    fold: Fold = "lower"
    when: When | None = None


class Activity(Struct, frozen=True):
    """One sign of life of a customer, what it means and how exact it is."""

    source: Ref
    meaning: Literal["login", "activity", "order", "payment", "support", "cart", "created", "export"]
    precision: Literal["second", "day", "lower_bound"] = "second"
    when: When | None = None


class Consent(Struct, frozen=True):
    """A consent a customer gave or withdrew."""

    title: str
    of: Ref
    given_at: Ref | None = None
    when: When | None = None


class Reason(Struct, frozen=True):
    """A ground on which an account comes up for review, read from the customer's row."""

    reason: Literal["cancel", "false", "rule-breaking"]
    where: tuple[Condition, ...]
    since: Ref | None = None
    when: When | None = None


class Guard(Struct, frozen=True):
    """What must not be there when an account is erased; `title` is what the officer reads."""

    id: str
    title: str
    entity: str = "customer"
    where: tuple[Condition, ...] = ()
    open: bool = False
    unpaid: bool = False
    when: When | None = None


class Setting(Struct, frozen=True):
    """A value in a configuration table of the shop: the row `row` of column `key`."""

    table: str
    key: str
    value: str
    row: str
    codec: Codec = "text"


class Detect(Struct, frozen=True):
    """How to recognise the platform in a live database."""

    tables: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


class Language(Struct, frozen=True):
    """In which language a customer is written to when the shop does not record one."""

    default: str = "en"
    by_country: dict[str, str] = msgspec.field(default_factory=lambda: {"VN": "vi"})


class Policy(Struct, frozen=True):
    """A setting of the platform's own that overlaps with ours, such as its inactive-account job."""

    title: str
    setting: str
    meaning: str
    when: When | None = None


class SideEffect(Struct, frozen=True):
    """What SQL alone does not reach, to be ticked off after an erasure."""

    what: str
    kind: Literal["cache", "index", "denormalised", "session", "file", "webhook", "external"]
    remedy: Literal["command", "api", "manual", "none"] = "manual"
    command: str = ""
    blocking: bool = False
    when: When | None = None
