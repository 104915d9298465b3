package apps

import (
	"context"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/experiments/estimate"
)

// From the orders as they are single changes lead to where none makes them cheaper: Express, at
// no price for its states, and half of check's memory, 360 ms × 0.5 GB being less than 200 ms ×
// 1 GB. What is left beside it was tried.
func TestDescendsToWhereNoChangeIsCheaper(t *testing.T) {
	q := asked(t)
	var err error
	if q.SLO, err = estimate.ParseSLO([]string{"p99 <= 60s"}); err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	r, err := newRunner(ctx, q)
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.prepare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	choices, _ := searched(p)
	_ = p.Close()
	a := &Advice{SLO: q.SLO.Whole()}
	now := upTo(choices, 0)
	if err := r.extend(ctx, now, 1); err != nil {
		t.Fatal(err)
	}
	all, err := a.descend(ctx, r, choices, now, 1)
	if err != nil {
		t.Fatal(err)
	}
	best := cheapestOf(all, 1)
	if best == nil || !strings.Contains(best.Name, "flow fulfil: Express") || !strings.Contains(best.Name, "function check: 512MB of memory") {
		t.Errorf("it ends with %+v", best)
	}
	if !strings.Contains(express(best.Sets), "at least once") || express(now[0].Sets) != "" {
		t.Errorf("%q is said of Express, %q of Standard", express(best.Sets), express(now[0].Sets))
	}
}

// What is prepared is run: neither the first round nor a single change reads a file and does not
// simulate it. The ways that the file cannot be are left out with their reasons.
func TestWaysArePreparedOnce(t *testing.T) {
	ctx := context.Background()
	r, err := newRunner(ctx, asked(t))
	if err != nil {
		t.Fatal(err)
	}
	p, err := r.prepare(ctx)
	if err != nil {
		t.Fatal(err)
	}
	choices, _ := searched(p)
	_ = p.Close()
	a := &Advice{}
	all := upTo(choices, 1)
	all = append(all[:3:3], &Candidate{Name: "no such thing", Sets: []string{`app.flow.fulfil.engine={ preset = "no" }`}})
	r.plans = 0
	kept, err := a.possible(ctx, r, all, 1)
	if err != nil {
		t.Fatal(err)
	}
	if err := r.extend(ctx, kept, 1); err != nil {
		t.Fatal(err)
	}
	if n := len(a.LeftOut); r.plans != len(all) || len(kept) < 2 || len(kept)+n != len(all) || n == 0 || a.LeftOut[n-1].Name != "no such thing" {
		t.Errorf("%d plans for %d ways, of which %d are kept; left out: %v", r.plans, len(all), len(kept), a.LeftOut)
	}
	for _, c := range kept {
		if c.Replications != 1 {
			t.Errorf("%s has not been run", c.Name)
		}
	}
}
