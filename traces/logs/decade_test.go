package logs

import (
	"context"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// A log of ten years or more is refused at the line that makes it so; one of less is
// read, and its length is never more than ten years, whatever is added to it.
func TestLogsOfADecade(t *testing.T) {
	lines := func(last string) string {
		return `{"time":"2014-01-01T00:00:00Z","function":"f","duration_ms":120,"memory_mb":128}` + "\n" +
			`{"time":"` + last + `","function":"f","duration_ms":120,"memory_mb":128}` + "\n"
	}
	const want = "x:2: time: found one that is ten years or more from another of the logs, expected logs of less"
	_, err := Read(context.Background(), []File{{Name: "x", R: strings.NewReader(lines("2024-01-02T00:00:00Z"))}}, Options{Strict: true}) // 3,653 days later
	if err == nil || !strings.HasSuffix(err.Error(), want) {
		t.Errorf("error %v, want %q", err, want)
	}
	p := read(t, "x", lines("2024-01-01T23:59:59Z"), Options{Strict: true})
	if p.Requests != 2 {
		t.Errorf("%d requests, want 2", p.Requests)
	}
	var s span
	s.add(0)
	s.add(sim.Longest - 1) // the mean gap more is twenty years
	if length, _ := s.length(); length != sim.Longest {
		t.Errorf("length %d, want ten years", length)
	}
}
