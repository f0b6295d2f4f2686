"""Books of Aozora Bunko: the words alone, with chapters where the typesetter is told of headings."""

from pathlib import Path

import pytest

from pipeline.narration.readers import read
from tests.narration.books import outline

RULE = "-" * 55
BOOK = f"""走れメロス
太宰治

{RULE}
【テキスト中に現れる記号について】

《》：ルビ
（例）邪智暴虐《じゃちぼうぎゃく》

｜：ルビの付く文字列の始まりを特定する記号
［＃］：入力者注　主に外字の説明や、傍点の位置の指定
{RULE}

［＃３字下げ］一［＃「一」は中見出し］

　メロスは激怒した。邪智暴虐《じゃちぼうぎゃく》の王である。
　疲労｜困憊《こんぱい》した。※［＃「てへん＋劣」、第3水準1-84-77］《ねじ》を切る。
「行こう。」［＃「行こう」に傍点］

　　　二　終り［＃「二　終り」は大見出し］

　メロスは走った。


底本：「太宰治全集３」ちくま文庫、筑摩書房
入力：某
"""


@pytest.mark.parametrize("encoding", ["utf-8", "cp932"])
def test_readings_remarks_and_facts_are_left_out_and_headings_are_chapters(encoding: str, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_bytes(BOOK.replace("\n", "\r\n").encode(encoding))
    document = read(tmp_path / "b.txt")
    assert (document.title, document.author, document.language) == ("走れメロス", "太宰治", "ja")
    assert outline(document) == [
        ("走れメロス", "走れメロス\n太宰治\n\n"),
        ("一", "# 一\n\nメロスは激怒した。邪智暴虐の王である。\n\n疲労困憊した。ねじを切る。\n\n「行こう。」\n\n"),
        ("二 終り", "# 二 終り\n\nメロスは走った。\n\n"),
    ]
    assert [left.text for left in document.left_out if left.reason == "reading"] == ["じゃちぼうぎゃく", "こんぱい"]
    assert sum(left.reason == "front matter" for left in document.left_out) == 2


@pytest.mark.parametrize(
    ("marked", "said"),
    [
        ("袁※［＃「にんべん＋參」、第4水準2-1-79］《えんさん》という者", "えんさんという者"),
        ("※［＃「埒のつくり＋虎」、第3水準1-91-48］略《かくりゃく》に帰る", "かくりゃくに帰る"),
        ("水鉢を置いた｜※［＃「木＋靈」、第3水準1-86-29］子窓《れんじまど》の下", "水鉢を置いたれんじまどの下"),
        (
            "残月※［＃「さんずい＋賣」、第3水準1-87-29］職の袁※［＃「にんべん＋參」、第4水準2-1-79］は笑った",
            "残月瀆職の袁傪は笑った",
        ),
        ("※［＃「口＋世」、U+546D、123-4］という", "呭という"),
        ("※［＃「土へん＋竒」、123-4］※［＃コト、1-99-99］という", "という"),
        ("※［＃始め二重山括弧、1-1-52］水※［＃終わり二重山括弧、1-1-53］という", "《水》という"),
        ("［＃「袁※［＃「にんべん＋參」、第4水準2-1-79］」に傍点］笑った", "笑った"),
    ],
)
def test_a_character_that_the_encoding_lacks_is_read_as_its_word_is_or_put_back(
    marked: str, said: str, tmp_path: Path
) -> None:
    (tmp_path / "b.txt").write_text(BOOK.replace("　メロスは走った。", marked), encoding="utf-8")
    assert outline(read(tmp_path / "b.txt"))[-1][1] == f"# 二 終り\n\n{said}\n\n"


@pytest.mark.parametrize(
    "heading",
    [
        "［＃３字下げ］［＃大見出し］三　夜［＃大見出し終わり］",
        "［＃ここから中見出し］\n三　夜\n［＃ここで中見出し終わり］",
    ],
)
def test_a_heading_may_stand_between_two_remarks(heading: str, tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text(
        BOOK.replace("　メロスは走った。", f"　走った。\n{heading}\n暗い。"), encoding="utf-8"
    )
    assert outline(read(tmp_path / "b.txt"))[-1] == ("三 夜", "# 三 夜\n\n暗い。\n\n")


def test_the_titles_of_chinese_books_stay(tmp_path: Path) -> None:
    (tmp_path / "b.txt").write_text("我读《红楼梦》。\n\n很好。\n", encoding="utf-8")
    assert read(tmp_path / "b.txt").chapters[0].text == "我读《红楼梦》。\n\n很好。\n\n"
