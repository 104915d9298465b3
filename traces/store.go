package traces

import (
	"encoding/binary"
	"hash/crc32"
	"math/bits"

	"github.com/coldcurve/coldcurve/sim"
)

// The store is a file of invocations in columns, by function, so that one
// function's invocations can be read without the others. All numbers are
// little-endian.
//
//	header    magic "CCSTORE\x00", version (uint32), zero (uint32)
//	blocks    in any order; each holds up to 1,024 invocations of one function
//	index     24 bytes a run, grouped by function, in the order of time, less
//	          the first run of each
//	functions names and attributes, counts, runs of each function, the first run
//	tokens    of the requests to language models, where there are any: by
//	          function, a row for each of its invocations, in their order
//	trailer   fixed size: where the parts lie, horizon and whether it is the
//	          trace's known length, epoch if there is one, digest, checksums
//
// A run is some blocks of one function that follow each other, up to 256 KiB: what
// is written function by function has few, and most functions have one, so that
// the table of functions alone leads to their blocks. Blocks that lie together are read
// together. They are written the heaviest function first where the writer is
// free, in the order in which a kernel asks for functions that do not meet.
//
// A block is a header of 48 bytes and two columns. Arrivals are stored as
// gaps to the one before, services as excess over the block's least. Both are
// divided by the largest power of ten (up to 10^9) that divides all of the
// block's values, and take the fewest whole bytes that hold the largest: about
// 5 to 9 bytes an invocation at nanosecond resolution, 3 to 5 at milliseconds.
//
// Blocks, index, functions, tokens and trailer carry a CRC-32C. The digest is the
// SHA-256 of the horizon and its kind, the epoch, the functions' attributes and counts, a 128-bit
// hash of each function's arrivals and services, and its tokens; it does not depend on how
// invocations were cut into blocks.
const (
	storeVersion = 3
	runMax       = 1 << 18 // bytes a run
	blockMax     = 1024    // invocations a block: 20,000 open blocks stay below 200 MB
	blockHeader  = 48
	indexEntry   = 24
	headerSize   = 16
	trailerSize  = 120
	blockMagic   = 0x4b4c4243 // "CBLK"
)

var (
	storeMagic   = [8]byte{'C', 'C', 'S', 'T', 'O', 'R', 'E', 0}
	trailerMagic = [8]byte{'C', 'C', 'S', 'T', 'E', 'N', 'D', 0}
	castagnoli   = crc32.MakeTable(crc32.Castagnoli)
	unit10       = [10]uint64{1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000}
)

// blockInfo is the header of a block.
type blockInfo struct {
	function uint32
	count    uint32
	widths   [2]uint8 // bytes a value of the arrivals and services columns, 0–8
	units    [2]uint8 // powers of ten
	first    sim.Time // arrival of the first
	last     sim.Time // arrival of the last
	base     sim.Time // least service
}

// run is a part of the file: blocks of one function.
type run struct {
	offset, bytes int64
	first         sim.Time // arrival of its first invocation
	count         int64    // invocations
}

// append writes a run as an entry of the index.
func (r *run) append(b []byte) []byte {
	le := binary.LittleEndian
	b = le.AppendUint64(le.AppendUint64(b, uint64(r.offset)), uint64(r.first))
	return le.AppendUint32(le.AppendUint32(b, uint32(r.bytes)), uint32(r.count))
}

// get reads an entry of the index.
func (r *run) get(b []byte) {
	le := binary.LittleEndian
	*r = run{offset: int64(le.Uint64(b)), first: sim.Time(le.Uint64(b[8:])), bytes: int64(le.Uint32(b[16:])), count: int64(le.Uint32(b[20:]))}
}

// check says what is wrong with a run of a store whose blocks end at index.
func (r *run) check(index int64) string {
	if r.bytes < blockHeader || r.bytes > runMax || r.count == 0 || r.offset < headerSize || r.offset > index-r.bytes {
		return "damaged index: it names no blocks"
	}
	return ""
}

// put writes the header, less its checksum.
func (h *blockInfo) put(b []byte) {
	le := binary.LittleEndian
	le.PutUint32(b[0:], blockMagic)
	le.PutUint32(b[4:], h.function)
	le.PutUint32(b[8:], h.count)
	b[12], b[13], b[14], b[15] = h.widths[0], h.widths[1], h.units[0], h.units[1]
	le.PutUint64(b[16:], uint64(h.first))
	le.PutUint64(b[24:], uint64(h.last))
	le.PutUint64(b[32:], uint64(h.base))
	le.PutUint32(b[40:], 0)
}

// get reads a header, and says what is wrong with it.
func (h *blockInfo) get(b []byte) string {
	le := binary.LittleEndian
	if le.Uint32(b) != blockMagic {
		return "found no block mark, expected one"
	}
	*h = blockInfo{
		function: le.Uint32(b[4:]), count: le.Uint32(b[8:]),
		widths: [2]uint8{b[12], b[13]}, units: [2]uint8{b[14], b[15]},
		first: sim.Time(le.Uint64(b[16:])), last: sim.Time(le.Uint64(b[24:])), base: sim.Time(le.Uint64(b[32:])),
	}
	switch {
	case h.count == 0 || h.count > blockMax:
		return "its count is not in 1 to 1024"
	case h.widths[0] > 8 || h.widths[1] > 8 || h.units[0] > 9 || h.units[1] > 9:
		return "its column widths are not in 0 to 8, or its units not in 0 to 9"
	case h.first < 0 || h.last < h.first || h.base < 0:
		return "its times are negative or go backwards"
	}
	return ""
}

// size is the length of the block with both columns.
func (h *blockInfo) size() int {
	return blockHeader + int(h.count)*(int(h.widths[0])+int(h.widths[1]))
}

// blockSum is the checksum of an encoded block: of all bytes but its own four.
func blockSum(b []byte) uint32 {
	sum := crc32.Update(0, castagnoli, b[:44])
	return crc32.Update(sum, castagnoli, b[blockHeader:])
}

// encodeBlock appends the block of the given invocations of a function, which
// are in the order of time, to dst.
func encodeBlock(dst []byte, function uint32, arrivals, services []sim.Time) []byte {
	n := len(arrivals)
	h := blockInfo{function: function, count: uint32(n), first: arrivals[0], last: arrivals[n-1], base: services[0]}
	for _, s := range services {
		h.base = min(h.base, s)
	}
	var gaps, excess [blockMax]uint64
	before := h.first
	for i, a := range arrivals {
		gaps[i] = uint64(a - before)
		before = a
		excess[i] = uint64(services[i] - h.base)
	}
	h.units[0], h.widths[0] = scaleColumn(gaps[:n])
	h.units[1], h.widths[1] = scaleColumn(excess[:n])
	from := len(dst)
	dst = append(dst, make([]byte, blockHeader)...)
	dst = appendColumn(dst, gaps[:n], int(h.widths[0]))
	dst = appendColumn(dst, excess[:n], int(h.widths[1]))
	block := dst[from:]
	h.put(block)
	binary.LittleEndian.PutUint32(block[44:], blockSum(block))
	return dst
}

// scaleColumn divides the values by the largest common power of ten and
// returns its exponent and the bytes that the largest quotient takes.
func scaleColumn(v []uint64) (exponent, width uint8) {
	e := 9
	var largest uint64
	for _, x := range v {
		largest = max(largest, x)
		for e > 0 && x%unit10[e] != 0 {
			e--
		}
	}
	if largest == 0 {
		return 0, 0
	}
	if e > 0 {
		unit := unit10[e]
		for i := range v {
			v[i] /= unit
		}
		largest /= unit
	}
	return uint8(e), uint8((bits.Len64(largest) + 7) / 8)
}

func appendColumn(dst []byte, v []uint64, width int) []byte {
	for _, x := range v {
		for range width {
			dst = append(dst, byte(x))
			x >>= 8
		}
	}
	return dst
}

// contentHash is a 128-bit running hash of a function's invocations: two
// multiply-and-rotate chains over (arrival, service). It tells traces apart;
// damage is the checksums' task.
type contentHash struct{ a, b uint64 }

func (h *contentHash) add(arrival, service sim.Time) {
	h.a = bits.RotateLeft64(h.a^uint64(arrival), 29)*0x9E3779B185EBCA87 + uint64(service)
	h.b = bits.RotateLeft64(h.b^uint64(service), 31)*0xC2B2AE3D27D4EB4F + uint64(arrival)
}
