"""The profile model carries what other platforms do: key/value rows, status tables, binary keys, EAV, JSON."""

from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import pytest
import sqlalchemy as sa

from officer_app.shop import affected, customers, profile, review
from officer_app.shop.address import Address
from officer_app.shop.affected import Filter
from officer_app.shop.connection import Shop, connect
from tests.servers import PASSWORD, Server
from tests.shop.conftest import maria_url, new_database

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
Small = Callable[[str, str], Shop]

WOO = """
CREATE TABLE x7_users (ID bigint PRIMARY KEY, user_email varchar(100), user_pass varchar(255), display_name text,
    user_registered varchar(30));
CREATE TABLE x7_usermeta (umeta_id integer PRIMARY KEY, user_id bigint, meta_key varchar(255), meta_value text);
CREATE TABLE x7_options (option_name varchar(191), option_value text);
CREATE TABLE x7_wc_orders (id bigint PRIMARY KEY, status varchar(20), type varchar(20), customer_id bigint,
    billing_email varchar(320), date_created_gmt varchar(30), total_amount decimal(26,8), currency varchar(10));
CREATE TABLE x7_wc_order_addresses (id bigint PRIMARY KEY, order_id bigint, address_type varchar(20),
    first_name text, last_name text, address_1 text, city text, postcode text, country text, phone varchar(100));
INSERT INTO x7_options VALUES ('woocommerce_custom_orders_table_enabled', 'yes'),
    ('woocommerce_delete_inactive_accounts', 'a:2:{s:6:"number";i:6;s:4:"unit";s:6:"months";}');
INSERT INTO x7_users VALUES (1, 'admin@woo.example', 'h', 'Admin', '2020-01-01 00:00:00'),
    (2, 'Thi.Mai@woo.example', 'h', 'mai', '2024-01-01 00:00:00'),
    (3, 'sleep@woo.example', 'h', 'sleep', '2024-01-01 00:00:00'),
    (4, 'import@woo.example', '', 'import', '0000-00-00 00:00:00');
INSERT INTO x7_usermeta (user_id, meta_key, meta_value) VALUES
    (1, 'x7_capabilities', 'a:1:{s:13:"administrator";b:1;}'),
    (2, 'x7_capabilities', 'a:1:{s:8:"customer";b:1;}'), (3, 'x7_capabilities', 'a:1:{s:8:"customer";b:1;}'),
    (4, 'x7_capabilities', 'a:1:{s:10:"subscriber";b:1;}'),
    (2, 'billing_first_name', 'Mai'), (2, 'first_name', ''), (2, 'last_name', 'Trần'),
    (2, 'billing_phone', '0912 345 678'), (2, 'billing_country', 'VN'), (2, 'billing_address_1', '5 Lê Lợi'),
    (2, 'billing_city', 'Huế'), (2, 'wc_last_active', '1795000000'), (3, 'wc_last_active', '1700000000');
INSERT INTO x7_wc_orders VALUES
    (10, 'wc-processing', 'shop_order', 2, 'thi.mai@woo.example', '2026-11-01 10:00:00', 12.5, 'EUR'),
    (11, 'wc-completed', 'shop_order', 0, 'Guest@woo.example', '2026-10-01 10:00:00', 5, 'EUR'),
    (12, 'wc-plugin-state', 'shop_order', 3, 'sleep@woo.example', '2023-10-01 10:00:00', 5, 'EUR'),
    (13, 'wc-processing', 'shop_order_refund', 3, 'sleep@woo.example', '2023-10-02 10:00:00', 5, 'EUR');
INSERT INTO x7_wc_order_addresses VALUES
    (1, 11, 'shipping', 'Gast', 'Müller', 'Hauptstr. 1', 'Köln', '50667', 'DE', '+49221');
"""

WOO_PROFILE = """
[profile]
id = "woo"
title = "WooCommerce"
engines = ["sqlite", "mysql"]
prefix = "wp_"
zone = "UTC"

[detect]
tables = ["{p}users", "{p}usermeta", "{p}options"]

[setting.hpos]
table = "{p}options"
key = "option_name"
value = "option_value"
row = "woocommerce_custom_orders_table_enabled"

[setting.inactive]
table = "{p}options"
key = "option_name"
value = "option_value"
row = "woocommerce_delete_inactive_accounts"
codec = "php_serialized"

[entity.customer]
table = "{p}users"
key = "ID"
where = [{ any = [
    { of = { meta = "{p}capabilities" }, contains = '"customer"' },
    { of = { meta = "{p}capabilities" }, contains = '"subscriber"' },
] }]
meta = { table = "{p}usermeta", fk = "user_id", name = "meta_key", value = "meta_value" }

[entity.customer.fields]
email = "user_email"
first_name = { first_of = [{ meta = "first_name" }, { meta = "billing_first_name" }] }
last_name = { meta = "last_name" }
phone = { meta = "billing_phone" }
country = { meta = "billing_country" }
created = { column = "user_registered", codec = "datetime_zero_is_null" }

[entity.customer.flags]
has_password = [{ of = "user_pass", not = "" }]

[entity.billing]
kind = "address"
table = "{p}users"
key = "ID"
match = [{ by = "customer", of = "ID" }]
where = [{ of = { meta = "billing_address_1" }, null = false }]
meta = { table = "{p}usermeta", fk = "user_id", name = "meta_key", value = "meta_value" }

[entity.billing.fields]
line1 = { meta = "billing_address_1" }
city = { meta = "billing_city" }
country = { meta = "billing_country" }

[entity.order]
table = "{p}posts_old"
when = { setting = "hpos", is = "no" }

[entity.shipping]
kind = "order_party"
table = "{p}wc_order_addresses"
match = [{ by = "via", entity = "order", of = "order_id" }]
when = { setting = "hpos", is = "yes" }

[entity.shipping.fields]
name = { concat = ["first_name", "last_name"] }
line1 = "address_1"
city = "city"
postcode = "postcode"
country = "country"
phone = "phone"

[[overlay]]
when = { setting = "hpos", is = "yes" }

[overlay.entity.order]
table = "{p}wc_orders"
key = "id"
where = [{ of = "type", is = "shop_order" }]
match = [{ by = "customer", of = "customer_id" }, { by = "email", of = "billing_email" }]
when = { table_exists = "{p}wc_orders" }

[overlay.entity.order.fields]
number = "id"
email = "billing_email"
placed = "date_created_gmt"
total = { column = "total_amount", codec = "money" }
currency = "currency"

[overlay.entity.order.state]
of = "status"
open = ["wc-pending", "wc-processing", "wc-on-hold", "wc-checkout-draft"]
final = ["wc-completed", "wc-cancelled", "wc-refunded", "wc-failed"]

[[search]]
by = "email"
of = "user_email"

[[search]]
by = "email"
entity = "order"
of = "billing_email"

[[search]]
by = "phone"
of = { meta = "billing_phone" }
fold = "exact"

[[search]]
by = "name"
of = { meta = "last_name" }

[[activity]]
source = { meta = "wc_last_active", codec = "epoch_text" }
meaning = "activity"
precision = "day"

[[guard]]
id = "open-order"
title = "An order is still open."
entity = "order"
open = true

[[policy]]
title = "The shop deletes inactive accounts itself"
setting = "inactive"
meaning = "Agree the two periods."
"""


@pytest.fixture(params=["sqlite", pytest.param("mysql", marks=pytest.mark.server)])
def woo(request: pytest.FixtureRequest) -> Iterator[Shop]:
    if request.param == "sqlite":
        yield request.getfixturevalue("small")(WOO, WOO_PROFILE)
        return
    server: Server = request.getfixturevalue("mariadb")
    engine = sa.create_engine(new_database(maria_url(server), "woo"))
    with engine.begin() as connection:
        connection.exec_driver_sql("SET sql_mode = ''")
        script = WOO.replace("integer PRIMARY KEY", "integer PRIMARY KEY AUTO_INCREMENT")
        script = script.replace("user_registered varchar(30)", "user_registered datetime")
        for statement in script.split(";\n"):
            if statement.strip():
                connection.exec_driver_sql(statement.replace("%", "%%"))
    engine.dispose()
    where = Address("mysql", host=server.host, port=server.port, database="woo", user=server.user,
                    ca_file=str(server.ca))  # fmt: skip
    with closing(connect(where, PASSWORD, profile.parse(WOO_PROFILE))) as shop:
        yield shop


def test_key_value_rows_of_woocommerce(woo: Shop) -> None:
    assert [m.key for m in customers.find(woo, "thi.mai@woo.example")] == ["2"]
    assert [m.name for m in customers.find(woo, "0912 345 678")] == ["Mai Trần"]
    assert [m.name for m in customers.find(woo, "trần")] == ["Mai Trần"]
    assert customers.find(woo, "admin@woo.example").rows == ()
    card = customers.card(woo, "2")
    assert (card.account.first_name, card.account.phone, card.account.language) == ("Mai", "0912 345 678", "vi")
    assert [p.lines for p in card.addresses] == [("5 Lê Lợi", "Huế")]
    assert [(o.number, o.open, o.total) for o in card.orders] == [("10", True, "12.50")]
    assert (card.activity.at, card.activity.meaning, card.activity.precision) == (
        datetime.fromtimestamp(1795000000, UTC), "activity", "day"
    )  # fmt: skip
    imported = customers.card(woo, "4")
    assert imported.account.created is None
    assert imported.activity.at is None
    assert imported.account.has_password is False


def test_review_of_woocommerce_leaves_the_unknown_alone(woo: Shop) -> None:
    found = review.candidates(woo, now=NOW).rows
    assert [(c.key, c.reason, [b.guard for b in c.blocks]) for c in found] == [("3", "inactive", ["open-order"])]
    assert [(j.title, j.value) for j in review.platform_jobs(woo)] == [
        ("The shop deletes inactive accounts itself", 'a:2:{s:6:"number";i:6;s:4:"unit";s:6:"months";}')
    ]


def test_guests_of_woocommerce(woo: Shop) -> None:
    people = [r for chunk in affected.stream(woo, Filter()) for r in chunk]
    assert [(r.name, r.email, r.lines, r.guest) for r in people if r.guest] == [
        ("Gast Müller", "guest@woo.example", ("Hauptstr. 1", "50667 Köln"), True)
    ]
    assert affected.count(woo, Filter()).total == len(people) == 4


PRESTA = """
CREATE TABLE ps_customer (id_customer integer PRIMARY KEY, email text, firstname text, lastname text, passwd text,
    active integer, deleted integer, id_lang integer, date_add text);
CREATE TABLE ps_lang (id_lang integer PRIMARY KEY, iso_code text);
CREATE TABLE ps_address (id_address integer PRIMARY KEY, id_customer integer, phone_mobile text);
CREATE TABLE ps_orders (id_order integer PRIMARY KEY, reference text, id_customer integer, current_state integer,
    date_add text);
CREATE TABLE ps_order_state (id_order_state integer PRIMARY KEY, shipped integer);
CREATE TABLE ps_order_state_lang (id_order_state integer, id_lang integer, name text);
CREATE TABLE ps_configuration (name text, value text);
INSERT INTO ps_lang VALUES (1, 'vi'), (2, 'fr');
INSERT INTO ps_customer VALUES (1, 'a@presta.example', 'An', 'Lê', 'x', 1, 0, 1, '2026-11-20 23:30:00'),
    (2, 'b@presta.example', 'Bea', 'Bon', 'x', 1, 1, 2, '2024-01-01 00:00:00'),
    (3, 'c@presta.example', 'Cé', 'Bon', 'x', 0, 0, 2, '0000-00-00 00:00:00');
INSERT INTO ps_address VALUES (1, 1, '0912345678'), (2, 0, '0912345678');
INSERT INTO ps_order_state VALUES (2, 0), (4, 1), (5, 1), (6, 0), (7, 0), (99, 0);
INSERT INTO ps_order_state_lang VALUES (2, 1, 'Paid'), (4, 1, 'Shipped'), (6, 1, 'Canceled'), (99, 1, 'Own state');
INSERT INTO ps_configuration VALUES ('PS_OS_CANCELED', '6'), ('PS_OS_REFUND', '7');
INSERT INTO ps_orders VALUES (1, 'PAID', 1, 2, '2026-11-20 23:30:00'), (2, 'SENT', 1, 4, '2026-11-19 10:00:00'),
    (3, 'CANC', 1, 6, '2026-11-18 10:00:00'), (4, 'OWNX', 1, 99, '2026-11-17 10:00:00'),
    (5, 'NULL', 1, NULL, '2026-11-16 10:00:00'), (6, 'GONE', 1, 123, '2026-11-15 10:00:00');
"""

PRESTA_PROFILE = """
[profile]
id = "presta"
title = "PrestaShop"
engines = ["sqlite", "mysql"]
prefix = "ps_"
zone = "Asia/Ho_Chi_Minh"

[setting.canceled]
table = "{p}configuration"
key = "name"
value = "value"
row = "PS_OS_CANCELED"

[setting.refund]
table = "{p}configuration"
key = "name"
value = "value"
row = "PS_OS_REFUND"

[entity.customer]
table = "{p}customer"
key = "id_customer"

[entity.customer.fields]
email = "email"
first_name = "firstname"
last_name = "lastname"
language = { column = "iso_code", join = [{ table = "{p}lang", on = { id_lang = "id_lang" } }] }
mobile = { aggregate = { entity = "address", of = "phone_mobile" } }
created = { column = "date_add", codec = "datetime_zero_is_null" }
state = { column = "active", codec = "bool", map = { true = "active", false = "inactive" } }

[entity.address]
table = "{p}address"
key = "id_address"
where = [{ of = "id_customer", not = 0 }]
match = [{ by = "customer", of = "id_customer" }]

[entity.address.fields]
mobile = "phone_mobile"

[entity.order]
table = "{p}orders"
key = "id_order"
match = [{ by = "customer", of = "id_customer" }]
order = ["id_order"]

[entity.order.fields]
number = "reference"
placed = "date_add"

[entity.order.state]
of = "current_state"
label = { column = "name", join = [{ table = "{p}order_state_lang", on = { id_order_state = "current_state" } }] }
final_when = [
    [{ is = 1, of = { column = "shipped", join = [
        { table = "{p}order_state", on = { id_order_state = "current_state" } },
    ] } }],
    [{ of = "current_state", in_setting = ["canceled", "refund"] }],
]

[[search]]
by = "phone"
entity = "address"
of = "phone_mobile"
fold = "exact"

[[activity]]
source = { aggregate = { entity = "order", of = "date_add" } }
meaning = "order"
precision = "lower_bound"

[[reason]]
reason = "cancel"
where = [{ of = "deleted", is = 1 }]
"""


def test_status_tables_and_settings_of_prestashop(small: Small) -> None:
    shop = small(PRESTA, PRESTA_PROFILE)
    card = customers.card(shop, "1")
    assert {o.number: (o.state, o.open) for o in card.orders} == {
        "PAID": ("Paid", True),
        "SENT": ("Shipped", False),
        "CANC": ("Canceled", False),
        "OWNX": ("Own state", True),
        "NULL": ("", True),
        "GONE": ("", True),
    }
    assert (card.account.language, card.account.mobile, card.account.state) == ("vi", "0912345678", "active")
    # The shop writes its own local time without a zone.
    assert card.activity.at == datetime(2026, 11, 20, 16, 30, tzinfo=UTC)
    assert [m.key for m in customers.find(shop, "0912 345 678")] == ["1"]
    assert customers.card(shop, "3").account.created is None


def test_local_time_filters_of_prestashop(small: Small) -> None:
    shop = small(PRESTA, PRESTA_PROFILE)
    late = Filter(created_from=datetime(2026, 11, 20, 17, 0, tzinfo=UTC))
    early = Filter(created_from=datetime(2026, 11, 20, 16, 0, tzinfo=UTC))
    assert affected.count(shop, late).total == 0
    assert affected.count(shop, early).total == 1
    assert [r.key for c in affected.stream(shop, Filter(state="inactive")) for r in c] == ["3"]
    assert [c.key for c in review.candidates(shop, now=NOW)] == ["2"]


SHOPWARE = """
CREATE TABLE customer (id blob PRIMARY KEY, customer_number text, first_name text, last_name text, email text,
    guest integer, last_login text, created_at text, custom_fields text);
CREATE TABLE state_machine_state (id blob, technical_name text);
CREATE TABLE "order" (id blob, version_id blob, order_number text, state_id blob, order_date_time text);
CREATE TABLE order_customer (id blob, version_id blob, order_id blob, order_version_id blob, customer_id blob,
    email text);
INSERT INTO customer VALUES
    (x'0190a000000070008000000000000001', '10001', 'An', 'Lê', 'an@sw.example', 0, '2026-11-01 10:00:00.000',
     '2024-01-01 00:00:00.000', '{"club": {"phone": "0912345678"}}'),
    (x'ff90a0000000700080000000000000ff', '10002', 'Bo', 'Lê', 'bo@sw.example', 0, '2025-01-01 10:00:00.000',
     '2024-01-01 00:00:00.000', 'not json');
INSERT INTO state_machine_state VALUES (x'01', 'open'), (x'02', 'completed');
INSERT INTO "order" VALUES
    (x'aa', x'0fa91ce3e96a4bc2be4bd9ce752c3425', 'S1', x'01', '2026-11-02 10:00:00.000'),
    (x'aa', x'11111111111111111111111111111111', 'S1', x'01', '2026-11-02 10:00:00.000'),
    (x'bb', x'0fa91ce3e96a4bc2be4bd9ce752c3425', 'S2', x'02', '2025-01-02 10:00:00.000');
INSERT INTO order_customer VALUES
    (x'c1', x'0fa91ce3e96a4bc2be4bd9ce752c3425', x'aa', x'0fa91ce3e96a4bc2be4bd9ce752c3425',
     x'0190a000000070008000000000000001', 'an@sw.example'),
    (x'c2', x'0fa91ce3e96a4bc2be4bd9ce752c3425', x'bb', x'0fa91ce3e96a4bc2be4bd9ce752c3425',
     x'ff90a0000000700080000000000000ff', 'bo@sw.example');
"""

SHOPWARE_PROFILE = """
[profile]
id = "shopware"
title = "Shopware 6"
engines = ["sqlite", "mysql"]
writes = "api"

[entity.customer]
table = "customer"
key = "id"
key_codec = "uuid_bin16"

[entity.customer.fields]
email = "email"
first_name = "first_name"
last_name = "last_name"
phone = { json = { column = "custom_fields", path = ["club", "phone"] } }
created = "created_at"

[entity.order]
table = "order"
key = ["id", "version_id"]
key_codec = "uuid_bin16"
where = [{ of = { column = "version_id", codec = "uuid_bin16" }, is = "0fa91ce3e96a4bc2be4bd9ce752c3425" }]

[[entity.order.match]]
by = "customer"
of = { column = "customer_id", join = [
    { table = "order_customer", on = { order_id = "id", order_version_id = "version_id" } },
] }

[entity.order.fields]
number = "order_number"
placed = "order_date_time"

[entity.order.state]
of = { column = "technical_name", join = [{ table = "state_machine_state", on = { id = "state_id" } }] }
open = ["open", "in_progress"]
final = ["completed", "cancelled"]

[[search]]
by = "order"
entity = "order"
of = "order_number"
fold = "exact"

[[activity]]
source = "last_login"
meaning = "login"

[[guard]]
id = "open-order"
title = "An order is still open."
entity = "order"
open = true

[api]
base = "/api"
auth = "oauth_client"

[api.call.delete_customer]
method = "DELETE"
path = "/customer/{id}"

[[erase]]
scope = "account"
entity = "customer"
action = "api"
call = "delete_customer"
"""


def test_binary_keys_and_versions_of_shopware(small: Small) -> None:
    shop = small(SHOPWARE, SHOPWARE_PROFILE)
    an, bo = "0190a000000070008000000000000001", "ff90a0000000700080000000000000ff"
    assert [m.key for m in customers.find(shop, "S1")] == [an]
    card = customers.card(shop, an)
    assert (card.account.key, card.account.phone) == (an, "0912345678")
    assert [(o.number, o.open, o.state) for o in card.orders] == [("S1", True, "open")]
    assert customers.card(shop, bo).account.phone == ""
    everybody = [r.key for chunk in affected.stream(shop, Filter(), chunk=1) for r in chunk]
    assert everybody == [an, bo]
    counted = affected.count(shop, Filter(keys=(an.upper(), "00", "zz")))
    assert (counted.customers, counted.unmatched_keys) == (1, ("00", "zz"))
    one = review.candidates(shop, now=datetime(2027, 3, 1, tzinfo=UTC), limit=1)
    two = review.candidates(shop, now=datetime(2027, 3, 1, tzinfo=UTC), limit=1, after=one.after)
    assert [(c.key, [b.guard for b in c.blocks]) for c in (*one, *two)] == [(an, ["open-order"]), (bo, [])]


MAGENTO = """
CREATE TABLE customer_entity (entity_id integer PRIMARY KEY, email text, created_at text);
CREATE TABLE customer_entity_varchar (value_id integer PRIMARY KEY, attribute_id integer, entity_id integer,
    value text);
CREATE TABLE eav_attribute (attribute_id integer PRIMARY KEY, entity_type_id integer, attribute_code text,
    backend_type text);
INSERT INTO eav_attribute VALUES (5, 1, 'firstname', 'varchar'), (7, 1, 'lastname', 'varchar'),
    (9, 1, 'email', 'static'), (105, 2, 'firstname', 'varchar');
INSERT INTO customer_entity VALUES (1, 'an@mage.example', '2026-11-22 00:00:00');
INSERT INTO customer_entity_varchar VALUES (1, 5, 1, 'An'), (2, 7, 1, 'Lê'), (3, 105, 1, 'Wrong');
"""

MAGENTO_PROFILE = """
[profile]
id = "magento"
title = "Magento"
engines = ["sqlite"]

[entity.customer]
table = "customer_entity"
key = "entity_id"

[entity.customer.eav]
attributes = "eav_attribute"
fk = "entity_id"
values = { varchar = "customer_entity_varchar" }
where = [{ of = "entity_type_id", is = 1 }]

[entity.customer.fields]
email = { eav = "email" }
first_name = { eav = "firstname" }
last_name = { eav = "lastname" }
created = "created_at"
"""


def test_attributes_of_magento(small: Small) -> None:
    shop = small(MAGENTO, MAGENTO_PROFILE)
    account = customers.card(shop, "1").account
    assert (account.name, account.email) == ("An Lê", "an@mage.example")
    assert review.candidates(shop, now=NOW).rows == ()
    told = affected.unanswerable(shop)
    assert set(told) == {"ordered", "active", "country", "state", "has_password", "product", "orders"}


def test_names_from_the_configuration_are_never_sql(small: Small) -> None:
    evil = 'a"; DROP TABLE x--'
    doubled = evil.replace('"', '""')
    script = f'CREATE TABLE "{doubled}" (id integer PRIMARY KEY, "{doubled}" text); CREATE TABLE x (id integer);'
    script += f"INSERT INTO \"{doubled}\" VALUES (1, 'a@b.example');"
    escaped = evil.replace('"', '\\"')
    toml = f"""
[profile]
id = "evil"
title = "Evil"
engines = ["sqlite"]

[entity.customer]
table = "{escaped}"

[entity.customer.fields]
email = "{escaped}"

[[search]]
by = "email"
of = "{escaped}"
"""
    shop = small(script, toml)
    assert [m.email for m in customers.find(shop, "a@b.example")] == ["a@b.example"]
    assert customers.card(shop, "1").account.email == "a@b.example"
    assert shop.rows(sa.select(sa.func.count()).select_from(sa.table("x")))[0][0] == 0


def test_rows_full_of_nothing_and_nonsense(small: Small) -> None:
    script = """
CREATE TABLE u (id integer PRIMARY KEY, email text, name text, made datetime, seen datetime, flag boolean);
INSERT INTO u VALUES (1, NULL, NULL, NULL, NULL, NULL), (2, x'ff00fe', x'c328', 'yesterday', '9999999-99-99', 'maybe'),
    (3, 'a' || char(0) || 'b@c.example', 'Ev' || char(27) || '[31mil' || char(10) || 'Name' || char(8238), 17, -5, 2),
    (4, '', '', '', '', ''), (5, 5, 6.5, 1e300, 1e300, -1);
"""
    toml = """
[profile]
id = "odd"
title = "Odd"
engines = ["sqlite"]

[entity.customer]
table = "u"

[entity.customer.fields]
email = "email"
name = "name"
created = "made"
state = { column = "flag", codec = "bool" }

[[activity]]
source = "seen"
meaning = "login"

[[search]]
by = "name"
of = "name"
"""
    shop = small(script, toml)
    for key in "12345":
        card = customers.card(shop, key)
        shown: Any = (card.account.name, card.account.email, card.account.state)
        assert all(ch.isprintable() for text in shown for ch in text), shown
        assert card.activity.at is None
    assert customers.card(shop, "3").account.name == "Ev[31mil Name"
    assert len([r for chunk in affected.stream(shop, Filter()) for r in chunk]) == 5
    # Nothing readable was recorded for anybody: nobody is old.
    assert [c.key for c in review.candidates(shop, now=NOW)] == []
