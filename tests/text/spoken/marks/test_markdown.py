"""What a reader would read out of marked-up text, also where it is cut in the middle."""

import time

import pytest

from tests.text.spoken.saying import passages, said


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("2 * 3 ** 4", "2 * 3 ** 4"),
        ("a*b*c", "a*b*c"),
        ("call __init__ now", "call init now"),
        ("这是**重要**的。", "这是重要的。"),
        ("她说**「好」**了。", "她说「好」了。"),
        ("~~old~~ new, <del>old", "new, old"),
        ("about ~5 of them", "about 5 of them"),
        ("``a ` b``", "a ` b"),
        ("[a **b** c](<x y>)", "a b c"),
        ("[1]: https://x.y/z\nAfter.", "After."),
        ("(https://x.org/a_(b)) and", "(x.org) and"),
        ("a <b and c> d", "a <b and c> d"),
        ("List<String> and <your name>", "List<String> and <your name>"),
        ('<img src="x.png" alt="A dog">', "A dog"),
        ("<script>\nvar x;\n</script>Hello", "Hello"),
        ("# Results\n\nThe test passed.", "Results.\n\nThe test passed."),
        ("## Why? ##\nBecause.", "Why?\nBecause."),
        ("Title\n=====\nText.", "Title.\nText."),
        ("- First point\n- Second point\n\nThat is all.", "First point.\nSecond point.\n\nThat is all."),
        ("1. Boil the water\n2. Add the tea", "1. Boil the water.\n2. Add the tea."),
        ("- [ ] buy milk\n- [x] sell eggs", "buy milk.\ndone: sell eggs."),
        ("> wise\n> words\n\nafter", "wise\nwords.\n\nafter"),
        ("above\n\n---\n\nbelow", "above.\n\n\nbelow"),
        ("line  \nbreak\\\nthree", "line  \nbreak\nthree"),
        ("soft\u00adware zero\u200bwidth", "software zerowidth"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("text[^1] more\n\n[^1]: The note.", "text more\n\nThe note."),
        ("Great job! 🎉 Let's go on. 👩‍👩‍👧 Next.", "Great job! Let's go on. Next."),
        ("the end 🎉!", "the end!"),
        ("他说【好】。", "他说【好】。"),
        ("|x| < 3 and |y| > 2", "|x| < 3 and |y| > 2"),
        ("Empty:\n```\n```\nend", "Empty:\nend"),
        ("C♯ and →", "C♯ and →"),
        ("<think>hm\n\nso</think>Hello.", "Hello."),
        ("The <think> tag is used.", "The <think> tag is used."),
        ("200 g flour\n2 eggs\nA pinch of salt", "200 g flour,\n2 eggs,\nA pinch of salt"),
        ("[12:04] bob: hi\n[12:05] eve: hey!\nbye", "[12:04] bob: hi,\n[12:05] eve: hey!\nbye"),
        ("☐ todo\n☑ done", "todo,\ndone"),
        (
            "Roses are red,\nViolets are blue\nas they say\n  In spring",
            "Roses are red,\nViolets are blue\nas they say\n  In spring",
        ),
        (
            "A line that a margin has broken here by its length\nGoes on.",
            "A line that a margin has broken here by its length\nGoes on.",
        ),
        ("春天来了\n花都开了", "春天来了\n花都开了"),
        ("Put it in <think> and </think> tags.", "Put it in <think> and </think> tags."),
        ("Hi\x00 there\ud800!", "Hi there!"),
        ("**Overview**\n\nThis is it.", "Overview.\n\nThis is it."),
        ("> # Plan\n> - one\n> - two\n\nout", "Plan.\none.\ntwo.\n\nout"),
        ("1. **Heat** the pan:\n   - add oil\n2. Serve", "1. Heat the pan:\nadd oil.\n2. Serve."),
        ("- a\r\n- b\r\n\r\nc", "a.\r\nb.\r\n\r\nc"),
        ("[https://x.y/z](https://x.y/z)", "x.y"),
        ("Visit www.example.com, ok?", "Visit example.com, ok?"),
        ("见https://x.y/z。好", "见x.y。好"),
        ("It rose. \ue200cite\ue202turn0search0\ue202turn1news2\ue201 Then fell.", "It rose. Then fell."),
        ("[Anna]: Hello there.\n[Bo]: Hi.", "[Anna]: Hello there.\n[Bo]: Hi."),
        ("[a]: <https://x.y> 'Title'\n[b]: /z/w\nDone.", "Done."),
        ("https://例え.jp/x を", "例え.jp を"),
        ("http:// and www. alone", "http:// and www. alone"),
        ("<user@example.com> wrote", "user@example.com wrote"),
        ("C:\\Users\\me matches \\d+", "C:\\Users\\me matches \\d+"),
        ("a<think>b</think>c", "a c"),
        ("</think>Answer.", "Answer."),
        ("[1] Smith, see [2].", "[1] Smith, see [2]."),
        ("***", ""),
        ("See Fig.~\\ref{f}. It shows~\\eqref{e} all.", "See Fig. It shows all."),
        ('It said:\n{\n  "name": "Ann {x}",\n  "ok": [1, 2]\n}\nDone.', "It said:\ncode, 4 lines of JSON. Done."),
        ('{"a": 1, "b": "say \\"}\\" so"}\n\nThat is it.', "code, 1 line of JSON.\nThat is it."),
        ('It said:\n[{"a": 1},\n{"a": 2}]', "It said:\ncode, 2 lines of JSON"),
        ('{\n  "never": "closed\n\nThe text goes on.', "code, 2 lines of JSON.\nThe text goes on."),
        ("The set {a, b} and [c] stay.\n{x} too, [so be it].", "The set {a, b} and [c] stay.\n{x} too, [so be it]."),
        (
            "\\section{Cats}\nWe saw \\textbf{two} and \\emph{three \\textit{more}}~\\cite{lee2020}, at \\texttt{x.y}.",
            "Cats.\nWe saw two and three more, at x.y.",
        ),
        ("\\begin{itemize}\n  \\item One\n  \\item Two\n\\end{itemize}\n\nOut.", "One.\nTwo.\n\n\nOut."),
        ("\\begin{equation}\nx^2 = y\n\\end{equation}\nwhere y holds.", "x squared equals y\nwhere y holds."),
        ("\\begin{verbatim}\nint x;\nint y;\n\\end{verbatim}\nDone.", "code, 2 lines. Done."),
        ("\\documentclass{article}\n\\title{Cats}\n\\begin{document}\n\\maketitle\nHello.", "Cats.\n\n\nHello."),
        (
            "Look in C:\\item\\textbf and {a} or } then \\textbf{b",
            "Look in C:\\item\\textbf and {a} or } then \\textbf{b",
        ),
    ],
)
def test_it_says_what_a_reader_would_read_out(text: str, spoken: str) -> None:
    assert said(text) == spoken


def test_a_table_is_read_row_by_row_with_its_columns_names() -> None:
    table = "| Name | Age | City |\n|---|:-:|---|\n| Ann | 30 | Rome |\n| Bo | ✅ | |\n\nDone."
    spoken = said(table)
    assert [line.strip() for line in spoken.splitlines()] == [
        "Name, Age, City.",
        "Ann, Age: 30, City: Rome.",
        "Bo, Age: yes.",
        "",
        "Done.",
    ]


def test_what_fills_up_a_tables_columns_is_not_said() -> None:
    assert said("| Tea      |  5 | `x`      |\n| -------- | -- | -------- |\n| Milk.    |  6 |   y      |\n") == (
        "Tea, 5, x.\nMilk. 5: 6, x: y."
    )


def test_a_fence_cut_over_passages_is_described_once_at_its_end() -> None:
    parts = passages(["Look:\n", "```js\na\n", "b\n", "c\n```\n", "Done."])
    assert [part.spoken for part in parts] == ["Look:", "", "", "code, 3 lines of JavaScript", "Done."]
    assert parts[1].omitted[0].reason == "code"


def test_a_line_of_code_cut_over_passages_counts_once() -> None:
    parts = passages(["```js\nlet a = ", "f(b, ", "c)\n", "d()\n```\n", "Done."])
    assert [part.spoken for part in parts] == ["", "", "", "code, 2 lines of JavaScript", "Done."]


def test_data_cut_over_passages_are_described_once_at_their_end() -> None:
    parts = passages(["Here:\n", "{\n", '"a": 1,\n', '"b": {"c": "x. ', 'Y"}\n}\n', "Done."])
    assert [part.spoken for part in parts] == ["Here:", "", "", "", "code, 4 lines of JSON", "Done."]
    assert [part.omitted[0].reason for part in parts[1:4]] == ["code"] * 3


def test_data_are_no_json_because_a_later_passage_begins_with_a_quotation_mark() -> None:
    parts = passages(["{\n", "name = ", '"a",\nb = 1\n}\n', "Done."])
    assert [part.spoken for part in parts] == ["", "", "code, 4 lines", "Done."]


def test_what_latex_lists_and_quotes_may_be_cut_over_passages() -> None:
    parts = [
        "\\begin{itemize}\n",
        "\\item one ",
        "more\n",
        "\\end{itemize}\n",
        "\\begin{verbatim}\nx\n",
        "y\n\\end{verbatim}\n",
    ]
    assert [part.spoken for part in passages([*parts, "End."])] == ["", "one", "more.", "", "", "code, 2 lines", "End."]


def test_changes_cut_over_passages_are_described_once_they_are_over() -> None:
    parts = passages(["So:\n", "diff --git a/x b/x\n", "@@ -1 +1 @@\n-o", "ld\n+new\n", "\nDone.\n", "@@ -1 +1 @@\n+z"])
    assert [part.spoken for part in parts] == [
        "So:",
        "",
        "",
        "",
        "code, 4 lines of diff.\nDone.",
        "code, 2 lines of diff",
    ]
    assert passages(["@@ -1 +1 @@\n", "That."], code="skip")[1].spoken == "That."


def test_rows_of_data_are_described_and_the_names_of_their_fields_said() -> None:
    parts = passages(["name,age,city\n", "Ann,30,Rome\n", "Bo,25,Os", "lo\n\n", "Done."])
    assert [part.spoken for part in parts] == ["name,age,city", "", "", "code, 2 lines of CSV", "Done."]
    assert said("red,green,blue\nor none") == "red,green,blue\nor none"
    assert said("a,b,c\n1,2,3\n", code="speak") == "a,b,c\n1,2,3"


def test_where_a_program_died_is_described_and_what_it_died_of_said() -> None:
    trace = 'Traceback (most recent call last):\n  File "a.py", line 1, in f\n    x()\nKeyError: 1'
    parts = passages([trace[:35], trace[35:45], trace[45:]])
    assert [part.spoken for part in parts] == ["", "", "code, 3 lines. KeyError: 1"]
    java = "Error: no\n    at com.x.Y(Y.java:3)\n    at com.x.Z(Z.java:4)\n\nSo."
    assert said(java) == "Error: no.\ncode, 2 lines.\nSo."


def test_groups_of_latex_may_be_cut_over_passages() -> None:
    parts = passages(["See \\textbf{bold. And \\emph{more. ", "Both} here} and \\texttt{x ", "y}. End {a}."])
    assert [part.spoken for part in parts] == ["See bold. And more.", "Both here and x", "y. End {a}."]
    assert [part.spoken for part in passages(["\\section{Cats ", "and dogs}\nWe."])] == ["Cats", "and dogs.\nWe."]
    assert [part.spoken for part in passages(["A \\emph{b ", "c\nd} e"])] == ["A b", "c\nd} e"]
    left = passages(["A \\emph{b. ", "C} d."], emphasis="skip")
    assert [part.spoken for part in left] == ["A", "d."]


def test_thinking_cut_over_passages_stays_unsaid() -> None:
    parts = passages(["<think>First, ", "then.\n\n", "So</think>\n\nHello."])
    assert [part.spoken for part in parts] == ["", "", "Hello."]
    assert [part.omitted[0].reason for part in parts] == ["thinking"] * 3


def test_emphasis_cut_over_passages_leaves_no_marks() -> None:
    assert [part.spoken for part in passages(["**cut ", "here** now"])] == ["cut", "here now"]


def test_a_tag_cut_over_passages_stays_unsaid() -> None:
    parts = passages(["<img\n  src='a' ", "width='3'\n ", ">Words. ", "<p class='x'\n\n", "More > words."])
    assert [part.spoken for part in parts] == ["", "", "Words.", "<p class='x'", "More > words."]
    assert parts[1].omitted[0].reason == "html"


@pytest.mark.parametrize(
    "parts",
    [("See ![a map](", ") there."), ('<img src="', '"> There.'), ("\n[a]: <", ">\nThere."), ("It is ", " there.")],
)
def test_a_picture_in_its_address_cut_over_passages_stays_unsaid(parts: tuple[str, str]) -> None:
    said = passages([f"{parts[0]}data:image/png;base64,iVBORw0KG", "goAAAANSUhEUgAA", f"AAAA+/{parts[1]}"])
    assert said[1].spoken == "" and "iVB" not in said[0].spoken and said[2].spoken.lower() == "there."


def test_an_item_cut_over_passages_gets_its_pause_at_its_own_end() -> None:
    assert [part.spoken for part in passages(["- buy some ", "milk\n", "- go"])] == ["buy some", "milk.", "go."]


@pytest.mark.parametrize(
    "shape",
    [
        *r"*a [ [a]( `a \( |a https://x) a<think> &amp \textbf{ \cite[ [1] a^ <sup>1 a, [[ [[a| :a :tada: ~a".split(),
        *"a~b 2^nd^ <|start|> [THINK]".split(),
        *('<a b="', "$x ", "> ", "- ", "```\n", "{\n", '[{"a":', "\ue200", "a,b,c\n", "@@ -1 +1 @@\n", "- > ", "> A\n"),
        *("$ ls\n", "<a b='1'\n", "x <img\n", "a $$\n", "a \\[\n"),
    ],
)
def test_hostile_text_costs_no_more_than_its_length(shape: str) -> None:
    text = shape * (50_000 // len(shape))
    begun = time.process_time()
    said(text)
    assert time.process_time() - begun < 5  # seconds of a processor
