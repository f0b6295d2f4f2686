import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="another C library")

HOLES = """
import threading
from pathlib import Path
from api.serving import memory

def resident():
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096

pieces = [bytearray(60_000) for _ in range(1000)]
del pieces[::2]
full = resident()
memory._PAUSE = 0.01
with memory.kept_small():
    while resident() > full - 20_000_000:
        threading.Event().wait(0.01)
"""


def test_what_was_freed_between_what_is_in_use_goes_back_to_the_machine() -> None:
    subprocess.run([sys.executable, "-c", HOLES], timeout=20, check=True)
