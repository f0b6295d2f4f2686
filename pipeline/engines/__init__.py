"""Voices. A name here is what a caller may choose; the class is imported when it is first chosen."""

ENGINES: dict[str, str] = {
    "tone": "pipeline.engines.tone:ToneEngine",
    "espeak": "pipeline.engines.espeak:EspeakEngine",
}
