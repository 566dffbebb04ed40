# Supplier Commons: `make run` and `make test` work from nothing but Python 3.11+ and make.

PY        := .venv/bin/python
SETUP     := scripts/environment.sh requirements-setup.lock
PYBABEL   := $(PY) -m babel.messages.frontend --quiet
LANGUAGES := sv nb ca es
PARALLEL  := --numprocesses logical --maxprocesses 4 --dist worksteal # each process has servers of its own
CATALOGS  := $(wildcard portal/translations/*/LC_MESSAGES/*.po)

# An environment that no longer starts (moved, or its Python removed) is made anew.
ifneq ($(shell $(PY) -c 'print("ok")' 2>/dev/null),ok)
$(shell rm -f .venv/.run .venv/.dev .venv/.translations)
endif

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test check fix migrate revision bench faults e2e browser shell translations lock clean

help: ## list what can be asked for
	@echo "usage: make TARGET [VARIABLE=value]"; echo
	@sed -n 's/^\([a-z0-9]*\):[^#]*## \(.*\)/\1\t\2/p' $(firstword $(MAKEFILE_LIST)) | while IFS='	' read -r name text; do \
		printf '  %-13s %s\n' "$$name" "$$text"; done

run: .venv/.run .venv/.translations ## start everything on http://127.0.0.1:8000 with demo data (PORT=, DATABASE_URL=, REDIS_URL=)
	@exec $(PY) -m portal.embedded.run

test: .venv/.dev .venv/.translations ## run the tests; some of them: make test T=tests/portal/registry
	@case "$(T)" in ''|tests|tests/|*e2e*) $(PY) -m tests.browser ;; esac
	@exec $(PY) -m pytest $(if $(T),$(T),$(PARALLEL))

check: .venv/.dev ## format, lint, types, import contracts
	@echo "ruff format"; $(PY) -m ruff format --quiet --check . || { echo "Run: make fix"; exit 1; }
	@echo "ruff check"; $(PY) -m ruff check --quiet .
	@echo "mypy"; $(PY) -m mypy --no-error-summary
	@echo "import contracts"; $(PY) -c 'import sys; from importlinter.cli import lint_imports; sys.exit(lint_imports(no_logo=True))'

fix: .venv/.dev ## format and repair what can be repaired
	@$(PY) -m ruff check --quiet --fix-only .
	@$(PY) -m ruff format .

migrate: .venv/.run ## bring the database of `make run` to the current schema (each start does)
	@exec $(PY) -m portal.embedded.run -- db upgrade

revision: .venv/.run ## write a new migration from the models: make revision m="add assay date"
	@if [ -z "$(m)" ]; then echo 'Say what changes: make revision m="add assay date"' >&2; exit 2; fi
	@exec $(PY) -m portal.embedded.run -- db revision "$(m)"

bench: .venv/.dev .venv/.translations ## measure; one benchmark: make bench B=lookup
	@exec $(PY) -m tests.benchmarks $(B)

faults: .venv/.dev .venv/.translations ## fault drills: kill, hang, flush, fill, restart (some minutes); some: make faults F=sync
	@exec $(PY) -m pytest -rA --no-header --capture=tee-sys $(if $(F),tests/faults/test_$(F)*.py,tests/faults) $(T)

e2e: .venv/.dev .venv/.translations browser ## only the tests in a browser
	@exec $(PY) -m pytest tests/e2e $(T)

browser: .venv/.dev
	@exec $(PY) -m tests.browser

shell: .venv/.run ## a Python prompt with the application, on the data of `make run`
	@exec $(PY) -m portal.embedded.run -- shell

translations: .venv/.dev ## collect the texts of the screens, merge them into the catalogues, compile
	@$(PYBABEL) extract --mapping-file pyproject.toml --keyword _l --no-location --sort-output \
		--project "Supplier Commons" --output-file var/messages.pot portal worker
	@for language in $(LANGUAGES); do $(PYBABEL) update --width 110 --init-missing --locale $$language --no-fuzzy-matching \
		--ignore-obsolete --ignore-pot-creation-date --input-file var/messages.pot --output-dir portal/translations || exit 1; done
	@$(PYBABEL) compile --directory portal/translations

lock: .venv/.dev ## resolve the requirements anew and write the locks (UPGRADE=1 takes newer versions)
	@sh scripts/lock.sh $(if $(UPGRADE),--upgrade)

clean: ## remove the environment and all caches; var/ (data, secrets, logs) stays
	@rm -rf .venv .pytest_cache .ruff_cache .mypy_cache .import_linter_cache .hypothesis test-results
	@find portal worker tests migrations -name __pycache__ -type d -prune -exec rm -rf {} +
	@find portal/translations -name '*.mo' -delete
	@echo "Removed. Your data is still in var/."

.venv/.run: $(SETUP) requirements.lock
	@sh scripts/environment.sh run

.venv/.dev: $(SETUP) requirements-dev.lock
	@sh scripts/environment.sh dev

# Compiled catalogues are not committed.
.venv/.translations: $(CATALOGS) | .venv/.run
	@$(if $(CATALOGS),echo "Compiling translations" && $(PYBABEL) compile --directory portal/translations)
	@touch $@
