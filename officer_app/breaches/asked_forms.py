"""The form that asks the shop who is affected; what the shop cannot answer is switched off and says why."""

from collections.abc import Mapping, Sequence
from datetime import tzinfo
from typing import Any

from officer_app.breaches.asked import Asked, Op
from officer_app.breaches.forms import Draft, form_of, tr
from officer_app.widgets.forms import Choice, Field, Form

_TITLES = {"": "Who is affected?", "plus": "Who else is affected?", "minus": "Who of them is not affected?"}


def affected(
    cannot: Mapping[str, str], categories: Sequence[Choice], zone: tzinfo, draft: Draft, op: Op | None = None
) -> Form:
    """The question to the shop; with `op` it adds to what was found, or takes away from it."""
    yes_no = (Choice("yes", tr("With a password")), Choice("no", tr("Without one")))
    days = (("created", tr("Account created")), ("ordered", tr("Ordered")), ("active", tr("Active")))
    fields: list[Field] = []
    for key, title in days:
        hint = cannot.get(key, "")
        fields += [
            Field(f"{key}_from", tr("{0} from").format(title), "day"),
            Field(f"{key}_to", tr("{0} to, included").format(title), "day", hint=hint),
        ]
    fields += [
        Field("product", tr("Ordered this"), placeholder=tr("Words in the product's title"),
              hint=cannot.get("product", "")),
        Field("country", tr("Country"), placeholder=tr("Two letters, as VN"), hint=cannot.get("country", "")),
        Field("state", tr("State of the account"), hint=cannot.get("state", "")),
        Field("has_password", tr("Password"), "choice", "", yes_no, placeholder=tr("With or without"),
              hint=cannot.get("has_password", "")),
        Field("orders", tr("These orders"), "lines", rows=2,
              hint=cannot.get("orders", "") or tr("Numbers of orders, in any order.")),
        Field("pasted", tr("Or these"), "lines", rows=4,
              hint=tr("Customer numbers and e-mails, in any order. What the shop does not know is listed.")),
    ]  # fmt: skip
    if op is None and categories:
        hint = tr("Only if this list is about some of the incident's data. Nothing ticked means all of them.")
        fields.append(Field("only", tr("Only these data"), "checklist", (), categories, hint=hint))
    intro = tr("All that is filled in must hold. Nothing filled in means everybody.")
    form = form_of(tr(_TITLES[op or ""]), fields, tr("Count them"), draft, zone, intro)
    for field in fields:
        name = field.key.removesuffix("_from").removesuffix("_to")
        form.input(field.key).setEnabled(name not in cannot)
    return form


def to_asked(values: Mapping[str, Any]) -> Asked:
    """Return the question as typed."""
    names = (f"{key}_{end}" for key in ("created", "ordered", "active") for end in ("from", "to"))
    days = {each: values[each] for each in names}
    password = {"yes": True, "no": False}.get(values["has_password"])
    return Asked(**days, country=values["country"], state=values["state"], has_password=password,
                 pasted=values["pasted"], product=values["product"], orders=values["orders"])  # fmt: skip
