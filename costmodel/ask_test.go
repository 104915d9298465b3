package costmodel

import (
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestAskedPrices: of every shipped tariff that lacks a price, what the error
// says is a file that gives it: with a number in the place of each ?, it loads,
// and the usage that was refused has a bill.
func TestAskedPrices(t *testing.T) {
	asked := 0
	for _, x := range shippedCatalog(t).Tariffs() {
		if x.Rule == "supplied" {
			continue
		}
		err := x.Able(sim.Platform{})
		if err == nil || !strings.Contains(err.Error(), "not verified") {
			continue
		}
		asked++
		_, text, ok := strings.Cut(err.Error(), " in place of each ?: ")
		if !ok {
			t.Fatalf("%s: no file in %v", x.Name, err)
		}
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, "prices.toml"), []byte(strings.ReplaceAll(text, `"?"`, `"3"`)), 0o600); err != nil {
			t.Fatal(err)
		}
		c, err := Load(dir)
		if err != nil {
			t.Fatalf("%s: %v of %s", x.Name, err, text)
		}
		own, err := c.Tariff(x.Name)
		if err != nil {
			t.Fatal(err)
		}
		if err := own.Able(sim.Platform{}); err != nil {
			t.Errorf("%s: %v", x.Name, err)
		}
		var u Usage
		for _, m := range x.rule.meters() {
			u = append(u, Entry{m.name, m.unit, big.NewInt(0)})
		}
		i := u.index("instance_time")
		if i < 0 || slices.Contains(x.NotBilled, "instance_time") {
			continue
		}
		u[i].Quantity = big.NewInt(int64(sim.Hour))
		if _, err := x.Bill(u, SpanRun, 0); err == nil || !strings.Contains(err.Error(), text) {
			t.Errorf("%s: a bill says %v", x.Name, err)
		}
		if b, err := own.Bill(u, SpanRun, 0); err != nil || b.Total.IsZero() {
			t.Errorf("%s: got %v, %v", x.Name, b, err)
		}
	}
	if asked < 20 {
		t.Errorf("%d tariffs ask for a price; there are more", asked)
	}
}
