"""The erase plan of a shop profile and the root of the profile; parsed and checked here, executed elsewhere."""

from __future__ import annotations

import re
from typing import Literal

import msgspec

from officer_app.shop.model import (
    Activity,
    Condition,
    Consent,
    Detect,
    Engine,
    Entity,
    Guard,
    Language,
    Policy,
    Reason,
    Scalar,
    Search,
    Setting,
    SideEffect,
    Struct,
    When,
)

Action = Literal["update", "delete", "detach", "repoint", "copy_and_repoint", "insert", "keep", "file_delete", "api"]

# One placeholder in braces or one call; anything else is a literal.
TEMPLATE = re.compile(
    r"null|mask_digits|json_empty|zero_date|ip_mask\(\d{1,2},\d{1,3}\)|truncate\(\d{1,4}\)"
    r"|json_(?:set|drop)\([\w.\[\]]+\)|unusable_password\((?:django|empty|random_bcrypt)\)"
    r"|random_token\(\d{1,3}\)|recompute\((?:oscar_search_text|oscar_hash|opencart_salt)\)"
)
_CALL = re.compile(r"(?:null|[a-z_]+\([^)]*\)|mask_digits|json_empty|zero_date)\Z")
_PLACES = {"uuid", "id", "n"}


def template_problem(value: Scalar) -> str:
    """Return what is wrong with a value template, "" when it is sound."""
    if not isinstance(value, str):
        return ""
    unknown = [name for name in re.findall(r"\{([^}]*)\}", value) if name not in _PLACES]
    if unknown:
        return f"the placeholder {{{unknown[0]}}} is unknown; known are {{uuid}}, {{id}} and {{n}}"
    if _CALL.match(value) and not TEMPLATE.fullmatch(value):
        return f"the template {value!r} is unknown"
    return ""


class Rows(Struct, frozen=True):
    """How many rows a step may touch for one person; more stops the run."""

    min: int = 0
    max: int = 10_000

    def __post_init__(self) -> None:
        if not 0 <= self.min <= self.max:
            raise ValueError("`min` is at least 0 and at most `max`")


class Step(Struct, frozen=True):
    """One step of the erase plan, carried out in the order of the file."""

    scope: Literal["account", "orders", "all"]
    entity: str
    action: Action
    set: dict[str, Scalar] = msgspec.field(default_factory=dict)
    values: dict[str, Scalar] = msgspec.field(default_factory=dict)
    column: str = ""
    to: dict[str, Scalar] = msgspec.field(default_factory=dict)
    where: tuple[Condition, ...] = ()
    only_if_not_empty: bool = False
    rows: Rows = Rows()
    reason: str = ""
    keep_for: str = ""
    call: str = ""
    when: When | None = None

    def __post_init__(self) -> None:
        needs = {
            "update": ("set", self.set),
            "insert": ("values", self.values),
            "detach": ("column", self.column),
            "repoint": ("to", self.to and self.column),
            "copy_and_repoint": ("set", self.set and self.column),
            "keep": ("reason", self.reason),
            "file_delete": ("reason", self.reason),
            "api": ("call", self.call),
        }
        name, given = needs.get(self.action, ("", True))
        if not given:
            raise ValueError(f"the action {self.action!r} needs `{name}`")
        for column, value in {**self.set, **self.values, **self.to}.items():
            if problem := template_problem(value):
                raise ValueError(f"{column}: {problem}")


class Call(Struct, frozen=True):
    """One operation of the platform's own interface."""

    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    path: str = ""
    body: str = ""
    success: tuple[int, ...] = (200, 204)
    done_already: tuple[int, ...] = (404,)


class Api(Struct, frozen=True):
    """How the platform's own interface is reached."""

    base: str
    auth: Literal["basic", "bearer", "oauth_client", "graphql_token"]
    call: dict[str, Call] = msgspec.field(default_factory=dict)


class Head(Struct, frozen=True):
    """What the profile is for."""

    id: str
    title: str
    engines: tuple[Engine, ...]
    versions: str = ""
    prefix: str = ""
    transactional: bool = True
    writes: Literal["sql", "api", "read-only"] = "read-only"
    zone: str = "UTC"
    region: str = "VN"


class Layout(Struct, frozen=True):
    """A whole profile, fitted to one database: the root of the TOML file without its overlays."""

    profile: Head
    entity: dict[str, Entity]
    detect: Detect = Detect()
    setting: dict[str, Setting] = msgspec.field(default_factory=dict)
    language: Language = Language()
    search: tuple[Search, ...] = ()
    activity: tuple[Activity, ...] = ()
    consent: tuple[Consent, ...] = ()
    reason: tuple[Reason, ...] = ()
    guard: tuple[Guard, ...] = ()
    policy: tuple[Policy, ...] = ()
    erase: tuple[Step, ...] = ()
    side_effect: tuple[SideEffect, ...] = ()
    api: Api | None = None

    @property
    def customer(self) -> Entity:
        """Return the entity every profile has."""
        return self.entity["customer"]

    def of_kind(self, *kinds: str) -> tuple[tuple[str, Entity], ...]:
        """Return the entities of these kinds with their names, in the order of the file."""
        return tuple((name, e) for name, e in self.entity.items() if (e.kind or name) in kinds)
