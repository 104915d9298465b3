package results

import "math"

// fault is why a row that is no bound is not compared with others.
type fault uint8

// The faults: the ways in which requests are lost come first, and of these the one
// of several last.
const (
	noFault fault = iota
	rejectsRequests
	timesOutRequests
	failsRequests
	failsWithNodes
	neverEndsRequests
	givesUpRequests
	losesRequests
	losesMessages
	failsBehind
	missesSLO
	counterfactualBill
)

// faultWords say each fault in all the ways in which it is said.
var faultWords = [...]struct {
	metric string // the count of what is lost in this way
	mark   string // in a table's column; "" where another column has it
	verb   string // in a sentence, around the share that is lost
	kind   string // among other ways
	key    string // in a plot's key
}{
	noFault:            {},
	rejectsRequests:    {"rejected", "rejects", "rejects %s of its requests", "rejected", "rejects requests"},
	timesOutRequests:   {"timed_out", "times out", "lets %s of its requests time out", "timed out", "lets requests time out"},
	failsRequests:      {"failed", "fails", "fails %s of its requests", "failed", "fails requests"},
	failsWithNodes:     {"failed_node", "nodes fail", "loses %s of its requests with nodes that fail", "lost with nodes that failed", "loses requests with nodes that fail"},
	neverEndsRequests:  {"in_flight", "never ends", "never ends %s of its requests", "never ended", "leaves requests without an end"},
	givesUpRequests:    {"user_gave_up", "gives up", "leaves %s of its requests unanswered after all attempts", "unanswered after all attempts", "leaves requests unanswered"},
	losesMessages:      {"dead", "loses messages", "gives up %s of its messages and records as dead letters", "dead letters", "gives up messages as dead letters"},
	failsBehind:        {"behind_failed", "fails behind", "fails %s of the executions that nobody waits for, behind events that count as done", "failed behind", "fails what nobody waits for"},
	losesRequests:      {mark: "loses", verb: "loses %s of its requests", key: "loses requests"},
	missesSLO:          {key: "misses the SLO"},
	counterfactualBill: {key: "counterfactual, nobody's bill"},
}

// fault is that of a row; none of bounds, which are set apart by themselves.
func (r *Row) fault() fault {
	switch {
	case r.Bound:
		return noFault
	case r.fails():
		switch ways := r.losses(); len(ways) {
		case 0: // only their sum is known
			return failsRequests
		case 1:
			return ways[0].way
		}
		return losesRequests
	case r.losesMessages():
		return losesMessages
	case r.failsBehind():
		return failsBehind
	case r.Meets == No:
		return missesSLO
	case r.Counterfactual == "yes":
		return counterfactualBill
	}
	return noFault
}

// loses reports whether the fault is that requests are lost.
func (f fault) loses() bool { return f >= rejectsRequests && f <= losesRequests }

// mark says in a word for a table's column how requests are lost; "" where they are
// not. What else makes a row unfit is marked already: a missed SLO in its column,
// bounds and counterfactual bills at their tariff.
func (f fault) mark() string { return faultWords[f].mark }

// String is the fault as a plot's key has it.
func (f fault) String() string { return faultWords[f].key }

// after writes the fault, if any, after what has it.
func (f fault) after(name string) string {
	if f == noFault {
		return name
	}
	return name + " (" + f.String() + ")"
}

// unbilled is the fault where nothing is billed.
func (f fault) unbilled() fault {
	if f == counterfactualBill {
		return noFault
	}
	return f
}

// failedWithNodes is the part of the requests at functions that failed with their node, as
// error_ratio is one; NaN where there are no nodes.
func (r *Row) failedWithNodes() float64 {
	if math.IsNaN(r.mean("failed_node")) || r.mean("events") > 0 { // an application's arrivals are its events
		return nan
	}
	return r.mean("failed_node") / r.mean("arrivals")
}

// lostNote says what the table's errors are.
func lostNote(rows []Row) string {
	note := "errors: requests rejected, timed out or failed, of all that arrived; latency is of the others"
	if some(rows, "failed_node") {
		note += "; with node: the part of them that failed with their node, served or waiting there, and not by an error of their function"
	}
	return note
}
