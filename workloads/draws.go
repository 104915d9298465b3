package workloads

import (
	"container/list"
	"io"
	"sync"

	"github.com/coldcurve/coldcurve/sim"
)

// Draws keeps what counted loads drew last, for runs that differ in all but what
// they drew: the platforms that a question is asked of, and factors on durations.
// Of one load and one run key it gives the same as drawing anew. Its methods may
// be called at the same time.
type Draws struct {
	mu     sync.Mutex
	most   int64 // requests
	held   int64
	known  map[drawn]*list.Element // of *draw
	latest list.List               // the latest first
}

// drawn names the requests to one function in a run.
type drawn struct {
	load     *CountedLoad
	key      sim.RunKey
	function uint64
}

// draw is the requests to one function in a run.
type draw struct {
	of    drawn
	count int64
	once  sync.Once
	at    []sim.Time
	takes []sim.Time
}

// NewDraws returns a memory of so many requests, of 16 bytes each.
func NewDraws(most int64) *Draws {
	return &Draws{most: most, known: map[drawn]*list.Element{}}
}

// find returns the draw of a name, perhaps a new one that nothing was drawn for
// yet, and forgets the oldest ones that there is no room for beside it.
func (d *Draws) find(of drawn, count int64) *draw {
	d.mu.Lock()
	defer d.mu.Unlock()
	if e, ok := d.known[of]; ok {
		d.latest.MoveToFront(e)
		return e.Value.(*draw)
	}
	for d.held += count; d.held > d.most; {
		oldest := d.latest.Remove(d.latest.Back()).(*draw)
		delete(d.known, oldest.of)
		d.held -= oldest.count
	}
	out := &draw{of: of, count: count}
	d.known[of] = d.latest.PushFront(out)
	return out
}

// open returns the requests to one function, drawn by the source where they are
// not known.
func (d *Draws) open(of drawn, source *countedSource) sim.Source {
	count := of.load.count()
	if count > d.most {
		return source
	}
	kept := d.find(of, count)
	kept.once.Do(func() { kept.fill(source) })
	return &drawnSource{draw: kept, function: source.function, factor: source.factor}
}

func (d *draw) fill(source *countedSource) {
	d.at, d.takes = make([]sim.Time, 0, d.count), make([]sim.Time, 0, d.count)
	for {
		at, takes, ok := source.draw()
		if !ok {
			return
		}
		d.at, d.takes = append(d.at, at), append(d.takes, takes)
	}
}

// drawnSource yields what was drawn.
type drawnSource struct {
	*draw
	function uint32
	factor   float64
	next     int
}

// Next implements sim.Source.
func (s *drawnSource) Next(buf []sim.Invocation) (int, error) {
	n := min(len(buf), len(s.at)-s.next)
	if n == 0 {
		return 0, io.EOF
	}
	for i := range buf[:n] {
		buf[i] = sim.Invocation{Arrival: s.at[s.next+i], Function: s.function, Service: times(s.takes[s.next+i], s.factor)}
	}
	s.next += n
	return n, nil
}
