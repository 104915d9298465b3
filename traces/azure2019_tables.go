package traces

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// table is one of the tables while it is read.
type table struct {
	*lineReader
	request *request
	header  []string
	split   splitter
}

// table opens a table, reads its header and hands it over.
func (l *azureLoader) table(f tableFile, read func(*table) error) (err error) {
	in, err := openStream(f.path, f.name)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, in.Close()) }()
	l.request.report.Files = append(l.request.report.Files, f.name)
	t := &table{lineReader: newLineReader(&hashed{in, l.sum}, f.name), request: l.request}
	header, err := t.lineReader.header("HashOwner,HashApp …")
	if err != nil {
		return err
	}
	seen := make(map[string]bool, len(header))
	for _, h := range header {
		name := string(h)
		if seen[name] {
			return t.bad("", "found the column %s twice, expected it once", excerpt(name))
		}
		seen[name] = true
		t.header = append(t.header, name)
	}
	if err := read(t); err != nil {
		return err
	}
	l.sum.Write([]byte{0}) // a table's end
	return nil
}

// find returns the places of the named columns.
func (t *table) find(names ...string) ([]int, error) {
	at := make([]int, len(names))
	for i, n := range names {
		if at[i] = slices.Index(t.header, n); at[i] < 0 {
			return nil, t.bad("", "found no column %q in the header, expected one", n)
		}
	}
	return at, nil
}

// each calls read for every row.
func (t *table) each(ctx context.Context, read func(fields [][]byte) error) error {
	for n := 0; ; n++ {
		if n%1024 == 0 && ctx.Err() != nil {
			return ctx.Err()
		}
		line, err := t.next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		t.request.report.Rows++
		fields, err := t.fields(&t.split, line, len(t.header))
		if err == nil {
			err = read(fields)
		}
		if err != nil {
			if err = t.request.report.skip(err, t.request.Lenient); err != nil {
				return err
			}
		}
	}
}

// key takes a row's names.
func (t *table) key(owner, app, function []byte) (azureKey, error) {
	if len(app) == 0 {
		return azureKey{}, t.bad("names that cannot be used", "HashApp: found an empty name, expected a name")
	}
	for _, n := range []struct {
		what string
		text []byte
	}{{"HashOwner", owner}, {"HashApp", app}, {"HashFunction", function}} {
		if problem := badName(n.what, n.text); problem != "" {
			return azureKey{}, t.bad("names that cannot be used", "%s", problem)
		}
	}
	return azureKey{string(owner), string(app), string(function)}, nil
}

const sameRow = "a row with the same owner, app and function as one before in its table: dropped"

const averageBeyond = "a function whose Average lies outside what its duration percentiles allow: they hold, with the mean nearest to it"

// durationRow is a row of the percentile table, not bent to its average yet.
type durationRow struct {
	quantiles
	average sim.Time
}

// readDurations reads the percentile table.
func (t *table) readDurations(ctx context.Context, into map[azureKey]*durationRow) error {
	at, err := t.find("HashOwner", "HashApp", "HashFunction", "Minimum",
		"percentile_Average_1", "percentile_Average_25", "percentile_Average_50", "percentile_Average_75", "percentile_Average_99",
		"Maximum", "percentile_Average_0", "percentile_Average_100", "Average")
	if err != nil {
		return err
	}
	return t.each(ctx, func(f [][]byte) error {
		key, err := t.key(f[at[0]], f[at[1]], f[at[2]])
		if err != nil {
			return err
		}
		row := new(durationRow)
		q := &row.at
		for i := range q {
			cell, column := f[at[3+i]], at[3+i]
			if len(cell) == 0 && (i == 0 || i == 6) {
				column = at[10+i/6]
				cell = f[column]
				t.request.report.apply("Minimum or Maximum is empty: the percentile 0 or 100 is taken", 1)
			}
			if q[i], err = t.millis(cell, column); err != nil {
				return err
			}
		}
		if row.average, err = t.millis(f[at[12]], at[12]); err != nil {
			return err
		}
		if _, ok := into[key]; ok {
			t.request.report.apply(sameRow, 1)
			return nil
		}
		if row.rise() {
			t.request.report.apply("a duration percentile below the one before it: raised to it", 1)
		}
		into[key] = row
		return nil
	})
}

// millis reads a cell of milliseconds.
func (t *table) millis(cell []byte, column int) (sim.Time, error) {
	v, ok := decimal.Scaled(cell, milliPlaces)
	if !ok {
		return 0, t.bad("durations that are not numbers", "column %s: found %s, expected milliseconds ≥ 0", t.header[column], excerpt(cell))
	}
	return v, nil
}

// readMemory reads the memory table, of apps or of functions.
func (t *table) readMemory(ctx context.Context, into map[azureKey]int64) error {
	at, err := t.find("HashOwner", "HashApp", "AverageAllocatedMb")
	if err != nil {
		return err
	}
	function := slices.Index(t.header, "HashFunction")
	today := map[azureKey]bool{}
	return t.each(ctx, func(f [][]byte) error {
		var name []byte
		if function >= 0 {
			name = f[function]
		}
		key, err := t.key(f[at[0]], f[at[1]], name)
		if err != nil {
			return err
		}
		mib, ok := decimal.Scaled(f[at[2]], 0)
		if !ok || mib > 1<<30 {
			return t.bad("memory that is not a number", "column AverageAllocatedMb: found %s, expected MB ≥ 0", excerpt(f[at[2]]))
		}
		if today[key] {
			t.request.report.apply(sameRow, 1)
			return nil
		}
		today[key] = true
		if _, ok := into[key]; !ok {
			into[key] = max(1, mib)
		}
		return nil
	})
}

// minutes finds the minute columns: the first of them, and the minute it is.
func (t *table) minutes() (column int, first int64, err error) {
	for column = range t.header {
		if n, err := strconv.ParseInt(t.header[column], 10, 32); err == nil {
			first = n
			break
		}
	}
	if first < 1 {
		return 0, 0, t.bad("", "found no minute columns in the header, expected 1,2,…,1440")
	}
	for i, h := range t.header[column:] {
		if h != strconv.FormatInt(first+int64(i), 10) || first+int64(i) > 1440 {
			return 0, 0, t.bad("", "found the column %s, expected minute %d of 1 to 1440", excerpt(h), first+int64(i))
		}
	}
	return column, first, nil
}

// readInvocations joins each row of counts with its durations.
func (t *table) readInvocations(ctx context.Context, l *azureLoader, day int, durations map[azureKey]*durationRow, used *int) error {
	at, err := t.find("HashOwner", "HashApp", "HashFunction", "Trigger")
	if err != nil {
		return err
	}
	column, first, err := t.minutes()
	if err != nil {
		return err
	}
	if len(l.trace.functions) == 0 && l.trace.horizon == 0 {
		l.minute0 = first
	}
	begin := int64(day-l.firstDay)*1440 + first - l.minute0
	n := len(t.header) - column
	l.trace.horizon = max(l.trace.horizon, sim.Time(begin+int64(n))*sim.Minute)
	if begin < 0 {
		return t.bad("", "the first minute %d lies before the first day's, %d", first, l.minute0)
	}
	counts := make([]int64, n)
	today := map[azureKey]bool{}
	return t.each(ctx, func(f [][]byte) error {
		key, err := t.key(f[at[0]], f[at[1]], f[at[2]])
		if err != nil {
			return err
		}
		trigger := f[at[3]]
		if problem := badName("Trigger", trigger); problem != "" || len(key.function) == 0 {
			return t.bad("names that cannot be used", "%s", cmp.Or(problem, "HashFunction: found an empty name, expected a name"))
		}
		total, err := t.counts(f[column:], counts)
		if err != nil {
			return err
		}
		if today[key] {
			l.request.report.apply(sameRow, 1)
			return nil
		}
		today[key] = true
		var q *quantiles
		if row := durations[key]; row != nil {
			*used++
			q = &row.quantiles
			if !q.bendTo(row.average) {
				l.request.report.applyTo(averageBeyond, key.function)
			}
		}
		return l.add(key, trigger, q, counts, total, begin)
	})
}

// counts reads the minutes of a row.
func (t *table) counts(cells [][]byte, into []int64) (total int64, err error) {
	for i, cell := range cells {
		if len(cell) == 1 && cell[0]-'0' <= 9 {
			into[i] = int64(cell[0] - '0')
		} else if c, ok := decimal.Count(cell); ok && c <= countMax {
			into[i] = c
		} else {
			return 0, t.bad("counts that are not numbers", "column %s: found %s, expected a whole number from 0 to %d",
				t.header[len(t.header)-len(cells)+i], excerpt(cell), countMax)
		}
		total += into[i]
	}
	return total, nil
}

// add takes a function's day.
func (l *azureLoader) add(key azureKey, trigger []byte, q *quantiles, counts []int64, total, begin int64) error {
	_, known := l.index[key]
	if q == nil && (!known || l.last[l.index[key]] == nil) {
		l.request.report.apply("a function without durations on this day or before: its invocations of the day are dropped", 1)
		if total > 0 {
			l.request.report.apply("an invocation of such a function: dropped", total)
		}
		return nil
	}
	f := l.function(key, string(trigger))
	if q == nil {
		q = l.last[f]
		l.request.report.apply("a function without durations on this day: those of its last day that had them", 1)
	}
	l.last[f] = q
	if total == 0 {
		return nil
	}
	l.pack = packDay(l.pack[:0], q, counts)
	offset, err := l.trace.packed.add(l.pack)
	if err != nil {
		return fmt.Errorf("trace %s: %w", l.request.spec, err)
	}
	a := l.trace
	a.days[f] = append(a.days[f], dayRef{offset, int32(len(l.pack)), int32(begin)})
	a.counts[f] += total
	a.functions[f].Weight = float64(a.counts[f])
	return nil
}
