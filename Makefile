# Targets for developers. Users need only Go: see README.md.
.DEFAULT_GOAL := help
PROFILE := $(CURDIR)/cmd/coldcurve/default.pgo
# What mutate changes, the files of it that draw (docs/testing.md says why not
# those), and what makes property tests the same each time and quick to fail.
MUTATED := ./sim ./sim/servers ./costmodel ./policies ./results ./results/stat
DRAWING := ^(plot_(cdf|compare|cost|front|instances|load|loadlines|scatter|trace|waste)|plotstyle|figure|pdf|key)\.go$$
PROPERTIES := -rapid.seed=1 -rapid.nofailfile -rapid.shrinktime=1ms -rapid.checks=400
# The table that the shipped models are from, and the day on which it was read.
PRICES ?= $(COLDCURVE_DATA)/prices/genai-prices-0.2.3.json.gz
SOURCE ?= pydantic/genai-prices 0.2.3 (MIT)
AS_OF ?= 2026-11-25
STATICCHECK := honnef.co/go/tools/cmd/staticcheck@v0.8.2
GOVULNCHECK := golang.org/x/vuln/cmd/govulncheck@v1.9.0
# For how long make soak goes on, a package.
SOAK := 10m
# How often make properties draws.
CHECKS := 1000

help: ## print the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

build: ## build the command into the working folder
	go build ./cmd/coldcurve

test: ## run the tests; COLDCURVE_DATA names the folder of real traces
	go test ./...

race: ## run the parallel parts under the race detector
	go test -race -short ./sim ./workloads
	go test -race -run 'Determinism|Resume|InvariantLazy' ./experiments

bench: ## measure the replay, with the profile that the command is built with
	go test -pgo=$(PROFILE) -run '^$$' -bench Replay -benchtime 5x ./experiments ./sim/servers

bench-all: ## run every benchmark
	go test -pgo=$(PROFILE) -run '^$$' -bench . ./...

profile: ## renew the profile that guides the compiler
	go test -run '^$$' -bench Replay -benchtime 4x -cpuprofile cpu.prof -o bench.test ./experiments
	go tool pprof -proto cpu.prof > $(PROFILE)
	rm -f cpu.prof bench.test

prices: ## regenerate the shipped models from a table, PRICES, read on the day AS_OF
	go run ./cmd/coldcurve tariff import $(PRICES) --select costmodel/shipped-models.toml --source "$(SOURCE)" --as-of $(AS_OF) -o costmodel/catalog/models

hardware: ## regenerate the measured step times from COLDCURVE_DATA, and the accuracy table
	go run ./workloads/hardware/tabulate
	go test ./workloads/hardware -run Accuracy -update

properties: ## draw other input for the property tests than CI does, CHECKS=1000 times each
	RAPID_CHECKS=$(CHECKS) go test -count=1 -timeout 3h $$(git grep -l pgregory.net/rapid -- "*_test.go" | xargs -n1 dirname | sort -u | sed "s,^,./,")

fuzz: ## run each fuzz target for 20 seconds
	@for p in $$(go list ./...); do for f in $$(go test -list '^Fuzz' $$p | grep '^Fuzz'); do \
		echo "$$p $$f"; go test -run '^$$' -fuzz "^$$f$$" -fuzztime 20s -fuzzminimizetime 10x $$p || exit 1; done; done

soak: ## random experiments, kills, damaged folders and hostile input for SOAK=10m
	COLDCURVE_SOAK=$(SOAK) go test -run '^TestSoak' -count=1 -v -timeout 2h ./...

mutate: ## change the code on purpose, and fail where the tests notice less than 85 %
	go run ./internal/mutate -min 85 -skip '$(DRAWING)' -args '$(PROPERTIES)' $(MUTATED)

lint: ## format, vet, staticcheck, known vulnerabilities, tidiness of go.mod
	! GOARCH=arm64 go build -gcflags=-S ./policies ./sim 2>&1 | grep -E "\bFN?M(ADD|SUB)D" # what decides must not be rounded otherwise there
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { gofmt -l $$(git ls-files '*.go'); exit 1; }
	go vet ./...
	go run $(STATICCHECK) ./...
	.ci/vulnerabilities $(GOVULNCHECK)
	go mod tidy -diff

ci: ## what CI runs
	.ci/run

.PHONY: help build test race prices hardware bench bench-all profile fuzz properties soak mutate lint ci
