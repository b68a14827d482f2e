"""The base of all forms: our words for the errors, in the visitor's language, and nothing typed is lost."""

from typing import Any

from flask import request
from flask_wtf import FlaskForm
from flask_wtf.form import _Auto
from werkzeug.datastructures import CombinedMultiDict, MultiDict
from wtforms import FileField

from core.i18n import core_domain, mark, mark_plural

# WTForms and Flask-WTF say these; marked here so that our catalogues carry them.
MESSAGES = (
    mark("Not a valid choice."),
    mark("Not a valid choice"),
    mark_plural(
        "'%(value)s' is not a valid choice for this field.",
        "'%(value)s' are not valid choices for this field.",
    ),
    mark("Invalid Choice: could not coerce."),
    mark("Invalid choice(s): one or more data inputs could not be coerced."),
    mark("Not a valid integer value."),
    mark("Not a valid decimal value."),
    mark("Not a valid date value."),
    mark("The CSRF token is missing."),
    mark("The CSRF tokens do not match."),
    mark("The CSRF token has expired."),
    mark("The CSRF token is invalid."),
    mark("The CSRF session token is missing."),
)


class _Words:
    def gettext(self, message: str) -> str:
        return str(core_domain.get_translations().ugettext(message))

    def ngettext(self, one: str, many: str, number: int) -> str:
        # The message alone: WTForms fills in the placeholders itself.
        return str(core_domain.get_translations().ungettext(one, many, number))


class Form(FlaskForm):
    """A form whose built-in messages come from our catalogues."""

    class Meta(FlaskForm.Meta):
        """WTForms' hooks."""

        def get_translations(self, _form: Any) -> _Words:
            """Ours, since WTForms has no Kyrgyz."""
            return _Words()

        def wrap_formdata(self, form: Any, formdata: Any) -> Any:
            """What was typed, and files where a field takes them; nothing else that a request may hold."""
            if formdata is not _Auto:
                return formdata
            if request.method != "POST" or not (request.form or request.files):
                return None
            takes = {field.name for field in form if isinstance(field, FileField)}
            files = [each for each in request.files.items(multi=True) if each[0] in takes]
            return CombinedMultiDict((MultiDict(files), request.form))
