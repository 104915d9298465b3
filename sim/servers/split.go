package servers

import (
	"cmp"
	"errors"
	"fmt"
	"math/bits"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// Split serves a language model on engines of two kinds, which together are an
// instance: some compute prompts and make the first token, then the keys and
// values go over to others, which make the rest. A request goes to the engine of
// a kind that has the fewest. What an engine sends goes one after the other, and
// a request is in line where it goes when all of it is there. One that is taken
// back on its way, or before it, takes its time there all the same. Blocks are free
// where it comes from when its prompt is computed, not when they were sent.
type Split struct {
	Prefill, Decode   LLM // of V1; the front and the columns are those of Prefill
	Prefills, Decodes int // engines of each kind, ≥ 1
	// TokenBytes are the keys and values of a token, ≥ 0, and Bandwidth how many
	// bytes an engine sends in a second, > 0; each transfer takes Latency besides.
	TokenBytes, Bandwidth int64
	Latency               sim.Time // ≥ 0
}

var _ sim.ServerFactory = Split{}

// MostEngines is how many engines of a kind an instance has at most.
const MostEngines = 1024

// Check says what is wrong with the parameters; nil where nothing is.
func (s Split) Check() error {
	s.Decode.Columns = s.Prefill.Columns
	if err := s.Prefill.Check(); err != nil {
		return fmt.Errorf("engines that compute prompts: %w", err)
	}
	if err := s.Decode.Check(); err != nil {
		return fmt.Errorf("engines that make tokens: %w", err)
	}
	switch {
	case s.Prefill.Scheduler != V1 || s.Decode.Scheduler != V1:
		return errors.New("split engines schedule prompts first, want the scheduler V1")
	case s.Decode.Front != 0:
		return fmt.Errorf("%d ns before the engines that make tokens, want 0: the way there is a transfer", s.Decode.Front)
	case s.Prefills < 1 || s.Decodes < 1 || s.Prefills > MostEngines || s.Decodes > MostEngines:
		return fmt.Errorf("%d engines that compute prompts and %d that make tokens, want 1 to %d of each", s.Prefills, s.Decodes, MostEngines)
	case s.TokenBytes < 0 || s.Bandwidth < 1 || s.Latency < 0:
		return fmt.Errorf("%d bytes a token at %d bytes/s after %d ns, want ≥ 0, ≥ 1 and ≥ 0", s.TokenBytes, s.Bandwidth, s.Latency)
	}
	return nil
}

// New returns the engines of an instance. The parameters must pass Check.
func (s Split) New(g sim.Group) sim.Server {
	if err := s.Check(); err != nil {
		panic(err)
	}
	p := &split{Split: s, free: make([]sim.Time, s.Prefills)}
	for range s.Prefills {
		p.engines = append(p.engines, newEngine(s.Prefill))
	}
	for range s.Decodes {
		p.engines = append(p.engines, newEngine(s.Decode))
	}
	for _, e := range p.engines {
		e.group = g
	}
	return p
}

// split is the state of a Split.
type split struct {
	Split
	engines   []*engine  // those that compute prompts, then the others
	free      []sim.Time // when what each of the former has to send is sent
	transfers []transfer // by their ends
	orders    []order
	spare     []int32
	names     index
	ended     []sim.ServerEnd
	answered  []sim.ServerEnd // at once: pings, and who failed
	now       sim.Time
}

// order is a request on its way. The engines know it by its place.
type order struct {
	id      uint32
	at      int // its engine; −1: it is sent
	ask     tokens.Request
	luck    sim.Stream  // of its drafts
	serving sim.Serving // what it was given before it was sent
}

type transfer struct {
	end   sim.Time
	place int32
}

const sent = -1

var _ sim.Worker = (*split)(nil)

// Offer takes every request. One that an engine could never hold ends as Failed,
// and a ping is answered at once.
func (s *split) Offer(now sim.Time, r sim.ServerRequest) bool {
	if r.Ping {
		s.now = now
		s.answered = append(s.answered, sim.ServerEnd{ID: r.ID, Status: sim.Completed})
		return true
	}
	ask := s.Prefill.Columns.Tokens(r.Function, r.Attr, r.Key)
	first, rest := halves(&ask)
	if !s.engines[0].holds(&first) || ask.Output != 1 && !s.engines[s.Prefills].holds(&rest) {
		s.now = now
		s.answered = append(s.answered, sim.ServerEnd{ID: r.ID, Status: sim.Failed})
		return true
	}
	place := s.place(order{id: r.ID, at: s.least(0, s.Prefills), ask: ask, luck: s.engines[s.Prefills].luck(&r)})
	e := s.engines[s.orders[place].at]
	e.accept(now, uint32(place), &first, s.orders[place].luck, sharedBlocks(&ask, e.size), 0)
	return true
}

// halves returns what a request asks of the engine that computes its prompt, and
// of the one that makes the rest of its tokens.
func halves(ask *tokens.Request) (first, rest tokens.Request) {
	first, rest = *ask, *ask
	first.Output = min(1, ask.Output)
	rest.Input++
	rest.Output--
	return first, rest
}

// place records an order.
func (s *split) place(o order) int32 {
	if n := len(s.spare); n > 0 {
		place := s.spare[n-1]
		s.spare = s.spare[:n-1]
		s.orders[place] = o
		s.names.put(o.id, place)
		return place
	}
	s.orders = append(s.orders, o)
	s.names.put(o.id, int32(len(s.orders)-1))
	return int32(len(s.orders) - 1)
}

// drop forgets an order.
func (s *split) drop(place int32) {
	s.names.remove(s.orders[place].id)
	s.orders[place].ask.Blocks = nil
	s.spare = append(s.spare, place)
}

// least returns the engine from one to another with the fewest requests.
func (s *split) least(from, to int) int {
	best := from
	for k := from + 1; k < to; k++ {
		if s.engines[k].seqs.names.used < s.engines[best].seqs.names.used {
			best = k
		}
	}
	return best
}

// Next returns when an engine must be asked, or a transfer ends.
func (s *split) Next() sim.Time {
	if len(s.answered) > 0 {
		return s.now
	}
	next := sim.Never
	for _, e := range s.engines {
		next = min(next, e.Next())
	}
	if len(s.transfers) > 0 {
		next = min(next, s.transfers[0].end)
	}
	return next
}

// Advance brings all engines to now, and sends on who has its first token.
func (s *split) Advance(now sim.Time, ended []sim.ServerEnd) []sim.ServerEnd {
	ended = append(ended, s.answered...)
	s.answered = s.answered[:0]
	for k, e := range s.engines[:s.Prefills] {
		s.ended = e.Advance(now, s.ended[:0])
		for _, end := range s.ended {
			o := &s.orders[end.ID]
			if o.ask.Output > 1 {
				o.at, o.serving = sent, end.Serving
				s.send(now, k, int32(end.ID))
				continue
			}
			ended = append(ended, sim.ServerEnd{ID: o.id, Status: end.Status, Serving: end.Serving})
			s.drop(int32(end.ID))
		}
	}
	for _, e := range s.engines[s.Prefills:] {
		s.ended = e.Advance(now, s.ended[:0])
		for _, end := range s.ended {
			o := &s.orders[end.ID]
			ended = append(ended, sim.ServerEnd{ID: o.id, Status: end.Status, Serving: o.whole(end.Serving)})
			s.drop(int32(end.ID))
		}
	}
	for len(s.transfers) > 0 && s.transfers[0].end <= now { // who has ended by now is no longer counted
		t := s.transfers[0]
		s.transfers = slices.Delete(s.transfers, 0, 1)
		o := &s.orders[t.place]
		o.at = s.least(s.Prefills, len(s.engines))
		e := s.engines[o.at]
		_, rest := halves(&o.ask)
		e.accept(t.end, uint32(t.place), &rest, o.luck, sharedBlocks(&o.ask, e.size), int64(o.ask.Input))
	}
	return ended
}

// whole adds what the second engine gave to what the first had given.
func (o *order) whole(second sim.Serving) sim.Serving {
	w := o.serving
	w.Output += second.Output
	w.Preempted += second.Preempted
	return w
}

// send begins a transfer, or lets it wait for those before it.
func (s *split) send(now sim.Time, from int, place int32) {
	s.free[from] = after(max(now, s.free[from]), s.time(int64(s.orders[place].ask.Input)))
	t := transfer{s.free[from], place}
	at, _ := slices.BinarySearchFunc(s.transfers, t, func(a, b transfer) int { return cmp.Or(cmp.Compare(a.end, b.end), -1) })
	s.transfers = slices.Insert(s.transfers, at, t)
}

// time returns how long the keys and values of so many tokens are on their way,
// rounded up.
func (s *split) time(n int64) sim.Time {
	over, size := bits.Mul64(uint64(n), uint64(s.TokenBytes))
	hi, lo := bits.Mul64(size, uint64(sim.Second))
	lo, carry := bits.Add64(lo, uint64(s.Bandwidth-1), 0)
	if hi += carry; over > 0 || hi >= uint64(s.Bandwidth) {
		return sim.Never - 1
	}
	t, _ := bits.Div64(hi, lo, uint64(s.Bandwidth))
	return after(s.Latency, sim.Time(min(t, uint64(sim.Never-1))))
}

// Withdraw takes a request back from where it is.
func (s *split) Withdraw(now sim.Time, id uint32) sim.Serving {
	place := s.names.get(id)
	if place == none {
		panic("a request is taken back that the engines do not hold")
	}
	o := &s.orders[place]
	serving := o.serving
	switch {
	case o.at == sent:
		s.transfers = slices.DeleteFunc(s.transfers, func(t transfer) bool { return t.place == place })
	case o.at < s.Prefills:
		serving = s.engines[o.at].Withdraw(now, uint32(place))
	default:
		serving = o.whole(s.engines[o.at].Withdraw(now, uint32(place)))
	}
	s.drop(place)
	return serving
}

// Work appends what the engines did. Those of an instance work side by side.
func (s *split) Work(list []sim.Work) []sim.Work {
	n := len(list)
	for _, e := range s.engines {
		list = e.Work(list)
	}
	for i := range list[n:] {
		list[n+i].Engines = int64(len(s.engines))
	}
	slices.SortStableFunc(list[n:], func(a, b sim.Work) int { return cmp.Compare(a.From, b.From) })
	return list
}
