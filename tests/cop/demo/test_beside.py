"""Work beside: the same comes of it in this process and in another, and nobody waits for it who leaves."""

import time

import pytest

from cop.demo.beside import beside


@pytest.mark.parametrize("worth", [False, True])
def test_what_comes_of_it_is_handed_over(worth):
    with beside(worth, sorted, [3, 1, 2], reverse=True) as found:
        assert found() == [3, 2, 1]


def test_whoever_leaves_early_does_not_wait():
    before = time.monotonic()
    with beside(True, time.sleep, 600):
        pass
    assert time.monotonic() - before < 300


@pytest.mark.parametrize("worth", [False, True])
def test_what_goes_wrong_in_it_goes_wrong_here(worth):
    with beside(worth, int, "none") as found, pytest.raises(ValueError, match="none"):
        found()
