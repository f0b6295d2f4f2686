"""Providers in succession: who takes over, from where, and that nothing is said twice or lost at the seam."""

import random

import pytest

from pipeline.assembly.succession import Succession, in_turn
from pipeline.errors import InvalidSetting, SourceFailed, SourceTruncated
from pipeline.sources.replay import ReplaySource
from pipeline.sources.text import TextSource
from pipeline.types import Handover, Message, Request
from tests.sources.providers import asked, said, text_of
from tests.tellers import BEHAVIOURS, STORY, Broken, Continuing, tokens_of


@pytest.mark.parametrize("continues", [True, False], ids=["its own answer", "told"])
@pytest.mark.parametrize("behaviour", BEHAVIOURS)
async def test_at_200_places_nothing_is_doubled_or_lost(behaviour, continues):
    chance = random.Random(behaviour)
    wrong = []
    for cut in chance.sample(range(1, len(STORY)), 200):
        both = Succession([Broken(STORY, cut, cut), Continuing(STORY, behaviour, continues, cut)])
        heard = text_of(await said(both))
        if heard != STORY:
            wrong.append((cut, STORY[max(0, cut - 20) : cut], heard[max(0, cut - 20) : cut + 60]))
    assert not wrong, f"{len(wrong)} of 200: {wrong[:5]}"


@pytest.mark.parametrize("behaviour", BEHAVIOURS)
async def test_sentences_that_are_all_alike_are_told_apart(behaviour):
    alike = " ".join(f"This is sentence {number} of the answer." for number in range(1, 40))
    chance = random.Random(behaviour)
    for cut in chance.sample(range(1, len(alike)), 60):
        both = Succession([Broken(alike, cut, cut), Continuing(alike, behaviour, False, cut)])
        assert text_of(await said(both)) == alike, cut


PREAMBLES = [
    "Sure, here is the rest - ", "Picking up where I left off, ", "Okay, continuing the story... ",
    "Apologies for the interruption. ", "Here is the continuation:\n\n", "Certainly! Let me continue:\n",
    "Sure thing! Here's the remaining part of the story: ", "I'll continue from where I stopped.\n\n",
]  # fmt: skip


@pytest.mark.parametrize("preamble", PREAMBLES)
@pytest.mark.parametrize("where", ["sentence", "word", "within"])
async def test_preambles_of_many_kinds_fall_away(preamble, where):
    cut = STORY.index("He wrote the") + {"sentence": 0, "word": 3, "within": 5}[where]
    spoken = Talking(STORY, preamble, cut)
    assert text_of(await said(Succession([Broken(STORY, cut), spoken]))) == STORY


class Talking(Continuing):
    def __init__(self, text, preamble, cut):
        super().__init__(text, "goes on at once", False)
        self.text = text[:cut].rstrip() + preamble + text[cut:]
        self.at = len(text[:cut].rstrip())

    async def tokens(self, request):
        for token in tokens_of(self.text[self.at :], 3):
            yield token


async def test_an_answer_may_change_hands_more_than_once():
    chain = [Broken(STORY, 300)]
    for behaviour in list(BEHAVIOURS)[:4]:
        half = Continuing(STORY, behaviour, False)
        chain.append(Cut(half, 12))
    chain.append(Continuing(STORY, "goes on at once", True))
    items = await said(Succession(chain))
    assert text_of(items) == STORY
    assert len([item for item in items if isinstance(item, Handover)]) == 5


class Cut:
    """Another source, broken off after some tokens."""

    streaming, model, continues = True, "", False

    def __init__(self, source, tokens):
        self.source, self.left, self.name = source, tokens, f"cut {source.behaviour}"

    async def tokens(self, request):
        left = self.left
        async for item in self.source.tokens(request):
            yield item
            left -= 1
            if not left:
                raise SourceTruncated("cut")


@pytest.mark.parametrize("cut", [STORY.index("He owned"), STORY.index("Every evening"), len(STORY)])
async def test_a_real_sentence_that_sounds_like_talk_is_kept(cut):
    for rest in (
        "The rest of the day was quiet. He slept.", "Continuing his walk, he met a dog. It barked.",
        "Here are the boats: one, two.", "I will not go on. Sorry.", "Let me in! he cried.",
    ):  # fmt: skip
        text = STORY[:cut].rstrip() + " " + rest
        both = Succession([Broken(text, len(text) - len(rest)), Continuing(text, "goes on at once", False)])
        assert text_of(await said(both)) == text


async def test_the_next_provider_is_told_what_was_said():
    cut = STORY.index("little else")
    own, told = (Continuing(STORY, "goes on at once", continues) for continues in (True, False))
    await said(Succession([Broken(STORY, cut), own]), asked("a story", model="m1", system="be brief"))
    await said(Succession([Broken(STORY, cut), told]), asked("a story", model="m1", system="be brief"))
    ((request,), (order,)) = own.asked, told.asked
    begun = Message("assistant", STORY[:cut].rstrip())
    assert request.messages == (Message("user", "a story"), begun)
    assert order.messages[:2] == (Message("user", "a story"), begun)
    assert "He owned 3.5 acres of land, a cat, and very" in order.messages[2].content
    assert "Mill Lane" not in order.messages[2].content
    assert (order.system, order.model) == ("be brief", "")
    begun = Request((Message("user", "a story"), Message("assistant", "Once: ")))
    await said(Succession([Broken(STORY, cut), own]), begun)
    assert own.asked[-1].messages == (Message("user", "a story"), Message("assistant", "Once: " + STORY[:cut].rstrip()))


async def test_before_the_first_word_the_next_one_simply_takes_over():
    whole = Continuing(STORY, "begins again", False)
    items = await said(Succession([Broken(STORY, 0), TextSource("All of it.")]), asked("tell me"))
    assert items == [Handover("broken", "text", "source_truncated", "broken off", ""), "All of it."]
    assert not whole.asked


async def test_the_seam_is_known_before_anything_follows_it():
    items = await said(Succession([Broken(STORY, 100), Continuing(STORY, "begins again", False)]))
    seam = items.index(Handover("broken", "next", "source_truncated", "broken off", "m2"))
    assert text_of(items[:seam]) == STORY[:100]


async def test_where_going_on_is_off_the_answer_ends():
    next_one = Continuing(STORY, "goes on at once", False)
    heard = []
    with pytest.raises(SourceTruncated):
        async for item in Succession([Broken(STORY, 50), next_one], continuing=False).tokens(asked()):
            heard += [item]
    assert text_of(heard) == STORY[:50]
    assert not next_one.asked
    assert text_of(await said(Succession([Broken(STORY, 0), TextSource("x")], continuing=False))) == "x"


async def test_a_text_that_cannot_be_told_must_come_past_the_same_point():
    assert text_of(await said(Succession([Broken(STORY, 99), ReplaySource(STORY, rate=1e9)]))) == STORY
    with pytest.raises(SourceFailed, match="other things to say"):
        await said(Succession([Broken(STORY, 99), TextSource("Something else altogether, and longer.")]))


async def test_an_answer_that_broke_off_at_its_very_end_is_whole():
    assert text_of(await said(Succession([Broken(STORY, len(STORY)), Silent()]))).startswith(STORY[:-2])
    with pytest.raises(SourceFailed):
        await said(Succession([Broken(STORY, 50), Silent()]))


class Silent:
    name, model, streaming = "silent", "", True

    async def tokens(self, request):
        if request is None:
            yield ""
        raise SourceFailed("not a word", blank=True)


async def test_one_source_stands_for_itself():
    alone = in_turn([TextSource("x")], {})
    assert (alone.name, text_of(await said(alone))) == ("text", "x")


@pytest.mark.parametrize(
    "env", [{"ALOUD_LLM_CONTINUE": "perhaps"}, {"ALOUD_LLM_MAX_RETRIES": "-1"}, {"ALOUD_LLM_RETRY_DELAY": "soon"}]
)
def test_a_wrong_setting_is_named(env):
    with pytest.raises(InvalidSetting, match=next(iter(env))):
        in_turn([TextSource("x")], env)
