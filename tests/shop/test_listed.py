"""Long lists as one parameter: what comes back is what went in, on both servers, whatever a member holds."""

from contextlib import closing
from typing import Any

import pytest
import sqlalchemy as sa

from officer_app.shop import native, profile
from officer_app.shop.address import Address
from officer_app.shop.connection import connect
from officer_app.shop.listed import Listed, OneParameter
from tests.servers import PASSWORD, Server
from tests.shop.conftest import maria_url, new_database

NASTY = ["", "plain", "it's", 'a "quoted" one', "back\\slash", "\\'; DROP TABLE customers; --", "{a,b}", "NULL", "%s",
         "%(whose)s", "Hoà Trịnh", "a,b", ":x", "'", '"', "\\", "\\\\"]  # fmt: skip


def test_postgresql_gets_back_what_went_in(native_postgres: Address) -> None:
    with closing(connect(native_postgres, "", profile.load("native"))) as shop:
        both: list[tuple[list[Any], sa.types.TypeEngine[Any]]] = [
            (NASTY, sa.String()), ([1, -5, 2**62], sa.BigInteger()),
        ]  # fmt: skip
        for values, kind in both:
            listed = sa.cast(sa.bindparam("whose", type_=OneParameter()), sa.ARRAY(kind))
            asked = sa.select(sa.func.unnest(listed))
            assert [row[0] for row in shop.rows(asked, {"whose": Listed(values)})] == values
        one = sa.cast(sa.bindparam("whose", type_=OneParameter()), sa.ARRAY(sa.String()))
        assert shop.scalar(sa.select(sa.func.array_to_string(one, "|", "-")).params(whose=Listed(["a", None]))) == "a|-"


@pytest.mark.parametrize("mode", ["", "NO_BACKSLASH_ESCAPES"])
def test_mariadb_gets_back_what_went_in(mariadb: Server, mode: str) -> None:
    url = new_database(maria_url(mariadb), "listed")
    engine = sa.create_engine(url)
    with engine.begin() as connection:
        native.metadata.create_all(connection)
    engine.dispose()
    address = Address(
        "mysql", host=mariadb.host, port=mariadb.port, database="listed", user=mariadb.user, ca_file=str(mariadb.ca)
    )
    with (
        closing(connect(address, PASSWORD, profile.load("native"))) as shop,
        shop.engine.connect() as connection,
    ):
        connection.exec_driver_sql(f"SET SESSION sql_mode = '{mode}'")
        for text in NASTY:
            same = sa.bindparam("text", type_=sa.String).bool_op("IN")(sa.bindparam("whose", type_=OneParameter()))
            others: list[str | None] = [other for other in NASTY if other != text]
            for values, found in (([text], 1), ([text, None], 1), (others, 0)):
                asked = sa.select(sa.func.coalesce(same, 0))
                assert connection.execute(asked, {"text": text, "whose": Listed(values)}).scalar_one() == found, values
        number = sa.literal(7).bool_op("IN")(sa.bindparam("whose", type_=OneParameter()))
        for numbers, found in (([7, 8], 1), ([8], 0), ([], 0)):
            asked = sa.select(sa.func.coalesce(number, 0))
            assert connection.execute(asked, {"whose": Listed(numbers)}).scalar_one() == found
