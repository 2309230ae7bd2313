"""Wire, "Encoding": the fields that messages are made of, each read and written one way."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import codec
from .codec import Reader

Value = dict[str, Any]


@dataclass(frozen=True)
class Field:
    """How a value of one kind is written and read."""

    write: Callable[[Any], bytes]
    read: Callable[[Reader], Any]


Schema = tuple[tuple[str, Field], ...]


def fixed(n: int) -> Field:
    """n bytes as they are."""
    return Field(lambda value: bytes(value), lambda reader: reader.take(n))


def number(bits: int) -> Field:
    """An unsigned integer of so many bits."""
    return Field(codec.integer, lambda reader: reader.integer(bits))


def variant(*names: str) -> Field:
    """A variant without fields."""
    return Field(lambda name: codec.integer(names.index(name)), lambda reader: reader.variant(names))


def optional(field: Field) -> Field:
    """A value that may be missing."""
    return Field(
        lambda value: codec.optional(None if value is None else field.write(value)),
        lambda reader: reader.optional(lambda: field.read(reader)),
    )


def listed(field: Field) -> Field:
    """A list of values."""
    return Field(
        lambda values: codec.listed([field.write(value) for value in values]),
        lambda reader: reader.listed(lambda: field.read(reader)),
    )


def sequence(parts: list[Field]) -> Field:
    """Unnamed values in order."""
    return Field(
        lambda values: b"".join(part.write(value) for part, value in zip(parts, values, strict=True)),
        lambda reader: [part.read(reader) for part in parts],
    )


def structure(schema: Schema) -> Field:
    """Named values in order."""
    return Field(lambda value: write(schema, value), lambda reader: read(schema, reader))


def write(schema: Schema, value: Value) -> bytes:
    """The fields in order."""
    return b"".join(field.write(value[name]) for name, field in schema)


def read(schema: Schema, reader: Reader) -> Value:
    """The fields in order."""
    return {name: field.read(reader) for name, field in schema}


U8 = Field(lambda value: bytes([value]), lambda reader: reader.u8())
U16, U32, U64 = number(16), number(32), number(64)
TEXT = Field(codec.text, lambda reader: reader.text())
OCTETS = Field(codec.octets, lambda reader: reader.octets())
TRUTH = Field(lambda value: bytes([value]), lambda reader: reader.truth())
