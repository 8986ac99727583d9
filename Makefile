# `make run` starts the clinic, `make test` proves it; both install what they need first.
PYTHON ?= python3
BIN := .venv/bin
TESTS ?= tests
GATES := lint translations migrations imports types templates

export PYTHONUNBUFFERED := 1
.PHONY: run install test fast check $(GATES) fmt demo bench manage messages backup restore python

run: install
	@exec $(BIN)/python -m clinic.embedded.launcher

install: python
	@$(PYTHON) -m clinic.embedded.install run

test: python
	@$(PYTHON) -m clinic.embedded.install test
	@$(BIN)/python -m tests.browser.install
	@$(MAKE) --no-print-directory --jobs 2 --output-sync check
	$(BIN)/pytest -n 2 --dist loadfile $(TESTS)

# Without browsers and without what takes long.
fast:
	$(BIN)/pytest -n 2 --dist loadfile -m "not slow and not browser" $(TESTS)

# The gates that need no server; the others are tests.
check: $(GATES)

lint:
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

translations:
	$(BIN)/python -m clinic.embedded.translations
	$(BIN)/python tools/messages.py --check

# Collect messages for translation: all apps, or APP=patients.
messages:
	$(BIN)/python tools/messages.py $(APP)

migrations:
	$(BIN)/python -W ignore::RuntimeWarning manage.py makemigrations --check --dry-run

imports:
	$(BIN)/lint-imports --no-logo

types:
	$(BIN)/mypy benchmarks clinic core $(wildcard */services.py */services)

templates:
	$(BIN)/djlint templates --lint --quiet

fmt:
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Commands beside a running installation, or with its database started for the time they take.
demo:
	@$(BIN)/python -m clinic.embedded.console demo --scale $(or $(SCALE),S) --seed $(or $(SEED),1)

# Measure: SCALE=S takes three minutes, M and L longer; FRESH=1 builds the dataset anew; COMPARE="old.json new.json".
bench: install
	@$(BIN)/python -m benchmarks $(if $(COMPARE),--compare $(COMPARE),--scale $(or $(SCALE),S) $(if $(FRESH),--fresh))

manage:
	@$(BIN)/python -m clinic.embedded.console $(ARGS)

backup:
	@$(BIN)/python -m clinic.embedded.console backup $(TO) $(ARGS)

restore:
	@$(BIN)/python -m clinic.embedded.console restore $(FROM) $(ARGS)

python:
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("zubr: Python 3.11 or newer is needed, this is " + sys.version.split()[0] + "; name another: make run PYTHON=python3.11")'
