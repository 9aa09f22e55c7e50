# The two commands: `make run` and `make test`. `make help` lists the rest.
.DEFAULT_GOAL := help
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c

PYTHON ?= python3.11
CORES ?= $(shell nproc 2>/dev/null || echo 2)
STUDIES ?=
ARGS ?=

BIN := .venv/bin
LOCK := requirements.lock
READY := .venv/.ready
REPORT := results/report/index.html
# One thread a library call: snakemake runs the jobs side by side. Packages of the user's own stay outside.
export OMP_NUM_THREADS := 1
export OPENBLAS_NUM_THREADS := 1
export PYTHONNOUSERSITE := 1
unexport PYTHONPATH PYTHONHOME

comma := ,
select = $(if $(STUDIES),--config 'studies=$(if $(findstring $(comma),$(STUDIES)),[$(STUDIES)],$(STUDIES))')

.PHONY: help
help:  ## list the targets
	@echo "make run  [STUDIES=a,b | all | bundled] [CORES=8] [ARGS='--dry-run']"
	@echo "make test [ARGS='-k design']"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-18s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: run
run: environment  ## run the workflow and say where the report is
	@$(if $(and $(STUDIES),$(filter --config,$(ARGS))),echo "Snakemake takes one --config: write studies=$(STUDIES) into that of ARGS instead of STUDIES." >&2; exit 2,:)
	@$(BIN)/snakemake --cores $(CORES) $(select) $(ARGS) && status=0 || status=$$?; \
	$(if $(filter -n --dry-run --dryrun,$(ARGS)),,if [ $$status -ne 2 ] && [ -f $(REPORT) ]; then echo "The report is $(REPORT): open it in a browser."; fi;) exit $$status

.PHONY: test
test: environment check  ## every check and test
	@$(BIN)/python -m pytest $(ARGS)

.PHONY: test-slurm
test-slurm: environment  ## the cluster profile, on a Slurm that it starts on this machine (root; Debian: slurm-wlm, munge)
	@$(BIN)/python -m pytest -m slurm -rs $(ARGS)

.PHONY: check
check: environment  ## the linters, the formatters, the types
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .
	@$(BIN)/snakefmt --check Snakefile workflow
	@$(BIN)/mypy

.PHONY: format
format: environment  ## format everything
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format . && $(BIN)/snakefmt Snakefile workflow

.PHONY: benchmark
benchmark: environment  ## measure what the README states: benchmarks/summary.tsv
	@$(BIN)/python tests/benchmark.py

.PHONY: benchmark-resources
benchmark-resources: environment  ## measure what the jobs of each rule take: benchmarks/resources.tsv (half an hour)
	@PYTHONPATH=workflow/scripts $(BIN)/python tests/benchmark_resources.py $(ARGS)

.PHONY: benchmark-scale
benchmark-scale: environment  ## measure collections of many studies: benchmarks/scale.tsv [ARGS='--studies 48 | --dry-runs-only']
	@PYTHONPATH=workflow/scripts $(BIN)/python tests/benchmark_scale.py $(ARGS)

.PHONY: benchmark-ligands
benchmark-ligands: environment  ## measure the pairing of ligands: ARGS='30 150 600 --genes 20000'
	@PYTHONPATH=workflow/scripts $(BIN)/python tests/benchmark_ligands.py $(ARGS)

.PHONY: calibration
calibration: environment  ## how often the tests reject true nulls: the tables of docs/methods.md (hours)
	@for script in calibration calibration_mixed calibration_relative calibration_scores calibration_models calibration_detection calibration_claims calibration_pooling diagnostic_alarms; do \
	  PYTHONPATH=workflow/scripts $(BIN)/python tests/$$script.py || exit; done

.PHONY: golden
golden: environment  ## make the golden tables anew (needs R with limma, edgeR and statmod)
	@$(BIN)/python tests/golden/make_golden.py

.PHONY: environment
environment: $(READY)  ## make .venv from the lock, if it is not there

$(READY): $(LOCK)
	@command -v $(PYTHON) >/dev/null || { echo "Python 3.11 is needed and '$(PYTHON)' was not found: install it, or name it with PYTHON=/path/to/python3.11." >&2; exit 1; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' || { echo "Python 3.11 is needed and '$(PYTHON)' is $$($(PYTHON) --version 2>&1): name another with PYTHON=/path/to/python3.11." >&2; exit 1; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { echo "'$(PYTHON)' has no venv module: install it (Debian: apt install python3.11-venv)." >&2; exit 1; }
	@rm -rf .venv && $(PYTHON) -m venv .venv
	@if command -v uv >/dev/null; then uv pip install --quiet --python $(BIN)/python --require-hashes -r $(LOCK); \
	else echo "Installing the environment: about two minutes, once."; $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(LOCK); fi
	@touch $@

# What a user gives is text: never expanded again by make ($(value)), never part of a command (the environment).
export DRAFT_ACC := $(value ACC)
export DRAFT_PLATFORM := $(value PLATFORM)
export DRAFT_FILE := $(value FILE)
unexport ACC PLATFORM FILE

.PHONY: draft
draft: environment  ## write config/drafts/gse12345.yaml to review: ACC=GSE12345 [PLATFORM=GPL570] [FILE=path of a local file]
	@ACC="$$DRAFT_ACC" PLATFORM="$$DRAFT_PLATFORM" FILE="$$DRAFT_FILE" PYTHONPATH=workflow/scripts $(BIN)/python -m secretome.drafts.draft

.PHONY: lock
lock: environment  ## write the hashes of what was downloaded to config/data.lock.tsv, which later downloads must match
	@PYTHONPATH=workflow/scripts $(BIN)/python -m secretome.downloads.lock

.PHONY: lock-environment
lock-environment:  ## pin requirements.in again, keeping the pins that still serve (needs uv)
	@uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header requirements.in -o $(LOCK) --python-version 3.11

.PHONY: clean
clean:  ## remove results and logs, keep downloads and the environment
	@rm -rf results logs benchmarks
