package costmodel

import (
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

const ownMachine = `
[[tariff]]
name       = "own-a100"
kind       = "gpu"
title      = "a machine of one's own"
gpu        = { name = "a100" }
provider   = "us"
region     = "ours"
currency   = "EUR"
grade      = "A"
source     = "our books"
as_of      = "2026-11-01"
invariant  = "each machine: life = billed"
rule       = { name = "lifetime", quantum = "1ns", from = "node", memory = { ignored = true } }
not_billed = ["requests", "instance_cpu", "instance_memory"]
price      = [
  { name = "depreciation", meters = ["instance_time"], unit = "h", price = "0.50" },
  { name = "power", meters = ["energy"], unit = "kWh", price = "0.12" },
]
`

func loadText(t *testing.T, text string) (*Catalog, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "own.toml"), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return Load(dir)
}

// 2 h of a machine at 0.50 and 1.5 kWh at 0.12 are 1.00 + 0.18.
func TestEnergyIsALine(t *testing.T) {
	c, err := loadText(t, ownMachine)
	if err != nil {
		t.Fatal(err)
	}
	own, err := c.Tariff("own-a100")
	if err != nil {
		t.Fatal(err)
	}
	usage := Usage{}.With("instance_time", "ns", int64(2*sim.Hour))
	bill, err := own.Bill(own.WithEnergy(usage, big.NewInt(5_400_000)), SpanRun, sim.Hour)
	if err != nil {
		t.Fatal(err)
	}
	if got := bill.Total.Text('f'); Float(&bill.Total) != 1.18 || len(bill.Lines) != 2 || bill.Lines[1].Name != "power" {
		t.Errorf("%s in %d lines, want 1.18 in 2", got, len(bill.Lines))
	}
	modal, err := c.Tariff("modal-t4")
	if err != nil {
		t.Fatal(err)
	}
	if got := modal.WithEnergy(usage, big.NewInt(7)); len(got) != 1 || modal.PricesEnergy() {
		t.Errorf("a tariff without a price for energy is given it: %v", got)
	}
	if got := own.WithEnergy(usage, nil); len(got) != 1 {
		t.Errorf("energy that is not known is used: %v", got)
	}
}

// What a price of energy cannot be.
func TestEnergyRefused(t *testing.T) {
	for _, c := range []struct{ from, to, want string }{
		{`unit = "kWh"`, `unit = "h"`, `unit "h" measures time, meter "energy" counts energy`},
		{`meters = ["energy"]`, `meters = ["energy"], supplied = true`, `meter "energy" is counted where a platform's server tells of it, found supplied = true`},
		{`meters = ["instance_time"], unit = "h"`, `meters = ["instance_time"], unit = "kWh"`, `unit "kWh" measures energy, meter "instance_time" counts time`},
	} {
		_, err := loadText(t, strings.Replace(ownMachine, c.from, c.to, 1))
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v, want %q", c.to, err, c.want)
		}
	}
}
