"""The ribbon's XML keeps the rules of its schema, and names only what there is.

The rules are those of the schema that Microsoft publishes for Office 2010 and later, for the
elements that are used; Excel shows nothing at all of a ribbon that breaks one of them.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import pytest
from lxml import etree

from kpixl.addin import commands, functions
from kpixl.addin.excel_ribbon import IN_CELL_MENUS, NAMESPACE, PRESSED, ribbon_xml
from kpixl.addin.excel_vba import modules

# Element: what may stand in it, in this order; attributes that it may have; those that it needs.
RULES: Mapping[str, tuple[tuple[str, ...], set[str], set[str]]] = {
    "customUI": (
        ("commands", "ribbon", "backstage", "contextMenus"),
        {"onLoad", "loadImage"},
        set(),
    ),
    "ribbon": (("qat", "tabs", "contextualTabs"), {"startFromScratch"}, set()),
    "tabs": (("tab",), set(), set()),
    "tab": (("group",), {"id", "idQ", "idMso", "label", "keytip", "tag"}, {"label"}),
    "group": (("button",), {"id", "idQ", "idMso", "label", "keytip", "tag"}, {"label"}),
    "contextMenus": (("contextMenu",), set(), set()),
    "contextMenu": (("button",), {"idMso"}, {"idMso"}),
    "button": (
        (),
        {"id", "tag", "label", "size", "imageMso", "screentip", "supertip", "keytip", "onAction"},
        {"label", "imageMso", "onAction"},
    ),
}
NOT_IN_A_MENU = {"size"}  # a button of a menu has the menu's
SIZES = {"size": {"normal", "large"}}
LONGEST = {"keytip": 3}
LONGEST_TEXT = 1024
# Icons that Excel has: each is a button, menu or gallery in Microsoft's tables of the controls of
# Excel 2013, 2016, 2019 and 365 (office-fluent-ui-command-identifiers).  Office draws its own
# icons at 16 and 32 pixels, so that there are no pictures of ours that could be missing.
ICONS = {
    "Calculator",
    "Consolidate",
    "DataValidation",
    "ErrorChecking",
    "FormatAsTableGallery",
    "FormulaEvaluate",
    "FunctionWizard",
    "Help",
    "HyperlinkInsert",
    "PropertySheet",
    "ReviewDeleteComment",
    "ReviewReplyWithChanges",
    "ReviewSendForReview",
    "SignatureLineInsert",
    "SortDescendingExcel",
    "Spelling",
}
MENUS = {"ContextMenuCell", "ContextMenuListRange"}  # from the same tables
LONGEST_LABEL = 6  # characters: two lines of three below a large icon


def name_of(element: etree._Element) -> str:
    return str(etree.QName(element).localname)


def faults(xml: str, code: str) -> list[str]:
    """What is wrong with a ribbon whose callbacks are in `code`."""
    root = etree.fromstring(xml.encode())
    found = [f"namespace {e.tag}" for e in root.iter() if etree.QName(e).namespace != NAMESPACE]
    for element in root.iter():
        found += _shape(element)
        found += _texts(element)
    ids = [e.get("id") for e in root.iter() if e.get("id")]
    found += [f"id {i} twice" for i in set(ids) if ids.count(i) > 1]
    found += [f"id {i} is no name" for i in ids if not re.fullmatch(r"[A-Za-z_][\w.-]*", i)]
    for tab in root.iter(f"{{{NAMESPACE}}}tab"):
        tips = [b.get("keytip", "") for b in tab.iter(f"{{{NAMESPACE}}}button")]
        found += [f"keytip {t} twice" for t in set(tips) if tips.count(t) > 1]
        found += [f"keytips {a}, {b}" for a in tips for b in tips if a != b and b.startswith(a)]
    for button in root.iter(f"{{{NAMESPACE}}}button"):
        found += _button(button, code)
    return found


def _shape(element: etree._Element) -> Iterator[str]:
    """The element itself: its children and attributes."""
    name = name_of(element)
    if name not in RULES:
        yield f"<{name}> is none of the schema's that are known"
        return
    inside, allowed, needed = RULES[name]
    children = [name_of(child) for child in element]
    places = [inside.index(child) if child in inside else -1 for child in children]
    if -1 in places or places != sorted(places):
        yield f"<{name}> holds {children}"
    if name == "customUI" and len(children) != len(set(children)):
        yield f"<{name}> holds one of a kind twice"
    parent = element.getparent()
    if parent is not None and name_of(parent) == "contextMenu":
        allowed = allowed - NOT_IN_A_MENU - {"keytip", "screentip", "supertip"}
    there = {str(key) for key in element.attrib}
    yield from (f"<{name}> has {key}" for key in there - allowed)
    yield from (f"<{name}> lacks {key}" for key in needed - there)
    if (
        name in ("tab", "group", "button", "contextMenu")
        and len(there & {"id", "idQ", "idMso"}) != 1
    ):
        yield f"<{name}> needs one of id, idQ, idMso"


def _texts(element: etree._Element) -> Iterator[str]:
    for key, text in element.attrib.items():
        most = LONGEST.get(str(key), LONGEST_TEXT)
        if not 1 <= len(text) <= most:
            yield f"{key} of {len(text)} characters"
        if key == "keytip" and re.search(r"\s", str(text)):
            yield "keytip with a blank"
        if text not in SIZES.get(str(key), {text}):
            yield f"{key} is {text}"
        if key == "idMso" and text not in MENUS:
            yield f"Excel has no {text}"


def _button(button: etree._Element, code: str) -> Iterator[str]:
    callback = re.escape(button.get("onAction", ""))
    # Office hands the control over, and nothing else.
    if not re.search(rf"(?m)^Public Sub {callback}\(ByVal \w+ As (Object|IRibbonControl)\)$", code):
        yield f"no callback {callback} with its signature"
    if button.get("imageMso") not in ICONS:
        yield f"Excel has no icon {button.get('imageMso')}"
    if name_of(button.getparent()) == "group" and len(button.get("label", "")) > LONGEST_LABEL:
        yield f"label {button.get('label')} is too long"


XML = ribbon_xml(commands())
CODE = modules(functions(), commands())["KpixlRibbon"]


def test_the_ribbon_keeps_every_rule() -> None:
    assert faults(XML, CODE) == []


def test_every_command_has_a_button_in_the_tab_and_those_of_a_cell_in_its_menus() -> None:
    root = etree.fromstring(XML.encode())
    tab = [
        b.get("tag") for b in next(root.iter(f"{{{NAMESPACE}}}tab")).iter(f"{{{NAMESPACE}}}button")
    ]
    assert sorted(tab) == sorted(commands())
    for menu in root.iter(f"{{{NAMESPACE}}}contextMenu"):
        assert [b.get("tag") for b in menu] == list(IN_CELL_MENUS)


def test_a_callback_can_be_found_by_excel() -> None:
    """Excel finds public procedures of a module that is not private."""
    assert "Option Private Module" not in CODE
    assert CODE.count(f"Sub {PRESSED}(") == 1


def test_there_is_no_picture_of_ours_that_could_be_missing() -> None:
    assert not re.search(r"\b(image|getImage|loadImage)=", XML)


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ('id="kpixl_rank"', 'id="kpixl_score"', "id kpixl_score twice"),
        ('id="kpixl_rank"', 'id="排 名"', "is no name"),
        ('id="kpixl_rank"', 'id="a" idMso="Help"', "<button> has idMso"),
        ('id="kpixl_rank" ', "", "needs one of id"),
        (f'onAction="{PRESSED}"', 'onAction="Nowhere"', "no callback Nowhere"),
        ('imageMso="Calculator"', 'imageMso="TableSelect"', "no icon TableSelect"),
        ('imageMso="Calculator" ', "", "<button> lacks imageMso"),
        ('keytip="A"', 'keytip="B"', "keytip B twice"),
        ('keytip="A"', 'keytip="AB C"', "characters"),
        ('keytip="A"', 'keytip="BC"', "keytips B, BC"),
        ('keytip="A"', 'keytip="A "', "keytip with a blank"),
        ('label="评分" size', 'label="逐项计分并排出名次" size', "too long"),
        ('label="模板"', 'label=""', "label of 0 characters"),
        ('size="large"', 'size="huge"', "size is huge"),
        ('supertip="', f'supertip="{"长" * 1024}', "characters"),
        ("<contextMenus>", "<contextMenus/><contextMenus>", "twice"),
        ('idMso="ContextMenuCell"', 'idMso="ContextMenuZelle"', "no ContextMenuZelle"),
        ("<group ", '<group getLabel="f" ', "<group> has getLabel"),
        ("2009/07/customui", "2006/01/customui", "namespace"),
    ],
)
def test_a_ribbon_that_breaks_a_rule_is_found(old: str, new: str, words: str) -> None:
    assert old in XML
    broken = XML.replace(old, new, 1)
    assert any(words in fault for fault in faults(broken, CODE)), faults(broken, CODE)


def test_a_callback_of_another_signature_is_found() -> None:
    for other in ("()", "(ByVal control As Object, ByRef image)", "(control)"):
        code = CODE.replace("(ByVal control As Object)", other, 1)
        assert any("no callback" in fault for fault in faults(XML, code))
    private = CODE.replace("Public Sub KpixlPressed", "Private Sub KpixlPressed")
    assert faults(XML, private)
