# Every target sets up what it needs. `make help` lists them.
SHELL := /bin/bash
BIN := .venv/bin
# Tests run side by side; a file's tests stay together, so that they share its services.
WORKERS ?= 2

.PHONY: help run test demo soak lint lock screens bench clean environment packages-for-run packages-for-test

help:  ## this list
	@grep -E '^[a-z]+:.*##' Makefile | sed -E 's/^([a-z]+):.*## */make \1|/' | column -t -s '|'

run: environment packages-for-run  ## set-up, sample data, the server, and the scanner on it
	@setup/run-demo-site

test: environment packages-for-test lint  ## set-up and the whole suite
	@$(BIN)/pytest -q -n $(WORKERS) --dist loadfile

demo: environment  ## issue a pass, alter a copy, and judge both: no database, browser or display
	@setup/demo

soak: environment packages-for-test  ## the tests that take long, and the server's pages on PostgreSQL
	@CHECKPOINT_TESTS_ON=postgresql $(BIN)/pytest -q -n $(WORKERS) --dist loadfile tests/verifier_server
	@$(BIN)/pytest -q -m soak --timeout 7200 || { [ $$? = 5 ] && echo "soak: no test is marked soak"; }

lint: environment  ## ruff, the import contracts, and mypy on the core and keys
	@$(BIN)/ruff check --quiet --output-format concise .
	@$(BIN)/lint-imports --no-cache >/dev/null || { $(BIN)/lint-imports --no-cache; exit 1; }
	@$(BIN)/mypy --no-error-summary
	@echo "lint: ruff, import contracts and mypy are content"

screens: environment packages-for-test  ## docs/screens/ anew, from the running programs
	@$(BIN)/python -m tools.screens

bench: environment packages-for-test  ## every benchmark, one after the other
	@set -e; for part in codec images decode scan trust server; do echo "== bench/$$part.py"; $(BIN)/python -m bench.$$part; done

lock:  ## locks/ anew from setup.cfg: the newest releases that fit
	@setup/lock

clean:  ## remove the environment and what was made; instance/ (keys, databases) stays
	@rm -rf .venv build *.egg-info .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache mutants

environment:
	@setup/environment

packages-for-run:
	@setup/system-packages run

packages-for-test:
	@setup/system-packages test
