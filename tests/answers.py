"""What a monitor answers in the tests: a complete report, a photo, and a form as a browser sends it."""

import io
from collections.abc import Mapping
from typing import Any

from PIL import Image

SOUND_INN = "7707083893"
"""The example number of the tax service's own description of the check digits."""

ANSWERS: dict[str, Any] = {
    "safety": {"danger": "no", "working": "yes", "minors": "no", "violence": "no", "status": "unknown"},
    "origin": {"method": "interview", "received_on": "2026-03-27", "wishes": ["pay", "inspection"]},
    "employer": {
        "name": "стройка «Пробный монтаж»",
        "role": "employer",
        "country": "RU",
        "region": "RU-MOW",
        "scheme": "ru-inn",
        "identifier": SOUND_INN,
        "sector": "construction",
        "site": "Люберцы",
    },
    "allegations": [
        {
            "violation": "wage_arrears",
            "indicators": ["ilo07"],
            "from_month": "2026-01",
            "to_month": "2026-03",
            "ongoing": False,
            "women": "2",
            "men": "12",
            "unknown": "",
            "minors": "",
            "amount": "890000.50",
            "currency": "RUB",
            "facts": "Бригаде не платят третий месяц.",
            "basis": "heard_directly",
        }
    ],
    "sources": [
        {
            "kind": kind,
            "group": group,
            "reliability": "usually_reliable",
            "decision_in_force": False,
            "supports": ["0"],
            "consents": ["statistics", "coordination", "dossier_anonymous"],
            "consent_on": "2026-03-28",
            "primary": True,
        }
        for kind, group in (("worker", "A"), ("document", "B"))
    ],
}


def picture(size: tuple[int, int] = (64, 48)) -> bytes:
    """A small JPEG with a place in its metadata."""
    exif = Image.Exif()
    exif[0x010E] = "тайное место"
    out = io.BytesIO()
    Image.new("RGB", size, "#0b5d57").save(out, "JPEG", exif=exif)
    return out.getvalue()


def fields(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Answers as a browser posts them: what is not ticked is not sent."""
    return {
        key: "y" if value is True else value
        for key, value in answers.items()
        if key != "primary" and value is not False
    }
