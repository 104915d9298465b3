package traces

import (
	"context"
	"io"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// burst is how many invocations of a function are written in a row.
type burst struct {
	function uint32
	n        int
}

// writeBursts writes a store, and returns what it holds by function. Wide times
// make blocks of some 13 KB.
func writeBursts(t testing.TB, path string, functions int, bursts []burst, draw *rand.Rand) [][]sim.Invocation {
	t.Helper()
	w, err := CreateStore(path)
	if err != nil {
		t.Fatal(err)
	}
	want := make([][]sim.Invocation, functions)
	for range functions {
		w.Function(sim.Function{Name: "f"})
	}
	last := make([]sim.Time, functions)
	for _, b := range bursts {
		gap := []sim.Time{1, 1 << 40}[draw.IntN(2)] // 1: all arrive at once
		for range b.n {
			last[b.function] += draw.Int64N(gap)
			v := at(last[b.function], draw.Int64N(1<<54), b.function)
			want[b.function] = append(want[b.function], v)
			if err := w.Add(b.function, v.Arrival, v.Service); err != nil {
				t.Fatal(err)
			}
		}
		if draw.IntN(2) == 0 {
			w.flush(b.function)
		}
	}
	if err := w.Close(0); err != nil {
		t.Fatal(err)
	}
	return want
}

// However a store was written, and however its functions are read (one after
// the other in any order or side by side, with much room or none, from any start),
// each function has its invocations; and a source holds no more than its room, or about a block.
func TestStoreSources(t *testing.T) {
	draw := rand.New(rand.NewPCG(1, 2))
	path := filepath.Join(t.TempDir(), "s.store")
	longRuns, manyRuns, reused := 0, 0, 0
	for range 12 {
		functions := 1 + draw.IntN(6)
		var bursts []burst
		for range draw.IntN(12) {
			n := []int{1, 40, 700, 1023, 1024, 1025, 5000, 30_000}[draw.IntN(8)]
			bursts = append(bursts, burst{uint32(draw.IntN(functions)), n})
		}
		want := writeBursts(t, path, functions, bursts, draw)
		s, err := OpenStore(path)
		if err != nil {
			t.Fatal(err)
		}
		for f := range functions {
			if s.first[f].bytes > runMax-1<<14 {
				longRuns++
			}
			if s.more[f+1]-s.more[f] > 1 {
				manyRuns++
			}
		}
		for range 6 {
			room := []int{0, 5000, 20_000, readMost}[draw.IntN(4)]
			var start sim.Time
			if f := want[draw.IntN(functions)]; len(f) > 0 && draw.IntN(2) == 0 {
				start = f[draw.IntN(len(f))].Arrival
			}
			together := draw.IntN(2) == 0
			got := make([][]sim.Invocation, functions)
			var open []*blockSource
			for _, f := range draw.Perm(functions) {
				src := s.source(sim.RunKey{}, uint32(f), uint32(f), start, 0, room).(*blockSource)
				if len(src.held) > 0 {
					reused++
				}
				open = append(open, src)
				if !together || len(open) == functions {
					readBySteps(t, open, got, draw, room)
					open = open[:0]
				}
			}
			for f := range got {
				kept := slices.DeleteFunc(slices.Clone(want[f]), func(v sim.Invocation) bool { return v.Arrival < start })
				// What arrives before the start may come, by whole blocks.
				early := len(got[f]) - len(kept)
				if early < 0 || early > blockMax || early > 0 && got[f][early-1].Arrival >= start || !slices.Equal(kept, got[f][early:]) {
					t.Fatalf("function %d from %d with room %d: %d invocations, want %d", f, start, room, len(got[f]), len(kept))
				}
			}
		}
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
	}
	if longRuns == 0 || manyRuns == 0 || reused == 0 {
		t.Errorf("%d runs of the largest size, %d functions of many, %d buffers used again: the test misses a case", longRuns, manyRuns, reused)
	}
}

// readBySteps reads sources to their ends, a piece of one after a piece of another.
func readBySteps(t *testing.T, open []*blockSource, got [][]sim.Invocation, draw *rand.Rand, room int) {
	t.Helper()
	left := slices.Clone(open)
	buf := make([]sim.Invocation, 3000)
	for len(left) > 0 {
		i := draw.IntN(len(left))
		b := left[i]
		n, err := b.Next(buf[:1+draw.IntN(len(buf))])
		got[b.function] = append(got[b.function], buf[:n]...)
		if most := max(room, blockHeader+16*blockMax); len(b.held) > most+most/8 && len(b.held) > readMost {
			t.Fatalf("a source of room %d holds %d bytes", room, len(b.held))
		}
		if err == io.EOF {
			left = slices.Delete(left, i, i+1)
			if err := b.Close(); err != nil {
				t.Fatal(err)
			}
		} else if err != nil {
			t.Fatal(err)
		}
	}
}

// counted counts the reads of a file.
type counted struct {
	*os.File
	reads int
	bytes int64
}

func (c *counted) ReadAt(p []byte, at int64) (int, error) {
	c.reads++
	c.bytes += int64(len(p))
	return c.File.ReadAt(p, at)
}

// readAllCounted reads functions one by one with the same buffers, as those that
// a pool gives again, and returns how many reads it took.
func readAllCounted(t *testing.T, s *Store, order []uint32, room int) (reads int, bytes int64, n int) {
	t.Helper()
	c := &counted{File: s.file.(*os.File)}
	s.file = c
	var b blockSource
	buf := make([]sim.Invocation, 512)
	for _, f := range order {
		b.open(s, f, f, 0, room)
		for {
			k, err := b.Next(buf)
			n += k
			if err == io.EOF {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
		}
	}
	s.file = c.File
	return c.reads, c.bytes, n
}

// Functions that lie together are read together: the busiest first, as a kernel
// asks for them, a file costs about its size in reads of 64 KiB. In another
// order each small function is one read; and of four functions whose blocks take
// turns, each block.
func TestReadsAreFew(t *testing.T) {
	const functions = 2000
	draw := rand.New(rand.NewPCG(3, 4))
	order := make([]uint32, functions)
	var whole, timed []burst
	for f := range functions {
		order[f] = uint32(f)
		whole = append(whole, burst{uint32(f), 1 + 40_000/(f+1)})
	}
	for i := range 4 * 100 {
		timed = append(timed, burst{uint32(i % 4), blockMax})
	}
	open := func(bursts []burst, byFunction bool) *Store {
		path := filepath.Join(t.TempDir(), "r.store")
		w, err := CreateStore(path)
		if err != nil {
			t.Fatal(err)
		}
		for range functions {
			w.Function(sim.Function{Name: "f"})
		}
		last := make([]sim.Time, functions)
		for _, b := range bursts {
			for range b.n {
				last[b.function] += draw.Int64N(sim.Hour)
				if err := w.Add(b.function, last[b.function], draw.Int64N(sim.Minute)); err != nil {
					t.Fatal(err)
				}
			}
			if byFunction { // as Convert does
				if err := w.End(b.function); err != nil {
					t.Fatal(err)
				}
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
	a, b := open(whole, true), open(timed, false)
	size := a.trailer.index
	reads, bytes, n := readAllCounted(t, a, order, readMost)
	if most := int(size/readMost)*5/4 + 2; reads > most || bytes > size+readMost || int64(n) != a.trailer.invocations {
		t.Errorf("in the order of the file: %d reads of %d bytes for %d invocations in %d bytes, want at most %d", reads, bytes, n, size, most)
	}
	backwards := slices.Clone(order)
	slices.Reverse(backwards)
	reads, bytes, n = readAllCounted(t, a, backwards, readMost)
	if most := functions + int(size/readMost)*5/4; reads > most || bytes > size*2 || int64(n) != a.trailer.invocations {
		t.Errorf("against the order of the file: %d reads of %d bytes, want at most %d", reads, bytes, most)
	}
	blocks := 0
	for _, c := range a.counts {
		blocks += int(c+blockMax-1) / blockMax
	}
	if reads, _, _ = readAllCounted(t, a, order, 0); reads > blocks+blocks/20 {
		t.Errorf("without room: %d reads of %d blocks", reads, blocks)
	}
	runs := int(b.trailer.table-b.trailer.index)/indexEntry + 4
	reads, _, n = readAllCounted(t, b, []uint32{0, 1, 2, 3}, readMost)
	if runs < 400 || reads > runs+2*4 || int64(n) != b.trailer.invocations { // an entry of the index leads to each, 64 at once
		t.Errorf("in the order of time: %d reads of %d runs, %d invocations", reads, runs, n)
	}
}

// Blocks lie in the file with the heaviest function first, which is the order in
// which a kernel asks for them: all of a converted trace, and of any store
// what was gathered to its end.
func TestHeaviestFirst(t *testing.T) {
	counts := []int{10, 1500, 0, 4000, 20, 3000}
	dir := t.TempDir()
	names := []string{"a", "b", "c", "d", "e", "f"}
	w, err := CreateStore(filepath.Join(dir, "gathered.store"))
	if err != nil {
		t.Fatal(err)
	}
	for f := range counts {
		w.Function(sim.Function{Name: names[f]})
		for range counts[f] {
			if err := w.Add(uint32(f), 0, 1); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := w.Close(0); err != nil {
		t.Fatal(err)
	}
	gathered := mustOpen(t, "store:"+filepath.Join(dir, "gathered.store"), Options{})
	if err := Convert(context.Background(), gathered, sim.RunKey{}, Destination{Spec: "store:" + filepath.Join(dir, "converted.store")}); err != nil {
		t.Fatal(err)
	}
	converted := mustOpen(t, "store:"+filepath.Join(dir, "converted.store"), Options{}).backing.(*Store)
	before := run{}
	for _, f := range []int{3, 5, 1, 4, 0} {
		r := converted.first[f]
		if r.offset != max(before.offset+before.bytes, headerSize) || r.count != int64(counts[f]) {
			t.Errorf("converted: function %d: %+v after %+v", f, r, before)
		}
		before = r
	}
	// In the other store the full blocks come first, as they filled, and then
	// what was left of each function.
	rest := gathered.backing.(*Store)
	end := func(f int) int64 { return rest.first[f].offset + rest.first[f].bytes }
	if rest.first[4].offset != rest.first[0].offset-rest.first[4].bytes || end(0) != rest.trailer.index || rest.more[6] != 3 {
		t.Errorf("gathered: %+v, %v", rest.first, rest.more)
	}
}

// Sources of a set hold a bounded part of a file together, shared by what they
// have to read.
func TestReadRoom(t *testing.T) {
	tr := mustOpen(t, generated(t, "store"), Options{})
	n := len(tr.Functions())
	tr.counts = make([]int64, n)
	sum := 0
	for f := range tr.counts {
		tr.counts[f] = 1 << 30 >> (f % 20)
	}
	for _, src := range tr.parts(sim.RunKey{}, all(tr)) {
		sum += src.(*blockSource).room
		src.(io.Closer).Close()
	}
	if sum > readRoom || sum < readMost {
		t.Errorf("%d bytes of room, want at most %d", sum, readRoom)
	}
}
