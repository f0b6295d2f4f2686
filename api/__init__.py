"""The ways in: HTTP, the command line, the page. Knows the pipeline, never a provider."""
