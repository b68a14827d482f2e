"""PDFs from templates: hostile text stays text, nothing outside is read, equal input gives equal bytes."""

from io import BytesIO
from pathlib import Path

import pytest
import typst
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader

from core.documents import render_pdf

READ_DATA = "#let data = json(bytes(sys.inputs.data))\n"
HOSTILE = [
    *('#read("/etc/passwd")', "$x^2$", "[*bold*]", "*bold* _italic_ `raw`", "#import", "= Heading"),
    *("<label> @ref", "// no", '"} #{panic()}', "\\u{41} -- ~", "https://example.org/?a=b#c"),
]


@pytest.fixture
def template(tmp_path: Path) -> Path:
    path = tmp_path / "letter.typ"
    path.write_text(READ_DATA + "#for line in data.lines [#line\n\n]", encoding="utf-8")
    return path


def words(pdf: bytes) -> str:
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(pdf)).pages).split())


@pytest.mark.parametrize("text", [*HOSTILE, "Кыргыз тили: ң ө ү Ң Ө Ү, өзбек: ў қ ғ, тоҷикӣ: ҷ ӯ ӣ"])
def test_what_people_write_comes_out_as_they_wrote_it(template: Path, text: str) -> None:
    assert words(render_pdf(template, {"lines": [text]})) == " ".join(text.split())


def test_the_same_input_gives_the_same_bytes(template: Path) -> None:
    assert render_pdf(template, {"lines": HOSTILE}) == render_pdf(template, {"lines": HOSTILE})
    assert render_pdf(template, {"lines": HOSTILE}) != render_pdf(template, {"lines": HOSTILE[1:]})


@pytest.mark.parametrize("source", ["/etc/passwd", "../secret.txt"])
def test_a_template_reads_nothing_outside_its_folder(tmp_path: Path, source: str) -> None:
    (tmp_path / "secret.txt").write_text("secret", encoding="utf-8")
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "bad.typ").write_text(f'#read("{source}")', encoding="utf-8")
    with pytest.raises(typst.TypstError):
        render_pdf(folder / "bad.typ", {})


@pytest.mark.parametrize("data", [{"lines": [b"bytes"]}, {"lines": [object()]}])
def test_data_that_is_no_json_is_a_mistake_of_the_caller(template: Path, data: dict[str, object]) -> None:
    with pytest.raises(TypeError):
        render_pdf(template, data)


@settings(max_examples=25, deadline=None)
@given(st.text(st.characters(codec="utf-8"), max_size=80))
def test_any_text_makes_a_pdf(tmp_path_factory: pytest.TempPathFactory, text: str) -> None:
    path = tmp_path_factory.mktemp("any") / "letter.typ"
    path.write_text(READ_DATA + "#data.text", encoding="utf-8")
    assert render_pdf(path, {"text": text}).startswith(b"%PDF-")
