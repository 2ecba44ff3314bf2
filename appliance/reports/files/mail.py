"""The daily report by mail: sent at most once, and whoever asks knows whether it may have been.

Errors before the server has the letter may be tried again. One while it is handed over may not: nobody knows whether it
was taken.
"""

from __future__ import annotations

import contextlib
import smtplib
import ssl
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Annotated, Final, Literal

import msgspec

from appliance.node.local import local_time

SECONDS: Final = 30.0
"""For each answer of the server."""


class MailSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """``[web.mail]``: by which server the daily report is sent, and to whom."""

    host: str = ""
    """Empty: no mail is sent."""
    port: Annotated[int, msgspec.Meta(ge=1, le=65_535)] = 587
    security: Literal["starttls", "tls", "none"] = "starttls"
    """``tls`` from the first byte on (mostly port 465); ``none`` only within the office's own network."""
    ca_file: str = ""
    """The certificate of an authority of the office's own; empty for those that the machine knows."""
    user: str = ""
    """Empty: nobody signs in."""
    password_file: str = ""
    """A file with the password alone, readable by this daemon alone."""
    sender: str = ""
    """The address that stands behind "from"."""
    to: tuple[str, ...] = ()
    """Who gets it."""

    def __post_init__(self) -> None:
        """Refuse a server without addresses, and a password that would go over the network in the clear."""
        if self.host and not self.to:
            raise ValueError("to: name at least one address that gets the daily report, or leave host out")
        if self.host and "@" not in self.sender:
            raise ValueError("sender: name the address that the mail comes from, as in antrean@kantor.example")
        if any(sign in address for address in (self.sender, *self.to) for sign in "\r\n"):
            raise ValueError("sender and to are one address each, without a line's end")
        if self.user and self.security == "none":
            raise ValueError("security: with a user it must be starttls or tls, or the password is read by anybody")


class Letter(msgspec.Struct, frozen=True):
    """What is sent. ``ident``: the same for the same letter, by which mail programs know it. ``at``: office time."""

    ident: str
    subject: str
    body: str
    file: str
    at: int
    zone: str


class NotSent(Exception):
    """The server did not take it; it may be tried again."""


class PerhapsSent(Exception):
    """The connection ended while the letter was handed over: it must not be sent again."""


def send(settings: MailSettings, letter: Letter) -> list[str]:
    """Send a letter, and return the addresses that the server refused, if it took others.

    Raises:
        NotSent: nobody gets it; the sentence says why.
        PerhapsSent: nobody knows.
    """
    try:
        content = _message(settings, letter).as_bytes()
        server = _connected(settings)
    except (OSError, smtplib.SMTPException, ValueError) as error:
        raise NotSent(_why(error)) from error
    try:
        return _hand_over(server, settings, content)
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):
            server.quit()


def _connected(settings: MailSettings) -> smtplib.SMTP:
    context = ssl.create_default_context(cafile=settings.ca_file or None)
    if settings.security == "tls":
        server: smtplib.SMTP = smtplib.SMTP_SSL(settings.host, settings.port, timeout=SECONDS, context=context)
    else:
        server = smtplib.SMTP(settings.host, settings.port, timeout=SECONDS)
    try:
        if settings.security == "starttls":
            server.starttls(context=context)
        if settings.user:
            server.login(settings.user, Path(settings.password_file).read_text(encoding="utf-8").strip())
        server.ehlo_or_helo_if_needed()
    except BaseException:
        server.close()
        raise
    return server


def _hand_over(server: smtplib.SMTP, settings: MailSettings, content: bytes) -> list[str]:
    try:
        _taken(*server.mail(settings.sender))
        refused = [f"{address} ({why})" for address in settings.to if (why := _not_taken(server, address))]
    except (OSError, smtplib.SMTPException, UnicodeError) as error:
        raise NotSent(_why(error)) from error
    if len(refused) == len(settings.to):
        raise NotSent("; ".join(refused))
    try:
        code, said = server.data(content)
    except smtplib.SMTPDataError as error:
        raise NotSent(_why(error)) from error
    except (OSError, smtplib.SMTPException) as error:
        raise PerhapsSent(_why(error)) from error
    if code != 250:
        raise NotSent(f"{code} {said.decode(errors='replace')}")
    return refused


def _not_taken(server: smtplib.SMTP, address: str) -> str:
    """Offer an address, and return why it is not taken; empty if it is. Raises ``OSError`` and ``SMTPException``."""
    try:
        code, said = server.rcpt(address)
    except UnicodeError as error:  # letters that mail servers do not know: nothing was asked
        return _why(error)
    return "" if code in (250, 251) else f"{code} {said.decode(errors='replace')}"


def _taken(code: int, said: bytes) -> None:
    if code != 250:
        raise smtplib.SMTPResponseException(code, said)


def _message(settings: MailSettings, letter: Letter) -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = " ".join(letter.subject.split())
    message["From"] = settings.sender
    message["To"] = ", ".join(settings.to)
    message["Date"] = format_datetime(local_time(letter.at, letter.zone))
    message["Message-ID"] = f"<{letter.ident}@{settings.sender.partition('@')[2]}>"
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(letter.body)
    file = Path(letter.file)
    message.add_attachment(file.read_bytes(), maintype="application", subtype="pdf", filename=file.name)
    return message


def _why(error: Exception) -> str:
    """Return one line of what a server, or the machine, says."""
    if isinstance(error, smtplib.SMTPResponseException):
        said = error.smtp_error
        words = said.decode(errors="replace") if isinstance(said, bytes) else str(said)
        return f"{error.smtp_code} {' '.join(words.split())}"[:200]
    if isinstance(error, smtplib.SMTPServerDisconnected):
        return str(error)[:200]
    return " ".join(str(getattr(error, "strerror", None) or error).split())[:200]
