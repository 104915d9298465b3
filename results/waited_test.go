package results

import (
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/sim"
)

// clientRow is a row whose attempts and whose users wait differently.
func clientRow(name string, cost, attempts, users float64) Row {
	r := answerRow(name, cost, attempts, 0)
	for column, x := range map[string]float64{"latency_p50_s": attempts / 2, "user_latency_p50_s": users / 2, "user_latency_p99_s": users, "user_requests": 100, successColumn: 1, "user_gave_up": 0} {
		r.Stats[metricIndex(column)] = Stat{Mean: x, Half: nan, Values: []float64{x}}
	}
	return r
}

// Of a the attempts that are answered take 16 s, and users 65 s; of b 17 s, and 20 s:
// what counts is what users wait, everywhere.
func TestUsersWaitForAllAttempts(t *testing.T) {
	rows := []Row{clientRow("a", 2, 16, 65), clientRow("b", 3, 17, 20)}
	s := new(Set)
	const want = "“a” is the cheapest ($2.00 a month); “b” is the fastest at users' p99 (20.0 s, $3.00 a month)."
	if got := s.answer(rows); got != want {
		t.Errorf("the answer is\n%s\nwant\n%s", got, want)
	}
	for head, want := range map[string][2]string{"users' p50": {"32.5 s", "10.0 s"}, "users' p99": {"65.0 s", "20.0 s"}} {
		if got := [2]string(cellsUnder(s, rows, head)); got != want {
			t.Errorf("under %s stands %q, want %q", head, got, want)
		}
	}
	if p := costPoints(t, rows, "latency_p99_s"); p[0].x != 65 || p[1].x != 20 {
		t.Errorf("the plot has %v and %v s, want 65 and 20", p[0].x, p[1].x)
	}
	// A row without clients has users who ask once.
	rows[1] = answerRow("b", 3, 17, 0)
	if got, want := s.answer(rows), "“b” is the fastest at users' p99 (17.0 s"; !strings.Contains(got, want) {
		t.Errorf("the answer is\n%s\nwithout\n%s", got, want)
	}
}

// costPoints are those of cost against a column.
func costPoints(t *testing.T, rows []Row, column string) []scatterPoint {
	t.Helper()
	sp := new(Set).costPoints(rows, column, "latency", "faster")
	if len(sp.points) != len(rows) {
		t.Fatalf("%d points, want %d", len(sp.points), len(rows))
	}
	return sp.points
}

// cellsUnder are the cells of a column of the table; nil where there is none.
func cellsUnder(s *Set, rows []Row, head string) (cells []string) {
	for _, c := range s.summary(rows) {
		if c.head == head {
			for i := range rows {
				cells = append(cells, c.cell(&rows[i]))
			}
		}
	}
	return cells
}

// The distribution is that of the time from the first attempt on.
func TestLatencyIsOfUsers(t *testing.T) {
	r := newUsersRecorder(t)
	r.Requests([]sim.Outcome{attempt(0, 10, 10, 10, sim.Rejected, sim.Live), attempt(1, 10, 20, 21, sim.Completed, 0)})
	rep, err := r.Finish()
	if err != nil {
		t.Fatal(err)
	}
	if got := latencyOf(rep).Max(); got != int64(s(11)) {
		t.Errorf("%d ns, want 11 s", got)
	}
	rep.Users = nil
	if got := latencyOf(rep).Max(); got != int64(s(1)) {
		t.Errorf("%d ns without clients, want 1 s", got)
	}
}
