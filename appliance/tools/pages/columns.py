"""What the made pages say of a structure: its sentence, and each field's type and default."""

from __future__ import annotations

import ast
import inspect
from functools import cache
from typing import Any

import msgspec


def words(kind: Any) -> str:
    """Return the sentence of a class, in one line."""
    return " ".join(inspect.cleandoc(kind.__doc__).split()).replace("``", "`")


def default(field: Any) -> object:
    """Return a field's default."""
    if field.default is not msgspec.NODEFAULT:
        return field.default
    return field.default_factory()


def type_of(annotation: Any) -> str:
    """Return an annotation in words."""
    info = msgspec.inspect.type_info(annotation)
    return _name(info)


def _name(info: Any) -> str:  # noqa: C901  # a case each
    match info:
        case msgspec.inspect.UnionType():
            if len(info.types) > 3:  # the commands, which have a table of their own
                return "a command"
            return " or ".join(_name(one) for one in info.types)
        case msgspec.inspect.StructType():
            return info.cls.__name__
        case msgspec.inspect.ListType() | msgspec.inspect.VarTupleType():
            return f"list of {_name(info.item_type)}"
        case msgspec.inspect.DictType():
            return f"object of {_name(info.value_type)}"
        case msgspec.inspect.TupleType():
            return f"[{', '.join(_name(one) for one in info.item_types)}]"
        case msgspec.inspect.AnyType():
            return "anything"
        case msgspec.inspect.LiteralType():
            return ", ".join(f"`{value}`" for value in info.values)
        case msgspec.inspect.StrType(pattern=str()):
            return f"text, `{info.pattern}`"
        case msgspec.inspect.StrType():
            return "text"
        case msgspec.inspect.NoneType():
            return "null"
        case msgspec.inspect.BoolType():
            return "true/false"
        case msgspec.inspect.FloatType():
            return "number"
        case _:
            return "whole number"


@cache
def meanings(kind: type) -> dict[str, str]:
    """Return the sentence below each field of a structure, also those of its bases; not every field has one."""
    found: dict[str, str] = {}
    for each in reversed(kind.__mro__):
        if each.__module__.startswith(("builtins", "msgspec")):
            continue
        body = ast.parse(inspect.cleandoc("\n" + inspect.getsource(each))).body[0]
        assert isinstance(body, ast.ClassDef)  # noqa: S101  # it is a class's source
        for field, after in zip(body.body, body.body[1:], strict=False):
            if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                text = after.value if isinstance(after, ast.Expr) else None
                if isinstance(text, ast.Constant) and isinstance(text.value, str):
                    found[field.target.id] = " ".join(text.value.split()).replace("``", "`")
    return found
