"""Prompt templates as data files, the few lines that fill them, and what makes their answers fit to be heard."""

from pipeline.prompts.narration import Narrated, Narration
from pipeline.prompts.templates import Template, find, own, templates

__all__ = ["Narrated", "Narration", "Template", "find", "own", "templates"]
