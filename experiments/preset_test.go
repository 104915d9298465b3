package experiments

import (
	"context"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestPresets: each preset is a platform that can be run and priced by its own
// tariffs, and says of each value how well it is known.
func TestPresets(t *testing.T) {
	presets, err := Presets()
	if err != nil {
		t.Fatal(err)
	}
	if len(presets) == 0 {
		t.Error("no preset")
	}
	for _, p := range presets {
		t.Run(p.Name, func(t *testing.T) {
			for _, v := range p.Values {
				if v.Key == "tariffs" && v.Value == "[]" {
					continue // there is none, and no source for that
				}
				if !strings.Contains("ABCU", v.Grade) || len(v.Grade) != 1 || strings.TrimSpace(v.Source) == "" {
					t.Errorf("%s: grade %q, source %q", v.Key, v.Grade, v.Source)
				}
			}
			root, err := readPreset(p.Name)
			if err != nil {
				t.Fatal(err)
			}
			for _, key := range root.Get("value").Keys() {
				if root.Get(key) == nil {
					t.Errorf("evidence of %q, which the preset does not set", key)
				}
			}
			e, err := Parse("x.toml", []byte("[workload]\nhorizon = \"10m\"\n"+functions+"\n[[platform]]\nname = \"p\"\npreset = \""+p.Name+"\"\n[output]\nplots = []\n"))
			if err != nil {
				t.Fatal(err)
			}
			plan, err := Prepare(context.Background(), e, Env{})
			if err != nil {
				t.Fatal(err)
			}
			set, err := plan.Run(context.Background(), RunOptions{Dir: t.TempDir() + "/out", Workers: 1})
			if err != nil {
				t.Fatal(err)
			}
			r := set.Cells[0].Replications[0]
			completed, rejected := r.Ended[sim.Completed], r.Ended[sim.Rejected]
			// An endpoint at zero turns away whoever wakes it.
			if toZero := p.Name == "aws-sagemaker-to-zero"; completed == 0 || completed+rejected != r.Arrivals() || toZero != (rejected > 0) {
				t.Errorf("%d arrivals, %d completed, %d rejected; want some completed, and none rejected but by an endpoint at zero", r.Arrivals(), completed, rejected)
			}
		})
	}
}
