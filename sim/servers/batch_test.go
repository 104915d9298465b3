package servers

import (
	"fmt"
	"math"
	"math/cmplx"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// flow drives a server with arrivals, and those taken back, and writes down who
// ends when.
func flow(s sim.Server, at []sim.Time, leaves map[int]sim.Time) string {
	var out []string
	ended := map[uint32]bool{}
	tell := func(until sim.Time) {
		for next := s.Next(); next <= until; next = s.Next() {
			ends := s.Advance(next, nil)
			if len(ends) == 0 {
				continue
			}
			line := fmt.Sprint(next, ":")
			for _, e := range ends {
				ended[e.ID] = true
				line += fmt.Sprint(" ", e.ID)
			}
			out = append(out, line)
		}
	}
	for now := sim.Time(0); now < 300; now++ {
		tell(now)
		for id, t := range at {
			if t == now {
				s.Offer(now, sim.ServerRequest{ID: uint32(id)})
			}
		}
		for id, t := range leaves {
			if t == now && !ended[uint32(id)] {
				s.Withdraw(now, uint32(id))
			}
		}
	}
	return strings.Join(out, ", ")
}

func TestBatchByHand(t *testing.T) {
	line := Batch{Size: 3, Wait: 10, Base: 20, Each: 2}
	for _, c := range []struct {
		name   string
		batch  Batch
		at     []sim.Time
		leaves map[int]sim.Time
		want   string
	}{
		// From 10 on, when the first has waited; 20 + 2 × 2.
		{"flushed by the wait", line, []sim.Time{0, 4}, nil, "34: 0 1"},
		// From 5 on, when the third is there; 20 + 3 × 2.
		{"flushed by the size", line, []sim.Time{0, 4, 5}, nil, "31: 0 1 2"},
		// The fourth waits from 5 to 15, but the server is busy until 31.
		{"the next gather meanwhile", line, []sim.Time{0, 4, 5, 5}, nil, "31: 0 1 2, 53: 3"},
		// Four have come when it is free at 31: three go, then, at 57, the last,
		// which has waited since 8.
		{"at most so many at a time", line, []sim.Time{0, 4, 5, 8, 9, 10, 30}, nil, "31: 0 1 2, 57: 3 4 5, 79: 6"},
		// When the server is free at 31 the one that came at 25 waits until 35.
		{"the wait goes on past the end of a batch", line, []sim.Time{0, 4, 5, 25}, nil, "31: 0 1 2, 57: 3"},
		// At 10 the first has waited, and one comes at that very ns.
		{"who comes when it begins is part of it", line, []sim.Time{0, 10}, nil, "34: 0 1"},
		{"who comes one ns later is not", line, []sim.Time{0, 11}, nil, "32: 0, 54: 1"},
		{"all of one ns without a wait", Batch{Size: 9, Base: 5}, []sim.Time{3, 3, 3, 4}, nil, "8: 0 1 2, 13: 3"},
		{"a full batch is closed to others of its ns", Batch{Size: 2, Wait: 50, Base: 5}, []sim.Time{3, 3, 3}, nil, "8: 0 1, 58: 2"},
		{"a table", Batch{Size: 2, Wait: 1, Table: []sim.Time{7, 9}}, []sim.Time{0, 20, 20}, nil, "8: 0, 29: 1 2"},
		// Without the first it is the second that must have waited: 4 + 10.
		{"taken back while it gathers", line, []sim.Time{0, 4}, map[int]sim.Time{0: 6}, "36: 1"},
		// The batch of 34 goes on as it was.
		{"taken back while it is served", line, []sim.Time{0, 4}, map[int]sim.Time{0: 20}, "34: 1"},
		{"all taken back", line, []sim.Time{0, 4}, map[int]sim.Time{0: 20, 1: 21}, ""},
		{"no time at all", Batch{Size: 1}, []sim.Time{5, 5, 5}, nil, "5: 0 1 2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if err := c.batch.Check(); err != nil {
				t.Fatal(err)
			}
			if got := flow(c.batch.New(sim.Group{}), c.at, c.leaves); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestBatchCheck(t *testing.T) {
	for _, c := range []struct {
		batch Batch
		want  string
	}{
		{Batch{Size: 1}, ""},
		{Batch{Size: 2, Table: []sim.Time{1, 0}}, ""},
		{Batch{}, "batches of 0, want ≥ 1"},
		{Batch{Size: 1, Wait: -1}, "a wait of -1 ns, want ≥ 0"},
		{Batch{Size: 1, Base: -1}, "a batch takes -1 + n × 0 ns, want both ≥ 0"},
		{Batch{Size: 1, Each: -1}, "a batch takes 0 + n × -1 ns, want both ≥ 0"},
		{Batch{Size: 1, Base: 1, Table: []sim.Time{1}}, "a batch takes a base and a time for each, and what a table says: want one of them"},
		{Batch{Size: 2, Table: []sim.Time{1}}, "a table of 1 times for batches of up to 2, want one for each size"},
		{Batch{Size: 2, Table: []sim.Time{1, -2}}, "a batch of 2 takes -2 ns, want ≥ 0"},
	} {
		got := ""
		if err := c.batch.Check(); err != nil {
			got = err.Error()
		}
		if got != c.want {
			t.Errorf("%+v: %q, want %q", c.batch, got, c.want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("batches of none are made")
		}
	}()
	Batch{}.New(sim.Group{})
}

// bulkWait returns the mean wait in M/D^[b]/1, where a server takes up to b
// requests as soon as it is free and there is one (Bailey, On queueing processes
// with bulk service, JRSS B 16, 1954). With μ arrivals a service and z₁ … the
// roots of z^b = e^(μ(z−1)) within the unit circle, the mean number that a batch
// leaves behind is Σ 1 ÷ (1 − z) − (b (b−1) − μ²) ÷ 2 (b − μ), and it leaves the
// server idle with the probability p = (b − μ) Π z ÷ (z − 1). The queue's time
// integral over a service is what is left behind times D, and those who come,
// half of it each; a service takes, and the idle time before it, μ + p arrivals.
func bulkWait(b int, mu, d float64) float64 {
	left, idle := complex(0, 0), complex(float64(b)-mu, 0)
	for k := 1; k < b; k++ {
		turn := cmplx.Exp(complex(0, 2*math.Pi*float64(k)/float64(b)))
		z := complex(0, 0)
		for range 10_000 {
			z = turn * cmplx.Exp(complex(mu/float64(b), 0)*(z-1))
		}
		left += 1 / (1 - z)
		idle *= z / (z - 1)
	}
	n := real(left) - (float64(b)*float64(b-1)-mu*mu)/(2*(float64(b)-mu))
	return (n*d + mu*d/2) / (mu + real(idle))
}

// Requests that wait for nobody are served as by a bulk server.
func TestBatchIsABulkQueue(t *testing.T) {
	if got, want := bulkWait(1, 0.6, 1), 0.6/(2*0.4); math.Abs(got-want) > 1e-9 {
		t.Fatalf("the formula gives %v for batches of one, M/D/1 waits %v", got, want)
	}
	const n, d = 100_000, 1_000_000
	for _, c := range []struct {
		size int
		load float64
	}{{1, 0.6}, {2, 0.5}, {4, 0.5}, {4, 0.8}, {16, 0.7}} {
		mu := c.load * float64(c.size)
		l := poisson(n, mu/d, func(float64) int32 { return 1 })
		got := sojourn(Batch{Size: c.size, Base: d}.New(sim.Group{}), l.at) - d
		want := bulkWait(c.size, mu, d)
		if math.Abs(got/want-1) > 0.02 {
			t.Errorf("batches of %d at a load of %v: a wait of %.0f ns on average, want %.0f", c.size, c.load, got, want)
		}
	}
}

// Arrivals at a fixed gap of 10 with batches of 4 and time for others: each
// batch is full when its fourth comes, so the four wait 30, 20, 10 and 0.
func TestBatchOfDeterministicArrivals(t *testing.T) {
	var at []sim.Time
	for k := range sim.Time(4000) {
		at = append(at, 10*k)
	}
	s := Batch{Size: 4, Wait: 1000, Base: 5, Each: 2}.New(sim.Group{})
	if got := sojourn(s, at); got != 15+5+4*2 {
		t.Errorf("%v ns on average, want 28", got)
	}
	// Where others are waited for 15 ns, each batch is of two, the second comes
	// after 10, and it begins at 15: 15 and 5, then 5 + 2 × 2. The next comes at 20.
	s = Batch{Size: 4, Wait: 15, Base: 0, Each: 1}.New(sim.Group{})
	if got := sojourn(s, at); got != 10+2 {
		t.Errorf("%v ns on average, want 12", got)
	}
}

// sojourn returns the mean time that requests spend in a server.
func sojourn(s sim.Server, at []sim.Time) float64 {
	sum := 0.0
	tell := func(until sim.Time) {
		for next := s.Next(); next <= until; next = s.Next() {
			for _, e := range s.Advance(next, nil) {
				sum += float64(next - at[e.ID])
			}
		}
	}
	for id, t := range at {
		tell(t)
		s.Offer(t, sim.ServerRequest{ID: uint32(id), Attr: uint32(id)})
	}
	tell(sim.Never - 1)
	return sum / float64(len(at))
}

// A batch that would take longer ends with time, one that would begin then never
// does.
func TestBatchAtTheEndOfTime(t *testing.T) {
	b := Batch{Size: 3, Each: sim.Never / 2}.New(sim.Group{})
	for id := range uint32(3) {
		b.Offer(10, sim.ServerRequest{ID: id})
	}
	if next := b.Next(); next != sim.Never-1 || len(b.Advance(next, nil)) != 3 || b.Next() != sim.Never {
		t.Errorf("three of half of all time end at %d", next)
	}
	b = Batch{Size: 9, Wait: sim.Never - 1}.New(sim.Group{})
	b.Offer(10, sim.ServerRequest{ID: 7})
	if next := b.Next(); next != sim.Never {
		t.Errorf("others are waited for until the end of time, and a batch begins at %d", next)
	}
}

// Who comes after a batch was due is no part of it, though nobody asked meanwhile.
func TestBatchUnasked(t *testing.T) {
	b := Batch{Size: 9, Wait: 10, Base: 20}.New(sim.Group{})
	b.Offer(0, sim.ServerRequest{ID: 0})
	b.Offer(12, sim.ServerRequest{ID: 1})
	if next := b.Next(); next != 30 || len(b.Advance(next, nil)) != 1 {
		t.Errorf("the first batch ends at %d, want one request at 30", next)
	}
}
