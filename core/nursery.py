"""Confined children that are born ready: each piece of work gets one, forked from a mother that imported its module.

A fresh interpreter costs many times what a feed costs to read. So a mother imports the module, which is ours, and
never sees a byte of a stranger's; her child closes the cage of `core.cage` behind itself before it reads. Limits,
walls and the ways to die are those of `core.confined`; nothing is left behind for the next child.
"""

import importlib
import io
import os
import queue
import select
import signal
import socket
import subprocess
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from tempfile import TemporaryDirectory
from typing import IO

from core import cage, confined
from core.confined import CPU_SECONDS, MEMORY, OUTPUT_LIMIT, WALL_SECONDS, Killed


class Nursery:
    """Runs one module in children, as many at once as threads ask. Use it in a `with`: leaving ends the mothers."""

    def __init__(self, module: str) -> None:
        """Nothing is started before it is needed."""
        self._module = module
        self._idle: queue.LifoQueue[Mother] = queue.LifoQueue()
        self._folder = TemporaryDirectory(prefix="camove-")

    def __enter__(self) -> "Nursery":
        return self

    def __exit__(self, *_error: object) -> None:
        while not self._idle.empty():
            self._idle.get().close()
        self._folder.cleanup()

    def run(
        self,
        stdin: bytes,
        *,
        memory: int = MEMORY,
        cpu: int = CPU_SECONDS,
        wall: float = WALL_SECONDS,
        output_limit: int = OUTPUT_LIMIT,
    ) -> bytes:
        """What the module answers to `stdin`: the limits of `confined.run`, and Killed in the same cases."""
        try:
            mother = self._idle.get_nowait()
        except queue.Empty:
            mother = Mother(self._module, self._folder.name)
        out = io.BytesIO()
        try:
            with mother.child(memory, cpu) as child:
                confined.follow(child, stdin, out, time.monotonic() + wall, output_limit)
        except OSError as error:
            mother.close()
            raise Killed("crash") from error
        except BaseException:
            self._keep(mother)
            raise
        self._keep(mother)
        return out.getvalue()

    def _keep(self, mother: "Mother") -> None:
        if mother.well:
            self._idle.put(mother)
        else:
            mother.close()


class Mother:
    """The process that has imported the module; it bears one child at a time."""

    def __init__(self, module: str, folder: str) -> None:
        """Start it; it is ready when it has said so."""
        self._door, theirs = socket.socketpair()
        with theirs:
            command = [sys.executable, "-P", "-s", "-B", "-m", "core.nursery", module]
            self._process = subprocess.Popen(
                command, stdin=theirs.fileno(), cwd=folder, env=confined.environment(), start_new_session=True
            )
        self.well = True

    def close(self) -> None:
        """End it, and a child with it."""
        self._door.close()
        self._process.kill()
        self._process.wait()

    @contextmanager
    def child(self, memory: int, cpu: int) -> Iterator["Born"]:
        """A child with three pipes; it has ended when the block ends."""
        pipes = [os.pipe(), os.pipe(), os.pipe()]
        (its_in, ours_in), (ours_out, its_out), (ours_err, its_err) = pipes
        ours = [os.fdopen(ours_in, "wb", 0), os.fdopen(ours_out, "rb", 0), os.fdopen(ours_err, "rb", 0)]
        try:
            try:
                socket.send_fds(self._door, [b"%d %d\n" % (memory, cpu)], [its_in, its_out, its_err])
            finally:
                for each in (its_in, its_out, its_err):
                    os.close(each)
            yield Born(self, int(self.line()), *ours)
        finally:
            for pipe in ours:
                pipe.close()

    def line(self, seconds: float | None = WALL_SECONDS) -> bytes:
        """What the mother says next. Raises TimeoutExpired, or OSError if she is gone."""
        said = b""
        while not said.endswith(b"\n"):
            if not select.select([self._door], [], [], seconds)[0]:
                raise subprocess.TimeoutExpired("core.nursery", seconds or 0)
            got = self._door.recv(1)
            if not got:
                self.well = False
                raise ConnectionError("the mother is gone")
            said += got
        return said

    def done(self) -> None:
        """Let her forget the child: until then nobody else can have its number."""
        self._door.sendall(b".")


class Born:
    """A child as `confined.follow` wants it: pipes, a number, and an end."""

    def __init__(self, mother: Mother, pid: int, into: IO[bytes], out: IO[bytes], words: IO[bytes]) -> None:
        self.pid, self.stdin, self.stdout, self.stderr = pid, into, out, words
        self.returncode: int | None = None
        self._mother = mother

    def wait(self, timeout: float | None = None) -> int:
        """Its exit code, negative for a signal. Raises TimeoutExpired."""
        if self.returncode is None:
            self.returncode = int(self._mother.line(timeout))
            self._mother.done()
        return self.returncode


def main() -> None:
    """The mother: import the module, then bear a child for each message, and tell its number and how it ended."""
    cage.die_with_parent()
    work = importlib.import_module(sys.argv[1])
    door = socket.socket(fileno=os.dup(0))
    while True:
        message, fds, _flags, _address = socket.recv_fds(door, 64, 3)
        if not message:
            return
        memory, cpu = (int(each) for each in message.split())
        pid = os.fork()
        if pid == 0:
            door.close()
            _live(work, fds, memory, cpu)
        with suppress(PermissionError, ProcessLookupError):
            os.setpgid(pid, pid)
        for each in fds:
            os.close(each)
        door.sendall(b"%d\n" % pid)
        ended = os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT)
        exited = ended is not None and ended.si_code == os.CLD_EXITED
        status = ended.si_status if ended is not None else signal.SIGKILL
        door.sendall(b"%d\n" % (status if exited else -status))
        door.recv(1)
        os.waitpid(pid, 0)


def _live(work: object, fds: list[int], memory: int, cpu: int) -> None:
    """The child: its pipes, the cage, the work, the end. It never returns."""
    code = 1
    try:
        os.setpgid(0, 0)
        for target, each in enumerate(fds):
            os.dup2(each, target)
            os.close(each)
        cage.close(memory, cpu)
        work.main()  # type: ignore[attr-defined]
        sys.stdout.flush()
        code = 0
    except MemoryError:
        code = cage.MEMORY_CODE
    except BaseException:
        traceback.print_exc()
    os._exit(code)


if __name__ == "__main__":
    main()
