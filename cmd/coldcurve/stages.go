package main

import (
	"fmt"
	"os"
	"strings"
	"sync/atomic"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"

	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/traces/logs"
)

// stages are what an estimate or a search goes through, and how far it is.
type stages struct {
	logs  logs.Progress
	bytes atomic.Int64 // of all logs; 0: nobody knows, as of standard input
	read  atomic.Bool
	runs  estimate.Progress
}

// stage is one of them, now.
type stage struct {
	number      int32
	done, total int64 // total 0: nobody knows
	text        string
}

// expect says which logs there are to read; of a pipe nobody knows the size.
func (s *stages) expect(files []logs.File) {
	for _, f := range files {
		info, err := os.Stat(f.Path)
		if f.R != nil || err != nil || !info.Mode().IsRegular() {
			s.bytes.Store(0)
			return
		}
		s.bytes.Add(info.Size())
	}
}

// now returns the stage, elapsed after its beginning.
func (s *stages) now(elapsed time.Duration) stage {
	sorted, requests := s.logs.Sorted()
	switch bytes := s.logs.Bytes(); {
	case s.read.Load():
		done, expected := s.runs.Requests()
		return stage{2, done, expected, fmt.Sprintf("simulating: %d runs, %s requests", s.runs.Runs(), count(done))}
	case requests > 0:
		return stage{1, sorted, requests, "sorting requests: " + count(sorted) + " of " + count(requests)}
	case s.bytes.Load() > 0:
		return stage{0, bytes, s.bytes.Load(), fmt.Sprintf("reading logs: %s of %s, %s/s", size(bytes), size(s.bytes.Load()), size(rate(bytes, elapsed)))}
	default:
		return stage{0, bytes, 0, fmt.Sprintf("reading logs: %s, %s/s", size(bytes), size(rate(bytes, elapsed)))}
	}
}

// line is what a terminal shows of a stage.
func (st stage) line(elapsed time.Duration) string {
	text := st.text + ", " + elapsed.Truncate(time.Second).String()
	if st.total == 0 || st.done == 0 {
		return text
	}
	part := min(1, float64(st.done)/float64(st.total))
	left := time.Duration(float64(elapsed) * (1 - part) / part)
	const width = 20
	full := int(part * width)
	return fmt.Sprintf("%s [%s%s] %.0f %%, left %s", text, strings.Repeat("=", full), strings.Repeat("-", width-full), 100*part, left.Round(time.Second))
}

// rate is how many a second.
func rate(n int64, elapsed time.Duration) int64 {
	if elapsed < time.Millisecond {
		return 0
	}
	return int64(float64(n) / elapsed.Seconds())
}

// size writes bytes, count a number, to three digits.
func size(n int64) string { return scaled(n, "B", "kB", "MB", "GB", "TB") }

func count(n int64) string { return scaled(n, "", "k", "M", "G") }

func scaled(n int64, units ...string) string {
	x := float64(n)
	for _, u := range units[:len(units)-1] {
		if x < 999.5 {
			return strings.TrimSpace(fmt.Sprintf("%.3g %s", x, u))
		}
		x /= 1000
	}
	return fmt.Sprintf("%.3g %s", x, units[len(units)-1])
}

// show shows the stages on a terminal's stderr, and returns what ends that. In
// a pipe or a file nothing is written.
func (a *app) show(s *stages) (stop func()) {
	if !isTerminal(a.bar) {
		return func() {}
	}
	bars := mpb.New(mpb.WithOutput(a.bar), mpb.WithRefreshRate(barPeriod))
	began, last := time.Now(), int32(-1)
	text := func(decor.Statistics) string {
		st := s.now(time.Since(began))
		if st.number != last { // each stage has a time of its own
			began, last = time.Now(), st.number
			st = s.now(0)
		}
		return st.line(time.Since(began))
	}
	bar := bars.New(barTicks, mpb.NopStyle(), mpb.PrependDecorators(decor.Any(text)))
	return func() {
		bar.Abort(true)
		bars.Wait()
	}
}
