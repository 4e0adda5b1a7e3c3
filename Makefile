# Everything runs in .venv. Running needs a few libraries, testing many: each has its own locked list, and is installed on
# the first call that needs it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY_TO_RUN := $(VENV)/.ready-to-run
READY := $(VENV)/.ready
EXAMPLES := src/fullcourse/examples
PIP := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: run serve test night check mutants mutants-code bench docs screens lock sbom clean

run: $(READY_TO_RUN)
	$(BIN)/fullcourse plan $(EXAMPLES)/synthetic-patient.json --answers $(EXAMPLES)/synthetic-answers.toml \
	  --profile who --start 2026-12-01 --at 2026-11-22
	@echo
	@echo "Look further: make serve opens a made-up clinic, its desk and a patient's phone, at http://127.0.0.1:8080"

serve: $(READY)
	$(BIN)/fullcourse serve --demo

test: $(READY)
	$(BIN)/pytest -n auto

night: $(READY)
	HYPOTHESIS_PROFILE=night $(BIN)/pytest -n auto tests/properties

check: $(READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/fullcourse knowledge check
	$(BIN)/python tools/find_idle_tests.py

# Whether a case notices each small mistake that could be made in the knowledge; SINCE names a commit, for what changed after it.
mutants: $(READY)
	PYTHONPATH=tests $(BIN)/python tools/mutate_knowledge.py $(if $(SINCE),--since $(SINCE))

# Whether the unit tests of packages notice each small mistake in their functions; half an hour for these two.
PACKAGES ?= rules screening
mutants-code: $(READY)
	PYTHONPATH=tests $(BIN)/python tools/mutate_code.py $(PACKAGES)

bench: $(READY)
	$(BIN)/python benchmarks/run.py

# Every screen of a patient's phone, in every state, as pictures for docs/screens/; needs Chromium.
screens: $(READY)
	PYTHONPATH=tests $(BIN)/python tools/make_screens.py

docs: $(READY)
	PYTHONPATH=tests $(BIN)/python tools/make_site.py

lock: $(READY)
	$(BIN)/pip-compile $(LOCKED) --extra dev --output-file requirements.lock pyproject.toml
	$(BIN)/pip-compile $(LOCKED) --extra build --constraint requirements.lock --output-file requirements-run.lock pyproject.toml

sbom: $(READY_TO_RUN)
	$(BIN)/python tools/make_sbom.py fullcourse.cdx.json

LOCKED := --quiet --generate-hashes --allow-unsafe --strip-extras --no-emit-index-url --no-emit-find-links \
  --no-emit-trusted-host --no-header

KERNELS := $(wildcard src/fullcourse/pharmacokinetics/compiled/*.[ch] src/fullcourse/adapters/register/scan/*.c)

$(READY_TO_RUN): requirements-run.lock pyproject.toml hatch_build.py $(KERNELS)
	$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Fullcourse needs Python 3.11 or later")'
	$(PYTHON) -m venv $(VENV)
	$(PIP) --require-hashes -r requirements-run.lock
	$(PIP) --no-deps --no-build-isolation -e .
	touch $(READY_TO_RUN)

$(READY): requirements.lock requirements-alone.lock $(READY_TO_RUN)
	$(PIP) --require-hashes -r requirements.lock
	$(PIP) --require-hashes --no-deps -r requirements-alone.lock
	touch $(READY)

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
