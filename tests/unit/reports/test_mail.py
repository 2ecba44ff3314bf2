"""The daily report by mail through a real server: taken, refused, dropped; and what may be sent again."""

from __future__ import annotations

import email
import ssl
import subprocess
from email import policy

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult
from msgspec import ValidationError, convert
from msgspec.structs import replace

from appliance.reports.files.mail import Letter, MailSettings, NotSent, PerhapsSent, send

NOON = 1_775_451_600_000


class Post:
    """What the server does with letters: answers in turn, the last one for ever; None ends the connection."""

    def __init__(self, *answers):
        self.answers = list(answers)
        self.letters = []
        self.refused = set()

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802  # aiosmtpd's name
        if address in self.refused:
            return "550 no such person"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802  # aiosmtpd's name
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        if answer is None:
            server.transport.abort()
            return "250 nobody hears it"
        if answer.startswith("250"):
            self.letters.append((envelope.rcpt_tos, email.message_from_bytes(envelope.content, policy=policy.default)))
        return answer


class Server(Controller):
    """On a free port."""

    def _trigger_server(self):
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def served():
    running = []

    def serve(post, **options):
        controller = Server(post, hostname="127.0.0.1", port=0, **options)
        controller.start()
        running.append(controller)
        return controller.port

    yield serve
    for controller in running:
        controller.stop()


def settings(port, **more):
    given = {"to": ("kepala@kantor.example", "arsip@kantor.example"), "security": "none", **more}
    return MailSettings(host="127.0.0.1", port=port, sender="antrean@kantor.example", **given)


@pytest.fixture
def letter(tmp_path):
    file = tmp_path / "2026-04-02.pdf"
    file.write_bytes(b"%PDF-1.7 of a day")
    return Letter(
        "giliran-daily-2026-04-02",
        "Laporan\nharian, Kantor Contoh",
        "Nomor diberikan: 24",
        str(file),
        NOON,
        "Asia/Jakarta",
    )


def test_a_letter_arrives_whole(served, letter):
    post = Post("250 OK")
    assert send(settings(served(post)), letter) == []
    ((to, got),) = post.letters
    assert to == ["kepala@kantor.example", "arsip@kantor.example"]
    assert got["Subject"] == "Laporan harian, Kantor Contoh"
    assert got["Message-ID"] == "<giliran-daily-2026-04-02@kantor.example>"
    assert got["Date"] == "Mon, 06 Apr 2026 12:00:00 +0700"
    assert got["Auto-Submitted"] == "auto-generated"
    (attached,) = got.iter_attachments()
    assert attached.get_filename() == "2026-04-02.pdf"
    assert attached.get_content() == b"%PDF-1.7 of a day"
    assert "Nomor diberikan: 24" in got.get_body().get_content()


def test_a_server_that_refuses_it_now_may_be_asked_again(served, letter):
    post = Post("451 4.7.1 greylisted, come back later", "250 OK")
    port = served(post)
    with pytest.raises(NotSent, match="greylisted"):
        send(settings(port), letter)
    assert send(settings(port), letter) == []
    assert len(post.letters) == 1


def test_a_server_that_is_not_there_is_said(letter):
    with pytest.raises(NotSent, match="refused"):
        send(settings(9), letter)


def test_a_connection_that_ends_while_the_letter_is_handed_over_is_never_tried_again(served, letter):
    with pytest.raises(PerhapsSent):
        send(settings(served(Post(None))), letter)


def test_who_is_refused_is_named_and_the_others_get_it(served, letter):
    post = Post("250 OK")
    post.refused = {"arsip@kantor.example"}
    port = served(post)
    assert send(settings(port), letter) == ["arsip@kantor.example (550 no such person)"]
    assert post.letters[0][0] == ["kepala@kantor.example"]
    post.refused.add("kepala@kantor.example")
    with pytest.raises(NotSent, match="kepala@kantor"):
        send(settings(port), letter)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tls")
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "30", "-subj", "/CN=127.0.0.1",
         "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", folder / "key.pem", "-out", folder / "cert.pem"],
        check=True,
        capture_output=True,
    )  # fmt: skip
    return folder


def test_the_password_goes_over_an_encrypted_line_alone(served, letter, certificate, tmp_path):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate / "cert.pem", certificate / "key.pem")

    def sign_in(server, session, envelope, mechanism, data):
        good = (data.login, data.password) == (b"antrean", b"rahasia sekali")
        return AuthResult(success=good, handled=False)

    post = Post("250 OK")
    port = served(post, tls_context=context, authenticator=sign_in, auth_require_tls=True, auth_required=True)
    (tmp_path / "password").write_text("rahasia sekali\n")
    safe = settings(
        port,
        security="starttls",
        user="antrean",
        password_file=str(tmp_path / "password"),
        ca_file=str(certificate / "cert.pem"),
    )
    assert send(safe, letter) == []
    with pytest.raises(NotSent, match="certificate"):
        send(settings(port, security="starttls"), letter)
    (tmp_path / "password").write_text("wrong")
    with pytest.raises(NotSent, match="535"):
        send(safe, letter)
    (tmp_path / "password").unlink()
    with pytest.raises(NotSent, match="No such file"):
        send(safe, letter)
    assert len(post.letters) == 1


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({"host": "mail"}, "to: name at least one address"),
        ({"host": "mail", "to": ["a@b"]}, "sender: name the address"),
        ({"host": "mail", "to": ["a@b"], "sender": "c@d", "user": "x", "security": "none"}, "security: with a user"),
        ({"host": "mail", "to": ["a@b\r\nBcc: e@f"], "sender": "c@d"}, "one address each"),
        ({"hots": "mail"}, "unknown field `hots`"),
    ],
)
def test_wrong_settings_are_refused_with_what_to_do(given, why):
    with pytest.raises(ValidationError, match=why):
        convert(given, MailSettings)


def test_an_address_that_the_server_cannot_be_asked_for_is_refused_and_the_others_get_the_letter(served, letter):
    post = Post("250 OK")
    port = served(post)
    both = settings(port, to=("kepala@kantór.example", "arsip@kantor.example"))
    assert "kepala@kantór.example" in send(both, letter)[0]
    assert [to for to, _ in post.letters] == [["arsip@kantor.example"]]
    with pytest.raises(NotSent):
        send(settings(port, to=("kepala@kantór.example",)), letter)
    with pytest.raises(NotSent):
        send(replace(settings(port), sender="antréan@kantor.example"), letter)
