"""A child that misbehaves as it is told on standard input; run confined by gate 8."""

import ctypes
import os
import platform
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from pathlib import Path


def echo() -> None:
    sys.stdout.write("echo")


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(8)


def sleep_apart() -> None:
    """With closed pipes, so that nobody reads an end of file into its death."""
    for each in (0, 1, 2):
        os.close(each)
    time.sleep(8)


def grow() -> None:
    sys.stdout.write(str(len(bytes(600 * 2**20))))


def grow_slowly() -> None:
    """Fills what it takes, so that the kernel must really give it."""
    held = [b"a" * 2**20 for _ in range(600)]
    sys.stdout.write(str(len(held)))


def flood() -> None:
    for _ in range(2000):
        sys.stdout.write("a" * 2**16)


def chatter() -> None:
    for _ in range(2000):
        sys.stderr.write("a" * 2**16)
    echo()


def raises() -> None:
    raise ValueError("on purpose")


def segfault() -> None:
    ctypes.string_at(0)


def connect() -> None:
    """Through Python, as a library would."""
    try:
        socket.create_connection(("127.0.0.1", 1), timeout=1)
    except OSError:
        sys.stdout.write("refused")


def connect_raw() -> None:
    """Past Python, as shell code would; -1 is a refusal. A new process is asked for in three ways."""
    libc = ctypes.CDLL(None, use_errno=True)
    clone = {"x86_64": 56, "aarch64": 220}[platform.machine()]
    ends_with_a_signal = 17
    said = [libc.socket(2, 1, 0), libc.fork(), libc.kill(os.getppid(), 0)]
    said += [libc.syscall(clone, ends_with_a_signal, 0, 0, 0, 0), libc.syscall(435, 0, 0)]
    sys.stdout.write(" ".join(map(str, said)))


def thread() -> None:
    """A decoder may begin a thread: it is no process, and is as shut in as the rest."""
    heard: list[str] = []
    begun = threading.Thread(target=lambda: heard.append(str(ctypes.CDLL(None).socket(2, 1, 0))))
    begun.start()
    begun.join()
    sys.stdout.write(" ".join(heard))


def start() -> None:
    try:
        subprocess.run([sys.executable, "--version"], check=True)
    except OSError:
        sys.stdout.write("refused")


def write_file() -> None:
    try:
        Path("here").write_bytes(b"a")
    except OSError:
        sys.stdout.write("refused")


def look_around() -> None:
    sys.stdout.write(" ".join([*sorted(os.environ), *os.listdir()]))  # noqa: PTH208 - the empty folder it is in


TRICKS: tuple[Callable[[], None], ...] = (
    echo, spin, sleep, sleep_apart, grow, grow_slowly, flood, chatter, raises, segfault,
    connect, connect_raw, thread, start, write_file, look_around,
)  # fmt: skip


def main() -> None:
    """As it is told on standard input."""
    {trick.__name__: trick for trick in TRICKS}[sys.stdin.read()]()


if __name__ == "__main__":
    main()
