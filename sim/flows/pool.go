package flows

// ref names something that is told of answers and timers: its kind, place and
// generation. 0 names nothing.
type ref uint64

// refKind is what a ref names.
type refKind uint8

const (
	refNobody   refKind = iota
	refFrame            // a frame, told what its step has asked for
	refDeadline         // the timeouts of one length
	refStart            // an execution that is to start
	refCall             // a request at a function
	refBody             // a request that its function goes on with
	refUse              // a use of a service, a function or a flow
	refHTTP             // a caller that waits
	refMessage          // a message, told what it waits for
	refSending          // messages that are sent, told when each is taken
	refQueue            // a trigger's queue: its pollers, visibility and windows
	refBatch            // messages that were received together
	refStream           // a shard's reads, or a lane of it
	refRoute            // a route's probe
	refAnswer           // an answer that is on its way back
	refOp               // a call of a service
	refPatience         // what the callers of a trigger wait for
)

const (
	kindBits  = 5
	genBits   = 27
	placeBits = 32
)

func makeRef(k refKind, place int32, gen uint32) ref {
	return ref(k)<<(genBits+placeBits) | ref(gen&(1<<genBits-1))<<placeBits | ref(uint32(place))
}

func (r ref) kind() refKind { return refKind(r >> (genBits + placeBits)) }
func (r ref) place() int32  { return int32(uint32(r)) }
func (r ref) gen() uint32   { return uint32(r>>placeBits) & (1<<genBits - 1) }

// pool is a slab of things with generations: a place that is free again has another
// one, so that a ref to what was there is stale.
type pool[T any] struct {
	items []T
	gens  []uint32
	free  []int32
}

// take returns a place, whose content is that of who had it before.
func (p *pool[T]) take() int32 {
	if n := len(p.free); n > 0 {
		i := p.free[n-1]
		p.free = p.free[:n-1]
		return i
	}
	if len(p.items) >= mostPlaces {
		crowded[T]()
	}
	var zero T
	p.items, p.gens = append(p.items, zero), append(p.gens, 0)
	return int32(len(p.items) - 1)
}

// release frees a place.
func (p *pool[T]) release(i int32) {
	p.gens[i]++
	p.free = append(p.free, i)
}

// ref names what is at a place.
func (p *pool[T]) ref(k refKind, i int32) ref { return makeRef(k, i, p.gens[i]) }

// at returns what a ref names; nil where that is gone.
func (p *pool[T]) at(r ref) *T {
	i := r.place()
	if int(i) >= len(p.items) || p.gens[i]&(1<<genBits-1) != r.gen() {
		return nil
	}
	return &p.items[i]
}

// live is how many places are taken.
func (p *pool[T]) live() int { return len(p.items) - len(p.free) }
