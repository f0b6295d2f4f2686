"""The few words that speech adds of its own, in the listener's language: "code, 12 lines of Python"."""

from __future__ import annotations

import re
from collections.abc import Mapping

__all__ = ["code_phrase", "phrase", "programming_language"]

_WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {
        "code": "code", "line": "{n} line", "lines": "{n} lines", "of": "{lines} of {name}", "in": "code in {name}",
        "inline_code": "code", "headings": "heading", "lists": "item", "quotes": "quote", "links": "link",
        "images": "image", "tables": "table", "maths": "formula", "urls": "web address", "emails": "e-mail address",
        "thinking": "thinking", "footnotes": "footnote", "done": "done", "open": "to do", "yes": "yes", "no": "no",
        "row": "{n} row", "rows": "{n} rows",
    },
    "de": {
        "code": "Code", "line": "{n} Zeile", "lines": "{n} Zeilen", "of": "{lines} {name}", "in": "Code in {name}",
        "inline_code": "Code", "headings": "Überschrift", "lists": "Punkt", "quotes": "Zitat", "links": "Link",
        "images": "Bild", "tables": "Tabelle", "maths": "Formel", "urls": "Internetadresse",
        "emails": "E-Mail-Adresse", "thinking": "Überlegung", "footnotes": "Fußnote", "done": "erledigt",
        "open": "offen", "yes": "ja", "no": "nein", "row": "{n} Zeile", "rows": "{n} Zeilen",
    },
    "fr": {
        "code": "code", "line": "{n} ligne", "lines": "{n} lignes", "of": "{lines} de {name}", "in": "code en {name}",
        "inline_code": "code", "headings": "titre", "lists": "point", "quotes": "citation", "links": "lien",
        "images": "image", "tables": "tableau", "maths": "formule", "urls": "adresse web", "emails": "adresse e-mail",
        "thinking": "réflexion", "footnotes": "note", "done": "fait", "open": "à faire", "yes": "oui", "no": "non",
        "row": "{n} ligne", "rows": "{n} lignes",
    },
    "es": {
        "code": "código", "line": "{n} línea", "lines": "{n} líneas", "of": "{lines} de {name}",
        "in": "código en {name}", "inline_code": "código", "headings": "título", "lists": "punto", "quotes": "cita",
        "links": "enlace", "images": "imagen", "tables": "tabla", "maths": "fórmula", "urls": "dirección web",
        "emails": "correo electrónico", "thinking": "reflexión", "footnotes": "nota", "done": "hecho",
        "open": "pendiente", "yes": "sí", "no": "no", "row": "{n} fila", "rows": "{n} filas",
    },
    "it": {
        "code": "codice", "line": "{n} riga", "lines": "{n} righe", "of": "{lines} di {name}", "in": "codice in {name}",
        "inline_code": "codice", "headings": "titolo", "lists": "punto", "quotes": "citazione", "links": "link",
        "images": "immagine", "tables": "tabella", "maths": "formula", "urls": "indirizzo web",
        "emails": "indirizzo e-mail", "thinking": "riflessione", "footnotes": "nota", "done": "fatto",
        "open": "da fare", "yes": "sì", "no": "no", "row": "{n} riga", "rows": "{n} righe",
    },
}  # fmt: skip

_LANGUAGES = {
    "asm": "assembly", "awk": "AWK", "bash": "Bash", "bat": "batch", "c": "C", "c#": "C sharp", "c++": "C plus plus",
    "cc": "C plus plus", "clj": "Clojure", "clojure": "Clojure", "cmake": "CMake", "console": "shell",
    "cpp": "C plus plus", "cs": "C sharp", "csharp": "C sharp", "css": "CSS", "csv": "CSV", "dart": "Dart",
    "diff": "diff", "docker": "Dockerfile", "dockerfile": "Dockerfile", "elixir": "Elixir", "erl": "Erlang",
    "erlang": "Erlang", "ex": "Elixir", "f#": "F sharp", "fortran": "Fortran", "fs": "F sharp", "fsharp": "F sharp",
    "go": "Go", "golang": "Go", "graphql": "GraphQL", "groovy": "Groovy", "haskell": "Haskell", "hs": "Haskell",
    "html": "HTML", "http": "HTTP", "ini": "INI", "java": "Java", "javascript": "JavaScript", "jl": "Julia",
    "js": "JavaScript", "json": "JSON", "jsonc": "JSON", "jsonl": "JSON lines", "jsx": "JSX", "julia": "Julia",
    "kotlin": "Kotlin", "kt": "Kotlin", "latex": "LaTeX", "less": "Less", "lisp": "Lisp", "lua": "Lua",
    "make": "Makefile", "makefile": "Makefile", "markdown": "Markdown", "matlab": "MATLAB", "md": "Markdown",
    "mermaid": "Mermaid", "nginx": "nginx", "nix": "Nix", "objc": "Objective-C", "objective-c": "Objective-C",
    "ocaml": "OCaml", "pascal": "Pascal", "perl": "Perl", "php": "PHP", "pl": "Perl", "powershell": "PowerShell",
    "proto": "Protocol Buffers", "protobuf": "Protocol Buffers", "ps1": "PowerShell", "pwsh": "PowerShell",
    "py": "Python", "python": "Python", "python3": "Python", "py3": "Python", "r": "R", "rb": "Ruby", "rs": "Rust",
    "ruby": "Ruby", "rust": "Rust", "sass": "Sass", "scala": "Scala", "scss": "Sass", "sh": "shell", "shell": "shell",
    "sql": "SQL", "svelte": "Svelte", "svg": "SVG", "swift": "Swift", "terraform": "Terraform", "tex": "LaTeX",
    "tf": "Terraform", "toml": "TOML", "ts": "TypeScript", "tsx": "TSX", "typescript": "TypeScript",
    "vb": "Visual Basic",    "vim": "Vim script", "vue": "Vue", "wasm": "WebAssembly", "xml": "XML",
    "yaml": "YAML", "yml": "YAML", "zig": "Zig",
    "zsh": "shell",
}  # fmt: skip
_PLAIN = {"", "text", "txt", "plain", "plaintext", "none", "output", "code"}
_NAME = re.compile(r"[^\W\d_][\w+#-]{0,23}")


def phrase(kind: str, language: str) -> str:
    """The word for a kind of thing; English where the language has none."""
    return _words(language)[kind]


def code_phrase(lines: int | None, name: str, language: str) -> str:
    """What is said in place of code; `lines` is None while nobody knows how many there will be."""
    words = _words(language)
    if lines is None:
        return words["in"].format(name=name) if name else words["code"]
    count = words["line" if lines == 1 else "lines"].format(n=lines)
    return f"{words['code']}, {words['of'].format(lines=count, name=name) if name else count}"


def programming_language(info: str) -> str:
    """The name of the language in a fence's opening line; "" where it names none."""
    word = re.split(r"[\s{,:}]", info.lstrip(" \t{."), maxsplit=1)[0]
    if word.lower() in _PLAIN:
        return ""
    found = _LANGUAGES.get(word.lower())
    if found is None and _NAME.fullmatch(word):
        found = word[0].upper() + word[1:]
    return found or ""


def _words(language: str) -> Mapping[str, str]:
    return _WORDS.get(re.split("[-_]", language.lower(), maxsplit=1)[0], _WORDS["en"])
