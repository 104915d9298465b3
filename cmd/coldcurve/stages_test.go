package main

import (
	"io"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/traces/logs"
)

// What a terminal shows of a stage: 2.5 MB of 10 MB in 30 s are 83.3 kB/s, and
// 7.5 MB are left, which take 90 s.
func TestStageLine(t *testing.T) {
	for _, c := range []struct {
		stage stage
		want  string
	}{
		{stage{0, 2_500_000, 10_000_000, "reading logs"}, "reading logs, 30s [=====---------------] 25 %, left 1m30s"},
		{stage{0, 2_500_000, 0, "reading logs"}, "reading logs, 30s"}, // of a pipe nobody knows how much is left
		{stage{0, 0, 10_000_000, "reading logs"}, "reading logs, 30s"},
		{stage{2, 7, 7, "simulating"}, "simulating, 30s [====================] 100 %, left 0s"},
	} {
		if got := c.stage.line(30 * time.Second); got != c.want {
			t.Errorf("%+v: %q, want %q", c.stage, got, c.want)
		}
	}
}

// TestStages: reading, by bytes where these are known; then sorting; then runs.
func TestStages(t *testing.T) {
	s := new(stages)
	s.expect([]logs.File{{Path: "testdata/script/estimate.txtar"}})
	if st := s.now(0); st.number != 0 || st.total < 1000 || !strings.HasPrefix(st.text, "reading logs: 0 B of ") {
		t.Errorf("%+v", st)
	}
	s.expect([]logs.File{{Path: "testdata/script/estimate.txtar"}, {R: strings.NewReader("x")}})
	if st := s.now(0); st.total != 0 || st.text != "reading logs: 0 B, 0 B/s" {
		t.Errorf("with a pipe: %+v", st)
	}
	s.read.Store(true)
	if st := s.now(0); st.number != 2 || st.text != "simulating: 0 runs, 0 requests" {
		t.Errorf("%+v", st)
	}
}

func TestScaled(t *testing.T) {
	for n, want := range map[int64]string{0: "0 B", 999: "999 B", 999_600: "1 MB", 65_536: "65.5 kB", 5_843_401: "5.84 MB", 105e9: "105 GB"} {
		if got := size(n); got != want {
			t.Errorf("%d: %s, want %s", n, got, want)
		}
	}
	if got := count(1_500_000); got != "1.5 M" {
		t.Error(got)
	}
}

// Where stderr is no terminal, nothing is shown.
func TestNoStagesInAPipe(t *testing.T) {
	a := &app{bar: writesNothing{t}}
	a.show(new(stages))()
}

type writesNothing struct{ t *testing.T }

func (w writesNothing) Write(b []byte) (int, error) {
	w.t.Errorf("wrote %q", b)
	return len(b), nil
}

var _ io.Writer = writesNothing{}
