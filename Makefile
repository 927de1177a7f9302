# Lucid's commands. `make` alone lists them. Each does the set-up it needs, once.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help run test lint bench screenshots chaos setup setup-geth network contracts contracts-report lock clean

setup := image-build/setup
python := .venv/bin/python

help: ## list these commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## set up what is missing and open the kiosk (ARGS="..." go to `lucid kiosk`)
	@$(setup)/setup run
	@exec $(setup)/open-kiosk $(ARGS)

test: ## set up what is missing and run everything CI runs (ARGS="..." go to pytest)
	@$(setup)/setup test
	@exec $(setup)/run-checks $(ARGS)

lint: ## run the linters and the type checker only
	@$(setup)/setup test
	@exec $(setup)/run-linters

bench: ## measure speed and memory against other programs; a table, and JSON in bench-results/
	@$(setup)/setup bench
	@exec $(python) -m tests.performance $(ARGS)

screenshots: ## picture every screen and the web page into docs/screenshots/
	@$(setup)/setup test
	@$(python) -m lucid_gui.screenshots docs/screenshots
	@exec $(python) -m tests.web.pictures docs/screenshots

chaos: ## kill the recorder 500 times at random moments and check that nothing is lost
	@$(setup)/setup test
	@exec $(python) -m pytest -m chaos --timeout=0 $(ARGS)

setup: ## only set up what `make run` needs
	@$(setup)/setup run

setup-geth: ## build go-ethereum into .cache, for the tests of the chain; it takes Go
	@$(setup)/setup geth

network: ## run geth, or ethereumjs, as a chain of your own to try things on (ARGS="--account 0x... --port 8545")
	@$(setup)/setup test
	@exec $(python) -m tests.fakes.own_network $(ARGS)

contracts: ## compile the contracts and bring what core loads of them up to date
	@$(setup)/setup test
	@exec contracts/build

contracts-report: ## gather what is missing of the evidence for the contracts, docs/contracts/report.md; takes long (ARGS="coverage")
	@$(setup)/setup test
	@exec contracts/report $(or $(ARGS),--missing)

lock: ## write the locks (requirements*.lock) anew from pyproject.toml
	@exec $(setup)/update-locks

clean: ## delete what set-up and checks made here (.venv, caches), and nothing else
	rm -rf .venv .cache .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache \
	  build *.egg-info contracts/node_modules contracts/out contracts/cache contracts/.cache
	find core lucid_gui tests image-build -name __pycache__ -type d -prune -exec rm -rf {} +
