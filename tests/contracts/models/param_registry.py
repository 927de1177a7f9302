"""The network's parameters, from the specification: a table of bounds, and values that stay within them."""

from dataclasses import dataclass

from tests.contracts.abi import Emitted, Reverted

MIB = 2**20
USDT = 10**6  # base units
DAY_S = 86_400


@dataclass(frozen=True)
class Row:
    """One parameter: its value at deployment, and the least and the most that it may be."""

    initial: int
    least: int
    most: int


TABLE = {
    "slotDurationSec": Row(120, 120, 120),
    "slotTimeoutMs": Row(5_000, 1_000, 10_000),
    "cooldownSlots": Row(16, 8, 64),
    "leaderWindowDays": Row(7, 3, 14),
    "payoutEpochMonths": Row(1, 1, 3),
    "maxChunkSizeBytes": Row(16 * MIB, 8 * MIB, 16 * MIB),
    "policyTimeoutMs": Row(30_000, 5_000, 120_000),
    "baseMbPerSession": Row(5, 1, 100),
    "dMinBps": Row(2_000, 0, 9_000),
    "perTransactionCapUsdt": Row(50_000 * USDT, USDT, 1_000_000 * USDT),
    "dailyCapUsdt": Row(250_000 * USDT, USDT, 5_000_000 * USDT),
    "challengeWindowSec": Row(DAY_S, 3_600, 7 * DAY_S),
    "maxNodesPerOperator": Row(16, 1, 256),
    "capRelayPerNode": Row(10**6, 1, 10**12),
    "capStoragePerNode": Row(10**6, 1, 10**12),
    "capValidationsPerNode": Row(10**6, 1, 10**12),
    "capBeaconsPerNode": Row(10**6, 1, 10**12),
    "capCreditsPerOperator": Row(4 * 10**6, 1, 10**13),
}


def key(name: str) -> bytes:
    """Write a parameter's name as the contract takes it: ASCII, filled up with zeros."""
    return name.encode("ascii").ljust(32, b"\0")


class ParamRegistryModel:
    """Values by their key, 32 bytes. ``events`` are those of the last call."""

    def __init__(self, timelock: bytes) -> None:
        self.timelock = timelock
        self.rows = {key(name): row for name, row in TABLE.items()}
        self.values = {each: row.initial for each, row in self.rows.items()}
        self.events = [self._changed(each, 0, row.initial, row) for each, row in self.rows.items()]

    @staticmethod
    def _changed(name: bytes, old: int, new: int, row: Row) -> Emitted:
        values = {"key": name, "oldValue": old, "newValue": new, "min": row.least, "max": row.most}
        return Emitted("ParamRegistry", "ParameterChanged", values)

    def judge(self, name: bytes, value: int) -> Reverted | None:
        """Tell whether a parameter may have a value."""
        row = self.rows.get(name)
        if row is None:
            return Reverted("UnknownParameter", (name,))
        if not row.least <= value <= row.most:
            return Reverted("ValueOutOfBounds", (name, value, row.least, row.most))
        return None

    def set(self, caller: bytes, name: bytes, value: int) -> Reverted | None:
        """Set a parameter."""
        self.events = []
        if caller != self.timelock:
            return Reverted("NotTimelock", (caller,))
        refusal = self.judge(name, value)
        if refusal is None:
            self.events = [self._changed(name, self.values[name], value, self.rows[name])]
            self.values[name] = value
        return refusal
