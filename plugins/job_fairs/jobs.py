"""Background work of the plugin."""

from datetime import timedelta

from core.toolkit import Job
from plugins.job_fairs.services import contacts, waiting

FORGET_CONTACTS = Job("job_fairs.forget_contacts", contacts.forget, every=timedelta(days=1))
END_OFFERS = Job("job_fairs.end_offers", waiting.end_all, every=timedelta(minutes=10))
