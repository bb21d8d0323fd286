# Everything one does with the shop. `make help` lists it.
# Needs Python 3.11 or newer; whatever else is missing is installed (Debian packages as root or by sudo).

PORT ?= 8000
PYTHON ?= python3
VAR_DIR ?= $(CURDIR)/var
WORKERS ?= auto
COVERAGE ?= --cov --cov-report=term:skip-covered $(if $(ARGS),,--cov-fail-under=95)
export VAR_DIR

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
SCREENSHOTS ?= $(VAR_DIR)/screenshots

# Stamps carry a checksum of what they were made from: unlike times, it survives a fresh clone.
checksum = $(firstword $(shell { cat $(1); echo '$(DATABASE_URL)'; } 2>/dev/null | cksum))
RUN_ENV := .venv/.run-$(call checksum,requirements.txt)
DEV_ENV := .venv/.dev-$(call checksum,requirements-dev.txt)
MIGRATED := $(VAR_DIR)/.migrated-$(call checksum,requirements.txt */migrations/*.py */*/migrations/*.py)
DEMO := $(VAR_DIR)/.demo-$(call checksum,/dev/null)
WORDS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

# A deleted database takes its stamps with it.
ifeq ($(DATABASE_URL)$(wildcard $(VAR_DIR)/db.sqlite3),)
$(shell rm -f $(VAR_DIR)/.migrated-* $(VAR_DIR)/.demo-*)
endif

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' \
	  | while IFS='|' read -r name words; do printf '  make %-12s %s\n' "$$name" "$$words"; done

# --- Running ---------------------------------------------------------------------------------------

.PHONY: run
run: $(RUN_ENV) $(WORDS) $(MIGRATED) $(DEMO) ## Run the shop with demo data on http://127.0.0.1:8000/ (PORT=…)
	@echo "Chợ Bắc Ninh: http://127.0.0.1:$(PORT)/  (desk: /admin/)  Stop with Ctrl-C."
	@PYTHONUNBUFFERED=1 BASE_URL=http://127.0.0.1:$(PORT) tools/serve $(MANAGE) $(PORT)

.PHONY: data
data: $(RUN_ENV) $(WORDS) $(MIGRATED) $(DEMO) ## Make the database and load the demo data, without serving

.PHONY: fresh
fresh: ## Forget the local database and media (the next run makes them anew)
	rm -rf $(VAR_DIR)/db.sqlite3* $(VAR_DIR)/stripe-double.sqlite3* $(VAR_DIR)/media $(VAR_DIR)/.migrated-* $(VAR_DIR)/.demo-*

.venv/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed") if sys.version_info < (3, 11) else None'
	@$(PYTHON) -c 'import ensurepip' 2>/dev/null || tools/need python3-venv
	@$(PYTHON) -m venv .venv

$(RUN_ENV): | .venv/bin/python
	@echo "Installing what the shop needs to run…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt
	@rm -f .venv/.run-* && touch $@

$(DEV_ENV): | .venv/bin/python
	@echo "Installing what working on the shop needs…"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.txt
	@rm -f .venv/.dev-* && touch $@

%.mo: %.po | .venv/bin/python
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

$(MIGRATED): | $(RUN_ENV) $(WORDS)
	@mkdir -p $(VAR_DIR)
	@echo "Preparing the database (about a minute the first time)…"
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_reference --verbosity 0
	@rm -f $(VAR_DIR)/.migrated-* && touch $@

$(DEMO): | $(MIGRATED)
	@$(MANAGE) load_demo
	@touch $@

# --- Working on it ---------------------------------------------------------------------------------

.PHONY: dev
dev: $(DEV_ENV) $(WORDS) ## Install what tests and checks need
	@command -v npm >/dev/null && tools/vietqr/read --install || echo "No npm: the tests of VietQR texts are left out"

.PHONY: test
test: dev ## Run the whole suite, browser journeys included (ARGS="-k basket" narrows it)
	@mkdir -p var/coverage
	@CHROMIUM="$$(tools/chromium)" $(BIN)/python -m pytest -n $(WORKERS) $(COVERAGE) \
	  --tracing retain-on-failure --output var/test-results $(ARGS)

.PHONY: check
check: dev ## Linters, types, translations, migrations and the deploy check: what CI runs
	@tools/check $(BIN) $(ARGS)

.PHONY: format
format: dev ## Format Python, CSS and JavaScript
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .
	@command -v npm >/dev/null && tools/biome check --write static || echo "No npm: CSS and JavaScript left alone"

.PHONY: messages
messages: dev ## Collect the texts to translate and merge locale/*/parts/*.po
	@tools/need gettext
	@$(BIN)/python tools/messages.py

.PHONY: bench
bench: dev ## Measure pages with 1,000 and 20,000 generated products
	@$(MANAGE) measure_scale $(ARGS)

.PHONY: screenshots
screenshots: dev data ## Photograph every page type into var/screenshots
	@CHROMIUM="$$(tools/chromium)" $(BIN)/python tools/screenshots.py --out $(SCREENSHOTS) $(ARGS)

.PHONY: lock
lock: ## Pin requirements*.in with hashes into requirements*.txt
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(MAKE) --no-print-directory dev
	@for name in requirements requirements-dev; do \
	  PATH="$$PATH:$(BIN)" uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	    --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	    --output-file $$name.txt $$name.in $(ARGS) >/dev/null; done

.PHONY: vendor
vendor: ## Fetch the vendored front-end files anew from npm (versions in tools/vendor)
	@tools/vendor
