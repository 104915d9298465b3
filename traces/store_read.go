package traces

import (
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"math"
	"os"
	"slices"
	"sync"

	"github.com/coldcurve/coldcurve/sim"
)

// Store is an opened store. It holds the functions' table in memory; blocks
// and most of their index are read when a source wants them. Its methods may be called
// from several goroutines at the same time.
type Store struct {
	file      storeFile
	name      string
	functions []sim.Function
	counts    []int64
	first     []run   // of each function; of no bytes where it has none
	more      []int64 // runs of functions before it, less their first; one more at the end
	trailer   trailer
	side      sideColumns // nil: no request has tokens
	remove    string      // a private file to remove at Close
	pool      sync.Pool
}

// tableMost is the longest table of functions: all their names, and what else is
// said of each.
const tableMost = namesMost + 100*functionsMost

// storeFile is what a store asks of its file.
type storeFile interface {
	io.ReaderAt
	io.Closer
}

// OpenStore opens a store and checks its trailer, its functions' table and its
// index. Blocks are checked as they are read. An error names file and offset.
func OpenStore(path string) (*Store, error) { return openStore(path, path) }

func openStore(path, name string) (*Store, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, fmt.Errorf("opening store %s: %w", name, err)
	}
	info, err := f.Stat()
	if err != nil {
		return nil, errors.Join(fmt.Errorf("opening store %s: %w", name, err), f.Close())
	}
	s := &Store{file: f, name: name}
	if err := s.load(info.Size()); err != nil {
		return nil, errors.Join(err, f.Close())
	}
	return s, nil
}

// load reads everything but blocks of a file of so many bytes.
func (s *Store) load(size int64) error {
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
	if t.index < headerSize || t.table < t.index || t.side < t.table || t.side > size-trailerSize || (t.table-t.index)%indexEntry != 0 || t.horizon < 0 {
		return s.bad(size-trailerSize, "its parts do not lie within the file")
	}
	if err := s.checkIndex(); err != nil {
		return err
	}
	if t.side-t.table > tableMost {
		return s.bad(t.table, "its functions' table has %d bytes, expected at most %d", t.side-t.table, int64(tableMost))
	}
	table, err := s.bytes(t.table, t.side-t.table)
	if err != nil {
		return err
	}
	if crc32.Checksum(table, castagnoli) != t.tableSum {
		return s.bad(t.table, "the checksum of its functions does not match")
	}
	if err := s.parseTable(table); err != nil {
		return err
	}
	return s.loadSide(size - trailerSize)
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

// bad is a *Malformed at an offset of the file.
func (s *Store) bad(at int64, format string, a ...any) error {
	return &Malformed{File: fmt.Sprintf("store %s: offset %d", s.name, at), Problem: fmt.Sprintf(format, a...)}
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
	if n > functionsMost {
		return s.bad(s.trailer.table, "it lists %d functions, expected at most %d", n, functionsMost)
	}
	if n > uint64(len(table)) {
		return s.bad(s.trailer.table, "it lists %d functions, more than its table has bytes", n)
	}
	s.functions = make([]sim.Function, n)
	s.counts = make([]int64, n)
	s.first = make([]run, n)
	s.more = make([]int64, n+1)
	entries, total := (s.trailer.table-s.trailer.index)/indexEntry, int64(0)
	for i := range s.functions {
		f := &s.functions[i]
		f.Name, f.App, f.Owner, f.Trigger = r.string(), r.string(), r.string(), r.string()
		f.Memory, f.Timeout = int64(r.uint()), sim.Time(r.uint())
		s.counts[i] = int64(r.uint())
		f.Weight = float64(s.counts[i])
		runs := int64(r.uint())
		if runs > 0 {
			s.first[i] = run{offset: int64(r.uint()), bytes: int64(r.uint()), first: sim.Time(r.uint()), count: int64(r.uint())}
			runs--
		}
		if r.bad || runs > entries-s.more[i] || runs > 0 && s.first[i].bytes == 0 {
			return s.bad(s.trailer.table, "its functions' table is cut short or does not fit its index, at function %d", i)
		}
		for _, n := range []string{f.Name, f.App, f.Owner, f.Trigger} {
			if problem := badName("name", []byte(n)); problem != "" {
				return s.bad(s.trailer.table, "function %d: %s", i, problem)
			}
		}
		s.more[i+1] = s.more[i] + runs
		total += s.counts[i]
	}
	if len(r.b) > 0 || s.more[n] != entries || total != s.trailer.invocations {
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
