"""Work on what strangers sent, in a child that may be killed: bounded in memory, time and output, without network.

A child is a module that reads standard input and writes standard output (`core.imaging`, `core.feeds`); `core.cage`
closes the doors from inside before the module is imported. Nothing that the child does can harm more than its answer.
"""

import io
import os
import selectors
import signal
import subprocess
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Protocol, cast

from core.cage import MEMORY_CODE

MEMORY = 256 * 2**20
CPU_SECONDS = 10
WALL_SECONDS = 20.0
OUTPUT_LIMIT = 32 * 2**20
CHUNK = 64 * 1024
COMPLAINT = 4096
"""Bytes of the child's last words that are kept, for the log."""


class Killed(Exception):
    """The child gave no answer; `reason` is memory, cpu, wall, output or crash, `complaint` its last words."""

    def __init__(self, reason: str, complaint: str = "") -> None:
        """Keep both apart: the reason is a code, the complaint may quote what the stranger sent."""
        super().__init__(reason)
        self.reason = reason
        self.complaint = complaint


def run(
    module: str,
    stdin: bytes,
    *,
    memory: int = MEMORY,
    cpu: int = CPU_SECONDS,
    wall: float = WALL_SECONDS,
    output_limit: int = OUTPUT_LIMIT,
) -> bytes:
    """What `python -m module` answers to `stdin`. Bytes and seconds; raises Killed for every other end.

    It blocks for up to `wall` seconds: never call it inside a transaction.
    """
    out = io.BytesIO()
    with TemporaryDirectory(prefix="camove-") as empty, _started(module, memory, cpu, empty) as child:
        follow(child, stdin, out, time.monotonic() + wall, output_limit)
    return out.getvalue()


def convert(
    module: str,
    source: IO[bytes],
    sink: IO[bytes],
    *,
    memory: int = MEMORY,
    cpu: int = CPU_SECONDS,
    wall: float = WALL_SECONDS,
    output_limit: int = OUTPUT_LIMIT,
) -> None:
    """Have `python -m module` read the file `source` and write into `sink`, for files too large to hold in memory.

    The child gets the open file as its standard input, so it may seek in it; `source` stands at its beginning. Raises
    Killed as `run` does; what stands in `sink` then is worth nothing. Never call it inside a transaction.
    """
    with TemporaryDirectory(prefix="camove-") as empty, _started(module, memory, cpu, empty, source) as child:
        follow(child, b"", sink, time.monotonic() + wall, output_limit)


class Child(Protocol):
    """A running child: a process of its own, or one that `core.nursery` has forked."""

    @property
    def pid(self) -> int:
        """Its number, which is its group's too."""

    @property
    def returncode(self) -> int | None:
        """How it ended; None while nobody has waited for it."""

    @property
    def stdin(self) -> IO[bytes] | None:
        """Where it reads."""

    @property
    def stdout(self) -> IO[bytes] | None:
        """Where it answers."""

    @property
    def stderr(self) -> IO[bytes] | None:
        """Where its last words go."""

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code. Raises subprocess.TimeoutExpired."""


def environment() -> dict[str, str]:
    """All that a child knows of us: where the code is."""
    paths = os.pathsep.join(str(Path(each).absolute()) for each in sys.path if Path(each).exists())
    return {"PYTHONPATH": paths, "LC_ALL": "C.UTF-8"}


def follow(child: "Child", given: bytes, sink: IO[bytes], deadline: float, output_limit: int) -> None:
    """Talk with the child until its end, which comes in any case. Raises Killed unless it ended well."""
    try:
        complaint = _talk(child, given, sink, deadline, output_limit)
        code = child.wait()
    finally:
        _kill(child)
    if code:
        raise Killed(_reason(code), complaint)


def _started(
    module: str, memory: int, cpu: int, folder: str, source: IO[bytes] | None = None
) -> subprocess.Popen[bytes]:
    """A child with nothing of ours: no environment, no open files, an empty folder, a process group of its own."""
    command = [sys.executable, "-P", "-s", "-B", "-m", "core.cage", module, str(memory), str(cpu)]
    pipe = subprocess.PIPE
    return subprocess.Popen(
        command,
        stdin=source or pipe,
        stdout=pipe,
        stderr=pipe,
        cwd=folder,
        env=environment(),
        start_new_session=True,
        bufsize=0,
    )


def _talk(child: "Child", given: bytes, sink: IO[bytes], deadline: float, output_limit: int) -> str:
    """Write and read by turns, so that neither pipe can block; give up at the deadline or past the limit.

    The answer goes into `sink`; gives the child's last words. A child that reads a file has no pipe to write to.
    """
    to_child, answer, complaint = child.stdin, child.stdout, child.stderr
    words, written, rest = bytearray(), 0, memoryview(given)
    with selectors.DefaultSelector() as ready:
        for pipe in filter(None, (to_child, answer, complaint)):
            os.set_blocking(pipe.fileno(), False)
            ready.register(pipe, selectors.EVENT_WRITE if pipe is to_child else selectors.EVENT_READ)
        while ready.get_map():
            left = deadline - time.monotonic()
            if left <= 0:
                raise Killed("wall", _text(words))
            for key, _ in ready.select(left):
                pipe = cast(IO[bytes], key.fileobj)
                if pipe is to_child:
                    rest = _written(ready, pipe, rest)
                elif pipe is answer:
                    written += sink.write(_read(ready, pipe))
                else:
                    words = (words + _read(ready, pipe))[-COMPLAINT:]
            if written > output_limit:
                raise Killed("output", _text(words))
    _await(child, deadline)
    return _text(words)


def _written(ready: selectors.BaseSelector, pipe: IO[bytes], rest: memoryview) -> memoryview:
    try:
        rest = rest[os.write(pipe.fileno(), rest[:CHUNK]) :]
    except BrokenPipeError:
        # The child may have read enough, or died; its exit code tells which.
        rest = rest[:0]
    if not rest:
        ready.unregister(pipe)
        pipe.close()
    return rest


def _read(ready: selectors.BaseSelector, pipe: IO[bytes]) -> bytes:
    got = os.read(pipe.fileno(), CHUNK)
    if not got:
        ready.unregister(pipe)
    return got


def _await(child: "Child", deadline: float) -> None:
    """It may have closed its pipes and live on."""
    try:
        child.wait(max(0.0, deadline - time.monotonic()))
    except subprocess.TimeoutExpired:
        raise Killed("wall") from None


def _kill(child: "Child") -> None:
    """End the whole group; a child that has already been waited for has no group any more."""
    if child.returncode is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _reason(code: int) -> str:
    """What an exit code means; a kill from outside is nearly always the kernel short of memory."""
    if code in (MEMORY_CODE, -signal.SIGKILL):
        return "memory"
    return "cpu" if code == -signal.SIGXCPU else "crash"


def _text(words: bytearray) -> str:
    return words.decode("utf-8", "replace")
