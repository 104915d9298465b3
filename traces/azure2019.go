package traces

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"math"
	"slices"
	"sync"

	"github.com/coldcurve/coldcurve/sim"
)

// The format azure2019 joins three tables a day by owner, app and function.
//
// Rules, each counted in the report where it applies:
//
//   - Time 0 is the start of the first minute of the first day's header.
//     Day dNN lies (NN − first) × 24 h later.
//   - A row of invocations counts executions that completed in a minute; they
//     are taken to arrive in it. (96 % of the functions take less than a minute on
//     average; the table does not say more.)
//   - Durations exclude the cold start. They are drawn by an inverse CDF
//     through the percentiles 1, 25, 50, 75 and 99, with Minimum and Maximum
//     as the ends; where these are empty, the percentiles 0 and 100. The
//     percentiles are of averages over 30 s, so a draw varies less than single
//     executions did. A percentile below the one before is raised to it.
//   - Between the percentiles the inverse CDF is bent, alike in all pieces, so
//     that its mean is Average, which is of all executions. (On straight lines
//     the top per cent alone, up to the one longest execution, makes the mean
//     twice Average.) Where no bend reaches Average, the percentiles hold and the
//     nearest is taken.
//   - A function without a row of durations on a day takes the one of its last day that
//     had one; where there is none, its invocations of that day are dropped.
//   - Memory is AverageAllocatedMb of the app (of the function, where the
//     table has a HashFunction), of the first day that has it, rounded to
//     MiB, at least 1. An app without takes the median of the table. Without
//     any memory table (days 13 and 14 have none), the platform's default holds.
//   - Of rows with the same owner, app and function in a table of one day, the
//     first counts; the others are dropped. The same HashFunction under
//     another app is another function.
//   - Rows of durations or memory that no row of invocations names are not used.

// azureKey joins the tables.
type azureKey struct{ owner, app, function string }

// azure2019 is the trace: functions, and for each the days on which it was
// invoked. Counts and duration tables lie packed in the spill.
type azure2019 struct {
	functions []sim.Function
	counts    []int64
	days      [][]dayRef
	horizon   sim.Time
	packed    *spill
	mode      Arrivals
	scale     float64
	pool      sync.Pool
}

// dayRef is where a function's day lies in the spill.
type dayRef struct {
	offset int64
	length int32
	minute int32 // of the trace, at which the day begins
}

func (a *azure2019) Functions() []sim.Function { return a.functions }
func (a *azure2019) Counts() []int64           { return slices.Clone(a.counts) }
func (a *azure2019) Horizon() sim.Time         { return a.horizon }
func (a *azure2019) Close() error              { return a.packed.Close() }

// source implements backing.
func (a *azure2019) source(key sim.RunKey, function, as uint32, start, end sim.Time, _ int) sim.Source {
	s, _ := a.pool.Get().(*minuteSource)
	if s == nil {
		s = &minuteSource{counts: new(dayCounter)}
	}
	s.pool = &a.pool
	s.placer.mode, s.placer.scale = a.mode, a.scale
	s.open(key, &a.functions[function], as, start, end)
	c := s.counts.(*dayCounter)
	c.packed, c.days, c.left = a.packed, a.days[function], nil
	return s
}

// dayCounter reads a function's packed days.
type dayCounter struct {
	packed    *spill
	days      []dayRef
	buf       []byte
	left      []byte // gap and count, as varints
	minute    int64
	durations quantiles
}

// packDay encodes a function's day: its durations, then (gap to the minute
// before, count) of each minute that has a count.
func packDay(dst []byte, durations *quantiles, counts []int64) []byte {
	for _, d := range durations.at {
		dst = binary.LittleEndian.AppendUint64(dst, uint64(d))
	}
	dst = binary.LittleEndian.AppendUint64(dst, math.Float64bits(durations.bend))
	gap := uint64(0)
	for _, c := range counts {
		if c > 0 {
			dst = binary.AppendUvarint(binary.AppendUvarint(dst, gap), uint64(c))
			gap = 0
		}
		gap++
	}
	return dst
}

func (c *dayCounter) next() (int64, int64, *quantiles, bool, error) {
	for len(c.left) == 0 {
		if len(c.days) == 0 {
			return 0, 0, nil, false, nil
		}
		d := c.days[0]
		c.days = c.days[1:]
		c.buf = slices.Grow(c.buf[:0], int(d.length))[:d.length]
		if err := c.packed.read(c.buf, d.offset); err != nil {
			return 0, 0, nil, false, err
		}
		q := &c.durations
		for i := range q.at {
			q.at[i] = sim.Time(binary.LittleEndian.Uint64(c.buf[8*i:]))
		}
		q.bend = math.Float64frombits(binary.LittleEndian.Uint64(c.buf[8*len(q.at):]))
		c.left, c.minute = c.buf[8*len(q.at)+8:], int64(d.minute)
	}
	gap, n := binary.Uvarint(c.left)
	count, m := binary.Uvarint(c.left[n:])
	c.left = c.left[n+m:]
	c.minute += int64(gap)
	return c.minute, int64(count), &c.durations, true, nil
}

func (c *dayCounter) placed(int64, int64) (sim.Time, bool) { return 0, false }
func (c *dayCounter) free()                                { c.packed, c.days, c.left = nil, nil, nil }

// azureLoader reads the tables.
type azureLoader struct {
	request  *request
	trace    *azure2019
	index    map[azureKey]uint32
	last     []*quantiles // durations of the last day that had them
	memory   map[azureKey]int64
	sum      hash.Hash
	pack     []byte
	firstDay int
	minute0  int64 // the header's first minute on the first day
}

func openAzure2019(ctx context.Context, r *request) (*opened, error) {
	days, err := r.azureDays()
	if err != nil {
		return nil, err
	}
	a := &azure2019{packed: &spill{dir: r.TempDir}, mode: r.Arrivals, scale: r.Scale}
	l := &azureLoader{request: r, trace: a, index: map[azureKey]uint32{}, memory: map[azureKey]int64{},
		sum: sha256.New(), firstDay: days[0].number}
	if err := l.load(ctx, days); err != nil {
		return nil, errors.Join(err, a.packed.Close())
	}
	return &opened{backing: a, digest: hex.EncodeToString(l.sum.Sum(nil)), scaled: true, bounded: true}, nil
}

// load reads all days and settles the memory.
func (l *azureLoader) load(ctx context.Context, days []azureDay) error {
	tables := 0
	for i, d := range days {
		if i > 0 && d.number > days[i-1].number+1 {
			if !l.request.Lenient {
				return &Malformed{File: l.request.path, Problem: "day " + dayName(days[i-1].number+1) + " is missing, expected days that follow each other"}
			}
			l.request.report.apply("a day is missing between others: it stays empty", int64(d.number-days[i-1].number-1))
		}
		if err := l.day(ctx, d); err != nil {
			return err
		}
		if n := len(l.trace.functions); n > functionsMost {
			return &Malformed{File: l.request.path, Problem: fmt.Sprintf("found %d functions up to day %s, expected at most %d in a trace", n, dayName(d.number), functionsMost)}
		}
		if d.memory.path != "" {
			tables++
		}
	}
	if tables == 0 {
		l.request.report.note("there is no memory table: the platform's default memory holds")
		return l.trace.packed.finish()
	}
	l.settleMemory()
	return l.trace.packed.finish()
}

// day reads one day's tables: durations and memory first, so that invocations
// can be joined as they stream by.
func (l *azureLoader) day(ctx context.Context, d azureDay) error {
	durations := map[azureKey]*durationRow{}
	if err := l.table(d.durations, func(t *table) error { return t.readDurations(ctx, durations) }); err != nil {
		return err
	}
	if d.memory.path != "" {
		if err := l.table(d.memory, func(t *table) error { return t.readMemory(ctx, l.memory) }); err != nil {
			return err
		}
	}
	used := 0
	err := l.table(d.invocations, func(t *table) error {
		return t.readInvocations(ctx, l, d.number, durations, &used)
	})
	if err == nil && used < len(durations) {
		l.request.report.apply("a row of durations without invocations: not used", int64(len(durations)-used))
	}
	return err
}

// function returns the index of a function, adding it where it is new.
func (l *azureLoader) function(key azureKey, trigger string) uint32 {
	a := l.trace
	if f, ok := l.index[key]; ok {
		if a.functions[f].Trigger != trigger {
			l.request.report.apply("a function has another trigger on a later day: the first is kept", 1)
		}
		return f
	}
	f := uint32(len(a.functions))
	l.index[key] = f
	a.functions = append(a.functions, sim.Function{Name: key.function, App: key.app, Owner: key.owner, Trigger: trigger})
	a.counts = append(a.counts, 0)
	a.days = append(a.days, nil)
	l.last = append(l.last, nil)
	return f
}

// settleMemory gives each function its memory, or the median.
func (l *azureLoader) settleMemory() {
	all := make([]int64, 0, len(l.memory))
	for _, m := range l.memory {
		all = append(all, m)
	}
	slices.Sort(all)
	var median int64
	if len(all) > 0 {
		median = all[len(all)/2]
	}
	missing := int64(0)
	for i := range l.trace.functions {
		f := &l.trace.functions[i]
		m, ok := l.memory[azureKey{f.Owner, f.App, f.Name}]
		if !ok {
			m, ok = l.memory[azureKey{f.Owner, f.App, ""}]
		}
		if !ok {
			m = median
			missing++
		}
		f.Memory = m
	}
	if missing > 0 {
		l.request.report.apply("a function whose app has no row of memory: takes the table's median", missing)
	}
}
