"""Sentences: what each failure code means to a person, and what to do next.

Both front ends show them: the command line as they stand, the kiosk through its translations
(``lucid_gui.text`` hands ``sentence_for`` its translator; the texts of ``SENTENCES`` are the keys).
A placeholder names a fact of the failure's class. A fact that is missing becomes a plain word, so
a sentence can always be shown.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from core.api.sentence import Sentence
from core.api.snapshots import FailureSnapshot
from core.api.text_contracts import CONTRACT_SENTENCES
from core.api.text_network import NETWORK_SENTENCES
from core.api.text_reading import READING_SENTENCES

__all__ = ["SENTENCES", "Sentence", "sentence_for"]


def sentence_for(
    failure: FailureSnapshot, translate: Callable[[str], str] = lambda text: text
) -> Sentence:
    """Say what ``failure`` means; an unknown code gets a sentence that names the code."""
    template = SENTENCES.get(failure.code)
    if template is None:
        template = _UNKNOWN
    words = _Words({"code": failure.code, **failure.facts})
    return Sentence(
        translate(template.what).format_map(words), translate(template.next_step).format_map(words)
    )


class _Words(dict[str, str]):
    """Facts as words; one that is missing is said in general terms."""

    def __init__(self, facts: Mapping[str, str | int | float]) -> None:
        super().__init__({name: _as_word(name, value) for name, value in facts.items()})

    def __missing__(self, name: str) -> str:
        return _IN_GENERAL.get(name, "unknown")


def _as_word(name: str, value: str | float) -> str:
    if name in _ETHER:
        return f"{value:.6f}" if isinstance(value, float) else str(value)
    if isinstance(value, float):
        return f"{value:.1f}".removesuffix(".0")
    if name in _NAMES_OF_OURS:
        return str(value).replace("_", " ")
    return str(value)


# These facts are amounts of ether, of which a hundredth may be what is missing.
_ETHER = frozenset({"needed", "balance"})

# These facts hold snake_case names of ours that read better with spaces.
_NAMES_OF_OURS = frozenset({"claim", "section", "signer", "state", "test", "what"})

_IN_GENERAL = {
    "attempts": "several",
    "claim": "claim",
    "display": "that was asked for",
    "field": "one of its fields",
    "found": "a newer one",
    "found_index": "another position",
    "found_session": "another session",
    "index": "(number unknown)",
    "free_percent": "too little",
    "known": "older ones",
    "minimum": "a few more",
    "name": "asked for",
    "needed_percent": "more",
    "package": "that holds it",
    "path": "the place it is kept",
    "pid": "unknown",
    "program": "that is needed",
    "reason": "no reason was given",
    "section": "unknown",
    "sequence": "(number unknown)",
    "session_id": "(ID unknown)",
    "signer": "signer",
    "state": "still going on",
    "test": "of the cryptography",
    "tried": "none",
    "value": "that value",
    "what": "this recording",
}

_UNKNOWN = Sentence(
    "Something went wrong that this version has no words for (code {code}).",
    "Try again; if it stays, report the code.",
)

SENTENCES: Mapping[str, Sentence] = {
    # No class has this code: it is what the engine makes of an exception that nobody expected.
    "bug": Sentence(
        "Lucid made a mistake of its own: {reason}.",
        "Everything that was sealed is kept; please report what the log says.",
    ),
    "failure": Sentence(
        "Something went wrong that Lucid cannot put more precisely.",
        "Try again; if it stays, run lucid selftest and report what it prints.",
    ),
    # --- asked for wrongly ---
    "usage": Sentence(
        "This cannot be done as asked: {reason}.", "Change what you asked for and try again."
    ),
    "passphrase_too_short": Sentence(
        "The passphrase is too short: it needs at least {minimum} characters.",
        "Choose a longer one; four unrelated words are easy to keep and hard to guess.",
    ),
    "setting_out_of_bounds": Sentence(
        "The setting {name} cannot be {value}: {reason}.", "Choose a value within its bounds."
    ),
    "vault_exists": Sentence(
        "There is a vault already ({path}).",
        "Unlock it with its passphrase, or choose another data directory for another vault.",
    ),
    # --- missing on this machine ---
    "missing": Sentence(
        "Something that is needed is missing on this machine.",
        "Run lucid selftest to see what, install it and try again.",
    ),
    "missing_program": Sentence(
        "The program {program} is not installed.", "Install the package {package} and try again."
    ),
    "display_unavailable": Sentence(
        "The display {display} cannot be opened.",
        "Check that it runs and that you may connect to it (DISPLAY, XAUTHORITY), or record the sandbox desktop.",
    ),
    "encoder_unavailable": Sentence(
        "No H.264 encoder works on this machine (tried: {tried}).",
        "Install an ffmpeg that has libx264 and try again.",
    ),
    "recorder_failed": Sentence(
        "The recorder ended {attempts} times and was given up: {reason}.",
        "What was recorded is sealed and kept; check that the display still runs, then start another session.",
    ),
    "remote_host_failed": Sentence(
        "The session's {program} is not there: {reason}.",
        "Nobody is let in. Start the session again; if it happens again, see the guide on troubleshooting.",
    ),
    "remote_host_unsupported": Sentence(
        "This machine has {program} {found}, and the gate knows {known} only.",
        "Nobody is let in. Install a version that is known.",
    ),
    "peer_unusual": Sentence(
        "The peer does not behave like a person: {kind}. The policy says: {response}.",
        "Look at what it did in the session's trail before you let it go on.",
    ),
    "session_limit_met": Sentence(
        "The session ended by itself: {limit}, after {minutes} minutes, as its policy says.",
        "Start another session if there is more to do.",
    ),
    "policy_voided": Sentence(
        "Session {session_id} was ended: the policy in force was not the one that was signed and anchored.",
        "Do not rely on what was allowed in it; look at its trail, and check this machine.",
    ),
    "seat_needed": Sentence(
        "Only a touch on the appliance's own screen can allow this.",
        "Answer on the kiosk; from here you can deny and revoke.",
    ),
    "session_not_hosted": Sentence(
        "Nobody can join session {session_id}.",
        "Start a session for a remote peer to let somebody join.",
    ),
    "session_not_joined": Sentence(
        "Session {session_id} is not one that was joined from here, or it has ended.",
        "Join it again with a new invitation.",
    ),
    "peer_present": Sentence(
        "Somebody is connected to session {session_id}.",
        "Disconnect the peer first, then make a new code.",
    ),
    "door_locked": Sentence(
        "Too many wrong codes were typed. A new code opens the door again in {seconds} seconds.",
        "Wait, or end the session if you expect nobody.",
    ),
    "host_unreachable": Sentence(
        "The other appliance cannot be reached at {address}: {reason}.",
        "Check the address, and that its session is still open for somebody to join; then try again.",
    ),
    "certificate_different": Sentence(
        "The certificate at the other end is {found}, and should be {expected}.",
        "Do not go on: somebody may be in between. Ask the other person for a new invitation, by another way.",
    ),
    "code_wrong": Sentence(
        "The other appliance does not take this code.",
        "It works once and for 15 minutes; ask for a new one. After five wrong ones nobody can come in for a while.",
    ),
    "terms_refused": Sentence(
        "What the other appliance says of its terms does not hold: {reason}.",
        "Do not go on; nothing was accepted that counts. Ask the other person, and try again with a new invitation.",
    ),
    "join_refused": Sentence(
        "The other appliance lets nobody in now: {reason}.",
        "Ask the other person whether somebody else is there, then try again with a new code.",
    ),
    "desktop_too_large": Sentence(
        "The desktop of the other appliance is larger than this one can show: {width}×{height}.",
        "Ask the other person to host a smaller one: at most as many pixels as {most} has.",
    ),
    "consent_malformed": Sentence(
        "The terms or the receipt cannot be read: {field} is not valid.",
        "Do not rely on it; a whole bundle has the consent in its trail.",
    ),
    "consent_signature_wrong": Sentence(
        "The signature under the consent does not hold: {signer}.",
        "Do not rely on it as proof that somebody agreed.",
    ),
    "consent_missing": Sentence(
        "Entry {sequence} of the trail says that somebody joined, and no consent to that stands before it.",
        "Do not rely on it: whoever it was need not have been told that it is recorded.",
    ),
    "consent_wrong": Sentence(
        "Entry {sequence} of the trail holds a consent that is not one to this session: {reason}.",
        "Do not rely on it as proof that somebody agreed.",
    ),
    "data_directory_unwritable": Sentence(
        "Nothing can be written to {path}: {reason}.",
        "Make it writable for your user, or choose another data directory (--data-dir or LUCID_DATA_DIR).",
    ),
    "data_directory_busy": Sentence(
        "Another Lucid already works on {path} (process {pid}).",
        "Do it there (in the kiosk, or by a line to lucid session host), end that one, or choose another directory.",
    ),
    "storage_full": Sentence(
        "There is no space left for {path}.",
        "Free some space on that disk; everything that was sealed before is kept.",
    ),
    "storage_too_low": Sentence(
        "Only {free_percent} % of the disk is free; a session needs {needed_percent} % to start.",
        "Free some space, or export old sessions to another disk, and start again.",
    ),
    "vault_missing": Sentence(
        "There is no vault yet ({path}), so nothing can be sealed.",
        "Make one: the kiosk, or a first lucid session record, asks for a passphrase; or give the right --data-dir.",
    ),
    "vault_locked": Sentence(
        "The vault is locked.", "Unlock it with your passphrase and try again."
    ),
    "wrong_passphrase": Sentence(
        "That passphrase does not open the vault.",
        "Try again; mind capital letters and the keyboard layout. Nobody can reset it.",
    ),
    "key_store_unavailable": Sentence(
        "This system has no key store that is fit to keep the vault open: {reason}.",
        "Go on with the passphrase; it is asked for after each start.",
    ),
    "chain_unreachable": Sentence(
        "The chain does not answer: {reason}.",
        "Sessions are kept and are anchored by themselves as soon as it answers again. A node of yours has to run, at"
        " the address that is named (--network, ON_SYSTEM_CHAIN_RPC_URL).",
    ),
    "memory_too_low": Sentence(
        "Unlocking the vault takes {needed_mib} MiB of memory, and this machine cannot give them now.",
        "Close other programs and try again.",
    ),
    "self_test_failed": Sentence(
        "The self-test {test} does not come out right on this machine, so Lucid does not start.",
        "Run lucid selftest for the details; a reinstallation or other hardware is needed.",
    ),
    "destination_unwritable": Sentence(
        "The file {path} cannot be written: {reason}.", "Choose another place and try again."
    ),
    # --- does not hold ---
    "does_not_hold": Sentence(
        "What was checked is not as it should be.",
        "Keep the files as they are, and check a copy from another place.",
    ),
    "vault_version_unsupported": Sentence(
        "The vault was written by a newer Lucid: version {found}; this one reads {known}.",
        "Open it with the newer version.",
    ),
    "vault_corrupt": Sentence(
        "The vault file is damaged: {reason}.",
        "Put vault.json back from a copy; without it the recordings cannot be opened.",
    ),
    "store_corrupt": Sentence(
        "The list of sessions is damaged: {reason}.",
        "Put lucid.db back from a copy; the sealed chunks themselves are not touched.",
    ),
    "store_newer": Sentence(
        "The list of sessions has format {found}; this version of Lucid reads {known}.",
        "Update Lucid, then open it again.",
    ),
    "chunk_missing": Sentence(
        "Chunk {index} is not there.",
        "Put its file back from a copy; every other chunk can still be checked and played.",
    ),
    "chunk_truncated": Sentence(
        "Chunk {index} has {found} bytes where {expected} were sealed.",
        "Put its file back from a copy; every other chunk can still be checked and played.",
    ),
    "chunk_misplaced": Sentence(
        "In the place of chunk {index} lies chunk {found_index} of session {found_session}.",
        "Put each chunk file back where it belongs.",
    ),
    "chunk_altered": Sentence(
        "Chunk {index} is not what was sealed: its bytes were changed.",
        "Do not rely on this part; put its file back from a copy if there is one.",
    ),
    "chunk_malformed": Sentence(
        "Chunk {index} cannot be read: {field} is not valid.",
        "Put its file back from a copy; every other chunk can still be checked and played.",
    ),
    "chunk_version_unsupported": Sentence(
        "Chunk {index} has format {found}; this version of Lucid reads {known}.",
        "Update Lucid, then open it again.",
    ),
    "chunk_unreadable": Sentence(
        "Chunk {index} cannot be read from the disk: {reason}.",
        "Check the disk, then put its file back from a copy; every other chunk can still be checked and played.",
    ),
    "journal_damaged": Sentence(
        "The journal of chunk {index} is damaged: {kept_bytes} bytes were sealed, {lost_bytes} after them were not.",
        "Nothing needs to be done; the journal is kept beside the session if you want it examined.",
    ),
    "journal_corrupt": Sentence(
        "The journal of chunk {index} cannot be read: {field} is not valid.",
        "The chunks sealed before it are safe; keep the journal file if you want it examined.",
    ),
    "key_unavailable": Sentence(
        "There is no key at hand for {what}.",
        "Open it on the appliance that recorded it, or ask for a bundle that discloses this part.",
    ),
    "chunk_key_wrong": Sentence(
        "The key given for chunk {index} does not open it.",
        "The chunk itself may be genuine; ask for a bundle that discloses its own key.",
    ),
    "manifest_malformed": Sentence(
        "The manifest cannot be read: {field} is not valid.",
        "Ask for the file again, or put the session's manifest back from a copy.",
    ),
    "manifest_version_unsupported": Sentence(
        "The manifest has version {found}; this version of Lucid reads {known}.",
        "Update Lucid, then check it again.",
    ),
    "manifest_signature_wrong": Sentence(
        "The {signer} signature does not fit the manifest.",
        "Do not rely on it: the manifest was changed, or another key signed it.",
    ),
    "policy_malformed": Sentence(
        "The session's policy cannot be used: {field} is not valid.",
        "Change that rule and start again; nothing is allowed under a policy that is not understood.",
    ),
    "policy_signature_wrong": Sentence(
        "The session's policy is not the one that this appliance signed.",
        "The session is ended and nothing more is allowed in it; start another one.",
    ),
    "trail_malformed": Sentence(
        "The trail cannot be read: {field} is not valid.",
        "Put the session's trail.lct back from a copy; video and manifest can still be checked.",
    ),
    "trail_altered": Sentence(
        "Entry {sequence} of the trail is not what was written there, or is gone.",
        "Do not rely on the trail; put the session's trail.lct back from a copy if there is one.",
    ),
    "key_log_malformed": Sentence(
        "What was typed cannot be read: {field} is not valid.",
        "Put the session's keys.lct back from a copy; video, manifest and trail can still be checked.",
    ),
    "key_log_altered": Sentence(
        "Record {sequence} of what was typed is not what was written there, or is gone.",
        "Do not rely on what was typed; put the session's keys.lct back from a copy if there is one.",
    ),
    "bundle_missing": Sentence(
        "The bundle {path} cannot be opened: {reason}.", "Check the name and try again."
    ),
    "bundle_malformed": Sentence(
        "This is not a readable evidence bundle (section {section}): {reason}.",
        "Check that it is the right file and that it arrived whole; if so, ask for it again.",
    ),
    "bundle_version_unsupported": Sentence(
        "The bundle has version {found}; this version of Lucid reads {known}.",
        "Update Lucid, then check it again.",
    ),
    "bundle_altered": Sentence(
        "The bundle was changed after it was written (section {section}).",
        "Do not rely on it; ask for the file again.",
    ),
    "proof_wrong": Sentence(
        "The proof of the {claim} does not lead to the root it claims.",
        "Do not rely on it: the proof was changed, or it belongs to something else.",
    ),
    "anchor_missing": Sentence(
        "Session {session_id} is not anchored yet.",
        "Leave the appliance on until its chain answers; anchoring goes on by itself.",
    ),
    "anchor_mismatch": Sentence(
        "The chain says something else than the manifest: {field} differs.",
        "Do not rely on it: the manifest is not the one that was anchored.",
    ),
    "session_void": Sentence(
        "Session {session_id} is void: somebody showed on the chain that its ID was used twice.",
        "Do not rely on it; ask whoever recorded it which of the two is the session that was meant.",
    ),
    "chain_rejected": Sentence(
        "The chain refused the transaction for good: {reason}.",
        "The recording is kept and sealed; look at the session's page for what is anchored.",
    ),
    "session_unknown": Sentence(
        "There is no session {session_id} here.",
        "Look in the list of sessions for those that this appliance keeps (lucid session list prints it).",
    ),
    "recording_gap": Sentence(
        "Pictures were missing for {seconds} s ({reason}); the recording goes on.",
        "Nothing needs doing: the gap is marked in the record.",
    ),
    "space_low": Sentence(
        "Only {free_percent} % of the storage is free.",
        "Make room soon: below 5 % no session can be started.",
    ),
    "space_closing": Sentence(
        "Only {free_percent} % of the storage is free, so the running session was ended and sealed.",
        "Make room before starting another one: move recordings away or add storage.",
    ),
    "session_id_used": Sentence(
        "Session ID {session_id} was used before, and an ID is good for one session only.",
        "Start the session again; it gets an ID of its own.",
    ),
    "nonce_used": Sentence(
        "The chain has another transaction of this appliance in that place: {reason}.",
        "Nothing needs doing: the anchor is signed again and sent.",
    ),
    "opening_malformed": Sentence(
        "The file that opens this session is damaged at {field}.",
        "Restore the session's opening.json from a backup; without it nothing can be decrypted.",
    ),
    "session_busy": Sentence("Session {session_id} is running already.", "End it first."),
    "session_not_finished": Sentence(
        "Session {session_id} is not sealed yet (it is {state}).",
        "Wait for it to end, or end it, and try again.",
    ),
    "session_empty": Sentence(
        "Session {session_id} holds no video.", "There is nothing to play or to export as video."
    ),
    **CONTRACT_SENTENCES,
    **NETWORK_SENTENCES,
    **READING_SENTENCES,
}
