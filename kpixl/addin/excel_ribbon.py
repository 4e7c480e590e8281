"""The ribbon tab “KPI考核”, made from the registry: a clerk's year from left to right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.sax.saxutils import quoteattr

from kpixl.addin.registry import GROUPS, CommandSpec

NAMESPACE = "http://schemas.microsoft.com/office/2009/07/customui"
TAB = "KPI考核"
# The menu of a cell and of a cell in a table; what concerns the cell that was clicked.
CELL_MENUS = ("ContextMenuCell", "ContextMenuListRange")
IN_CELL_MENUS = ("explain", "check", "clear")
PRESSED = "KpixlPressed"  # the one callback; a button's tag says which command it is


def ribbon_xml(commands: Mapping[str, CommandSpec]) -> str:
    """The ribbon extension: a tab with a group for each step, and the menu of a cell."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>',
        f'<customUI xmlns="{NAMESPACE}">',
        " <ribbon><tabs>",
        f'  <tab id="kpixl_tab" label={quoteattr(TAB)} keytip="K">',
    ]
    keys = keytips(list(commands))
    for number, group in enumerate(GROUPS, 1):
        members = [c for c in commands.values() if c.group == group]
        if members:
            lines.append(f'   <group id="kpixl_group{number}" label={quoteattr(group)}>')
            lines += [f"    {_button(c, keytip=keys[c.name])}" for c in members]
            lines.append("   </group>")
    lines += ["  </tab>", " </tabs></ribbon>", *_cell_menus(commands), "</customUI>", ""]
    return "\n".join(lines)


def _cell_menus(commands: Mapping[str, CommandSpec]) -> list[str]:
    there = [commands[name] for name in IN_CELL_MENUS if name in commands]
    if not there:
        return []
    lines = [" <contextMenus>"]
    for number, menu in enumerate(CELL_MENUS, 1):
        lines.append(f'  <contextMenu idMso="{menu}">')
        for command in there:
            attributes = {
                "id": f"kpixl_cell{number}_{command.name}",
                "tag": command.name,
                "label": f"{TAB}:{command.label}",
                "imageMso": command.icon,
                "onAction": PRESSED,
            }
            words = " ".join(f"{key}={quoteattr(text)}" for key, text in attributes.items())
            lines.append(f"   <button {words}/>")
        lines.append("  </contextMenu>")
    return [*lines, " </contextMenus>"]


def _button(command: CommandSpec, *, keytip: str) -> str:
    attributes = {
        "id": f"kpixl_{command.name}",
        "tag": command.name,
        "label": command.label,
        "size": "large",
        "imageMso": command.icon,
        "screentip": command.label,
        "supertip": command.help,
        "keytip": keytip,
        "onAction": PRESSED,
    }
    return f"<button {' '.join(f'{key}={quoteattr(text)}' for key, text in attributes.items())}/>"


def keytips(names: Sequence[str]) -> dict[str, str]:
    """Keys by which the buttons are pressed: none the beginning of another.

    >>> keytips(["bind", "issue"])
    {'bind': 'A', 'issue': 'B'}
    """
    if len(names) > 26:
        raise ValueError("more commands than letters")
    return {name: chr(ord("A") + n) for n, name in enumerate(names)}
