"""What the forms have in common."""

from collections.abc import Mapping
from typing import Any

from wtforms import Field
from wtforms.validators import StopValidation, ValidationError

from core.toolkit import Form
from plugins.research.language import gettext


class Chosen:
    """Demands an answer, in words that say what to do."""

    field_flags = {"required": True}  # noqa: RUF012

    def __init__(self, message: Any) -> None:
        """Keep the words; they are translated when they are shown."""
        self.message = message

    def __call__(self, _form: Form, field: Field) -> None:
        """Stop with our words when nothing was chosen or typed."""
        if not field.data or (isinstance(field.data, str) and not field.data.strip()):
            field.errors = []
            raise StopValidation(str(self.message))


class Longest:
    """Keeps a text within what the record can hold."""

    def __init__(self, most: int) -> None:
        """Allow `most` characters; the browser is told too."""
        self.most, self.field_flags = most, {"maxlength": most}

    def __call__(self, _form: Form, field: Field) -> None:
        """Raise when the text is longer."""
        if len(field.data or "") > self.most:
            raise ValidationError(gettext("Shorten this to at most %(most)s characters.", most=self.most))


def choices(words: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Codes with their words in the visitor's language."""
    return [(code, str(each)) for code, each in words.items()]
