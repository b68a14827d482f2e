# Everything that one does with camove. Each target sets up what it needs; a second call does nothing twice.

HOST ?= 127.0.0.1
PORT ?= 8000
PYTEST_ARGS ?=
FUZZ_SECONDS ?= 240

VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.setup-stamp
CANDIDATES := python3 python3.14 python3.13 python3.12 python3.11
PYTHON ?= $(shell for each in $(CANDIDATES); do \
	$$each -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$each && break; done)
BENCHES = $(filter-out bench/measuring.py bench/filling.py,$(wildcard bench/*.py))
WORDS := README.md CHANGES.md docs core plugins examples tests bench Makefile setup.cfg ruff.toml .ci
INSTANCE_OF_CHECKS := CAMOVE_INSTANCE=$(VENV)/check CAMOVE_DATABASE_URL=

.DEFAULT_GOAL := help
.PHONY: help setup run test test-again check gates-mutants fuzz bench lock states hooks screenshots clean

help:  ## Say what can be made
	@sed -n 's/^\([a-z-]*\):.*## /  make \1|/p' Makefile | awk -F'|' '{printf "%-20s %s\n", $$1, $$2}'

setup: $(READY)  ## Make .venv with what requirements.lock names

$(READY): setup.cfg pyproject.toml requirements.lock
	@test -n "$(PYTHON)" || { echo "camove needs Python 3.11 or newer; none was found on this machine." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "camove needs Python 3.11 or newer; $(PYTHON) is older." >&2; exit 1; }
	@echo "setup 1/3: the environment ($(VENV), $$($(PYTHON) --version))"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "setup 2/3: the libraries, as requirements.lock pins them (a minute or two the first time)"
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --require-hashes -r requirements.lock
	@echo "setup 3/3: camove itself"
	@PIP_DISABLE_PIP_VERSION_CHECK=1 $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation -e .
	@touch $@

run: export CAMOVE_BASE_URL ?= http://$(HOST):$(PORT)
run: setup  ## Serve the site with invented sample data (HOST=127.0.0.1 PORT=8000)
	@echo "run 1/3: the tables"
	@$(BIN)/camove db upgrade
	@echo "run 2/3: the sample data"
	@$(BIN)/camove demo
	@echo "run 3/3: the site; Ctrl+C ends it"
	@$(BIN)/camove serve --host $(HOST) --port $(PORT)

test: setup  ## Run all tests (PYTEST_ARGS=… for some of them)
	@$(BIN)/python -m pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder -rsfE $(PYTEST_ARGS)

test-again: setup  ## Try the few tests that failed once more, one by one
	@$(BIN)/python tests/again.py

check: setup  ## Judge the code: style, types, imports, translations, spelling
	@echo "check 1/6: ruff, rules"
	@$(BIN)/ruff check --quiet .
	@echo "check 2/6: ruff, form"
	@$(BIN)/ruff format --check --quiet .
	@echo "check 3/6: mypy"
	@$(BIN)/mypy --no-error-summary
	@echo "check 4/6: who may import whom"
	@$(BIN)/lint-imports --config setup.cfg
	@echo "check 5/6: translations"
	@$(INSTANCE_OF_CHECKS) $(BIN)/camove translations check
	@echo "check 6/6: spelling"
	@$(BIN)/codespell $(WORDS)

gates-mutants: setup  ## Break the build on purpose, each time in another way: the gates must turn red
	@$(BIN)/python tests/gates/mutants/run.py

fuzz: setup  ## Fuzz the running site as five people with schemathesis (FUZZ_SECONDS for each)
	@test -x $(VENV)/fuzz/bin/python || $(PYTHON) -m venv $(VENV)/fuzz
	@$(VENV)/fuzz/bin/python -m pip install --quiet --disable-pip-version-check "schemathesis>=4.32,<5"
	@PYTHONPATH=tests $(BIN)/python -m fuzz.run $(VENV)/fuzz/bin/schemathesis $(FUZZ_SECONDS)

bench: setup  ## Measure what pages and searches cost
	@for each in $(BENCHES); do echo "bench: $$each"; PYTHONPATH=.:tests $(BIN)/python $$each || exit 1; done

lock: setup  ## Write requirements.lock anew from setup.cfg
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url \
		--no-header --no-annotate --upgrade --extra dev -o requirements.lock setup.cfg

states: setup  ## Draw docs/states.md anew from the code
	@$(BIN)/python docs/make_states.py

hooks: setup  ## Write docs/hooks.md anew from the specifications
	@$(BIN)/python docs/make_hooks.py

screenshots: setup  ## Take the pictures of the README and the guides anew (needs Chromium)
	@$(BIN)/python docs/make_screenshots.py

clean:  ## Remove what was built; instance/ stays
	@rm -rf $(VENV) build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache
