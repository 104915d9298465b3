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
