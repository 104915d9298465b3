package imports

import (
	"os"
	"path/filepath"
	"testing"
)

// owned are files of testdata, whose counts were worked out by hand from them.
var owned = []counted{
	// A distributed map of maps of two branches, then the end: 6; an error leads to the
	// message and the fail: 7. To fill in: arrivals, items twice, two functions and their errors.
	{"pictures.asl.json", 2, 1, 2, []way3{{kinds{"Map": 2, "Parallel": 1, "Task": 3, "Succeed": 1, "Fail": 1}, 6, 6, 7}}, 7},
	// A round of Init, Loop, Work, More?, in Work a map of maps of two branches (M, In, P, T1,
	// C, S) and a callback; then five tasks: 4 + 7 + 5. A caught branch enters Skip too. To
	// fill in: arrivals, five services, two of them with errors, two rules, two callbacks and
	// a heartbeat, items twice.
	{"rounds.asl.json", 1, 1, 7, []way3{{kinds{"Pass": 3, "Parallel": 2, "Map": 2, "Choice": 2, "Task": 7, "Succeed": 1, "Fail": 1}, 16, 16, 17}}, 16},
	// Four events of one function, of which the gateway asks another, and 17 of a third. To
	// fill in: 4 and 12 rates, the topic's match, four services of streams, three durations,
	// four uses, one part of errors.
	{"orders.template.yaml", 3, 21, 4, nil, 29},
	// 21 events that are carried, a queue's and an address's, lift's queue, the machine's two.
	// To fill in: 23 rates, a match, three services of streams, the balancer's units, four
	// durations, two parts of errors.
	{"shop.serverless.yml", 4, 26, 7, []way3{{kinds{"Task": 2}, 2, 2, 2}}, 34},
	// Assign, loop, three rounds of a call, assign, return and a log, branches of one and two,
	// the try, the return: 1 + 1 + 12 + 4 + 1 + 1.
	{"loops.workflows.yaml", 2, 1, 1, []way3{{kinds{"assign": 2, "call": 5, "for": 1, "parallel": 1, "return": 2, "try": 1}, 20, 20, 20}}, 5},
	// Three steps, three rounds of a try, two in it, and a switch, five rounds of a call in a
	// call (six steps, or seven), five calls, the switch, its end: 3 + 13 + 31 + 5 + 2. An
	// error in a round enters two steps and passes one over.
	{"nested.workflows.yaml", 4, 1, 3, []way3{{kinds{"assign": 4, "call": 10, "for": 1, "next": 1, "parallel": 1, "raise": 1, "return": 3, "switch": 4, "try": 1}, 54, 59, 62}}, 14},
	// Set, try and call, fork of a call and of a do of two, loop of two, switch: 12. Then
	// approve, ship, sub, sc, aa, the try and two in it, fin; what catches it is one more.
	{"order.cncf.yaml", 3, 1, 7, []way3{{kinds{"call": 7, "do": 1, "emit": 1, "for": 1, "fork": 1, "listen": 1, "raise": 1, "run": 3, "set": 2, "switch": 1, "try": 2, "wait": 2}, 12, 21, 22}}, 21},
	// Call and switch; a do of three, or a do, a set, a try of a fork of a run and of a loop of
	// a wait, and the last call: 2 + 4, 2 + 8.
	{"routes.cncf.yaml", 1, 1, 4, []way3{{kinds{"call": 3, "do": 2, "emit": 1, "for": 1, "fork": 1, "listen": 1, "raise": 1, "run": 1, "set": 1, "switch": 1, "try": 1, "wait": 1}, 6, 10, 10}}, 12},
}

func TestOwned(t *testing.T) {
	for _, want := range owned {
		t.Run(want.file, func(t *testing.T) {
			d := ownFile(t, want.file)
			_, open := d.Write()
			want.check(t, d, len(open))
			checked(t, d)
		})
	}
}

func ownFile(t *testing.T, name string) *Draft {
	t.Helper()
	file := filepath.Join("testdata", name)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	d, err := Read(file, data, Options{Beside: func(path string) ([]byte, error) { return os.ReadFile(filepath.Join("testdata", path)) }})
	if err != nil {
		t.Fatal(err)
	}
	return d
}
