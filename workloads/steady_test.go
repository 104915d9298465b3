package workloads

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// Which processes arrive at one rate all along, and what is said of the first function that
// does not. All that an experiment can name is among them.
func TestUnsteady(t *testing.T) {
	want := map[string]string{
		"poisson": "", "gamma": "", "weibull": "", "periodic": "",
		"diurnal": "the arrivals of function b (diurnal) follow the day",
		"mmpp":    "the arrivals of function b (mmpp) come in bursts",
		"steps":   "the arrivals of function b (steps) change at given times",
	}
	said := map[string]string{}
	for _, p := range testProcesses(t, 1) {
		service := Distribution{Sampler: must(NewConstant(sim.Second))}
		s, err := New([]FunctionSpec{
			{Name: "a", Count: 1, Arrivals: ArrivalProcess{must(NewPoisson(1))}, Service: service},
			{Name: "b", Count: 1, Arrivals: ArrivalProcess{p.process}, Service: service},
		}, sim.Hour)
		if err != nil {
			t.Fatal(err)
		}
		said[p.name] = s.Unsteady()
	}
	for _, e := range Arrivals() {
		if got, ok := said[e.Name]; !ok || got != want[e.Name] {
			t.Errorf("%s: got %q, want %q", e.Name, got, want[e.Name])
		}
	}
	if got := unsteady(struct{ Process }{}); got == "" {
		t.Error("a process of which nothing is known is taken for steady")
	}
}
