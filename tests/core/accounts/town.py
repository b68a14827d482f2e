"""The people of the tests and the browsers that they use."""

import re
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import pyotp
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from core.accounts import credentials, passwords
from core.accounts.conduct import CONDUCT_VERSION
from core.accounts.models import Membership, Organisation, OrganisationName, Person
from core.database import now
from core.platform import Platform

PASSWORD = "тихая гора над озером"
SECRET = pyotp.random_base32()


@dataclass
class Town:
    """Who lives in the test."""

    site: Platform
    ids: dict[str, UUID] = field(default_factory=dict)

    def organisation(self, name: str, kind: str = "member_ngo", country: str = "KG") -> UUID:
        with self.site.database.transaction() as session:
            borne = OrganisationName(labels={"ru": name}, since=now().date().replace(year=2020))
            made = Organisation(kind=kind, country=country, names=[borne])
            session.add(made)
        return made.id

    def person(
        self, email: str, *places: tuple[UUID, str], factor: bool = True, conduct: bool = True
    ) -> UUID:
        settings = self.site.settings
        with self.site.database.transaction() as session:
            made = Person(email=email, name=email.split("@")[0].title(), totp_last_step=0)
            made.password_hash = passwords.hashed(settings, PASSWORD)
            made.conduct_version = CONDUCT_VERSION if conduct else ""
            session.add(made)
            session.flush()
            if factor:
                credentials.set_totp(settings, made, SECRET)
            for organisation_id, role in places:
                session.add(
                    Membership(
                        person_id=made.id, organisation_id=organisation_id, roles=[role] if role else []
                    )
                )
        return made.id


class Browser:
    """A client that sends the form tokens which pages carry, as a browser does."""

    def __init__(self, app: Flask, address: str = "203.0.113.7") -> None:
        self.client: FlaskClient = app.test_client()
        self.client.environ_base["REMOTE_ADDR"] = address
        self.client.environ_base["HTTP_USER_AGENT"] = "Mozilla/5.0 (Android 9; Mobile) Firefox/120.0"

    def get(self, path: str) -> TestResponse:
        return self.client.get(path)

    def post(self, path: str, page: str = "", **values: Any) -> TestResponse:
        shown = self.client.get(page or path).get_data(as_text=True)
        token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', shown)
        return self.client.post(path, data=values | {"csrf_token": token[1] if token else ""})

    def password(self, email: str, password: str = PASSWORD) -> TestResponse:
        return self.post("/en/account/sign-in", email=email, password=password)

    def code(self, ahead: int = 0) -> TestResponse:
        return self.post("/en/account/second-factor", code=code_now(ahead))

    def sign_in(self, email: str) -> "Browser":
        assert self.password(email).status_code == 302
        answer = self.code()
        assert answer.status_code == 302, answer.get_data(as_text=True)
        return self


def code_now(ahead: int = 0) -> str:
    return pyotp.TOTP(SECRET).generate_otp(int(now().timestamp()) // 30 + ahead)
