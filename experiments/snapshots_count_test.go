package experiments

import (
	"testing"

	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/sim"
)

// Of two functions of 512 MiB and of the platform's 128, the first starts from a snapshot
// and the second from its own phases. Five instances of the first were started, of which
// three requests waited for one: 5 × 512 MiB are restored, and 512 MiB kept for 2,000 ms.
// On another platform nothing is.
func TestEachStartIsARestore(t *testing.T) {
	at := func(p sim.Phase) sim.Init { return sim.Init{{Phase: p, Duration: sim.Constant(1)}} }
	functions := []sim.Function{{Name: "a", Memory: 512, Init: at(sim.PhaseRestore)}, {Name: "b", Init: at(sim.PhaseRuntime)}}
	r := &results.Replication{Functions: []results.FunctionRecord{{Function: 0, ColdStarts: 3, Created: 5}, {Function: 1, ColdStarts: 7, Created: 7}}}
	p := &sim.Platform{Memory: 128, Init: at(sim.PhaseRestore)}
	if cached, restored := Snapshots(functions, p, 2*sim.Second, r, nil); cached != 512*2000 || restored != 5*512<<20 {
		t.Errorf("kept %d MiB-ms, restored %d bytes, want %d and %d", cached, restored, 512*2000, 5*512<<20)
	}
	functions[1].Init = nil // the platform's, of its memory
	if cached, restored := Snapshots(functions, p, 2*sim.Second, r, nil); cached != 640*2000 || restored != 5*512<<20+7*128<<20 {
		t.Errorf("kept %d MiB-ms, restored %d bytes, with the platform's", cached, restored)
	}
	if cached, restored := Snapshots(functions, p, 2*sim.Second, r, func(uint32) bool { return false }); cached != 0 || restored != 0 {
		t.Errorf("kept %d, restored %d on another platform", cached, restored)
	}
}
