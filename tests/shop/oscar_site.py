"""A django-oscar shop of its own process: `oscar_site.py DATABASE-JSON [fill|crowd|use]` migrates, fills or uses it."""

import json
import sys
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import django
from django.conf import settings


def configure(database: dict[str, Any]) -> None:
    """Set Django up with every app that django-oscar brings."""
    from oscar import INSTALLED_APPS, defaults

    settings.configure(
        **{name: value for name, value in vars(defaults).items() if name.startswith("OSCAR_")}
        | {
            "SECRET_KEY": "tests",
            "USE_TZ": True,
            "TIME_ZONE": "UTC",
            "SITE_ID": 1,
            "ROOT_URLCONF": "oscar_site",
            "DATABASES": {"default": database},
            "INSTALLED_APPS": [
                "django.contrib.admin",
                "django.contrib.auth",
                "django.contrib.contenttypes",
                "django.contrib.sessions",
                "django.contrib.messages",
                "django.contrib.sites",
                "django.contrib.flatpages",
                *(app for app in INSTALLED_APPS if not app.startswith("django.contrib.")),
            ],
            "PASSWORD_HASHERS": ["django.contrib.auth.hashers.MD5PasswordHasher"],
            "HAYSTACK_CONNECTIONS": {"default": {"ENGINE": "haystack.backends.simple_backend.SimpleEngine"}},
            "OSCAR_INITIAL_ORDER_STATUS": "Pending",
            "OSCAR_ORDER_STATUS_PIPELINE": {
                "Pending": ("Being processed", "Cancelled"),
                "Being processed": ("Complete", "Cancelled"),
                "Complete": (),
                "Cancelled": (),
                "Held for a strange reason": (),
            },
        }
    )
    django.setup()


urlpatterns: list[Any] = []


def fill(now: datetime) -> None:
    """Make customers, addresses, orders and baskets through the shop's own models."""
    from oscar.core.compat import get_user_model
    from oscar.core.loading import get_model

    user_model = get_user_model()
    country_model = get_model("address", "Country")
    address_model = get_model("address", "UserAddress")
    basket_model = get_model("basket", "Basket")
    review_model = get_model("reviews", "ProductReview")
    alert_model = get_model("customer", "ProductAlert")
    vietnam = country_model.objects.create(iso_3166_1_a2="VN", printable_name="Vietnam", name="VIET NAM")
    germany = country_model.objects.create(iso_3166_1_a2="DE", printable_name="Germany", name="GERMANY")

    def customer(name: str, first: str, last: str, joined: int, seen: int | None, **more: Any) -> Any:
        user = user_model.objects.create_user(name, f"{name}@Example.com", "pass phrase", first_name=first,
                                              last_name=last, **more)  # fmt: skip
        user.date_joined = now - timedelta(days=joined)
        user.last_login = None if seen is None else now - timedelta(days=seen)
        user.save()
        return user

    def address(user: Any, first: str, last: str, country: Any, phone: str, *, default: bool) -> None:
        address_model.objects.create(
            user=user, first_name=first, last_name=last, line1=f"{phone[-2:]} Lê Lợi", line4="Huế", postcode="530000",
            country=country, phone_number=phone, is_default_for_shipping=default,
        )  # fmt: skip

    hoa = customer("hoa", "Hoa", "Lê", 300, 2)
    long_gone = customer("long.gone", "Đức", "Nguyễn", 400, 90)
    asleep = customer("asleep", "Jörg", "Müller", 400, 90)
    customer("never", "Never", "Seen", 80, None)
    customer("fresh", "Fresh", "Face", 3, None)
    ordered = customer("ordered", "Ordered", "Lately", 400, 200)
    customer("boss", "Big", "Boss", 900, 300, is_staff=True)
    shared = customer("twin", "Twin", "One", 30, 1)
    twin = customer("twin2", "Twin", "Two", 30, 1)
    twin.email = shared.email.upper()
    twin.set_unusable_password()
    twin.is_active = False
    twin.save()
    address(hoa, "Hoa", "Lê", vietnam, "+84912345678", default=True)
    address(hoa, "Hoa", "Lê", vietnam, "+84912345679", default=False)
    address(asleep, "Jörg", "Müller", germany, "+4915112345678", default=True)
    order(now, "100001", hoa, "Complete", 20, vietnam)
    order(now, "100002", long_gone, "Held for a strange reason", 200, vietnam)
    order(now, "100003", ordered, "Complete", 10, vietnam)
    order(now, "100004", None, "Complete", 30, germany, email="Guest@Example.org")
    order(now, "100005", None, "Pending", 100, germany, email="ASLEEP@example.com")
    for user in (hoa, asleep):
        basket = basket_model.objects.create(owner=user)
        basket_model.objects.filter(pk=basket.pk).update(date_created=now - timedelta(days=100))
    product = get_model("catalogue", "Product").objects.create(
        title="Áo dài",
        product_class=get_model("catalogue", "ProductClass").objects.create(name="Clothes"),
    )
    review_model.objects.create(product=product, user=hoa, title="Nice", body="Very nice", score=5)
    alert_model.objects.create(product=product, email="only.alert@example.net", key="k", status="Active")


def order(
    now: datetime, number: str, user: Any, status: str, days: int, country: Any, email: str = "",
    address: dict[str, Any] | None = None,
) -> None:  # fmt: skip
    """Make one order with its shipping address and a line."""
    from oscar.core.loading import get_model

    order_model = get_model("order", "Order")
    shipping = get_model("order", "ShippingAddress").objects.create(**(address or {
        "first_name": getattr(user, "first_name", "Gast"), "last_name": getattr(user, "last_name", "Gästin"),
        "line1": "1 Copy Street", "line4": "Berlin", "postcode": "10115", "country": country,
        "phone_number": "+493012345678",
    }))  # fmt: skip
    made = order_model.objects.create(
        number=number, user=user, status=status, guest_email=email, shipping_address=shipping, currency="EUR",
        total_incl_tax=Decimal("12.50"), total_excl_tax=Decimal("10.00"), shipping_incl_tax=0, shipping_excl_tax=0,
        date_placed=now - timedelta(days=days),
    )  # fmt: skip
    get_model("order", "Line").objects.create(
        order=made, title="Áo dài", partner_sku="a", quantity=2, num_allocated=0, line_price_incl_tax=Decimal("12.50"),
        line_price_excl_tax=10, line_price_before_discounts_incl_tax=10, line_price_before_discounts_excl_tax=10,
    )  # fmt: skip


def crowd(count: int) -> None:
    """Make customers who used everything the shop has, each with words that are theirs alone."""
    from oscar.core.compat import get_user_model
    from oscar.core.loading import get_model

    now = datetime(2025, 1, 1, 12, tzinfo=UTC)
    country = get_model("address", "Country").objects.first()
    product = get_model("catalogue", "Product").objects.first()
    voucher = get_model("voucher", "Voucher").objects.create(
        name="Spring", code="SPRING", start_datetime=now, end_datetime=now + timedelta(days=900)
    )
    staff = get_user_model().objects.filter(is_staff=True).first()
    for n in range(count):
        name, email, phone = f"Quyen{n}zz", f"quyen{n}zz@people.example", f"+8491{n:07}"
        user = get_user_model()(username=name, email=email, first_name=name, last_name=f"Vuong{n}zz", password="!",
                                date_joined=now, last_login=now)  # fmt: skip
        user.set_password("pass phrase")
        user.save()
        place = {
            "title": "Mr", "first_name": name, "last_name": f"Vuong{n}zz", "line1": f"{n} Pho{n}zz", "line4": "Hue",
            "postcode": "530000", "country": country,
        }  # fmt: skip
        get_model("address", "UserAddress").objects.create(user=user, phone_number=phone, notes=f"Ring {name}", **place)
        get_model("basket", "Basket").objects.create(owner=user)
        wishes = get_model("wishlists", "WishList").objects.create(owner=user, name=f"For {name}")
        get_model("wishlists", "Line").objects.create(wishlist=wishes, product=product, title=f"Gift of {name}")
        get_model("wishlists", "WishListSharedEmail").objects.create(wishlist=wishes, email=f"friend.{email}")
        review = get_model("reviews", "ProductReview").objects.create(
            product=product, user=user, name=name, email=email, title="Fine", body="Fine", score=5
        )
        get_model("reviews", "Vote").objects.create(review=review, user=user, delta=1)
        get_model("communication", "Email").objects.create(
            user=user, email=email, subject=f"Dear {name}", body_text=f"Dear {name}", body_html=f"<p>{name}</p>"
        )
        get_model("communication", "Notification").objects.create(
            recipient=user, sender=staff, subject=f"Dear {name}", body=email
        )
        get_model("customer", "ProductAlert").objects.create(product=product, user=user, key=f"k{n}", status="Active")
        get_model("customer", "ProductAlert").objects.create(
            product=product, email=email.upper(), key=f"m{n}", status="Active"
        )
        get_model("payment", "Bankcard").objects.create(
            user=user, card_type="Visa", name=f"{name} Vuong{n}zz", number="XXXX-1", expiry_date=now.date(),
            partner_reference=f"ref-{name}",
        )  # fmt: skip
        get_model("analytics", "UserSearch").objects.create(user=user, query=f"gift for {name}")
        get_model("analytics", "UserProductView").objects.create(user=user, product=product)
        get_model("analytics", "UserRecord").objects.create(user=user)
        order(now, f"9{n:06}", user, "Complete", 0, country, address={**place, "phone_number": phone})
        made = get_model("order", "Order").objects.get(number=f"9{n:06}")
        made.billing_address = get_model("order", "BillingAddress").objects.create(**place)
        made.save()
        get_model("order", "OrderNote").objects.create(order=made, user=staff, message=f"{name} called")
        get_model("voucher", "VoucherApplication").objects.create(voucher=voucher, user=user, order=made)


def use() -> dict[str, Any]:
    """Let the shop's own code work: who can sign in, and what the lists of orders show."""
    from django.test import RequestFactory
    from oscar.apps.customer.auth_backends import EmailBackend
    from oscar.core.compat import get_user_model
    from oscar.core.loading import get_class, get_model

    found: dict[str, Any] = {"signed in": [], "orders": {}, "all orders": []}
    for user in get_user_model().objects.order_by("pk"):
        request = RequestFactory().get("/")
        email = user.email
        if EmailBackend().authenticate(request, email, "pass phrase") == user:
            found["signed in"].append(user.pk)
        request.user = user
        view = get_class("customer.views", "OrderHistoryView")()
        view.setup(request)
        response = view.get(request)
        found["orders"][user.pk] = [one.number for one in response.context_data["orders"]]
    for one in get_model("order", "Order").objects.select_related("shipping_address", "billing_address", "user"):
        parts = [one.number, one.email, str(one.shipping_address or ""), str(one.billing_address or "")]
        address = one.shipping_address
        if address is not None:  # what the shop itself would write into the column
            was = address.search_text
            address._update_search_text()
            parts += [str(was == address.search_text)]
        found["all orders"].append(parts + [line.title for line in one.lines.all()])
    return found


if __name__ == "__main__":
    configure(json.loads(sys.argv[1]))
    from django.core.management import call_command

    if "use" in sys.argv:
        print(json.dumps(use()))  # noqa: T201
        sys.exit(0)
    if "crowd" in sys.argv:
        crowd(int(sys.argv[3]))
        sys.exit(0)
    call_command("migrate", verbosity=0)
    if "fill" in sys.argv:
        fill(datetime.fromisoformat(sys.argv[3]) if len(sys.argv) > 3 else datetime.now(UTC))
