package results

import (
	"strings"
	"testing"
)

// Of the requests to servedSet's first scheduler at 8 a second those with a first
// token in time that end in the window are the first 35, 35 and 34: 10 s hold k of
// them where (k − 1)·(0.125 + t) + t + 0.1 ≤ 10, of t = 0.16, 0.161, 0.162. The
// second one rejects some there; at 4 a second half of 40 are in time for both.
func TestAnswerOfGoodput(t *testing.T) {
	set := servedSet(t, false)
	rows, err := set.Rows()
	if err != nil {
		t.Fatal(err)
	}
	const want = "Within the bounds of the goodput, “vllm-v1” serves the most: 3.47 requests/s, where 8/s arrive; the others serve 2.00 at most. "
	if got := set.answer(rows); !strings.HasPrefix(got, want) {
		t.Errorf("got\n%s, want\n%s", got, want)
	}
	for i := range rows {
		rows[i].Stats[metricIndex("goodput_per_s")] = statOf(metricIndex("goodput_per_s"), []float64{0, 0, 0})
	}
	const none = "No choice serves a request within the bounds of the goodput, at any load that was tried. "
	if got := set.answer(rows); !strings.HasPrefix(got, none) {
		t.Errorf("got\n%s, want\n%s", got, none)
	}
	// Without the highest rate they are the same.
	set.Cells = set.Cells[:6]
	if rows, err = set.Rows(); err != nil {
		t.Fatal(err)
	}
	const same = "Within the bounds of the goodput, “vllm-v1” and “vllm-v0” serve the most: 2.00 requests/s, where 4/s arrive."
	if got := set.answer(rows); got != same {
		t.Errorf("got\n%s, want\n%s", got, same)
	}
}
