"""docs/writing-a-plugin.md, followed to the letter in an empty folder and a fresh environment."""

import re
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest
from serving import free_port
from stranger import fresh_environment

import core

ROOT = Path(core.__file__).parent.parent
PAGE = (ROOT / "docs" / "writing-a-plugin.md").read_text("utf-8")


def files() -> dict[str, str]:
    """The files that the page tells to make: a line that begins with a path, then the content."""
    found = re.findall(
        r"^`([\w./-]+)` - [^`]*?(?:`[^`\n]+`[^`]*?)*\n\n```\w+\n(.*?)```$", PAGE, re.DOTALL | re.MULTILINE
    )
    return dict(found)


def commands() -> list[str]:
    return [
        line
        for block in re.findall(r"^```sh\n(.*?)```$", PAGE, re.DOTALL | re.MULTILINE)
        for line in block.splitlines()
    ]


def fetched(address: str) -> str:
    """The address at which a reader without a sign-in ends."""
    for _ in range(100):
        try:
            with urllib.request.urlopen(address, timeout=5) as answer:
                return str(answer.url)
        except urllib.error.URLError:
            time.sleep(0.1)
    pytest.fail(f"nothing answers at {address}")


def test_the_page_has_the_parts_that_it_promises() -> None:
    assert set(files()) == {
        "pyproject.toml",
        "hello/__init__.py",
        "hello/README.md",
        "hello/plugin.py",
        "hello/pages.py",
        "hello/templates/hello/index.html",
        "hello/translations/ru/LC_MESSAGES/hello.po",
        "test_hello.py",
    }
    assert commands()[0] == "python -m pip install -e ."
    assert commands()[-1] == "camove serve"


def test_what_the_page_quotes_stands_in_the_example_or_in_the_skeleton() -> None:
    quoted = re.findall(r"^```python\n(.*?)```$", PAGE.split("\n## 4. ")[1], re.DOTALL | re.MULTILINE)
    folders = ROOT / "examples/camove-handbook", ROOT / "core/skeleton/files"
    sources = [path.read_text("utf-8") for each in folders for path in each.rglob("*.py*") if path.is_file()]
    there = {line.strip().replace("$name", "small_talks") for text in sources for line in text.splitlines()}
    assert quoted
    assert [line for each in quoted for line in each.splitlines() if line.strip() not in there] == []
    names = re.findall(r"`((?:handbook/|services/|views/)?\w+\.(?:py|typ|html))`", PAGE.split("\n## 5. ")[1])
    found = {
        path.name for folder in (*folders, ROOT / "core", ROOT / "tests") for path in folder.rglob("*.*")
    }
    assert [each for each in names if each.split("/")[-1] not in found] == []


def test_following_the_page(tmp_path: Path) -> None:
    environment = fresh_environment(tmp_path / "environment")
    folder = tmp_path / "camove-hello"
    for name, content in files().items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, "utf-8")
    *steps, serve = commands()
    done = subprocess.run(
        ["bash", "-e", "-c", "\n".join(steps)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^hello +active$", done.stdout, re.MULTILINE), done.stdout
    assert "state: active" in done.stdout
    assert "1 passed" in done.stdout
    assert re.search(r"^http://\S+/ru/\S*invitation\S+$", done.stdout, re.MULTILINE), done.stdout
    port = free_port()
    server = subprocess.Popen(
        [*serve.split(), "--port", str(port)],
        cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        executable=str(tmp_path / "environment/bin/camove"),
    )  # fmt: skip
    try:
        assert "/en/account/sign-in" in fetched(f"http://127.0.0.1:{port}/en/hello/")
    finally:
        server.terminate()
        server.wait(20)
