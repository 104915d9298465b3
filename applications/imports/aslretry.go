package imports

import (
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// handlers reads Retry, Catch and the timeouts of a state.
func (g *scope) handlers(name string, s *step) error {
	n := s.node
	retries, taken := listOf(), ways{}
	retriers := n.get("Retry").each()
	for i, r := range retriers {
		v, err := g.retry(name, r)
		if err != nil {
			return err
		}
		if g.givesWay(name, r, retriers[i+1:]) {
			continue
		}
		taken.take(g.d, "state "+spec.Quote(name)+": the Retry", r)
		retries.items = append(retries.items, v)
	}
	if len(retries.items) > 0 {
		s.fields = append(s.fields, is("retry", retries))
	}
	taken = ways{}
	for _, c := range n.get("Catch").each() {
		on, err := g.errors(name, "Catch", c)
		if err != nil {
			return err
		}
		taken.take(g.d, "state "+spec.Quote(name)+": the Catch", c)
		if c.get("Next") == nil {
			return c.errorf("state %s: a Catch without Next", spec.Quote(name))
		}
		next, err := g.to(c.get("Next"), fmt.Sprintf("state %s: Next of a Catch", spec.Quote(name)))
		if err != nil {
			return err
		}
		s.catch = append(s.catch, catcher{on, next})
	}
	if t := n.get("TimeoutSeconds"); t != nil {
		v, err := seconds(t, fmt.Sprintf("state %s: TimeoutSeconds", spec.Quote(name)))
		if err != nil {
			return err
		}
		s.fields = append(s.fields, is("timeout", v))
	} else if t := n.get("TimeoutSecondsPath"); t != nil {
		s.fields = append(s.fields, is("timeout", ask("timeout: "+t.compact())))
	}
	if h := heartbeat(n); h != nil && !slices.ContainsFunc(s.fields, func(f field) bool { return f.key == "callback" }) {
		if _, err := beats(name, h); err != nil {
			return err
		}
		g.d.lose(h, "state %s: HeartbeatSeconds %s: only of a step with a callback, which this is not", spec.Quote(name), h.compact())
	}
	return nil
}

// heartbeat is how long a task may be silent; nil: for ever.
func heartbeat(n *node) *node { return n.first("HeartbeatSeconds", "HeartbeatSecondsPath") }

func beats(name string, h *node) (value, error) {
	return seconds(h, fmt.Sprintf("state %s: HeartbeatSeconds", spec.Quote(name)))
}

// The most that a retry or map of an application may say.
const (
	mostAttempts = 1000
	mostRate     = 1000
	mostItems    = 1_000_000 // of a batch
	mostChildren = 10_000    // at a time: Step Functions runs no more, whatever it is told
)

// bounded is a number of a retry or map, as far as an application can hold it.
func (d *Draft) bounded(n *node, what string, f, most float64) value {
	if f > most {
		d.lose(n, "%s %s: %s is written, the most that an application has", what, decimal(f), decimal(most))
		f = most
	}
	return num(f)
}

// retry reads a retrier. What it does not say is as the specification has it: 1 s,
// 3 attempts, twice as long each time, no cap, no jitter.
func (g *scope) retry(name string, r *node) (v value, err error) {
	if err := r.want(table, fmt.Sprintf("state %s: Retry", spec.Quote(name))); err != nil {
		return v, err
	}
	on, err := g.errors(name, "Retry", r)
	if err != nil {
		return v, err
	}
	v.add("on", strs(on))
	attempts, interval := num(3), str("1s")
	rate, jitter := num(2), "none"
	if a := r.get("MaxAttempts"); a != nil {
		f, ok := a.num()
		if !ok || f < 0 || f != float64(int(f)) || f > 99999999 {
			return v, a.errorf("state %s: MaxAttempts: found %s, want a whole number from 0 to 99999999", spec.Quote(name), a.found())
		}
		attempts = g.d.bounded(a, fmt.Sprintf("state %s: MaxAttempts", spec.Quote(name)), f, mostAttempts)
	}
	if i := r.get("IntervalSeconds"); i != nil {
		if interval, err = seconds(i, fmt.Sprintf("state %s: IntervalSeconds", spec.Quote(name))); err != nil {
			return v, err
		}
	}
	if b := r.get("BackoffRate"); b != nil {
		f, ok := b.num()
		if !ok || f < 1 {
			return v, b.errorf("state %s: BackoffRate: found %s, want a number, 1 or more", spec.Quote(name), b.found())
		}
		rate = g.d.bounded(b, fmt.Sprintf("state %s: BackoffRate", spec.Quote(name)), f, mostRate)
	}
	if j := r.get("JitterStrategy"); j != nil {
		switch j.str() {
		case "FULL", "NONE":
			jitter = strings.ToLower(j.str())
		default:
			return v, j.errorf("state %s: JitterStrategy: %s", spec.Quote(name), spec.Unknown("strategy", j.str(), []string{"FULL", "NONE"}))
		}
	}
	v.add("attempts", attempts)
	v.add("interval", interval)
	v.add("rate", rate)
	if c := r.get("MaxDelaySeconds"); c != nil {
		most, err := seconds(c, fmt.Sprintf("state %s: MaxDelaySeconds", spec.Quote(name)))
		if err != nil {
			return v, err
		}
		v.add("cap", most)
	}
	if jitter != "none" {
		v.add("jitter", str(jitter))
	}
	return v, nil
}

// The ways to fail, in the order in which they are written.
var waysToFail = []string{"any", "failed", "throttled", "timeout"}

// errors turns ErrorEquals into the ways to fail that a simulation tells apart.
func (g *scope) errors(name, what string, r *node) ([]string, error) {
	if err := r.want(table, fmt.Sprintf("state %s: %s", spec.Quote(name), what)); err != nil {
		return nil, err
	}
	equals := r.get("ErrorEquals")
	if !equals.is(list) || len(equals.items) == 0 {
		return nil, r.errorf("state %s: a %s without ErrorEquals, want a list of names of errors", spec.Quote(name), what)
	}
	on := map[string]bool{}
	var told []string
	for _, e := range equals.items {
		if err := e.want(text, fmt.Sprintf("state %s: ErrorEquals", spec.Quote(name))); err != nil {
			return nil, err
		}
		ways, exact := failures(e.text)
		for _, way := range ways {
			on[way] = true
		}
		if !exact {
			told = append(told, e.text)
		}
	}
	if len(told) > 0 {
		g.d.lose(equals, "%s of %s: a simulated call fails in one way, and the %s is of all of that", what, strings.Join(told, ", "), strings.ToLower(what))
	}
	if on["any"] {
		return []string{"any"}, nil
	}
	var list []string
	for _, way := range waysToFail {
		if on[way] {
			list = append(list, way)
		}
	}
	return list, nil
}

// failures says which ways to fail an error's name stands for, and whether for
// all that the way has.
func failures(name string) (ways []string, exact bool) {
	low := strings.ToLower(name)
	switch {
	case name == "States.ALL":
		return []string{"any"}, true
	case name == "States.TaskFailed":
		return []string{"failed", "throttled"}, true
	case name == "States.Timeout", name == "States.HeartbeatTimeout", strings.HasSuffix(low, "timeout"), strings.HasSuffix(low, "timeoutexception"), strings.HasSuffix(low, "timeouterror"):
		return []string{"timeout"}, name == "States.Timeout"
	case strings.Contains(low, "toomanyrequests"), strings.Contains(low, "throttl"), strings.Contains(low, "throughputexceeded"), strings.Contains(low, "requestlimitexceeded"), strings.Contains(low, "slowdown"):
		return []string{"throttled"}, true
	}
	return []string{"failed"}, false
}
