"""Hosting from the command line says how to connect, follows the session and steers it, and can allow nothing."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable

import pytest

from core.api.commands import AnswerQuestion, EndSession, ListSessions
from core.api.events import QuestionAsked, QuestionEnded, SessionChanged
from core.api.hosting import (
    AuditActor,
    AuditEntry,
    AuditKind,
    AuditRecorded,
    DropObserver,
    DropPeer,
    HostSession,
    Invite,
    InviteObserver,
    Revoke,
    Shield,
)
from core.api.permissions import Capability, PolicyRules, Profile, Rule, WindowRule
from core.api.questions import DisclosureQuestion, PermissionQuestion, QuestionEnd
from core.cli.host import host
from core.errors import UsageFailure
from tests.core.cli.conftest import SESSION_ID, Talk, Typist, invocation, summary
from tests.core.cli.hosted_talk import HOSTED, SEALED, engine, hosted, when
from tests.fakes.engine_port import PENDING, FakeEnginePort, failure
from tests.fakes.made_up_hosting import invitation

OTHER = summary("3f2a9c1f-0000-4000-8000-000000000000")
ASKED = PermissionQuestion(7, 0, 30.0, session_id=SESSION_ID, capability=Capability.KEYBOARD)


def while_hosted(port: FakeEnginePort, work: Callable[[], object]) -> FakeEnginePort:
    """Have an engine do something as soon as it hosts."""

    def started(_: object) -> object:
        work()
        return HOSTED

    port.answers[HostSession] = started
    return port


# --- what is asked for -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        (["--rule", "view=allow"], "--rule goes with --profile custom"),
        (["--profile", "strict", "--record-keys"], "--record-keys goes with --profile custom"),
        (["--hide-title", "Bank"], "--hide-title goes with --profile custom"),
        (["--largest-file", "5"], "--largest-file goes with --profile custom"),
        (["--again", "3f2a", "--profile", "strict"], "--again takes the earlier session's policy"),
        (["--again", "3f2a", "--idle", "5"], "--again takes the earlier session's policy"),
        (["--profile", "custom", "--rule", "fly=ask"], "--rule fly=ask: write CAPABILITY="),
        (["--profile", "custom", "--rule", "view=maybe"], "--rule view=maybe: write CAPABILITY="),
        (["--profile", "custom", "--rule", "view"], "--rule view: write CAPABILITY="),
    ],
)
def test_odd_rules_are_refused(talk: Talk, options: list[str], reason: str) -> None:
    """Rules that mean nothing, or that a ready-made profile cannot have, are refused before anything starts."""
    port = engine()
    with pytest.raises(UsageFailure) as refused:
        hosted(talk, port, *options)
    assert str(refused.value.facts["reason"]).startswith(reason)
    assert port.sent(HostSession) == []


@pytest.mark.parametrize("words", [["--profile", "open"], ["--seconds", "-1"], ["--yes"]])
def test_odd_options_are_refused(words: list[str]) -> None:
    """Profiles that there are not, times that are none, and any way to say yes are refused."""
    with pytest.raises(UsageFailure):
        invocation("session", "host", *words)


def test_a_profile_needs_no_rules(talk: Talk, typist: Typist) -> None:
    """Standard is hosted by its name, for the recipients that were named."""
    typist.type("end")
    port = engine()
    hosted(talk, port, "--recipient", "aa")
    assert port.sent(HostSession) == [HostSession(Profile.STANDARD, None, ("aa",))]


def test_own_rules_are_handed_on(talk: Talk, typist: Typist) -> None:
    """With the custom profile, rules and the recording of keys are what was asked for."""
    typist.type("end")
    port = engine()
    options = ["--profile", "custom", "--rule", "view=allow", "--rule", "keyboard=ask"]
    hosted(talk, port, *options, "--record-keys")
    rules = ((Capability.VIEW, Rule.ALLOW), (Capability.KEYBOARD, Rule.ASK))
    own = PolicyRules(rules=rules, records_keys=True)
    assert port.sent(HostSession) == [HostSession(Profile.CUSTOM, own)]


def test_windows_and_limits_are_handed_on(talk: Talk, typist: Typist) -> None:
    """Each option can be given as often as needed; limits that are not named are the usual ones."""
    typist.type("end")
    port = engine()
    windows = ["--hide-title", "Bank", "--hide-title", "Mail", "--hide-class", "keepassxc"]
    programs = ["--only-program", "xterm", "--only-program", "gedit"]
    limits = ["--longest", "30", "--idle", "5", "--largest-file", "1", "--largest-clipboard", "0"]
    hosted(talk, port, "--profile", "custom", *windows, *programs, *limits)
    own = PolicyRules(
        hidden_windows=(
            WindowRule(title="Bank"),
            WindowRule(title="Mail"),
            WindowRule(window_class="keepassxc"),
        ),
        allowed_programs=("xterm", "gedit"),
        longest_minutes=30,
        idle_minutes=5,
        largest_file_mib=1,
        largest_clipboard_kib=0,
    )
    assert port.sent(HostSession) == [HostSession(Profile.CUSTOM, own)]


def test_an_earlier_session_is_opened_again(talk: Talk, typist: Typist) -> None:
    """As much of its ID as is unique is enough; profile and rules are its own."""
    typist.type("end")
    port = engine()
    port.answers[ListSessions] = (OTHER,)
    hosted(talk, port, "--again", OTHER.session_id[:6])
    assert port.sent(HostSession) == [HostSession(again=OTHER.session_id)]


# --- how to connect ----------------------------------------------------------------------------


def test_it_says_how_to_connect(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """Address, code, certificate and a command for the peer are on stdout; what can be typed is on stderr."""
    typist.type("end")
    answer = hosted(talk, engine())
    said, aside = capsys.readouterr()
    there = invitation()
    assert said.splitlines() == [
        f"session       {SESSION_ID}",
        f"address       {there.address}",
        f"code          {there.code}",
        f"certificate   SHA-256 {there.certificate_sha256}",
        f"link          {there.link}",
        f"connect with  xfreerdp /v:{there.address} /u:NAME /p:{there.code} /size:1280x720",
    ]
    assert "Only the kiosk can allow." in aside
    assert (answer.document["session_id"], answer.exit_code) == (SESSION_ID, 0)


def test_it_says_how_to_connect_in_one_object(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --json the first line on stdout is an object with all that a peer needs."""
    typist.type("end")
    hosted(talk, engine(), "--json")
    (line,) = capsys.readouterr().out.splitlines()
    there = invitation()
    assert json.loads(line) == {
        "session_id": SESSION_ID,
        "profile": "standard",
        "policy_hash": HOSTED.policy_hash,
        "address": there.address,
        "code": there.code,
        "certificate_sha256": there.certificate_sha256,
        "expires_utc_ms": there.expires_utc_ms,
        "link": there.link,
        "client_key": "",
    }


# --- what is typed -----------------------------------------------------------------------------


def test_lines_steer_the_session(talk: Talk, typist: Typist) -> None:
    """Each line does what it says, in order, also when a script writes all of them at once."""
    typist.type("revoke keyboard", "shield on", "", "shield off", "drop", "code", "end", "drop")
    port = engine(Invite=invitation(1))
    hosted(talk, port)
    assert port.commands[1:] == [
        Revoke(SESSION_ID, Capability.KEYBOARD),
        Shield(SESSION_ID, is_on=True),
        Shield(SESSION_ID, is_on=False),
        DropPeer(SESSION_ID),
        Invite(SESSION_ID),
        EndSession(SESSION_ID),
    ]


def test_a_session_that_ends_while_a_line_is_carried_out_is_over(
    talk: Talk, typist: Typist
) -> None:
    """Its end comes before the answer to the line; nothing else is waited for."""
    typist.type("drop")
    port = engine()

    def drop(_: object) -> None:
        port.emit(SessionChanged(SEALED))

    port.answers[DropPeer] = drop
    answer = hosted(talk, port)
    assert answer.exit_code == 0
    assert port.commands[-2:] == [DropPeer(SESSION_ID), EndSession(SESSION_ID)]


def test_a_new_code_is_printed(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line ``code`` prints how to connect with the new one."""
    typist.type("code", "end")
    hosted(talk, engine(Invite=invitation(1)))
    assert capsys.readouterr().out.splitlines()[-3] == f"code          {invitation(1).code}"


def test_somebody_is_invited_to_watch(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """The line ``observer`` prints a further invitation and says who decides; ``observer off`` ends the watching."""
    typist.type("observer", "observer off", "observer on", "end")
    port = engine(InviteObserver=invitation(1))
    hosted(talk, port)
    assert port.commands[1:-1] == [InviteObserver(SESSION_ID), DropObserver(SESSION_ID)]
    said = capsys.readouterr()
    assert f"code          {invitation(1).code}" in said.out.splitlines()
    assert "can only watch, if it is allowed on a kiosk" in said.err


def test_a_new_code_is_an_object(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """With --json the line ``code`` prints the new invitation as an object on a line."""
    typist.type("code", "end")
    hosted(talk, engine(Invite=invitation(1)), "--json")
    _, line = capsys.readouterr().out.splitlines()
    assert json.loads(line)["code"] == invitation(1).code
    assert set(json.loads(line)) == {
        "address",
        "code",
        "certificate_sha256",
        "expires_utc_ms",
        "link",
        "client_key",
    }


@pytest.mark.parametrize("line", ["allow keyboard", "yes", "revoke flying", "revoke", "grant view"])
def test_what_means_nothing_is_answered_with_help(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str], line: str
) -> None:
    """A line that nobody understands does nothing, says what can be typed, and the session goes on."""
    typist.type(line, "drop", "end")
    port = engine()
    hosted(talk, port)
    said, aside = capsys.readouterr()
    assert aside.count("Type: deny") == 2
    assert len(said.splitlines()) == 6
    assert port.commands[1:] == [DropPeer(SESSION_ID), EndSession(SESSION_ID)]


def test_what_is_refused_is_said(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """What the engine refuses is a sentence on stderr, and the session goes on."""
    typist.type("code", "drop", "end")
    port = engine(Invite=failure("peer_present"))
    hosted(talk, port)
    assert "lucid: " in capsys.readouterr().err
    assert len(port.sent(DropPeer)) == 1


@pytest.mark.parametrize(("line", "code"), [("code", "peer_present"), ("allow view", "usage")])
def test_what_is_refused_is_an_object(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str], line: str, code: str
) -> None:
    """With --json it is an error on a line of stdout, as every failure is."""
    typist.type(line, "end")
    hosted(talk, engine(Invite=failure("peer_present")), "--json")
    said, aside = capsys.readouterr()
    error = json.loads(said.splitlines()[1])["error"]
    assert error["code"] == code
    assert set(error) == {"code", "message", "next_step", "facts"}
    assert aside == ""


# --- questions ---------------------------------------------------------------------------------


def test_a_question_is_denied_by_a_line(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """``deny`` says no to what is asked just now, and to nothing that has ended."""
    port = engine()

    def answered(command: AnswerQuestion) -> None:
        port.emit(QuestionEnded(command.question_id, QuestionEnd.NO))

    port.answers[AnswerQuestion] = answered
    while_hosted(port, lambda: port.emit(QuestionAsked(ASKED)))
    with talk(port) as conversation:
        when(port, QuestionAsked, lambda: typist.type("deny"))
        when(port, QuestionEnded, lambda: typist.type("end"))
        host(conversation, invocation("session", "host"))
    assert port.sent(AnswerQuestion) == [AnswerQuestion(7, is_yes=False)]
    assert "asked: keyboard by the peer (only the kiosk can allow it)" in capsys.readouterr().err


@pytest.mark.parametrize(
    "lines", [(), ("yes", "y", "allow", "allow keyboard", "grant", "7"), ("deny",)]
)
def test_no_question_is_ever_answered_with_yes(
    talk: Talk, typist: Typist, lines: tuple[str, ...]
) -> None:
    """Whatever is typed, and while other commands are under way, no permission is given."""
    port = while_hosted(engine(), lambda: port.emit(QuestionAsked(ASKED)))

    def shield(_: object) -> object:
        port.emit(QuestionAsked(ASKED))  # while the shield is under way
        port.finish(Shield)
        typist.type(*lines, "end")
        return PENDING

    port.answers[Shield] = shield
    with talk(port) as conversation:
        typist.type("shield on")
        host(conversation, invocation("session", "host"))
    assert not any(each.is_yes for each in port.sent(AnswerQuestion))
    assert len(port.sent(Shield)) == 1


def test_a_question_that_ended_is_said_and_not_denied(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str]
) -> None:
    """How a question ended is said; a later ``deny`` has nothing to say no to."""
    port = engine()
    ended = QuestionEnded(ASKED.question_id, QuestionEnd.EXPIRED)
    while_hosted(port, lambda: port.emit(QuestionAsked(ASKED)))
    with talk(port) as conversation:
        when(port, QuestionAsked, lambda: port.emit(ended))
        when(port, QuestionEnded, lambda: typist.type("deny", "end"))
        host(conversation, invocation("session", "host"))
    assert "keyboard: expired" in capsys.readouterr().err
    assert port.sent(AnswerQuestion) == []


def test_other_questions_are_none_of_its_business(talk: Talk, typist: Typist) -> None:
    """A question about something else is not denied by ``deny``."""
    port = engine()
    other = QuestionAsked(DisclosureQuestion(8, 0, 60.0, session_id=SESSION_ID))
    while_hosted(port, lambda: port.emit(other))
    with talk(port) as conversation:
        when(port, QuestionAsked, lambda: typist.type("deny", "end"))
        host(conversation, invocation("session", "host"))
    assert port.sent(AnswerQuestion) == []


# --- what happens, and the end -----------------------------------------------------------------


@pytest.mark.parametrize("is_json", [False, True])
def test_the_trail_is_followed(
    talk: Talk, typist: Typist, capsys: pytest.CaptureFixture[str], *, is_json: bool
) -> None:
    """What happens is said on stderr for people; a program reads the trail afterwards."""
    entry = AuditEntry(3, 94.7, 0, AuditKind.REVOKED, AuditActor.OWNER, "view", "revoked")
    port = engine()
    while_hosted(port, lambda: port.emit(AuditRecorded(SESSION_ID, entry)))
    with talk(port) as conversation:
        when(port, AuditRecorded, lambda: typist.type("end"))
        host(conversation, invocation("session", "host", *(["--json"] if is_json else [])))
    assert ("    94.7 s  owner      revoked view" in capsys.readouterr().err) is not is_json


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.usefixtures("typist")
def test_a_signal_ends_it_sealed(talk: Talk, number: signal.Signals) -> None:
    """Ctrl-C, and the system's own wish, end the session as the owner's tap would."""
    port = while_hosted(engine(), lambda: port.emit(SessionChanged(OTHER)))
    with talk(port) as conversation:
        when(port, SessionChanged, lambda: os.kill(os.getpid(), number))
        answer = host(conversation, invocation("session", "host"))
    assert (answer.document["state"], answer.exit_code) == ("anchoring", 0)
    assert port.sent(EndSession) == [EndSession(SESSION_ID)]


def test_ctrl_c_ends_it_also_while_a_line_is_carried_out(talk: Talk, typist: Typist) -> None:
    """Ctrl-C takes back what is under way, and the session is ended and sealed all the same."""

    def press_ctrl_c(_: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return PENDING

    typist.type("shield on")
    port = engine(Shield=press_ctrl_c)
    answer = hosted(talk, port)
    assert (answer.document["state"], answer.exit_code) == ("anchoring", 0)
    assert len(port.sent(EndSession)) == 1


@pytest.mark.usefixtures("typist")
def test_its_time_ends_it(talk: Talk) -> None:
    """After its seconds the session is ended and sealed."""
    port = engine()
    answer = hosted(talk, port, "--seconds", "0.01")
    assert answer.document["session_id"] == SESSION_ID
    assert port.sent(EndSession) == [EndSession(SESSION_ID)]


@pytest.mark.usefixtures("typist")
def test_a_session_that_ends_by_itself_is_shown(talk: Talk) -> None:
    """When a limit ends the session, the command ends with it and shows it."""
    port = engine()
    while_hosted(port, lambda: port.emit(SessionChanged(SEALED)))
    assert hosted(talk, port).document["end_reason"] == "owner"
