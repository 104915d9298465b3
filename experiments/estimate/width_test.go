package estimate

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/cockroachdb/apd/v3"

	"github.com/coldcurve/coldcurve/results"
)

// The table of plans fits 100 characters, whatever they cost and however they are
// called; so do the assumptions.
func TestTablesFit(t *testing.T) {
	all, err := alternatives()
	if err != nil {
		t.Fatal(err)
	}
	for _, total := range []int64{1, 99_999_99, 100_000_00, 12_345_678_90, 123_456_789_01} { // cents
		e := &Estimate{}
		for i, a := range all {
			p := Plan{Name: a.Name, Currency: "USD", Low: *apd.New(total, -2), High: *apd.New(3*total, -2), Total: *apd.New(total, -2), Stats: map[string]results.Stat{}}
			if i == 0 && total > 1e9 {
				p.Currency = "EUR" // a column more
			}
			for name, x := range map[string]float64{"cold_ratio": 0.000648123, "latency_p50_s": 23502.3, "latency_p99_s": 0.0681234, "error_ratio": 0.000123456} {
				p.Stats[name] = results.Stat{Mean: x}
			}
			e.Plans = append(e.Plans, p)
		}
		e.Assumptions = []Assumption{{strings.Repeat("f", 40) + ": coefficient of variation", "0.71", "1.46", "2.43", basisOfCV}, {"function: duration", "1", "1", "1", basisOfCV}}
		text := &results.TextTable{Right: []bool{false, true, true}}
		for _, row := range e.planRows(false) {
			text.Add(row...)
		}
		for _, line := range strings.Split(text.String(), "\n") {
			if n := utf8.RuneCountInString(line); n > 100 {
				t.Errorf("%d characters: %s", n, line)
			}
		}
		b := new(strings.Builder)
		writeAssumptions(b, e.Assumptions[1:])
		for _, line := range strings.Split(b.String(), "\n") {
			if n := utf8.RuneCountInString(line); n > 100 {
				t.Errorf("%d characters: %s", n, line)
			}
		}
		if got := strings.Join(strings.Fields(b.String()), " "); !strings.Contains(got, basisOfCV) {
			t.Errorf("%q is not in %s", basisOfCV, got)
		}
	}
}

func TestWrapped(t *testing.T) {
	if got := fmt.Sprintf("%q", wrapped("a bc  def verylongword x", 6)); got != `["a bc" "def" "verylongword" "x"]` {
		t.Error(got)
	}
	if got := wrapped("", 6); len(got) != 1 {
		t.Errorf("%q", got)
	}
}
