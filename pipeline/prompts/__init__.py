"""Prompt templates as data files, the few lines that fill them, and what makes their answers fit to be heard."""

from pipeline.prompts.narration import Narrated, Narration
from pipeline.prompts.templates import Filled, Template, find, own, templates
from pipeline.prompts.variables import Variable

__all__ = ["Filled", "Narrated", "Narration", "Template", "Variable", "find", "own", "templates"]
