#!/bin/sh
# Hear a model while it writes: examples/pipe.sh "Why is the sky blue?" [MODEL]
set -eu
ollama run "${2:-llama3.2}" "$1" | aloud say -
