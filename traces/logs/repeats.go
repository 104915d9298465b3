package logs

import (
	"encoding/binary"
	"math/bits"
)

// A log may hold a line twice: exports overlap, a file is given twice, a
// console's copy shows each message folded and unfolded. What is kept to tell
// is one hash of 64 bits a request, in memory alone: of what names the request
// and of what the line says of it, and of its time. A retry has the name of the
// request, and another message or another time.

const (
	repeatsMost = 6 << 20 // hashes of a generation; two are kept: 64 MiB each
	repeatsLess = 1 << 10 // slots of the first table
	timedBit    = 1 << 15 // the low 15 bits are of the time; else of the name
	printShift  = 16      // above them: of the name and the message
)

// repeats is the set of requests seen. Its two generations hold at least the
// last most requests, and at most twice as many.
type repeats struct {
	most     int // of a generation; 0: repeatsMost
	used     int
	slots    []uint64 // 0: empty; a power of two of them, found by the highest bits
	older    []uint64
	turnings int64 // generations forgotten
}

// seen reports whether a request with that print was seen before, and keeps it.
// Without a time, or where the earlier one had none, the print alone tells.
func (s *repeats) seen(print uint64, e *entry) bool {
	mark := max(print, 1) &^ timedBit
	if e.has&hasTime != 0 {
		when := mix(uint64(e.at/second), primes[2]) & (timedBit - 1)
		mark = mark>>printShift<<printShift | timedBit | when
	}
	if mark == 0 {
		mark = 1
	}
	if find(s.older, mark) >= 0 {
		return true
	}
	if 4*s.used >= 3*len(s.slots) {
		s.grow()
	}
	at := find(s.slots, mark)
	if at >= 0 {
		return true
	}
	s.slots[^at] = mark
	s.used++
	return false
}

// find returns the slot of a mark that stands for the same request; else the
// complement of the free slot where it belongs; −1 in an empty table.
func find(slots []uint64, mark uint64) int {
	if len(slots) == 0 {
		return -1
	}
	at := int(mark >> bits.LeadingZeros64(uint64(len(slots)-1)))
	for {
		old := slots[at]
		if old == 0 {
			return ^at
		}
		if old == mark || (old^mark)>>printShift == 0 && (old^mark)&timedBit != 0 {
			return at
		}
		at = (at + 1) & (len(slots) - 1)
	}
}

// grow makes room: twice the table, or another generation.
func (s *repeats) grow() {
	most := s.most
	if most == 0 {
		most = repeatsMost
	}
	if s.used >= most {
		if s.older != nil {
			s.turnings++
		}
		s.older, s.slots, s.used = s.slots, make([]uint64, repeatsLess), 0
		return
	}
	small := s.slots
	s.slots = make([]uint64, max(repeatsLess, 2*len(small)))
	for _, mark := range small {
		if mark != 0 {
			if at := find(s.slots, mark); at < 0 {
				s.slots[^at] = mark
			}
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
