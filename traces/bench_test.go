package traces

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// bigGeneration is a trace of some n invocations over many functions.
func bigGeneration(functions int, n float64) Generation {
	g := DefaultGeneration()
	g.Functions, g.Apps, g.Invocations, g.Zipf = functions, functions, n, 1.1
	return g
}

func benchStore(b *testing.B, functions int, n float64) *Trace {
	b.Helper()
	path := filepath.Join(b.TempDir(), "bench.store")
	if err := Generate(context.Background(), bigGeneration(functions, n), Destination{Spec: "store:" + path}); err != nil {
		b.Fatal(err)
	}
	return mustOpen(b, "store:"+path, Options{})
}

// timedStore is the same load in a store that was filled in the order of time,
// as a trace of rows is partitioned.
func timedStore(b *testing.B, functions int, n float64) *Trace {
	b.Helper()
	g := bigGeneration(functions, n)
	t, err := g.trace()
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "timed.store")
	w, err := CreateStore(path)
	if err != nil {
		b.Fatal(err)
	}
	for _, f := range t.Functions() {
		w.Function(f)
	}
	src, err := t.Open(sim.RunKey{Seed: g.Seed}, all(t))
	if err != nil {
		b.Fatal(err)
	}
	buf := make([]sim.Invocation, 512)
	for {
		k, err := src.Next(buf)
		if err == io.EOF {
			break
		}
		if err != nil {
			b.Fatal(err)
		}
		for _, v := range buf[:k] {
			if err := w.Add(v.Function, v.Arrival, v.Service); err != nil {
				b.Fatal(err)
			}
		}
	}
	if err := w.Close(t.Horizon()); err != nil {
		b.Fatal(err)
	}
	return mustOpen(b, "store:"+path, Options{})
}

// replay reads every function on its own, the heaviest first, as the kernel does.
func replay(b testing.TB, t *Trace, order []uint32, buf []sim.Invocation) (n int64) {
	set := []uint32{0}
	for _, f := range order {
		set[0] = f
		src, err := t.Open(sim.RunKey{}, set)
		if err != nil {
			b.Fatal(err)
		}
		for {
			k, err := src.Next(buf)
			n += int64(k)
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		src.(io.Closer).Close()
	}
	return n
}

func rate(b *testing.B, n int64) {
	b.ReportMetric(float64(n)/b.Elapsed().Seconds(), "inv/s")
}

// heaviestFirst are the functions by descending weight.
func heaviestFirst(t *Trace) []uint32 {
	order := all(t)
	slices.SortStableFunc(order, func(f, g uint32) int {
		return cmp.Compare(t.Functions()[g].Weight, t.Functions()[f].Weight)
	})
	return order
}

// BenchmarkStoreRead reads function by function what was written function by
// function, or in the order of time: alone, or every other function as one of
// two workers does.
func BenchmarkStoreRead(b *testing.B) {
	for _, c := range []struct {
		name  string
		store func(*testing.B, int, float64) *Trace
		step  int
	}{{"by=function", benchStore, 1}, {"by=function/half", benchStore, 2}, {"by=time", timedStore, 1}} {
		b.Run(c.name, func(b *testing.B) {
			t := c.store(b, 20_000, 5_000_000)
			order := heaviestFirst(t)
			var mine []uint32
			for i := 0; i < len(order); i += c.step {
				mine = append(mine, order[i])
			}
			buf := make([]sim.Invocation, 512)
			b.ReportAllocs()
			n := int64(0)
			for b.Loop() {
				n += replay(b, t, mine, buf)
			}
			rate(b, n)
		})
	}
}

func BenchmarkStoreOpen(b *testing.B) {
	t := benchStore(b, 20_000, 100_000)
	buf := make([]sim.Invocation, 512)
	set := []uint32{0}
	b.ReportAllocs()
	i := 0
	for b.Loop() {
		set[0] = uint32(i % 20_000)
		i++
		src, err := t.Open(sim.RunKey{}, set)
		if err != nil {
			b.Fatal(err)
		}
		if _, err := src.Next(buf); err != nil && err != io.EOF {
			b.Fatal(err)
		}
		src.(io.Closer).Close()
	}
}

// BenchmarkStoreMerged reads 20,000 functions in the order of time, and says
// what the open sources hold.
func BenchmarkStoreMerged(b *testing.B) {
	for _, c := range []struct {
		name  string
		store func(*testing.B, int, float64) *Trace
	}{{"by=function", benchStore}, {"by=time", timedStore}} {
		b.Run(c.name, func(b *testing.B) { benchmarkMerged(b, c.store(b, 20_000, 5_000_000)) })
	}
}

func benchmarkMerged(b *testing.B, t *Trace) {
	buf := make([]sim.Invocation, 512)
	n, held := int64(0), uint64(0)
	for b.Loop() {
		before := heap(b)
		src, err := t.Open(sim.RunKey{}, all(t))
		if err != nil {
			b.Fatal(err)
		}
		for {
			k, err := src.Next(buf)
			n += int64(k)
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		held = heap(b) - min(heap(b), before)
		src.(io.Closer).Close()
	}
	rate(b, n)
	b.ReportMetric(float64(held)/(1<<20), "MiB-held")
}

// heap is what is in use after a collection, off the clock.
func heap(b *testing.B) uint64 {
	b.StopTimer()
	defer b.StartTimer()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

func BenchmarkGenerateStore(b *testing.B) {
	n := int64(0)
	for b.Loop() {
		path := filepath.Join(b.TempDir(), "bench.store")
		if err := Generate(context.Background(), bigGeneration(2000, 2_000_000), Destination{Spec: "store:" + path}); err != nil {
			b.Fatal(err)
		}
		n += 2_000_000
	}
	rate(b, n)
}

// BenchmarkDuration draws a duration between quantiles.
func BenchmarkDuration(b *testing.B) {
	g := DefaultGeneration()
	q := g.durations(0.5)
	u := sim.NewStream(sim.RunKey{}, sim.PurposeService, 1)
	i, sum := uint64(0), sim.Time(0)
	for b.Loop() {
		sum += q.Sample(u.Uniform(i))
		i++
	}
	if sum < 0 {
		b.Fatal(sum)
	}
}

func BenchmarkAzure2019OpenOne(b *testing.B) {
	t := mustOpen(b, "azure2019:azure2019-400", Options{DataDir: dataDir(b)})
	busiest := 0
	for i, c := range t.Counts() {
		if c > t.Counts()[busiest] {
			busiest = i
		}
	}
	buf := make([]sim.Invocation, 512)
	set := []uint32{uint32(busiest)}
	b.ReportAllocs()
	n := int64(0)
	for b.Loop() {
		src, err := t.Open(sim.RunKey{}, set)
		if err != nil {
			b.Fatal(err)
		}
		for {
			k, err := src.Next(buf)
			n += int64(k)
			if err == io.EOF {
				break
			}
			if err != nil {
				b.Fatal(err)
			}
		}
		src.(io.Closer).Close()
	}
	rate(b, n)
}

// benchRows is a trace of some n rows in a format.
func benchRows(b *testing.B, format string, n float64) []byte {
	b.Helper()
	var out bytes.Buffer
	g := bigGeneration(500, n)
	if err := Generate(context.Background(), g, Destination{Spec: format + ":-", Stdout: &out}); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkPartition reads rows to a store, the parsing included.
func BenchmarkPartition(b *testing.B) {
	for _, format := range []string{"csv", "jsonl", "azure2021"} {
		b.Run(format, func(b *testing.B) {
			data := benchRows(b, format, 500_000)
			b.SetBytes(int64(len(data)))
			for b.Loop() {
				t, err := Open(context.Background(), format+":-", Options{Stdin: bytes.NewReader(data), TempDir: b.TempDir()})
				if err != nil {
					b.Fatal(err)
				}
				t.Close()
			}
		})
	}
}

// BenchmarkParseCSV only parses: no store, no digest.
func BenchmarkParseCSV(b *testing.B) {
	data := benchRows(b, "csv", 500_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r := &request{Options: Options{}, report: &Report{}}
		w := newStoreWriter(io.Discard, "nothing")
		if err := readCSV(context.Background(), newLineReader(bytes.NewReader(data), "bench.csv"),
			&rowSink{request: r, store: w, functions: newRegistry(w.Function)}); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkAzure2019Load reads the three tables of a day.
func BenchmarkAzure2019Load(b *testing.B) {
	dir := dataDir(b)
	for b.Loop() {
		t, err := Open(context.Background(), "azure2019:azure2019-400", Options{DataDir: dir})
		if err != nil {
			b.Fatal(err)
		}
		b.SetBytes(1_276_349 + 98_262 + 65_284) // uncompressed
		t.Close()
	}
}
