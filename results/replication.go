package results

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/gzip"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/sim"
)

// statuses is the number of ways in which a request can end.
const statuses = int(sim.Unfinished) + 1

// replicationSchema is the version of the encoding of a Replication.
const replicationSchema = 9

// Replication is the record of one unit: one cell, one replication. It is all
// that is needed of a run afterwards; finished units are kept as files of it.
// Sums are exact integers.
type Replication struct {
	Schema      int
	Window      sim.Window
	Epoch       sim.Time         // when time 0 is, in ns since 1970-01-01T00:00:00Z
	Ended       [statuses]uint64 // the cohort by sim.Status
	Invocations uint64           // of the cohort, that were started
	Attempts    uint64           // at the users' requests of the cohort, clients' retries of them too
	ColdStarts  uint64
	Cold        [sim.NumColdCauses]uint64 // of these, by sim.ColdCause
	Failures    [sim.NumFailCauses]uint64 // of the requests at functions that failed, by sim.FailCause
	Pings       uint64
	Wait        sim.Wide   // ns from arrival to start, over invocations
	Init        sim.Wide   // ns in initialisations, over cold starts
	Latency     *Histogram // nil in a Summary
	AppColdP75  Ratio      // cold ratio; Den is 0 where nothing was started
	Instances   InstanceTime
	Lives       Lives
	// BreakingInits is true where a part of the initialisations fails.
	BreakingInits bool `json:",omitempty"`
	// Loads are what initialisations loaded from the platform's stores, those that
	// nobody waited for too.
	Loads []Load `json:",omitempty"`
	// Pool is the time of instances that belong to no function, by kind; nil: there are none.
	Pool []PoolTime `json:",omitempty"`
	// Clamped counts the drawn durations that reached the longest there is,
	// sim.Longest, and count as that: of all requests, of the warm-up too.
	Clamped uint64 `json:",omitempty"`
	Series  Series
	Serving *Serving         `json:",omitempty"` // nil: no server told of tokens
	Users   *Users           `json:",omitempty"` // nil: no client gives up or asks again
	Nodes   *Nodes           `json:",omitempty"` // nil: capacity is not bounded by nodes
	Power   *Power           `json:",omitempty"` // nil: it is not known
	Bills   []costmodel.Bill // one a tariff, in the experiment's order; of an application one of all together
	// Application is what an application did; nil: it is none. Arrivals, their ends and
	// latency are then its events', all else is of requests at its functions.
	Application *Application     `json:",omitempty"`
	Warnings    []string         `json:",omitempty"`
	Blocks      *Blocks          `json:",omitempty"` // nil: intervals are over replications
	Functions   []FunctionRecord `json:"-"`          // in the order of their index; those of which nothing is known are left out
	// Columns are, of a Summary alone, the Values without a bill and under each.
	Columns [][]float64 `json:"-"`
	Sampled *samples    `json:"-"` // of the Blocks, of a Summary alone
}

// InstanceTime is the time of all instances within the window.
type InstanceTime struct {
	Total        sim.Wide // ns × instances
	Before       sim.Wide // of these, before their sandboxes: there is no machine yet
	Initialising sim.Wide
	Idle         sim.Wide // whole instances idle
	Wasted       sim.Wide // MiB × ns of idle instances
	Peak         Ratio    // largest average over a one-second bucket; Den is 0 where none was recorded
}

// Lives are counts of instances in the window.
type Lives struct {
	Created   uint64
	Prewarmed uint64 // of these, those that no request waited for
	Ahead     uint64 // lives of such instances that were there in the window, whenever created
	Stopped   uint64
	Lifespan  sim.Wide // ns, of the stopped ones
	FromLayer uint64   `json:",omitempty"` // starts that went on from a layer
	// Phases are the ns in each phase, of the created ones that a request waited for.
	Phases [sim.NumPhases]sim.Wide
	Stops  [sim.NumStopCauses]uint64 // of the stopped ones, by sim.StopCause
}

// Series is the unit over time, in buckets of Step ns from the window's start.
type Series struct {
	Step         sim.Time
	Arrivals     []uint64 // of the cohort
	ColdStarts   []uint64 // by arrival
	Instances    []int64  // integral of the number of instances over the bucket, ns
	Initialising []int64  // the same of those that initialise
	Busy         []int64  // the same of those that serve
}

// Idle returns the integral of the number of idle instances over a bucket, ns.
func (s *Series) Idle(b int) int64 { return s.Instances[b] - s.Initialising[b] - s.Busy[b] }

// FunctionRecord is a function in one unit. Instances belong to deployments:
// their numbers stand at a deployment's first function.
type FunctionRecord struct {
	Function                uint32           // index into the workload's functions
	Ended                   [statuses]uint64 // by sim.Status
	Invocations, ColdStarts uint64
	Latency                 sim.Wide // ns, over the completed ones
	P50, P90, P95, P99, Max int64    // ns, the quantiles to within RelativeError
	Created                 uint64   // instances created in the window
	Busy, Idle              sim.Wide // ns × instances
	Wasted                  sim.Wide // MiB × ns
}

func (f *FunctionRecord) empty() bool {
	return f.Arrivals() == 0 && f.Created == 0 && f.Busy.IsZero() && f.Idle.IsZero()
}

// Arrivals returns the function's share of the cohort.
func (f *FunctionRecord) Arrivals() uint64 { return sumOf(f.Ended) }

// Arrivals returns the size of the cohort.
func (r *Replication) Arrivals() uint64 {
	return sumOf(r.Ended)
}

func sumOf(ended [statuses]uint64) uint64 {
	var n uint64
	for _, e := range ended {
		n += e
	}
	return n
}

// Busy returns the ns × instances that served within the window.
func (i *InstanceTime) Busy() sim.Wide {
	return subWide(subWide(i.Total, i.Initialising), i.Idle)
}

// subWide returns a − b, 0 where b is larger.
func subWide(a, b sim.Wide) sim.Wide {
	lo, borrow := bits.Sub64(a.Lo, b.Lo, 0)
	hi, under := bits.Sub64(a.Hi, b.Hi, borrow)
	if under != 0 {
		return sim.Wide{}
	}
	return sim.Wide{Hi: hi, Lo: lo}
}

// Ratio is a fraction; Den is 0 where it is undefined.
type Ratio struct{ Num, Den uint64 }

// Float returns the fraction, NaN where it is undefined.
func (r Ratio) Float() float64 {
	if r.Den == 0 {
		return math.NaN()
	}
	return float64(r.Num) / float64(r.Den)
}

// cmp compares two fractions exactly.
func (r Ratio) cmp(o Ratio) int {
	h1, l1 := bits.Mul64(r.Num, o.Den)
	h2, l2 := bits.Mul64(o.Num, r.Den)
	switch {
	case h1 != h2 && h1 < h2, h1 == h2 && l1 < l2:
		return -1
	case h1 == h2 && l1 == l2:
		return 0
	}
	return 1
}

func sortRatios(r []Ratio) { slices.SortFunc(r, Ratio.cmp) }

// Encode writes the record: a line of JSON with all but the functions, then a
// line with the functions by columns, compressed with gzip. The bytes depend
// on the record alone.
func (r *Replication) Encode(w io.Writer) error {
	z, err := gzip.NewWriterLevel(w, gzip.BestSpeed)
	if err != nil {
		return fmt.Errorf("writing a unit: %w", err)
	}
	e := json.NewEncoder(z)
	if err := e.Encode(r); err != nil {
		return fmt.Errorf("writing a unit: %w", err)
	}
	if err := e.Encode(toColumns(r.Functions)); err != nil {
		return fmt.Errorf("writing a unit's functions: %w", err)
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("writing a unit: %w", err)
	}
	return nil
}

// Decode reads what Encode wrote. A file that is cut off, damaged or of
// another version is an error.
func Decode(r io.Reader) (*Replication, error) {
	rep, lines, err := decode(r)
	if err != nil {
		return nil, err
	}
	var cols functionColumns
	if err := lines.Decode(&cols); err != nil {
		return nil, fmt.Errorf("reading a unit's functions: %w", err)
	}
	if rep.Functions, err = cols.rows(); err != nil {
		return nil, err
	}
	var more json.RawMessage
	if err := lines.Decode(&more); !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading a unit: found data after its end: %w", err)
	}
	return rep, nil
}

// DecodeSummary reads all but the functions, and does not read that far.
func DecodeSummary(r io.Reader) (*Replication, error) {
	rep, _, err := decode(r)
	return rep, err
}

func decode(r io.Reader) (*Replication, *json.Decoder, error) {
	z, err := gzip.NewReader(bufio.NewReader(r))
	if err != nil {
		return nil, nil, fmt.Errorf("reading a unit: %w", err)
	}
	lines := json.NewDecoder(z)
	rep := new(Replication)
	if err := lines.Decode(rep); err != nil {
		return nil, nil, fmt.Errorf("reading a unit: %w", err)
	}
	return rep, lines, rep.check()
}

// check refuses a record that does not hang together.
func (r *Replication) check() error {
	s := &r.Series
	n := len(s.Arrivals)
	switch {
	case r.Schema != replicationSchema:
		return fmt.Errorf("reading a unit: found version %d of the record, want %d", r.Schema, replicationSchema)
	case r.Latency == nil:
		return errors.New("reading a unit: it has no latency histogram")
	case r.Serving != nil && (r.Serving.TTFT == nil || r.Serving.TPOT == nil || r.Serving.Queueing == nil):
		return errors.New("reading a unit: what its servers told has no histograms")
	case r.Users != nil && r.Users.Latency == nil:
		return errors.New("reading a unit: its users' requests have no histogram")
	case s.Step <= 0 || len(s.ColdStarts) != n || len(s.Instances) != n || len(s.Initialising) != n || len(s.Busy) != n:
		return errors.New("reading a unit: the columns of its time series differ in length")
	}
	if r.Users != nil {
		if err := r.Users.Traffic.check(n); err != nil {
			return err
		}
	}
	if err := r.Blocks.check(); err != nil {
		return err
	}
	return r.Application.check()
}

// functionColumns is the functions of a unit by columns: much the same number
// next to each other compresses well.
type functionColumns struct {
	Function                             []uint32
	Completed, TimedOut, Rejected        []uint64
	Failed, Abandoned, Unfinished        []uint64
	Invocations, ColdStarts, Created     []uint64
	P50, P90, P95, P99, Max              []int64
	LatencyHi, LatencyLo, BusyHi, BusyLo []uint64
	IdleHi, IdleLo, WastedHi, WastedLo   []uint64
}

func toColumns(rows []FunctionRecord) *functionColumns {
	c := new(functionColumns)
	for i := range rows {
		r := &rows[i]
		c.Function = append(c.Function, r.Function)
		for s, col := range c.counts() {
			*col = append(*col, r.counts()[s])
		}
		for s, col := range c.durations() {
			*col = append(*col, *r.durations()[s])
		}
	}
	return c
}

func (c *functionColumns) counts() []*[]uint64 {
	return []*[]uint64{&c.Completed, &c.TimedOut, &c.Rejected, &c.Failed, &c.Abandoned, &c.Unfinished, &c.Invocations, &c.ColdStarts, &c.Created,
		&c.LatencyHi, &c.LatencyLo, &c.BusyHi, &c.BusyLo, &c.IdleHi, &c.IdleLo, &c.WastedHi, &c.WastedLo}
}

func (c *functionColumns) durations() []*[]int64 {
	return []*[]int64{&c.P50, &c.P90, &c.P95, &c.P99, &c.Max}
}

func (r *FunctionRecord) counts() []uint64 {
	return []uint64{r.Ended[0], r.Ended[1], r.Ended[2], r.Ended[3], r.Ended[4], r.Ended[5], r.Invocations, r.ColdStarts, r.Created,
		r.Latency.Hi, r.Latency.Lo, r.Busy.Hi, r.Busy.Lo, r.Idle.Hi, r.Idle.Lo, r.Wasted.Hi, r.Wasted.Lo}
}

func (r *FunctionRecord) durations() []*int64 {
	return []*int64{&r.P50, &r.P90, &r.P95, &r.P99, &r.Max}
}

func (c *functionColumns) rows() ([]FunctionRecord, error) {
	n := len(c.Function)
	for _, col := range c.counts() {
		if len(*col) != n {
			return nil, fmt.Errorf("reading a unit's functions: a column has %d rows, want %d", len(*col), n)
		}
	}
	for _, col := range c.durations() {
		if len(*col) != n {
			return nil, fmt.Errorf("reading a unit's functions: a column has %d rows, want %d", len(*col), n)
		}
	}
	rows := make([]FunctionRecord, n)
	for i := range rows {
		r := &rows[i]
		*r = FunctionRecord{
			Function: c.Function[i], Ended: [statuses]uint64{c.Completed[i], c.TimedOut[i], c.Rejected[i], c.Failed[i], c.Abandoned[i], c.Unfinished[i]},
			Invocations: c.Invocations[i], ColdStarts: c.ColdStarts[i], Created: c.Created[i],
			P50: c.P50[i], P90: c.P90[i], P95: c.P95[i], P99: c.P99[i], Max: c.Max[i],
			Latency: sim.Wide{Hi: c.LatencyHi[i], Lo: c.LatencyLo[i]},
			Busy:    sim.Wide{Hi: c.BusyHi[i], Lo: c.BusyLo[i]},
			Idle:    sim.Wide{Hi: c.IdleHi[i], Lo: c.IdleLo[i]},
			Wasted:  sim.Wide{Hi: c.WastedHi[i], Lo: c.WastedLo[i]},
		}
	}
	return rows, nil
}
