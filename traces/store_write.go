package traces

import (
	"bufio"
	"cmp"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"hash/crc32"
	"io"
	"slices"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

const (
	chunkLen = 16   // invocations that a function gathers in one piece
	pageLen  = 1024 // chunks allocated together
	// chunksMost is how many chunks functions gather at a time, some 34 MB; of more
	// functions, one each.
	chunksMost = 1 << 17
)

// chunk is a piece of the invocations gathered for a function.
type chunk struct {
	arrivals [chunkLen]sim.Time
	services [chunkLen]sim.Time
	next     int32
}

// gathered is what the writer holds of a function.
type gathered struct {
	first, current int32 // chunks; −1: none
	pending        int32 // invocations in them
	last           sim.Time
	count          int64
	hash           contentHash
	run            run    // the current one
	head           run    // the first, once there is another
	index          []byte // those between
	runs           int64  // in head and index
}

// seal ends the current run.
func (g *gathered) seal() {
	switch {
	case g.run.bytes == 0:
		return
	case g.runs == 0:
		g.head = g.run
	default:
		g.index = g.run.append(g.index)
	}
	g.runs++
	g.run = run{}
}

// StoreWriter writes a store in one pass, from invocations in any order that
// is the order of time within each function. Its memory is bounded by the
// number of functions, besides 24 bytes a run.
type StoreWriter struct {
	out       *bufio.Writer
	commit    func(ok bool) error
	name      string
	offset    int64
	functions []sim.Function
	held      []gathered
	pages     [][]chunk
	free      []int32
	used      int32 // chunks handed out of pages so far
	pending   int
	arrivals  [blockMax]sim.Time
	services  [blockMax]sim.Time
	block     []byte
	clock     clock
	side      sideColumns // nil: no request has tokens
	err       error
}

// CreateStore starts a store at path. It appears there, whole, when Close
// returns without an error, in place of a file that is there.
func CreateStore(path string) (*StoreWriter, error) { return createStore(path, true) }

func createStore(path string, replace bool) (*StoreWriter, error) {
	f, err := createAtomic(path, replace)
	if err != nil {
		return nil, err
	}
	w := newStoreWriter(f, path)
	w.commit = f.finish
	return w, nil
}

func newStoreWriter(out io.Writer, name string) *StoreWriter {
	w := &StoreWriter{out: bufio.NewWriterSize(out, 1<<18), name: name, commit: func(bool) error { return nil }}
	var head [headerSize]byte
	copy(head[:], storeMagic[:])
	binary.LittleEndian.PutUint32(head[8:], storeVersion)
	w.write(head[:])
	return w
}

func (w *StoreWriter) write(b []byte) {
	n, err := w.out.Write(b)
	w.offset += int64(n)
	if err != nil && w.err == nil {
		w.err = fmt.Errorf("writing store %s: %w", w.name, err)
	}
}

// Function adds a function and returns its index. Name, App, Owner, Trigger,
// Memory and Timeout are kept.
func (w *StoreWriter) Function(f sim.Function) uint32 {
	w.functions = append(w.functions, f)
	w.held = append(w.held, gathered{first: -1, current: -1})
	return uint32(len(w.functions) - 1)
}

// SetEpoch says when time 0 was. Without it the store has no clock.
func (w *StoreWriter) SetEpoch(t time.Time) { w.clock = clock{true, t.UnixNano()} }

// Add adds an invocation, which arrives before sim.Longest and takes at most that.
// Arrivals of a function must not go backwards.
func (w *StoreWriter) Add(function uint32, arrival, service sim.Time) error {
	g := &w.held[function]
	if arrival < g.last || arrival >= sim.Longest || uint64(service) > uint64(sim.Longest) {
		return fmt.Errorf("writing store %s: function %s: found arrival %d ns after %d ns and service %d ns, expected times of at most ten years in order",
			w.name, shown(w.functions[function].Name), arrival, g.last, service)
	}
	g.last = arrival
	g.hash.add(arrival, service)
	at := g.pending % chunkLen
	if at == 0 {
		if len(w.free) == 0 && int(w.used) >= max(chunksMost, len(w.held)) {
			w.relieve()
		}
		w.extend(g)
	}
	c := w.chunk(g.current)
	c.arrivals[at], c.services[at] = arrival, service
	g.pending++
	w.pending++
	if g.pending == blockMax {
		w.flush(function)
	}
	return w.err
}

// End says that a function has no more invocations, or none for long: what is
// gathered of it is written, close to what is written before and after. It is
// for those who write function by function, and may be left out.
func (w *StoreWriter) End(function uint32) error {
	w.flush(function)
	return w.err
}

func (w *StoreWriter) chunk(i int32) *chunk { return &w.pages[i/pageLen][i%pageLen] }

// extend gives a function another chunk.
func (w *StoreWriter) extend(g *gathered) {
	var i int32
	if n := len(w.free); n > 0 {
		i = w.free[n-1]
		w.free = w.free[:n-1]
	} else {
		if int(w.used) == len(w.pages)*pageLen {
			w.pages = append(w.pages, make([]chunk, pageLen))
		}
		i = w.used
		w.used++
	}
	if g.first < 0 {
		g.first = i
	} else {
		w.chunk(g.current).next = i
	}
	g.current = i
}

// flush writes what a function has gathered as a block.
func (w *StoreWriter) flush(function uint32) {
	g := &w.held[function]
	n := int(g.pending)
	if n == 0 {
		return
	}
	for at, i := 0, g.first; at < n; at += chunkLen {
		c := w.chunk(i)
		copy(w.arrivals[at:n], c.arrivals[:])
		copy(w.services[at:n], c.services[:])
		w.free = append(w.free, i)
		i = c.next
	}
	w.block = encodeBlock(w.block[:0], function, w.arrivals[:n], w.services[:n])
	if r := &g.run; r.offset+r.bytes != w.offset || r.bytes+int64(len(w.block)) > runMax {
		g.seal()
		*r = run{offset: w.offset, first: w.arrivals[0]}
	}
	g.run.bytes += int64(len(w.block))
	g.run.count += int64(n)
	w.write(w.block)
	g.count += int64(n)
	g.pending, g.first, g.current = 0, -1, -1
	w.pending -= n
}

// count is how many invocations of a function were added.
func (w *StoreWriter) count(function uint32) int64 {
	return w.held[function].count + int64(w.held[function].pending)
}

// relieve writes out the functions that hold at least half the average of those
// that hold any. The others together hold less than half of all, so at least half
// is freed.
func (w *StoreWriter) relieve() {
	holders := 0
	for f := range w.held {
		if w.held[f].pending > 0 {
			holders++
		}
	}
	half := int32(w.pending / holders / 2)
	for f := range w.held {
		if w.held[f].pending > 0 && w.held[f].pending >= half {
			w.flush(uint32(f))
		}
	}
}

// Close writes what is gathered and the tables, and puts the file in place.
// length is the trace's own; where it is 0, which is not known, the horizon is
// one nanosecond after the last arrival, and a length before that is moved
// there. On any error there is no file.
func (w *StoreWriter) Close(length sim.Time) error {
	horizon := length
	for _, f := range w.byCount() {
		w.flush(f)
		w.held[f].seal()
		if w.held[f].count > 0 {
			horizon = max(horizon, w.held[f].last+1)
		}
	}
	t := trailer{index: w.offset, horizon: horizon, bounded: length > 0, clock: w.clock}
	for f := range w.held {
		t.indexSum = crc32.Update(t.indexSum, castagnoli, w.held[f].index)
		w.write(w.held[f].index)
		t.invocations += w.held[f].count
	}
	t.table = w.offset
	table := w.table()
	t.tableSum = crc32.Checksum(table, castagnoli)
	w.write(table)
	w.writeSide(&t)
	t.digest = storeDigest(&t, w.functions, w.held, w.side)
	w.write(t.bytes())
	if err := w.out.Flush(); err != nil && w.err == nil {
		w.err = fmt.Errorf("writing store %s: %w", w.name, err)
	}
	if err := w.commit(w.err == nil); err != nil && w.err == nil {
		w.err = err
	}
	return w.err
}

// byCount are the functions, the one with the most invocations first.
func (w *StoreWriter) byCount() []uint32 {
	order := make([]uint32, len(w.held))
	for i := range order {
		order[i] = uint32(i)
	}
	slices.SortStableFunc(order, func(f, g uint32) int { return cmp.Compare(w.count(g), w.count(f)) })
	return order
}

// Abort gives the store up and leaves no file.
func (w *StoreWriter) Abort() error { return w.commit(false) }

// table encodes the functions.
func (w *StoreWriter) table() []byte {
	b := binary.AppendUvarint(nil, uint64(len(w.functions)))
	for i := range w.functions {
		g := &w.held[i]
		b = appendFunction(b, &w.functions[i])
		b = binary.AppendUvarint(b, uint64(g.count))
		b = binary.AppendUvarint(b, uint64(g.runs))
		if g.runs > 0 {
			for _, v := range []int64{g.head.offset, g.head.bytes, g.head.first, g.head.count} {
				b = binary.AppendUvarint(b, uint64(v))
			}
		}
	}
	return b
}

// appendFunction encodes what a store keeps of a function.
func appendFunction(b []byte, f *sim.Function) []byte {
	for _, s := range []string{f.Name, f.App, f.Owner, f.Trigger} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	b = binary.AppendUvarint(b, uint64(f.Memory))
	return binary.AppendUvarint(b, uint64(f.Timeout))
}

func storeDigest(t *trailer, functions []sim.Function, held []gathered, side sideColumns) [32]byte {
	var h hash.Hash = sha256.New()
	var b []byte
	b = binary.LittleEndian.AppendUint64(b, uint64(t.horizon))
	b = binary.LittleEndian.AppendUint64(b, t.kind())
	if t.clock.known {
		b = binary.LittleEndian.AppendUint64(b, uint64(t.clock.epoch))
	}
	for i := range functions {
		b = appendFunction(b, &functions[i])
		b = binary.LittleEndian.AppendUint64(b, uint64(held[i].count))
		b = binary.LittleEndian.AppendUint64(b, held[i].hash.a)
		b = binary.LittleEndian.AppendUint64(b, held[i].hash.b)
		if q := side.of(uint32(i)); q != nil {
			b = q.appendHead(b)
			for row := range q.input.len() {
				b = q.appendRow(b, row)
				if len(b) > 1<<16 {
					h.Write(b)
					b = b[:0]
				}
			}
		}
		h.Write(b)
		b = b[:0]
	}
	h.Write(b)
	return [32]byte(h.Sum(nil))
}

// trailer is the end of a store.
type trailer struct {
	index, table, side int64 // offsets; the tokens' is the trailer's where there are none
	invocations        int64
	horizon            sim.Time
	bounded            bool // the horizon is the trace's known length
	clock              clock
	indexSum           uint32
	tableSum           uint32
	sideSum            uint32
	digest             [32]byte
}

// What is known of a trace's times.
const (
	kindBounded = 1 << iota // the horizon is its length; else the end of its arrivals
	kindClock               // there is an epoch
)

func (t *trailer) kind() (k uint64) {
	if t.bounded {
		k |= kindBounded
	}
	if t.clock.known {
		k |= kindClock
	}
	return k
}

func (t *trailer) bytes() []byte {
	le := binary.LittleEndian
	b := make([]byte, trailerSize)
	le.PutUint64(b[0:], uint64(t.index))
	le.PutUint64(b[8:], uint64(t.table))
	le.PutUint64(b[16:], uint64(t.side))
	le.PutUint64(b[24:], uint64(t.invocations))
	le.PutUint64(b[32:], uint64(t.horizon))
	le.PutUint32(b[40:], t.indexSum)
	le.PutUint32(b[44:], t.tableSum)
	le.PutUint32(b[48:], t.sideSum)
	copy(b[56:], t.digest[:])
	le.PutUint64(b[88:], t.kind())
	le.PutUint64(b[96:], uint64(t.clock.epoch))
	le.PutUint32(b[104:], crc32.Checksum(b[:104], castagnoli))
	copy(b[112:], trailerMagic[:])
	return b
}

// parse reads a trailer and says what is wrong with it.
func (t *trailer) parse(b []byte) string {
	le := binary.LittleEndian
	if [8]byte(b[112:120]) != trailerMagic {
		return "found no end mark, expected a whole store (it may be truncated)"
	}
	if le.Uint32(b[104:]) != crc32.Checksum(b[:104], castagnoli) {
		return "the checksum of its trailer does not match"
	}
	kind := le.Uint64(b[88:])
	*t = trailer{
		index: int64(le.Uint64(b[0:])), table: int64(le.Uint64(b[8:])), side: int64(le.Uint64(b[16:])), invocations: int64(le.Uint64(b[24:])),
		horizon: sim.Time(le.Uint64(b[32:])), bounded: kind&kindBounded != 0,
		indexSum: le.Uint32(b[40:]), tableSum: le.Uint32(b[44:]), sideSum: le.Uint32(b[48:]),
	}
	copy(t.digest[:], b[56:88])
	t.clock = clock{kind&kindClock != 0, sim.Time(le.Uint64(b[96:]))}
	switch {
	case kind > kindBounded|kindClock:
		return "its horizon is of no known kind"
	case t.clock.epoch < 0 || !t.clock.known && t.clock.epoch != 0 || t.clock.epoch > epochMost:
		return "its epoch makes no sense"
	case t.horizon > sim.Longest:
		return "it lasts " + seconds(t.horizon) + ", expected at most ten years (" + seconds(sim.Longest) + "); convert the trace again"
	}
	return ""
}
