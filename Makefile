# The commands of README.md. Each sets up .venv first; `make` alone lists them.
# PYTHON=python3.12 chooses the Python, ARGS="..." is passed on: make test ARGS="-k deadline".

PYTHON ?= python3
ARGS ?=
VENV := .venv/bin/python
ifneq ($(origin PYTHON),file)
export WINBACK_PYTHON_ASKED := 1
endif
export PYTHONUNBUFFERED := 1
# Compiled once, and not by each of the many programs that the tests start.
unexport PYTHONDONTWRITEBYTECODE
MAKEFLAGS += --no-print-directory

.DEFAULT_GOAL := help
.PHONY: help run demo test check bench faults hostile film lock fmt lint types imports templates migrations-check messages \
	baseline translations-check deploy-check clean runtime dev tools

help:
	@echo "make run      the product, on this machine, at http://127.0.0.1:8000"
	@echo "make demo     fill it with a year of sample data;  ARGS=--reset: anew;  ARGS=--help: all it can do"
	@echo "make test     the whole suite;  ARGS=\"-k word\" for a part"
	@echo "make check    everything but the tests: format, lint, types, imports, migrations, translations, deployment"
	@echo "make bench    measure against the budgets"
	@echo "make faults   break it while it is used: three storms of 10,000 answers;  ARGS=\"--seeds 4 --answers 1000\""
	@echo "make hostile  the tests with input of people who mean harm, ten times as many;  ARGS=\"-k forms\" for a part"
	@echo "make film     two managers work forty tickets each, by keys and by mouse, counted and filmed"
	@echo "make fmt      format the code;  make messages: collect and compile translations;  make lock: choose versions"
	@echo "make baseline: write anew what an empty database begins with, in place of the migrations so far"
	@echo "make clean    remove what make made, but not var/, where your data is"

run: runtime
	@exec $(VENV) manage.py run $(ARGS)

demo: runtime
	@exec $(VENV) manage.py load_demo $(ARGS)

# The whole in three processes side by side, each with its own servers, one more than cores: some wait for programs that
# they started. A part in one, which begins sooner.
test: dev tools
	@exec $(VENV) -m pytest $(if $(ARGS),$(ARGS),--numprocesses 3 --dist loadfile --no-loadscope-reorder)

check: dev tools
	@exec $(VENV) .ci/check.py

lint types imports templates migrations-check translations-check deploy-check: dev tools
	@exec $(VENV) .ci/check.py $@

bench: dev
	@exec $(VENV) -m tests.bench $(ARGS)

film: dev
	@exec $(VENV) -m tests.film $(ARGS)

hostile: dev
	@HOSTILE_EXAMPLES="$${HOSTILE_EXAMPLES:-10}" exec $(VENV) -m pytest tests/hostile $(ARGS)

fmt: dev
	@$(VENV) -m ruff check --quiet --select I --fix .
	@exec $(VENV) -m ruff format .

messages: dev tools
	@exec $(VENV) .ci/messages.py

faults: dev
	@exec $(VENV) -m tests.faults $(ARGS)

baseline: dev
	@exec $(VENV) .ci/baseline.py

lock: dev
	@exec $(VENV) .ci/lock.py $(ARGS)

clean:
	@rm -rf .venv .cache .hypothesis .pytest_cache .mypy_cache .ruff_cache .import_linter_cache test-results
	@find . -path ./var -prune -o -name __pycache__ -type d -prune -exec rm -rf {} +

# What the above stand on.
runtime dev:
	@command -v "$(PYTHON)" >/dev/null 2>&1 || { \
		echo 'winback: "$(PYTHON)" is not on PATH; Python 3.11 or newer is needed. Name one: make PYTHON=python3.13 ...' >&2; \
		exit 1; }
	@exec "$(PYTHON)" .ci/setup.py $@

tools: dev
	@exec $(VENV) .ci/system_packages.py
