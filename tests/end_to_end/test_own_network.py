"""A network on an execution client that is not ours, by the commands that the README names."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from core.chain.network.document import read_deployment
from core.cli.main import run
from tests.fakes.execution_clients import ethereumjs_node


def _json(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, dict[str, object]]:
    code = run([*words, "--json"])
    return code, json.loads(capsys.readouterr().out)


def _code(refused: dict[str, object]) -> object:
    error = refused["error"]
    assert isinstance(error, dict)
    return error["code"]


def test_a_network_is_deployed_and_examined(
    tmp_path: Path,
    data_directory: Path,
    passphrase_file: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    """Deployed by one command, again without doing anything, and every check holds; another chain is refused."""
    monkeypatch.setenv("LUCID_PASSPHRASE_FILE", str(passphrase_file))
    where = ("--data-dir", str(data_directory))
    _, told = _json(capsys, *where, "chain", "account")
    account = bytes.fromhex(str(told["account"])[2:])
    with ethereumjs_node(tmp_path / "node", (account,)) as client:
        deploy = (*where, "chain", "deploy", "--trial", "--yes")
        there = ("--network", client.http)
        assert _json(capsys, *deploy, *there, "--chain-id", "1")[0] == 1
        code, done = _json(capsys, *deploy, *there)
        assert code == 0
        assert done["to_set"] == {"ON_SYSTEM_CHAIN_RPC_URL": client.http}
        assert not (data_directory / "networks" / "anchors.json").exists()
        monkeypatch.setenv("ON_SYSTEM_CHAIN_RPC_URL", client.http)
        anchors = done["contracts"]["LucidAnchors"]  # type: ignore[index]  # JSON
        assert _json(capsys, *where, "chain", "status")[1]["anchors_address"] == anchors
        head = client.maker.head
        code, again = _json(capsys, *deploy)
        assert (code, again) == (0, {**done, "is_for_sessions": True, "to_set": {}})
        code, refused = _json(capsys, *deploy, "--compliance-signer", f"0x{'55' * 20}")
        assert (code, _code(refused)) == (1, "terms_different")
        assert client.maker.head == head
        assert read_deployment(Path(str(done["path"])).read_bytes()).deployer == account

        code, examined = _json(capsys, *where, "chain", "doctor")
        assert code == 0
        assert examined["holds"] is True
        missing = (*where, "chain", "doctor", "--deployment", str(tmp_path / "none"))
        assert _json(capsys, *missing)[0] == 3

        kept = json.loads((data_directory / "networks" / "anchors.json").read_text())
        assert (kept["anchors"], kept["chain_id"]) == (anchors, done["chain_id"])
        code, indexed = _json(capsys, *where, "chain", "index", "--verified")
        assert (code, indexed["anchors_address"], indexed["sessions"]) == (0, anchors, 0)
        assert indexed["batches_address"] == done["contracts"]["LucidBatches"]  # type: ignore[index]  # JSON
        _somebody_else(tmp_path / "other", str(anchors), monkeypatch, capsys)


def _somebody_else(
    data: Path, anchors: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Another appliance anchors where the network's file says, and nowhere else."""
    monkeypatch.setenv("LUCID_ANCHOR_CONTRACT_ADDRESS", f"0x{'99' * 20}")
    where = ("--data-dir", str(data))
    assert _json(capsys, *where, "chain", "account")[0] == 0
    code, told = _json(capsys, *where, "chain", "status")
    assert (code, told["error"]["code"]) == (1, "anchors_not_there")  # type: ignore[index]  # JSON
    code, told = _json(capsys, *where, "chain", "deploy", "--trial", "--yes")
    assert (code, told["error"]["code"]) == (3, "balance_too_low")  # type: ignore[index]  # JSON
    monkeypatch.setenv("LUCID_ANCHOR_CONTRACT_ADDRESS", anchors)
    assert _json(capsys, *where, "chain", "status")[1]["anchors_address"] == anchors
    monkeypatch.delenv("LUCID_ANCHOR_CONTRACT_ADDRESS")
    monkeypatch.delenv("ON_SYSTEM_CHAIN_RPC_URL")
    code, told = _json(capsys, *where, "chain", "status")
    assert (code, told["error"]["code"]) == (1, "node_unnamed")  # type: ignore[index]  # JSON
