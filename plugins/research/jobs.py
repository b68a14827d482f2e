"""Background work of the plugin: reading files, checking deposits, sealing and destroying what was withdrawn."""

from datetime import timedelta

from core.toolkit import Job
from plugins.research.services import checking, deposits, keeping, letters, outsiders, reviewing

CONVERT = Job(deposits.CONVERT, deposits.convert)
CHECK = Job(checking.CHECK, checking.check)
SEAL = Job(reviewing.SEAL, keeping.seal)
TIDY = Job("research.tidy", keeping.tidy, every=timedelta(hours=1))
LETTER = Job(letters.JOB, letters.send)
FORGET = Job("research.forget", outsiders.forget, every=timedelta(hours=1))
