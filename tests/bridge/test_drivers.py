"""What the drivers of stores share."""

import pytest

from jupyterlab_datalake.drivers.orders import Refused, insisted


@pytest.mark.parametrize(
    ("answers", "heard", "asked"),
    [
        (["0cf6027e"], "0cf6027e", 1),
        ([None, None, "0cf6027e"], "0cf6027e", 3),
        ([None, None, None, "0cf6027e"], None, 3),
    ],
)
def test_a_checksum_is_asked_for_again(answers, heard, asked):
    rest = iter(answers)
    seen = []

    def ask():
        seen.append(next(rest))
        return seen[-1]

    assert insisted(ask) == heard
    assert len(seen) == asked


def test_a_store_that_has_none_is_asked_once():
    seen = []

    def ask():
        seen.append(1)
        raise Refused("query checksum is not supported", number=3013)

    assert insisted(ask) is None
    assert len(seen) == 1
