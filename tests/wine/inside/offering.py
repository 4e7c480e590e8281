"""Offers Python objects to other programs through COM, as Excel offers its own.

Members are found by their names, in any case; methods tell their parameters' names in a type
description, as Excel's do, so that they can be called with names.
"""

from __future__ import annotations

import inspect
import tempfile
from pathlib import Path
from typing import Any

import pythoncom
import winerror
from win32com.server.exception import COMException
from win32com.server.policy import BasicWrapPolicy
from win32com.server.util import NewEnum

_FIRST = 1000
_names: list[str] = []  # a member's number is its place here
_descriptions: dict[type, Any] = {}
_libraries: list[Any] = []  # a description lives as long as its library
_STDCALL, _WIN64 = 4, 3  # CALLCONV, SYSKIND
_LEFT_OUT = -2147352572  # DISP_E_PARAMNOTFOUND


def number(name: str) -> int:
    """The number of a member's name, for all objects alike."""
    if name not in _names:
        _names.append(name)
    return _FIRST + _names.index(name)


def offered(value: Any) -> Any:
    """A value as COM takes it: what is no plain value becomes an object of its own."""
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    if isinstance(value, pythoncom.TypeIIDs[pythoncom.IID_IUnknown]):
        return value
    if isinstance(value, (tuple, list)):
        return [offered(v) for v in value]
    return pythoncom.WrapObject(Policy(value), pythoncom.IID_IDispatch, pythoncom.IID_IDispatch)


def taken(value: Any) -> Any:
    """What came through COM; an object of ours as itself again."""
    if isinstance(value, tuple):
        return tuple(taken(v) for v in value)
    if isinstance(value, pythoncom.TypeIIDs[pythoncom.IID_IDispatch]):
        try:
            return pythoncom.UnwrapObject(value)._obj_
        except pythoncom.com_error:
            key = value.Invoke(number("offered_as"), 0, pythoncom.DISPATCH_METHOD, True)
            return _kept[key]
    return value


_kept: dict[int, Any] = {}  # objects that were given away, by what they answer when asked


class Policy(BasicWrapPolicy):  # type: ignore[misc]
    """An object as COM sees it."""

    def __init__(self, inner: Any) -> None:
        self._obj_ = inner
        _kept[id(inner)] = inner

    def _query_interface_(self, iid: Any) -> int:
        return 0

    def _getidsofnames_(self, names: Any, lcid: int) -> tuple[int, ...]:
        name = self._found(str(names[0]))
        if name is None:
            raise COMException(scode=winerror.DISP_E_UNKNOWNNAME)
        numbers = [number(name)]
        if len(names) > 1:
            parameters = _parameters(type(self._obj_), name)
            numbers += [parameters.index(str(n)) for n in names[1:]]
        return tuple(numbers)

    def _found(self, name: str) -> str | None:
        if name == "offered_as" or hasattr(self._obj_, name):
            return name
        members = {m.casefold(): m for m in dir(self._obj_) if not m.startswith("_")}
        return members.get(name.casefold())

    def _gettypeinfocount_(self) -> int:
        return 1

    def _GetTypeInfoCount_(self) -> int:  # noqa: N802 - pywin32's name
        return 1

    def _GetTypeInfo_(self, index: int, lcid: int) -> tuple[int, Any]:  # noqa: N802
        return 0, description(type(self._obj_))

    def _invokeex_(
        self, dispid: int, lcid: int, flags: int, args: Any, kw: Any, provider: Any
    ) -> Any:
        try:
            return offered(self._call(dispid, flags, taken(tuple(args))))
        except COMException:
            raise
        except Exception as error:
            if hasattr(error, "hresult"):  # a number of COM's own
                raise COMException(scode=error.hresult) from error
            raise COMException(
                description=f"{type(error).__name__}: {error}", scode=winerror.DISP_E_EXCEPTION
            ) from error

    def _call(self, dispid: int, flags: int, args: tuple[Any, ...]) -> Any:
        if dispid == pythoncom.DISPID_NEWENUM:
            return NewEnum([offered(v) for v in self._obj_])
        if dispid == pythoncom.DISPID_VALUE:
            return self._obj_(*args)
        name = _names[dispid - _FIRST]
        if name == "offered_as":
            return id(self._obj_)
        if flags & (pythoncom.DISPATCH_PROPERTYPUT | pythoncom.DISPATCH_PROPERTYPUTREF):
            setattr(self._obj_, name, args[-1])
            return None
        member = getattr(self._obj_, name)
        if not inspect.isroutine(member):
            return member(*args) if args else member
        if not flags & pythoncom.DISPATCH_METHOD:
            raise COMException(scode=winerror.DISP_E_MEMBERNOTFOUND)
        return self._method(member, name, args)

    def _method(self, member: Any, name: str, args: tuple[Any, ...]) -> Any:
        """Arguments by their names; those that were left out are left out."""
        names = _parameters(type(self._obj_), name)
        given = dict(zip(names, args, strict=False))
        return member(**{n: v for n, v in given.items() if v != _LEFT_OUT})


def _parameters(kind: type, name: str) -> list[str]:
    """The names of a method's parameters."""
    return list(inspect.signature(getattr(kind, name)).parameters)[1:]


def description(kind: type) -> Any:
    """What COM is told of a class: its methods and their parameters."""
    if kind in _descriptions:
        return _descriptions[kind]
    path = str(Path(tempfile.mkdtemp(), "offered.tlb"))
    library = pythoncom.CreateTypeLib2(_WIN64, path)
    made = library.CreateTypeInfo(kind.__name__, pythoncom.TKIND_DISPATCH)
    made.SetGuid(pythoncom.CreateGuid())
    at = 0
    for name, _ in inspect.getmembers(kind, inspect.isfunction):
        if name.startswith("_"):
            continue
        names = _parameters(kind, name)
        entry = pythoncom.FUNCDESC()
        entry.memid = number(name)
        entry.funckind = pythoncom.FUNC_DISPATCH
        entry.invkind = pythoncom.INVOKE_FUNC
        entry.callconv = _STDCALL
        optional = pythoncom.PARAMFLAG_FIN | pythoncom.PARAMFLAG_FOPT
        entry.args = tuple((pythoncom.VT_VARIANT, optional, None) for _ in names)
        entry.cParamsOpt = len(names)
        entry.rettype = (pythoncom.VT_VARIANT, 0, None)
        made.AddFuncDesc(at, entry)
        made.SetFuncAndParamNames(at, (name, *names))
        at += 1
    made.LayOut()
    _libraries.append(library)
    _descriptions[kind] = made.QueryInterface(pythoncom.IID_ITypeInfo)
    return _descriptions[kind]
