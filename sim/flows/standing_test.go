package flows

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// A store of 10 GiB that is itself billed by the hour, and two others that one owner
// has, in a window of 90 minutes: 10 × 2³⁰ B × 5,400 s, 5,400 s in ns, and 3 + 4 a
// second together. What comes before the window is not in it, nor who asks anything.
func TestStanding(t *testing.T) {
	s := newStage()
	s.horizon, s.g.Warmup = 2*sim.Hour, 30*sim.Minute
	bytes, time, units := s.meter("bytes"), s.meter("time"), s.meter("units")
	f := s.function(Function{Name: "f"})
	s.called(f, 0)
	s.service(Service{Name: "a", Owner: 0, Behind: None, Standing: []Standing{{Meter: bytes, Each: 10 << 30}, {Meter: time, Each: 1e9}}})
	s.service(Service{Name: "b", Owner: 1, Behind: None, Standing: []Standing{{Meter: units, Each: 3}}})
	s.service(Service{Name: "c", Owner: 1, Behind: None, Standing: []Standing{{Meter: units, Each: 4}}})
	s.run(t)
	var got []string
	for _, u := range s.tally.Used {
		if u.Cause == Held && u.Trigger == None {
			got = append(got, s.g.Meters[u.Meter].Name+" "+u.N.String())
		}
	}
	same(t, []string{"bytes 57982058496000", "time 5400000000000", "units 37800"}, got)
}

// 2⁶⁰ a second over ten years are more than 64 bits hold: 2⁶⁰ × 315,619,200.
func TestStandingIsWide(t *testing.T) {
	if got := perSecond(1<<60, 3653*sim.Day).String(); got != "363884162946809357087539200" {
		t.Errorf("got %s", got)
	}
}
