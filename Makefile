# From a bare clone, with nothing but Python 3.11 to 3.15 and make:
#   make demo    speak a short text, see it happen, find the files under output/
#   make test    run every test
.DEFAULT_GOAL := help

VENV  := .venv
BIN   := $(VENV)/bin
PIP   := $(BIN)/python -m pip --quiet --disable-pip-version-check
READY := $(VENV)/.ready
TOOLS := $(VENV)/.tools

.PHONY: help demo serve test check voices llama bench bench-text bench-service chaos lock clean

help:
	@printf '%s\n' \
	  'make demo    speak a short text and see it happen' \
	  'make serve   start the service' \
	  'make test    run every test, two files at a time (T="tests/text -k word" runs some, T="-n 0" one after the other)' \
	  'make check   lint, types, floors' \
	  'make bench   measure' \
	  'make bench-service  measure the service: latency, a thousand streams, two hundred voices, five minutes of soak' \
	  'make bench-text  measure the text alone: sentences beside other splitters, a simulated listener' \
	  'make voices  install Piper and Kokoro too, so that their tests run' \
	  'make llama   build a llama.cpp server (it takes a C++ compiler, and minutes), so that its tests run' \
	  'make chaos   kill the service again and again, and look for what is lost' \
	  'make lock    write the lock files anew from pyproject.toml' \
	  'make clean   remove .venv and caches; output/ stays'

demo: $(READY)
	@$(BIN)/python -m api.demo

serve: $(READY)
	@trap : INT; $(BIN)/aloud serve $(ARGS) || [ $$? -eq 130 ]   # Ctrl-C is how it usually ends

test: $(TOOLS)
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile $(T)

check: $(TOOLS)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/mypy examples/assistant.py examples/book.py examples/speak.py
	@$(BIN)/lint-imports --no-logo

chaos: $(TOOLS)
	@$(BIN)/python -m tests.chaos $(ARGS)

bench: $(TOOLS)
	@$(BIN)/python -m benchmarks $(ARGS)

bench-text: $(TOOLS)
	@$(BIN)/python -m benchmarks sentences listener overhead

bench-service: $(TOOLS)
	@$(BIN)/python -m benchmarks service soak

$(VENV)/.made:
	@sh .ci/venv $(VENV)
	@touch $@

$(READY): $(VENV)/.made requirements.lock pyproject.toml
	@echo 'Installing what aloud needs (the first time takes a minute)'
	@$(PIP) install --no-deps --require-hashes -r requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

$(TOOLS): $(READY) requirements-dev.lock
	@echo 'Installing what the tests need'
	@$(PIP) install --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

voices: $(TOOLS) $(VENV)/.voices

$(VENV)/.voices: requirements-voices.lock
	@echo 'Installing the voices that are extras'
	@$(PIP) install --no-deps --require-hashes -r requirements-voices.lock
	@touch $@

llama: $(TOOLS) $(VENV)/llama/.ready

$(VENV)/llama/.ready: requirements-llama.lock
	@echo 'Building the server of llama-cpp-python'
	@sh .ci/venv $(VENV)/llama
	@$(VENV)/llama/bin/python -m pip --quiet --disable-pip-version-check install \
	  --no-deps --require-hashes -r requirements-llama.lock
	@touch $@

LOCK := --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --no-emit-index-url --quiet

lock: $(VENV)/.made
	@$(PIP) install 'uv>=0.8'
	@$(BIN)/uv pip compile pyproject.toml $(LOCK) --extra build -o requirements.lock
	@$(BIN)/uv pip compile pyproject.toml $(LOCK) --extra build --extra test -c requirements.lock -o requirements-dev.lock
	@$(BIN)/uv pip compile pyproject.toml $(LOCK) --extra build --extra test --extra piper --extra kokoro \
	  -c requirements-dev.lock -o requirements-voices.lock
	@echo 'llama-cpp-python[server]' | $(BIN)/uv pip compile - $(LOCK) -c requirements-dev.lock -o requirements-llama.lock

clean:
	rm -rf $(VENV) build dist .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis .schemathesis
