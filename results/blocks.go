package results

import (
	"cmp"
	"errors"
	"fmt"
	"math"
	"slices"

	"github.com/coldcurve/coldcurve/results/stat"
	"github.com/coldcurve/coldcurve/sim"
)

// Over is what intervals are over.
type Over uint8

// Over replications of the run, each with random numbers of its own; batches of one long
// run; or the days of the window.
const (
	OverReplications Over = iota
	OverBatches
	OverDays
)

// Blocks are equal parts of a window, one after the other, with the requests that arrived
// in each: batches of a long run, or days.
type Blocks struct {
	Days   bool     // else batches
	Seed   uint64   // of the bootstrap over days
	Length sim.Time // of each, ns; what is left of the window after the last is in none
	List   []Block
}

// Block is the requests of a part of the window.
type Block struct {
	Ended      [statuses]uint64 // by sim.Status
	Started    uint64
	Cold       uint64
	Wait, Init sim.Wide   // ns, as in Replication
	Latency    *Histogram // of the completed ones
}

// BlocksRecorder counts requests by block, as a sim.Observer: one a worker, merged
// afterwards.
type BlocksRecorder struct {
	window sim.Window
	blocks Blocks
}

var _ sim.WarmObserver = (*BlocksRecorder)(nil)

// NewBlocksRecorder returns one of a window that is cut into n ≥ 1 blocks of a length
// above 0 ns, which fit into it.
func NewBlocksRecorder(w sim.Window, n int, length sim.Time, days bool, seed uint64) *BlocksRecorder {
	r := &BlocksRecorder{w, Blocks{Days: days, Seed: seed, Length: length, List: make([]Block, n)}}
	for i := range r.blocks.List {
		r.blocks.List[i].Latency = new(Histogram)
	}
	return r
}

// of returns the block of an arrival; nil: none. What counts though it arrives outside
// the window, as a retry after it, is of the block next to it.
func (r *BlocksRecorder) of(arrival sim.Time) *Block {
	i := int64((max(arrival, r.window.Warmup) - r.window.Warmup) / r.blocks.Length)
	if arrival >= r.window.Horizon {
		return &r.blocks.List[len(r.blocks.List)-1]
	}
	if i >= int64(len(r.blocks.List)) {
		return nil
	}
	return &r.blocks.List[i]
}

// Requests implements sim.Observer.
func (r *BlocksRecorder) Requests(batch []sim.Outcome) {
	for i := range batch {
		o := &batch[i]
		if o.Flags&sim.Ping != 0 || !o.Within(r.window) {
			continue
		}
		b := r.of(o.Arrival)
		if b == nil {
			continue
		}
		b.Ended[o.Status]++
		if o.Started {
			b.Started++
			b.Wait.Add(o.Start - o.Arrival)
			if o.Flags&sim.Cold != 0 {
				b.Cold++
				b.Init.Add(o.Init)
			}
		}
		if o.Status == sim.Completed {
			b.Latency.Record(o.End - o.Arrival)
		}
	}
}

// Warm implements sim.WarmObserver.
func (r *BlocksRecorder) Warm(run []sim.Invocation) {
	for i := range run {
		v := &run[i]
		if !r.window.Contains(v.Arrival) {
			continue
		}
		if b := r.of(v.Arrival); b != nil {
			b.Ended[sim.Completed]++
			b.Started++
			b.Latency.Record(v.Service)
		}
	}
}

// Merge adds what another worker's recorder of the same run holds.
func (r *BlocksRecorder) Merge(o *BlocksRecorder) error {
	if r.window != o.window || len(r.blocks.List) != len(o.blocks.List) {
		return fmt.Errorf("blocks: cannot merge %d of window %v into %d of window %v", len(o.blocks.List), o.window, len(r.blocks.List), r.window)
	}
	for i := range r.blocks.List {
		r.blocks.List[i].add(&o.blocks.List[i])
	}
	return nil
}

// Finish returns the blocks.
func (r *BlocksRecorder) Finish() *Blocks { return &r.blocks }

// check refuses blocks that do not hang together.
func (b *Blocks) check() error {
	if b == nil {
		return nil
	}
	for i := range b.List {
		if b.List[i].Latency == nil {
			return errors.New("reading a unit: a block of its window has no latency histogram")
		}
	}
	return nil
}

func (b *Block) add(o *Block) {
	for s := range b.Ended {
		b.Ended[s] += o.Ended[s]
	}
	b.Started += o.Started
	b.Cold += o.Cold
	b.Wait.AddWide(o.Wait)
	b.Init.AddWide(o.Init)
	b.Latency.Merge(o.Latency)
}

// blockMetric is a column that the requests of a block have, too: what they have alone is
// in none of the others, as the time of instances and bills.
type blockMetric struct {
	column   string
	quantile float64 // of the latencies that it is, in (0, 1); 0: it is none
	of       func(*Block) float64
}

// blockMetrics are never changed.
var blockMetrics = []blockMetric{
	{"cold_ratio", 0, func(b *Block) float64 { return Ratio{b.Cold, b.Started}.Float() }},
	{"latency_mean_s", 0, func(b *Block) float64 { return b.Latency.Mean() / second }},
	blockQuantile("latency_p50_s", 0.50),
	blockQuantile("latency_p90_s", 0.90),
	blockQuantile("latency_p95_s", 0.95),
	blockQuantile("latency_p99_s", 0.99),
	blockQuantile("latency_p999_s", 0.999),
	{"wait_mean_s", 0, func(b *Block) float64 { return over(b.Wait, b.Started) }},
	{"init_mean_s", 0, func(b *Block) float64 { return over(b.Init, b.Cold) }},
	{"error_ratio", 0, func(b *Block) float64 {
		return Ratio{b.Ended[sim.Rejected] + b.Ended[sim.Failed] + b.Ended[sim.TimedOut] + b.Ended[sim.Abandoned], sumOf(b.Ended)}.Float()
	}},
}

func blockQuantile(column string, q float64) blockMetric {
	return blockMetric{column, q, func(b *Block) float64 {
		return where(b.Latency.Count() > 0, float64(b.Latency.Quantile(q))/second)
	}}
}

// dayResamples is how many resamples of days a bootstrap takes.
const dayResamples = 400

// samples is what intervals over blocks are taken from, by blockMetrics: of batches the
// value of each, of days that of each resample.
type samples struct {
	days   int // 0: of batches
	blocks int
	length sim.Time
	values [][]float64
	fewest uint64 // completed requests of the batch that has the least
}

// samples returns those of the blocks.
func (b *Blocks) samples() *samples {
	s := &samples{blocks: len(b.List), length: b.Length, values: make([][]float64, len(blockMetrics))}
	if !b.Days {
		s.fewest = slices.MinFunc(b.List, func(x, y Block) int { return cmp.Compare(x.Latency.Count(), y.Latency.Count()) }).Latency.Count()
		for m := range blockMetrics {
			for i := range b.List {
				s.values[m] = append(s.values[m], blockMetrics[m].of(&b.List[i]))
			}
		}
		return s
	}
	s.days = len(b.List)
	// All rows and replications draw the same days, so that they pair.
	stream := sim.NewStream(sim.RunKey{Seed: b.Seed}, sim.PurposeSample, sim.HashName("days"))
	_, _ = stat.Bootstrap(len(b.List), dayResamples, stream.Uniform, func(drawn []int) (float64, error) { // it fails where the statistic does
		sum := Block{Latency: new(Histogram)}
		for _, d := range drawn {
			sum.add(&b.List[d])
		}
		for m := range blockMetrics {
			s.values[m] = append(s.values[m], blockMetrics[m].of(&sum))
		}
		return 0, nil
	})
	return s
}

// blockSamples are the samples of a unit, whole or a summary; nil: it has no blocks.
func (r *Replication) blockSamples() *samples {
	switch {
	case r.Sampled != nil:
		return r.Sampled
	case r.Blocks != nil:
		return r.Blocks.samples()
	}
	return nil
}

// overBlocks gives a row's columns the intervals over the blocks of its replications,
// where they have some: those over replications are then none of its. A column that some
// block has no value in has no interval.
func (c *Cell) overBlocks(stats []Stat) {
	var all []*samples
	for _, r := range c.Replications {
		s := r.blockSamples()
		if s == nil {
			return
		}
		all = append(all, s)
	}
	if len(all) == 0 {
		return
	}
	for m := range stats {
		stats[m].Half, stats[m].bare = nan, true
	}
	for k, m := range blockMetrics {
		s := &stats[metricIndex(m.column)]
		s.blocks, s.days, s.bare = meanOfEach(all, k), all[0].days, false
		s.Half = s.interval() + s.bins
	}
}

// meanOfEach is, for each block or resample, the mean of a metric over replications.
func meanOfEach(all []*samples, metric int) []float64 {
	out := make([]float64, len(all[0].values[metric]))
	for i := range out {
		x := make([]float64, len(all))
		for n, s := range all {
			x[n] = s.values[metric][i]
		}
		out[i] = stat.Mean(x)
	}
	return out
}

// interval is the half-width of the interval over blocks; NaN where a block has no value.
func (s *Stat) interval() float64 { return halfOver(s.blocks, s.days) }

func halfOver(values []float64, days int) float64 {
	if len(stat.Defined(values)) < len(values) || len(values) == 0 {
		return math.NaN()
	}
	if days > 0 {
		return stat.BootstrapHalf(values, days, stat.Level)
	}
	_, half := stat.Interval(values, stat.Level)
	return half
}
