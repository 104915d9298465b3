package traces

import (
	"bytes"
	"context"
	"io"
	"path/filepath"
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

// replay reads every function on its own, as the kernel does.
func replay(b testing.TB, t *Trace, buf []sim.Invocation) (n int64) {
	set := []uint32{0}
	for f := range t.Functions() {
		set[0] = uint32(f)
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

func BenchmarkStoreRead(b *testing.B) {
	t := benchStore(b, 20_000, 5_000_000)
	buf := make([]sim.Invocation, 512)
	b.ReportAllocs()
	b.ResetTimer()
	n := int64(0)
	for b.Loop() {
		n += replay(b, t, buf)
	}
	rate(b, n)
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

func BenchmarkStoreMerged(b *testing.B) {
	t := benchStore(b, 20_000, 2_000_000)
	buf := make([]sim.Invocation, 512)
	n := int64(0)
	for b.Loop() {
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
		src.(io.Closer).Close()
	}
	rate(b, n)
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

// benchLog is a log of some n rows in a format.
func benchLog(b *testing.B, format string, n float64) []byte {
	b.Helper()
	var out bytes.Buffer
	g := bigGeneration(500, n)
	if err := Generate(context.Background(), g, Destination{Spec: format + ":-", Stdout: &out}); err != nil {
		b.Fatal(err)
	}
	return out.Bytes()
}

// BenchmarkPartition reads a log to a store, the parsing included.
func BenchmarkPartition(b *testing.B) {
	for _, format := range []string{"csv", "jsonl", "azure2021"} {
		b.Run(format, func(b *testing.B) {
			data := benchLog(b, format, 500_000)
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
	data := benchLog(b, "csv", 500_000)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		r := &request{Options: Options{}, report: &Report{}}
		w := newStoreWriter(io.Discard, "nothing")
		if err := readCSV(context.Background(), newLineReader(bytes.NewReader(data), "bench.csv"),
			&logSink{request: r, store: w, functions: newRegistry(w.Function)}); err != nil {
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
