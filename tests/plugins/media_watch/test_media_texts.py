"""What happens to bytes, addresses and texts before they are articles; OPML in and out."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.media_watch import addresses, decoding, lexicon, likeness, masking, opml
from plugins.media_watch.opml import BadOpml, Listed

RUSSIAN = "Жители города обсудили новую дорогу и просили администрацию починить мост до начала зимы. " * 4


@pytest.mark.parametrize("label", ["", "utf-8", "windows-1252", "koi8-r", "nonsense", "hex"])
@pytest.mark.parametrize("charset", ["utf-8", "cp1251", "koi8-r", "cp866"])
def test_russian_is_read_whatever_the_label_says(charset: str, label: str) -> None:
    declared = f'<?xml version="1.0" encoding="{label}"?>' if label else "  "
    body = (declared + f"<rss><title>{RUSSIAN}</title></rss>").encode(charset)
    found = decoding.decode(body, f"text/xml; charset={label}" if label else "")
    assert RUSSIAN in found.text
    assert found.xml.startswith(b'<?xml version="1.0" encoding="utf-8"?><rss>')


def test_a_character_cut_in_two_does_not_spoil_the_rest_and_control_characters_go() -> None:
    found = decoding.decode((RUSSIAN + "\x0b\x00я").encode()[:-1])
    assert found.lossy
    assert found.text.startswith(RUSSIAN)
    assert "\x0b" not in found.text
    assert decoding.decode("\ufeffда".encode("utf-16-le")).text == "да"


@given(st.binary(max_size=400))
@settings(max_examples=80)
def test_any_bytes_can_be_decoded(body: bytes) -> None:
    decoding.decode(body, "text/html; charset=punycode").xml.decode("utf-8")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("http://www.a.example/x?utm_source=rss&id=5#top", "https://a.example/x?id=5"),
        ("https://a.example:443/x?yclid=1&ysclid=2&PHPSESSID=3", "https://a.example/x"),
        ("https://a.example/x?from=rss&sort=a", "https://a.example/x?sort=a"),
    ],
)
def test_what_tracks_the_reader_is_taken_off(one: str, other: str) -> None:
    assert addresses.canonical(one) == other
    assert addresses.canonical(other) == other


def test_what_makes_another_page_stays() -> None:
    assert addresses.canonical("https://a.example/Xy?from=moscow") == "https://a.example/Xy?from=moscow"
    assert addresses.canonical("mailto:a@b") == "mailto:a@b"
    assert addresses.same_site("https://m.a.example/", "https://a.example/x")
    assert not addresses.same_site("https://a.kg/", "https://b.kg/")


WORDS = [f"слово{i}" for i in range(160)]


def test_an_edited_reprint_is_found_and_another_text_is_not() -> None:
    text = " ".join(WORDS)
    edited = " ".join(word for i, word in enumerate(WORDS) if i % 60)
    other = " ".join(reversed(WORDS))
    one, two, three = (likeness.shingles(each) for each in (text, edited, other))
    assert likeness.jaccard(one, two) >= likeness.SAME
    assert set(likeness.bands(one)) & set(likeness.bands(two))
    assert likeness.jaccard(one, three) < 0.04
    assert likeness.jaccard(frozenset(), frozenset()) == 0
    assert len(likeness.bands(one)) == len(set(likeness.bands(one))) == likeness.BANDS


@given(st.text(max_size=80))
def test_a_text_is_like_itself(text: str) -> None:
    found = likeness.shingles(text)
    assert not found or likeness.jaccard(found, likeness.shingles(text)) == 1
    assert likeness.bands(found) == likeness.bands(likeness.shingles(text))


def test_the_outlet_is_hidden_in_dateline_signature_and_links() -> None:
    text = (
        "МОСКВА, 5 мая - «Вечерний Звон». Читателям «Вечернего звона» рассказали новость. "
        "Подробнее: https://zvon.example/a и @zvon_news. Анна Петрова, для «Вечернего Звона». Петровой помогли."
    )
    found = masking.mask(text, ["Вечерний Звон", "zvon.example"], ["Анна Петрова"])
    for told in ("звон", "Звон", "zvon", "Петров"):
        assert told not in found.text
    assert "рассказали новость" in found.text
    assert [text[at : at + len(words)] for at, words, _ in found.hidden] == [w for _, w, _ in found.hidden]


def test_the_lexicon_knows_topic_risk_and_language() -> None:
    assert lexicon.in_topic("В город приехали трудовые мигранты из соседней области")
    assert not lexicon.in_topic("В город приехал цирк")
    assert lexicon.in_risk("Мигранты совершили убийство, пишет газета")
    assert not lexicon.in_risk("Мигранты открыли кафе и школу языка")
    assert not lexicon.in_risk("Убийство в отеле. " + "Слово " * 30 + "Мигранты открыли кафе.")
    assert lexicon.language_of("Өлкөнүн түштүгүндө жаңы мектеп ачылды") == "ky"
    assert lexicon.language_of("На юге страны открыли новую школу") == "ru"
    assert lexicon.language_of("A new school opened") == "en"


def test_a_list_of_feeds_goes_out_and_comes_back() -> None:
    feeds = [Listed("Газета & К", "https://a.example/rss", "https://a.example", "RU"),
             Listed("Кабар", "https://b.example/rss", "", "KG")]  # fmt: skip
    assert opml.read(opml.write("camove", feeds)) == feeds


@pytest.mark.parametrize(
    ("body", "code"),
    [
        (b'<!DOCTYPE x [<!ENTITY a "b">]><opml/>', "doctype"),
        (b"<opml><body>", "broken"),
        (b"\xff\xfe<", "broken"),
        (b"<opml><body/></opml>", "empty"),
        (b"<opml>" + b"".join(b'<o xmlUrl="u%d"/>' % i for i in range(1001)) + b"</opml>", "too_many"),
    ],
)
def test_a_bad_list_says_what_is_wrong(body: bytes, code: str) -> None:
    with pytest.raises(BadOpml) as caught:
        opml.read(body)
    assert caught.value.code == code
