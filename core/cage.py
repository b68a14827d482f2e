"""The inside of a confined child: gives up memory, files, processes and the network, then does its work.

`core.confined` starts it as `python -m core.cage <module> <memory> <cpu>`. Three walls stand against the network and
against new processes. The strong one is a seccomp filter of the kernel (Linux on x86-64 and ARM64; it needs no
privilege and also holds code that a broken decoder was tricked into). A network namespace without any interface comes
on top where the kernel lets us make one; many containers refuse. The audit hook is the weak one: it stops Python code
only, and is the only wall on other systems. What no wall stops: reading files that this user may read; but the answer
on standard output is the only way out.
"""

import contextlib
import ctypes
import os
import platform
import runpy
import struct
import sys

try:
    import resource
except ImportError:  # not on Windows, where no child can be confined
    resource = None  # type: ignore[assignment]

MEMORY_CODE = 97
"""The exit code that means: the work asked for more memory than it may have."""

OPEN_FILES = 64
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_PDEATHSIG, PR_SET_SECCOMP, PR_SET_NO_NEW_PRIVS, SECCOMP_MODE_FILTER = 1, 22, 38, 2
SIGKILL, EPERM, ENOSYS = 9, 1, 38
LOAD, EQUAL, AT_LEAST, HAS_BITS, RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
ALLOW, REFUSE, ABSENT, KILL = 0x7FFF0000, 0x00050000 | EPERM, 0x00050000 | ENOSYS, 0x80000000
X32 = 0x40000000

ARCHITECTURES: dict[str, tuple[int, tuple[int, ...]]] = {
    # socket connect sendto bind socketpair; fork vfork execve execveat; io_uring_setup;
    # kill tkill tgkill pidfd_send_signal ptrace process_vm_readv process_vm_writev
    "x86_64": (0xC000003E, (41, 42, 44, 49, 53, 57, 58, 59, 322, 425,
                            62, 200, 234, 424, 101, 310, 311)),
    # the same calls; fork and vfork do not exist there
    "aarch64": (0xC00000B7, (198, 203, 206, 200, 199, 221, 281, 425,
                             129, 130, 131, 424, 117, 270, 271)),
}  # fmt: skip
"""Machine -> its audit architecture, and the system calls that reach the network or another process."""

CLONE, CLONE3, CLONE_THREAD = {"x86_64": 56, "aarch64": 220}, 435, 0x00010000
"""A decoder of HEIC begins a thread, which is no process and gets no door of its own. The filter reads the flags of
clone; it cannot read those of clone3, so that one "does not exist" (ENOSYS) and libc falls back to clone."""

FORBIDDEN = (
    "socket.",
    "subprocess.",
    "os.system",
    "os.exec",
    "os.fork",
    "os.posix_spawn",
    "os.spawn",
    "pty.",
)


def main() -> None:
    """Close the cage, then run the module named on the command line as a program."""
    module, memory, cpu = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    close(memory, cpu)
    sys.argv = [module]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except MemoryError:
        os._exit(MEMORY_CODE)


def close(memory: int, cpu: int) -> None:
    """Give everything up, for good. `core.nursery` calls it in a child that was forked."""
    filtered = _leave_network()
    _lower_limits(memory, cpu, processes=not filtered)
    sys.addaudithook(_refuse)


def die_with_parent() -> None:
    """Be killed when the parent ends, however that happens (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)


def _lower_limits(memory: int, cpu: int, *, processes: bool) -> None:
    """Soft and hard alike, so that the child cannot raise them; one second more of CPU before the hard kill.

    `processes`: also none of them. The limit counts threads too, so it stands only where the filter does not.
    """
    limits = {
        resource.RLIMIT_AS: (memory, memory),
        resource.RLIMIT_CPU: (cpu, cpu + 1),
        resource.RLIMIT_NOFILE: (OPEN_FILES, OPEN_FILES),
        resource.RLIMIT_FSIZE: (0, 0),
        resource.RLIMIT_CORE: (0, 0),
    }
    if processes:
        limits[resource.RLIMIT_NPROC] = (0, 0)
    for name, wanted in limits.items():
        most = resource.getrlimit(name)[1]
        soft, hard = wanted if most == resource.RLIM_INFINITY else (min(each, most) for each in wanted)
        resource.setrlimit(name, (soft, hard))


def _leave_network() -> bool:
    """Die with the parent; a namespace without interfaces if we may; whether a filter of system calls stands."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(PR_SET_PDEATHSIG, SIGKILL, 0, 0, 0)
    libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)
    return _filter_calls(libc)


def _filter_calls(libc: ctypes.CDLL) -> bool:
    program = _program(platform.machine())
    if not program:
        return False
    code = ctypes.create_string_buffer(program, len(program))
    # struct sock_fprog: the number of instructions, padding, and where they stand.
    head = struct.pack("HxxxxxxP", len(program) // 8, ctypes.addressof(code))
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    kept = libc.prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, ctypes.create_string_buffer(head, len(head)), 0, 0)
    return int(kept) == 0


def _program(machine: str) -> bytes:
    """The filter in classic BPF: a foreign architecture is killed, a forbidden call answers EPERM."""
    if machine not in ARCHITECTURES:
        return b""
    audit, calls = ARCHITECTURES[machine]
    rules = [
        (LOAD, 0, 0, 4), (EQUAL, 1, 0, audit), (RETURN, 0, 0, KILL),
        (LOAD, 0, 0, 0), (AT_LEAST, 0, 1, X32), (RETURN, 0, 0, KILL),
        (EQUAL, 0, 1, CLONE3), (RETURN, 0, 0, ABSENT),
        (EQUAL, 0, 4, CLONE[machine]), (LOAD, 0, 0, 16), (HAS_BITS, 0, 1, CLONE_THREAD),
        (RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE),
    ]  # fmt: skip
    rules += [(EQUAL, len(calls) - index, 0, call) for index, call in enumerate(calls)]
    rules += [(RETURN, 0, 0, ALLOW), (RETURN, 0, 0, REFUSE)]
    return b"".join(struct.pack("HBBI", *rule) for rule in rules)


def _refuse(event: str, _arguments: tuple[object, ...]) -> None:
    if event.startswith(FORBIDDEN):
        raise PermissionError(EPERM, f"{event} is forbidden in here")


if __name__ == "__main__":
    with contextlib.suppress(BrokenPipeError):
        main()
