package logs

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// generator yields n REPORT lines of some functions, as aws logs tail writes
// them (timed) or bare, without holding them.
type generator struct {
	n, at  int64
	timed  bool
	stream sim.Stream
	line   []byte
	rest   []byte
	sum    int64 // of billed ms
	cold   int64
}

func newGenerator(n int64, timed bool) *generator {
	return &generator{n: n, timed: timed, stream: sim.NewStream(sim.RunKey{Seed: 1}, sim.PurposeArrival, 0)}
}

func (g *generator) Read(b []byte) (int, error) {
	total := 0
	for total < len(b) {
		if len(g.rest) == 0 {
			if g.at == g.n {
				break
			}
			g.next()
		}
		k := copy(b[total:], g.rest)
		g.rest = g.rest[k:]
		total += k
	}
	if total == 0 {
		return 0, io.EOF
	}
	return total, nil
}

// next makes a line; an in 50 is cold.
func (g *generator) next() {
	i := g.at
	g.at++
	x := g.stream.Bits(uint64(i))
	hundredths := int64(x%20_000) + 1
	b := g.line[:0]
	if g.timed {
		b = time.Unix(0, 1756684800*second+i*20*1_000_000).UTC().AppendFormat(b, "2006-01-02T15:04:05.000000+00:00")
		b = append(b, " 2025/09/01/f"...)
		b = strconv.AppendUint(b, x>>40%7, 10)
		b = append(b, "[$LATEST]0123456789abcdef0123456789abcdef "...)
	}
	b = append(b, "REPORT RequestId: 529d1f4f-b3ac-4cd6-92cb-"...)
	b = strconv.AppendUint(b, 1<<47|uint64(i), 16)
	b = append(b, "\tDuration: "...)
	b = hundred(b, hundredths)
	initial := int64(0)
	if x>>32%50 == 0 {
		initial = int64(x>>20%100_000) + 1
	}
	billed := (hundredths + initial + 99) / 100
	g.sum += billed
	b = append(b, " ms\tBilled Duration: "...)
	b = strconv.AppendInt(b, billed, 10)
	b = append(b, " ms\tMemory Size: 128 MB\tMax Memory Used: 55 MB\t"...)
	if initial > 0 {
		g.cold++
		b = append(b, "Init Duration: "...)
		b = append(hundred(b, initial), " ms\t"...)
	}
	g.line = append(b, '\n')
	g.rest = g.line
}

func hundred(b []byte, n int64) []byte {
	b = strconv.AppendInt(b, n/100, 10)
	return append(b, '.', byte('0'+n/10%10), byte('0'+n%10))
}

// A log of 10 million lines (short: 300,000) in constant memory: the live heap
// while it is read stays below 8 MB more than before.
func TestConstantMemory(t *testing.T) {
	n := int64(10_000_000)
	if testing.Short() {
		n = 300_000
	}
	for _, timed := range []bool{false, true} {
		if timed {
			n /= 4
		}
		g := newGenerator(n, timed)
		before := live()
		peak := uint64(0)
		p, err := Read(context.Background(), []File{{Name: "x", R: &watched{g, &peak, 0}}}, Options{Strict: true, repeats: 1 << 15})
		if err != nil {
			t.Fatal(err)
		}
		var u Usage
		for i := range p.Functions {
			for _, v := range p.Functions[i].Billed {
				u.Requests += v.Requests
				u.BilledMS += v.BilledMS
			}
		}
		if p.Requests != n || u.Requests != n || u.BilledMS != g.sum || p.Billing.Explained[3].Lines != n {
			t.Errorf("%d requests, %+v, want %d with %d ms", p.Requests, u, n, g.sum)
		}
		if timed && (len(p.Functions) != 7 || p.Span() < (n-1)*20*sim.Millisecond-3*sim.Second) {
			t.Errorf("%d functions over %d ns", len(p.Functions), p.Span())
		}
		if peak > before+8<<20 {
			t.Errorf("the heap grows from %d to %d bytes over %d lines", before, peak, n)
		}
	}
}

// watched takes the peak of the live heap, at every 64 MiB of a log.
type watched struct {
	r    io.Reader
	peak *uint64
	read int64
}

func (w *watched) Read(b []byte) (int, error) {
	n, err := w.r.Read(b)
	if before := w.read >> 26; (w.read+int64(n))>>26 != before || w.read == 0 {
		*w.peak = max(*w.peak, live())
	}
	w.read += int64(n)
	return n, err
}

// live is the heap that is reachable.
func live() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// No line allocates.
func TestNoAllocations(t *testing.T) {
	for _, line := range []string{
		warm, cold, "2025-09-01T12:00:00.500Z 2025/09/01/checkout[$LATEST]0a1b " + warm,
		`2025-09-01T12:00:00.500Z {"time":"2025-09-01T12:00:00.500Z","type":"platform.report","record":{"metrics":{"durationMs":200.50,"billedDurationMs":501,"memorySizeMB":256},"status":"success"}}`,
		"START RequestId: x", "an application's line",
	} {
		c := newCollector(10)
		r := &reader{collector: c, ctx: context.Background(), file: "x", unnamed: "x"}
		if n := testing.AllocsPerRun(100, func() {
			if p := r.cloudWatchLine([]byte(line)[:len(line):len(line)]); p != "" {
				t.Fatal(p)
			}
		}); n > 1 { // the conversion above
			t.Errorf("%q: %v allocations", line, n)
		}
	}
}

// Nor does a line of a web server whose route is known.
func TestNoAllocationsHTTP(t *testing.T) {
	line := []byte(`127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /users/7/orders?q HTTP/1.0" 200 2326`)
	r := &reader{collector: newCollector(10), ctx: context.Background(), file: "x", unnamed: "x"}
	if n := testing.AllocsPerRun(100, func() {
		if p := r.httpLine(line); p != "" {
			t.Fatal(p)
		}
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func benchmark(b *testing.B, text []byte, o Options) {
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := Read(context.Background(), []File{{Name: "x", R: &reread{text}}}, o); err != nil {
			b.Fatal(err)
		}
	}
}

type reread struct{ b []byte }

func (r *reread) Read(p []byte) (int, error) {
	if len(r.b) == 0 {
		return 0, io.EOF
	}
	n := copy(p, r.b)
	r.b = r.b[n:]
	return n, nil
}

func BenchmarkReport(b *testing.B) {
	text, _ := io.ReadAll(newGenerator(300_000, false))
	benchmark(b, text, Options{})
}

func BenchmarkReportTimed(b *testing.B) {
	text, _ := io.ReadAll(newGenerator(300_000, true))
	benchmark(b, text, Options{})
}

func BenchmarkEvents(b *testing.B) {
	lines, _ := io.ReadAll(newGenerator(100_000, false))
	text := []byte(`{"events":[`)
	for i, line := range bytes.Split(bytes.TrimSpace(lines), []byte("\n")) {
		if i > 0 {
			text = append(text, ',')
		}
		text = fmt.Appendf(text, `{"timestamp":%d,"message":%s}`, 1756684800000+i, jsonString(string(line)))
	}
	benchmark(b, append(text, "]}"...), Options{})
}

func BenchmarkHTTP(b *testing.B) {
	var text []byte
	for i := range 100_000 {
		text = fmt.Appendf(text, "127.0.0.1 - frank [10/Oct/2000:13:%02d:%02d -0700] \"GET /users/%d/orders HTTP/1.0\" 200 2326\n", i/60%60, i%60, i)
	}
	benchmark(b, text, Options{})
}
