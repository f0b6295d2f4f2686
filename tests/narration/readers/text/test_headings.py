"""Lines that stand over chapters, and sentences that only begin so."""

import pytest

from pipeline.narration.readers.text.headings import announces, is_heading


@pytest.mark.parametrize(
    "line",
    [
        *("Part Two", "BOOK THE THIRD.", "Kapitel 1", "Erstes Kapitel", "2. Kapitel: Der Weg", "Zweiter Teil", "IV."),
        *("Chapitre premier", "Première partie", "Capítulo 3", "Глава 1", "ЧАСТЬ ПЕРВАЯ", "Κεφάλαιο 2", "Prologue"),
        *("ACT I", "SCENE II. A street in Verona.", "Akt 3", "III. THE END OF IT", "LETTER I.", "Canto 3"),
        *("الفصل الأول", "第一章", "第12章 旅立ち", "제 1 장"),
        *(f"第{number}章" for number in "二三四五六七八九十百"),
        *("第二十五回　賣油郎", "第１２章", "第四卷 风起云涌", "序章", "あとがき", "楔子", "프롤로그", "Πρόλογος"),
        *("Chương 3", "CHƯƠNG MỘT", "บทที่ ๓ การเดินทาง", "Գլուխ առաջին", "თავი 3", "ምዕራፍ ፫", "অধ্যায় ৩"),
        *("باب اول", "الباب الأول", "المقدمة"),
        *("Часть вторая", "Livre premier", "Giriş", "GİRİŞ", "ΚΕΦΑΛΑΙΟ 1", "ΠΡΟΛΟΓΟΣ", "ΕΙΣΑΓΩΓΗ"),
        *("บทที่1", "ตอนที่1 จากบ้าน", "ជំពូកទី១", "თავი მეორე", "პირველი თავი", "ԳԼՈՒԽ ԵՐԿՐՈՐԴ", "Գլուխ 2"),
    ],
)
def test_chapters_are_known_by_what_they_are_called_in_their_language(line: str) -> None:
    assert is_heading(line)


@pytest.mark.parametrize(
    "line",
    ["Part of me wanted to go", "Book a table.", "Teil des Plans war er.", "Next chapter", "Introductions were made"]
    + ["Chương trình này rất hay", "باب البيت مفتوح", "Часть вторая этого плана проще", "第二天他走了"]
    + ["はじめに、この本を説明します。", "おわりに、感謝します。", "भूमिका बहुत महत्वपूर्ण है।", "مقدمة الكتاب طويلة؟"]
    + ["თავი მტკივა.", "Գլուխ բարձրացրեց։", "前言，我要说明。"]
    + ["第二部分内容如下", "第一回目は失敗だった", "序列号", "ตอนที่ฉันเป็นเด็ก", "Giriş yapmak istiyorum"]
    + ["Act on it", "Letter from home", "Scene after scene", "I. Newton was there", "I AM HERE!", "Civil war began"],
)
def test_a_sentence_that_begins_like_a_heading_is_none(line: str) -> None:
    assert not is_heading(line)


@pytest.mark.parametrize(
    "line",
    ["CHAPTER I. Down the Rabbit-Hole", "CHAPTER XI. Who Stole the Tarts?", "Chapter 135. The Chase.\u2014Third Day."]
    + [
        "CHAPTER IV. Mr. Brown and Mrs. White",
        "Chapter 3 \u2014 The Storm!",
        "CHAP. II.",
        "VOLUME II",
        "EPOCH THE FIRST.",
    ]
    + ["THE FIRST ACT", "ACT THE SECOND.", "ACT ONE", "SCENE I. Elsinore. A platform before the Castle."],
)
def test_chapters_are_known_by_a_number_with_a_stop_and_a_title(line: str) -> None:
    assert is_heading(line)


@pytest.mark.parametrize(
    "line",
    [
        "Chapter 3 was short. It ended well.",
        "I CARE NOT FOR SPRING",
        "The first act was long.",
        "END OF THE FIRST ACT.",
    ],
)
def test_what_only_begins_so_is_no_chapter(line: str) -> None:
    assert not is_heading(line)


@pytest.mark.parametrize(
    "line",
    ["CONTENTS.", "Inhalt:", "İçindekiler", "İÇİNDEKİLER", "ΠΕΡΙΕΧΟΜΕΝΑ", "目　次", "目 录", "Table des matières"],
)
def test_what_stands_over_a_table_of_contents_may_be_in_large_letters_or_spaced(line: str) -> None:
    assert announces("contents", line)
