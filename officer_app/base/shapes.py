"""Typed structures out of plain values, from any thread.

msgspec learns the fields of a type when it is first used and keeps them on the type; two threads that are first at the
same moment bring the program down. So whoever may be first is alone.
"""

import threading
from typing import Any, TypeVar, overload

import msgspec

T = TypeVar("T")
_ALONE = threading.RLock()


@overload
def convert(value: Any, shape: type[T]) -> T: ...
@overload
def convert(value: Any, shape: Any) -> Any: ...
def convert(value: Any, shape: Any) -> Any:
    """Return `value` as `shape`; msgspec.ValidationError says what does not fit."""
    with _ALONE:
        return msgspec.convert(value, shape)


@overload
def decoder(shape: type[T]) -> msgspec.msgpack.Decoder[T]: ...
@overload
def decoder(shape: Any) -> msgspec.msgpack.Decoder[Any]: ...
def decoder(shape: Any) -> Any:
    """Return what reads a `shape` from bytes; it may be used by several threads."""
    with _ALONE:
        return msgspec.msgpack.Decoder(shape)
