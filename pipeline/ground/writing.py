"""Marks that end sentences and clauses, in all scripts."""

STOPS = ".!?…⋯‥‼⁇⁈⁉⸮‽"
"""End a sentence where a space follows."""

HARD = "。！？｡．︒।॥؟۔።፧፨။។៕։᙮᠃᠉᱾᱿߹꓿"
"""End a sentence even with nothing behind them."""

BLANK = "፡"
"""Parts words in Ethiopic, as a space does; two of them are typed for its full stop."""

CLAUSES = ",;:—–、，；：،؛၊፣፤፥՝"
"""End a clause."""
