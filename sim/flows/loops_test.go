package flows

import (
	"math/rand/v2"
	"slices"
	"testing"
	"time"
)

// TestRepeated: a step comes after itself where the transitive closure says so.
func TestRepeated(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 500 {
		n := 1 + r.IntN(8)
		g := &Graph{Steps: make([]Step, n)}
		reach := make([][]bool, n)
		for k := range g.Steps {
			reach[k] = make([]bool, n)
			g.Steps[k] = step(CallStep, "s")
			ways := []int32{int32(r.IntN(n+1)) - 1, int32(r.IntN(2*n+1)) - 1}
			g.Steps[k].Next = ways[0]
			if int(ways[1]) < n {
				g.Steps[k].Catch = []Catch{{OnAny, ways[1]}}
			}
			for _, w := range ways {
				if w != None && int(w) < n {
					reach[k][w] = true
				}
			}
		}
		for via := range n { // Warshall
			for from := range n {
				for to := range n {
					reach[from][to] = reach[from][to] || reach[from][via] && reach[via][to]
				}
			}
		}
		want := make([]bool, n)
		for k := range want {
			want[k] = reach[k][k]
		}
		if got := repeated(g); !slices.Equal(got, want) {
			t.Fatalf("%v, want %v, of %v", got, want, g.Steps)
		}
	}
}

// TestLongLists: a list of 100,000 steps is planned in a blink. One look at the list a step
// would take minutes.
func TestLongLists(t *testing.T) {
	b := newBuilder(second)
	f := b.flow("main", nothing())
	steps := make([]Step, 100_000)
	for k := range steps {
		steps[k] = step(PassStep, "s")
	}
	b.main(f, steps...)
	start := time.Now()
	newPlan(&b.g)
	if took := time.Since(start); took > 20*time.Second {
		t.Errorf("took %v", took)
	}
}
