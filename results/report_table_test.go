package results

import (
	"slices"
	"testing"
)

// What a row costs stands right after what it is, and after it what of that is of
// starting, serving and idle instances, in the currency of the bill.
func TestReportColumns(t *testing.T) {
	rows := []Row{answerRow("a", 0.82, 1, 0), answerRow("b", 2, 1, 0)}
	for i := range rows {
		rows[i].Tariff = "t"
		for m := range rows[i].Stats {
			if metrics[m].Rare || metrics[m].Tokens {
				rows[i].Stats[m] = newStat([]float64{nan}, false)
			}
		}
	}
	s := &Set{Cells: []Cell{{Values: rows[0].Values}, {Values: rows[1].Values}}}
	heads := func() (out []string) {
		for _, c := range s.reportColumns(rows) {
			out = append(out, c.head)
		}
		return out
	}
	want := []string{"keepalive", "platform", "tariff", "USD a month"}
	if got := heads(); !slices.Equal(got[:5], append(want, "invocations")) {
		t.Errorf("got %q, want %q first, and no parts", got, want)
	}
	for part, x := range map[string]float64{"cost_starting": 0.13, "cost_serving": 0.06, "cost_idle": 0.63} {
		rows[0].Stats[metricIndex(part)] = statOf(metricIndex(part), []float64{x})
	}
	want = append(want, "starting, USD", "serving, USD", "idle, USD")
	if got := heads(); !slices.Equal(got[:7], want) {
		t.Fatalf("got %q, want %q first", got, want)
	}
	for k, want := range [][2]string{{"0.13", dash}, {"0.06", dash}, {"0.63", dash}} {
		c := s.reportColumns(rows)[4+k]
		if got := [2]string{c.cell(&rows[0]), c.cell(&rows[1])}; got != want {
			t.Errorf("under %s stands %q, want %q", c.head, got, want)
		}
	}
}
