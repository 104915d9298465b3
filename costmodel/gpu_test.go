package costmodel

import (
	"math/big"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// fractionOf reads a fraction as a file has it.
func fractionOf(t *testing.T, value string) (Fraction, error) {
	t.Helper()
	root, err := spec.Parse("x.toml", []byte("fraction = "+value+"\n"))
	if err != nil {
		t.Fatal(err)
	}
	var s struct {
		Fraction Fraction `toml:"fraction"`
	}
	err = root.Decode(&s)
	return s.Fraction, err
}

func TestFraction(t *testing.T) {
	for value, want := range map[string]string{"0.125": "1/8", `"1/3"`: "1/3", `"0.5"`: "1/2", "1": "1", "1.0": "1", `"1/1000"`: "1/1000"} {
		if f, err := fractionOf(t, value); err != nil || f.String() != want {
			t.Errorf("%s: %s, %v, want %s", value, f, err, want)
		}
	}
	for _, value := range []string{"0", "-0.5", "1.5", `"2/3/4"`, `"1/0"`, `""`, "true", `"1e-99999999"`, `"1/1001"`, "0.333333333333333", `"-1/2"`, "[1]"} {
		_, err := fractionOf(t, value)
		if err == nil || !strings.HasPrefix(err.Error(), "x.toml:1: fraction: found ") || !strings.Contains(err.Error(), "want a part of a GPU") {
			t.Errorf("%s: got %v", value, err)
		}
	}
}

// TestGPUsOfAnInstance: what the time of an instance counts for, by the GPUs that
// it has and those that a time pays for: 1,000,000,001 ns of them.
func TestGPUsOfAnInstance(t *testing.T) {
	for _, c := range []struct {
		name     string
		tariff   GPU
		count    int64
		fraction string
		why      string
		ns       int64
	}{
		{"one for one", GPU{Name: "l4", Count: 1}, 1, "1", "", 1_000_000_001},
		{"three", GPU{Name: "l4", Count: 1}, 3, "1", "", 3_000_000_003},
		{"one of a machine of eight", GPU{Name: "l4", Count: 8}, 1, "1", "", 1_000_000_001},
		{"nine on machines of eight", GPU{Name: "l4", Count: 8}, 9, "1", "", 2_000_000_002},
		{"half, of whole ones", GPU{Name: "l4", Count: 1}, 1, "0.5", "pays for whole GPUs only, an instance of the platform has 1/2 of l4 (a tariff of one's own that lets a GPU in parts says shares in its gpu)", 0},
		{"half, of halves", GPU{Name: "l4", Count: 1, Shares: 2}, 1, "0.5", "", 500_000_001}, // up to whole ns
		{"3/8, of eighths", GPU{Name: "l4", Count: 1, Shares: 8}, 1, `"3/8"`, "", 375_000_001},
		{"a third, of eighths", GPU{Name: "l4", Count: 1, Shares: 8}, 1, `"1/3"`, "pays for parts of 1/8 GPU, an instance of the platform has 1/3 of l4", 0},
		{"one of a machine of eight that others share", GPU{Name: "l4", Count: 8, Shares: 8}, 1, "1", "", 125_000_001},
		{"three of a machine of eight in halves", GPU{Name: "l4", Count: 8, Shares: 2}, 3, "1", "", 500_000_001},
		{"half a GPU of a machine of eight in sixteenths", GPU{Name: "l4", Count: 8, Shares: 16}, 1, "0.5", "", 62_500_001},
		{"two, one at most", GPU{Name: "l4", Count: 1, Most: 1}, 2, "1", "has 1 GPU at most in an instance, an instance of the platform has 2", 0},
		{"another", GPU{Name: "h100", Count: 1}, 2, "1", "pays for h100, an instance of the platform has 2 × l4", 0},
	} {
		f, err := fractionOf(t, c.fraction)
		if err != nil {
			t.Fatal(err)
		}
		x, of := &Tariff{GPU: c.tariff}, GPUs{"l4", c.count, f}
		if why := x.CheckGPU(of); why != c.why {
			t.Errorf("%s: got %q, want %q", c.name, why, c.why)
		}
		u := Usage{{"instance_time", "ns", big.NewInt(1_000_000_001)}, {"instance_cpu", "mvCPU-ns", big.NewInt(7)}}
		got := x.WithGPUs(u, of)
		if c.why == "" && (got.Get("instance_time").Int64() != c.ns || got.Get("instance_cpu").Int64() != 7) {
			t.Errorf("%s: %s ns, want %d", c.name, got.Get("instance_time"), c.ns)
		}
		if u.Get("instance_time").Int64() != 1_000_000_001 {
			t.Fatalf("%s: the usage was changed in place", c.name)
		}
	}
}

// TestPartsOfGPUs: of any GPUs, the parts of the time sum to the whole of it, and
// each is within a ns of its multiple.
func TestPartsOfGPUs(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		shares := rapid.Int64Range(2, maxShares).Draw(rt, "shares")
		x := &Tariff{GPU: GPU{Name: "l4", Count: 1, Shares: shares}}
		of := GPUs{Name: "l4", Count: 1}
		n := rapid.Int64Range(1, shares).Draw(rt, "n")
		of.Fraction.rat.SetFrac64(n, shares)
		u := parted("active_time", rapid.Int64Range(0, 1<<40).Draw(rt, "a"), rapid.Int64Range(0, 1<<40).Draw(rt, "b"), rapid.Int64Range(0, 1<<40).Draw(rt, "c"))
		got := x.WithGPUs(u, of)
		for _, e := range got {
			if e.Meter != "active_time" {
				if err := got.checkPart(e); err != nil {
					rt.Fatal(err)
				}
			}
			want := new(big.Rat).SetFrac(new(big.Int).Mul(u.Get(e.Meter), big.NewInt(n)), big.NewInt(shares))
			d := new(big.Rat).Sub(new(big.Rat).SetInt(e.Quantity), want)
			if d.Abs(d).Cmp(big.NewRat(1, 1)) >= 0 {
				rt.Fatalf("%s = %s, want %s", e.Meter, e.Quantity, want)
			}
		}
	})
}

// TestGPUsRefused: shares that make no sense are errors of the file.
func TestGPUsRefused(t *testing.T) {
	for _, c := range []struct{ gpu, want string }{
		{`{ name = "l4", shares = 1 }`, "gpu.shares: found 1, want 2 to 1000 parts, or no key"},
		{`{ name = "l4", shares = 2000 }`, "gpu.shares: found 2000, want 2 to 1000 parts, or no key"},
		{`{ name = "l4", count = 0 }`, "gpu: found count = 0, most = 0, want 1 or more"},
	} {
		data := strings.Replace(minimalTariff, `gpu        = { name = "h100" }`, "gpu = "+c.gpu, 1)
		if _, err := Parse([]File{{"own.toml", []byte(data + "price  = \"1\"\n")}}); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %s", c.gpu, err, c.want)
		}
	}
}

// 8 GPUs are 8 instances of one, 2 of 3, none of 9, and 24 of a third.
func TestGPUsIn(t *testing.T) {
	third := Fraction{}
	third.rat.SetFrac64(1, 3)
	for _, c := range []struct {
		g    GPUs
		want int64
	}{{GPUs{Name: "l4", Count: 1}, 8}, {GPUs{Name: "l4", Count: 3}, 2}, {GPUs{Name: "l4", Count: 9}, 0}, {GPUs{Name: "l4", Count: 1, Fraction: third}, 24}} {
		if got := c.g.In(8); got != c.want {
			t.Errorf("8 are enough for %d instances of %s, want %d", got, c.g, c.want)
		}
	}
}
