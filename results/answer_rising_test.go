package results

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// A trigger is not kept up with where what arrived in the second half of an hour took
// longer by more than a fiftieth of half an hour, 36 s, and by more than 30 %.
func TestSlower(t *testing.T) {
	for _, c := range []struct {
		name          string
		n             uint64
		first, second float64
		want          bool
	}{
		{"falls behind", 100, 45, 104, true},
		{"too few to say", 19, 45, 104, false},
		{"longer by a third of a second", 100, 1, 1.34, false},
		{"longer by 35 s", 100, 45, 80, false},
		{"longer by 37 s", 100, 45, 82, true},
		{"long, and hardly longer", 100, 1000, 1040, false},
		{"catches up", 100, 104, 45, false},
	} {
		if is := slower(&[2]HalfRecord{{N: c.n, Mean: c.first}, {N: c.n, Mean: c.second}}, 3600); is != c.want {
			t.Errorf("%s: %v", c.name, is)
		}
	}
}

// What has not ended piles up where it is more at the end than at the middle, by 30 % and
// three times its root, by 20, and by a fiftieth of what came in a half.
func TestPiles(t *testing.T) {
	for _, c := range []struct {
		name          string
		first, second uint64
		came          uint64
		want          bool
	}{
		{"twice as much", 4000, 8000, 28_000, true},
		{"as much under way all the time", 500, 520, 28_000, false},
		{"less than a fiftieth of 14,000", 0, 279, 28_000, false},
		{"more than that", 0, 281, 28_000, true},
		{"19 at the end", 0, 19, 100, false},
		{"20 at the end", 0, 20, 100, true},
		{"27 after 11: 1.3 × 11 + 3 × √27 = 29.9", 7, 27, 100, true},
		{"30 after 10: 13 + 16.4 = 29.4", 10, 30, 100, true},
		{"31 after 11: 14.3 + 16.7 = 31.0", 11, 31, 100, false},
		{"falls", 8000, 4000, 28_000, false},
	} {
		if is := piles(&[2]HalfRecord{{Open: c.first}, {Open: c.second}}, c.came); is != c.want {
			t.Errorf("%s: %v", c.name, is)
		}
	}
}

// halvesCell is a cell of an application of a gateway that answers at the start, of a stream
// of two shards, and of a flow, with a window of 100 s.
func halvesCell(api, stream, flow [2]HalfRecord) *Cell {
	g := &ApplicationGraph{Graph: &flows.Graph{
		Triggers: []flows.Trigger{
			{Name: "api", Start: flows.Target{Flow: 0, Function: flows.None}},
			{Name: "readings", Start: flows.Target{Flow: flows.None}, Stream: &flows.Stream{Shards: 2}, Keys: &flows.Keys{Popularity: []float64{0.8, 0.9, 1}}},
		},
		Flows: []flows.Flow{{Name: "order"}},
	}}
	return &Cell{Application: g, Replications: []*Replication{{Window: sim.Window{Horizon: 100 * sim.Second}, Application: &Application{
		Events: []EventRecord{{Halves: api, Arrived: 1000}, {Halves: stream, Arrived: 1000}}, Flows: []FlowRecord{{Halves: flow, Started: 1000}},
	}}}}
}

// Executions count where their trigger answers before they end, and once where both take
// longer; of what is handled in order a key that most records have is named.
func TestNotKeptUp(t *testing.T) {
	quick := [2]HalfRecord{{N: 500, Mean: 0.01}, {N: 500, Mean: 0.01}}
	slow := [2]HalfRecord{{N: 500, Mean: 4}, {N: 500, Mean: 12}}
	stuck := [2]HalfRecord{{N: 400, Mean: 1, Open: 100}, {N: 300, Mean: 1, Open: 300}}
	const head = "Not kept up with, so that times grow with the length of the run: "
	for _, c := range []struct {
		name              string
		api, stream, flow [2]HalfRecord
		want              string
	}{
		{"kept up with", quick, quick, quick, ""},
		{"answered at the start", quick, quick, slow, head + "executions of order (4.00 s in the first half of the window, 12.0 s in the second)"},
		{"answered at the end", slow, quick, slow, head + "api (4.00 s in the first half of the window, 12.0 s in the second)"},
		{"stuck", quick, stuck, quick, head + "readings (100 not done at its middle, 300 at its end; one key, whose records are handled in order, has 80.0 % of them)"},
	} {
		if got := halvesCell(c.api, c.stream, c.flow).NotKeptUp(); got != c.want {
			t.Errorf("%s: %q\nwant %q", c.name, got, c.want)
		}
	}
}
