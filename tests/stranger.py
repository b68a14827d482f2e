"""The machine of a stranger who writes a plugin: an environment of their own in which camove is installed."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

LAUNCHER = "#!{python}\nfrom core.cli import main\n\nmain()\n"


def fresh_environment(folder: Path, *, camove: bool = True) -> dict[str, str]:
    """An environment of its own that sees what this one has installed: as a reader's, with camove in it.

    Without `camove` it sees the libraries only; the repository is not on its path, and a wheel can be installed.
    """
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    [site_packages] = folder.glob("lib/python*/site-packages")
    installed = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    # A path alone leads to the libraries; only `addsitedir` follows the link to this repository that lies there.
    lines = [f"import site; site.addsitedir({path!r})" if camove else path for path in sorted(installed)]
    (site_packages / "camove_of_the_tests.pth").write_text("\n".join(lines) + "\n")
    launcher = folder / "bin" / ("camove" if camove else "camove-of-the-repository")
    launcher.write_text(LAUNCHER.format(python=folder / "bin" / "python"))
    launcher.chmod(0o755)
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("CAMOVE_", "PIP_", "PYTHON"))
    }
    # A reader's pip fetches the build backend; this one takes the one installed, so that no network is needed.
    offline = {"PIP_NO_INDEX": "1", "PIP_NO_BUILD_ISOLATION": "0", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return kept | offline | {"PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def told(folder: Path, environment: dict[str, str], *command: str, code: int = 0) -> str:
    """What a command says, in that folder; it must end with that code."""
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert done.returncode == code, done.stdout + done.stderr
    return done.stdout + done.stderr
