"""Marks that end sentences and clauses, in all scripts."""

STOPS = ".!?…⋯‥‼⁇⁈⁉⸮‽"
"""End a sentence where a space follows."""

HARD = "。！？｡．︒।॥؟۔።፧፨။។៕։᙮᠃᠉᱾᱿߹꓿"
"""End a sentence even with nothing behind them."""

BLANK = "፡"
"""Parts words in Ethiopic, as a space does; two of them are typed for its full stop."""

CLAUSES = ",;:—–、，；：،؛၊፣፤፥՝"
"""End a clause."""

SYLLABLE = (
    "(?<=[\u0e00-\u0eff])(?=[\u0e40-\u0e44\u0ec0-\u0ec4])"
    "|(?<=[\u1000-\u1038\u103a-\u109f])(?=[\u1000-\u1021](?![\u1039\u103a]))"
    "|(?<=[\u1780-\u17d1\u17d3-\u17ff])(?=[\u1780-\u17a2][\u17b6-\u17d3])"
)
"""Matches where one is seen to begin in Thai, Lao, Burmese and Khmer, where no space parts words."""


def unspaced(char: str) -> bool:
    """Of a script that puts no spaces between words (Han, kana, Thai, Lao, Burmese, Khmer): there any place may begin
    one."""
    return (
        "\u0e00" <= char <= "\u0eff"
        or "\u1000" <= char <= "\u109f"
        or "\u1780" <= char <= "\u17ff"
        or "\u2e80" <= char <= "\ua4cf"
        or "\U00020000" <= char <= "\U0003ffff"
    )
