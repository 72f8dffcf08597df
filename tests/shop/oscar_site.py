"""A django-oscar shop of its own process: `python oscar_site.py DATABASE-JSON [fill]` migrates it and fills it."""

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


def order(now: datetime, number: str, user: Any, status: str, days: int, country: Any, email: str = "") -> None:
    """Make one order with its shipping address and a line."""
    from oscar.core.loading import get_model

    order_model = get_model("order", "Order")
    shipping = get_model("order", "ShippingAddress").objects.create(
        first_name=getattr(user, "first_name", "Gast"), last_name=getattr(user, "last_name", "Gästin"),
        line1="1 Copy Street", line4="Berlin", postcode="10115", country=country, phone_number="+493012345678",
    )  # fmt: skip
    made = order_model.objects.create(
        number=number, user=user, status=status, guest_email=email, shipping_address=shipping, currency="EUR",
        total_incl_tax=Decimal("12.50"), total_excl_tax=Decimal("10.00"), shipping_incl_tax=0, shipping_excl_tax=0,
        date_placed=now - timedelta(days=days),
    )  # fmt: skip
    get_model("order", "Line").objects.create(
        order=made, title="Áo dài", partner_sku="a", quantity=2, num_allocated=0, line_price_incl_tax=Decimal("12.50"),
        line_price_excl_tax=10, line_price_before_discounts_incl_tax=10, line_price_before_discounts_excl_tax=10,
    )  # fmt: skip


if __name__ == "__main__":
    configure(json.loads(sys.argv[1]))
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    if "fill" in sys.argv:
        fill(datetime.fromisoformat(sys.argv[3]) if len(sys.argv) > 3 else datetime.now(UTC))
