"""The program of a confined child: a codebook on standard input, the labels that it holds as JSON on standard output.

Read are DDI Codebook 2.5 and 2.6 (and 2.1, whose variables are written alike), and Data Package. What is neither, or
declares a document type, ends in `{"problem": …}`.
"""

import json
import sys
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError, fromstring

MOST_BYTES = 20 * 2**20
LANG = "{http://www.w3.org/XML/1998/namespace}lang"
LANGUAGES = ("ru", "ky", "en")
DECLARATIONS = tuple(
    word.encode(code) for word in ("<!DOCTYPE", "<!ENTITY") for code in ("utf-8", "utf-16-le", "utf-16-be")
)


class NoCodebook(ValueError):
    """The file is no codebook that we know."""


def read(content: bytes) -> list[dict[str, Any]]:
    """Each variable: `name`, `label` by language, `categories` (code, label, missing). Raises NoCodebook."""
    if len(content) > MOST_BYTES or any(word in content for word in DECLARATIONS):
        raise NoCodebook
    try:
        if content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(b"{"):
            return list(_package(json.loads(content)))
        root = fromstring(content)  # noqa: S314 - in the confined child, and without a document type
    except (ParseError, ValueError, TypeError, AttributeError, KeyError) as error:
        raise NoCodebook from error
    if _local(root) != "codeBook":
        raise NoCodebook
    return [_variable(each, root.get(LANG, "")) for each in root.iter() if _local(each) == "var"]


def _local(element: Element) -> str:
    return element.tag.rpartition("}")[2]


def _children(element: Element, name: str) -> Iterator[Element]:
    return (each for each in element if _local(each) == name)


def _text(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())[:500]


def _language(told: str) -> str:
    """Ours, from a tag such as ru-RU; what has no tag, or one that we do not keep, is taken for Russian."""
    code = told.partition("-")[0].lower()
    return code if code in LANGUAGES else "ru"


def _labels(element: Element, default: str) -> dict[str, str]:
    found: dict[str, str] = {}
    for each in _children(element, "labl"):
        found.setdefault(_language(each.get(LANG, default)), _text(each))
    return {code: text for code, text in found.items() if text}


def _variable(element: Element, default: str) -> dict[str, Any]:
    own = element.get(LANG, default)
    categories = [
        {
            "code": code,
            "label": _labels(each, own),
            "missing": each.get("missing", "N").upper() in ("Y", "TRUE", "1"),
        }
        for each in _children(element, "catgry")
        for code in [" ".join(_text(value) for value in _children(each, "catValu"))]
        if code
    ]
    return {"name": element.get("name", ""), "label": _labels(element, own), "categories": categories}


def _package(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The fields of all resources; labels of a Data Package are in one language, which is taken for Russian."""
    for resource in told["resources"]:
        for one in resource.get("schema", {}).get("fields", []):
            title = str(one.get("title", ""))[:500]
            yield {
                "name": str(one["name"]),
                "label": {"ru": title} if title else {},
                "categories": [
                    *_coded(one.get("categories"), False),
                    *_coded(one.get("missingValues"), True),
                ],
            }


def _coded(listed: Any, missing: bool) -> Iterator[dict[str, Any]]:
    for each in listed or ():
        plain = each if isinstance(each, dict) else {"value": each}
        code, label = str(plain["value"]), str(plain.get("label", ""))[:500]
        if code:
            yield {"code": code, "label": {"ru": label} if label else {}, "missing": missing}


def main() -> None:
    """Standard input to standard output."""
    try:
        told: Any = read(sys.stdin.buffer.read(MOST_BYTES + 1))
    except NoCodebook:
        told = {"problem": "no_codebook"}
    sys.stdout.buffer.write(json.dumps(told, ensure_ascii=False).encode())


if __name__ == "__main__":
    main()
