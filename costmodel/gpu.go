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
	Name   string `toml:"name" help:"as in coldcurve list hardware; empty: it has none"`
	Count  int64  `toml:"count" default:"1" help:"GPUs that one time of an instance pays for: those of a rented machine"`
	Most   int64  `toml:"most" help:"GPUs of an instance, at most; absent: not bounded"`
	Shares int64  `toml:"shares" help:"equal parts of what one time pays for that an instance may have alone, and pays for alone, others having the rest: 2 for halves of a GPU, or of a machine; absent: whole ones only"`
}

// GPUs are those of an instance: Count whole ones, or of one GPU a fraction.
type GPUs struct {
	Name     string // as a tariff has it; empty: none
	Count    int64
	Fraction Fraction // 1 unless Count is 1; zero: 1
}

// String writes them as "2 × h100", "1/8 of l4".
func (g GPUs) String() string {
	if g.Fraction.Whole() {
		return fmt.Sprintf("%d × %s", g.Count, g.Name)
	}
	return fmt.Sprintf("%s of %s", g.Fraction, g.Name)
}

// of is how many GPUs, as a fraction.
func (g GPUs) of() *big.Rat {
	r := new(big.Rat).SetInt64(g.Count)
	if !g.Fraction.Whole() {
		r.Mul(r, &g.Fraction.rat)
	}
	return r
}

// Number is how many GPUs they are, parts of one too; 0 of none.
func (g GPUs) Number() float64 {
	if g.Name == "" {
		return 0
	}
	n, _ := g.of().Float64()
	return n
}

// In returns how many instances with them so many GPUs are enough for.
func (g GPUs) In(gpus int64) int64 {
	n := new(big.Rat).SetInt64(gpus)
	n.Quo(n, g.of())
	return new(big.Int).Quo(n.Num(), n.Denom()).Int64()
}

func (g *GPU) check(n *spec.Node) error {
	switch {
	case n == nil:
	case g.Count < 1 || g.Most < 0:
		return n.Errorf("found count = %d, most = %d, want 1 or more", g.Count, g.Most)
	case n.Get("shares") != nil && (g.Shares < 2 || g.Shares > maxShares):
		return n.Get("shares").Errorf("found %d, want 2 to %d parts, or no key", g.Shares, maxShares)
	}
	return nil
}

// CheckGPU returns why the tariff does not fit instances with such GPUs; empty
// where it does. Without a name instances have none, and any tariff fits.
func (t *Tariff) CheckGPU(of GPUs) string {
	switch g := &t.GPU; {
	case of.Name == "" || t.Kind == modelKind:
	case g.Name == "":
		return fmt.Sprintf("pays for no GPU, an instance of the platform has %s (a tariff of one's own says gpu = { name = %q })", of, of.Name)
	case g.Name != of.Name:
		return fmt.Sprintf("pays for %s, an instance of the platform has %s", g.Name, of)
	case g.Most > 0 && of.Count > g.Most:
		return fmt.Sprintf("has %d GPU at most in an instance, an instance of the platform has %d", g.Most, of.Count)
	case of.Fraction.Whole():
	case g.Shares == 0:
		return fmt.Sprintf("pays for whole GPUs only, an instance of the platform has %s (a tariff of one's own that lets a GPU in parts says shares in its gpu)", of)
	case !g.units(of).IsInt():
		return fmt.Sprintf("pays for parts of %s, an instance of the platform has %s", g.share().RatString()+" GPU", of)
	}
	return ""
}

// units is how many of the parts that an instance can have such GPUs are.
func (g *GPU) units(of GPUs) *big.Rat {
	r := of.of()
	return r.Mul(r, big.NewRat(max(1, g.Shares), g.Count))
}

// share is the least that an instance can have.
func (g *GPU) share() *big.Rat { return big.NewRat(g.Count, max(1, g.Shares)) }

// WithGPUs is the usage of instances with such GPUs: their time counts as often as
// it takes to pay for all of them, on rented machines for all of each; of a tariff
// that lets them in shares, for as many of these as it takes. A part of the time is
// rounded up to whole ns, over all instances.
func (t *Tariff) WithGPUs(u Usage, of GPUs) Usage {
	if of.Name == "" || t.GPU.Name == "" {
		return u
	}
	units := t.GPU.units(of)
	times := big.NewRat(1, max(1, t.GPU.Shares))
	times.Mul(times, new(big.Rat).SetInt(ceil(units.Num(), units.Denom())))
	out := slices.Clone(u)
	for _, e := range u {
		if strings.HasSuffix(e.Meter, "instance_time") || strings.HasSuffix(e.Meter, "active_time") {
			out.multiply(e.Meter, times)
		}
	}
	return out
}

// multiply multiplies a meter and its parts, which go on to sum to it: each is
// rounded up with those before it.
func (u Usage) multiply(meter string, times *big.Rat) {
	scaled := func(n *big.Int) *big.Int { return ceil(n.Mul(n, times.Num()), times.Denom()) }
	sum, before := new(big.Int), new(big.Int)
	for _, part := range partNames {
		i := u.index(PartMeter(meter, part))
		if i < 0 {
			continue
		}
		sum.Add(sum, u[i].Quantity)
		upto := scaled(new(big.Int).Set(sum))
		u[i].Quantity = new(big.Int).Sub(upto, before)
		before = upto
	}
	i := u.index(meter)
	u[i].Quantity = scaled(new(big.Int).Set(u[i].Quantity))
}

// ceil returns n ÷ d rounded up; n ≥ 0, d > 0.
func ceil(n, d *big.Int) *big.Int {
	q, r := new(big.Int).QuoRem(n, d, new(big.Int))
	if r.Sign() > 0 {
		q.Add(q, big.NewInt(1))
	}
	return q
}

// String names the GPUs that a time pays for; empty: none.
func (g GPU) String() string {
	if g.Name == "" {
		return ""
	}
	s := fmt.Sprintf("%d × %s", g.Count, g.Name)
	switch {
	case g.Shares > 0:
		s += ", or parts of " + g.share().RatString() + " GPU"
	case g.Most == 1:
		return g.Name + ", one in an instance"
	}
	return s
}
