"""Which service carries out which command, by area; what concerns several of them is the appliance's own."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from core.api import access as a
from core.api import chain as k
from core.api import chain_index as i
from core.api import commands as c
from core.api import hosting as h
from core.api import joining as j
from core.api import network as n
from core.api import peers as p
from core.api import qualifying as q
from core.api import scanning
from core.appliance.progress import Progress
from core.appliance.services import Services

Handler = Callable[[Any, Progress], Awaitable[object]]
Handlers = dict[type[c.Command], Handler]
Work = Callable[[Any], Coroutine[Any, Any, object]]


def plain(work: Work) -> Handler:
    """Make a handler of what tells no progress."""
    return lambda command, _: work(command)


def service_handlers(services: Services) -> Handlers:
    """Give what is carried out by a service alone."""
    return {
        **_of_evidence(services),
        **_of_the_screen(services),
        **_of_open_sessions(services),
        **_of_the_network(services),
        **_of_access(services),
        **_of_peers(services),
        **_of_deployments(services),
    }


def _of_evidence(services: Services) -> Handlers:
    evidence = services.evidence
    return {
        c.ListSessions: lambda *_: services.sessions.summaries(),
        c.ShowSession: plain(evidence.show),
        c.WaitForAnchor: plain(services.anchors.wait),
        c.VerifySession: evidence.verify_session,
        c.VerifyBundle: evidence.verify_bundle,
        c.ExportBundle: evidence.export_bundle,
        c.ExportVideo: evidence.export_video,
        c.ReadChain: lambda *_: services.chain.read(),
    }


def _of_the_screen(services: Services) -> Handlers:
    return {
        c.WatchSession: plain(services.thumbnails.watch),
        c.OpenPlayback: plain(services.playback.open),
        c.SeekPlayback: plain(services.playback.seek),
        c.ControlPlayback: plain(services.playback.control),
        c.ClosePlayback: plain(services.playback.close),
        c.ReadSettings: lambda *_: services.settings.read(),
        c.ChangeSetting: plain(services.settings.change),
        scanning.ScanCode: plain(services.scanning.scan),
    }


def _of_open_sessions(services: Services) -> Handlers:
    """Give what is done in a session with somebody at another end, whichever kind it is."""
    hosting, joining = services.hosting, services.joining

    def about_either(hosted: Work, joined: Work) -> Handler:
        return lambda command, _: (
            joined(command) if joining.is_about(command.session_id) else hosted(command)
        )

    async def read_hosting(_: h.ReadHosting) -> object:
        return hosting.shown()

    async def read_joined(_: j.ReadJoined) -> object:
        return joining.shown()

    return {
        h.Invite: plain(hosting.invite),
        h.Revoke: about_either(hosting.revoke, joining.revoke),
        h.Shield: about_either(hosting.shield, joining.shield),
        h.HideZones: about_either(hosting.hide, joining.hide),
        h.DropPeer: plain(hosting.drop),
        h.InviteObserver: plain(hosting.invite_observer),
        h.DropObserver: plain(hosting.drop_observer),
        h.ReadHosting: plain(read_hosting),
        h.ReadTrail: plain(hosting.read_trail),
        h.ReadKeys: plain(hosting.read_keys),
        j.ReadTerms: joining.read_terms,
        j.AllowHere: plain(joining.allow),
        j.SendInput: plain(joining.act),
        j.ReadJoined: plain(read_joined),
    }


def _of_the_network(services: Services) -> Handlers:
    network = services.network
    return {
        n.ReadNetwork: plain(network.read),
        n.Connect: plain(network.connect),
        n.WaitForTor: network.wait,
        n.ReadBridges: plain(network.read_bridges),
        n.UseBridges: plain(network.use_bridges),
        n.ForgetBridges: plain(network.forget_bridges),
        n.RotateOnion: plain(network.rotate),
        n.FinishRotation: plain(network.finish),
    }


def _of_access(services: Services) -> Handlers:
    access = services.reading.access
    return {
        a.GrantAccess: plain(access.grant),
        a.RevokeAccess: plain(access.revoke),
        a.ListAccess: plain(access.list_access),
        a.ListCalls: plain(access.list_calls),
        a.VerifyCalls: plain(access.verify_calls),
    }


def _of_peers(services: Services) -> Handlers:
    peers = services.peers
    return {
        p.AddPeer: plain(peers.add),
        p.ListPeers: plain(peers.list_peers),
        p.AskPeer: plain(peers.ask),
        p.FetchProof: plain(peers.fetch),
        p.FollowPeer: plain(peers.follow),
        p.ForgetPeer: plain(peers.forget),
    }


def _of_deployments(services: Services) -> Handlers:
    deployments = services.deployments
    return {
        k.ReadAccount: plain(deployments.account),
        k.PlanDeployment: plain(deployments.plan),
        k.CarryOutDeployment: deployments.carry_out,
        k.ExamineDeployment: plain(deployments.examine),
        q.QualifyNodes: services.qualifying.qualify,
        i.FollowChain: services.index.follow,
        i.ListAnchored: plain(services.index.list_anchored),
    }
