"""Sentences about the network: Tor, bridges, onion services, access from afar, and peers."""

from __future__ import annotations

from collections.abc import Mapping

from core.api.sentence import Sentence

NETWORK_SENTENCES: Mapping[str, Sentence] = {
    "address_refused": Sentence(
        "The address {address} cannot be reached: {reason}.",
        "Only onion addresses and this machine are reached. Take an invitation whole, as the other appliance shows it.",
    ),
    "network_offline": Sentence(
        "This appliance works offline: it reaches nobody, and nobody reaches it.",
        "To go online, open Settings, Network, and touch Connect; on the command line: lucid onion connect.",
    ),
    "network_in_use": Sentence(
        "Session {session_id} is reached by Tor just now.",
        "End the session first, then work offline.",
    ),
    "tor_not_ready": Sentence(
        "Tor is not connected ({phase}, {percent} %).",
        "Wait until Settings, Network says that it is ready; there it can be tried again, or a bridge used.",
    ),
    "tor_refused": Sentence(
        "Tor does not take what Lucid asks of it: {reason}.",
        "Put that right, then try again in Settings, Network; lucid onion status tells Tor's version.",
    ),
    "tor_lost": Sentence(
        "Tor has stopped: {reason}. It is being started again.",
        "Wait a moment: open sessions keep their addresses. See the guide on troubleshooting if it happens again.",
    ),
    "tor_stuck": Sentence(
        "Tor gets no further than {percent} % ({tag}): {reason}.",
        "Check that this appliance has a network. If Tor is blocked there, use a bridge: Settings, Network.",
    ),
    "bridges_stuck": Sentence(
        "Tor gets no further than {percent} % ({tag}) by its bridges: {reason}.",
        "Check that this appliance has a network; then use another bridge: Settings, Network, or lucid onion bridges.",
    ),
    "clock_wrong": Sentence(
        "The clock of this appliance is {minutes} minutes {direction}; Tor cannot connect like that.",
        "Set the clock right, then try again in Settings, Network.",
    ),
    "tor_ending": Sentence(
        "The support of Tor {version}, which runs here, ends on {day}; after that the network may refuse it.",
        "Update this appliance before that day.",
    ),
    "bridge_malformed": Sentence(
        "Bridge line {line} cannot be read: {reason}.",
        "Take the line whole, as it was given: transport, address and port, fingerprint, and its options.",
    ),
    "bridges_unreadable": Sentence(
        "The bridges that were kept here cannot be read ({reason}), and Tor is not started without them.",
        "Give them again, or go without: Settings, Network, or lucid onion bridges.",
    ),
    "client_key_needed": Sentence(
        "The onion service {address} opens to nobody without its client key.",
        "Take the invitation or the pairing line whole: the key is in it. It may have ended; ask for a new one.",
    ),
    "publish_failed": Sentence(
        "The onion service {address} could not be published: {reason}.",
        "See in Settings, Network, how Tor stands, then try again.",
    ),
    "rotation_running": Sentence(
        "The onion address is being changed already; {address} is still served.",
        "Let the old one go first (lucid onion finish), or wait until it goes by itself.",
    ),
    "rotation_missing": Sentence(
        "The onion address is not being changed.",
        "To change it: Settings, Network, or lucid onion rotate.",
    ),
    "statement_malformed": Sentence(
        "The statement about a new address is not valid: {field}.",
        "Do not follow it. Ask the other appliance's owner for a new pairing line, by another way.",
    ),
    "statement_wrong": Sentence(
        "The statement about a new address was not signed by {signer}.",
        "Do not follow it: somebody may be in between. Ask the other appliance's owner for a new pairing line.",
    ),
    "access_unknown": Sentence(
        "There is no access {access_id}.",
        "List them: lucid access list.",
    ),
    "calls_altered": Sentence(
        "The log of calls was changed at entry {sequence}.",
        "Do not rely on it; look for who had this appliance's disk.",
    ),
    "pairing_malformed": Sentence(
        "This is no pairing line: {reason}.",
        "Take the whole line that the other appliance shows, from lucid-pair:// to its end.",
    ),
    "peer_unknown": Sentence(
        "There is no peer {peer_id}.",
        "List them: lucid peer list.",
    ),
    "peer_unreachable": Sentence(
        "The peer {name} cannot be reached: {reason}.",
        "Ask its owner whether it is on and connected, and whether your access has ended; then try again.",
    ),
    "peer_refused": Sentence(
        "The peer {name} answers, and does not give what was asked for: {reason}.",
        "Ask its owner whether your access is still open, and what it may read.",
    ),
    "peer_session_running": Sentence(
        "Session {session_id} at {name} has not ended, so that there is no proof of it yet.",
        "Try again once it has ended and is sealed there.",
    ),
    "peer_unproven": Sentence(
        "What answers at the address of {name} does not prove to be its device; no token was shown there.",
        "Do not go on: somebody may be in between. Ask its owner for a new pairing line, by another way.",
    ),
    "peer_elsewhere": Sentence(
        "The peer {name} is known at another address, and no statement leads from there to the one in this line.",
        "Look whether it has moved: lucid peer follow. If its owner stands by the line, forget the peer first.",
    ),
    "camera_missing": Sentence(
        "There is no camera to scan with: {reason}.",
        "Connect one, or choose it in the settings; or paste or type the line.",
    ),
    "picture_unreadable": Sentence(
        "No QR code was found: {reason}.",
        "Hold the code flat and near, with light on it, and try again; or paste the line.",
    ),
    "record_altered": Sentence(
        "A sealed record in the store does not open: {kind}.",
        "Do not rely on this store; restore the data directory from a backup.",
    ),
}
