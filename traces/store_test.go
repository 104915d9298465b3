package traces

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"hash/crc32"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

// drawTrace draws functions and their invocations, in the order of (arrival,
// function).
func drawTrace(r *rapid.T) ([]sim.Function, []sim.Invocation) {
	names := rapid.SliceOfNDistinct(rapid.StringMatching(`[a-c<=",é\t ]{1,3}`), 1, 4, rapid.ID[string]).Draw(r, "names")
	var functions []sim.Function
	for _, n := range names {
		functions = append(functions, sim.Function{
			Name: n, App: rapid.SampledFrom([]string{"", "app", `a"b,`}).Draw(r, "app"), Owner: rapid.SampledFrom([]string{"", "o"}).Draw(r, "owner"),
			Trigger: rapid.SampledFrom([]string{"", "http"}).Draw(r, "trigger"),
			Memory:  rapid.SampledFrom([]int64{0, 1, 1 << 20}).Draw(r, "memory"), Timeout: rapid.SampledFrom([]sim.Time{0, 1, sim.Minute}).Draw(r, "timeout"),
		})
	}
	unit := rapid.SampledFrom([]sim.Time{1, 10, sim.Millisecond, sim.Second}).Draw(r, "unit")
	times := rapid.OneOf(rapid.Int64Range(0, 3), rapid.Int64Range(0, 1<<20), rapid.Int64Range(0, min(1<<31, (sim.Longest-1)/unit/31))) // of 30 gaps, the sum stays in range
	var out []sim.Invocation
	for f := range functions {
		arrival := sim.Time(0)
		for range rapid.IntRange(1, 30).Draw(r, "n") {
			arrival += times.Draw(r, "gap") * unit
			out = append(out, at(arrival, times.Draw(r, "service")*unit, uint32(f)))
		}
	}
	slices.SortStableFunc(out, func(a, b sim.Invocation) int {
		if a.Arrival != b.Arrival {
			return int(a.Arrival/2 - b.Arrival/2 + (a.Arrival&1 - b.Arrival&1))
		}
		return int(a.Function) - int(b.Function)
	})
	return functions, out
}

// named is an invocation by its function's name, so that the numbering of
// functions does not matter.
type named struct {
	Function         sim.Function
	Arrival, Service sim.Time
}

// byName is what a trace holds, ordered by function's identity, then by time.
func byName(functions []sim.Function, in []sim.Invocation) map[string][]named {
	out := map[string][]named{}
	for _, v := range in {
		f := functions[v.Function]
		f.Weight = 0
		id := f.Owner + "\x00" + f.App + "\x00" + f.Name
		out[id] = append(out[id], named{f, v.Arrival, v.Service})
	}
	return out
}

// Any chain of conversions between csv, jsonl and store, compressed or not, keeps every invocation, every
// attribute and the digest of each step's content.
func TestRoundTrips(t *testing.T) {
	dir := t.TempDir()
	rapid.Check(t, func(r *rapid.T) {
		functions, want := drawTrace(r)
		first := filepath.Join(dir, "first.store")
		w, err := CreateStore(first)
		if err != nil {
			r.Fatal(err)
		}
		for _, f := range functions {
			w.Function(f)
		}
		for _, v := range want {
			if err := w.Add(v.Function, v.Arrival, v.Service); err != nil {
				r.Fatal(err)
			}
		}
		if err := w.Close(0); err != nil {
			r.Fatal(err)
		}
		chain := []string{"store:" + first}
		for i, spec := range rapid.Permutation([]string{"csv:x.csv", "jsonl:x.jsonl.gz", "store:x.store", "csv:x.csv.zst", "jsonl:x.jsonl"}).Draw(r, "chain")[:3] {
			format, path, _ := strings.Cut(spec, ":")
			chain = append(chain, format+":"+filepath.Join(dir, string(rune('a'+i))+path))
		}
		for i, spec := range chain {
			tr, err := Open(context.Background(), spec, Options{TempDir: dir})
			if err != nil {
				r.Fatal(err)
			}
			got := drain(t, tr, all(tr))
			if diff := cmp.Diff(byName(functions, want), byName(tr.Functions(), got)); diff != "" {
				r.Fatalf("%s (after %v):\n%s", spec, chain[:i], diff)
			}
			if i+1 < len(chain) {
				if err := Convert(context.Background(), tr, sim.RunKey{}, Destination{Spec: chain[i+1], Replace: true}); err != nil {
					r.Fatal(err)
				}
			}
			if err := tr.Close(); err != nil {
				r.Fatal(err)
			}
		}
	})
}

// smallStore is a store of two functions and three blocks; the second is a language model.
func smallStore(t testing.TB) (path string, want []sim.Invocation) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "small.store")
	w, err := CreateStore(path)
	if err != nil {
		t.Fatal(err)
	}
	w.Function(sim.Function{Name: "f", App: "a", Memory: 128})
	w.Function(sim.Function{Name: "g"})
	for i := range blockMax + 20 {
		want = append(want, at(sim.Time(i)*7*ms, sim.Time(i%5)*ms, 0))
		if i%400 == 0 {
			v := at(sim.Time(i)*7*ms, 1, 1)
			v.Attr = uint32(i/400) + 1
			want = append(want, v)
		}
	}
	for _, v := range want {
		if v.Function == 0 {
			err = w.Add(v.Function, v.Arrival, v.Service)
		} else {
			err = w.AddRequest(v.Function, v.Arrival, v.Service, tokens.Request{Input: 300, Output: 2, Priority: -1, Blocks: []uint32{9, 4_000_000_000}, Extent: 16})
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(sim.Minute); err != nil {
		t.Fatal(err)
	}
	return path, want
}

// Any damaged byte and any cut is an error, and never other data.
func TestDamagedStore(t *testing.T) {
	path, want := smallStore(t)
	tr := mustOpen(t, "store:"+path, Options{})
	if diff := cmp.Diff(want, drain(t, tr, all(tr))); diff != "" || tr.Horizon() != sim.Minute {
		t.Fatal(diff)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	try := func(b []byte, what string, i int) {
		t.Helper()
		s, err := storeIn(b)
		if err == nil {
			for f := range s.functions {
				if err == nil {
					_, err = readAll(s.source(sim.RunKey{}, uint32(f), 0, 0, 0, readMost))
				}
			}
			s.Close()
		}
		if err == nil {
			t.Errorf("%s %d of %d: no error", what, i, len(whole))
		} else if !strings.HasPrefix(err.Error(), "store in memory: offset ") {
			t.Errorf("%s %d: %v", what, i, err)
		}
	}
	for i := range whole {
		if i >= 12 && i < headerSize {
			continue // reserved
		}
		if i >= len(whole)-12 && i < len(whole)-8 {
			continue // padding of the trailer, which nothing reads
		}
		b := slices.Clone(whole)
		b[i] ^= 0x10
		try(b, "byte", i)
		try(whole[:i], "cut at", i)
	}
}

// memoryFile is a store's file in memory.
type memoryFile struct{ *bytes.Reader }

func (memoryFile) Close() error { return nil }

// storeIn opens a store that lies in memory.
func storeIn(b []byte) (*Store, error) {
	s := &Store{file: memoryFile{bytes.NewReader(b)}, name: "in memory"}
	return s, s.load(int64(len(b)))
}

func readAll(src sim.Source) (out []sim.Invocation, err error) {
	defer src.(io.Closer).Close()
	buf := make([]sim.Invocation, 64)
	for {
		n, err := src.Next(buf)
		out = append(out, buf[:n]...)
		if err == io.EOF {
			return out, nil
		}
		if err != nil {
			return out, err
		}
	}
}

// The writer relieves itself when much is gathered, and the digest does not
// depend on the blocks.
func TestStoreRelief(t *testing.T) {
	write := func(byFunction bool) *Store {
		path := filepath.Join(t.TempDir(), "r.store")
		w, err := CreateStore(path)
		if err != nil {
			t.Fatal(err)
		}
		const functions, each = 10_000, 250 // 2.5 million, in more chunks than chunksMost
		for range functions {
			w.Function(sim.Function{Name: "f"})
		}
		for k := range functions * each {
			f, i := k%functions, k/functions
			if byFunction {
				f, i = k/each, k%each
			}
			if err := w.Add(uint32(f), sim.Time(i)*sim.Second+sim.Time(f), sim.Time(f)); err != nil {
				t.Fatal(err)
			}
		}
		if err := w.Close(0); err != nil {
			t.Fatal(err)
		}
		s, err := OpenStore(path)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { s.Close() })
		return s
	}
	a, b := write(false), write(true)
	if a.Digest() != b.Digest() {
		t.Error("the digest depends on the blocks")
	}
	got, err := readAll(a.source(sim.RunKey{}, 77, 5, 0, 0, readMost))
	if err != nil || len(got) != 250 || got[249] != at(249*sim.Second+77, 77, 5) {
		t.Errorf("%v %v", len(got), err)
	}
}

// Sources allocate nothing per invocation.
func TestZeroAllocations(t *testing.T) {
	path, _ := smallStore(t)
	dir := writeFiles(t, azureFiles("o,a,f,http,500,400,0\n", "o,a,f"+constant100, ""))
	for _, spec := range []string{"store:" + path, "azure2019:" + dir} {
		tr := mustOpen(t, spec, Options{})
		buf, set := make([]sim.Invocation, 100), []uint32{0}
		read := func() {
			src, _ := tr.Open(sim.RunKey{}, set)
			for {
				if _, err := src.Next(buf); err == io.EOF {
					break
				} else if err != nil {
					t.Fatal(err)
				}
			}
			src.(io.Closer).Close()
		}
		read()
		// A pool forgets now and then, and under the race detector on purpose:
		// a handful for more than 900 invocations is then none for each.
		if n := testing.AllocsPerRun(200, read); n > 8 {
			t.Errorf("%s: %v allocations a read", spec, n)
		}
	}
}

// Nothing is left of a store that cannot be written, and a full disk is an error.
func TestStoreWriteErrors(t *testing.T) {
	if _, err := CreateStore(filepath.Join(t.TempDir(), "no", "such.store")); err == nil {
		t.Error("a missing folder: no error")
	}
	path, _ := smallStore(t)
	tr := mustOpen(t, "store:"+path, Options{})
	if _, err := os.Stat("/dev/full"); err == nil {
		for _, spec := range []string{"store:/dev/full", "csv:/dev/full", "jsonl:/dev/full"} {
			if err := Convert(context.Background(), tr, sim.RunKey{}, Destination{Spec: spec}); err == nil || !strings.Contains(err.Error(), "no space left") {
				t.Errorf("%s: %v", spec, err)
			}
		}
	}
	dir := t.TempDir()
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	for _, spec := range []string{"store:" + dir + "/x", "csv:" + dir + "/x"} {
		if err := Convert(ctx, tr, sim.RunKey{}, Destination{Spec: spec}); !errors.Is(err, context.Canceled) {
			t.Errorf("%s: %v", spec, err)
		}
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
	w := newStoreWriter(io.Discard, "x")
	w.Function(sim.Function{Name: "f"})
	if w.Add(0, 5, 0) != nil || w.Add(0, 4, 0) == nil || w.Add(0, 5, -1) == nil {
		t.Error("arrivals backwards or a negative service: no error")
	}
}

// A store whose checksums are right but whose content is not never panics, and
// what it yields is in order and not negative.
func FuzzStore(f *testing.F) {
	path, _ := smallStore(f)
	whole, err := os.ReadFile(path)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(whole)
	f.Add(whole[:100])
	f.Fuzz(func(t *testing.T, b []byte) {
		reseal(b)
		s, err := storeIn(b)
		if err != nil {
			return
		}
		for fn := range s.functions {
			got, _ := readAll(s.source(sim.RunKey{}, uint32(fn), 0, 0, 0, readMost))
			before := sim.Time(0)
			for _, v := range got {
				if v.Arrival < before || v.Service < 0 {
					t.Fatalf("%+v after %d", v, before)
				}
				before = v.Arrival
			}
		}
	})
}

// reseal makes the checksums of a damaged store right.
func reseal(b []byte) {
	if len(b) < headerSize+trailerSize {
		return
	}
	copy(b, storeMagic[:])
	le := binary.LittleEndian
	le.PutUint32(b[8:], storeVersion)
	end := b[len(b)-trailerSize:]
	index, table, side := le.Uint64(end), le.Uint64(end[8:]), le.Uint64(end[16:])
	limit := uint64(len(b) - trailerSize)
	if index < headerSize || table < index || side < table || side > limit {
		return
	}
	for at := uint64(headerSize); at+blockHeader <= index; { // blocks follow each other
		var h blockInfo
		if h.get(b[at:]) != "" || at+uint64(h.size()) > index {
			break
		}
		le.PutUint32(b[at+44:], blockSum(b[at:at+uint64(h.size())]))
		at += uint64(h.size())
	}
	var t trailer
	t.index, t.table, t.side = int64(index), int64(table), int64(side)
	t.invocations, t.horizon = int64(le.Uint64(end[24:])), sim.Time(le.Uint64(end[32:]))
	t.indexSum, t.tableSum, t.sideSum = crc(b[index:table]), crc(b[table:side]), crc(b[side:limit])
	copy(end, t.bytes())
}

func crc(b []byte) uint32 { return crc32.Checksum(b, castagnoli) }

// Packed data beyond the limit goes to a file and reads back the same.
func TestSpill(t *testing.T) {
	dir := t.TempDir()
	s := &spill{dir: dir}
	const piece = 1 << 20
	b := make([]byte, piece)
	for i := range spillMax/piece + 3 {
		b[0], b[piece-1] = byte(i), byte(i+1)
		at, err := s.add(b)
		if err != nil || at != int64(i)*piece {
			t.Fatal(at, err)
		}
	}
	if err := s.finish(); err != nil {
		t.Fatal(err)
	}
	for i := range spillMax/piece + 3 {
		if err := s.read(b, int64(i)*piece); err != nil || b[0] != byte(i) || b[piece-1] != byte(i+1) {
			t.Fatalf("%d: %v", i, err)
		}
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if left, _ := os.ReadDir(dir); len(left) > 0 {
		t.Errorf("left %v", left)
	}
}

// Sources of one trace may be read from several goroutines at the same time.
func TestConcurrentSources(t *testing.T) {
	for _, format := range []string{"store", "azure2019"} {
		tr := mustOpen(t, generated(t, format), Options{Start: sim.Minute})
		var group sync.WaitGroup
		counts := make([]int, 8)
		for i := range counts {
			group.Go(func() {
				for f := range tr.Functions() {
					src, err := tr.Open(sim.RunKey{Seed: 3}, []uint32{uint32(f)})
					if err == nil {
						var got []sim.Invocation
						got, err = readAll(src)
						counts[i] += len(got)
					}
					if err != nil {
						t.Error(err)
					}
				}
			})
		}
		group.Wait()
		if counts[0] == 0 || slices.Min(counts) != slices.Max(counts) {
			t.Errorf("%s: %v", format, counts)
		}
	}
}
