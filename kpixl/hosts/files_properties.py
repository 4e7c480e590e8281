"""The custom document properties of a package: what a workbook says about itself."""

from __future__ import annotations

from collections.abc import Mapping

from kpixl.hosts.files_parts import Package, local

_PROPERTIES = "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"
_PROPERTIES_STRICT = "http://purl.oclc.org/ooxml/officeDocument/customProperties"
_TYPES = "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"
_TYPES_STRICT = "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes"
_CONTENT_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_USER_DEFINED = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"
_FIRST = 2  # numbers 0 and 1 have a meaning of their own


_KINDS = ("custom-properties", "customProperties")  # the second in strict packages


def properties(package: Package) -> dict[str, str]:
    """The custom properties as text."""
    link = next((k for k in package.links("") if k.kind in _KINDS), None)
    if link is None or link.target not in package:
        return {}
    root = package.tree(link.target)
    return {e.get("name", ""): "".join(e.itertext()) for e in root if local(e) == "property"}


def put_properties(package: Package, marks: Mapping[str, str]) -> None:
    """Set custom properties to texts; the others stay."""
    from lxml import etree

    link = next((k for k in package.links("") if k.kind in _KINDS), None)
    types = _TYPES_STRICT if package.strict else _TYPES
    if link is None or link.target not in package:
        space = _PROPERTIES_STRICT if package.strict else _PROPERTIES
        root = etree.Element(f"{{{space}}}Properties", nsmap={None: space, "vt": types})
        name = package.free_name("docProps/custom{}.xml")
        name = name if "docProps/custom.xml" in package else "docProps/custom.xml"
        package.put_tree(name, root, _CONTENT_TYPE)
        package.link("", _KINDS[package.strict], name)
    else:
        root = package.tree(link.target)
    there = {e.get("name", "").casefold(): e for e in root if local(e) == "property"}
    numbers = [int(e.get("pid", "0")) for e in there.values()]
    for mark, text in sorted(marks.items()):
        element = there.get(mark.casefold())
        if element is None:
            numbers.append(max([_FIRST - 1, *numbers]) + 1)
            element = etree.SubElement(root, root.tag.replace("Properties", "property"))
            element.set("fmtid", _USER_DEFINED)
            element.set("pid", str(numbers[-1]))
            element.set("name", mark)
        if [local(e) for e in element] == ["lpwstr"] and (element[0].text or "") == text:
            continue
        for old in list(element):
            element.remove(old)
        etree.SubElement(element, f"{{{types}}}lpwstr").text = text
