# make demo   crawl the demo web on loopback with all three spiders
# make check  in under a minute: format, types, layers, site files, tests without sockets and processes
# make test   everything that must hold: format, types, layers, all tests
# make search what `make test` tries on the same examples each time, on thousands drawn at random: some hours
# make messages  bring crawler/locale/zh.po up to the texts of the code; what is new there has no translation yet
# make bench  a crawl beside stock Scrapy and wget, in a few minutes; needs nginx and wget (apt-get install -y nginx wget)
# make lock   renew requirements.lock (after a change of the dependencies in pyproject.toml)

PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
READY := $(VENV)/.ready
BIN := $(VENV)/bin

.PHONY: demo check test search bench native lint lock messages clean

demo: native
	@$(BIN)/python -m tests.site.demo

check: lint
	@$(BIN)/python -m pytest -n 2 -m "not slow"

# Three for two processors: many tests wait for a delay, a lease or a server that does not answer.
test: native lint
	@$(BIN)/python -m pytest -n 3

search: native
	@$(BIN)/python -m pytest -n 2 -m hypothesis --hypothesis-profile=search

bench: native
	@$(BIN)/python -m bench.crawl --pages 1000 --rounds 3

# The core as machine code, where there is a C compiler.
native: $(READY)
	@$(BIN)/python -m crawler.native

lint: $(READY)
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports --no-cache >$(VENV)/layers.txt || (cat $(VENV)/layers.txt; false)

# The environment is made once and again only when the lock changes.
$(READY): requirements.lock
	@echo "making $(VENV) with $(PYTHON) (once)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || (echo "Python 3.11 or newer is needed: make PYTHON=/path/to/python3.11"; false)
	@$(PYTHON) -m venv --clear $(VENV) 2>/dev/null || ( \
	  echo "$(PYTHON) cannot make environments; trying the Debian package python3-venv"; \
	  apt-get update -qq && apt-get install -y -qq python3-venv && $(PYTHON) -m venv --clear $(VENV) )
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-warn-script-location --require-hashes -r requirements.lock
	@touch $(READY)

# uv writes every version with its hashes and no index address.
lock:
	@$(BIN)/python -m pip install --quiet uv
	@$(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate \
	  --no-header --extra test -o requirements.lock pyproject.toml

messages: $(READY)
	@$(BIN)/pybabel -q extract -F pyproject.toml -k message -k counted:1,2 --no-location -o $(VENV)/messages.pot crawler pipelines
	@$(BIN)/pybabel -q update -i $(VENV)/messages.pot -o crawler/locale/zh.po -l zh_CN --no-fuzzy-matching \
	  --ignore-obsolete --ignore-pot-creation-date --no-wrap

clean:
	rm -rf $(VENV) crawler/native/builds .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
