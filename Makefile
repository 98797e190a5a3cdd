# Each target sets up what it needs first, then does its job.
# Tools are called as modules: scripts in .venv/bin do not start from a folder with blanks in its name.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PY := .venv/bin/python
PIP := $(PY) -m pip --disable-pip-version-check
# Start-up times only mean something with compiled bytecode, and tests start many processes.
COMPILED := env -u PYTHONDONTWRITEBYTECODE
OFFSCREEN := QT_QPA_PLATFORM=offscreen
ARGS ?=

.PHONY: help run test lint bench screens soak lock words clean system tools

help:
	@echo "make run      open FreeCRM"
	@echo "make test     all tests (ARGS=tests/core for some)"
	@echo "make lint     style, types, layers, translations"
	@echo "make bench    measures, printed as a table"
	@echo "make screens  pictures of every page into build/screens/"
	@echo "make soak     the long tests"
	@echo "make words    bring the translations up to the code"
	@echo "make lock     pin the requirements anew (UPGRADE=--upgrade for newer releases)"
	@echo "make clean    remove everything that was made here"

system:
	@installer/setup.sh

$(PY): | system
	"$$(installer/setup.sh --python)" -m venv .venv

.venv/.run: requirements.lock | $(PY)
	$(PIP) install --quiet --require-hashes -r requirements.lock
	@touch $@

.venv/.dev: requirements-dev.lock | $(PY)
	$(PIP) install --quiet --require-hashes -r requirements-dev.lock
	@touch $@

run: system .venv/.run
	$(COMPILED) $(PY) -m freecrm $(ARGS)

tools: | system
	@installer/setup.sh --tests

test: tools .venv/.dev
	$(COMPILED) $(OFFSCREEN) $(PY) -m pytest -n 2 --dist worksteal $(ARGS)

soak: tools .venv/.dev
	$(COMPILED) $(OFFSCREEN) $(PY) -m pytest -m soak $(ARGS)

lint: .venv/.dev
	$(PY) -m ruff check
	$(PY) -m ruff format --check
	$(PY) -m mypy
	$(PY) -c "from importlinter.cli import lint_imports_command; lint_imports_command()" --no-logo
	$(PY) resources/make/words.py check

bench: system .venv/.dev
	$(COMPILED) $(OFFSCREEN) $(PY) -m tests.bench $(ARGS)

screens: system .venv/.dev
	$(OFFSCREEN) $(PY) -m tests.screens $(ARGS)

words: .venv/.dev
	$(PY) resources/make/words.py update
	$(PY) resources/make/words.py compile
	$(PY) resources/make/words.py check

build/uv/bin/python: | $(PY)
	$(PY) -m venv build/uv
	build/uv/bin/python -m pip --disable-pip-version-check install --quiet uv

LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" build/uv/bin/python -m uv pip compile --quiet pyproject.toml \
	--universal --python-version 3.11 --generate-hashes --no-emit-index-url $(UPGRADE)

lock: build/uv/bin/python
	$(LOCK) -o requirements.lock
	$(LOCK) --extra dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find freecrm tests resources -name __pycache__ -type d -prune -exec rm -rf {} +
