"""The contract that every plugin keeps."""

from flask import Flask

from core.testing import faults


def test_the_contract_is_kept(app: Flask) -> None:
    assert faults(app, "handbook") == []
