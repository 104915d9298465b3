package estimate

import (
	"context"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	asked "github.com/coldcurve/coldcurve/sim/tokens"
	"github.com/coldcurve/coldcurve/traces"
)

// Each copy of a request in a replay has its tokens, of the function that it is in the
// trace.
func TestReplayKeepsTokens(t *testing.T) {
	tr, err := traces.Open(context.Background(), "csv:-", traces.Options{TempDir: t.TempDir(), Stdin: strings.NewReader(
		"arrival_s,function,input_tokens,output_tokens\n1,a,11,1\n2,b,12,2\n3,a,13,1\n4,b,14,2\n")})
	if err != nil {
		t.Fatal(err)
	}
	defer tr.Close()
	length := 5 * sim.Second
	r := &replay{trace: tr, from: []uint32{1, 0}, drawn: make([]sim.Sampler, 2), resized: []float64{1, 1},
		copies: newCopies(length, 2, []stretch{{0, length, 0}})}
	functions := tr.Functions()
	w := r.workload([]sim.Function{functions[1], functions[0]}, []float64{1, 1})
	columns := asked.Of(w, 1, 0)
	src, err := w.Open(sim.RunKey{Seed: 1}, []uint32{0, 1})
	if err != nil {
		t.Fatal(err)
	}
	seen := map[int32]int{}
	buf := make([]sim.Invocation, 3)
	for {
		n, err := src.Next(buf)
		if err != nil {
			break
		}
		for _, v := range buf[:n] {
			q := columns.Tokens(v.Function, v.Attr, 0)
			if q.Output != 2-int32(v.Function) { // b is the first here
				t.Errorf("function %d asks %+v", v.Function, q)
			}
			seen[q.Input]++
		}
	}
	for in := range int32(4) {
		if seen[11+in] != 2 {
			t.Errorf("inputs %v, want each of 11 to 14 twice", seen)
		}
	}
	none, err := traces.Open(context.Background(), "csv:-", traces.Options{TempDir: t.TempDir(), Stdin: strings.NewReader("arrival_s,service_s,function\n1,1,a\n")})
	if err != nil {
		t.Fatal(err)
	}
	defer none.Close()
	if c := asked.Of((&replay{trace: none}).workload(nil, nil), 1, 0); c != nil {
		t.Errorf("columns %v of a trace without any", c)
	}
}
