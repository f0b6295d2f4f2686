"""Every benchmark in turn, or those that are named: python -m benchmarks [NAME ...]"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent


def main(wanted: list[str]) -> int:
    there = sorted(path.stem for path in HERE.glob("[!_]*.py"))
    if unknown := [name for name in wanted if name not in there]:
        print(f"There is no benchmark {', '.join(unknown)}; there is: {', '.join(there)}.", file=sys.stderr)
        return 2
    missed = []
    for name in wanted or there:
        print(f"\n== {name}", flush=True)
        if subprocess.run([sys.executable, "-m", f"benchmarks.{name}"], cwd=HERE.parent).returncode:
            missed.append(name)
    print(f"\nmissed: {', '.join(missed)}" if missed else "\nall figures met")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
