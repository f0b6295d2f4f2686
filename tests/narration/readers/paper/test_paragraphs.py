"""Paragraphs of a PDF in scripts other than Latin."""

import pytest

from pipeline.narration.readers.paper.paragraphs import together


@pytest.mark.parametrize(
    ("lines", "text"),
    [
        (["ภาษาไทยเป็นภาษาที่มีระดับเสียงของ", "คำแน่นอนหรือวรรณยุกต์"], "ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอนหรือวรรณยุกต์"),
        (["汉语是汉藏语系中最大的一支，", "语族内部语言数目众多"], "汉语是汉藏语系中最大的一支，语族内部语言数目众多"),
        (["한국어는 한국에서 사용하는", "언어이다."], "한국어는 한국에서 사용하는 언어이다."),
        (
            ["हिन्दी भारत की एक भाषा है और बहुत लोग", "इसे बोलते हैं।", "यह दूसरा है"],
            "हिन्दी भारत की एक भाषा है और बहुत लोग इसे बोलते हैं।\n\nयह दूसरा है",
        ),
        (
            ["မြန်မာဘာသာစကားသည် မြန်မာနိုင်ငံ၏ ရုံးသုံး", "ဘာသာစကားဖြစ်သည်။", "ဗမာ"],
            "မြန်မာဘာသာစကားသည် မြန်မာနိုင်ငံ၏ ရုံးသုံးဘာသာစကားဖြစ်သည်။\n\nဗမာ",
        ),
    ],
)
def test_lines_are_joined_as_their_script_has_it(lines: list[str], text: str) -> None:
    assert together([lines])[0].strip() == text
