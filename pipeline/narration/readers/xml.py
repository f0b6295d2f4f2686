"""XML from strangers: no entities of its own, no files from elsewhere, no bottomless nesting."""

from __future__ import annotations

from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from pipeline.errors import HostileDocument, UnreadableDocument

DEEPEST = 200
"""Elements within one another."""


def parsed(data: bytes, name: str, *, deepest: int = DEEPEST) -> Element:
    """The root; tags are `{namespace}name` as in ElementTree. Raises UnreadableDocument.

    `name`: what the error calls it. `deepest`: elements within one another, at most."""
    builder = TreeBuilder()
    parser = expat.ParserCreate(namespace_separator="}")
    depth = 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > deepest:
            raise HostileDocument(f"{name} is nested more than {deepest} deep.")
        builder.start(_named(tag), {_named(key): value for key, value in attributes.items()})

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(_named(tag))

    def declared(*_: object) -> None:
        raise HostileDocument(f"{name} declares entities of its own, which no document needs.")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = builder.data
    parser.EntityDeclHandler = declared
    try:
        parser.Parse(data, True)
        return builder.close()
    except expat.ExpatError as error:
        raise UnreadableDocument(f"{name} is no valid XML: line {error.lineno}.") from error
    except (AssertionError, UnicodeError, LookupError, ValueError) as error:
        raise UnreadableDocument(f"{name} is no valid XML.") from error


def bare(name: str) -> str:
    """Of a tag or an attribute, without its namespace."""
    return name.rpartition("}")[2]


def attribute(element: Element, name: str) -> str:
    """Of whatever namespace; "" where it is not there."""
    return next((value for key, value in element.attrib.items() if bare(key) == name), "")


def _named(name: str) -> str:
    return "{" + name if "}" in name else name
