package hardware

import (
	"math"
	"strconv"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Each power that ships is what was measured: the mean over runs of one prompt of
// 128 tokens and 128 tokens made, of which the prompt takes a hundredth, as a part
// of the board's limit.
func TestMeasuredPower(t *testing.T) {
	type key struct {
		model string
		count int64
	}
	sum, n := map[key]float64{}, map[key]float64{}
	readLines(t, data(t, "llm-bench/splitwise-perf-model.csv.gz"), func(l []byte) {
		w := strings.Split(string(l), ",")
		if w[1] != "a100-80gb" || w[2] != "128" || w[3] != "1" || w[4] != "128" {
			return
		}
		v, err := strconv.ParseFloat(w[6], 64)
		if err != nil {
			t.Fatal(err)
		}
		count, err := strconv.ParseInt(w[10], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		k := key{map[string]string{"llama2-70b": "llama-2-70b", "bloom-176b": "bloom-176b"}[w[0]], count}
		sum[k] += v
		n[k]++
	})
	a100, err := catalog{shipped}.gpu("a100")
	if err != nil {
		t.Fatal(err)
	}
	if len(a100.Draws) != len(n) || len(n) == 0 {
		t.Errorf("%d of %d measurements ship", len(a100.Draws), len(n))
	}
	for _, d := range a100.Draws {
		k := key{d.Models[0], d.Count}
		if got, want := d.Decode, a100.Power*sum[k]/n[k]; math.Abs(got-want) > 0.5 {
			t.Errorf("%v: %v W, measured %v", k, got, want)
		}
		for _, m := range d.Models {
			if _, err := FindModel(m); err != nil {
				t.Error(err)
			}
		}
	}
}

func powerOf(t *testing.T, hardware, model string) (*Profile, error) {
	t.Helper()
	root, err := spec.Parse("x.toml", []byte("model = "+model+"\nhardware = "+hardware))
	if err != nil {
		t.Fatal(err)
	}
	s, err := Read(root.Get("hardware"), root.Get("model"))
	if err != nil {
		return nil, err
	}
	return New(s)
}

// What was measured stands where it was, what is given before it, and the board's
// limit, marked, for the rest.
func TestPower(t *testing.T) {
	bound := func(w float64) Watts { return Watts{w, true} }
	given := func(w float64) Watts { return Watts{W: w} }
	for _, c := range []struct {
		hardware, model string
		want            Draw
		words           string
	}{
		{`{ gpu = "h100" }`, `"llama-3.1-8b"`, Draw{bound(700), bound(700), bound(700)}, "energy counts 700 W, the board's limit, of each GPU"},
		{`{ gpu = "a100", count = 4 }`, `"llama-3.1-70b"`, Draw{bound(400), given(238), bound(400)}, "measured (grade B: Mutinifni/splitwise-sim"},
		{`{ gpu = "a100", count = 4, precision = "fp4" }`, `"llama-3.1-70b"`, Draw{bound(400), bound(400), bound(400)}, ""},
		{`{ gpu = "a100", count = 8, power = { idle = 55.5 } }`, `"bloom-176b"`, Draw{bound(400), given(255), given(55.5)}, "55.5 W while it waits"},
		{`{ gpu = "a100", count = 8, power = { prefill = 390, decode = 250, idle = 0 } }`, `"bloom-176b"`, Draw{given(390), given(250), given(0)}, "0 W while it waits"},
		{`{ gpu = "a100", count = 8, power = { prefill = 0, decode = 0, idle = 0 } }`, `"bloom-176b"`, Draw{given(0), given(0), given(0)}, "0 W while it waits"},
	} {
		p, err := powerOf(t, c.hardware, c.model)
		if err != nil {
			t.Fatalf("%s: %v", c.hardware, err)
		}
		if p.Draw != c.want || !strings.Contains(p.PowerWords(), c.words) {
			t.Errorf("%s %s: %+v, want %+v; %s", c.hardware, c.model, p.Draw, c.want, p.PowerWords())
		}
	}
	p, err := powerOf(t, `{ gpu = "a100", count = 8, power = { prefill = 390, decode = 250, idle = 0 } }`, `"bloom-176b"`)
	if err != nil {
		t.Fatal(err)
	}
	if w := p.PowerWords(); strings.Contains(w, "limit") || strings.Contains(w, "measured") {
		t.Errorf("all is given, and the words are %q", w)
	}
	for _, bad := range []string{"-1", "1e9"} {
		if _, err := powerOf(t, `{ gpu = "h100", power = { idle = `+bad+` } }`, `"llama-3.1-8b"`); err == nil || !strings.Contains(err.Error(), "x.toml:2") || !strings.Contains(err.Error(), "want 0 to 1000000 W") {
			t.Errorf("idle = %s: %v", bad, err)
		}
	}
}
