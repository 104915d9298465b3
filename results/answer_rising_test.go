package results

import (
	"testing"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

// took is quarters of n each that took so long, s.
func took(n uint64, means ...float64) (q Quarters) {
	for k := range q {
		q[k].N, q[k].Mean = n, means[k]
	}
	return q
}

// A trigger is not kept up with where what arrived in the second half of an hour took
// longer by more than a fiftieth of half an hour, 36 s, by more than 30 %, and from the third
// quarter to the last by more than a quarter of that: it is half of it where times grow
// steadily.
func TestSlower(t *testing.T) {
	for _, c := range []struct {
		name string
		q    Quarters
		want bool
	}{
		{"falls behind", took(50, 30, 60, 90, 120), true},
		{"too few to say", took(9, 30, 60, 90, 120), false},
		{"longer by a third of a second", took(50, 1, 1, 1.2, 1.48), false},
		{"longer by 35 s", took(50, 30, 60, 70, 90), false},
		{"longer by 37 s", took(50, 30, 60, 72, 92), true},
		{"long, and hardly longer", took(50, 990, 1010, 1030, 1050), false},
		{"catches up", took(50, 120, 90, 60, 30), false},
		{"has levelled off: 10 is less than a quarter of 60", took(50, 10, 60, 90, 100), false},
		{"has not: 20 is more than a quarter of 65", took(50, 10, 60, 90, 110), true},
	} {
		if is := c.q.slower(3600); is != c.want {
			t.Errorf("%s: %v", c.name, is)
		}
	}
}

// backlog is four quarters in each of which n come. What came in the halves is not done at
// their ends, so many of it, and of all so many at the quarters' ends.
func backlog(n, first, second uint64, open ...uint64) (q Quarters) {
	for k := range q {
		q[k].Came, q[k].Open = n, open[k]
	}
	q[1].Kept, q[3].Kept = first, second
	return q
}

// Where 100 come a quarter, 300 s long, and 70 are done, the backlog is 30, 60, 90 and 120:
// the first half keeps 60, and the second 120. What takes 450 s is also under way in number,
// 100, 150, 150, 150, and where it takes 600 s or more the window sees no end of the growth;
// but of both halves the same is kept.
func TestPiles(t *testing.T) {
	for _, c := range []struct {
		name string
		q    Quarters
		want bool
	}{
		{"a backlog", backlog(100, 60, 120, 30, 60, 90, 120), true},
		{"ten times as much as can be done: 10 of the first are done, of the second none", backlog(100, 180, 200, 90, 180, 270, 360), true},
		{"takes one and a half quarters", backlog(100, 150, 150, 100, 150, 150, 150), false},
		{"takes longer than the window: all are kept", backlog(100, 200, 200, 100, 200, 300, 400), false},
		{"retried after two and four quarters", backlog(1000, 1000, 1000, 500, 1000, 1250, 1500), false},
		{"levelled off: 6 is less than an eighth of 76", backlog(100, 36, 76, 10, 36, 70, 76), false},
		{"not yet: 16 is more than an eighth of 76", backlog(100, 36, 76, 10, 36, 60, 76), true},
		{"19 are kept", backlog(100, 0, 19, 0, 0, 5, 19), false},
		{"20 are, of 200", backlog(100, 0, 20, 0, 0, 5, 20), true},
		{"a fiftieth of 2,000", backlog(1000, 0, 40, 0, 0, 5, 40), false},
		{"more", backlog(1000, 0, 41, 0, 0, 5, 41), true},
		{"within chance: 0.135 − 0.1 < 0.03 + 3 × √(0.135 ÷ 200)", backlog(100, 20, 27, 0, 20, 20, 27), false},
		{"falls", backlog(100, 120, 60, 60, 120, 90, 60), false},
		{"twice as many come, and as much of them is kept", Quarters{{Came: 100}, {Came: 100, Open: 40, Kept: 40}, {Came: 200, Open: 60}, {Came: 200, Open: 80, Kept: 80}}, false},
		{"stuck from the beginning on", Quarters{{Came: 100, Left: 100}, {Came: 100, Open: 200, Kept: 200, Left: 100}, {Came: 100, Open: 300}, {Came: 100, Open: 400, Kept: 200}}, true},
		{"19 never end", Quarters{{Came: 100, Left: 19}, {Came: 100}, {Came: 100}, {Came: 100}}, false},
		{"nothing came in the first half", Quarters{2: {Came: 100, Open: 50}, 3: {Came: 100, Open: 100, Kept: 100}}, false},
	} {
		if is := c.q.piles(); is != c.want {
			t.Errorf("%s: %v", c.name, is)
		}
	}
}

// halvesCell is a cell of an application of a gateway that answers at the start, of a stream
// of two shards, and of a flow, with a window of 100 s.
func halvesCell(api, stream, flow Quarters) *Cell {
	g := &ApplicationGraph{Graph: &flows.Graph{
		Triggers: []flows.Trigger{
			{Name: "api", Start: flows.Target{Flow: 0, Function: flows.None}},
			{Name: "readings", Start: flows.Target{Flow: flows.None}, Stream: &flows.Stream{Shards: 2}, Keys: &flows.Keys{Popularity: []float64{0.8, 0.9, 1}}},
		},
		Flows: []flows.Flow{{Name: "order"}},
	}}
	return &Cell{Application: g, Replications: []*Replication{{Window: sim.Window{Horizon: 100 * sim.Second}, Application: &Application{
		Events: []EventRecord{{Quarters: api, Arrived: 1000}, {Quarters: stream, Arrived: 1000}}, Flows: []FlowRecord{{Quarters: flow, Started: 1000}},
	}}}}
}

// Executions count where their trigger answers before they end, and once where both take
// longer; of what is handled in order a key that most records have is named.
func TestNotKeptUp(t *testing.T) {
	quick := took(250, 0.01, 0.01, 0.01, 0.01)
	slow := took(250, 2, 6, 10, 14)
	stuck := backlog(250, 100, 300, 50, 100, 200, 300)
	const head = "Not kept up with, so that times grow with the length of the run: "
	for _, c := range []struct {
		name              string
		api, stream, flow Quarters
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
