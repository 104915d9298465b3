package results

import (
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A mark stands in a key once, with all that it is there for: two that look alike cannot be
// told apart.
func TestFaultKeyHasEachMarkOnce(t *testing.T) {
	var got []string
	for _, e := range faultKey([]fault{noFault, losesRequests, missesSLO, givesUpRequests, losesRequests, counterfactualBill}) {
		got = append(got, e.text)
	}
	if diff := cmp.Diff([]string{"loses requests, or leaves requests unanswered", "misses the SLO", "counterfactual, nobody's bill"}, got); diff != "" {
		t.Error(diff)
	}
	s := newScatter(ScreenSize.look(), []scatterPoint{{x: 1, y: 1, unfit: losesRequests}, {x: 2, y: 2, unfit: givesUpRequests}, {x: 3, y: 3}}, []int{2})
	got = nil
	for _, e := range s.marks() {
		got = append(got, e.text)
	}
	if diff := cmp.Diff([]string{"on the Pareto front", "loses requests, or leaves requests unanswered"}, got); diff != "" {
		t.Error(diff)
	}
}

// svgArc is a part of a circle, as vgsvg writes it.
var svgArc = regexp.MustCompile(`A[0-9.,]+ `)

// A single bound is drawn, though its hull has no line, and the key has its mark.
func TestHullOfOneBoundIsDrawn(t *testing.T) {
	arcs := func(rows ...Row) int {
		f, err := new(Set).tradeoff(rows)
		if err != nil {
			t.Fatal(err)
		}
		svg, _, err := f.svg(ScreenSize)
		if err != nil {
			t.Fatal(err)
		}
		return len(svgArc.FindAll(svg, -1))
	}
	bound := tradeoffRow("offline-keepalive", "a", 360, 0.06)
	policies := []Row{tradeoffRow("fixed", "10m", 7200, 0.01), tradeoffRow("fixed", "1m", 3600, 0.05)}
	without := arcs(policies...)
	bound.Bound, bound.Convex = true, true
	if with := arcs(append(policies, bound)...); with != without+4 { // a circle is two, and there is one in the key
		t.Errorf("%d arcs with a bound and %d without, want 4 more", with, without)
	}
}
