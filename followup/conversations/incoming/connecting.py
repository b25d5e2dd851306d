"""Connects what comes in with those who bring it; the app's ready() calls it."""

from followup.conversations import telling
from followup.conversations.incoming import arrival
from followup.conversations.incoming.pages.lines import SIGN
from followup.desk.queue import signs
from nps_project.deliveries import reply_header
from nps_project.deliveries.inbound import writers


def connect() -> None:
    """Take mails that somebody wrote, say on the desk that some wait, and have mails to owners answered."""
    writers.add(arrival.take)
    signs.add(SIGN)
    reply_header.answer_at(telling.TEMPLATE, telling.reply_to)
