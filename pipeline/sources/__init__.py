"""Where text comes from. A name here is what a caller may choose; the class is imported when it is first chosen."""

SOURCES: dict[str, str] = {
    "text": "pipeline.sources.text:TextSource",
    "replay": "pipeline.sources.replay:ReplaySource",
    "ollama": "pipeline.sources.ollama:OllamaSource",
}
