"""What people can text: the table of words and digits; leaving, 0 and 9 are the house's own."""

from cop.sms import attend, digits, help, next, where  # noqa: A004 - files are named for what people text
from messaging.inbound.words import WordBook

BOOK = WordBook((attend.WORD, next.WORD, where.WORD, help.WORD), digits.DIGITS)
