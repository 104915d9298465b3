package apps

import (
	"context"
	"fmt"
	"io"
	"math"
	"path/filepath"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/applications"
	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/experiments/estimate"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// Question is what is asked of an application.
type Question struct {
	File       string   // of the application
	Experiment string   // file of an experiment, whose platforms, window and tariffs hold; "": none
	Platforms  []string // NAME=PRESET or NAME=PRESET:TARIFF
	DataDir    string
	Stdin      io.Reader // of an experiment that is -
	Tariffs    []string  // folders
	Sets       []string  // path=value, of the application or its experiment
	Load       float64   // factor on what arrives from outside, above 0
	Window     sim.Time  // that is measured; 0: by the load
	Seed       int64     // below 0: the experiment's, or 1
	// Replications are how often each is run; 0: as often as the experiment says, or 5.
	Replications int
	FreeTier     string // "": the experiment's, or full
	SLO          results.SLO
	Changes      []string      // path=value, each one of the table of changes
	WhatIf       bool          // the table of changes has those that are known
	Restore      spec.Duration // how long a restore from a snapshot takes; 0: not known
	Limits       bool
	Workers      int
	Progress     *estimate.Progress
}

// defaultReplications is how often an application is run where nobody says it.
const defaultReplications = 5

// runner runs an application as it is and as it would be.
type runner struct {
	q      *Question
	base   []byte             // the experiment's text
	file   string             // its name
	sets   []string           // that hold in each run
	notes  []string           // what was chosen for the reader
	watch  bool               // runs tell how near they came to limits
	prices *costmodel.Catalog // that all runs read
	plans  int                // that were prepared
}

// newRunner makes the experiment that is run.
func newRunner(ctx context.Context, q *Question) (*runner, error) {
	path, err := filepath.Abs(q.File)
	if err != nil {
		return nil, inputError("%w", err)
	}
	prices, err := costmodel.Load(q.Tariffs...)
	if err != nil {
		return nil, inputError("reading the tariffs: %w", err)
	}
	r := &runner{q: q, watch: q.Limits, prices: prices}
	if q.Experiment != "" {
		if r.file, r.base, err = q.Experiment, nil, nil; q.Experiment == "-" {
			r.base, err = spec.ReadDocument(q.Stdin, "the experiment from standard input")
		} else {
			r.base, err = spec.ReadDocumentFile(q.Experiment)
		}
		if err != nil {
			return nil, inputError("reading the experiment: %w", err)
		}
		root, err := spec.Parse(r.file, r.base)
		if err != nil {
			return nil, inputError("%w", err)
		}
		for _, key := range []string{"sweep", "compare"} {
			if root.Get(key) != nil {
				r.sets = append(r.sets, key+"={}")
			}
		}
		if root.Get("sweep") != nil {
			r.notes = append(r.notes, q.Experiment+" sweeps: its sweep is left out, and the values outside of it hold; --set sets others")
		}
	} else if err := r.generate(path); err != nil {
		return nil, err
	}
	set := func(key, format string, a ...any) { r.sets = append(r.sets, key+"="+fmt.Sprintf(format, a...)) }
	set("workload.application", "%q", path)
	set("bill.span", "%q", costmodel.SpanMonth)
	if q.FreeTier != "" {
		set("bill.free_tier", "%q", q.FreeTier)
	}
	if q.Seed >= 0 {
		set("seed", "%d", q.Seed)
	}
	switch {
	case q.Replications > 0:
		set("replications", "%d", q.Replications)
	case q.Experiment == "":
		set("replications", "%d", defaultReplications)
	}
	if q.Load != 1 {
		set("workload.scale", "%v", q.Load)
	}
	r.sets = append(r.sets, q.Sets...)
	return r, r.setWindow(ctx)
}

// generate writes an experiment of the platforms that the application's functions ask
// for.
func (r *runner) generate(path string) error {
	data, err := spec.ReadDocumentFile(path)
	if err != nil {
		return inputError("reading the application: %w", err)
	}
	root, err := spec.Parse(r.q.File, data)
	if err != nil {
		return inputError("%w", err)
	}
	app, err := applications.Read(root)
	if err != nil {
		return inputError("%w", err)
	}
	chosen, err := r.chosen(app.Platforms())
	if err != nil {
		return err
	}
	var b strings.Builder
	fmt.Fprintf(&b, "title = %q\n[workload]\nhorizon = \"24h\"\napplication = %q\n", strings.TrimSuffix(filepath.Base(r.q.File), ".toml"), path)
	for _, name := range app.Platforms() {
		preset, tariff := name, ""
		if c, ok := chosen[name]; ok {
			preset, tariff, _ = strings.Cut(c, ":")
		}
		offered, err := offeredTariffs(preset)
		if err != nil {
			return inputError("%s asks for the platform %q: %w; --platform %s=PRESET names one, as in --platform %s=aws-lambda, or --experiment FILE has it", r.q.File, name, err, name, name)
		}
		if tariff == "" && len(offered) > 1 {
			tariff = offered[0]
			r.notes = append(r.notes, fmt.Sprintf("platform %s is billed by %s, the first of %s; --platform %s=%s:TARIFF takes another", name, tariff, strings.Join(offered, ", "), name, preset))
		}
		fmt.Fprintf(&b, "[[platform]]\nname = %q\npreset = %q\n", name, preset)
		if tariff != "" {
			fmt.Fprintf(&b, "tariffs = [%q]\n", tariff)
		}
	}
	if len(app.Platforms()) == 0 {
		b.WriteString("[[platform]]\nname = \"aws-lambda\"\npreset = \"aws-lambda\"\n")
	}
	r.base, r.file = []byte(b.String()), r.q.File
	return nil
}

// chosen reads what --platform says.
func (r *runner) chosen(asked []string) (map[string]string, error) {
	chosen := map[string]string{}
	for _, text := range r.q.Platforms {
		name, preset, ok := strings.Cut(text, "=")
		if !ok || name == "" || preset == "" {
			return nil, inputError("--platform %s: want NAME=PRESET, as in lambda=aws-lambda", text)
		}
		if !slices.Contains(asked, name) {
			return nil, inputError("--platform %s: %s", text, spec.Unknown("platform of the application", name, asked))
		}
		chosen[name] = preset
	}
	return chosen, nil
}

// offeredTariffs are the tariffs of a preset.
func offeredTariffs(preset string) (list []string, err error) {
	presets, err := experiments.Presets()
	if err != nil {
		return nil, err
	}
	for _, p := range presets {
		if p.Name != preset {
			continue
		}
		for _, v := range p.Values {
			if v.Key == "tariffs" {
				tree, err := spec.Parse(preset, []byte("tariffs = "+v.Value))
				if err != nil {
					return nil, err
				}
				for _, n := range tree.Get("tariffs").Items() {
					name, _ := n.Value().(string)
					list = append(list, name)
				}
			}
		}
		return list, nil
	}
	return nil, fmt.Errorf("%s", spec.Unknown("preset", preset, experiments.PresetNames()))
}

// The measured part of a run is as long as so many events take, and each trigger has
// some, but no longer than a day, unless a trigger starts less often.
const (
	wantedEvents = 20_000
	leastEach    = 30
	leastWindow  = 2 * sim.Minute
	mostWarmup   = 10 * sim.Minute // as long as instances stay
	mostWindow   = 31 * sim.Day
)

// setWindow chooses the window where nobody has.
func (r *runner) setWindow(ctx context.Context) error {
	window := r.q.Window
	if window == 0 && r.q.Experiment != "" {
		return nil
	}
	if window == 0 {
		p, err := r.prepare(ctx)
		if err != nil {
			return err
		}
		window = windowOf(p.ArrivalRates(), daily(p.Application()))
		if err := p.Close(); err != nil {
			return err
		}
	}
	warmup := min(max(window, leastWindow), mostWarmup)
	r.sets = append(r.sets, fmt.Sprintf("workload.warmup=%q", spec.Duration(warmup)), fmt.Sprintf("workload.horizon=%q", spec.Duration(warmup+window)))
	return nil
}

// windowOf is how long what arrives is measured.
func windowOf(rates []experiments.ArrivalRate, daily bool) sim.Time {
	if daily {
		return sim.Day
	}
	all, seconds := 0.0, 0.0
	for _, rate := range rates {
		all += rate.PerSecond
		each := leastEach / rate.PerSecond
		if day := inSeconds(sim.Day); each > day {
			each = max(day, 1/rate.PerSecond)
		}
		seconds = max(seconds, each)
	}
	if all > 0 {
		seconds = max(seconds, min(wantedEvents/all, inSeconds(sim.Day)))
	}
	minutes := sim.Time(math.Ceil(min(seconds, inSeconds(mostWindow))/60)) * sim.Minute
	return max(minutes, leastWindow)
}

// daily reports whether what arrives follows the hour.
func daily(app *spec.Node) bool {
	for _, t := range app.Get("trigger").Items() {
		if process, _ := t.Get("arrivals", "process").Value().(string); process == "diurnal" {
			return true
		}
	}
	return false
}

// prepare reads the experiment with changes and readies it.
func (r *runner) prepare(ctx context.Context, changes ...string) (*experiments.Plan, error) {
	r.plans++
	e, err := experiments.ParseIn(r.q.DataDir, r.file, r.base, slices.Concat(r.sets, changes)...)
	if err != nil {
		return nil, err
	}
	return experiments.Prepare(ctx, e, experiments.Env{DataDir: r.q.DataDir, Tariffs: r.q.Tariffs, Prices: r.prices, Stdin: r.q.Stdin})
}

// outcome is one run.
type outcome struct {
	plan *experiments.Plan
	row  results.Row
	cell *results.Cell
}

// run simulates the application with changes.
func (r *runner) run(ctx context.Context, changes ...string) (*outcome, error) {
	p, err := r.prepare(ctx, changes...)
	if err != nil {
		return nil, err
	}
	defer p.Close() // nothing of it is open
	if r.watch {
		p.Watch()
	}
	r.q.Progress.Expect(float64(p.Expected()))
	set, err := p.Simulate(ctx, r.q.Workers, r.q.Progress.Start)
	if err != nil {
		return nil, err
	}
	if len(r.q.SLO) > 0 {
		set.SLO = r.q.SLO
	}
	set.SLO = set.SLO.Whole()
	rows, err := set.Rows()
	if err != nil {
		return nil, err
	}
	return &outcome{p, rows[0], &set.Cells[0]}, nil
}

// stat is a column of the run.
func (o *outcome) stat(name string) results.Stat { s, _ := o.row.Stat(name); return s }

func inputError(format string, a ...any) error {
	return &experiments.InputError{Err: fmt.Errorf(format, a...)}
}

func inSeconds(t sim.Time) float64 { return float64(t) / float64(sim.Second) }
