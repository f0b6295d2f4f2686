"""Captions: the source's own words, readable, escaped, in time."""

import re
import unicodedata
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audio.joining.captions import captions, srt, webvtt
from pipeline.audio.joining.cuts import LONGEST
from pipeline.audio.joining.pieces import WIDTH
from pipeline.audio.recording.alignment import words as timed
from pipeline.events import PassageCut
from pipeline.types import Omitted, Passage, Span, Word, WordTime
from tests.audio.studio import audio

TIME = r"\d\d:\d\d:\d\d[.,]\d{3}"


def heard(text, *, start=0, begins=0.0, pace=15.0, index=1, words=True):
    found = [
        Word(word[0], start + word.start(), start + word.end(), word.start() / pace, (word.end() - word.start()) / pace)
        for word in re.finditer(r"\S+", text)
    ]
    place = {"text": text, "start": start, "end": start + len(text), "words": tuple(found) if words else ()}
    return audio(index, seconds=len(text) / pace, begins=begins, **place)


def run(*texts, pace=15.0):
    events, at = [], 0
    for index, text in enumerate(texts, 1):
        events.append(heard(text, start=at, begins=at / pace, pace=pace, index=index))
        at += len(text)
    return events


async def stream(events):
    for event in events:
        yield event


async def vtt(events, **options):
    return "".join([block async for block in webvtt(stream(events), **options)])


def cues(text):
    out = []
    for block in text.split("\n\n"):
        times = re.search(rf"({TIME}) --> ({TIME})\n(.*)", block, re.S)
        if times:
            out.append((seconds(times[1]), seconds(times[2]), times[3].split("\n")))
    return out


def seconds(clock):
    hours, minutes, rest = clock.replace(",", ".").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(rest)


def width(line):
    return sum(
        2 if unicodedata.east_asian_width(c) in "WF" else 0 if unicodedata.category(c) in ("Mn", "Me", "Cf") else 1
        for c in line
    )


async def test_one_sentence_is_one_caption():
    text = await vtt(run("Hello there, general reader."))
    assert text == "WEBVTT\n\n00:00:00.000 --> 00:00:01.867\nHello there, general reader.\n\n"


async def test_srt_has_numbers_and_commas():
    blocks = [block async for block in srt(stream(run("One sentence here. ", "And another one.")))]
    assert blocks[0].startswith("1\n00:00:00,000 --> 00:00:01,200\nOne sentence here.")
    assert blocks[1].startswith("2\n00:00:01,267 --> ")


async def test_what_could_be_mistaken_for_marks_is_escaped():
    text = await vtt(run("AT&T <3 a<b and 5>4 --> done."))
    assert "AT&amp;T &lt;3 a&lt;b and 5&gt;4 --&gt; done." in text


async def test_blank_lines_of_the_source_never_end_a_caption():
    text = await vtt(run("First part\n\n\nsecond part\r\nthird \x00part."))
    assert cues(text)[0][2] == ["First part second part third part."]


async def test_what_is_left_unsaid_is_not_shown():
    source = "Some **bold** words [here](http://a.b)."
    gaps = [Omitted(m.start(), m.end(), "mark") for m in re.finditer(r"\*\*|\[|\]\(.*\)", source)]
    cut = PassageCut(index=1, text=source, spoken="", start=0, end=len(source), omitted=tuple(gaps), reason="end")
    text = await vtt([cut, heard(source)])
    assert cues(text)[0][2] == ["Some bold words here."]


async def test_a_long_sentence_is_cut_where_people_would():
    sentence = (
        "When the rain finally stopped, the children who had waited all morning ran outside to play in the street, "
        "and nobody thought of lessons until the bell rang again."
    )
    found = cues(await vtt(run(sentence)))
    assert len(found) >= 2
    assert [c[2][-1][-1] for c in found][-1] == "."
    assert any(c[2][-1].endswith(",") for c in found[:-1])
    for _, _, lines in found:
        assert len(lines) <= 2 and all(len(line) <= WIDTH for line in lines)


async def test_words_have_their_own_times_on_request():
    text = await vtt(run("Hello there, reader."), word_times=True)
    assert "Hello <00:00:00.400>there, <00:00:00.867>reader." in text


async def test_a_caption_too_short_to_read_is_shown_with_what_follows():
    found = cues(await vtt(run("Yes. ", "That is what he said to them. ", "No.")))
    assert found[0][2] == ["Yes. That is what he said to them."]
    assert found[-1][1] - found[-1][0] >= 1.0


async def test_captions_come_while_the_run_goes_on():
    events = run("The first sentence is here. ", "The second one is not.")

    async def live():
        yield events[0]
        pytest.fail("the second clip was waited for")

    first = await anext(captions(live()))
    assert [piece.text for line in first.lines for piece in line][0] == "The"


async def test_a_script_without_spaces_is_cut_between_its_words():
    text = "今天天气很好我们去公园散步然后回家吃饭看书睡觉明天再去学校上课学习新的知识和朋友们一起玩。" * 2
    words = tuple(Word(text[i : i + 2], i, i + 2, i / 6, 2 / 6) for i in range(0, len(text), 2))
    found = cues(await vtt([replace(heard(text), words=words)]))
    assert "".join("".join(lines) for _, _, lines in found) == text
    assert all(width(line) <= WIDTH for _, _, lines in found for line in lines)


async def test_no_caption_ends_within_a_word_of_japanese_where_another_end_is_near():
    text = "日本は法令によって公用語を規定していないが法令その他の公用文は全て日本語で記述されている"
    words = tuple(Word(char, at, at + 1, at / 4, 1 / 4) for at, char in enumerate(text))
    found = cues(await vtt([replace(heard(text), words=words)]))
    assert "".join("".join(lines) for _, _, lines in found) == text
    assert all(re.match("[\u4e00-\u9fff]", lines[0]) for _, _, lines in found)


async def test_a_phrase_of_thai_is_cut_where_a_syllable_begins():
    text = "ภาษาไทยเป็นภาษาที่มีระดับเสียงของคำแน่นอนหรือวรรณยุกต์เช่นเดียวกับภาษาจีนและออกเสียงแยกคำต่อคำ"
    passage = Passage(1, text, 0, len(text), spoken=text, spans=(Span(0, len(text), 0, len(text)),))
    found = cues(
        await vtt([replace(heard(text), words=timed(passage, [WordTime(0, len(text), 0.0)], 9.0), seconds=9.0)])
    )
    assert "".join("".join(lines) for _, _, lines in found) == text
    assert all(lines[0][0] in "ภเแโใไ" for _, _, lines in found[1:])
    assert all(0.9 < ends - begins <= LONGEST for begins, ends, _ in found)


async def test_a_clip_without_word_times_still_has_its_caption():
    found = cues(await vtt([heard("Nobody knows when which word is heard here.", words=False)]))
    assert " ".join(line for cue in found for line in cue[2]) == "Nobody knows when which word is heard here."


WORDS = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60)


@given(st.lists(st.lists(WORDS, max_size=30).map(" ".join), max_size=5), st.sampled_from([3.0, 15.0, 60.0]))
async def test_any_text_gives_captions_that_fit_and_lose_nothing(texts, pace):
    texts = [text + " " for text in texts if text.strip()]
    events = run(*texts, pace=pace)
    found = [caption async for caption in captions(stream(events))]
    last = -1.0
    for caption in found:
        assert 1 <= len(caption.lines) <= 2
        assert last < caption.ends and caption.begins < caption.ends <= caption.begins + LONGEST
        assert caption.begins >= last - 1.0
        last = caption.begins
        for line in caption.lines:
            shown = "".join(" " * (p.spaced and i > 0) + p.text for i, p in enumerate(line))
            assert width(shown) <= WIDTH + 2
    shown = "".join(piece.text for caption in found for line in caption.lines for piece in line)
    wanted = "".join(c for text in texts for c in text if not c.isspace() and unicodedata.category(c) != "Cc")
    assert shown == wanted
    text = await vtt(events)
    assert len(cues(text)) == len(found)


async def test_what_belongs_together_is_on_one_line():
    text = (
        "Yesterday the whole family went with dear old Mr. Smith to the town that is about 25 km from here, he said. "
    )
    found = cues(await vtt(run(*(text[at:] for at in range(0, 60, 6)))))
    for _, _, lines in found:
        assert not any(re.search(r"(?:Mr\.|25)$", line) for line in lines), lines


async def test_no_short_word_stands_alone_on_a_line():
    for size in range(30, 60):
        words = "a few words of no great length and one or two more that go on for a while to be".split()
        text = " ".join([*words, "x" * size])[: size + 10].rsplit(" ", 1)[0] + " I do. "
        for _, _, lines in cues(await vtt(run(text))):
            assert len(lines) < 2 or min(map(len, lines)) > 3, lines


async def test_a_caption_ends_with_its_paragraph_where_it_can_be_read():
    made = cues(await vtt(run("Poems\n\nRoses are red\n\n", "Yes, that is a note\n\n", "And a third paragraph here")))
    assert [lines for *_, lines in made] == [
        ["Poems Roses are red"],
        ["Yes, that is a note"],
        ["And a third paragraph here"],
    ]
    slowly = cues(await vtt(run("Poems\n\nRoses are red", pace=6)))
    assert [lines for *_, lines in slowly] == [["Poems"], ["Roses are red"]]


async def test_a_caption_ends_with_its_text_where_another_begins():
    events = [heard("It was a fine day", index=1), heard("It rains again", index=1, begins=2.0)]
    assert [lines for *_, lines in cues(await vtt(events))] == [["It was a fine day"], ["It rains again"]]


async def test_no_caption_begins_before_the_last_one_ends_whatever_an_engine_says_of_its_words():
    text = "A sentence that is long enough for a caption, and for another one behind it. " * 3
    events = run(text, text)
    lost = [
        replace(event, words=[word._replace(at=event.seconds, seconds=0.0) for word in event.words]) for event in events
    ]
    shown = [times for *times, _ in cues(await vtt(lost))]
    assert all(begins < ends for begins, ends in shown) and len(shown) > 4
    assert sum(shown, []) == sorted(sum(shown, []))


async def test_what_players_of_srt_take_for_marks_is_shown_as_it_is_written():
    """FFmpeg's, and so mpv's, lost `<b and c>` and `{\\an8}`, and took a line with times in it for a caption's own."""
    text = r"If a<b and c>d, <i>x</i>, {\an8} or {y:i}. At 00:00:01.000 --> 00:00:02.000 <> it ends. 1 < 2 > { 0 }"
    shown = "".join([block async for block in srt(stream(run(text)))])
    assert "\n".join(line for lines in cues(shown) for line in lines[2]).replace("\u2060", "").split() == text.split()
    assert re.findall(r"<[\w/!>]|\{(?:\\|\w:)|-->", re.sub(r"(?m)^[\d:,]+ --> [\d:,]+$", "", shown)) == []
    assert "1 < 2 > { 0 }" in shown


async def test_a_short_caption_is_shown_alone_where_the_next_words_are_not_heard_soon():
    pairs = [("dog", 0.0), ("犬", 2.2), ("cat", 3.0), ("Yes.", 4.4), ("No.", 5.0)]
    events = [heard(text + "\n\n", start=9 * at, begins=begins, pace=6) for at, (text, begins) in enumerate(pairs)]
    assert cues(await vtt(events)) == [
        (0.0, 1.0, ["dog"]),
        (2.2, 3.0, ["犬"]),
        (3.0, 4.0, ["cat"]),
        (4.4, 5.5, ["Yes. No."]),
    ]


@pytest.mark.parametrize(
    "lines",
    [
        ["Sprechen Sie mir bitte nach:", "Ich hätte gern ein Kilo Äpfel."],
        ["Listen to the whole of it,", "or take the three clips beside it."],
        ["And each passage becomes a clip while", "the next one is still being written."],
    ],
)
async def test_a_line_ends_with_its_clause_where_the_other_is_not_much_longer_for_it(lines):
    assert [found for *_, found in cues(await vtt(run(" ".join(lines))))] == [lines]


async def test_nothing_flickers_between_two_clips_of_one_sentence():
    events = run("The first half of a sentence that is long, ", "and the second half of it.", pace=30.0)
    first, second = cues(await vtt(events))
    assert events[0].words[-1].at + events[0].words[-1].seconds < events[0].seconds
    assert first[1] == second[0] == pytest.approx(events[1].begins, abs=0.001)
