# `make check` is what CI runs and what a developer runs before a commit. Every target does its own set-up.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo setup lock generate check-generated readme contract contract-deep golden seen lint type test test-httpx2 test-oldest mutants docs \
  bench bench-table stress live watch check-changes package check release clean

# Hundreds of tests start Python: without kept bytecode each of them compiles the package anew.
export PYTHONDONTWRITEBYTECODE :=

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/$(if $(filter Windows_NT,$(OS)),Scripts,bin)
READY := $(VENV)/.ready
LOCKED := .ci/requirements.txt
# The demonstration needs the package alone; where a developer's environment is there, it serves.
DEMO_VENV := $(if $(wildcard $(READY)),$(VENV),.demo-venv)
DEMO_BIN := $(DEMO_VENV)$(patsubst $(VENV)%,%,$(BIN))
DEMO_READY := $(DEMO_VENV)/.ready
# Of tools that few runs need: installed by the one target that uses them, at versions that fit those above.
LOCKED_MUTANTS := .ci/mutants.txt
LOCKED_DOCS := .ci/docs.txt
LOCKED_OLDEST := .ci/oldest.txt
OLDEST_VENV := .oldest-venv
OLDEST_BIN := $(OLDEST_VENV)$(patsubst $(VENV)%,%,$(BIN))
# Many tests wait for a clock or another process: more of them at once than there are cores.
AT_ONCE := --numprocesses=4 --dist=worksteal
# The contract tests wait for nothing, and each process reads all specs first.
ONE_PER_CORE := --numprocesses=auto
# Values that `make contract-deep` draws for each case; other runs draw 10.
DRAWS ?= 500
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet

help:  ## list the targets
	@awk -F':.*## ' '/^[a-z-]+:.*## / {printf "  make %-16s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: $(DEMO_READY)  ## make a video through each provider, played by the emulator; no key, no network
	@$(DEMO_BIN)/python tests/emulator/demo.py

.demo-venv/.ready: pyproject.toml
	@echo "installing the package with its command and the emulator into .demo-venv, some 30 small packages ..."
	@$(PYTHON) -m venv .demo-venv
	@$(DEMO_BIN)/python -m pip --disable-pip-version-check --quiet install --editable '.[cli,emulator]'
	@touch $@

setup: $(READY)  ## make .venv with the locked dependencies

$(READY): $(LOCKED) pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo "error: Python 3.11 or newer is needed; name one with PYTHON=..." >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	$(PIP) install --require-hashes --requirement $(LOCKED)
	$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

lock:  ## resolve the dependencies and write the lock file
	$(PYTHON) -m venv $(VENV)
	$(PIP) install uv
	$(BIN)/uv pip compile pyproject.toml --all-extras --group dev --universal --python-version 3.11 --generate-hashes \
	  --upgrade --no-header --no-emit-index-url --no-emit-find-links --output-file $(LOCKED)
	$(BIN)/uv pip compile pyproject.toml --all-extras --resolution lowest-direct --universal --python-version 3.11 --quiet \
	  --output-file $(VENV)/oldest.txt
	$(BIN)/uv pip compile pyproject.toml --all-extras --group test --constraints $(VENV)/oldest.txt --universal --python-version 3.11 \
	  --generate-hashes --no-header --no-emit-index-url --no-emit-find-links --output-file $(LOCKED_OLDEST)
	for group in mutants docs release; do $(BIN)/uv pip compile --group $$group --constraints $(LOCKED) --universal --python-version 3.11 \
	  --generate-hashes --upgrade --no-header --no-emit-index-url --no-emit-find-links --output-file .ci/$$group.txt || exit 1; done

generate: $(READY)  ## write generated/ from openapi/
	@$(BIN)/python openapi/generate.py

check-generated: $(READY)  ## fail where generated/ is not what openapi/ gives, and name what differs
	@$(BIN)/python openapi/generate.py --check

readme: $(READY)  ## write the tables of README.md and the guide anew from openapi/
	@$(BIN)/python openapi/capabilities.py

contract: generate  ## regenerate clients and tables, run the contract suite, print what it held
	-@$(BIN)/python openapi/capabilities.py  # the suite names the place of what keeps a table from being written
	@$(BIN)/python -m pytest tests/contract --quiet $(ONE_PER_CORE)

golden: generate  ## write anew what `make contract` compares with nothing: counts of cases, digests of texts and examples
	@$(BIN)/python tests/contract/golden.py

seen: $(READY)  ## write answers that `vidu contract record` kept into the specs, as examples: FILES="kept/*.json"
	@$(BIN)/python openapi/seen.py $(FILES)

contract-deep: $(READY)  ## many drawn bodies and answers, then schemathesis against the emulator; takes long; SEED=1 repeats a run
	@seed=$${SEED:-$$RANDOM$$RANDOM}; echo "seed $$seed; to repeat: make contract-deep SEED=$$seed"; \
	  $(BIN)/python -m pytest tests/contract --quiet $(ONE_PER_CORE) --override-ini faulthandler_timeout=3600 \
    --draws $(DRAWS) --draw-seed $$seed \
	  && $(BIN)/python tests/emulator/schemathesis_runs.py --seed $$seed \
	  || { echo "failed with seed $$seed; to repeat: make contract-deep SEED=$$seed"; exit 1; }

lint: $(READY)  ## ruff, rules and format
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --check --quiet .

type: $(READY)  ## mypy and pyright, both strict
	@$(BIN)/mypy
	@$(BIN)/pyright

test: $(READY)  ## every test
	@start=$$SECONDS; $(BIN)/python -m pytest --quiet $(AT_ONCE); status=$$?; echo "make test took $$((SECONDS - start)) s"; exit $$status

mutants: $(READY)  ## list small changes of the code that no test notices: MODULE=flows MOST=60 SECONDS=900 SEED=1
	@$(PIP) install --require-hashes --requirement $(LOCKED_MUTANTS)
	@$(BIN)/python tests/mutants.py $(MODULE) $(if $(MOST),--most $(MOST)) $(if $(SECONDS),--seconds $(SECONDS)) $(if $(SEED),--seed $(SEED))

docs: $(READY)  ## build the site of the guide, the reference and the four APIs: .docs/html/index.html
	@$(PIP) install --require-hashes --requirement $(LOCKED_DOCS)
	@PYTHONPATH=tests/guide $(BIN)/python tests/guide/docs_site.py

bench: $(READY)  ## figures, each beside a plain httpx loop; nothing is asserted
	@$(BIN)/python tests/bench/run.py

bench-table: $(READY)  ## the same, written into the guide with the machine and the versions: ONLY="start status decode"
	@$(BIN)/python tests/bench/run.py --write $(ONLY)

test-httpx2: $(READY)  ## the tests that send something, with httpx2 in the place of httpx
	@PYTHONPATH=tests/http $(BIN)/python -m pytest --quiet $(AT_ONCE) -p httpx2_alias tests/http tests/unit/test_http_options.py

test-oldest:  ## the tests of the package with the oldest versions that pyproject.toml allows
	@$(PYTHON) -m venv $(OLDEST_VENV)
	@$(OLDEST_BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps --require-hashes --requirement $(LOCKED_OLDEST)
	@$(OLDEST_BIN)/python -m pip --disable-pip-version-check --quiet install --no-deps --editable .
	@$(OLDEST_BIN)/python -m pytest --quiet $(AT_ONCE) tests/http tests/cli tests/durable tests/emulator

stress: $(READY)  ## forks, interrupts at every line, kills, suspended workers, full disks, orders: nothing lost or paid twice; SECONDS=, ROUNDS=, SEED=, ONLY=
	@PYTHONPATH=tests/http:tests/durable:tests/cli $(BIN)/python tests/stress/stress.py $(if $(SECONDS),--seconds $(SECONDS)) \
	  $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(SEED),--seed $(SEED)) $(ONLY)

live: $(READY)  ## ask the accounts you have keys for what costs nothing, and report drift: vidu contract live
	@$(BIN)/vidu contract live

watch: $(READY)  ## name the documents of the providers that changed since the last run; fails if one cannot be read
	@$(BIN)/python openapi/watch.py

check-changes: $(READY)  ## fail if a spec changed since the last tag and CHANGELOG.md does not say so
	@$(BIN)/python openapi/changes.py

package: $(READY)  ## build sdist and wheel and look inside
	@rm -rf dist && $(BIN)/python -m build --no-isolation --outdir dist . >/dev/null
	@$(BIN)/python tests/package/package_contents.py dist

check: check-generated check-changes lint type test package  ## all of the above that can fail; what CI runs

release: $(READY)  ## prepare a release: version, changelog, the wheel under every Python here, SBOM, audit; VERSION=0.2.0
	@$(BIN)/python tests/package/release.py $(VERSION)

clean:  ## remove what the targets made
	rm -rf $(VENV) dist .demo .demo-venv $(OLDEST_VENV) .docs .mutants .release .mypy_cache .ruff_cache .pytest_cache .hypothesis
