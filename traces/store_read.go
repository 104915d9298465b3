package traces

import (
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"math/bits"
	"os"
	"slices"
	"sync"

	"github.com/coldcurve/coldcurve/sim"
)

// Store is an opened store. It holds the functions' table in memory; blocks
// and their index are read when a source wants them. Its methods may be called
// from several goroutines at the same time.
type Store struct {
	file      *os.File
	name      string
	functions []sim.Function
	counts    []int64
	starts    []int64 // index entries before each function; one more at the end
	trailer   trailer
	remove    string // a private file to remove at Close
	pool      sync.Pool
}

// OpenStore opens a store and checks its trailer, its functions' table and its
// index. Blocks are checked as they are read. An error names file and offset.
func OpenStore(path string) (*Store, error) { return openStore(path, path) }

func openStore(path, name string) (*Store, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening store %s: %w", name, err)
	}
	s := &Store{file: f, name: name}
	if err := s.load(); err != nil {
		f.Close()
		return nil, err
	}
	return s, nil
}

// load reads everything but blocks.
func (s *Store) load() error {
	info, err := s.file.Stat()
	if err != nil {
		return fmt.Errorf("opening store %s: %w", s.name, err)
	}
	size := info.Size()
	if size < headerSize+trailerSize {
		return s.bad(0, "it is only %d bytes long, expected a store of at least %d (it may be truncated)", size, headerSize+trailerSize)
	}
	head, err := s.bytes(0, headerSize)
	if err != nil {
		return err
	}
	if [8]byte(head[:8]) != storeMagic {
		return s.bad(0, "found %s at its start, expected a store, which begins with %q", shown(head[:8]), "CCSTORE\x00")
	}
	if v := binary.LittleEndian.Uint32(head[8:]); v != storeVersion {
		return s.bad(8, "found version %d, expected %d; convert the trace again", v, storeVersion)
	}
	end, err := s.bytes(size-trailerSize, trailerSize)
	if err != nil {
		return err
	}
	if problem := s.trailer.parse(end); problem != "" {
		return s.bad(size-trailerSize, "%s", problem)
	}
	t := &s.trailer
	if t.index < headerSize || t.table < t.index || t.table > size-trailerSize || (t.table-t.index)%indexEntry != 0 || t.horizon < 0 {
		return s.bad(size-trailerSize, "its parts do not lie within the file")
	}
	if err := s.checkIndex(); err != nil {
		return err
	}
	table, err := s.bytes(t.table, size-trailerSize-t.table)
	if err != nil {
		return err
	}
	if crc32.Checksum(table, castagnoli) != t.tableSum {
		return s.bad(t.table, "the checksum of its functions does not match")
	}
	return s.parseTable(table)
}

func (s *Store) bytes(at, n int64) ([]byte, error) {
	b := make([]byte, n)
	if err := readAt(s.file, b, at); err != nil {
		return nil, s.bad(at, "reading %d bytes: %v", n, err)
	}
	return b, nil
}

func readAt(r io.ReaderAt, b []byte, at int64) error {
	n, err := r.ReadAt(b, at)
	if n == len(b) {
		return nil
	}
	if err == io.EOF {
		return io.ErrUnexpectedEOF
	}
	return err
}

// bad is an error at an offset of the file.
func (s *Store) bad(at int64, format string, a ...any) error {
	return fmt.Errorf("store %s: offset %d: %s", s.name, at, fmt.Sprintf(format, a...))
}

// checkIndex sums the index without keeping it.
func (s *Store) checkIndex() error {
	h := crc32.New(castagnoli)
	if _, err := io.Copy(h, io.NewSectionReader(s.file, s.trailer.index, s.trailer.table-s.trailer.index)); err != nil {
		return s.bad(s.trailer.index, "reading the index: %v", err)
	}
	if h.Sum32() != s.trailer.indexSum {
		return s.bad(s.trailer.index, "the checksum of its index does not match")
	}
	return nil
}

// tableReader takes values off the functions' table.
type tableReader struct {
	b   []byte
	bad bool
}

func (r *tableReader) uint() uint64 {
	v, n := binary.Uvarint(r.b)
	if n <= 0 || v > math.MaxInt64 {
		r.bad = true
		return 0
	}
	r.b = r.b[n:]
	return v
}

func (r *tableReader) string() string {
	n := r.uint()
	if n > uint64(len(r.b)) {
		r.bad = true
		return ""
	}
	v := string(r.b[:n])
	r.b = r.b[n:]
	return v
}

func (s *Store) parseTable(table []byte) error {
	r := &tableReader{b: table}
	n := r.uint()
	if n > uint64(len(table)) {
		return s.bad(s.trailer.table, "it lists %d functions, more than its table has bytes", n)
	}
	s.functions = make([]sim.Function, n)
	s.counts = make([]int64, n)
	s.starts = make([]int64, n+1)
	entries, total := (s.trailer.table-s.trailer.index)/indexEntry, int64(0)
	for i := range s.functions {
		f := &s.functions[i]
		f.Name, f.App, f.Owner, f.Trigger = r.string(), r.string(), r.string(), r.string()
		f.Memory, f.Timeout = int64(r.uint()), sim.Time(r.uint())
		s.counts[i] = int64(r.uint())
		f.Weight = float64(s.counts[i])
		blocks := int64(r.uint())
		if r.bad || blocks > entries-s.starts[i] || s.counts[i] > blocks*blockMax {
			return s.bad(s.trailer.table, "its functions' table is cut short or does not fit its index, at function %d", i)
		}
		for _, n := range []string{f.Name, f.App, f.Owner, f.Trigger} {
			if problem := badName("name", []byte(n)); problem != "" {
				return s.bad(s.trailer.table, "function %d: %s", i, problem)
			}
		}
		s.starts[i+1] = s.starts[i] + blocks
		total += s.counts[i]
	}
	if len(r.b) > 0 || s.starts[n] != entries || total != s.trailer.invocations {
		return s.bad(s.trailer.table, "its functions' table and index disagree")
	}
	return nil
}

// Functions lists the functions.
func (s *Store) Functions() []sim.Function { return s.functions }

// Counts returns the number of invocations of each function.
func (s *Store) Counts() []int64 { return slices.Clone(s.counts) }

// Horizon is the end of the trace.
func (s *Store) Horizon() sim.Time { return s.trailer.horizon }

// Digest is the SHA-256 of the content, in hex. It does not depend on how the
// content was cut into blocks.
func (s *Store) Digest() string { return hex.EncodeToString(s.trailer.digest[:]) }

// Close closes the file. Sources must not be used after it.
func (s *Store) Close() error {
	err := s.file.Close()
	if s.remove != "" {
		os.Remove(s.remove)
		s.remove = ""
	}
	return err
}

// source streams one function's invocations that arrive at or after start, as
// function index `as`. Times are the store's.
func (s *Store) source(_ sim.RunKey, function, as uint32, start, _ sim.Time) sim.Source {
	b, _ := s.pool.Get().(*blockSource)
	if b == nil {
		b = &blockSource{}
	}
	b.store, b.function, b.as, b.start = s, function, as, start
	b.entry, b.lastEntry = s.starts[function], s.starts[function+1]
	b.from, b.window = b.entry, b.window[:0]
	b.at, b.info.count, b.seen, b.arrival = 0, 0, 0, 0
	return b
}

// windowLen is how many index entries a source reads at once.
const windowLen = 16

// blockSource streams the blocks of a function.
type blockSource struct {
	store            *Store
	function, as     uint32
	start            sim.Time
	entry, lastEntry int64  // next block's place in the index, and the end
	from             int64  // the index entry that window starts at
	window           []byte // index entries
	raw              []byte // the current block, and 8 bytes of padding
	info             blockInfo
	at               int // invocations of the block already yielded
	arrival          sim.Time
	seen             int64
}

// Next implements sim.Source.
func (b *blockSource) Next(buf []sim.Invocation) (int, error) {
	n := 0
	for n < len(buf) {
		if b.at == int(b.info.count) {
			if b.entry == b.lastEntry {
				break
			}
			if err := b.load(); err != nil {
				return 0, err
			}
			continue
		}
		k := min(len(buf)-n, int(b.info.count)-b.at)
		b.decode(buf[n : n+k])
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
		b.entry, b.lastEntry, b.at, b.info.count = 0, 0, 0, 0
		s.pool.Put(b)
	}
	return nil
}

// nextEntry returns the index entry of the next block.
func (b *blockSource) nextEntry() (offset int64, first sim.Time, length, count uint32, err error) {
	at := int(b.entry-b.from) * indexEntry
	if at >= len(b.window) {
		n := int(min(windowLen, b.lastEntry-b.entry)) * indexEntry
		b.window = slices.Grow(b.window[:0], n)[:n]
		place := b.store.trailer.index + b.entry*indexEntry
		if err := readAt(b.store.file, b.window, place); err != nil {
			return 0, 0, 0, 0, b.store.bad(place, "reading the index: %v", err)
		}
		b.from, at = b.entry, 0
	}
	e := b.window[at : at+indexEntry]
	le := binary.LittleEndian
	return int64(le.Uint64(e)), sim.Time(le.Uint64(e[8:])), le.Uint32(e[16:]), le.Uint32(e[20:]), nil
}

// load reads and checks the next block, and passes over those that end before
// the start.
func (b *blockSource) load() error {
	offset, _, length, count, err := b.nextEntry()
	if err != nil {
		return err
	}
	b.entry++
	b.at, b.info.count = 0, 0
	s := b.store
	if length < blockHeader || length > blockHeader+16*blockMax || count == 0 || count > blockMax ||
		offset < headerSize || offset > s.trailer.index-int64(length) {
		return s.bad(offset, "the index entry %d does not name a block", b.entry-1)
	}
	if b.skips() {
		b.seen += int64(count)
		return nil
	}
	b.raw = slices.Grow(b.raw[:0], int(length)+8)[:int(length)+8]
	block := b.raw[:length]
	if err := readAt(s.file, block, offset); err != nil {
		return s.bad(offset, "reading a block of %d bytes: %v", length, err)
	}
	clear(b.raw[length:])
	if binary.LittleEndian.Uint32(block[44:]) != blockSum(block) {
		return s.bad(offset, "the checksum of the block does not match: the file is damaged")
	}
	var info blockInfo
	if problem := info.get(block); problem != "" {
		return s.bad(offset, "damaged block: %s", problem)
	}
	if info.function != b.function || info.count != count || info.size() != int(length) || info.first < b.arrival {
		return s.bad(offset, "damaged block: it is not the one that the index names, or goes back in time")
	}
	if info.overflows() && !info.fits(b.raw) {
		return s.bad(offset, "damaged block: its values overflow")
	}
	b.info, b.arrival = info, info.first
	b.seen += int64(count)
	return nil
}

// skips reports whether all of the next block arrives before the start: the
// block after it begins at or before.
func (b *blockSource) skips() bool {
	if b.start == 0 || b.entry == b.lastEntry {
		return false
	}
	_, first, _, _, err := b.nextEntry()
	return err == nil && first < b.start
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

// columnMask keeps the low width bytes; a shift by 64 gives 0.
func columnMask(width int) uint64 {
	return math.MaxUint64 >> (64 - 8*uint(width))
}
