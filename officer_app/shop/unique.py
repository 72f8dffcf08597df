"""Whether a shop's database itself keeps the values of a column apart."""

import sqlalchemy as sa


def alone(table: sa.Table, name: str) -> bool:
    """Return whether no two rows of a table can have the same value in this column.

    An index over some rows only, over the beginning of the value or over something made of it promises less.
    """
    if table.primary_key.columns.keys() == [name]:
        return True
    for constraint in table.constraints:
        if isinstance(constraint, sa.UniqueConstraint) and constraint.columns.keys() == [name]:
            return True
    return any(
        i.unique and [getattr(e, "name", "") for e in i.expressions] == [name] and _whole(i) for i in table.indexes
    )


def _whole(index: sa.Index) -> bool:
    some = [value for name, value in index.kwargs.items() if name.endswith("_where") and value is not None]
    return not some and not any(value for name, value in index.kwargs.items() if name.endswith("_length"))
