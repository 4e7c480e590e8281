"""What staff double-click in a kit, and the page that tells them how.

The command files are ASCII and say nothing themselves where they can: Python writes Chinese to
a console whatever its code page is.  Paths stand in quotes and are never expanded twice, so
that they may hold spaces, Chinese, &, parentheses, %, ^ and !.
"""

from __future__ import annotations

README = "请先读我.txt"
DESKTOP = "KPI考核.cmd"  # the copy of kpixl.cmd on the desktop
ELSEWHERE = 9  # what `kpixl drop` answers where nothing was dropped by Windows

# /q is for administrators' own scripts: no waiting for a key.
# Where the program is: beside the command file; what only uses it finds it where it was
# installed, too.
_BESIDE = """
@echo off
setlocal DisableDelayedExpansion
set "KPIXL_PYTHON=%~dp0app\\python.exe"
if not exist "%KPIXL_PYTHON%" goto absent
"""
_FIND = _BESIDE.replace(
    "goto absent\n",
    'set "KPIXL_PYTHON=%LOCALAPPDATA%\\kpixl\\app\\python.exe"\n'
    'if not exist "%KPIXL_PYTHON%" goto absent\n',
)

# The page beside the command file says in Chinese what to do.
_ABSENT = """
:absent
for /f "tokens=2 delims=:" %%C in ('chcp') do set "KPIXL_PAGE=%%C"
chcp 65001 >nul
echo app\\python.exe is missing.
pushd "%~dp0"
for %%T in (*.txt) do type "%%T"
popd
if defined KPIXL_PAGE chcp %KPIXL_PAGE% >nul
if /i not "%~1"=="/q" pause
exit /b 2
"""

_RUN = """
"%KPIXL_PYTHON%" -X utf8 -B -m kpixl addin kit --{action}
set "KPIXL_END=%errorlevel%"
if /i not "%~1"=="/q" pause
exit /b %KPIXL_END%
"""

# Run from where kpixl is installed, Python cannot take away itself; this file does, and then
# itself, in one line that is read before it is gone.
_REMOVE = """
"%KPIXL_PYTHON%" -X utf8 -B -m kpixl addin kit --remove
set "KPIXL_END=%errorlevel%"
if not "%KPIXL_END%"=="0" goto end
if not exist "%LOCALAPPDATA%\\kpixl\\app\\python.exe" goto end
rd /s /q "%LOCALAPPDATA%\\kpixl\\app"
if not exist "%LOCALAPPDATA%\\kpixl\\app\\python.exe" goto end
echo "%LOCALAPPDATA%\\kpixl\\app" is still in use. Close Excel and run remove.cmd again.
set "KPIXL_END=2"
:end
if /i not "%~1"=="/q" pause
if not "%KPIXL_END%"=="0" exit /b %KPIXL_END%
if /i not "%~dp0"=="%LOCALAPPDATA%\\kpixl\\" exit /b 0
cd /d "%TEMP%"
del "%~f0" & rd "%LOCALAPPDATA%\\kpixl" 2>nul & exit /b 0
"""

# Windows hands over a dropped path without quotes unless it holds a space, so that cmd takes
# what stands behind & for another command: the line that started this file says what was meant,
# and exit keeps cmd from running the rest of it.  Typed at a prompt, it is `kpixl`.
_DROP = """
setlocal EnableDelayedExpansion
set "KPIXL_LINE=!cmdcmdline!"
if not defined KPIXL_LINE goto typed
"!KPIXL_PYTHON!" -X utf8 -m kpixl drop --dropped
set "KPIXL_END=!errorlevel!"
if "!KPIXL_END!"=="9" goto typed
pause
exit !KPIXL_END!
:typed
endlocal
"%KPIXL_PYTHON%" -X utf8 -m kpixl drop %*
exit /b %errorlevel%
"""


def scripts() -> dict[str, str]:
    """The command files of a kit by their names; lines end with a line feed here."""
    texts = {
        "install.cmd": _BESIDE + _RUN.replace("{action}", "install") + _ABSENT,
        "update.cmd": _BESIDE + _RUN.replace("{action}", "update") + _ABSENT,
        "remove.cmd": _FIND + _REMOVE + _ABSENT,
        "kpixl.cmd": _FIND + _DROP + _ABSENT,
    }
    return {name: text.strip("\n").replace("\n\n", "\n") + "\n" for name, text in texts.items()}


def readme(version: str, python: str) -> str:
    """The page for whoever opens the folder."""
    return _README.replace("{version}", version).replace("{python}", python).lstrip("\n")


_README = """
kpixl {version} 离线安装包(带 Python {python},64 位)
==============================================

适用于 64 位的 Windows 10、11。不用联网,不用管理员权限。

安装
  1. 关闭所有 Excel 窗口。
  2. 双击 install.cmd,等窗口里出现“已安装”。
  3. 重新打开 Excel,功能区里有“KPI考核”一栏。
     只用 WPS 的也要做第 2 步:桌面上会有“KPI考核.cmd”。

日常用法(Excel、WPS 用户都可以)
  把各单位交回的填报表放进一个文件夹(或压缩成 zip),把这个文件夹拖到桌面的“KPI考核.cmd”上。
  旁边会生成“…-回收情况”文件夹和“…-评分结果.xlsx”。填报表只读取,不改动。
  拖一份填报表上去,只校验这一份。

更新:用新的安装包,双击里面的 update.cmd。日志等保留。
卸载:双击 remove.cmd。填报表和结果不会删除。

提示“app\\python.exe is missing”(找不到程序)时
  · 安装包没有复制完整,或在压缩包里直接双击:请先把整个文件夹解压、复制到本机再试。
  · 程序被杀毒软件隔离:请管理员放行 %LOCALAPPDATA%\\kpixl\\app 后重新安装。
提示“is still in use”(文件正在使用)时
  请关闭所有 Excel 窗口,再双击一次。

Excel 里没有反应:在命令提示符里运行 kpixl.cmd doctor,它逐项检查并写明怎样处理。
给管理员的说明(网络标记、AppLocker、宏策略、签名):项目文档 docs/install.zh-CN.md。
"""
