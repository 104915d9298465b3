package results

import (
	"bytes"
	"slices"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// attempt is one of a request whose first attempt arrived at a time, all in seconds.
func attempt(n uint16, first, arrival, end float64, status sim.Status, flags sim.Flags) sim.Outcome {
	return sim.Outcome{Arrival: s(arrival), Start: s(arrival), End: s(end), Earlier: s(arrival) - s(first), Attempt: n, Status: status, Flags: flags &^ sim.Live, Retried: flags&sim.Live != 0, Started: status == sim.Completed}
}

// Users' requests by hand, in a window from 10 to 100: those of which the first
// attempt arrived in it, with all their attempts, whenever these came.
func TestUsers(t *testing.T) {
	const again = sim.Live // no flag of a request, here for one that was tried again
	one, other := newUsersRecorder(t), newUsersRecorder(t)
	one.Requests([]sim.Outcome{
		attempt(0, 9, 9, 9, sim.Rejected, again),        // before the window
		attempt(1, 9, 11, 12, sim.Completed, 0),         // a request of before it
		attempt(0, 10, 10, 11, sim.Completed, 0),        // answered after 1 s
		attempt(0, 20, 20, 20, sim.Rejected, again),     // asks twice more,
		attempt(1, 20, 22, 25, sim.Abandoned, again),    //
		attempt(2, 20, 27, 28, sim.Completed, 0),        // and is answered after 8 s
		attempt(0, 30, 30, 33, sim.Abandoned, again),    // gives up at last
		attempt(1, 30, 34, 37, sim.Failed, 0),           //
		attempt(0, 40, 40, 41, sim.Completed, sim.Ping), // nobody's request
	})
	other.Requests([]sim.Outcome{
		attempt(0, 99, 99, 99, sim.Rejected, again),  // its retry comes after the window
		attempt(1, 99, 101, 103, sim.Completed, 0),   // and is answered after 4 s
		attempt(0, 98, 98, 100, sim.TimedOut, again), // is still under way when the run ends
		attempt(1, 98, 110, 110, sim.Unfinished, 0),  //
		attempt(0, 50, 50, 50, sim.Rejected, 0),      // never asks again
		attempt(0, 100, 100, 101, sim.Completed, 0),  // after the window
	})
	other.Warm([]sim.Invocation{{Arrival: s(9), Service: s(1)}, {Arrival: s(60), Service: s(2)}}) // one in it, answered after 2 s
	if err := one.Merge(other); err != nil {
		t.Fatal(err)
	}
	rep, err := one.Finish()
	if err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := rep.Encode(&file); err != nil {
		t.Fatal(err)
	}
	if rep, err = Decode(&file); err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]struct {
		found []uint64
		want  []int // seconds
	}{
		"offered":  {rep.Users.Traffic.Offered, []int{10, 20, 30, 50, 60, 98, 99}},
		"sent":     {rep.Users.Traffic.Sent, []int{10, 11, 20, 22, 27, 30, 34, 50, 60, 98, 99}},
		"answered": {rep.Users.Traffic.Answered, []int{10, 11, 12, 28, 62}}, // by when it was: at 10 one of second 9
	} {
		var found []int
		for b, n := range of.found {
			for range n {
				found = append(found, 10+b)
			}
		}
		if !slices.Equal(found, of.want) {
			t.Errorf("%s in seconds %v, want %v", name, found, of.want)
		}
	}
	values := rep.Values(nil)
	for name, want := range map[string]float64{
		"user_requests": 7, "user_answered": 4, "user_failed": 1, "user_gave_up": 1, "user_success_ratio": 4. / 7, "attempts": 12, "attempts_mean": 12. / 7,
		"user_latency_mean_s": (1 + 8 + 4 + 2) / 4., "user_latency_max_s": 8, "abandoned": 2,
		"arrivals":    11, // of those above, the attempts that arrived in the window
		"completed":   4,
		"error_ratio": 7. / 11, // of these 3 rejected, 2 abandoned, 1 failed, 1 timed out
	} {
		if got := values[metricIndex(name)]; got != want {
			t.Errorf("%s is %v, want %v", name, got, want)
		}
	}
}

func newUsersRecorder(t *testing.T) *Recorder {
	t.Helper()
	r, err := NewRecorder(Config{Window: sim.Window{Warmup: s(10), Horizon: s(100)}, Functions: []sim.Function{{Name: "f"}}, Clients: true})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// Columns of users and of what clients give up are there where clients are, and
// nowhere else; a row's requests are then lost where users' are.
func TestColumnsOfClients(t *testing.T) {
	names := func(rows ...Row) (list []string) {
		for _, p := range metricsOf(rows) {
			list = append(list, metrics[p].Name)
		}
		return list
	}
	without, with := fitRow(nil), fitRow(map[string]float64{"user_requests": 1000, "user_success_ratio": 1})
	for _, name := range []string{"abandoned", "user_requests", "user_latency_p99_s", "attempts_mean"} {
		if slices.Contains(names(without), name) || !slices.Contains(names(without, with), name) {
			t.Errorf("%s is a column of rows without clients, or none of rows with them", name)
		}
	}
}

// Where some rows have clients, the baseline without is answered as well: 900 of 1,000.
func TestAnsweredWithoutClients(t *testing.T) {
	without, with := fitRow(map[string]float64{"completed": 900, "error_ratio": 0.1}), fitRow(map[string]float64{"user_requests": 1000, "user_success_ratio": 0.95})
	got := cellsUnder(new(Set), []Row{without, with}, "answered")
	if want := []string{"90.0 %", "95.0 %"}; !slices.Equal(got, want) {
		t.Errorf("answered: %v, want %v", got, want)
	}
}

// What an operator pays and the regret have three digits each where they are small.
func TestOperatorDigits(t *testing.T) {
	row := fitRow(map[string]float64{operatorCost: 0.0101, regretColumn: 0.0056})
	row.RegretBasis = "bound"
	set := &Set{Operator: &Operator{Holding: 1}}
	for head, want := range map[string]string{"operator USD": "0.0101", "regret": "0.00560"} {
		if got := cellsUnder(set, []Row{row}, head); !slices.Equal(got, []string{want}) {
			t.Errorf("%s: %v, want %s", head, got, want)
		}
	}
}
