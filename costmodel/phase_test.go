package costmodel

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// TestCapacityIsNeverBilled: no rule can bill the wait for a machine that there
// is not, and one that bills from the machine on leaves it out: of 100 s of
// waiting, 7 s of boot and 2 s of sandbox, 9 s are starting.
func TestCapacityIsNeverBilled(t *testing.T) {
	for _, rule := range []string{`{ name = "lifetime", quantum = "1s", from = "capacity" }`, `{ name = "invocation", quantum = "1ms", init = true, init_from = "capacity" }`} {
		data := strings.Replace(minimalTariff, `{ name = "lifetime", quantum = "1s", memory = { ignored = true } }`, rule, 1)
		_, err := Parse([]File{{"own.toml", []byte(data)}})
		if err == nil || !strings.Contains(err.Error(), `from: found "capacity", want one of ["node" "sandbox" "image"`) {
			t.Errorf("%s: got %v", rule, err)
		}
	}
	l := sim.Life{Ready: 109 * sim.Second, Stopped: 120 * sim.Second, Memory: 1, Idle: 11 * sim.Second}
	l.Phases[sim.PhaseCapacity], l.Phases[sim.PhaseNode], l.Phases[sim.PhaseSandbox] = 100*sim.Second, 7*sim.Second, 2*sim.Second
	for name, want := range map[string]sim.Time{"aws-ec2-g5.xlarge": 9 * sim.Second, "gcp-cloud-run-gpu-l4": 2 * sim.Second, "runpod-flex-h100": 0} {
		x := mustTariff(t, name)
		m := mustMeter(t, x, MeterConfig{Functions: []sim.Function{{Name: "f", Memory: 16384}}, Window: sim.Window{Horizon: sim.Hour}})
		m.(sim.LifeObserver).Lives([]sim.Life{l})
		if got := m.Usage().Get("instance_time.starting"); got.Int64() != want {
			t.Errorf("%s: starting %s ns, want %d", name, got, want)
		}
	}
}
