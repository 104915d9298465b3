package workloads

import (
	"math"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// readService reads a distribution of durations as an experiment writes it.
func readService(text string) (Sampler, error) {
	root, err := spec.Parse("w.toml", []byte("s = "+text))
	if err != nil {
		return nil, err
	}
	var v struct {
		S Distribution `toml:"s"`
	}
	err = root.Decode(&v)
	return v.S.Sampler, err
}

// The time of a request by its size: closed forms over uniforms of a stream, means and each
// time that there can be.
func TestInference(t *testing.T) {
	for _, c := range []struct {
		text  string
		mean  float64 // ms
		times map[float64]float64
	}{
		{`{ dist = "classification", images = 4, each = "11ms", base = "6ms" }`, 50, map[float64]float64{50: 1}},
		{`{ dist = "classification", images = { dist = "empirical", values = [1, 3], weights = [3, 1] }, each = "10ms" }`, 15, map[float64]float64{10: 0.75, 30: 0.25}},
		{`{ dist = "embedding", tokens = { dist = "uniform", least = 1, most = 4 }, each = "2ms", base = "1ms" }`, 6, map[float64]float64{3: 0.25, 5: 0.25, 7: 0.25, 9: 0.25}},
		{`{ dist = "diffusion", steps = 30, step = "100ms", base = "500ms" }`, 3500, map[float64]float64{3500: 1}},
		{`{ dist = "diffusion", steps = 30, side = 512, images = 2, step = "100ms" }`, 1500, map[float64]float64{1500: 1}},
		// Steps and sides are independent: 20 or 40 of 100 ms, at 1 or 4 times the pixels.
		{`{ dist = "diffusion", steps = { dist = "empirical", values = [20, 40] }, side = { dist = "empirical", values = [1024, 2048], weights = [4, 1] }, step = "100ms" }`,
			30 * 100 * (0.8 + 0.2*4), map[float64]float64{2000: 0.4, 4000: 0.4, 8000: 0.1, 16000: 0.1}},
		{`{ dist = "diffusion", steps = 10, side = { dist = "empirical", values = [512, 1024] }, images = { dist = "empirical", values = [1, 4] }, step = "100ms" }`,
			1000 * (0.25 + 1) / 2 * 2.5, map[float64]float64{250: 0.25, 1000: 0.5, 4000: 0.25}},
	} {
		s, err := readService(c.text)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := s.Mean() / 1e6; math.Abs(got-c.mean) > 1e-3*c.mean {
			t.Errorf("%s: mean %v ms, want %v", c.text, got, c.mean)
		}
		const n = 40_000
		stream := sim.NewStream(sim.RunKey{Seed: 1}, sim.PurposeService, 1)
		seen := map[float64]float64{}
		for i := range uint64(n) {
			seen[float64(s.Sample(stream.Uniform(i)))/1e6] += 1. / n
		}
		for ms, share := range c.times {
			if math.Abs(seen[ms]-share) > 5*math.Sqrt(0.25/n) {
				t.Errorf("%s: %v of the times are %v ms, want %v", c.text, seen[ms], ms, share)
			}
		}
		if len(seen) != len(c.times) {
			t.Errorf("%s: times %v, want %v", c.text, seen, c.times)
		}
	}
}

// The exact message of each malformed size.
func TestMalformedInference(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{`{ dist = "classification", each = "1ms" }`, `s: missing key "images"`},
		{`{ dist = "classification", images = 0, each = "1ms" }`, "s.images: found 0, want a whole number from 1 to 2147483647"},
		{`{ dist = "classification", images = 1, each = "0ms" }`, "s: the time of one is 0s, want it above 0 and at most 3653d"},
		{`{ dist = "embedding", tokens = -5, each = "1ms" }`, "s.tokens: found -5, want a whole number from 1 to 2147483647"},
		{`{ dist = "diffusion", steps = 5, step = "1ms", size = 512 }`, `unknown key "size"; did you mean "side"?`},
	} {
		if _, err := readService(c.text); err == nil || !strings.HasPrefix(err.Error(), "w.toml:1: "+c.want) {
			t.Errorf("%s:\n got %v\nwant w.toml:1: %s", c.text, err, c.want)
		}
	}
}
