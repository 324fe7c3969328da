# The commands of the project; `make help` lists them. They need GNU make, a POSIX shell and Python 3.11 or newer.

SHELL     := /bin/sh
PYTHON_IN := .venv/bin/python
JOBS      ?= 2
ARGS      ?=

# exec, so that a signal for make reaches the runner and not a shell in between.
SERVICES  := exec $(PYTHON_IN) scripts/with_services.py
PYTEST    := $(PYTHON_IN) -m pytest tests
PARALLEL  := -n $(JOBS) --dist loadscope

.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test test-lite check lint older-whoosh soak bench format translations lock install install-dev

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo 'For make run: PORT=8000 HOST=127.0.0.1 DATA_DIR=instance/ DEMO=0 ADMIN_EMAIL= ADMIN_PASSWORD='
	@echo 'For make test, check: JOBS=2.  For make test-lite, soak, bench: ARGS="…" is passed on; soak reads SOAK_SIZE= and SEED='

run: install ## everything from nothing, then the server on http://127.0.0.1:8000
	@exec .venv/bin/flask --app wsgi up

test: install-dev ## the tests a developer runs all day: SQLite, PostgreSQL, headless Chromium
	$(SERVICES) --chromium --postgres -- $(PYTEST) $(PARALLEL) -m "not soak and not full and not full_browser"
	$(SERVICES) --postgres TEST_DATABASE=postgresql -- $(PYTEST) $(PARALLEL) -m "postgres and not soak and not full"

test-lite: install-dev ## the tests that need neither Chromium nor PostgreSQL
	$(SERVICES) -- $(PYTEST) $(PARALLEL) -m "not soak and not full and not browser and not postgres and not full_browser" $(ARGS)
	@echo 'Left out: tests in headless Chromium, tests marked for PostgreSQL, the long ones (make soak). make test runs the first two.'

check: lint ## what CI runs: lint, types, import contracts, and every test but the long ones
	@exec $(MAKE) --no-print-directory test
	$(SERVICES) --chromium --postgres --none-will-do -- $(PYTEST) $(PARALLEL) -m "(full or full_browser) and not soak"
	$(SERVICES) --postgres TEST_DATABASE=postgresql -- $(PYTEST) $(PARALLEL) -m "not soak and not browser and not full_browser"

lint: install-dev ## lint, types, import contracts
	$(PYTHON_IN) -m ruff check .
	$(PYTHON_IN) -m ruff format --check .
	$(PYTHON_IN) -m mypy
	.venv/bin/lint-imports

older-whoosh: install-dev ## the tests of the search on the release that Whoosh-Reloaded continues
	@sh scripts/older_whoosh.sh

soak: install-dev ## the long tests: kills, big counts, fuzzing, properties over new examples
	$(SERVICES) --chromium --postgres NEW_EXAMPLES=1 -- $(PYTEST) -m "soak or full" $(ARGS)

bench: install-dev ## benchmarks, as ratios to baselines in the same run
	$(SERVICES) -- $(PYTHON_IN) -m bench $(ARGS)

format: install-dev ## puts the code into the shape that make lint asks for
	$(PYTHON_IN) -m ruff check --fix .
	$(PYTHON_IN) -m ruff format .

translations: install-dev ## finds what is said in code and pages, brings association/translations/en.po up to date
	$(PYTHON_IN) scripts/translations.py $(ARGS)

lock: ## works out requirements*.lock anew from pyproject.toml; ARGS=--upgrade takes newer releases
	@sh scripts/lock.sh $(ARGS)

install:
	@sh scripts/venv.sh requirements.lock

install-dev:
	@sh scripts/venv.sh requirements.lock requirements-dev.lock
