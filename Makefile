# Everything one does with the shop. `make help` lists it.
# Needs Python 3.11 or newer; whatever else is missing is installed (Debian packages as root or by sudo).

PORT ?= 8000
PYTHON ?= python3
VAR_DIR ?= $(CURDIR)/var
WORKERS ?= auto
COVERAGE ?= var/coverage.json
ENOUGH = $(if $(ARGS),,--fail-under 95)
export VAR_DIR

BIN := .venv/bin
MANAGE := $(BIN)/python manage.py
SCREENSHOTS ?= $(VAR_DIR)/screenshots

# Stamps carry a checksum of what they were made from: unlike times, it survives a fresh clone.
checksum = $(firstword $(shell { cat $(1); echo '$(DATABASE_URL)'; } 2>/dev/null | cksum))
RUN_ENV := .venv/.run-$(call checksum,requirements-build.txt requirements.txt)
DEV_ENV := .venv/.dev-$(call checksum,requirements-build.txt requirements-dev.txt)
MIGRATED := $(VAR_DIR)/.migrated-$(call checksum,requirements.txt */migrations/*.py */*/migrations/*.py)
DEMO := $(VAR_DIR)/.demo-$(call checksum,/dev/null)
WORDS := $(patsubst %.po,%.mo,$(wildcard locale/*/LC_MESSAGES/*.po))

# An environment whose Python has gone or moved on takes its stamps with it, and so does a deleted database.
$(shell $(BIN)/python -c 'import pip' 2>/dev/null || rm -f .venv/.run-* .venv/.dev-*)
ifeq ($(DATABASE_URL)$(wildcard $(VAR_DIR)/db.sqlite3),)
$(shell rm -f $(VAR_DIR)/.migrated-* $(VAR_DIR)/.demo-*)
endif

.NOTPARALLEL:  # prerequisites stand in the order that they need

.PHONY: help
help: ## Show this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1|/' \
	  | while IFS='|' read -r name words; do printf '  make %-14s %s\n' "$$name" "$$words"; done

# --- Running ---------------------------------------------------------------------------------------

.PHONY: run
run: free-port $(RUN_ENV) $(WORDS) $(MIGRATED) $(DEMO) ## Run the shop with demo data on http://127.0.0.1:8000/ (PORT=…)
	@tools/serve $(MANAGE) $(PORT)

.PHONY: free-port
free-port:
	@$(PYTHON) tools/free_port.py "$(PORT)"

.PHONY: data
data: $(RUN_ENV) $(WORDS) $(MIGRATED) $(DEMO) ## Make the database and load the demo data, without serving

.PHONY: fresh
fresh: ## Forget the local database and media (the next run makes them anew)
	rm -rf $(VAR_DIR)/db.sqlite3* $(VAR_DIR)/stripe-double.sqlite3* $(VAR_DIR)/media $(VAR_DIR)/.migrated-* $(VAR_DIR)/.demo-*

$(RUN_ENV):
	@PYTHON="$(PYTHON)" tools/install requirements.txt
	@rm -f .venv/.run-* && touch $@

$(DEV_ENV):
	@PYTHON="$(PYTHON)" tools/install requirements-dev.txt
	@rm -f .venv/.dev-* && touch $@

%.mo: %.po
	@$(BIN)/pybabel --quiet compile --input-file $< --output-file $@ --locale $(notdir $(patsubst %/LC_MESSAGES/,%,$(dir $<)))

$(MIGRATED): | $(RUN_ENV) $(WORDS)
	@mkdir -p $(VAR_DIR)
	@echo "Preparing the database (about a minute the first time)…"
	@$(MANAGE) migrate --verbosity 0
	@$(MANAGE) load_reference --verbosity 0
	@rm -f $(VAR_DIR)/.migrated-* && touch $@

$(DEMO): | $(MIGRATED)
	@PYTHONUNBUFFERED=1 $(MANAGE) load_demo
	@touch $@

# --- Working on it ---------------------------------------------------------------------------------

.PHONY: dev
dev: $(DEV_ENV) $(WORDS) ## Install what tests and checks need
	@if command -v npm >/dev/null; then tools/vietqr/read --install; \
	  else echo "No npm: the tests of VietQR texts are left out"; fi

.PHONY: test
test: dev ## Run the whole suite, browser journeys included (ARGS="-k basket" narrows it)
	@mkdir -p var
	@$(BIN)/python $(if $(COVERAGE),-W ignore:Unable:RuntimeWarning -m slipcover --json --out $(COVERAGE)) \
	  -m pytest -n $(WORKERS) --tracing retain-on-failure --output var/test-results $(ARGS)
	@$(if $(COVERAGE),$(BIN)/python -m slipcover --merge $(COVERAGE) --out $(COVERAGE) --skip-covered $(ENOUGH))

# What one runs all day: units, and one file for each thing that must never break (three minutes on two cores).
FAST := tests/unit $(addprefix tests/integration/test_,pages.py placing.py checkout.py settling.py stock.py \
  ledger.py parcels.py listing_rows.py facets.py certificate.py permissions.py sync.py)

.PHONY: test-fast
test-fast: dev ## Run the units and the heart of the rest: three minutes
	@$(BIN)/python -m pytest -n $(WORKERS) -q $(FAST) $(ARGS)

.PHONY: check
check: dev ## Linters, types, translations, migrations and the deploy check: what CI runs
	@tools/check $(BIN) $(ARGS)

.PHONY: format
format: dev ## Format Python, templates, CSS and JavaScript
	@$(BIN)/ruff check --fix --quiet . ; $(BIN)/ruff format .
	@$(BIN)/djangofmt --quiet templates
	@command -v npm >/dev/null && tools/biome check --write static || echo "No npm: CSS and JavaScript left alone"

.PHONY: template-lines
template-lines: dev ## Say how readable the templates are: long lines, lines per file
	@$(BIN)/python tools/template_lines.py

.PHONY: messages
messages: dev ## Collect the texts to translate and merge locale/*/parts/*.po
	@tools/need gettext
	@$(BIN)/python tools/messages.py

.PHONY: data-model
data-model: dev ## Draw docs/data-model.md anew from the models
	@$(BIN)/python tools/data_model.py

.PHONY: bench
bench: dev ## Measure pages with 1,000 and 20,000 generated products
	@$(MANAGE) measure_scale $(ARGS)

.PHONY: screenshots
screenshots: dev data ## Photograph every page type into var/screenshots
	@CHROMIUM="$$(tools/chromium)" $(BIN)/python tools/screenshots.py --out $(SCREENSHOTS) $(ARGS)

.PHONY: lock
lock: ## Pin requirements*.in with hashes into requirements*.txt
	@command -v uv >/dev/null || test -x $(BIN)/uv || $(MAKE) --no-print-directory dev
	@for name in requirements requirements-dev requirements-sentry requirements-build; do \
	  PATH="$$PATH:$(BIN)" uv pip compile --quiet --generate-hashes --universal --python-version 3.11 \
	    --no-strip-extras --no-emit-index-url --no-emit-find-links --custom-compile-command "make lock" \
	    --output-file $$name.txt $$name.in $(ARGS) >/dev/null || exit 1; done

.PHONY: vendor
vendor: ## Fetch the vendored front-end files anew from npm (versions in tools/vendor)
	@tools/vendor
