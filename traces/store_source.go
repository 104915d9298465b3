package traces

import (
	"encoding/binary"
	"io"
	"math"
	"math/bits"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

const (
	// readMost is how much a source reads at once: enough that the call costs
	// little beside decoding, and little enough to stay in the second-level cache.
	readMost = 1 << 16
	// windowLen is how many index entries a source reads at once.
	windowLen = 64
)

// source streams one function's invocations that arrive at or after start, as
// function index `as`. Times are the store's. It holds some room bytes of the file,
// or one block where that is more.
func (s *Store) source(_ sim.RunKey, function, as uint32, start, _ sim.Time, room int) sim.Source {
	b, _ := s.pool.Get().(*blockSource)
	if b == nil {
		b = &blockSource{}
	}
	b.open(s, function, as, start, room)
	return b
}

// blockSource streams the blocks of a function.
type blockSource struct {
	store        *Store
	function, as uint32
	start        sim.Time
	room         int

	next   run    // the next run; of no bytes: there is none
	more   int64  // runs after it
	entry  int64  // of the first of those, its place in the index
	from   int64  // the index entry that window starts at
	window []byte // index entries

	run   run   // what is left of the current one
	end   int64 // where it ends in the file
	block int64 // about the bytes of a block in it, rather more than less

	// held is what was read of the file last; its capacity is 8 bytes more. It
	// outlives the source: small functions that follow each other in the file
	// are read at once.
	held   []byte
	heldAt int64
	past   int64 // where the block handed out last ends in the file

	raw     []byte // the current block, and 8 bytes that may be read
	info    blockInfo
	at      int // invocations of the block already yielded
	arrival sim.Time
	seen    int64
	tokens  bool // the function's invocations have rows of tokens
}

// open points the source at a function. What it holds of the file stays.
func (b *blockSource) open(s *Store, function, as uint32, start sim.Time, room int) {
	b.store, b.function, b.as, b.start = s, function, as, start
	b.room = min(room, readMost)
	b.next, b.more = s.first[function], s.more[function+1]-s.more[function]
	b.entry, b.from, b.window = s.more[function], 0, b.window[:0]
	b.run = run{}
	b.at, b.info.count, b.seen, b.arrival = 0, 0, 0, 0
	b.tokens = s.side.of(function) != nil
}

// Next implements sim.Source.
func (b *blockSource) Next(buf []sim.Invocation) (int, error) {
	n := 0
	for n < len(buf) {
		if b.at == int(b.info.count) {
			more, err := b.load()
			if err != nil {
				return 0, err
			}
			if !more {
				break
			}
			continue
		}
		k := min(len(buf)-n, int(b.info.count)-b.at)
		b.decode(buf[n : n+k])
		if b.tokens {
			b.number(buf[n : n+k])
		}
		n += k
	}
	if n == 0 && len(buf) > 0 {
		if b.store != nil && b.seen != b.store.counts[b.function] {
			return 0, b.store.bad(b.store.trailer.table, "function %d has %d invocations in its blocks, expected %d", b.function, b.seen, b.store.counts[b.function])
		}
		return 0, io.EOF
	}
	return n, nil
}

// Close gives the buffers back.
func (b *blockSource) Close() error {
	if s := b.store; s != nil {
		b.store = nil
		b.next, b.more, b.run, b.at, b.info.count = run{}, 0, run{}, 0, 0
		s.pool.Put(b)
	}
	return nil
}

// load checks the next block, and passes over those that end before the start.
func (b *blockSource) load() (bool, error) {
	b.at, b.info.count = 0, 0
	for b.run.bytes == 0 {
		if b.run.count != 0 {
			return false, b.store.bad(b.end, "damaged index: its run does not end with a block, or lacks some")
		}
		if more, err := b.advance(); !more {
			return false, err
		}
	}
	s, offset := b.store, b.run.offset
	head, err := b.fetch(offset, blockHeader)
	if err != nil {
		return false, err
	}
	var info blockInfo
	if problem := info.get(head); problem != "" {
		return false, s.bad(offset, "damaged block: %s", problem)
	}
	size := info.size()
	if int64(size) > b.run.bytes {
		return false, s.bad(offset, "damaged block: it is longer than its run in the index")
	}
	block, err := b.fetch(offset, size)
	if err != nil {
		return false, err
	}
	if binary.LittleEndian.Uint32(block[44:]) != blockSum(block) {
		return false, s.bad(offset, "the checksum of the block does not match: the file is damaged")
	}
	if info.function != b.function || int64(info.count) > b.run.count || info.first < b.arrival {
		return false, s.bad(offset, "damaged block: it is not one that the index names, or goes back in time")
	}
	raw := block[:size+8]
	if info.overflows() && !info.fits(raw) {
		return false, s.bad(offset, "damaged block: its values overflow")
	}
	b.run.offset += int64(size)
	b.run.bytes -= int64(size)
	b.run.count -= int64(info.count)
	b.past = b.run.offset
	b.seen += int64(info.count)
	if info.last >= b.start {
		b.raw, b.info, b.arrival = raw, info, info.first
	}
	return true, nil
}

// advance goes to the next run, and passes over those that end before the
// start: the one after it begins before that.
func (b *blockSource) advance() (bool, error) {
	for b.next.bytes > 0 {
		r := b.next
		b.next = run{}
		if b.more > 0 {
			var err error
			if b.next, err = b.indexed(); err != nil {
				return false, err
			}
			b.entry++
			b.more--
			if b.next.first < b.start {
				b.seen += r.count
				continue
			}
		}
		if problem := r.check(b.store.trailer.index); problem != "" {
			return false, b.store.bad(r.offset, "%s", problem)
		}
		b.run, b.end = r, r.offset+r.bytes
		b.block = r.bytes * (blockMax + blockMax/8) / r.count
		return true, nil
	}
	return false, nil
}

// indexed returns the run of the next index entry.
func (b *blockSource) indexed() (r run, err error) {
	at := int(b.entry-b.from) * indexEntry
	if at >= len(b.window) {
		n := int(min(windowLen, b.more)) * indexEntry
		b.window = slices.Grow(b.window[:0], n)[:n]
		place := b.store.trailer.index + b.entry*indexEntry
		if err := readAt(b.store.file, b.window, place); err != nil {
			return r, b.store.bad(place, "reading the index: %v", err)
		}
		b.from, at = b.entry, 0
	}
	r.get(b.window[at:])
	if r.bytes == 0 {
		return r, b.store.bad(b.store.trailer.index+b.entry*indexEntry, "damaged index: found an entry of no bytes")
	}
	return r, nil
}

// fetch returns n bytes of the file, after which 8 more may be read. It reads
// what the run still has, up to the room; and beyond it where this
// source goes on where the last one that had its buffers ended, or close to it.
func (b *blockSource) fetch(at int64, n int) ([]byte, error) {
	if from := at - b.heldAt; from >= 0 && from+int64(n) <= int64(len(b.held)) {
		return b.held[from : from+int64(n)], nil
	}
	index := b.store.trailer.index
	want := b.end - at
	if gap := at - b.past; gap >= 0 && gap <= readMost/8 && b.room == readMost {
		want = index - at
	}
	want = max(int64(n), min(want, max(int64(b.room), b.block)))
	if at > index-want {
		want = index - at // a damaged header may ask for more than there is
	}
	if want < int64(n) {
		return nil, b.store.bad(at, "damaged block: it is cut short")
	}
	kept := 0
	if from := at - b.heldAt; from >= 0 && from < int64(len(b.held)) {
		kept = copy(b.held, b.held[from:])
	}
	b.held = slices.Grow(b.held[:kept], int(want)-kept+8)[:want]
	b.heldAt = at
	if err := readAt(b.store.file, b.held[kept:], at+int64(kept)); err != nil {
		b.held = b.held[:0]
		return nil, b.store.bad(at, "reading %d bytes: %v", want, err)
	}
	return b.held[:n], nil
}

// overflows reports whether a block's widths allow values beyond 2^63.
func (h *blockInfo) overflows() bool {
	gap, service := largest(h.widths[0], h.units[0]), largest(h.widths[1], h.units[1])
	hi, lo := bits.Mul64(gap, uint64(h.count))
	return hi != 0 || lo > uint64(math.MaxInt64-h.first) || service > uint64(math.MaxInt64-h.base)
}

// largest is the largest value of a column, saturated.
func largest(width, unit uint8) uint64 {
	hi, lo := bits.Mul64(math.MaxUint64>>(64-8*uint(width)), unit10[unit])
	if hi != 0 {
		return math.MaxUint64
	}
	return lo
}

// fits looks at each value of a block whose widths would allow an overflow.
func (h *blockInfo) fits(raw []byte) bool {
	arrival := uint64(h.first)
	services := blockHeader + int(h.count)*int(h.widths[0])
	for i := range int(h.count) {
		hi, gap := bits.Mul64(load(raw[blockHeader:], i, int(h.widths[0])), unit10[h.units[0]])
		if hi != 0 || gap > math.MaxInt64-arrival {
			return false
		}
		arrival += gap
		hi, service := bits.Mul64(load(raw[services:], i, int(h.widths[1])), unit10[h.units[1]])
		if hi != 0 || service > uint64(math.MaxInt64-h.base) {
			return false
		}
	}
	return true
}

// load returns the i-th value of a column; 8 bytes beyond it must be readable.
func load(column []byte, i, width int) uint64 {
	return binary.LittleEndian.Uint64(column[i*width:]) & columnMask(width)
}

// decode yields the next len(out) invocations of the block.
func (b *blockSource) decode(out []sim.Invocation) {
	h := &b.info
	wa, ws := int(h.widths[0]), int(h.widths[1])
	ua, us := unit10[h.units[0]], unit10[h.units[1]]
	ma, ms := columnMask(wa), columnMask(ws)
	gaps := b.raw[blockHeader+b.at*wa:]
	services := b.raw[blockHeader+int(h.count)*wa+b.at*ws:]
	arrival, as := b.arrival, b.as
	for i := range out {
		arrival += sim.Time((binary.LittleEndian.Uint64(gaps[i*wa:]) & ma) * ua)
		out[i] = sim.Invocation{
			Arrival:  arrival,
			Service:  h.base + sim.Time((binary.LittleEndian.Uint64(services[i*ws:])&ms)*us),
			Function: as,
		}
	}
	b.arrival = arrival
	b.at += len(out)
}

// number sets the rows of what was decoded last: an invocation's is its place in its
// function, from 1.
func (b *blockSource) number(out []sim.Invocation) {
	row := uint32(b.seen - int64(b.info.count) + int64(b.at-len(out)))
	for i := range out {
		row++
		out[i].Attr = row
	}
}

// columnMask keeps the low width bytes; a shift by 64 gives 0.
func columnMask(width int) uint64 {
	return math.MaxUint64 >> (64 - 8*uint(width))
}
