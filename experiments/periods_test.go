package experiments

import (
	"strings"
	"testing"
)

// TestWindowOfWholePeriods: a part of a day is no month of days, one day and two are.
func TestWindowOfWholePeriods(t *testing.T) {
	for _, row := range []struct {
		sets []string
		want string
	}{
		{[]string{"workload.horizon=6h", "workload.warmup=0s"}, "trigger readings: its rate follows a period of 1d, of which the window of 6h is no whole number"},
		{[]string{"workload.horizon=6h", "workload.warmup=0s", "bill.span=run"}, ""},
		{[]string{"workload.horizon=25h", "workload.warmup=1h"}, ""},
		{[]string{"workload.horizon=48h", "workload.warmup=0s"}, ""},
		{[]string{"workload.horizon=6h", "workload.warmup=0s", `app.trigger.readings.arrivals.period="90m"`}, ""},
	} {
		sets := append([]string{`app.trigger.readings.arrivals={ process = "diurnal", rate = "0.01/s", amplitude = 0.5 }`}, row.sets...)
		p, err := busyPlan(t, sets...)
		if err != nil {
			t.Fatal(err)
		}
		got := ""
		for _, w := range p.Warnings {
			if strings.Contains(w, "its rate follows a period") {
				got = w
			}
		}
		if !strings.HasPrefix(got, row.want) || (got == "") != (row.want == "") {
			t.Errorf("%v: warns %q, want %q", row.sets, got, row.want)
		}
	}
}
