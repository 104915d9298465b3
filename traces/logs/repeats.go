package logs

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A log may hold a line twice: exports overlap, a file is given twice, a
// console's copy shows each message folded and unfolded. What is kept to tell
// is one hash of 64 bits a request, in memory alone: of what names the request
// and of what the line says of it, and of its time. A retry has the name of the
// request, and another message or another time.

const (
	repeatsMost = 5 << 20 // hashes of a generation; two are kept: 72 MiB each
	repeatsLess = 1 << 12 // slots of the first table
	timedBit    = 1 << 15 // the low 15 bits are of the time; else of the message
	printShift  = 16      // the 24 bits above them are of the message
	nameShift   = 40      // and the highest 24 of the name
)

// repeats is the set of requests seen. Its two generations hold at least the last
// most requests, and at most twice as many.
//
// A table of a month fits into no cache, and waiting for its memory would cost as much
// as reading the line. So a filter an eighth of its size is asked first: what it does
// not have is new, and goes into the table later, with others.
type repeats struct {
	most     int // of a generation; 0: repeatsMost
	young    generation
	old      generation
	turnings int64 // generations forgotten
}

// generation is a hash table of marks, with the filter before it.
type generation struct {
	slots   []uint64 // 0: empty; a power of two of them, found by the highest bits
	filter  []uint64 // of each mark four bits of one word
	pending [pendingMost]uint64
	waiting int    // marks in pending, which are in the filter alone
	used    int    // marks in all
	fetched uint64 // of no meaning
}

const pendingMost = 1 << 10

// seen reports whether a request with the entry's name that says the same was seen
// before, and keeps it. Where one of the two has no time, the rest tells.
func (s *repeats) seen(e *entry) bool {
	mark := e.key>>nameShift<<nameShift | e.print()>>(64-nameShift)
	if e.has&hasTime != 0 {
		mark = mark>>printShift<<printShift | timedBit | mix(uint64(e.at/second), primes[2])&(timedBit-1)
	} else if mark &^= timedBit; mark == 0 {
		mark = 1
	}
	if s.old.used > 0 && s.old.has(mark) || s.young.has(mark) {
		return true
	}
	if 8*s.young.used >= 5*len(s.young.slots) {
		s.grow()
	}
	s.young.add(mark)
	return false
}

// grow makes room: twice the table, or another generation.
func (s *repeats) grow() {
	most := s.most
	if most == 0 {
		most = repeatsMost
	}
	if s.young.used < most {
		s.young.double()
		return
	}
	if s.old.used > 0 {
		s.turnings++
	}
	s.young.settle()
	s.old, s.young = s.young, generation{}
	s.young.double()
}

// place is where to begin to look for a mark in a table of a power of two.
func place(table []uint64, mark uint64) int {
	return int(mark >> (uint(bits.LeadingZeros64(uint64(len(table)-1))) & 63))
}

// inFilter returns the four bits of a mark: of its name and message, since those with
// and without a time have to meet.
func inFilter(mark uint64) uint64 {
	h := mark >> printShift * primes[3]
	return 1<<(h>>58) | 1<<(h>>52&63) | 1<<(h>>46&63) | 1<<(h>>40&63)
}

// has reports whether a mark that stands for the same request is there.
func (g *generation) has(mark uint64) bool {
	if len(g.slots) == 0 {
		return false
	}
	want := inFilter(mark)
	if g.filter[place(g.filter, mark)]&want != want {
		return false
	}
	g.settle()
	for at := place(g.slots, mark); ; at = (at + 1) & (len(g.slots) - 1) {
		found := g.slots[at]
		if found == 0 {
			return false
		}
		if found == mark || (found^mark)>>printShift == 0 && (found^mark)&timedBit != 0 {
			return true
		}
	}
}

// add takes a mark that is not there.
func (g *generation) add(mark uint64) {
	g.filter[place(g.filter, mark)] |= inFilter(mark)
	g.used++
	g.pending[g.waiting] = mark
	if g.waiting++; g.waiting == pendingMost {
		g.settle()
	}
}

// settle puts the marks that wait into the table.
func (g *generation) settle() {
	for some := range slices.Chunk(g.pending[:g.waiting], 16) {
		for _, mark := range some { // together, so that the memory is waited for once
			g.fetched ^= g.slots[place(g.slots, mark)]
		}
		for _, mark := range some {
			g.put(mark)
		}
	}
	g.waiting = 0
}

// put finds a slot for a mark.
func (g *generation) put(mark uint64) {
	at := place(g.slots, mark)
	for g.slots[at] != 0 {
		at = (at + 1) & (len(g.slots) - 1)
	}
	g.slots[at] = mark
}

// double makes a table of twice the size. Marks lie in it in the order in which they
// lay before.
func (g *generation) double() {
	g.settle()
	small := g.slots
	size := max(repeatsLess, 2*len(small))
	g.slots, g.filter = make([]uint64, size), make([]uint64, size/8)
	for _, mark := range small {
		if mark != 0 {
			g.put(mark)
			g.filter[place(g.filter, mark)] |= inFilter(mark)
		}
	}
}

// primes are odd constants of wyhash: half of their bits are set.
var primes = [4]uint64{0xa0761d6478bd642f, 0xe7037ed1a0b428db, 0x8ebc6af09c88c6e3, 0x589965cc75374cc3}

// mix is the folded product, wyhash's step.
func mix(a, b uint64) uint64 {
	high, low := bits.Mul64(a, b)
	return high ^ low
}

// digest is a hash of bytes that is the same in every process; it is not made
// to withstand who chooses the bytes.
func digest(b []byte) uint64 {
	h := uint64(len(b)) ^ primes[0]
	for ; len(b) >= 16; b = b[16:] {
		h = mix(binary.LittleEndian.Uint64(b)^primes[1], binary.LittleEndian.Uint64(b[8:])^h)
	}
	var rest [16]byte
	copy(rest[:], b)
	h = mix(binary.LittleEndian.Uint64(rest[:])^primes[1], binary.LittleEndian.Uint64(rest[8:])^h)
	return mix(h^primes[2], primes[3])
}

// print is a hash of what names the request and of what the line says of it.
func (e *entry) print() uint64 {
	h := mix(e.key^primes[0], uint64(e.duration)^primes[1])
	h = mix(h^uint64(e.init), uint64(e.restore)^primes[2])
	h = mix(h^uint64(e.billed), uint64(e.memory)<<24^uint64(e.used)^primes[3])
	return mix(h^uint64(e.outcome), primes[0])
}
