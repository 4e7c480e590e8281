"""Workbooks with parts that no free writer makes, put together by hand.

Each part has the names, content types and relationships that Excel or WPS gives it.
"""

from __future__ import annotations

import re
import struct
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from io import BytesIO

from tests.hosts.nasty_writers import by_xlsxwriter, picture
from tests.hosts.packages import Change, rewritten

_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_MS = "http://schemas.microsoft.com/office"
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_X14 = f"{_MS}/spreadsheetml/2009/9/main"
_SPREADSHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_EXCEL = "application/vnd.ms-excel"
SHEET, BOOK = "xl/worksheets/sheet1.xml", "xl/workbook.xml"
_DECLARED = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'


@dataclass(frozen=True)
class Part:
    """One more part: who points to it (with which id), and what it is."""

    name: str
    content: str | bytes
    kind: str = ""  # of the content; empty where its extension says it
    of: str = ""  # the part that points to it; "" is the package
    link: str = ""  # kind of relationship; empty for none
    id: str = ""


def with_parts(data: bytes, parts: Sequence[Part], **changes: Change) -> bytes:
    """A package with further parts, their content types and relationships.

    `changes` are of the sheet, the book, and so on (`_PLACES`).
    """
    places = {
        "sheet": SHEET,
        "book": BOOK,
        "styles": "xl/styles.xml",
        "texts": "xl/sharedStrings.xml",
        "links": "xl/_rels/workbook.xml.rels",
        "comments": "xl/comments1.xml",
    }
    out: dict[str, Change] = {places[key]: change for key, change in changes.items()}
    there = set(zipfile.ZipFile(BytesIO(data)).namelist())
    rels: dict[str, list[str]] = {}
    types = ""
    for number, part in enumerate(parts):
        out[part.name] = part.content
        if part.kind:
            types += f'<Override PartName="/{part.name}" ContentType="{part.kind}"/>'
        if part.link:
            link = part.link if "://" in part.link else f"{_OFFICE}/{part.link}"
            rels.setdefault(part.of, []).append(
                f'<Relationship Id="{part.id or f"rIdx{number}"}" Type="{link}" '
                f'Target="/{part.name}"/>'
            )
    defaults = {
        "png": "image/png",
        "vml": "application/vnd.openxmlformats-officedocument.vmlDrawing",
        "bin": f"{_SPREADSHEET}.printerSettings",
        "emf": "image/x-emf",
    }
    used = {part.name.rpartition(".")[2] for part in parts if not part.kind} & defaults.keys()

    def typed(text: str) -> str:
        new = "".join(
            f'<Default Extension="{e}" ContentType="{defaults[e]}"/>'
            for e in sorted(used)
            if f'Extension="{e}"' not in text
        )
        text = re.sub(r"(<Types[^>]*>)", lambda m: m[1] + new, text)
        return text.replace("</Types>", f"{types}</Types>")

    if types or used:
        out["[Content_Types].xml"] = typed
    for of, some in rels.items():
        folder, _, file = of.rpartition("/")
        name = f"{folder}/_rels/{file}.rels".lstrip("/") if of else "_rels/.rels"
        made = "".join(some)
        if name in there:
            out[name] = _before("</Relationships>", made)
        else:
            out[name] = (
                f'{_DECLARED}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
                f'relationships">{made}</Relationships>'
            )
    return rewritten(data, out)


def _before(mark: str, new: str) -> Callable[[str], str]:
    return lambda text: text.replace(mark, new + mark, 1)


def _both(*changes: Callable[[str], str]) -> Callable[[str], str]:
    def change(text: str) -> str:
        for one in changes:
            after = one(text)
            assert after != text
            text = after
        return text

    return change


def plain() -> bytes:
    """The usual sheet and another."""
    return by_xlsxwriter(lambda book, sheet: book.add_worksheet("别的").write("A1", 7) and None)


def noted() -> bytes:
    """The usual sheet with a note on B3, and another."""

    def fill(book: object, sheet: object) -> None:
        sheet.write_comment("B3", "请核对", {"author": "甲"})  # type: ignore[attr-defined]
        book.add_worksheet("别的")  # type: ignore[attr-defined]

    return by_xlsxwriter(fill)


# -- pivot tables, slicers, timelines --------------------------------------------------


def pivot_and_slicers() -> bytes:
    """A pivot table with a cache and records, a slicer on it and on a table, a timeline."""
    cache = (
        f'{_DECLARED}<pivotCacheDefinition xmlns="{_MAIN}" xmlns:r="{_OFFICE}" r:id="rId1" '
        'refreshedBy="甲" refreshedDate="42000" createdVersion="6" refreshedVersion="6" '
        'minRefreshableVersion="3" recordCount="5"><cacheSource type="worksheet">'
        '<worksheetSource ref="A1:B6" sheet="填报"/></cacheSource><cacheFields count="2">'
        '<cacheField name="指标" numFmtId="0"><sharedItems count="2"><s v="甲"/><s v="乙"/>'
        '</sharedItems></cacheField><cacheField name="完成值" numFmtId="0"><sharedItems '
        'containsSemiMixedTypes="0" containsString="0" containsNumber="1" minValue="1" '
        'maxValue="9"/></cacheField></cacheFields></pivotCacheDefinition>'
    )
    records = (
        f'{_DECLARED}<pivotCacheRecords xmlns="{_MAIN}" count="2"><r><x v="0"/><n v="1"/></r>'
        '<r><x v="1"/><n v="9"/></r></pivotCacheRecords>'
    )
    table = (
        f'{_DECLARED}<pivotTableDefinition xmlns="{_MAIN}" name="透视表1" cacheId="7" '
        'dataCaption="值" updatedVersion="6" minRefreshableVersion="3" createdVersion="6" '
        'outline="1" outlineData="1"><location ref="F1:G4" firstHeaderRow="1" firstDataRow="1" '
        'firstDataCol="1"/><pivotFields count="2"><pivotField axis="axisRow" showAll="0"><items '
        'count="3"><item x="0"/><item x="1"/><item t="default"/></items></pivotField><pivotField '
        'dataField="1" showAll="0"/></pivotFields><rowFields count="1"><field x="0"/></rowFields>'
        '<rowItems count="3"><i><x/></i><i><x v="1"/></i><i t="grand"><x/></i></rowItems>'
        '<colItems count="1"><i/></colItems><dataFields count="1"><dataField name="求和项" fld="1" '
        'baseField="0" baseItem="0"/></dataFields></pivotTableDefinition>'
    )
    slicers = (
        f'{_DECLARED}<slicers xmlns="{_X14}"><slicer name="指标" cache="切片器_指标" '
        'caption="指标" rowHeight="241300"/></slicers>'
    )
    slicer_cache = (
        f'{_DECLARED}<slicerCacheDefinition xmlns="{_X14}" name="切片器_指标" sourceName="指标">'
        '<pivotTables><pivotTable tabId="2" name="透视表1"/></pivotTables><data><tabular '
        'pivotCacheId="7"><items count="2"><i x="0" s="1"/><i x="1" s="1"/></items></tabular>'
        "</data></slicerCacheDefinition>"
    )
    timelines = (
        f'{_DECLARED}<timelines xmlns="{_MS}/spreadsheetml/2010/11/main"><timeline name="日期" '
        'cache="日程表_日期" caption="日期" level="2" selectionLevel="2"/></timelines>'
    )
    on_book = (
        f'<pivotCaches><pivotCache cacheId="7" xmlns:r="{_OFFICE}" r:id="rIdCache"/></pivotCaches>'
        '<extLst><ext uri="{BBE1A952-AA13-448e-AADC-164F8A28A991}" '
        f'xmlns:x14="{_X14}"><x14:slicerCaches><x14:slicerCache xmlns:r="{_OFFICE}" '
        'r:id="rIdSlicers"/></x14:slicerCaches></ext></extLst>'
    )
    on_sheet = (
        '<extLst><ext uri="{A8765BA9-456A-4dab-B4F3-ACF838C121DE}" '
        f'xmlns:x14="{_X14}"><x14:slicerList><x14:slicer xmlns:r="{_OFFICE}" r:id="rIdSlicer"/>'
        "</x14:slicerList></ext></extLst>"
    )
    other, caches = "xl/worksheets/sheet2.xml", "xl/pivotCache/pivotCacheDefinition1.xml"
    parts = [
        Part(caches, cache, f"{_SPREADSHEET}.pivotCacheDefinition+xml", BOOK,
             "pivotCacheDefinition", "rIdCache"),
        Part("xl/pivotCache/pivotCacheRecords1.xml", records,
             f"{_SPREADSHEET}.pivotCacheRecords+xml", caches, "pivotCacheRecords", "rId1"),
        Part("xl/pivotTables/pivotTable1.xml", table, f"{_SPREADSHEET}.pivotTable+xml", other,
             "pivotTable"),
        Part("xl/slicers/slicer1.xml", slicers, f"{_EXCEL}.slicer+xml", SHEET,
             f"{_MS}/2007/relationships/slicer", "rIdSlicer"),
        Part("xl/slicerCaches/slicerCache1.xml", slicer_cache, f"{_EXCEL}.slicerCache+xml", BOOK,
             f"{_MS}/2007/relationships/slicerCache", "rIdSlicers"),
        Part("xl/timelines/timeline1.xml", timelines, f"{_EXCEL}.timeline+xml", SHEET,
             f"{_MS}/2011/relationships/timeline"),
    ]  # fmt: skip
    data = with_parts(
        plain(),
        parts,
        sheet=_before("</worksheet>", on_sheet),
        book=_before("</workbook>", on_book),
    )
    link = (
        '<Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/'
        f'relationships/pivotCacheDefinition" Target="/{caches}"/>'
    )
    rels = (
        f'{_DECLARED}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships">{link}</Relationships>'
    )
    return rewritten(data, {"xl/pivotTables/_rels/pivotTable1.xml.rels": rels})


# -- what hangs on a sheet -------------------------------------------------------------


def conversations() -> bytes:
    """A conversation with a reply, and who took part in it."""
    space = f"{_MS}/spreadsheetml/2018/threadedcomments"
    first, second = (f"{{BBBBBBBB-0000-4000-8000-00000000000{n}}}" for n in (1, 2))
    person = "{AAAAAAAA-0000-4000-8000-000000000001}"
    talk = (
        f'{_DECLARED}<ThreadedComments xmlns="{space}"><threadedComment ref="B3" '
        f'dT="2024-05-01T08:00:00.00" personId="{person}" id="{first}"><text>请核对</text>'
        f'</threadedComment><threadedComment ref="B3" dT="2024-05-02T08:00:00.00" '
        f'personId="{person}" id="{second}" parentId="{first}"><text>已核对</text>'
        "</threadedComment></ThreadedComments>"
    )
    persons = (
        f'{_DECLARED}<personList xmlns="{space}" xmlns:x="{_MAIN}"><person displayName="张三" '
        f'id="{person}" userId="S::zhang@a.invalid::1" providerId="AD"/></personList>'
    )
    return with_parts(
        noted(),
        [
            Part("xl/threadedComments/threadedComment1.xml", talk, f"{_EXCEL}.threadedcomments+xml",
                 SHEET, f"{_MS}/2017/10/relationships/threadedComment"),
            Part("xl/persons/person.xml", persons, f"{_EXCEL}.person+xml", BOOK,
                 f"{_MS}/2017/10/relationships/person"),
        ],
        comments=lambda x: x.replace("<author>甲<", f"<author>tc={first}<"),
    )  # fmt: skip


def controls() -> bytes:
    """A spinner and an ActiveX button in AlternateContent, an embedded file."""
    spinner = (
        f'{_DECLARED}<formControlPr xmlns="{_X14}" objectType="Spin" dx="22" fmlaLink="$D$3" '
        'max="30000" page="10" val="5"/>'
    )
    active = (
        f'{_DECLARED}<ax:ocx xmlns:ax="{_MS}/2006/activeX" xmlns:r="{_OFFICE}" '
        'ax:classid="{D7053240-CE69-11CD-A777-00DD01143C57}" ax:persistence="persistStreamInit" '
        'r:id="rId1"/>'
    )
    on_sheet = (
        '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/'
        f'2006"><mc:Choice xmlns:x14="{_X14}" Requires="x14"><controls><mc:AlternateContent>'
        f'<mc:Choice Requires="x14"><control xmlns:r="{_OFFICE}" shapeId="3001" r:id="rIdSpin" '
        'name="微调"><controlPr defaultSize="0" autoPict="0"><anchor moveWithCells="1"><from>'
        '<xdr:col xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing">'
        "5</xdr:col></from></anchor></controlPr></control></mc:Choice></mc:AlternateContent>"
        "</controls></mc:Choice></mc:AlternateContent>"
    )
    parts = [
        Part("xl/ctrlProps/ctrlProp1.xml", spinner, f"{_EXCEL}.controlproperties+xml", SHEET,
             "ctrlProp", "rIdSpin"),
        Part("xl/activeX/activeX1.xml", active, "application/vnd.ms-office.activeX+xml", SHEET,
             "control", "rIdActive"),
        Part("xl/activeX/activeX1.bin", b"\x40\x32\x05\xd7" + bytes(60),
             "application/vnd.ms-office.activeX", "xl/activeX/activeX1.xml",
             f"{_MS}/2006/relationships/activeXControlBinary", "rId1"),
        Part("xl/embeddings/附件.bin", b"\xd0\xcf\x11\xe0" + bytes(500),
             "application/vnd.openxmlformats-officedocument.oleObject", SHEET, "oleObject"),
        Part("xl/media/image9.emf", b"\x01\0\0\0" + bytes(100), "", SHEET, "image"),
    ]  # fmt: skip
    return with_parts(noted(), parts, sheet=_before("</worksheet>", on_sheet))


def extensions() -> bytes:
    """Validations and conditional formats of 2010, data bars, views of one's own, page setup."""
    on_sheet = (
        '<customSheetViews><customSheetView guid="{11111111-0000-4000-8000-000000000001}" '
        'scale="80"><pageMargins left="1" right="1" top="1" bottom="1" header="0" footer="0"/>'
        "</customSheetView></customSheetViews>"
    )
    printer = f'<pageSetup paperSize="9" xmlns:r="{_OFFICE}" r:id="rIdPrinter"/>'
    more = (
        f'<extLst><ext xmlns:x14="{_X14}" uri="{{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}}">'
        '<x14:dataValidations xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" '
        'count="1"><x14:dataValidation type="list" allowBlank="1"><x14:formula1><xm:f>别的!$A$1:$A$3'
        "</xm:f></x14:formula1><xm:sqref>D2:D6</xm:sqref></x14:dataValidation>"
        f'</x14:dataValidations></ext><ext xmlns:x14="{_X14}" '
        'uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}"><x14:conditionalFormattings>'
        '<x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        '<x14:cfRule type="iconSet" priority="2" id="{22222222-0000-4000-8000-000000000002}">'
        '<x14:iconSet custom="1"><x14:cfvo type="percent"><xm:f>0</xm:f></x14:cfvo><x14:cfvo '
        'type="num"><xm:f>5</xm:f></x14:cfvo><x14:cfvo type="num"><xm:f>9</xm:f></x14:cfvo>'
        '<x14:cfIcon iconSet="3Flags" iconId="0"/><x14:cfIcon iconSet="NoIcons" iconId="0"/>'
        '<x14:cfIcon iconSet="3Flags" iconId="2"/></x14:iconSet></x14:cfRule><xm:sqref>B2:B6'
        "</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    return with_parts(
        plain(),
        [
            Part("xl/printerSettings/printerSettings1.bin", struct.pack("<HH", 0x9C, 7) * 90, "",
                 SHEET, "printerSettings", "rIdPrinter"),
        ],
        sheet=_both(
            _before("<pageMargins", on_sheet),
            _before("</worksheet>", printer + more),
        ),
    )  # fmt: skip


def odd_cells() -> bytes:
    """Shared formulas, a data table, phonetics, rich text, a stray cell in the last row."""
    rows = (
        '<row r="20"><c r="A20"><f t="shared" ref="A20:A22" si="0">B2*2</f><v>566</v></c>'
        '<c r="D20" t="inlineStr"><is><r><rPr><b/></rPr><t>粗</t></r><r><t xml:space="preserve"> 平'
        '</t></r><rPh sb="0" eb="1"><t>cu</t></rPh><phoneticPr fontId="0"/></is></c></row>'
        '<row r="21"><c r="A21"><f t="shared" si="0"/><v>83</v></c><c r="D21" t="d">'
        '<v>2015-12-31T00:00:00</v></c></row><row r="22"><c r="A22"><f t="shared" si="0"/><v>24</v>'
        '</c></row><row r="30"><c r="E30"><f t="dataTable" ref="E30:E32" dt2D="0" dtr="0" r1="B2"/>'
        '<v>1</v></c><c r="F30"><f aca="1" ca="1">RAND()</f><v>0.5</v></c></row>'
        '<row r="31"><c r="E31"><v>2</v></c></row><row r="32"><c r="E32"><v>3</v></c></row>'
        '<row r="1048576"><c r="D1048576"><v>1</v></c></row>'
    )
    phonetic = (
        '<si><t>工业</t><rPh sb="0" eb="2"><t>gōng yè</t></rPh><phoneticPr fontId=\'0\' '
        'type="noConversion"/></si>'
    )
    return with_parts(
        plain(),
        [],
        sheet=_before("</sheetData>", rows),
        texts=lambda x: x.replace("</sst>", f"{phonetic}</sst>").replace(
            "<sst ", "<!-- 拼音 --><sst ", 1
        ),
    )


# -- what hangs on the workbook --------------------------------------------------------


def links_and_data() -> bytes:
    """Another workbook's cells, a connection with a query, XML maps, custom XML, add-ins."""
    external = (
        f'{_DECLARED}<externalLink xmlns="{_MAIN}"><externalBook xmlns:r="{_OFFICE}" r:id="rId1">'
        '<sheetNames><sheetName val="去年"/></sheetNames><sheetDataSet><sheetData sheetId="0">'
        '<row r="1"><cell r="A1"><v>5</v></cell></row></sheetData></sheetDataSet></externalBook>'
        "</externalLink>"
    )
    path = (
        f'{_DECLARED}<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="rId1" Type="{_OFFICE}/externalLinkPath" '
        'Target="file:///D:/考核/去年.xlsx" TargetMode="External"/></Relationships>'
    )
    connection = (
        f'{_DECLARED}<connections xmlns="{_MAIN}"><connection id="1" name="查询" type="5" '
        'refreshedVersion="6"><dbPr connection="Provider=X" command="SELECT 1"/></connection>'
        "</connections>"
    )
    maps = (
        f'{_DECLARED}<MapInfo xmlns="{_MAIN}" SelectionNamespaces=""><Schema ID="Schema1"><xsd:'
        'schema xmlns:xsd="http://www.w3.org/2001/XMLSchema"/></Schema></MapInfo>'
    )
    item = '<?xml version="1.0"?><b:Sources xmlns:b="urn:a" xml:space="preserve"> <b:S/>\r\n</b:Sources>'
    properties = (
        '<?xml version="1.0" encoding="UTF-8" standalone="no"?><ds:datastoreItem ds:itemID="'
        '{33333333-0000-4000-8000-000000000003}" xmlns:ds="http://schemas.openxmlformats.org/'
        'officeDocument/2006/customXml"><ds:schemaRefs/></ds:datastoreItem>'
    )
    label = (
        '<clbl:labelList xmlns:clbl="http://schemas.microsoft.com/office/2020/mipLabelMetadata"/>'
    )
    pane = f'<wetp:taskpanes xmlns:wetp="{_MS}/webextensions/taskpanes/2010/11"/>'
    links = "xl/externalLinks/externalLink1.xml"
    data = with_parts(
        plain(),
        [
            Part(links, external, f"{_SPREADSHEET}.externalLink+xml", BOOK, "externalLink",
                 "rIdOther"),
            Part("xl/connections.xml", connection, f"{_SPREADSHEET}.connections+xml", BOOK,
                 "connections"),
            Part("xl/xmlMaps.xml", maps, "application/xml", BOOK, "xmlMaps"),
            Part("customXml/item1.xml", item, "application/xml", BOOK, "customXml"),
            Part("customXml/itemProps1.xml", properties,
                 "application/vnd.openxmlformats-officedocument.customXmlProperties+xml",
                 "customXml/item1.xml", "customXmlProps"),
            Part("docMetadata/LabelInfo.xml", label, "application/vnd.ms-office.classificationlabels"
                 "+xml", "", f"{_MS}/2020/02/relationships/classificationlabels"),
            Part("xl/webextensions/taskpanes.xml", pane,
                 "application/vnd.ms-office.webextensiontaskpanes+xml", "",
                 f"{_MS}/2011/relationships/webextensiontaskpanes"),
            Part("docProps/thumbnail.png", picture(), "", "", "http://schemas.openxmlformats.org/"
                 "package/2006/relationships/metadata/thumbnail"),
            Part("xl/将来/part1.xml", "<未来 xmlns='urn:x'/>", "application/xml", BOOK,
                 "http://a.invalid/relationships/unknown"),
        ],
        book=_before(
            "<calcPr",
            f'<externalReferences><externalReference xmlns:r="{_OFFICE}" r:id="rIdOther"/>'
            "</externalReferences><definedNames><definedName name=\"去年值\">[1]去年!$A$1"
            "</definedName></definedNames>",
        ),
        sheet=_before(
            "</sheetData>", '<row r="25"><c r="A25"><f>[1]去年!A1</f><v>5</v></c></row>'
        ),
    )  # fmt: skip
    return rewritten(data, {"xl/externalLinks/_rels/externalLink1.xml.rels": path})


def calculated() -> bytes:
    """An order of calculation, what recalculates always, a calculation by hand, two views."""
    chain = f'{_DECLARED}<calcChain xmlns="{_MAIN}"><c r="B10" i="1" l="1"/></calcChain>'
    volatile = f'{_DECLARED}<volTypes xmlns="{_MAIN}"/>'
    return with_parts(
        plain(),
        [
            Part("xl/calcChain.xml", chain, f"{_SPREADSHEET}.calcChain+xml", BOOK, "calcChain"),
            Part("xl/volatileDependencies.xml", volatile,
                 f"{_SPREADSHEET}.volatileDependencies+xml", BOOK, "volatileDependencies"),
        ],
        book=_both(
            lambda x: re.sub(r"<calcPr [^>]*/>", '<calcPr calcMode="manual" iterate="1" '
                             'fullPrecision="0" calcId="191029"/>', x),
            _before("<sheets>", "<!-- 次序 -->"),
        ),
    )  # fmt: skip


def macros() -> bytes:
    """A macro-enabled workbook with a ribbon of its own, in both spellings, and a toolbar."""
    ribbon = (
        '<customUI xmlns="http://schemas.microsoft.com/office/{}/customui"><ribbon><tabs><tab '
        'id="t" label="考核"><group id="g" label="组"><button id="b" label="运行" onAction="运行"/>'
        "</group></tab></tabs></ribbon></customUI>"
    )
    data = with_parts(
        noted(),
        [
            Part("xl/vbaProject.bin", vba_project(), f"{_EXCEL.replace('excel', 'office')}"
                 ".vbaProject", BOOK, f"{_MS}/2006/relationships/vbaProject"),
            Part("customUI/customUI.xml", ribbon.format("2006/01"), "application/xml", "",
                 f"{_MS}/2006/relationships/ui/extensibility"),
            Part("customUI/customUI14.xml", ribbon.format("2009/07"), "application/xml", "",
                 f"{_MS}/2007/relationships/ui/extensibility"),
            Part("xl/attachedToolbars.bin", bytes(range(64)), f"{_EXCEL}.attachedToolbars", BOOK,
                 f"{_MS}/2006/relationships/attachedToolbars"),
        ],
        book=lambda x: x.replace("<workbookPr ", '<workbookPr codeName="ThisWorkbook" '),
        sheet=lambda x: x.replace("<dimension", '<sheetPr codeName="Sheet1"/><dimension'),
    )  # fmt: skip
    return rewritten(
        data,
        {
            "[Content_Types].xml": lambda x: x.replace(
                f"{_SPREADSHEET}.sheet.main+xml", f"{_EXCEL}.sheet.macroEnabled.main+xml"
            )
        },
    )


def vba_project() -> bytes:
    """A VBA project, from the template that travels with xlwings."""
    from importlib.resources import files

    template = files("xlwings") / "quickstart.xlsm"
    with zipfile.ZipFile(BytesIO(template.read_bytes())) as package:
        return package.read("xl/vbaProject.bin")


def wps() -> bytes:
    """Pictures in cells as WPS keeps them, beside what Excel keeps of them."""
    pictures = (
        f'{_DECLARED}<etc:cellImages xmlns:etc="http://www.wps.cn/officeDocument/2017/etCustomData" '
        'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f'xmlns:r="{_OFFICE}" xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
        '<etc:cellImage><xdr:pic><xdr:nvPicPr><xdr:cNvPr id="2" name="ID_0A1B2C3D4E5F" descr="章"/>'
        '<xdr:cNvPicPr/></xdr:nvPicPr><xdr:blipFill><a:blip r:embed="rId1"/></xdr:blipFill>'
        "<xdr:spPr/></xdr:pic></etc:cellImage></etc:cellImages>"
    )
    rows = (
        '<row r="20"><c r="D20" t="str"><f>_xlfn.DISPIMG("ID_0A1B2C3D4E5F",1)</f>'
        '<v>=DISPIMG("ID_0A1B2C3D4E5F",1)</v></c></row>'
    )
    return with_parts(
        plain(),
        [
            Part("xl/cellimages.xml", pictures, "application/vnd.wps-officedocument.cellimage+xml",
                 BOOK, "http://www.wps.cn/officeDocument/2020/cellImage"),
            Part("xl/media/image7.png", picture(), "", "xl/cellimages.xml", "image", "rId1"),
        ],
        sheet=_before("</sheetData>", rows),
        book=lambda x: re.sub(
            r'<fileVersion [^>]*/>', '<fileVersion appName="xl" lastEdited="3" lowestEdited="5" '
            'rupBuild="9302"/>', x
        ),
    )  # fmt: skip


def shared_history() -> bytes:
    """A workbook that several people edit at once: users and the log of their changes."""
    headers = (
        f'{_DECLARED}<headers xmlns="{_MAIN}" xmlns:r="{_OFFICE}" '
        'guid="{44444444-0000-4000-8000-000000000004}"><header '
        'guid="{44444444-0000-4000-8000-000000000004}" dateTime="2015-12-31T00:00:00" '
        'maxSheetId="3" userName="甲" r:id="rId1"><sheetIdMap count="2"><sheetId val="1"/>'
        '<sheetId val="2"/></sheetIdMap></header></headers>'
    )
    log = f'{_DECLARED}<revisions xmlns="{_MAIN}"/>'
    users = f'{_DECLARED}<users xmlns="{_MAIN}" count="0"/>'
    place = "xl/revisions/revisionHeaders.xml"
    return with_parts(
        plain(),
        [
            Part(place, headers, f"{_SPREADSHEET}.revisionHeaders+xml", BOOK, "revisionHeaders"),
            Part("xl/revisions/revisionLog1.xml", log, f"{_SPREADSHEET}.revisionLog+xml", place,
                 "revisionLog", "rId1"),
            Part("xl/revisions/userNames.xml", users, f"{_SPREADSHEET}.userNames+xml", BOOK,
                 "usernames"),
        ],
    )  # fmt: skip


# -- other spellings -------------------------------------------------------------------

_STRICT = (
    (_MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main"),
    (_OFFICE, "http://purl.oclc.org/ooxml/officeDocument/relationships"),
    (
        "http://schemas.openxmlformats.org/drawingml/2006/",
        "http://purl.oclc.org/ooxml/drawingml/",
    ),
    (
        "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
        "http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
    ),
    ("relationships/extended-properties", "relationships/extendedProperties"),
)


def strict() -> bytes:
    """The ISO dialect, with other namespaces everywhere."""

    def fill(book: object, sheet: object) -> None:
        sheet.write_comment("B3", "请核对", {"author": "甲"})  # type: ignore[attr-defined]
        chart = book.add_chart({"type": "column"})  # type: ignore[attr-defined]
        chart.add_series({"values": "=填报!$B$2:$B$6"})
        sheet.insert_chart("F12", chart)  # type: ignore[attr-defined]

    source = by_xlsxwriter(fill)
    with zipfile.ZipFile(BytesIO(source)) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    for name, text in parts.items():
        if name.endswith((".xml", ".rels")) and name != "[Content_Types].xml":
            for old, new in _STRICT:
                text = text.replace(old, new)
            if name == BOOK:
                text = text.replace("<workbook ", '<workbook conformance="strict" ', 1)
            parts[name] = text
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(name, text)
    return out.getvalue()


def prefixed() -> bytes:
    """Main parts with a prefix on every element, single quotes, comments in between."""

    def change(text: str) -> str:
        text = re.sub(r"(</?)(?=[A-Za-z])(?!\w+:)", r"\1x:", text)
        text = text.replace(f'xmlns="{_MAIN}"', f"xmlns:x='{_MAIN}'")
        return text.replace("<x:sheetData>", "<!-- <x:row r='1'/> --><x:sheetData>")

    return rewritten(plain(), {SHEET: change, BOOK: change, "xl/styles.xml": change})


def bare() -> bytes:
    """Rows and cells without addresses, no styles, no shared texts, absolute targets."""
    rows = (
        "<row><c t='inlineStr'><is><t>指标</t></is></c><c t='inlineStr'><is><t>完成值</t></is></c>"
        "</row>" + "".join(
            f"<row><c t='inlineStr'><is><t>{name}</t></is></c><c><v>{figure}</v></c></row>"
            for name, figure in (("甲", 283), ("乙", 41.5), ("丙", 12), ("丁", 3.2), ("戊", -0.7))
        ) + "<row/><row/><row/><row><c r='B10'><f>SUM(B2:B9)</f><v>339</v></c></row>"
    )  # fmt: skip
    out = BytesIO()
    parts = {
        "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/'
        'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-'
        f'package.relationships+xml"/><Override PartName="/Book.xml" ContentType="{_SPREADSHEET}.'
        f'sheet.main+xml"/><Override PartName="/s/One.XML" ContentType="{_SPREADSHEET}.worksheet'
        '+xml"/></Types>',
        "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
        f'relationships"><Relationship Id="a" Type="{_OFFICE}/officeDocument" Target="/Book.xml"/>'
        "</Relationships>",
        "Book.xml": f'<workbook xmlns="{_MAIN}" xmlns:rel="{_OFFICE}"><sheets><sheet name="填报" '
        'sheetId="9" rel:id="one"/></sheets></workbook>',
        "_rels/Book.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/'
        f'2006/relationships"><Relationship Id="one" Type="{_OFFICE}/worksheet" '
        'Target="/s/One.XML"/></Relationships>',
        "s/One.XML": f'<worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>',
    }
    with zipfile.ZipFile(out, "w") as package:
        package.comment = "注释".encode()
        for name, text in parts.items():
            info = zipfile.ZipInfo(name, (2015, 12, 31, 8, 0, 0))
            info.external_attr = 0o644 << 16
            info.comment = b"c"
            info.extra = b"\xfe\xca\x04\x00\x01\x02\x03\x04"
            package.writestr(info, text)
    return out.getvalue()


def backslashes() -> bytes:
    """Names of parts with the separators of Windows."""
    out = BytesIO()
    with zipfile.ZipFile(BytesIO(plain())) as old, zipfile.ZipFile(out, "w") as new:
        for info in old.infolist():
            other = zipfile.ZipInfo("x")
            other.filename = info.filename.replace("/", "\\")
            new.writestr(other, old.read(info))
    return out.getvalue()


def in_utf16() -> bytes:
    """Parts in another encoding, with a byte order mark."""

    def change(text: str) -> bytes:
        return text.replace('encoding="UTF-8"', 'encoding="UTF-16"').encode("utf-16")

    source = plain()
    with zipfile.ZipFile(BytesIO(source)) as package:
        text = package.read(SHEET).decode()
    return rewritten(source, {SHEET: change(text)})


def old_sheets() -> bytes:
    """A dialog, a macro sheet of Excel 4, and a sheet that points nowhere."""
    dialog = (
        f'{_DECLARED}<dialogsheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"/>'
        "</sheetViews></dialogsheet>"
    )
    macro = (
        f'{_DECLARED}<xm:macrosheet xmlns="{_MAIN}" xmlns:xm="http://schemas.microsoft.com/office/'
        'excel/2006/main"><sheetData><row r="1"><c r="A1"><f>RETURN()</f><v>0</v></c></row>'
        "</sheetData></xm:macrosheet>"
    )
    return with_parts(
        plain(),
        [
            Part("xl/dialogsheets/sheet1.xml", dialog, f"{_SPREADSHEET}.dialogsheet+xml", BOOK,
                 "dialogsheet", "rIdDialog"),
            Part("xl/macrosheets/sheet1.xml", macro, f"{_EXCEL}.macrosheet+xml", BOOK,
                 f"{_MS}/2006/relationships/xlMacrosheet", "rIdMacro"),
        ],
        book=_before("</sheets>", '<sheet name="对话框1" sheetId="11" r:id="rIdDialog"/><sheet '
                     'name="宏1" sheetId="12" state="hidden" r:id="rIdMacro"/>'),
    )  # fmt: skip


PARTS: dict[str, Callable[[], bytes]] = {
    "by hand: pivot table, slicers, timeline": pivot_and_slicers,
    "by hand: conversation": conversations,
    "by hand: controls and objects": controls,
    "by hand: x14 validations and formats, printer": extensions,
    "by hand: shared formulas, phonetics, last row": odd_cells,
    "by hand: links, connections, custom XML": links_and_data,
    "by hand: order of calculation": calculated,
    "by hand: macros and ribbon": macros,
    "by hand: pictures in cells of WPS": wps,
    "by hand: shared workbook": shared_history,
    "by hand: strict": strict,
    "by hand: prefixes": prefixed,
    "by hand: without addresses and styles": bare,
    "by hand: UTF-16": in_utf16,
    "by hand: separators of Windows": backslashes,
    "by hand: dialog and macro sheet": old_sheets,
}
