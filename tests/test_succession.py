"""Providers in succession: who takes over, from where, and that nothing is said twice or lost at the seam."""

import random
import re
import time

import pytest

from pipeline import create_streaming_pipeline
from pipeline.errors import InvalidSetting, SourceFailed, SourceTruncated
from pipeline.sources.replay import ReplaySource
from pipeline.sources.text import TextSource
from pipeline.succession import Succession, in_turn
from pipeline.types import Handover, Message
from tests.fakes.models import FORMATS, Turn, fake
from tests.sources.providers import KEY, asked, said, source, text_of

STORY = (
    "Once upon a time, in the year 1871, a clockmaker called Mr. Adler lived at No. 5 Mill Lane. He owned 3.5 "
    'acres of land, a cat, and very little else! Did he complain? Never. "What would I do with more?" he used '
    'to say. "One cannot wind two clocks at once."\n\n'
    "Every evening he walked to the river, e.g. to count the boats. On some evenings there were seven; on "
    "others, none at all... He wrote the number down, and went home. The cat waited. The cat always waited.\n\n"
    "Then came the winter of the long frost. The river froze, and there were no boats to count. He counted the "
    'stars instead. "That," he told the cat, "will take a little longer." It did. It took him the rest of his '
    "life, and he was never once bored. Okay, perhaps once; but that is another story. 日本語の文もあります。"
    "次の文です。And here it ends 🙂."
)


def tokens_of(text, seed):
    chance = random.Random(seed)
    at = 0
    while at < len(text):
        size = chance.choice((1, 2, 3, 4, 4, 5, 7, 40))
        yield text[at : at + size]
        at += size


class Broken:
    """Says the first characters of the story, and breaks off."""

    name, model, streaming = "broken", "m1", True

    def __init__(self, text, cut, seed=0):
        self.text, self.cut, self.seed = text, cut, seed

    async def tokens(self, request):
        for token in tokens_of(self.text[: self.cut], self.seed):
            yield token
        raise SourceTruncated("broken off")


def last_sentence(text):
    """Where the sentence before the last boundary begins."""
    bounds = [0, *(found.end() for found in re.finditer(r"[.!?]\s+", text.rstrip()))]
    return bounds[-2] if len(bounds) > 1 else 0


def own_sentence(text):
    """Where the unfinished sentence begins."""
    return max((found.end() for found in re.finditer(r"[.!?]\s+", text)), default=0)


BEHAVIOURS = {
    "goes on at once": lambda text, at: text[at:],
    "goes on from the sentence": lambda text, at: text[own_sentence(text[:at]) :],
    "repeats the last sentence": lambda text, at: text[last_sentence(text[:at]) :],
    "begins again": lambda text, at: text,
    "adds a preamble": lambda text, at: "Sure, here is the rest of the story:\n\n" + text[at:],
    "preamble and sentence": lambda text, at: "Certainly! I'll continue: " + text[own_sentence(text[:at]) :],
    "preamble and all of it": lambda text, at: "Of course. Here is the story again.\n\n" + text,
}


class Continuing:
    """A model that knows the story and goes on in one of the ways in which models do."""

    name, model, streaming = "next", "m2", True

    def __init__(self, text, behaviour, continues, seed=1):
        self.text, self.behaviour, self.continues, self.seed = text, behaviour, continues, seed
        self.asked = []

    async def tokens(self, request):
        self.asked.append(request)
        shown = next(message.content for message in reversed(request.messages) if message.role == "assistant")
        answer = BEHAVIOURS[self.behaviour](self.text, len(shown))
        if not answer.strip():
            raise SourceFailed("nothing to say", blank=True)
        for token in tokens_of(answer, self.seed):
            yield token


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


async def test_a_model_that_takes_no_beginning_is_told():
    def answer(body):
        if body["messages"][-1]["role"] == "assistant":
            return Turn(fault="400")
        return Turn(tuple(tokens_of(STORY[100:], 3)))

    async with fake("anthropic", answer) as server:
        items = await said(Succession([Broken(STORY, 100), source(server)]))
    assert text_of(items) == STORY
    assert [asked.body["messages"][-1]["role"] for asked in server.asked] == ["assistant", "user"]


@pytest.mark.parametrize("second", FORMATS)
@pytest.mark.parametrize("first", FORMATS)
async def test_it_holds_over_the_real_libraries(first, second):
    cut = 40
    tokens = tuple(tokens_of(STORY, 7))

    def rest(body):
        shown = next(message["content"] for message in reversed(body["messages"]) if message["role"] == "assistant")
        return Turn(tuple(tokens_of("Sure, here is the rest:\n\n" + STORY[last_sentence(shown) :], 5)))

    async with fake(first, Turn(tokens, fault="cut", after=cut)) as broken, fake(second, rest) as good:
        items = await said(in_turn([source(broken), source(good)], {}))
    assert text_of(items) == STORY
    (seam,) = [item for item in items if isinstance(item, Handover)]
    assert (seam.from_, seam.to, seam.code) == (first, second, "source_truncated")
    assert len(broken.asked) == len(good.asked) == 1


async def test_three_fail_and_the_fourth_speaks_within_a_second():
    env = {"ALOUD_LLM_RETRY_DELAY": "0.01"}
    async with fake("openai") as gone:
        pass
    async with (
        fake("ollama", Turn(fault="500")) as failing,
        fake("anthropic", Turn(fault="401")) as refusing,
        fake("openai", Turn()) as good,
    ):
        items, times = [], []
        chain = in_turn([source(gone), source(failing), source(refusing), source(good)], env)
        async for item in chain.tokens(asked()):
            items += [item]
            times += [time.monotonic()]
    assert text_of(items) == "One. Two three."
    codes = [item.code for item in items if isinstance(item, Handover)]
    assert codes == ["source_unreachable", "source_failed", "source_refused"]
    assert times[3] - times[2] < 1
    assert (len(failing.asked), len(refusing.asked)) == (3, 1)


async def test_after_three_that_fail_the_fourth_is_heard_within_a_second(tmp_path):
    async with fake("openai") as gone:
        pass
    async with (
        fake("ollama", Turn(fault="500")) as failing,
        fake("anthropic", Turn(fault="401")) as refusing,
        fake("openai", Turn(tuple(tokens_of(STORY, 5)))) as good,
    ):
        env = {
            "LLAMACPP_BASE_URL": gone.url, "OLLAMA_HOST": failing.url, "ANTHROPIC_BASE_URL": refusing.url,
            "OPENAI_BASE_URL": good.url, "ANTHROPIC_API_KEY": KEY, "ALOUD_LLM_RETRY_DELAY": "0.05",
        }  # fmt: skip
        names = ["llamacpp", "ollama", "anthropic", "openai"]
        async with create_streaming_pipeline(names, "tone", {"output_dir": tmp_path}, env=env) as pipeline:
            events = [event async for event in pipeline.stream_chat_to_audio("tell me")]
    steps = [event for event in events if event.type == "fallback"]
    assert [(step.stage, step.from_, step.to, step.code, step.at_text) for step in steps] == [
        ("llm", "llamacpp", "ollama", "source_unreachable", 0),
        ("llm", "ollama", "anthropic", "source_failed", 0),
        ("llm", "anthropic", "openai", "source_refused", 0),
    ]
    assert (len(failing.asked), len(refusing.asked), len(good.asked)) == (3, 1, 1)
    heard = next(event for event in events if event.type in ("speaking", "audio"))
    assert heard.at - steps[-1].at < 1
    assert "".join(event.content for event in events if event.type == "chunk") == STORY
    assert (events[0].provider, events[-1].type) == ("llamacpp", "complete")


async def test_one_source_stands_for_itself():
    alone = in_turn([TextSource("x")], {})
    assert (alone.name, text_of(await said(alone))) == ("text", "x")


@pytest.mark.parametrize(
    "env", [{"ALOUD_LLM_CONTINUE": "perhaps"}, {"ALOUD_LLM_MAX_RETRIES": "-1"}, {"ALOUD_LLM_RETRY_DELAY": "soon"}]
)
def test_a_wrong_setting_is_named(env):
    with pytest.raises(InvalidSetting, match=next(iter(env))):
        in_turn([TextSource("x")], env)


async def test_a_whole_run_tells_of_each_step_and_accounts_for_every_character(tmp_path):
    def good(body):
        shown = next(message["content"] for message in reversed(body["messages"]) if message["role"] == "assistant")
        return Turn(tuple(tokens_of(STORY[last_sentence(shown) :], 5)))

    cut = Turn(tuple(tokens_of(STORY, 7)), fault="cut", after=40)
    async with (
        fake("ollama", cut) as first,
        fake("anthropic", Turn(fault="529")) as second,
        fake("openai", good) as third,
    ):
        env = {
            "OLLAMA_HOST": first.url, "ANTHROPIC_BASE_URL": second.url, "OPENAI_BASE_URL": third.url,
            "ANTHROPIC_API_KEY": KEY, "OPENAI_API_KEY": KEY, "ALOUD_LLM_RETRY_DELAY": "0.01",
        }  # fmt: skip
        names = ["ollama", "anthropic", "openai"]
        async with create_streaming_pipeline(names, "tone", {"output_dir": tmp_path}, env=env) as pipeline:
            events = [event.as_dict() async for event in pipeline.stream_chat_to_audio("tell me")]
    assert "".join(event["content"] for event in events if event["type"] == "chunk") == STORY
    steps = [event for event in events if event["type"] == "fallback"]
    assert [(step["from"], step["to"], step["code"]) for step in steps] == [
        ("ollama", "anthropic", "source_truncated"), ("anthropic", "openai", "source_busy"),
    ]  # fmt: skip
    seam = "".join(tokens_of(STORY, 7))[: steps[0]["at_text"]]
    assert STORY.startswith(seam) and 0 < len(seam) < len(STORY)
    spans = [event for event in events if event["type"] in ("passage", "skipped")]
    assert "".join(STORY[span["start"] : span["end"]] for span in spans) == STORY
    assert events[-1]["type"] == "complete"
    assert KEY not in str(events)


async def test_sources_of_ones_own_may_follow_one_another_and_names(tmp_path):
    chain = [Broken(STORY, 60), "text", Continuing(STORY, "begins again", False)]
    async with create_streaming_pipeline(chain, "tone", {"output_dir": tmp_path}, env={}) as pipeline:
        events = [event async for event in pipeline.stream_chat_to_audio("tell me")]
    assert "".join(event.content for event in events if event.type == "chunk") == STORY
    assert events[-1].type == "complete"


@pytest.mark.parametrize("form", FORMATS)
async def test_an_answer_that_is_known_in_part_is_said_and_gone_on_with(form):
    at = STORY.index("Did he complain") + 7
    async with fake(form, Turn(list(tokens_of(STORY[at:], 1)))) as model:
        succession = Succession([source(model)], said=STORY[:at])
        assert text_of(await said(succession, asked("Tell."))) == STORY
        assert len(model.asked) == 1
