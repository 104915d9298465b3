package costmodel

import (
	"fmt"
	"math/big"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// GPU is the GPUs that a tariff's time of instances pays for.
type GPU struct {
	Name  string `toml:"name" help:"as in coldcurve list hardware; empty: it has none"`
	Count int64  `toml:"count" default:"1" help:"GPUs that one time of an instance pays for: those of a rented machine"`
	Most  int64  `toml:"most" help:"GPUs of an instance, at most; absent: not bounded"`
}

func (g *GPU) check(n *spec.Node) error {
	if n != nil && (g.Count < 1 || g.Most < 0) {
		return n.Errorf("found count = %d, most = %d, want 1 or more", g.Count, g.Most)
	}
	return nil
}

// CheckGPU returns why the tariff does not fit instances with so many GPUs of a
// name; empty where it does. Without a name instances have none, and any tariff fits.
func (t *Tariff) CheckGPU(name string, count int64) string {
	switch g := &t.GPU; {
	case name == "" || t.Kind == modelKind:
	case g.Name == "":
		return fmt.Sprintf("pays for no GPU, the platform's server runs on %d × %s (a tariff of one's own says gpu = { name = %q })", count, name, name)
	case g.Name != name:
		return fmt.Sprintf("pays for %s, the platform's server runs on %s", g.Name, name)
	case g.Most > 0 && count > g.Most:
		return fmt.Sprintf("has %d GPU at most in an instance, the platform's server runs on %d", g.Most, count)
	}
	return ""
}

// WithGPUs is the usage of instances with so many GPUs: their time counts as often
// as it takes to pay for all of them, on rented machines for all of each.
func (t *Tariff) WithGPUs(u Usage, count int64) Usage {
	if count == 0 || t.GPU.Name == "" {
		return u
	}
	times := big.NewInt((count + t.GPU.Count - 1) / t.GPU.Count)
	out := slices.Clone(u)
	for i, e := range u {
		if strings.HasSuffix(e.Meter, "instance_time") || strings.HasSuffix(e.Meter, "active_time") {
			out[i].Quantity = new(big.Int).Mul(e.Quantity, times)
		}
	}
	return out
}

// String names the GPUs of an instance; empty: it has none.
func (g GPU) String() string {
	switch {
	case g.Name == "":
		return ""
	case g.Most == 1:
		return g.Name + ", one in an instance"
	}
	return fmt.Sprintf("%d × %s", g.Count, g.Name)
}
