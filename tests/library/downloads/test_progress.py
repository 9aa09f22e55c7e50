"""download_progress: a bar on a terminal, few lines elsewhere."""

import io

import pytest

from secretome.downloads.progress import Progress


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


def test_a_bar_on_a_terminal(clock):
    terminal = Terminal()
    progress = Progress("x.gz", terminal, clock)
    progress.show(1, 4_000_000)
    assert terminal.getvalue() == ""
    clock.now = 1
    progress.show(1_000_000, 4_000_000)
    assert terminal.getvalue() == f"\r\x1b[Kx.gz [{'=' * 6}{' ' * 18}] 1.0 of 4.0 MB (25 %)"
    clock.now = 2
    progress.show(5_000_000, None)
    assert terminal.getvalue().endswith("\r\x1b[Kx.gz 5.0 MB")
    progress.end()
    assert terminal.getvalue().endswith("\r\x1b[K")


def test_a_quick_file_has_no_line(clock):
    stream = io.StringIO()
    progress = Progress("x.gz", stream, clock)
    for done in range(0, 1000, 10):
        clock.now += 0.05
        progress.show(done, 1000)
    progress.end()
    assert stream.getvalue() == ""


def test_at_most_a_line_each_ten_seconds_and_tenth(clock):
    stream = io.StringIO()
    progress = Progress("x.gz", stream, clock)
    for done in range(1, 1001):
        clock.now += 0.5
        progress.show(done * 1_000_000, 1_000_000_000)
    lines = stream.getvalue().splitlines()
    assert len(lines) == 10
    assert lines[0] == "x.gz: 100.0 of 1,000.0 MB (10 %)"


def test_a_slow_file_has_a_line_a_minute(clock):
    stream = io.StringIO()
    progress = Progress("x.gz", stream, clock)
    for second in range(1, 601):
        clock.now = second
        progress.show(second, 1_000_000_000)
    assert len(stream.getvalue().splitlines()) == 10


def test_of_a_file_of_unknown_size_too(clock):
    stream = io.StringIO()
    progress = Progress("x.gz", stream, clock)
    for second in range(1, 61):
        clock.now = second
        progress.show(second * 1_000_000, None)
    assert 1 <= len(stream.getvalue().splitlines()) <= 6
