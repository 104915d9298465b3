package experiments

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// TestSLOUnits: a bound on a time is a duration, or a number of the unit that
// the column's name ends with.
func TestSLOUnits(t *testing.T) {
	for _, c := range []struct {
		text string
		want results.SLO
		err  string
	}{
		{`latency_p99_s = "800ms"`, results.SLO{{Metric: "latency_p99_s", Limit: 0.8}, {Metric: "error_ratio"}}, ""},
		{`latency_p99_s = 0.8`, results.SLO{{Metric: "latency_p99_s", Limit: 0.8}, {Metric: "error_ratio"}}, ""},
		{`latency_p50_s = { min = "1ms", max = "1m30s" }`, results.SLO{{Metric: "latency_p50_s", Limit: 0.001, Min: true}, {Metric: "latency_p50_s", Limit: 90}, {Metric: "error_ratio"}}, ""},
		{`latency_p99_s = "800"`, nil, `x.toml:2: slo.latency_p99_s: found "800", want a duration such as "250ms", "10m" or "1h30m"`},
		{`wasted_gib_s = "5s"`, nil, `x.toml:2: slo.wasted_gib_s: found the string "5s", want a finite number`},
		{`completed = { min = "many" }`, nil, `x.toml:2: slo.completed.min: found the string "many", want a finite number`},
		{`completed = { least = 1 }`, nil, `x.toml:2: unknown key "least"; known: max, min`},
		{`completed = {}`, nil, `x.toml:2: slo.completed: want min = …, max = …, or both`},
	} {
		n, err := spec.Parse("x.toml", []byte("[slo]\n"+c.text))
		if err != nil {
			t.Fatal(err)
		}
		slo, err := readSLO(n.Get("slo"))
		if c.err != "" {
			if err == nil || err.Error() != c.err {
				t.Errorf("%s:\n got %v\nwant %s", c.text, err, c.err)
			}
			continue
		}
		if diff := cmp.Diff(c.want, slo, cmpopts.IgnoreUnexported(results.Objective{})); err != nil || diff != "" {
			t.Errorf("%s: %v %s", c.text, err, diff)
		}
	}
}
