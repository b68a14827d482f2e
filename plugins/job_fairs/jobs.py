"""Background work of the plugin."""

from datetime import timedelta

from core.toolkit import Job
from plugins.job_fairs.services import contacts

FORGET_CONTACTS = Job("job_fairs.forget_contacts", contacts.forget, every=timedelta(days=1))
