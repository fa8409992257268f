# Everything Clef needs is installed into .venv by the first target that needs it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check --editable

.DEFAULT_GOAL := help
.PHONY: help serve test check fmt bench screenshots clean

help: ## list the targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

$(VENV)/.python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "Clef needs Python 3.11 or later; name one with: make PYTHON=python3.12"; exit 1; }
	@$(PYTHON) -m venv $(VENV)
	@touch $@

# The build fetches the scripts that others wrote, for the query editor and the drawings.
BUILT := pyproject.toml server/assets/build.py server/assets/package-lock.json

$(VENV)/.run: $(BUILT) $(VENV)/.python
	@echo "installing Clef into $(VENV) ..."
	@$(INSTALL) .
	@touch $@

$(VENV)/.dev: $(BUILT) $(VENV)/.python
	@echo "installing Clef and the tools that test it into $(VENV) ..."
	@$(INSTALL) '.[dev]'
	@touch $@ $(VENV)/.run

$(VENV)/.bench: pyproject.toml $(VENV)/.dev
	@echo "installing the peers to measure against into $(VENV) ..."
	@$(INSTALL) '.[dev,bench]'
	@touch $@

serve: $(VENV)/.run ## serve the dossier at http://127.0.0.1:8000/ (PORT=... for another port)
	@$(BIN)/clef serve $(if $(PORT),--port $(PORT))

# The clients in JavaScript where there is npm, and what drives a browser where there is one; their
# tests say so where there is none.
LOCKS := tests/clients/package-lock.json tests/browser/package-lock.json
$(VENV)/.clients: $(LOCKS) $(VENV)/.dev
	@if command -v npm >/dev/null; then for lock in $(LOCKS); do \
	  npm ci --silent --no-audit --no-fund --ignore-scripts --prefix $${lock%/*} || exit 1; done; fi
	@if command -v chromium >/dev/null; then $(INSTALL) '.[dev,browser]'; fi
	@touch $@

# Tests that measure time, as those that run servers, run one after another, with nothing beside.
ALONE := tests/server tests/clients tests/browser tests/test_sparql.py

test: $(VENV)/.dev $(VENV)/.clients ## run all tests
	@$(BIN)/python -m pytest --quiet --numprocesses 2 --dist loadfile $(ALONE:%=--ignore=%)
	@$(BIN)/python -m pytest --quiet $(ALONE)

check: $(VENV)/.dev ## lint, types, the law of imports, and the dossier itself
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-logo
	@$(BIN)/clef validate

fmt: $(VENV)/.dev ## format the code
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: $(VENV)/.bench ## measure; each figure beside a peer in the same run (SIZES=... for the reasoner)
	@$(BIN)/python -m benchmarks.build
	@$(BIN)/python -m benchmarks.reason $(SIZES)
	@$(BIN)/python -m benchmarks.pages
	@$(BIN)/python -m benchmarks.http

screenshots: $(VENV)/.clients ## make the pictures of the README, from a server that runs at PORT
	@$(BIN)/python docs/screenshots.py http://127.0.0.1:$(or $(PORT),8000)

clean: ## remove what was built and installed
	@rm -rf $(VENV) build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis *.egg-info
