"""The node screen says how the chain is, and who the appliance is."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.api.commands import ReadChain
from core.api.events import ChainChanged
from lucid_gui.screens.screen_model import ScreenModel
from tests.fakes.engine_port import CHAIN, PENDING, READY, FakeEnginePort, failure
from tests.fakes.kiosk_scripts import full_port
from tests.lucid_gui.conftest import KioskOpener
from tests.lucid_gui.kiosk_driver import KioskDriver


def visit(open_kiosk: KioskOpener, port: FakeEnginePort) -> KioskDriver:
    """Open the node screen."""
    kiosk = open_kiosk(port)
    kiosk.tap("rail-node")
    kiosk.until(lambda: kiosk.screen() == "node")
    return kiosk


def test_the_chain_is_shown_with_its_block(open_kiosk: KioskOpener) -> None:
    """Block, whole hash, contracts, endpoint and fingerprint."""
    kiosk = visit(open_kiosk, full_port())
    model = kiosk.model()
    kiosk.until(lambda: model.state == "reachable")
    assert model.block["hash"] == CHAIN.block_hash
    assert [row["value"] for row in model.addresses] == [
        CHAIN.anchors_address,
        CHAIN.chunk_store_address,
    ]
    assert model.endpoint == CHAIN.endpoint
    assert model.fingerprint == READY.device_fingerprint


def test_before_the_chain_answers_the_screen_says_so(open_kiosk: KioskOpener) -> None:
    """Nothing is claimed while it is asked."""
    port = full_port()
    port.chain = None
    port.answers[ReadChain] = PENDING
    kiosk = visit(open_kiosk, port)
    assert kiosk.model().state == "loading"
    port.finish(ReadChain, CHAIN)
    kiosk.until(lambda: kiosk.model().state == "reachable")


def test_a_chain_that_went_away_can_be_asked_again(open_kiosk: KioskOpener) -> None:
    """The failure's sentence, the last block, and a button that asks."""
    port = full_port()
    kiosk = visit(open_kiosk, port)
    port.emit(
        ChainChanged(
            replace(CHAIN, is_reachable=False, failure=failure("chain_unreachable", reason="x"))
        )
    )
    kiosk.until(lambda: kiosk.model().state == "away")
    assert kiosk.model().failure["code"] == "chain_unreachable"
    kiosk.tap("askAgain")
    kiosk.until(lambda: kiosk.model().state == "reachable")
    assert kiosk.model().failure == {}


def test_a_chain_without_contracts_is_shown_too(open_kiosk: KioskOpener) -> None:
    """Before the first deployment there are no addresses, and nothing breaks."""
    port = full_port()
    port.chain = replace(CHAIN, anchors_address=None, chunk_store_address=None, block_number=0)
    port.answers[ReadChain] = port.chain
    kiosk = visit(open_kiosk, port)
    kiosk.until(lambda: kiosk.model().state == "reachable")
    assert kiosk.model().addresses == []
    assert kiosk.model().block["number"] == "0"


def test_the_age_of_a_block_is_told_by_the_screen_s_clock(
    open_kiosk: KioskOpener, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The same block is as old in every picture that is taken at the same made-up time."""
    assert CHAIN.block_time_utc_s is not None
    ages = {60: "1 min ago", 2: "just now", 3 * 86_400: "3 days ago"}
    kiosk = visit(open_kiosk, full_port())
    model = kiosk.model()
    kiosk.until(lambda: model.state == "reachable")
    for age_s, words in ages.items():
        now_utc_ms = (CHAIN.block_time_utc_s + age_s) * 1000
        monkeypatch.setattr(ScreenModel, "utc_clock", staticmethod(lambda now=now_utc_ms: now))
        assert model.block["time"].endswith(f", {words}")
