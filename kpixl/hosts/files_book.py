"""The workbook part of a package: which sheets there are, and what is said of all of them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from kpixl.hosts.files_parts import Package, local, space
from kpixl.hosts.patching import same_name

# The children of <workbook> in the order that the format asks for.
_ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "absPath", "AlternateContent", "revisionPtr",
    "workbookProtection", "bookViews", "sheets", "functionGroups", "externalReferences",
    "definedNames", "calcPr", "oleSize", "customWorkbookViews", "pivotCaches", "smartTagPr",
    "smartTagTypes", "webPublishing", "fileRecoveryPr", "webPublishObjects", "extLst",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SheetEntry:
    """A sheet as the workbook lists it; `part` is empty for one that has none."""

    name: str
    index: int
    sheet_id: int
    part: str
    kind: str


class Book:
    """The workbook part, as a tree that is written if it was changed."""

    def __init__(self, package: Package) -> None:
        self._package = package
        self.root: Any = package.tree(package.workbook)

    @property
    def epoch_1904(self) -> bool:
        """Whether days are counted from 1904."""
        properties = self.root.find("{*}workbookPr")
        return properties is not None and properties.get("date1904") in ("1", "true")

    @property
    def sheets(self) -> list[SheetEntry]:
        """All sheets in their order, charts and dialogs too."""
        links = {link.id: link for link in self._package.links(self._package.workbook)}
        entries = []
        for index, element in enumerate(self._sheet_elements()):
            link = next(
                (links[v] for k, v in element.attrib.items() if _is_id(k) and v in links), None
            )
            number = element.get("sheetId", "0")
            entries.append(
                SheetEntry(
                    name=element.get("name", ""),
                    index=index,
                    sheet_id=int(number) if number.isdecimal() else 0,
                    part="" if link is None else self._package.actual(link.target),
                    kind="" if link is None else link.kind,
                )
            )
        return entries

    def sheet(self, name: str) -> SheetEntry | None:
        """The sheet of that name as a spreadsheet program tells names apart."""
        exact = next((s for s in self.sheets if s.name == name), None)
        return exact or next((s for s in self.sheets if same_name(s.name, name)), None)

    def _sheet_elements(self) -> list[Any]:
        box = self.root.find("{*}sheets")
        return [] if box is None else [e for e in box if local(e) == "sheet"]

    def recalculate(self) -> None:
        """Have everything calculated anew when the workbook is next opened."""
        element = self.root.find("{*}calcPr")
        if element is None:
            element = self._insert("calcPr")
        element.set("fullCalcOnLoad", "1")

    @property
    def structure_locked(self) -> bool:
        """Whether somebody forbade adding, removing and moving sheets."""
        element = self.root.find("{*}workbookProtection")
        return element is not None and element.get("lockStructure") in ("1", "true")

    # -- sheets ------------------------------------------------------------------------

    def add(self, name: str, part: str, state: str = "") -> SheetEntry:
        """List a new sheet behind all others, so that what counts sheets counts as before."""
        package = self._package
        link = package.link(package.workbook, "worksheet", part)
        box = self.root.find("{*}sheets")
        numbers = [e.get("sheetId", "0") for e in self._sheet_elements()]
        number = 1 + max((int(n) for n in numbers if n.isdecimal()), default=0)
        element = box.makeelement(f"{{{space(self.root)}}}sheet")
        element.set("name", name)
        element.set("sheetId", str(number))
        if state:
            element.set("state", state)
        element.set(f"{{{package.link_space}}}id", link)
        box.append(element)
        return self.sheets[-1]

    # -- names -------------------------------------------------------------------------

    def local_names(self, index: int) -> dict[str, str]:
        """The names that hold on one sheet alone."""
        return {
            element.get("name", ""): element.text or ""
            for element in self._name_elements()
            if element.get("localSheetId") == str(index)
        }

    def names(self) -> dict[str, tuple[str, str]]:
        """The names that hold everywhere, folded: their text and remark."""
        return {
            element.get("name", "").casefold(): (element.text or "", element.get("comment", ""))
            for element in self._name_elements()
            if element.get("localSheetId") is None
        }

    def drop_names(self, names: Collection[str], index: int | None) -> None:
        """Take names out that hold on one sheet (None: everywhere)."""
        folded = {name.casefold() for name in names}
        at = None if index is None else str(index)
        for element in self._name_elements():
            here = element.get("localSheetId") == at
            if here and element.get("name", "").casefold() in folded:
                element.getparent().remove(element)

    def add_name(self, name: str, text: str, **attributes: str) -> None:
        """Define a name."""
        box = self.root.find("{*}definedNames")
        if box is None:
            box = self._insert("definedNames")
        element = box.makeelement(f"{{{space(self.root)}}}definedName")
        element.set("name", name)
        for key, value in sorted(attributes.items()):
            element.set(key, value)
        element.text = text
        box.append(element)

    def _name_elements(self) -> list[Any]:
        box = self.root.find("{*}definedNames")
        return [] if box is None else [e for e in box if local(e) == "definedName"]

    def _insert(self, name: str) -> Any:
        element = self.root.makeelement(f"{{{space(self.root)}}}{name}")
        before = _ORDER[: _ORDER.index(name)]
        at = max((i + 1 for i, child in enumerate(self.root) if local(child) in before), default=0)
        self.root.insert(at, element)
        return element


def _is_id(attribute: str) -> bool:
    return attribute.startswith("{") and attribute.endswith("/relationships}id")
