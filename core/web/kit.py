"""The macro kit: every public macro of `ui/*.html` under one template global, `ui`."""

from collections.abc import Iterable, Iterator
from functools import cached_property
from typing import Any

from flask import Flask
from jinja2 import Environment
from jinja2.runtime import Macro
from markupsafe import Markup
from wtforms import FieldList, Form, FormField, RadioField, SelectMultipleField
from wtforms.fields import Field

# The server judges, in the visitor's own words: the browser's rules would cut text or speak another language.
BROWSER_RULES = ("required", "minlength", "maxlength", "min", "max", "step", "pattern")

# Native pickers refuse "March 2026" and "1 200"; a text field takes both.
PICKERS = frozenset({"number", "date", "datetime-local", "month", "time", "week"})


class MacroCollision(ValueError):
    """Two families of the kit define a macro of the same name."""


class Kit:
    """A lazy namespace: `ui.text` is the macro `text`, whichever family it lives in.

    Nothing is loaded before the first use, because a macro keeps the globals that exist when its template is
    first read. Translations are looked up when a macro runs, so one module serves every language.
    """

    def __init__(self, env: Environment) -> None:
        self._env = env

    @cached_property
    def _homes(self) -> dict[str, str]:
        homes: dict[str, str] = {}
        for template in self._env.list_templates(filter_func=_is_family):
            for name in self._macros(template):
                if name in homes:
                    raise MacroCollision(f"macro {name!r} is in {homes[name]} and in {template}")
                homes[name] = template
        return homes

    def _macros(self, template: str) -> dict[str, Macro]:
        module = vars(self._env.get_template(template).module)
        return {name: value for name, value in module.items() if isinstance(value, Macro)}

    def __dir__(self) -> Iterable[str]:
        return sorted(self._homes)

    def __getattr__(self, name: str) -> Macro:
        if name.startswith("_") or name not in self._homes:
            raise AttributeError(f"the kit has no macro {name!r}")
        return self._macros(self._homes[name])[name]


def install(app: Flask) -> None:
    """Give the app's templates the global `ui` and the filters its macros lean on."""
    app.jinja_env.globals["ui"] = Kit(app.jinja_env)
    app.jinja_env.filters.update(control=control, described_by=described_by, error_links=error_links)


def control(field: Field, hint: object = "", **attributes: Any) -> Markup:
    """The field's own widget, tied to its hint and errors, free of the browser's validation."""
    tied = {"aria_describedby": described_by(field, hint), "aria_invalid": "true" if field.errors else ""}
    given = {name: value for name, value in (tied | attributes).items() if value not in ("", None)}
    if getattr(field.widget, "input_type", "") in PICKERS:
        given.setdefault("type", "text")
    return Markup(field(**dict.fromkeys(BROWSER_RULES, False), **given))  # noqa: S704 - WTForms escapes its widgets


def described_by(field: Field, hint: object = "") -> str:
    """The ids of the hint and the error of a field, for `aria-describedby`; empty when it has neither."""
    parts = [(hint or field.description, "hint"), (field.errors, "error")]
    return " ".join(f"{field.id}-{part}" for present, part in parts if present)


def error_links(form: Form) -> Iterator[tuple[str, object]]:
    """Every error of a form, nested ones too, as (id of the control or "", message), in page order."""
    yield from (("", message) for message in getattr(form, "form_errors", ()))
    for field in form:
        yield from _field_links(field)


def _field_links(field: Field) -> Iterator[tuple[str, object]]:
    if isinstance(field, FormField):
        yield from error_links(field.form)
    elif isinstance(field, FieldList):
        yield from ((field.id, message) for message in field.errors if isinstance(message, str))
        for entry in field:
            yield from _field_links(entry)
    else:
        yield from ((_target(field), message) for message in field.errors)


def _target(field: Field) -> str:
    """Where a link of the summary leads: the control, or the first option of a group."""
    if getattr(field.widget, "input_type", "") == "hidden":
        return ""
    return f"{field.id}-0" if isinstance(field, RadioField | SelectMultipleField) else str(field.id)


def _is_family(template: str) -> bool:
    return template.startswith("ui/") and template.endswith(".html")
