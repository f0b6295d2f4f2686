"""Scripts: steps for several voices, checked before anything is spoken, and then the source of one run."""

from pipeline.narration.scripts.props import check_documents, check_sounds, in_folder, sounds
from pipeline.narration.scripts.results import REFERENCE
from pipeline.narration.scripts.script import LARGEST, Script, checked, parsed, schema
from pipeline.narration.scripts.stage import staged, steps

__all__ = [
    "LARGEST",
    "REFERENCE",
    "Script",
    "check_documents",
    "check_sounds",
    "checked",
    "in_folder",
    "parsed",
    "schema",
    "sounds",
    "staged",
    "steps",
]
