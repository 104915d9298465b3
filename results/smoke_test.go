package results

import (
	"bytes"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

func TestSmoke(t *testing.T) {
	w := sim.Window{Warmup: 0, Horizon: 3600 * sim.Second}
	r, err := NewRecorder(Config{Window: w, Functions: []sim.Function{{Name: "a"}}})
	if err != nil {
		t.Fatal(err)
	}
	r.Requests([]sim.Outcome{{Arrival: 5, Start: 5, End: 3 * sim.Second, Started: true}})
	r.Lives([]sim.Life{{Created: 0, Ready: 0, Stopped: 5 * sim.Second, Idle: 2*sim.Second + 5, Memory: 128}})
	r.ShardDone([]uint32{0})
	rep, err := r.Finish()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := rep.Encode(&b); err != nil {
		t.Fatal(err)
	}
	back, err := Decode(&b)
	if err != nil {
		t.Fatal(err)
	}
	s := Set{Cells: []Cell{{Platform: "p", Replications: []*Replication{back}}}}
	rows, err := s.Rows()
	if err != nil {
		t.Fatal(err)
	}
	for i, m := range metrics {
		t.Log(m.Name, rows[0].Stats[i].Mean)
	}
}
