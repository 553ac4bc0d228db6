"""The files of something that runs are read whole, however it moves them meanwhile."""

import threading
from pathlib import Path

from running_files import ATTEMPTS, read_files


def test_a_file_that_goes_while_files_are_read_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "kept").write_bytes(b"kept")
    (tmp_path / "log.0").write_bytes(b"log")
    done = threading.Event()

    def rewrite() -> None:
        for number in range(ATTEMPTS // 2):  # so that no reading, however slow, can meet as many as it bears
            (tmp_path / f"log.{number}").rename(tmp_path / f"log.{number + 1}")
            done.wait(0.001)
        done.set()

    writing = threading.Thread(target=rewrite)
    writing.start()
    while not done.is_set():
        assert read_files(tmp_path)["kept"] == b"kept"
    writing.join()


def test_files_of_one_name_do_not_hide_each_other(tmp_path: Path) -> None:
    for part in ("one", "two"):
        (tmp_path / part).mkdir()
        (tmp_path / part / "log").write_text(part)

    assert read_files(tmp_path) == {"one/log": b"one", "two/log": b"two"}
