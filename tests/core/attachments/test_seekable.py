"""Files that are sealed and can still be read from anywhere."""

import io
from pathlib import Path
from threading import Thread

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from core import vault
from core.attachments.seekable import PIECE, TAG, Seekable, destroy, seal_stream
from core.settings import Settings

SIZES = st.sampled_from([0, 1, PIECE - 1, PIECE, PIECE + 1, 3 * PIECE, 3 * PIECE + 77])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    made = Settings(instance=tmp_path_factory.mktemp("seekable"))
    made.prepare()
    return made


def sealed(site: Settings, content: bytes, path: Path, step: int = 50_000) -> Path:
    with path.open("wb") as file:
        steps = (content[start : start + step] for start in range(0, len(content), step))
        _, size = seal_stream(site, steps, file)
    assert size == len(content)
    return path


def body(size: int) -> bytes:
    return bytes(number * 7 % 251 for number in range(size))


@examples(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(SIZES, st.integers(0, 4 * PIECE), st.integers(0, 2 * PIECE))
def test_any_part_reads_as_it_was(site: Settings, tmp_path: Path, size: int, begin: int, length: int) -> None:
    content = body(size)
    with Seekable(site, sealed(site, content, tmp_path / "file")) as file:
        file.seek(begin)
        assert file.read(length) == content[begin : begin + length]
        assert file.seek(0, io.SEEK_END) == size
        file.seek(0)
        assert io.BufferedReader(file).read() == content


def test_nothing_of_it_stands_on_the_disk_and_each_file_has_a_key_of_its_own(
    site: Settings, tmp_path: Path
) -> None:
    content = b"+996 555 123456 " * 10_000
    one, two = (sealed(site, content, tmp_path / name).read_bytes() for name in ("one", "two"))
    assert b"+996" not in one
    assert one[-1000:] != two[-1000:]


@pytest.mark.parametrize("harm", ["flip", "cut", "cut at a piece", "swap", "append", "other key"])
def test_whatever_is_done_to_it_is_found(site: Settings, tmp_path: Path, harm: str) -> None:
    path = sealed(site, body(3 * PIECE + 5), tmp_path / "file")
    whole, step = path.read_bytes(), PIECE + TAG
    begin = len(whole) - 3 * step - 5 - TAG
    pieces = [whole[begin + n * step : begin + (n + 1) * step] for n in range(4)]
    other = sealed(site, body(5), tmp_path / "other").read_bytes()[:begin]
    path.write_bytes({
        "flip": whole[: begin + 9] + bytes([whole[begin + 9] ^ 1]) + whole[begin + 10 :],
        "cut": whole[:-1], "cut at a piece": whole[: begin + 2 * step], "append": whole + b"\0",
        "swap": whole[:begin] + pieces[1] + pieces[0] + pieces[2] + pieces[3],
        "other key": other + whole[begin:],
    }[harm])  # fmt: skip
    with pytest.raises(vault.Damaged), Seekable(site, path) as file:
        file.read()


def test_threads_do_not_lose_their_place_to_each_other(site: Settings, tmp_path: Path) -> None:
    content = body(2 * PIECE)
    with Seekable(site, sealed(site, content, tmp_path / "file")) as file:
        file.seek(PIECE - 50)
        other = Thread(target=lambda: (file.seek(7), file.read(9)))
        other.start()
        other.join()
        assert file.read(100) == content[PIECE - 50 : PIECE + 50]


def test_a_destroyed_file_opens_nowhere_not_even_from_its_lingering_blocks(
    site: Settings, tmp_path: Path
) -> None:
    path = sealed(site, body(PIECE), tmp_path / "file")
    lingering = tmp_path / "blocks"
    lingering.hardlink_to(path)
    destroy(path)
    destroy(path)
    assert not path.exists()
    with pytest.raises(vault.Damaged):
        Seekable(site, lingering)
