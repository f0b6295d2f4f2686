"""The joint between two answers, whatever the second one begins with: each letter of the text once."""

import random
import re

import pytest

from pipeline.sources.handover.seam import Seam

TEXTS = {
    "en": (
        "Once upon a time a clockmaker called Mr. Adler lived at No. 5 Mill Lane. He owned 3.5 acres of "
        'land, a cat, and very little else! Did he complain? Never. "What would I do with more?" he used to '
        "say.\n\nEvery evening he walked to the river, to count the boats. On some evenings there were seven; "
        "on others, none at all... He wrote the number down, and went home. The cat waited. The cat always "
        "waited."
    ),
    "de": (
        "Es war einmal ein Uhrmacher, der hieß Adler und wohnte in der Mühlgasse Nr. 5. Er besaß 3,5 Morgen "
        "Land und sonst sehr wenig! Beklagte er sich? Nie. „Was sollte ich mit mehr anfangen?“, pflegte er "
        "zu sagen.\n\nJeden Abend ging er zum Fluss, um die Boote zu zählen. An manchen Abenden waren es "
        "sieben, an anderen gar keine …"
    ),
    "fr": (
        "Il était une fois un horloger nommé M. Adler. Il possédait un chat, et bien peu d'autre chose ! Se "
        "plaignait-il ? Jamais. « Que ferais-je de plus ? » disait-il.\n\nChaque soir il marchait jusqu'à la "
        "rivière pour compter les bateaux."
    ),
    "ru": (
        "Жил-был часовщик по имени Адлер. У него было немного земли, кот и больше почти ничего! Жаловался ли "
        "он? Никогда. «Зачем мне больше?» — говорил он.\n\nКаждый вечер он шёл к реке считать лодки. Кот "
        "всегда ждал."
    ),
    "zh": (
        "从前有一个钟表匠，住在磨坊巷五号。他有一只猫，除此之外几乎一无所有！他抱怨吗？从不。“我要更多做什么呢？”他常说。\n\n每"
        "天晚上他都走到河边数船。有些晚上有七条；有些晚上一条也没有……他把数字写下来，回家去了。"
    ),
    "list": (
        "# A list\n\nHere are **three** reasons to walk:\n\n1. It is *cheap*, and nobody minds.\n2. It is good "
        'for the heart; ask your doctor.\n3. You meet cats.\n\n## And then?\n\nWell, "walking" isn\'t everything. '
        "But try it!"
    ),
    "lyrics": (
        "The sea is cold,\nthe sea is old,\nand all of us are sleeping.\n\nOh, carry me home,\nover the "
        "foam,\nwhere someone might be weeping."
    ),
}
TALK = {
    "en": (
        "Of course! Continuing from where I left off:\n\n", "Of course! Continuing from where I left off: ",
        "(continued)\n\n", "Sure! Here's the continuation of my previous answer:\n\n",
        "Certainly, picking up where we left off:\n", "**Continuation:**\n\n", "[Continued]\n\n",
        "Continuing the story:\n\n", "Continuing...\n\n", "Sure thing!\n\n",
        "Absolutely! Let me pick up right where I left off.\n\n", "---\n\n", "Here you go:\n\n", "I'll continue.\n\n",
        "I apologize for the interruption. Here is the rest of the answer:\n\n", "Right, let's continue. ",
        "Okay, I'll continue the response from the exact point where it was interrupted:\n\n",
        "No problem! Here's the remainder:\n\n",
    ),
    "de": (
        "Natürlich! Hier ist die Fortsetzung:\n\n", "Selbstverständlich, ich fahre fort:\n\n",
        "Klar, weiter geht's:\n\n", "Entschuldigung für die Unterbrechung. Hier geht es weiter:\n\n",
        "Fortsetzung:\n\n", "Natürlich. Ich mache dort weiter, wo ich aufgehört habe:\n\n",
    ),
    "fr": (
        "Bien sûr ! Voici la suite :\n\n", "Suite :\n\n", "D'accord, je reprends là où je m'étais arrêté :\n\n",
        "Voici la suite de l'histoire :\n",
    ),
    "ru": (
        "Конечно! Продолжаю с того места, где остановился:\n\n", "Продолжение:\n\n", "Хорошо, продолжим:\n\n",
    ),
    "zh": (
        "好的，以下是续写：\n\n", "当然！接着上文：\n\n", "没问题，以下是剩余部分：\n\n",
    ),
    "others": (
        "¡Claro! Continuando desde donde lo dejé:\n\n", "Por supuesto, aquí está la continuación:\n\n",
        "Certo! Continuo da dove mi ero interrotto:\n\n", "Claro! Continuando de onde parei:\n\n",
        "Natuurlijk! Hier gaat het verder:\n\n", "Oczywiście! Kontynuuję od miejsca, w którym przerwałem:\n\n",
        "もちろんです。続きは以下の通りです：\n\n", "물론입니다. 이어서 계속하겠습니다:\n\n",
        "بالتأكيد! إليك بقية القصة:\n\n", "Tabii ki! Kaldığım yerden devam ediyorum:\n\n",
        "Självklart! Här är fortsättningen:\n\n", "Samozřejmě! Pokračuji:\n\n",
    ),
}  # fmt: skip
REWRITTEN = {
    "as it was": lambda text, chance: text,
    "curly": lambda text, chance: (
        re.sub(r'"(\w)', r"“\1", text).replace('"', "”").replace("'", "’").replace("...", "…")
    ),
    "straight": lambda text, chance: re.sub("[“”„«»]", '"', text).replace("’", "'").replace("…", "..."),
    "spaced": lambda text, chance: re.sub(" ", lambda _: chance.choice((" ", "  ", "\n", "\u00a0")), text),
    "capital": lambda text, chance: text[:1].swapcase() + text[1:],
    "plain": lambda text, chance: text.replace("*", ""),
}


def joined(said, pieces, **how):
    seam = Seam(said, **how)
    return said + "".join([seam.feed(piece) for piece in pieces]) + seam.end()


def pieces_of(text, chance):
    at = 0
    while at < len(text):
        size = chance.choice((1, 2, 3, 4, 4, 5, 7, 40))
        yield text[at : at + size]
        at += size


def letters(text):
    return re.sub(r"[\W_]", "", text).casefold()


def places(said):
    """Where in what was said a model may begin again."""
    sentences = [0, *(found.end() for found in re.finditer(r"[.!?…]+[\"”»“]?\s+|[。！？]”?|\n+", said))]
    words = [found.start() for found in re.finditer(r"\S+", said)]
    yield len(said)
    yield 0
    yield sentences[-1]
    yield sentences[max(0, len(sentences) - 2)]
    yield words[max(0, len(words) - 2)]
    yield words[max(0, len(words) - 6)]


@pytest.mark.parametrize("way", REWRITTEN)
@pytest.mark.parametrize("language", TEXTS)
def test_each_letter_is_said_once(language, way):
    text, chance, wrong = TEXTS[language], random.Random(language + way), []
    preambles = ("", "", *TALK.get(language, TALK["en"]), *TALK["others"])
    for cut in chance.sample(range(8, len(text) - 1), 40):
        said = text[:cut]
        for at in places(said):
            preamble = chance.choice(preambles)
            answer = preamble + REWRITTEN[way](text[at:cut], chance) + text[cut:]
            heard = joined(said, pieces_of(answer, chance))
            if letters(heard) != letters(text) or (way == "as it was" and heard.split() != text.split()):
                wrong.append((preamble, said[-20:], heard[cut - 20 :][:80]))
    assert not wrong, f"{len(wrong)}: {wrong[:3]}"


@pytest.mark.parametrize("exact", [True, False], ids=["its own answer", "told"])
@pytest.mark.parametrize("language", TEXTS)
def test_whoever_goes_on_well_is_let_through_wherever_the_cut_was(language, exact):
    text = TEXTS[language]
    for cut in range(1, len(text)):
        shown = text[:cut].rstrip()  # as a model is shown it
        assert joined(text[:cut], [text[len(shown) :]], exact=exact) == text


@pytest.mark.parametrize("talk", [talk for language in TALK.values() for talk in language])
def test_talk_about_the_answer_is_no_part_of_it(talk):
    assert joined("He owned a cat, and very", [talk, " little else."]) == "He owned a cat, and very little else."


@pytest.mark.parametrize(
    "sentence",
    [
        "Continuing his walk, he met a dog.", "The rest of the day was quiet.", "Here are the boats: one, two.",
        "Let me in! he cried.", "I will not go on.", 'He continued: "Never."', 'He continued the story: "So be it."',
        "Sure. It was a fine day.", "Weiter ging er zum Fluss.", "Il continua : « Jamais. »", "他接着说：“从不。”",
        "彼は続けた：「いいえ。」", "Он продолжил: «Никогда».",
        "We carry on,\nwe carry on.",
        "And the rest is silence.\n\nSilence.", "Of course he did. He always did.", "Right before noon he left.",
        "Certainly not everyone agreed: some did not.", "I'm cold. So cold.", "3. Go on walking. You will see.",
    ],
)  # fmt: skip
def test_a_story_that_sounds_like_talk_is_kept(sentence):
    said = "He went home. The cat waited. "
    assert joined(said, pieces_of(sentence + " It was so.", random.Random(1))) == said + sentence + " It was so."


def test_a_sentence_told_in_other_words_costs_no_other_sentence():
    said = "The river froze. There were no boats to count. He counted the st"
    answer = "There were no boats to count. He looked up at the sky."
    assert joined(said, [answer]) == said + " He looked up at the sky."


@pytest.mark.parametrize(
    ("said", "rest", "whole"),
    [
        ("a cat, and very", "Little else.", "a cat, and very Little else."),
        ("a cat,", "and very little.", "a cat, and very little."),
        ("a cat, and very", "...and very little.", "a cat, and very little."),
        ("a cat, and ", "…very little.", "a cat, and very little."),
        ("none at all", "... He went.", "none at all... He went."),
        ("It was done.", "Then he left.", "It was done. Then he left."),
        ("It was 3,", "5 metres.", "It was 3,5 metres."),
        ("the clockma", "ker's cat", "the clockmaker's cat"),
        ("the clockma", "clockmaker's cat", "the clockmaker's cat"),
        ("none at all.", "None at all... He went.", "none at all... He went."),
        ('he said. "One', "“One cannot", 'he said. "One cannot'),
        ("He went to", " Great Britain. And back.", "He went to Great Britain. And back."),
        ("It was done. No", " no, not yet.", "It was done. No no, not yet."),
        ("It was done. No", "No no, not yet.", "It was done. No no, not yet."),
        ('Never." “', 'Never. " “Not I.', 'Never." “Not I.'),
        ("very little else!", "Very little else. Did he?", "very little else! Did he?"),
        ("I book it. ", "It is number 17.", "I book it. It is number 17."),
        ("I book it.", "It. It is number 17.", "I book it. It is number 17."),
        ("Er wusste alles.\n\n", "Alles gut?", "Er wusste alles.\n\nAlles gut?"),
        ("Yes. No. ", "No one came.", "Yes. No. No one came."),
        ("They saw the ", "theatre.", "They saw the theatre."),
        ("They saw the ", "the theatre.", "They saw the theatre."),
        ("I am ", "ambitious.", "I am ambitious."),
        ('He said "no." ', 'He said "no". Then he left.', 'He said "no." Then he left.'),
        ("**Note.** ", "**Note**. It is so.", "**Note.** It is so."),
        ('He said "no." ', "No. Never.", 'He said "no." No. Never.'),
    ],
)
def test_the_joint_is_neither_too_wide_nor_too_narrow(said, rest, whole):
    assert joined(said, [rest]) == joined(said, rest) == whole


def test_whoever_goes_on_in_the_middle_of_a_sentence_is_not_held_back():
    seam = Seam("He owned a cat, and very")
    assert seam.feed(" little") == " little"
    seam = Seam("He owned a cat. ")
    assert seam.feed("Did he complain? N") == "Did he complain? N"


def test_what_cannot_be_told_must_come_past_the_same_point():
    seam = Seam("There were no boats to count. He counted", strict=True)
    assert seam.feed("There were no boats to count. He looked up.") == ""
    assert seam.lost
