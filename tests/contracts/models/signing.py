"""What signatures are to the models: who signed what, and whether in the one form that is taken."""

from dataclasses import dataclass, replace

from tests.contracts.evm import Account

_ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141


@dataclass(frozen=True)
class Signature:
    """A signature: the signer's address, and the 65 bytes (or another number) that are sent."""

    signer: bytes
    content: bytes
    is_well_formed: bool = True

    def malleated(self) -> "Signature":
        """Give the other form of the same signature, with a high s, which ecrecover takes too."""
        s = _ORDER - int.from_bytes(self.content[32:64], "big")
        other = self.content[:32] + s.to_bytes(32, "big") + bytes([55 - self.content[64]])
        return replace(self, content=other, is_well_formed=False)

    def cut(self) -> "Signature":
        """Give it without its last byte."""
        return replace(self, content=self.content[:-1], is_well_formed=False)


def signed(account: Account, digest: bytes) -> Signature:
    """Let an account sign 32 bytes."""
    return Signature(account.address, account.sign(digest))
