package main

import (
	"fmt"
	"os"
	"time"

	"github.com/vbauerster/mpb/v8"
	"github.com/vbauerster/mpb/v8/decor"
	"golang.org/x/term"

	"github.com/coldcurve/coldcurve/experiments"
)

// barTicks is the resolution of the bar.
const barTicks = 1000

// barPeriod is how often it is brought up to date: the simulation counts its
// progress, and the bar looks at the count.
const barPeriod = 150 * time.Millisecond

// isTerminal reports whether a stream is a terminal.
func isTerminal(stream any) bool {
	file, ok := stream.(*os.File)
	return ok && term.IsTerminal(int(file.Fd()))
}

// leftText is how long the run takes from here, in whole seconds.
func leftText(p *experiments.Progress) string {
	left, ok := p.Left()
	if !ok {
		return "–"
	}
	return left.Round(time.Second).String()
}

// showProgress shows a bar on a terminal's stderr, and returns what ends it.
// In a pipe or a file nothing is written.
func (a *app) showProgress(p *experiments.Progress, quiet bool) (stop func()) {
	if quiet || !isTerminal(a.bar) {
		return func() {}
	}
	bars := mpb.New(mpb.WithOutput(a.bar), mpb.WithRefreshRate(barPeriod))
	units := func(decor.Statistics) string {
		done, total := p.Units()
		return fmt.Sprintf("unit %d/%d ", done, total)
	}
	bar := bars.AddBar(barTicks, mpb.BarRemoveOnComplete(),
		mpb.PrependDecorators(decor.Any(units), decor.Elapsed(decor.ET_STYLE_GO)),
		mpb.AppendDecorators(decor.Percentage(), decor.Any(func(decor.Statistics) string { return ", left " + leftText(p) })))
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(barPeriod)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case <-tick.C:
				bar.SetCurrent(min(barTicks-1, int64(p.Share()*barTicks)))
			}
		}
	}()
	return func() {
		close(done)
		<-ended
		bar.Abort(true)
		bars.Wait()
	}
}
