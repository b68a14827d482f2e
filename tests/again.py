"""A second look at a few failed tests, one after the other on a machine that has nothing else to do.

A browser on two cores that other tests keep busy stalls now and then, and a run of half an hour is lost to one such
moment. What passes alone is named as wavering, for somebody to mend; what fails again has failed.
"""

import json
import subprocess
import sys
from pathlib import Path

FAILED = Path(".pytest_cache/v/cache/lastfailed")
FEW = 10
"""More than that is no moment of weakness of the machine."""


def main() -> int:
    """Exit code 0 if there were a few failures and all of them pass now."""
    names = sorted(json.loads(FAILED.read_text("utf-8"))) if FAILED.exists() else []
    if not 0 < len(names) <= FEW:
        print(f"again: {len(names)} failed tests are not tried a second time")
        return 1
    code = subprocess.call([sys.executable, "-m", "pytest", "-n0", "-rsfE", *names])
    print(*(f"again: {'wavered' if code == 0 else 'failed or wavered'}: {name}" for name in names), sep="\n")
    return code


if __name__ == "__main__":
    sys.exit(main())
