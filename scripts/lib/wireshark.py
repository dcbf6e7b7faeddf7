"""How the scripts run tshark: with the plugin of this folder, and never as root.

SPDX-License-Identifier: GPL-2.0-or-later
"""
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any, Optional

ROOT = Path(__file__).resolve().parent.parent.parent
NOBODY = 65534  # as root Wireshark loads no personal plugins


def user() -> dict[str, Any]:
    """For subprocess: root drops its privileges."""
    if os.geteuid() != 0:
        return {}
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def environment(home: Path, plugins: Optional[Path]) -> dict[str, str]:
    """`home` must be writable for the user; `plugins` is a folder of install_plugin()'s."""
    result = dict(os.environ)
    if os.geteuid() == 0:
        result["HOME"] = str(home)
    if plugins is not None:
        result["WIRESHARK_PLUGIN_DIR"] = str(plugins)
    return result


def release() -> tuple[int, int]:
    """Of the tshark that runs: (4, 0)."""
    text = subprocess.run(["tshark", "--version"], capture_output=True, text=True).stdout
    major, minor = re.search(r"(\d+)\.(\d+)\.\d", text).groups()
    return int(major), int(minor)


def install_plugin(plugin: Optional[Path], folder: Path) -> Optional[Path]:
    """Puts the plugin where tshark looks for it below `folder`: its version is part of the path. None,
    where there is no plugin: then tshark has the one that is installed."""
    plugin = plugin or ROOT / "build" / "pop.so"
    if not plugin.exists():
        return None
    place = folder / ".".join(str(number) for number in release()) / "epan"
    place.mkdir(parents=True, exist_ok=True)
    partial = place / f"pop.so.{os.getpid()}"
    shutil.copy(plugin, partial)
    partial.replace(place / "pop.so")
    return folder
