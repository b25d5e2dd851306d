"""Mails as servers, mail programs and people write them. TO, FROM and ID stand for the address that the mail was sent
to, the envelope sender of the mail that it is about, and the id of that mail."""

from dataclasses import dataclass

TO, FROM, ID = "bounce+TOKEN@mail.nordlys.dk", "bounce+TOKEN@mail.nordlys.dk", "MAIL-ID@nordlys.dk"

RETURNED = f"""Return-Path: <{FROM}>
From: Nordlys <ask@nordlys.dk>
To: c1@kunde.dk
Subject: One question
Message-ID: <{ID}>
List-Unsubscribe: <https://nps.nordlys.dk/unsubscribe/x/>
"""


@dataclass(frozen=True, slots=True)
class Case:
    """A mail, and what is to be read of it. `failed`: the kind of a bounce; `understood`: sense can be made of it."""

    name: str
    text: str
    kind: str
    failed: str | None = None
    delivered: bool = False
    understood: bool = True
    matched: bool = True  # something in it names the mail that it is about

    @property
    def raw(self) -> bytes:
        """As it comes over the wire."""
        return self.text.strip("\n").replace("\n", "\r\n").encode()


def dsn(
    status: str, diagnostic: str = "", *, action: str = "failed", sender: str = "MAILER-DAEMON@mx.nordlys.dk",
    words: str = "I'm sorry to have to inform you that your message could not be delivered.", to: str = TO,
    returned: str = RETURNED, extra: str = "",
) -> str:  # fmt: skip
    """A report after RFC 3464, as Postfix lays it out."""
    code = f"Diagnostic-Code: {diagnostic}\n" if diagnostic else ""
    return f"""Return-Path: <>
From: {sender} (Mail Delivery System)
To: {to}
Subject: Undelivered Mail Returned to Sender
Auto-Submitted: auto-replied
{extra}MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="B1"
Message-ID: <2026@mx.nordlys.dk>
Date: Thu, 26 Nov 2026 10:00:00 +0100

--B1
Content-Type: text/plain; charset=utf-8

{words}

--B1
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.nordlys.dk
X-Postfix-Queue-ID: 4F1
Arrival-Date: Thu, 26 Nov 2026 09:59:58 +0100

Final-Recipient: rfc822; c1@kunde.dk
Action: {action}
Status: {status}
{code}
--B1
Content-Type: message/rfc822

{returned}
Hello

--B1--
"""


def plain(sender: str, body: str, *, to: str = TO, head: str = "", subject: str = "failure notice") -> str:
    """A mail of words alone."""
    return f"From: {sender}\nTo: {to}\nSubject: {subject}\n{head}Message-ID: <1@x>\n\n{body}\n"


def arf(type_: str, *, to: str = "abuse@nordlys.dk", original: str = f"Original-Mail-From: <{FROM}>\n") -> str:
    """A complaint after RFC 5965, as Outlook.com and Yahoo send them: the recipient is left out."""
    return f"""From: <staff@hotmail.com>
To: {to}
Subject: complaint about message from 192.0.2.1
MIME-Version: 1.0
Content-Type: multipart/report; report-type=feedback-report; boundary="B2"

--B2
Content-Type: text/plain

This is an email abuse report for an email message received from 192.0.2.1.

--B2
Content-Type: message/feedback-report

Feedback-Type: {type_}
User-Agent: SomeGenerator/1.0
Version: 1
{original}Source-IP: 192.0.2.1

--B2
Content-Type: message/rfc822

{RETURNED}
Hello

--B2--
"""


EXIM = f"""Return-path: <>
From: Mail Delivery System <Mailer-Daemon@exim.kunde.dk>
To: {TO}
Auto-Submitted: auto-replied
X-Failed-Recipients: c1@kunde.dk
Subject: Mail delivery failed: returning message to sender
Message-Id: <E1@exim.kunde.dk>

This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  c1@kunde.dk
    Unrouteable address

------ This is a copy of the message's headers. ------

{RETURNED}
"""

QMAIL = f"""Return-Path: <>
From: MAILER-DAEMON@qmail.kunde.dk
To: {TO}
Subject: failure notice

Hi. This is the qmail-send program at qmail.kunde.dk.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<c1@kunde.dk>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

{RETURNED}
"""

EXCHANGE = dsn(
    "5.1.10", "smtp;550 5.1.10 RESOLVER.ADR.RecipientNotFound; Recipient c1@kunde.dk not found by SMTP address lookup",
    sender="postmaster@kunde.onmicrosoft.com", words="Your message to c1@kunde.dk couldn't be delivered.",
    extra="X-MS-Exchange-Message-Is-Ndr:\nContent-Language: en-US\n",
)  # fmt: skip
GMAIL = dsn(
    "5.1.1", "smtp; 550-5.1.1 The email account that you tried to reach does not exist. Please try\n 550-5.1.1 "
    "double-checking the recipient's email address for typos. 550 5.1.1 https://support.google.com/mail - gsmtp",
    sender="mailer-daemon@googlemail.com", words="** Address not found **",
)  # fmt: skip
OLD_EXCHANGE = plain(
    "System Administrator <postmaster@kunde.dk>",
    "Your message\n\n  To:      c1@kunde.dk\n  Subject: One question\n\ndid not reach the following recipient(s):\n\n"
    "c1@kunde.dk on Thu, 26 Nov 2026 10:00:00 +0100\n    The recipient name is not recognized\n"
    "    MSEXCH:IMS:KUNDE:DK:EX1 0 (000C05A6) Unknown Recipient\n\n" + RETURNED,
    head="X-Mailer: Internet Mail Service (5.5.2657.72)\n", subject="Undeliverable: One question",
)  # fmt: skip

BOUNCES = [
    Case("postfix, unknown user", dsn("5.1.1", "smtp; 550 5.1.1 <c1@kunde.dk>: User unknown"), "bounce", "address"),
    Case("postfix, no such domain", dsn("5.1.2", "X-Postfix; Host or domain name not found"), "bounce", "address"),
    Case("postfix, no mail host", dsn("5.4.4", "X-Postfix; Host found but no data"), "bounce", "other"),
    Case("postfix, expired", dsn("4.4.1", "X-Postfix; connect to mx: Connection timed out"), "bounce", "soft"),
    Case("postfix, delayed", dsn("4.4.1", "X-Postfix; Connection timed out", action="delayed"), "bounce"),
    Case("postfix, delivered", dsn("2.0.0", "smtp; 250 2.0.0 Ok", action="delivered"), "bounce", delivered=True),
    Case("full", dsn("5.2.2", "smtp; 552 5.2.2 Over quota"), "bounce", "full"),
    Case("full, for now", dsn("4.2.2", "smtp; 452 4.2.2 Over quota"), "bounce", "soft"),
    Case("switched off", dsn("5.2.1", "smtp; 550 5.2.1 The account is disabled"), "bounce", "address"),
    Case("generic status, telling words", dsn("5.0.0", "smtp; 550 5.1.1 No such user"), "bounce", "address"),
    Case("generic status alone", dsn("5.0.0", "smtp; 554 delivery error"), "bounce", "other"),
    Case("policy", dsn("5.7.1", "smtp; 550 5.7.1 Message rejected as spam"), "bounce", "policy"),
    Case("policy under another status", dsn("5.0.0", "smtp; 550 5.7.515 Access denied"), "bounce", "policy"),
    Case("policy, for now", dsn("4.7.0", "smtp; 421 4.7.0 Try again later"), "bounce", "policy"),
    Case("gmail, no authentication", dsn("5.7.26", "smtp; 550-5.7.26 unauthenticated"), "bounce", "policy"),
    Case("the sender's own address", dsn("5.1.8", "smtp; 553 5.1.8 Domain of sender"), "bounce", "other"),
    Case("exchange online", EXCHANGE, "bounce", "address"),
    Case("gmail", GMAIL, "bounce", "address"),
    Case("exim", EXIM, "bounce", "address"),
    Case("qmail", QMAIL, "bounce", "address"),
    Case("an old exchange", OLD_EXCHANGE, "bounce", "other"),
    Case("mailgun to its sender", dsn("5.1.1", "smtp; 550 5.1.1 unknown", to="ask@nordlys.dk"), "bounce", "address"),
    Case("nobody's", dsn("5.1.1", to="ask@nordlys.dk", returned="Subject: x\n"), "bounce", "address", matched=False),
    Case("a daemon that says nothing", plain("MAILER-DAEMON@kunde.dk", "Sorry."), "bounce", understood=False),
    Case("a report with nothing in it", dsn("").replace("Action: failed", "X: y"), "bounce", understood=False),
]  # fmt: skip

OTHERS = [
    Case("a complaint", arf("abuse"), "complaint"),
    Case("a complaint without the sender", arf("abuse", original=""), "complaint"),
    Case("an opt-out", arf("opt-out"), "complaint"),
    Case("no complaint", arf("not-spam"), "automatic", matched=False),
    Case("a report about signatures", arf("auth-failure"), "automatic", matched=False),
    Case("a complaint of no type", arf("abuse").replace("Feedback-Type: abuse\n", ""), "complaint", understood=False),
    Case("away, null path", plain("c1@kunde.dk", "I am away", head="Return-Path: <>\n", subject="Away"), "automatic"),
    Case("away, said so", plain("c1@kunde.dk", "Ferie", head="Auto-Submitted: auto-replied\n"), "automatic"),
    Case("away, old way", plain("c1@kunde.dk", "Ferie", head="X-Autoreply: yes\n"), "automatic"),
    Case("away, older way", plain("c1@kunde.dk", "Ferie", head="Precedence: auto_reply\n"), "automatic"),
    Case("a newsletter", plain("news@shop.dk", "Buy", to="care@nordlys.dk", head="Precedence: bulk\n"), "automatic",
         matched=False),
    Case("a person", plain("Ann <c1@kunde.dk>", "Please call me", subject="Re: One question"), "person"),
    Case("a person's program says no", plain("c1@kunde.dk", "Hi", head="Auto-Submitted: no\n"), "person"),
    Case("silence asked for proves nothing", plain("c1@kunde.dk", "Hi", head="X-Auto-Response-Suppress: All\n"),
         "person"),
    Case("a person quotes a bounce", plain("c1@kunde.dk", "I got: 550 5.1.1 User unknown <c1@kunde.dk>"), "person"),
]  # fmt: skip


def wish(token: str, head: str = "") -> bytes:
    """What a mail program sends for a tap on *Unsubscribe*."""
    text = plain("c1@kunde.dk", "", to=f"bounce+{token}@mail.nordlys.dk", head=head, subject="unsubscribe")
    return text.replace("\n", "\r\n").encode()


def filled(raw: bytes, token: str, mail_id: str) -> bytes:
    """The mail with a token and an id in the place of their words."""
    return raw.replace(b"TOKEN", token.encode()).replace(b"MAIL-ID", mail_id.encode())
