package estimate

import (
	"context"
	"fmt"
	"math"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/costmodel"
)

// spaced makes a log of requests of 2 s, and where they are cold 5 s more, each
// so long after the one before.
func spaced(n int, gap time.Duration, cold func(i int) bool) string {
	var b strings.Builder
	for i := range n {
		at := october.Add(time.Duration(i) * gap)
		line, end := "Duration: 2000.00 ms\tBilled Duration: %d ms\tMemory Size: 1024 MB\tMax Memory Used: 90 MB\t", at.Add(2*time.Second)
		billed := 2000
		if cold(i) {
			line, billed, end = line+"Init Duration: 5000.00 ms\t", 7000, end.Add(5*time.Second)
		}
		fmt.Fprintf(&b, "%s REPORT RequestId: r%d\t"+line+"\n", end.Format("2006-01-02T15:04:05.000Z"), i, billed)
	}
	return b.String()
}

func checkOf(t *testing.T, text string) (*Check, *Estimate) {
	in := inputOf(t, text)
	in.Within = []string{"aws-lambda"}
	e, err := Run(context.Background(), in, Options{Workers: 2})
	if err != nil {
		t.Fatal(err)
	}
	if e.Check == nil || e.Check.Plan != "aws-lambda" {
		t.Fatalf("%+v: want the check of aws-lambda", e.Check)
	}
	return e.Check, e
}

// A log that a window of ten minutes explains agrees with its simulation: by
// hand, requests that come each 15 minutes are all cold, those of each minute
// all warm but the first of the log.
func TestCheckAgrees(t *testing.T) {
	for gap, cold := range map[time.Duration]func(int) bool{
		15 * time.Minute: func(int) bool { return true },
		time.Minute:      func(int) bool { return false },
	} {
		c, e := checkOf(t, spaced(400, gap, cold))
		for _, r := range c.Rows {
			if !r.Agrees {
				t.Errorf("each %v: %+v", gap, r)
			}
		}
		if c.Doubt != "" {
			t.Errorf("each %v: %s", gap, c.Doubt)
		}
		if p := plan(t, e, "aws-lambda"); math.Abs(costmodel.Float(&p.Bill.Total)-c.Rows[0].Simulated) > 0.01 {
			t.Errorf("the check's bill is %v, the plan's %v", c.Rows[0].Simulated, p.Bill.Total)
		}
	}
}

// A log that it does not explain says which assumption to look at.
func TestCheckDisagrees(t *testing.T) {
	for _, c := range []struct {
		gap  time.Duration
		cold func(int) bool
		want string
	}{
		// kept for longer than ten minutes, and for less than one
		{15 * time.Minute, func(int) bool { return false }, "the share of cold requests is 0 % there and 100 % here. Before you trust the plans, look at the keep-alive window: instances seem to stay for longer"},
		{time.Minute, func(int) bool { return true }, "the share of cold requests is 100 % there and 0 % here. Before you trust the plans, look at the keep-alive window: instances seem to be gone sooner"},
	} {
		got, _ := checkOf(t, spaced(400, c.gap, c.cold))
		if !strings.Contains(got.Doubt, c.want) {
			t.Errorf("each %v: %q, want …%s", c.gap, got.Doubt, c.want)
		}
	}
}
