package logs

import (
	"encoding/binary"
	"math/bits"
	"slices"
)

// A log may hold a line twice: exports overlap, a file is given twice, a console's
// copy shows each message folded and unfolded. What is kept to tell, in memory alone, is
// the second of the time and a hash of 64 bits, of what names the request and of what the
// line says of it. A retry has the name of the request, and another message or another time.

const (
	repeatsMost = 5 << 20 // requests of a generation; two are kept, of 104 MiB each
	repeatsLess = 1 << 12 // slots of the first table
	pendingMost = 1 << 10
	alikeMost   = 32 // requests of one name that say the same at other times
)

// repeats is the set of requests seen. Its two generations hold at least the last
// most requests, and at most twice as many.
//
// A table of a month fits into no cache, and waiting for its memory would cost as much
// as reading the line. So a filter a twelfth of its size is asked first: what it does
// not have is new, and goes into the table later, with others.
type repeats struct {
	most     int // of a generation; 0: repeatsMost
	young    generation
	old      generation
	turnings int64 // generations forgotten
}

// mark stands for a request.
type mark struct {
	print uint64 // not 0
	time  uint32 // s since 2000 and 1; 0: none
}

// generation is a hash table of marks, with the filter before it.
type generation struct {
	slots   []uint64 // prints, 0: empty; a power of two of them, found by the highest bits
	times   []uint32
	filter  []uint64 // of each print four bits of one word
	pending [pendingMost]mark
	waiting int    // marks in pending, which are in the filter alone
	used    int    // marks in all
	fetched uint64 // of no meaning
}

// seen reports whether a request with the entry's name that says the same was seen
// before, and keeps it. Where one of the two has no time, the rest tells.
func (s *repeats) seen(e *entry) bool {
	m := mark{print: max(1, e.print())}
	if e.has&hasTime != 0 {
		m.time = uint32(e.at/second-timeMin) + 1
	}
	if s.old.used > 0 && s.old.has(m) || s.young.has(m) {
		return true
	}
	if 8*s.young.used >= 5*len(s.young.slots) {
		s.grow()
	}
	s.young.add(m)
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

// slot is where to begin to look for a print in a table of a power of two.
func slot(table []uint64, print uint64) int {
	return int(print >> (uint(bits.LeadingZeros64(uint64(len(table)-1))) & 63))
}

// inFilter returns the four bits of a print.
func inFilter(print uint64) uint64 {
	return 1<<(print&63) | 1<<(print>>6&63) | 1<<(print>>12&63) | 1<<(print>>18&63)
}

// has reports whether a mark of the same request is there.
func (g *generation) has(m mark) bool {
	if len(g.slots) == 0 {
		return false
	}
	want := inFilter(m.print)
	if g.filter[slot(g.filter, m.print)]&want != want {
		return false
	}
	g.settle()
	alike := 0
	for at := slot(g.slots, m.print); ; at = (at + 1) & (len(g.slots) - 1) {
		switch g.slots[at] {
		case 0:
			return false
		case m.print:
			if t := g.times[at]; t == m.time || t == 0 || m.time == 0 {
				return true
			}
			if alike++; alike == alikeMost {
				return g.has(m.apart())
			}
		}
	}
}

// apart is a mark whose print is of the time too: where that of the line alone stands
// for so many others that looking through them takes too long.
func (m mark) apart() mark {
	return mark{max(1, mix(m.print^primes[0], uint64(m.time)^primes[2])), m.time}
}

// add takes a mark that is not there.
func (g *generation) add(m mark) {
	g.filter[slot(g.filter, m.print)] |= inFilter(m.print)
	g.used++
	g.pending[g.waiting] = m
	if g.waiting++; g.waiting == pendingMost {
		g.settle()
	}
}

// settle puts the marks that wait into the table.
func (g *generation) settle() {
	for some := range slices.Chunk(g.pending[:g.waiting], 16) {
		for _, m := range some { // together, so that the memory is waited for once
			g.fetched ^= g.slots[slot(g.slots, m.print)]
		}
		for _, m := range some {
			g.put(m)
		}
	}
	g.waiting = 0
}

// put finds a slot for a mark.
func (g *generation) put(m mark) {
	at, alike := slot(g.slots, m.print), 0
	for ; g.slots[at] != 0; at = (at + 1) & (len(g.slots) - 1) {
		if g.slots[at] != m.print {
			continue
		}
		if alike++; alike == alikeMost {
			m = m.apart()
			g.filter[slot(g.filter, m.print)] |= inFilter(m.print)
			at, alike = (slot(g.slots, m.print)-1)&(len(g.slots)-1), 0
		}
	}
	g.slots[at], g.times[at] = m.print, m.time
}

// double makes a table of twice the size. Marks lie in it in the order in which they
// lay before.
func (g *generation) double() {
	g.settle()
	prints, times := g.slots, g.times
	size := max(repeatsLess, 2*len(prints))
	g.slots, g.times, g.filter = make([]uint64, size), make([]uint32, size), make([]uint64, size/8)
	for i, print := range prints {
		if print != 0 {
			g.put(mark{print, times[i]})
			g.filter[slot(g.filter, print)] |= inFilter(print)
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
	h, length := primes[0], uint64(len(b))
	for ; len(b) >= 16; b = b[16:] {
		h = mix(binary.LittleEndian.Uint64(b)^primes[1], binary.LittleEndian.Uint64(b[8:])^h)
	}
	var rest [16]byte
	copy(rest[:], b)
	h = mix(binary.LittleEndian.Uint64(rest[:])^primes[1], binary.LittleEndian.Uint64(rest[8:])^h)
	return mix(h^primes[2], length^primes[3])
}

// print is a hash of what names the request and of what the line says of it.
func (e *entry) print() uint64 {
	h := mix(e.key^primes[0], uint64(e.duration)^primes[1])
	h = mix(h^uint64(e.init), uint64(e.restore)^primes[2])
	h = mix(h^uint64(e.billed), uint64(e.memory)<<24^uint64(e.used)^primes[3])
	return mix(h^uint64(e.outcome), primes[0])
}
