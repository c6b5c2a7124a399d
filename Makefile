# The commands of the house. `make` alone says what there is.
SHELL := /bin/sh
.DEFAULT_GOAL := help
VENV := .venv
BIN := $(VENV)/bin
SETUP := sh deploy/setup.sh
TESTERS ?= 3
SCALE ?= district

.PHONY: help setup setup-dev demo test test-server check fmt words lock bench soak wheelhouse test-install ci clean

help: ## say what there is
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

setup: $(VENV)/.runtime ## get Python packages into .venv (uv if there is one, else pip)

setup-dev: $(VENV)/.dev

$(VENV)/.runtime: requirements.lock pyproject.toml deploy/setup.sh
	@$(SETUP) requirements.lock $@

$(VENV)/.dev: requirements-dev.lock pyproject.toml deploy/setup.sh
	@$(SETUP) requirements-dev.lock $@

$(VENV)/.bench: requirements-bench.lock $(VENV)/.dev
	@$(SETUP) requirements-bench.lock $@ || echo "Without k-means-constrained and OR-tools; their rows are left out." >&2

demo: setup ## set up, invent a district (or SCALE=province), and open it in the browser: no account, no network, no money
	@exec $(BIN)/cop demo --scale $(SCALE)

test: setup-dev ## set up and run every test but the long ones
	$(BIN)/pytest -n $(TESTERS) --dist worksteal

test-server: setup-dev ## run every test on a private PostgreSQL server, Debian's oldest from 15 on
	$(BIN)/python -m tests.on_a_server -n $(TESTERS) $(ONLY)

check: setup-dev ## style, types and the import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fmt: setup-dev ## bring the code into one style
	$(BIN)/ruff check --fix --quiet . || true
	$(BIN)/ruff format .

words: setup-dev ## collect what the pages say into the catalogues of the other languages
	$(BIN)/pybabel -q extract -F pyproject.toml -k N_ -k say --omit-header --add-location=file --no-wrap -o .words.pot cop
	$(BIN)/pybabel -q update -i .words.pot -d cop/web/locale --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	@rm -f .words.pot

lock: ## write both locks anew: hashes, no addresses
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --upgrade --extra pdf pyproject.toml -o requirements.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra pdf --extra fast -c requirements.lock pyproject.toml -o requirements-fast.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group dev --extra pdf --extra fast -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group bench -c requirements-dev.lock -o requirements-bench.lock

bench: setup-dev $(VENV)/.bench ## measure, as ratios of one run; SIZE=156000 larger networks, CASE=formation or timetable one planner, CHECK=1 to be judged
ifeq ($(CASE),formation)
	$(BIN)/python -m tests.benchmarks.formation_table $(if $(SIZE),--sizes $(SIZE)) $(if $(CHECK),--check)
else ifeq ($(CASE),timetable)
	$(BIN)/python -m tests.benchmarks.timetable_table $(if $(SIZE),--rounds $(SIZE)) $(if $(CHECK),--check)
else ifdef CASE
	$(BIN)/python -m tests.benchmarks.run $(CASE)
else ifdef SIZE
	$(BIN)/python -m tests.benchmarks.network --size $(SIZE) $(if $(CHECK),--check)
else
	$(BIN)/python -m tests.benchmarks.run
	$(BIN)/python -m tests.benchmarks.network $(if $(CHECK),--check)
	$(BIN)/python -m tests.benchmarks.formation_table --sizes 300,3000 $(if $(CHECK),--check)
	$(BIN)/python -m tests.benchmarks.timetable_table --repeats 1 --seconds 40 $(if $(CHECK),--check)
endif

soak: setup-dev ## the fault tests, then every scenario of the rig at full size (hours); ONLY=kills SIZE=22000 SEED=1 plays one
ifdef ONLY
	$(BIN)/python -m tests.rig.soak --only $(ONLY) $(if $(SIZE),--size $(SIZE)) $(if $(SEED),--seed $(SEED))
else
	$(BIN)/pytest -m "rig or long" -n 0
	$(BIN)/pytest --hypothesis-profile=wandering -n $(TESTERS) --dist worksteal
	$(BIN)/python -m tests.rig.soak
	$(BIN)/python -m tests.benchmarks.crowd
endif

wheelhouse: ## collect cop and all it needs in dist/wheelhouse, for a machine without internet
	sh deploy/wheelhouse.sh dist/wheelhouse

test-install: setup-dev ## follow deploy/README.md on a bare Debian that is made for it (root, debootstrap, systemd-container)
	$(BIN)/pytest tests/deploy --bare-debian

ci: check test ## what continuous integration runs

clean: ## remove the environment and the demonstration's data
	rm -rf $(VENV) demo-data demo-province
