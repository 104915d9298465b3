package results

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
)

// Baseline is a run's rows and what they were made from, in one file that is kept with
// the code: what a later run is held to. It has the metrics that were asked for, those
// of each replication.
type Baseline struct {
	// Manifest is the run's, of whose Files it has the digests of what Causes looks at.
	Manifest Manifest
	// Metrics are those that it has, in the order of the columns; nil: all.
	Metrics []string

	experiment, tariffs string // their texts
	read                readResults
}

// Baseline returns the set's.
func (s *Set) Baseline() (*Baseline, error) {
	rows, err := s.Rows()
	if err != nil {
		return nil, err
	}
	// Read back from the file that a folder has: labels and digest are those of the folder.
	var file bytes.Buffer
	if err := writeParquet(&file, s.replicationsSheet(rows)); err != nil {
		return nil, err
	}
	table, err := readParquet(bytes.NewReader(file.Bytes()), int64(file.Len()))
	if err != nil {
		return nil, err
	}
	b := &Baseline{Manifest: s.Manifest, experiment: string(s.Experiment), tariffs: string(s.Tariffs)}
	b.Manifest.Span = s.Span
	b.Manifest.Files = []Input{{replicationsFile, sha256Of(file.Bytes())}, {SourceFile, sha256Of(s.Source)}}
	if b.read.rows, err = table.rowsByLabel(); err != nil {
		return nil, err
	}
	return b, b.complete()
}

func sha256Of(data []byte) string {
	sum := sha256.Sum256(data)
	return sha256Prefix + hex.EncodeToString(sum[:])
}

// complete reads the texts that it has.
func (b *Baseline) complete() (err error) {
	b.read.manifest = b.Manifest
	if b.read.experiment, err = spec.Parse(ExperimentFile, []byte(b.experiment)); err != nil {
		return err
	}
	if b.tariffs != "" {
		b.read.tariffs, err = spec.Parse(TariffsFile, []byte(b.tariffs))
	}
	return err
}

// Keep leaves out all metrics but some, and those that people look at first.
func (b *Baseline) Keep(held []string) {
	keep := slices.Concat(held, keyMetrics)
	b.Metrics = nil
	for _, name := range metricNames() {
		has := func(r *readRow) bool { return newStat(r.values[name], false).Defined() }
		if slices.Contains(keep, name) && slices.ContainsFunc(b.read.rows, has) {
			b.Metrics = append(b.Metrics, name)
		}
	}
}

// Has reports whether it has a metric, in any row.
func (b *Baseline) Has(metric string) bool {
	return slices.ContainsFunc(b.read.rows, func(r *readRow) bool { return newStat(r.values[metric], false).Defined() })
}

// CompareBaselines compares two, of the metrics that both were asked for.
func CompareBaselines(before, after *Baseline) *Comparison {
	c := compare(&before.read, &after.read)
	for i := range c.Rows {
		c.Rows[i].Changes = slices.DeleteFunc(c.Rows[i].Changes, func(ch Change) bool {
			return before.Metrics != nil && !slices.Contains(before.Metrics, ch.Metric)
		})
	}
	return c
}

// BaselineMark is the name of a baseline's first key.
const BaselineMark = "coldcurve_baseline"

// baselineHead is the file's part above the rows.
type baselineHead struct {
	Baseline   string         `json:"coldcurve_baseline"` // of which experiment
	Version    string         `json:"version"`
	Model      string         `json:"model_version"`
	GOARCH     string         `json:"goarch"`
	Title      string         `json:"title"`
	Hash       string         `json:"experiment_hash"`
	Seed       uint64         `json:"seed"`
	Number     int            `json:"replications"`
	Lenient    bool           `json:"lenient,omitempty"`
	Span       costmodel.Span `json:"span"`
	Command    string         `json:"command"`
	Rates      string         `json:"rates,omitempty"`
	Traces     []Input        `json:"traces"`
	Tariffs    []Input        `json:"tariffs"`
	Platforms  []Input        `json:"platforms"`
	Scripts    []Input        `json:"scripts,omitempty"`
	Files      []Input        `json:"files"` // of the result folder that the run would leave
	Metrics    []string       `json:"metrics"`
	Experiment string         `json:"experiment"` // as ExperimentFile
	Prices     string         `json:"prices"`     // as TariffsFile; empty: none
}

// baselineRow is a row's head; its values stand below it, a line a metric.
type baselineRow struct {
	Row            string       `json:"row"` // its label
	Key            string       `json:"key"` // what it is matched by
	Swept          []PathLabel  `json:"swept"`
	Platform       string       `json:"platform"`
	Tariff         string       `json:"tariff,omitempty"`
	Currency       string       `json:"currency,omitempty"`
	Counterfactual string       `json:"counterfactual"`
	Steps          *rowSteps    `json:"step_times,omitempty"`
	Values         baselineData `json:"values"`
}

// PathLabel is a swept path and its value as text.
type PathLabel struct {
	Path  string `json:"path"`
	Value string `json:"value"`
}

// rowSteps is StepTimes, null for what is not known.
type rowSteps struct {
	Grade  string      `json:"grade"`
	Errors [5]*float64 `json:"errors"` // of TPOT, its ninth decile, TTFT, E2E and the ceiling
}

// baselineData are a metric's values by replication, null where it is undefined.
type baselineData map[string][]*float64

// Text is the file: JSON, a line a metric of a row, so that a change of it can be read
// as such. Its last line is a digest of all above.
func (b *Baseline) Text() ([]byte, error) {
	m := &b.Manifest
	head := baselineHead{m.Experiment, m.Version, m.ModelVersion, m.GOARCH, m.Title, m.Hash, m.Seed, m.Replications, m.Lenient, m.Span, m.Command, m.Rates,
		nonNil(m.Traces), nonNil(m.Tariffs), nonNil(m.Platforms), m.Scripts, m.Files, b.Metrics, b.experiment, b.tariffs}
	if head.Metrics == nil {
		head.Metrics = metricNames()
	}
	var out bytes.Buffer
	if err := writeIndented(&out, head); err != nil {
		return nil, err
	}
	out.Truncate(out.Len() - len("\n}\n"))
	out.WriteString(",\n  \"rows\": [")
	for i, r := range b.read.rows {
		if i > 0 {
			out.WriteByte(',')
		}
		if err := writeRow(&out, r, head.Metrics); err != nil {
			return nil, err
		}
	}
	out.WriteString("\n  ],\n")
	return withDigest(out.Bytes()), nil
}

func nonNil(list []Input) []Input { return append([]Input{}, list...) }

// writeRow writes a row with a line a metric.
func writeRow(out *bytes.Buffer, r *readRow, metricNames []string) error {
	row := baselineRow{r.label, r.key, []PathLabel{}, r.platform, r.tariff, r.currency, r.counterfactual, nil, nil}
	for _, p := range r.paths {
		row.Swept = append(row.Swept, PathLabel{p.Path, p.Label})
	}
	if s := r.steps; s != nil {
		row.Steps = &rowSteps{Grade: s.Grade}
		for i, x := range []float64{s.TPOT, s.TPOTP90, s.TTFT, s.E2E, s.Ceiling} {
			row.Steps.Errors[i] = orNull(x)
		}
	}
	head, err := compact(row)
	if err != nil {
		return err
	}
	out.WriteString("\n    ")
	out.Write(bytes.TrimSuffix(head, []byte("null}")))
	out.WriteByte('{')
	first := true
	for _, name := range metricNames {
		values := make([]*float64, 0, len(r.values[name]))
		for _, x := range r.values[name] {
			values = append(values, orNull(x))
		}
		if !slices.ContainsFunc(values, func(x *float64) bool { return x != nil }) {
			continue
		}
		text, err := compact(values)
		if err != nil {
			return err
		}
		if !first {
			out.WriteByte(',')
		}
		first = false
		fmt.Fprintf(out, "\n      %q: %s", name, text)
	}
	out.WriteString("}}")
	return nil
}

// compact is JSON in a line.
func compact(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	err := e.Encode(v)
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), err
}

// ParseBaseline reads a baseline's text. One that is not, to the byte, what was written
// is an error, and so is one of another kind.
func ParseBaseline(text []byte) (*Baseline, error) {
	text = bytes.ReplaceAll(text, []byte("\r\n"), []byte("\n")) // as a checkout on Windows may have it
	length := len(manifestEnd(sha256Prefix)) + 2*sha256.Size
	var file struct {
		baselineHead
		Rows []baselineRow `json:"rows"`
	}
	err := json.Unmarshal(text, &file)
	switch {
	case err != nil || file.Baseline == "":
		return nil, errors.New("it is no baseline of coldcurve check, or damaged; --update writes it anew")
	case !bytes.Equal(text, withDigest(text[:max(0, len(text)-length)])):
		return nil, errors.New("it was changed, or is damaged: its content does not have the digest that its last line states; --update writes it anew")
	}
	h := &file.baselineHead
	b := &Baseline{Metrics: h.Metrics, experiment: h.Experiment, tariffs: h.Prices, Manifest: Manifest{
		Version: h.Version, ModelVersion: h.Model, GOARCH: h.GOARCH, Title: h.Title, Experiment: h.Baseline, Hash: h.Hash, Seed: h.Seed, Replications: h.Number,
		Lenient: h.Lenient, Span: h.Span, Command: h.Command, Rates: h.Rates, Traces: h.Traces, Tariffs: h.Tariffs, Platforms: h.Platforms, Scripts: h.Scripts, Files: h.Files}}
	if err := b.Manifest.check(); err != nil {
		return nil, err
	}
	for i := range file.Rows {
		row, err := file.Rows[i].read(h.Number)
		if err != nil {
			return nil, err
		}
		b.read.rows = append(b.read.rows, row)
	}
	return b, b.complete()
}

// read turns the file's row into one that can be compared.
func (r *baselineRow) read(replications int) (*readRow, error) {
	row := &readRow{key: cmp.Or(r.Key, r.Row), label: r.Row, values: map[string][]float64{}, currency: r.Currency,
		platform: r.Platform, tariff: r.Tariff, counterfactual: r.Counterfactual}
	for _, p := range r.Swept {
		row.paths = append(row.paths, PathValue{Path: p.Path, Label: p.Value})
	}
	if s := r.Steps; s != nil {
		row.steps = &StepTimes{s.Grade, orNaN(s.Errors[0]), orNaN(s.Errors[1]), orNaN(s.Errors[2]), orNaN(s.Errors[3]), orNaN(s.Errors[4])}
	}
	for name, values := range r.Values {
		if len(values) != replications {
			return nil, fmt.Errorf("row %q: %s has %d values, want %d, one a replication", r.Row, name, len(values), replications)
		}
		for _, x := range values {
			row.values[name] = append(row.values[name], orNaN(x))
		}
	}
	return row, nil
}

func orNaN(x *float64) float64 {
	if x == nil {
		return math.NaN()
	}
	return *x
}
