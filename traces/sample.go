package traces

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	"github.com/coldcurve/coldcurve/sim"
)

// SampleTo opens a trace with the options (Sample functions by quantiles of
// their counts; Start and Horizon cut the time) and writes it. From azure2019
// to azure2019 the rows of the tables are copied as they are; Start and
// Horizon must then be whole minutes within the trace, and minute columns keep
// their numbers.
func SampleTo(ctx context.Context, spec string, o Options, key sim.RunKey, to Destination) (report *Report, err error) {
	source, path, err := splitSpec(spec, o.Formats)
	if err != nil {
		return nil, err
	}
	format, folder, err := splitSpec(to.Spec, nil)
	if err != nil {
		return nil, err
	}
	if err := to.Check(); err != nil {
		return nil, err
	}
	t, err := Open(ctx, spec, o)
	if err != nil {
		return nil, err
	}
	defer func() { err = errors.Join(err, t.Close()) }()
	if format.Name != "azure2019" || source.Name != "azure2019" {
		return t.report, Convert(ctx, t, key, to)
	}
	if o.Anonymous {
		return t.report, fmt.Errorf("sampling %s: tables are copied as they are, expected no anonymous names; convert to csv or a store", spec)
	}
	if t.scale != 1 || o.Scale != 0 && o.Scale != 1 {
		return t.report, fmt.Errorf("sampling %s: tables are copied as they are, expected no scale", spec)
	}
	if t.horizon > t.end-t.start {
		return t.report, fmt.Errorf("sampling %s: the tables end at %s, expected a horizon up to there, not %s", spec, seconds(t.end-t.start), seconds(t.horizon))
	}
	if t.start%sim.Minute != 0 || t.end%sim.Minute != 0 {
		return t.report, fmt.Errorf("sampling %s: the tables hold counts a minute, expected a start and a horizon of whole minutes", spec)
	}
	r := &request{Options: o, spec: spec, path: path, format: source, report: &Report{}}
	r.Lenient = true // what is wrong was met and reported when the trace was opened
	return t.report, inFolder(folder, func(dir string) error { return t.copyTables(ctx, r, dir) })
}

// copyTables copies the rows of the trace's functions, and the minutes in
// [start, end).
func (t *Trace) copyTables(ctx context.Context, r *request, dir string) error {
	days, err := r.azureDays()
	if err != nil {
		return err
	}
	keep := map[azureKey]bool{}
	for i := range t.functions {
		f := &t.functions[i]
		keep[azureKey{f.Owner, f.App, f.Name}] = true
		keep[azureKey{f.Owner, f.App, ""}] = true
	}
	c := &tableCopier{ctx: ctx, request: r, dir: dir, keep: keep, from: t.start / sim.Minute, to: t.end / sim.Minute, minute0: -1}
	for _, d := range days {
		c.begin = int64(d.number-days[0].number) * 1440
		for which, file := range []tableFile{d.invocations, d.durations, d.memory} {
			if file.path == "" || c.outside && which > 0 {
				continue
			}
			if err := c.copy(file, which); err != nil {
				return err
			}
		}
	}
	return nil
}

// tableCopier copies one table after the other.
type tableCopier struct {
	ctx      context.Context
	request  *request
	dir      string
	keep     map[azureKey]bool
	from, to int64 // minutes of the trace
	begin    int64 // of the day
	minute0  int64 // the header's first minute on the first day
	outside  bool  // the day lies outside [from, to)
}

// copy copies one table of a day.
func (c *tableCopier) copy(file tableFile, which int) (err error) {
	in, err := openStream(file.path, file.name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	t := &table{lineReader: newLineReader(in, file.name), request: c.request}
	header, err := t.lineReader.header("HashOwner,HashApp …")
	if err != nil {
		return err
	}
	for _, h := range header {
		t.header = append(t.header, string(h))
	}
	first, last := len(header), len(header) // the columns to keep besides those before the minutes
	fixed := len(header)
	if which == 0 {
		if fixed, first, last, err = c.columns(t); err != nil || c.outside {
			return err
		}
	}
	name := strings.TrimSuffix(strings.TrimSuffix(strings.TrimSuffix(filepath.Base(file.path), ".gz"), ".zst"), ".xz")
	if i := strings.Index(name, azureTables[which].official); i > 0 {
		name = name[i:] // a prefix is not copied
	} else if i := strings.LastIndex(name, azureTables[which].short+".csv"); i > 0 {
		name = name[i:]
	}
	out, err := createSink(filepath.Join(c.dir, name+".gz"), Destination{})
	if err != nil {
		return err
	}
	return out.lacksMore(out.finish(c.rows(t, out, header, fixed, first, last)))
}

// columns finds which minute columns of the day lie in [from, to).
func (c *tableCopier) columns(t *table) (fixed, first, last int, err error) {
	fixed, minute, err := t.minutes()
	if err != nil {
		return 0, 0, 0, err
	}
	if c.minute0 < 0 {
		c.minute0 = minute
	}
	begin := c.begin + minute - c.minute0
	n := int64(len(t.header) - fixed)
	lo, hi := max(0, c.from-begin), min(n, c.to-begin)
	c.outside = lo >= hi
	return fixed, fixed + int(lo), fixed + int(hi), nil
}

// rows copies the header and the rows that are kept, each once.
func (c *tableCopier) rows(t *table, out *sinkFile, header [][]byte, fixed, first, last int) error {
	at, err := t.find("HashOwner", "HashApp")
	if err != nil {
		return err
	}
	function := -1
	for i, h := range t.header {
		if h == "HashFunction" {
			function = i
		}
	}
	var b []byte
	write := func(fields [][]byte) error {
		b = b[:0]
		for i, f := range fields {
			if i < fixed || i >= first && i < last {
				if i > 0 {
					b = append(b, ',')
				}
				b = appendField(b, string(f))
			}
		}
		if _, err := out.Write(append(b, '\n')); err != nil {
			return fmt.Errorf("writing %s: %w", out.name, err)
		}
		return nil
	}
	names := make([][]byte, len(t.header))
	for i, h := range t.header {
		names[i] = []byte(h)
	}
	if err := write(names); err != nil {
		return err
	}
	seen := map[azureKey]bool{}
	return t.each(c.ctx, func(f [][]byte) error {
		key := azureKey{owner: string(f[at[0]]), app: string(f[at[1]])}
		if function >= 0 {
			key.function = string(f[function])
		}
		if !c.keep[key] || seen[key] {
			return nil
		}
		seen[key] = true
		return write(f)
	})
}
