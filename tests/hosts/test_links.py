"""Links to another user's add-in come to mean the reader's own, and nothing else changes."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from kpixl.cli import main

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MICROSOFT = "http://schemas.microsoft.com/office/2006/relationships/xlExternalLinkPath"
THEIRS = r"file:///C:\Documents and Settings\李四\XLSTART\kpixl.xlam"
RELATIONS = "xl/externalLinks/_rels/externalLink{}.xml.rels"


def linked(path: Path, *targets: tuple[str, str], signed: bool = False) -> Path:
    """A workbook as Excel writes it whose formulas refer into other files: (kind, target) each."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet["A1"], sheet["B1"] = "每采用一条得1分", "=[1]!KPISCORE(A1,10,3)"
    book.save(path)
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist()}
    references = relations = types = ""
    for n, (kind, target) in enumerate(targets, 1):
        space = OFFICE if kind == "externalLinkPath" else MICROSOFT
        parts[f"xl/externalLinks/externalLink{n}.xml"] = (
            f'<externalLink xmlns="{MAIN}"><externalBook xmlns:r="{OFFICE}" r:id="rId1">'
            '<definedNames><definedName name="KPISCORE"/></definedNames></externalBook></externalLink>'
        )
        parts[RELATIONS.format(n)] = (
            f'<Relationships xmlns="{LINKS}"><Relationship Id="rId1" Type="{space}/{kind}" '
            f'Target="{target}" TargetMode="External"/></Relationships>'
        )
        references += f'<externalReference xmlns:r="{OFFICE}" r:id="rIdX{n}"/>'
        relations += (
            f'<Relationship Id="rIdX{n}" Type="{OFFICE}/externalLink" '
            f'Target="externalLinks/externalLink{n}.xml"/>'
        )
        types += (
            f'<Override PartName="/xl/externalLinks/externalLink{n}.xml" ContentType="application/'
            'vnd.openxmlformats-officedocument.spreadsheetml.externalLink+xml"/>'
        )
    for name, mark, text in (
        ("xl/workbook.xml", "<calcPr", f"<externalReferences>{references}</externalReferences>"),
        ("xl/_rels/workbook.xml.rels", "</Relationships>", relations),
        ("[Content_Types].xml", "</Types>", types),
    ):
        assert mark in parts[name]
        parts[name] = parts[name].replace(mark, text + mark, 1)
    if signed:
        parts["_xmlsignatures/origin.sigs"] = ""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return path


def parts_of(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.parametrize(
    ("kind", "target"),
    [
        ("externalLinkPath", THEIRS),
        ("externalLinkPath", "file:///D:/%E5%85%B1%E4%BA%AB%20a/KPIXL.XLAM"),
        ("externalLinkPath", "/Profiles/other/AppData/Roaming/Microsoft/Excel/XLSTART/kpixl.xlam"),
        ("externalLinkPath", "kpixl.xlam"),
        ("xlPathMissing", "kpixl.xlam"),
    ],
)
def test_only_the_relationship_of_the_link_changes(kind: str, target: str, tmp_path: Path) -> None:
    book = linked(tmp_path / "考核 表.xlsx", (kind, target))
    before = book.read_bytes()
    assert main(["addin", "relink", str(book)]) == 0
    copy = tmp_path / "考核 表(已改链接).xlsx"
    old, new = parts_of(book), parts_of(copy)
    assert book.read_bytes() == before
    assert {name for name in old | new if old.get(name) != new.get(name)} == {RELATIONS.format(1)}
    said = new[RELATIONS.format(1)].decode()
    assert f'Type="{MICROSOFT}/xlStartup"' in said
    assert 'Target="kpixl.xlam"' in said
    assert 'TargetMode="External"' in said


def test_links_to_other_files_stay_as_they_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    other = ("externalLinkPath", r"file:///C:\kpixl.xlam\上年.xlsx")
    book = linked(tmp_path / "表.xlsx", other, ("externalLinkPath", THEIRS))
    assert main(["addin", "relink", str(book), "--out", str(tmp_path / "新.xlsx")]) == 0
    assert THEIRS in capsys.readouterr().out
    old, new = parts_of(book), parts_of(tmp_path / "新.xlsx")
    assert [name for name in old if old[name] != new[name]] == [RELATIONS.format(2)]


def test_a_workbook_without_such_links_gets_no_copy(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book = linked(tmp_path / "表.xlsx", ("xlStartup", "kpixl.xlam"))
    assert main(["addin", "relink", str(book)]) == 0
    assert "不用改" in capsys.readouterr().out
    assert [p.name for p in tmp_path.iterdir()] == ["表.xlsx"]
    first = linked(tmp_path / "二.xlsx", ("externalLinkPath", THEIRS))
    assert main(["addin", "relink", str(first)]) == 0
    assert main(["addin", "relink", str(tmp_path / "二(已改链接).xlsx")]) == 0
    assert not (tmp_path / "二(已改链接)(已改链接).xlsx").exists()


def _there(folder: Path) -> list[str]:
    (folder / "表(已改链接).xlsx").write_bytes(b"theirs")
    return [str(linked(folder / "表.xlsx", ("externalLinkPath", THEIRS)))]


def _signed(folder: Path) -> list[str]:
    return [str(linked(folder / "表.xlsx", ("externalLinkPath", THEIRS), signed=True))]


def _old_kind(folder: Path) -> list[str]:
    return [str(linked(folder / "表.xlsx", ("externalLinkPath", THEIRS))), "--out", "表.xls"]


@pytest.mark.parametrize(
    ("prepare", "words"),
    [(_there, "不能覆盖"), (_signed, "--void-signature"), (_old_kind, "同一格式")],
)
def test_what_would_be_lost_is_refused(
    prepare: Callable[[Path], list[str]],
    words: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    given = prepare(tmp_path)
    before = sorted(p.name for p in tmp_path.iterdir())
    assert main(["addin", "relink", *given]) == 2
    assert words in capsys.readouterr().err
    assert sorted(p.name for p in tmp_path.iterdir()) == before


def test_a_signed_workbook_is_copied_with_consent(tmp_path: Path) -> None:
    (book,) = _signed(tmp_path)
    assert main(["addin", "relink", book, "--void-signature"]) == 0
    assert (tmp_path / "表(已改链接).xlsx").exists()
