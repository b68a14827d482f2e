"""XML by the standard library: elements in one namespace, text escaped, what XML cannot hold left out."""

import re
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement, indent, tostring

FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 (2.2) has no place for, not even escaped."""

LANG = "{http://www.w3.org/XML/1998/namespace}lang"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def clean(text: str) -> str:
    """The text without characters that no XML parser takes."""
    return FORBIDDEN.sub("", text)


def add(parent: Element, name: str, text: str = "", language: str = "", /, **attributes: str) -> Element:
    """A child in the namespace of its parent; an attribute `ID` is spelled as given, `_` at the end is dropped."""
    space = parent.tag[: parent.tag.index("}") + 1] if parent.tag.startswith("{") else ""
    made = SubElement(
        parent, space + name, {key.rstrip("_"): clean(value) for key, value in attributes.items()}
    )
    if text:
        made.text = clean(text)
    if language:
        made.set(LANG, language)
    return made


def add_each(parent: Element, name: str, labels: Mapping[str, str], **attributes: str) -> None:
    """A child per language."""
    for language, text in labels.items():
        if text:
            add(parent, name, text, language, **attributes)


def text_of(root: Element) -> str:
    """The document, indented, as UTF-8 text with its declaration."""
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"
