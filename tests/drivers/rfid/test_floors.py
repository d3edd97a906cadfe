"""What the RFID drivers may lean on."""

import subprocess
import sys
from pathlib import Path

import drivers

ROOT = Path(drivers.__file__).parents[1]


def test_drivers_import_no_shop_no_post_no_window_and_no_gpl_library() -> None:
    code = (
        "import sys, pkgutil, importlib, drivers.rfid\n"
        "for m in pkgutil.walk_packages(drivers.rfid.__path__, 'drivers.rfid.'): importlib.import_module(m.name)\n"
        "print(sorted(n for n in sys.modules if n.split('.')[0] in ('retail', 'sync', 'PySide6', 'sllurp')))"
    )
    ran = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    assert ran.stdout.strip() == "[]"
