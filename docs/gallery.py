"""Makes docs/gallery.md: a picture of every command in LibreOffice Calc, window and answer.

    python -m docs.gallery [COMMAND …]

Calc runs with a fresh profile on a screen of its own (Xvfb), and each command is dispatched as
its button does.  Pictures are read from the screen's memory; no other program takes part.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kpixl.addin import calc_build, calc_files, commands
from kpixl.hosts.calc_office import Office
from kpixl.hosts.calc_read import struct as new_struct
from kpixl.hosts.calc_read import values_of
from kpixl.scheme.find import find_scheme, known_schemes, shipped

HERE = Path(__file__).parent
PAGE, PICTURES = HERE / "gallery.md", HERE / "gallery"
WIDTH, HEIGHT = 1280, 800
PATIENCE = 120  # seconds
_ON_A_SCHEME = ("lint", "issue")
_AFTER_RANKING = ("explain", "verify")
# com.sun.star.accessibility.AccessibleRole
_ALERT, _PUSH_BUTTON, _MENU, _MENU_BAR = 1, 44, 34, 35
_ESCAPE = 1281  # com.sun.star.awt.Key
# What the pages show beside the commands' answers: file, heading, words.
MENU = ("menu", "菜单和工具栏", "菜单“KPI考核”与工具栏的按钮相同,次序是一年里用到的先后。")
MARKS = ("marks", "校验之后", "五处毛病的格子都有颜色;指着一格,批注说哪里不对、应为什么、怎样改。")


def png(screen: bytes) -> bytes:
    """A picture of what a screen of 24 bits holds (X window dump)."""
    head = struct.unpack(">25I", screen[:100])
    start, width, height, line = head[0] + head[19] * 12, head[4], head[5], head[12]
    rows = bytearray()
    for y in range(height):
        row = screen[start + y * line : start + y * line + width * 4]
        pixels = bytearray(width * 3)
        pixels[0::3], pixels[1::3], pixels[2::3] = row[2::4], row[1::4], row[0::4]
        rows += b"\0" + pixels

    def chunk(kind: bytes, data: bytes) -> bytes:
        check = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", check)

    size = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    parts = (chunk(b"IHDR", size), chunk(b"IDAT", zlib.compress(bytes(rows), 9)))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts) + chunk(b"IEND", b"")


@contextmanager
def screen(folder: Path) -> Iterator[tuple[str, Path]]:
    """A screen of our own: its name, and the file that is its memory."""
    reading, writing = os.pipe()
    size = f"{WIDTH}x{HEIGHT}x24"
    server = subprocess.Popen(
        [*f"Xvfb -displayfd {writing} -screen 0 {size} -nolisten tcp -fbdir".split(), str(folder)],
        pass_fds=[writing],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    try:
        yield ":" + os.read(reading, 16).decode().strip(), folder / "Xvfb_screen0"
    finally:
        server.terminate()
        server.wait()


def _of_role(context: Any, role: int) -> Iterator[Any]:
    if context.getAccessibleRole() == role:
        yield context
        return
    for i in range(min(context.getAccessibleChildCount(), 50)):
        yield from _of_role(context.getAccessibleChild(i).getAccessibleContext(), role)


def _confirm(office: Office) -> None:
    """Press the button of the message that is shown."""
    toolkit = office.service("com.sun.star.awt.Toolkit")
    for i in range(toolkit.getTopWindowCount()):
        context = toolkit.getTopWindow(i).getAccessibleContext()
        if context.getAccessibleRole() == _ALERT:
            for button in _of_role(context, _PUSH_BUTTON):
                button.doAccessibleAction(0)
                return
    raise LookupError("no message is shown")


class Photographer:
    """Runs commands in a Calc with windows, and takes pictures of what they say."""

    def __init__(self, office: Office, memory: Path) -> None:
        self.office, self.memory = office, memory

    def run(self, document: Any, name: str, target: Path | None, **chosen: str) -> None:
        """Run a command; its picture goes to `target`."""
        replies = self.office.service("org.kpixl.Reply")
        replies.execute(())
        frame = document.getCurrentController().getFrame()
        frame.getContainerWindow().setPosSize(0, 0, WIDTH, HEIGHT, 15)
        helper = self.office.service("com.sun.star.frame.DispatchHelper")
        arguments = (frame, f"org.kpixl:{name}", "", 0, values_of(chosen))
        work = threading.Thread(target=helper.executeDispatch, args=arguments, daemon=True)
        work.start()
        deadline = time.monotonic() + PATIENCE
        while not replies.execute(()):
            if time.monotonic() > deadline:
                raise TimeoutError(name)
            time.sleep(0.1)
        time.sleep(2)  # until the window is drawn
        if target is not None:
            self.picture(target)
        _confirm(self.office)
        work.join(PATIENCE)

    def picture(self, target: Path) -> None:
        """What the screen shows now."""
        time.sleep(2)  # until the window is drawn
        target.write_bytes(png(self.memory.read_bytes()))

    def menu(self, document: Any, target: Path) -> None:
        """Open our menu, and close it when its picture is taken."""
        frame = document.getCurrentController().getFrame()
        window = frame.getContainerWindow()
        window.setPosSize(0, 0, WIDTH, HEIGHT, 15)
        time.sleep(2)
        (bar,) = _of_role(window.getAccessibleContext(), _MENU_BAR)
        (entry,) = (m for m in _of_role(bar, _MENU) if m.getAccessibleName() == calc_files.MENU)
        work = threading.Thread(target=entry.doAccessibleAction, args=(0,), daemon=True)
        work.start()
        self.picture(target)
        key = new_struct("com.sun.star.awt.KeyEvent")
        key.Source, key.KeyCode, key.KeyChar = frame.getComponentWindow(), _ESCAPE, "\x1b"
        toolkit = self.office.service("com.sun.star.awt.Toolkit")
        toolkit.keyPress(key)
        toolkit.keyRelease(key)
        work.join(PATIENCE)


def take(folder: Path, wanted: Sequence[str]) -> None:
    """The pictures of some commands."""
    PICTURES.mkdir(exist_ok=True)
    profile = folder / "profile"
    calc_build.install(calc_build.build(folder), profile)
    place = find_scheme(known_schemes()[1])
    forms = Path(shutil.copytree(place.folder / "回收", folder / "回收"))
    scheme = Path(shutil.copy(place.path, folder / "方案.xlsx"))
    selftest = Path(shutil.copy(shipped() / "selftest.xlsx", folder / "自检.xlsx"))
    with screen(folder) as (display, memory), Office(profile, display=display) as office:
        photographer = Photographer(office, memory)
        for name in wanted:
            book = selftest if name == "selftest" else min(forms.glob("*.xlsx"))
            document = office.open(scheme if name in _ON_A_SCHEME else book)
            try:
                if name == next(iter(commands())):
                    photographer.menu(document, PICTURES / f"{MENU[0]}.png")
                if name in ("check", "clear", "slip", "collect"):
                    _spoil(document)
                if name in _AFTER_RANKING:
                    photographer.run(document, "rank", None)
                if name == "clear":
                    photographer.run(document, "check", None)
                if name == "explain":
                    sheet = document.getSheets().getByName("排名")
                    document.getCurrentController().select(sheet.getCellByPosition(2, 4))
                chosen = {"folder": str(folder / "下发")} if name == "issue" else {}
                photographer.run(document, name, PICTURES / f"{name}.png", **chosen)
                if name == "check":
                    _point(document)
                    photographer.picture(PICTURES / f"{MARKS[0]}.png")
                print(f"{name}.png")
            finally:
                document.close(True)


def _spoil(document: Any) -> None:
    """Wrong figures in the first cells that may be filled in."""
    sheet = document.getSheets().getByIndex(0)
    cursor = sheet.createCursor()
    cursor.gotoEndOfUsedArea(False)
    last = cursor.getRangeAddress()
    wrong = iter(("约三百", "不清楚", "八点几", "2000万", "同上"))
    for row in range(8, last.EndRow + 1):
        for column in range(last.EndColumn + 1):
            cell = sheet.getCellByPosition(column, row)
            if not cell.getPropertyValue("CellProtection").IsLocked and cell.getValue():
                text = next(wrong, None)
                if text is None:
                    return
                cell.setString(text)


def _point(document: Any) -> None:
    """Show the note of the selected cell, as when the mouse stands on it."""
    document.getCurrentSelection().getAnnotation().setIsVisible(True)


def page() -> str:
    """docs/gallery.md."""
    lines = ["<!-- 由 python -m docs.gallery 生成,请不要直接改本页。 -->", "", "# 按钮的样子"]
    lines += ["", "LibreOffice Calc 里的每个按钮,按下以后的窗口。数据是自带的演示填报表。"]
    shown = [MENU]
    for spec in commands().values():
        shown.append((spec.name, spec.label, spec.help))
        if spec.name == "check":
            shown.append(MARKS)
    for name, heading, words in shown:
        lines += ["", f"## {heading}", "", words, "", f"![{heading}](gallery/{name}.png)"]
    return "\n".join(lines) + "\n"


def main() -> int:
    """Take all pictures, or those of the commands that are named, and write the page."""
    with tempfile.TemporaryDirectory() as folder:
        take(Path(folder), sys.argv[1:] or list(commands()))
    PAGE.write_text(page(), "utf-8", newline="\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
