"""The Excel add-in as a file: our names, source only, and the same bytes each time.

What is audited here is the format ([MS-OVBA]), by programs that share no code with the
writer; nothing here opens Excel.
"""

from __future__ import annotations

import io
import re
import struct
import zipfile
from collections.abc import Iterator
from pathlib import Path

import olefile
import pytest
from lxml import etree
from oletools.olevba import VBA_Parser, decompress_stream

from kpixl.addin import REGISTRY, commands, functions
from kpixl.addin.excel_cells import FAULT, PERCENT, answered, call, received
from kpixl.addin.excel_ribbon import NAMESPACE, PRESSED, keytips, ribbon_xml
from kpixl.addin.excel_vba import modules
from kpixl.addin.registry import GROUPS, CommandSpec
from kpixl.addin.values import Percent
from kpixl.addin.xlam import build_xlam
from kpixl.grid import CellError

MACROS = Path(__file__).parents[2] / "macros"


def _nothing() -> None:
    """What a button of the tests does."""


COMMANDS = {
    "rank": CommandSpec("rank", "排名", "评分、排名", "SortDialog", "评分", _nothing),
    "check": CommandSpec("check", "校验", "检查收回的表", "Refresh", "收集", _nothing),
}


@pytest.fixture(scope="module")
def xlam() -> bytes:
    return build_xlam(functions(), COMMANDS)


@pytest.fixture(scope="module")
def project(xlam: bytes) -> olefile.OleFileIO:
    data = zipfile.ZipFile(io.BytesIO(xlam)).read("xl/vbaProject.bin")
    return olefile.OleFileIO(io.BytesIO(data))


def records(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """The records of a dir stream (2.3.4.2)."""
    at = 0
    while at < len(stream):
        kind, size = struct.unpack_from("<HI", stream, at)
        if kind == 0x0009:  # PROJECTVERSION says 4 and has 6
            size = 6
        yield kind, stream[at + 6 : at + 6 + size]
        at += 6 + size


@pytest.fixture(scope="module")
def listed(project: olefile.OleFileIO) -> list[tuple[int, bytes]]:
    return list(records(decompress_stream(bytearray(project.openstream("VBA/dir").read()))))


def test_the_same_registry_gives_the_same_bytes(xlam: bytes) -> None:
    assert build_xlam(functions(), COMMANDS) == xlam


def test_the_project_holds_no_compiled_code(
    project: olefile.OleFileIO, listed: list[tuple[int, bytes]]
) -> None:
    cache = project.openstream("VBA/_VBA_PROJECT").read()
    assert cache[:5] == b"\xcc\x61\xff\xff\x00"
    assert len(cache) == 7
    streams = ["/".join(name) for name in project.listdir()]
    assert not [name for name in streams if "__SRP_" in name]
    offsets = [value for kind, value in listed if kind == 0x0031]
    assert offsets
    assert set(offsets) == {b"\0\0\0\0"}


def test_every_name_in_the_project_is_ours(
    project: olefile.OleFileIO, listed: list[tuple[int, bytes]]
) -> None:
    text = project.openstream("PROJECT").read().decode("cp1252")
    assert 'Name="kpixl"' in text
    assert [value for kind, value in listed if kind == 0x0004] == [b"kpixl"]
    assert listed[-1] == (0x0010, b"")
    names = [value.decode() for kind, value in listed if kind == 0x0019]
    assert names[:2] == ["ThisWorkbook", "Sheet1"]
    assert names[2:] == sorted(modules(functions(), COMMANDS))
    declared = re.findall(r"(?m)^(?:Module|Document)=([^/\r\n]+)", text)
    assert declared == names
    windows = text.partition("[Workspace]")[2].strip("\r\n").split("\r\n")
    assert [line.partition("=")[0] for line in windows] == names


def test_the_sources_are_read_back_as_they_were_made(xlam: bytes) -> None:
    parser = VBA_Parser("kpixl.xlam", data=xlam)
    found = {name.removesuffix(".bas"): code for _, _, name, code in parser.extract_macros()}
    for name, text in modules(functions(), COMMANDS).items():
        assert found[name].replace("\r\n", "\n").rstrip() == text.rstrip()
    assert "Describe" in found["ThisWorkbook.cls"]


def test_modules_are_ascii_with_lines_that_end_as_in_windows(project: olefile.OleFileIO) -> None:
    for name in modules(functions(), COMMANDS):
        code = decompress_stream(bytearray(project.openstream(f"VBA/{name}").read()))
        assert bytes(code).isascii()
        assert code.startswith(b"Attribute VB_Name")
        assert b"\n" not in bytes(code).replace(b"\r\n", b"")


def test_the_package_is_an_add_in_with_our_ribbon_and_help(xlam: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(xlam)) as package:
        assert package.testzip() is None
        types = package.read("[Content_Types].xml").decode()
        assert "application/vnd.ms-excel.addin.macroEnabled.main+xml" in types
        relations = etree.fromstring(package.read("_rels/.rels"))
        targets = {r.get("Type").rpartition("/")[2]: r.get("Target") for r in relations}
        assert package.read(targets["extensibility"]).decode() == ribbon_xml(COMMANDS)
        words = package.read("xl/sharedStrings.xml").decode()
    for spec in functions().values():
        assert spec.name in words
        for argument in spec.shown:
            assert argument.help.replace("&", "&amp;") in words


def test_macros_are_what_the_registry_gives_now() -> None:
    from kpixl.macros.make import stale

    assert stale() == []


def test_each_function_has_a_wrapper_with_its_arguments() -> None:
    code = modules(functions(), {})["KpixlFunctions"].replace(" _\n        ", " ")
    for spec in functions().values():
        match = re.search(rf"Public Function {spec.name}\((.*?)\) As Variant", code)
        assert match is not None
        given = re.findall(r"(Optional )?ByRef (\w+) As Variant", match[1])
        assert given == [("Optional " if a.optional else "", a.name) for a in spec.shown]
        sent = re.search(rf'Ask\("{spec.name}", Array\((.*)\)\)', code)
        assert sent is not None
        asked = re.findall(r"(Plain|Address)\((\w+)\)", sent[1])
        assert asked == [
            ("Address", a.address_of)
            if a.address_of
            else ("Address" if a.address else "Plain", a.name)
            for a in spec.arguments
        ]


def test_a_failing_call_gives_an_error_value_and_never_a_text() -> None:
    made = modules(functions(), COMMANDS)
    wrong = re.findall(r"wrong:\n    (\w+) = Failed\(\"(\w+)\", Err", made["KpixlFunctions"])
    assert wrong == [(name, name) for name in functions()]
    assert "    Failed = CVErr(2015)\n" in made["KpixlCalls"]


# -- the ribbon ------------------------------------------------------------------------


def test_ids_of_the_ribbon_are_unique_and_every_callback_exists_with_its_signature() -> None:
    root = etree.fromstring(ribbon_xml(COMMANDS).encode())
    assert root.tag == f"{{{NAMESPACE}}}customUI"
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    buttons = list(root.iter(f"{{{NAMESPACE}}}button"))
    assert {b.get("tag") for b in buttons} == COMMANDS.keys()
    assert {b.get("onAction") for b in buttons} == {PRESSED}
    code = modules(functions(), COMMANDS)["KpixlRibbon"]
    assert f"Public Sub {PRESSED}(ByVal control As Object)" in code
    for button in root.iter(f"{{{NAMESPACE}}}tab"):
        for inside in button.iter(f"{{{NAMESPACE}}}button"):
            assert len(inside.get("screentip")) <= 1024
            assert len(inside.get("supertip")) <= 1024
            assert len(inside.get("keytip")) <= 3


def test_the_menu_of_a_cell_holds_what_concerns_a_cell_and_only_what_a_menu_may_hold() -> None:
    root = etree.fromstring(ribbon_xml(commands()).encode())
    # the order that the schema asks for
    assert [etree.QName(part).localname for part in root] == ["ribbon", "contextMenus"]
    menus = list(root.iter(f"{{{NAMESPACE}}}contextMenu"))
    assert [m.get("idMso") for m in menus] == ["ContextMenuCell", "ContextMenuListRange"]
    code = modules(functions(), commands())["KpixlRibbon"]
    for menu in menus:
        assert [b.get("label") for b in menu] == [
            "KPI考核:解释此格",
            "KPI考核:校验",
            "KPI考核:清除标记",
        ]
        for button in menu:
            assert set(button.attrib) == {"id", "tag", "label", "imageMso", "onAction"}
            assert button.get("imageMso") == commands()[button.get("tag")].icon
            assert f"Sub {button.get('onAction')}(ByVal control As Object)" in code
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    assert len(ids) == len(set(ids))
    tips = [b.get("keytip") for b in root.iter(f"{{{NAMESPACE}}}button") if b.get("keytip")]
    assert len(tips) == len(set(tips)) == len(commands())


def test_the_groups_stand_in_the_order_of_a_clerks_year() -> None:
    root = etree.fromstring(ribbon_xml(COMMANDS).encode())
    labels = [g.get("label") for g in root.iter(f"{{{NAMESPACE}}}group")]
    assert labels == [g for g in GROUPS if g in {c.group for c in COMMANDS.values()}]


def test_no_key_is_the_beginning_of_another() -> None:
    keys = list(keytips([f"c{n}" for n in range(26)]).values())
    assert len(set(keys)) == 26
    assert not [(a, b) for a in keys for b in keys if a != b and b.startswith(a)]
    with pytest.raises(ValueError, match="letters"):
        keytips([f"c{n}" for n in range(27)])


# -- cells on their way ----------------------------------------------------------------


def test_error_values_blanks_and_percentages_reach_the_functions_as_they_are() -> None:
    rows = ((1.0, None, "甲"), (FAULT + "#REF!", PERCENT + "0.083", True))
    got = received(rows)
    assert got == ((1.0, None, "甲"), (CellError("#REF!"), 0.083, True))
    assert isinstance(got[1][1], Percent)
    assert received(-2147352572) is None  # left out
    assert received(-2147352572.0) == -2147352572.0


def test_what_comes_back_is_a_score_a_blank_or_a_marked_error() -> None:
    clause = "亿元以上企业数量最多的得10分,排名每下降1位减0.5分"
    column = ((12.0,), (7.0,), (None,), (FAULT + "#N/A",))
    assert call("KPISCORE", [clause, 10.0, column, None, None, None, None, None])[2] == [""]
    assert call("KPISCORE", ["读不懂的条款扣", 10.0, 1.0]) == FAULT + "#VALUE!"
    assert answered((("甲", CellError("#NUM!")),)) == [["甲", FAULT + "#NUM!"]]


def test_commands_of_the_registry_have_icons_and_groups() -> None:
    for spec in REGISTRY.commands.values():
        assert spec.group in GROUPS
        assert re.fullmatch(r"[A-Z]\w+", spec.icon)
