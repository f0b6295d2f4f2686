"""Texts as they are said, and what holds of every passage."""

from hypothesis import strategies as st

from pipeline.text.spoken.speakable import Speakable
from pipeline.types import Passage


def said(text: str, language: str = "en", **policies: str) -> str:
    return passage(text, language, **policies).spoken


def passage(text: str, language: str = "en", **policies: str) -> Passage:
    return Speakable(policies, language=language).say(Passage(0, text, 0, len(text)))


def passages(texts: list[str], **policies: str) -> list[Passage]:
    speakable, out, at = Speakable(policies), [], 0
    for index, text in enumerate(texts):
        reason = "end" if index == len(texts) - 1 else "size"
        out.append(speakable.say(Passage(index, text, at, at + len(text), reason)))
        at += len(text)
    return out


def check(result: Passage) -> None:
    """The spans and gaps that every passage must have."""
    at = spoken_at = 0
    for span in result.spans:
        assert spoken_at <= span.spoken_start < span.spoken_end <= len(result.spoken)
        assert at <= span.start - result.start < span.end - result.start <= len(result.text)
        at, spoken_at = span.end - result.start, span.spoken_end
    held = [False] * len(result.text)
    for part in (*result.spans, *result.omitted):
        assert result.start <= part.start < part.end <= result.end or not result.text
        held[part.start - result.start : part.end - result.start] = [True] * (part.end - part.start)
    lost = [char for char, kept in zip(result.text, held, strict=True) if not kept and not char.isspace()]
    assert not lost
    assert result.spoken.isspace() is False and "\x00" not in result.spoken
    result.spoken.encode()  # no half characters


marked = st.lists(
    st.sampled_from(
        list("*_~`[]()<>!#-+|$\\&@^=.:/\n \t0a") + ["**", "```", "~~~", "](", "![", "https://x.y/",
        "<think>", "</think>", "[THINK]", "[/THINK]", "<|channel|>analysis", "<|end|>", "<|start|>assistant to=",
        "<|channel|>final", "<b>", "<!--", "-->", "$$", "\\(", "\\[", "\n\n", "\n- ", "\n1. ", "\n> ", "\n# ",
        "\n| ", "[^1]", "[a]: b", "🎉", "1️⃣", "\x00", "\u200b", "\ud800", "&amp;", "&nbsp;", "中", "é", "word ",
        "\u2028", "\r\n", "|-|-|\n", "<br>", "\\textbf{", "\\item ",
        "{\n", '{"a":', "\\begin{align}\n", "\\end{align}\n", "\\begin{verbatim}\n", "\\section{",
        "a,b,c\n", "a;b;c\n", "@@ -1 +1 @@\n", "+x\n", "Traceback (most recent call last):\n", "  at f(x)\n", "[1]",
        "^2", "<sup>2</sup>", "\ue200", "\ue201", " -> ", " → ", "├── ", "==", "[!NOTE]", "$ ls", ": ",
        "[[a", "[[a|b]]", "![[a.png]]", "]]", ":tada:", "H~2~", "2^nd^", "[TOC]\n", "> [!tip]- ",
        "10⁻⁶", "x²", "xᵢ", "C₁₂", "~5", "x∈ℝ", "𝗕", " ➡️ ", "文→", "$5$", "$CO_2$", "\\ce{", "```math\n",
        "| ✅ (a) |", "ii. "]
    ),
    max_size=60,
).map("".join)  # fmt: skip
