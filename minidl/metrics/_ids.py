"""Ids of documents, integers or strings, compared exactly.

numpy converts a list of numbers and strings to strings, and compares large integers with
floats as floats.  So ids of several types are kept as Python objects, and ids of two
kinds raise an error.
"""
from numbers import Real

import numpy as np
import numpy.typing as npt

from minidl.arrays import AnyArray, Bools
from minidl.checks import as_array, shown

KINDS = {"i": "number", "u": "number", "f": "number", "U": "str", "T": "str", "S": "bytes", "b": "bool"}


def as_ids(name: str, values: npt.ArrayLike) -> AnyArray:
    """Return ids as an array; those of a list stay objects, unless all are integers of 64 bits.

    >>> as_ids("target", [7, 5]).dtype, as_ids("target", [7, 2**64]).dtype, as_ids("target", [7, "5"]).tolist()
    (dtype('int64'), dtype('O'), [7, '5'])
    """
    if getattr(values, "dtype", object) != object:
        array = as_array(name, values)
        if array.dtype != object:
            return array
    objects = as_array(name, values, object)
    types = types_of(objects)
    if any(map(has_length, types)):
        raise ValueError(f"{name}: each id must be a number or a string, got {shown(values)}")
    if types == {int}:
        array = np.asarray(values)
        return array if array.dtype.kind == "i" else objects
    if any(issubclass(type_, np.generic) for type_ in types):  # numpy's scalars would be compared as floats
        scalars = [value.item() if isinstance(value, np.generic) else value for value in objects.flat]
        objects = np.fromiter(scalars, object, len(scalars)).reshape(objects.shape)
    return objects


def types_of(objects: AnyArray) -> set[type]:
    """Return the types of the elements of an array."""
    return set(map(type, objects.ravel().tolist()))


def has_length(type_: type) -> bool:
    """Return whether a type is a container, which is no id."""
    return hasattr(type_, "__len__") and not issubclass(type_, (str, bytes))


def kind_of(type_: type) -> str:
    """Return the kind of an object's type: all real numbers are of one kind.

    >>> kind_of(int), kind_of(float), kind_of(bool), kind_of(str)
    ('number', 'number', 'bool', 'str')
    """
    return "number" if issubclass(type_, Real) and type_.__name__ != "bool" else type_.__name__


def kinds_of(ids: AnyArray) -> set[str]:
    """Return the kinds of ids; none if there are no ids, and None is padding, of no kind."""
    if ids.dtype == object:
        return {kind_of(type_) for type_ in types_of(ids) - {type(None)}}
    return {KINDS.get(ids.dtype.kind, ids.dtype.name)} if ids.size else set()


def check_kinds(target: AnyArray, predict: AnyArray) -> None:
    """Raise TypeError if ids of different kinds would be compared: they are never equal."""
    if len(kinds_of(target) | kinds_of(predict)) > 1:
        raise TypeError(f"target, predict: ids must be of one kind, got {described(target)} and {described(predict)}")


def described(ids: AnyArray) -> str:
    """Return the dtype of ids, or their types if there are several.

    >>> described(as_ids("target", ["a", "b"])), described(as_ids("target", ["a", 1]))
    ('<U1', 'int and str')
    """
    types = types_of(ids)
    if len(types) > 1:
        return " and ".join(sorted(type_.__name__ for type_ in types))
    return str(np.array(ids.tolist()).dtype)


def is_absent(ids: AnyArray) -> Bools:
    """Return whether each id of (Q,) is None or NaN."""
    if ids.dtype != object:
        absent: Bools = ids != ids
        return absent
    return np.array([value is None or isinstance(value, float) and value != value for value in ids.flat])


def equal(target: AnyArray, predict: AnyArray) -> Bools:
    """Return whether ids are equal, for arrays that broadcast; integers and floats compare exactly.

    >>> equal(np.array([2**53 + 1]), np.array([2.0**53, 2.0**53 + 2])).tolist()
    [False, False]
    """
    if target.dtype.kind != predict.dtype.kind:
        target, predict = target.astype(object), predict.astype(object)
    matches: Bools = predict == target
    return matches
