package results

import (
	"bufio"
	"cmp"
	"fmt"
	"io"
	"slices"

	"github.com/coldcurve/coldcurve/sim"
)

// chromeEvent is an event of the Trace Event Format, which Perfetto and Chrome read; times
// are microseconds.
type chromeEvent struct {
	Name     string         `json:"name"`
	Category string         `json:"cat,omitempty"`
	Phase    string         `json:"ph"`
	At       chromeTime     `json:"ts"`
	Duration *chromeTime    `json:"dur,omitempty"`
	Process  int            `json:"pid"`
	Thread   int            `json:"tid"`
	ID       *chromeID      `json:"id2,omitempty"`
	Args     map[string]any `json:"args,omitempty"`
}

// chromeID joins the begin and the end of an asynchronous event. It is of one process: those
// of a name that all may use are drawn apart from the functions.
type chromeID struct {
	Local string `json:"local"`
}

// chromeTime is ns, written as microseconds without losing one.
type chromeTime sim.Time

// MarshalJSON writes it as a decimal.
func (t chromeTime) MarshalJSON() ([]byte, error) {
	return fmt.Appendf(nil, "%d.%03d", t/1000, t%1000), nil
}

// WriteChrome writes a trace for Perfetto or Chrome: a process for each function, in it a
// thread for each instance that there is at a time, with the phases of its start, and
// requests as asynchronous events, from arrival to end, the service within; how many
// instances there are is a counter.
func (e *Events) WriteChrome(w io.Writer) error {
	b := bufio.NewWriter(w)
	b.WriteString(chromeHead)
	head, err := compact(map[string]any{"title": e.Title, "cell": e.Cell, "replication": e.Number, "coldcurve": e.Version, "from_s": float64(e.From) / second, "to_s": float64(e.To) / second})
	if err != nil {
		return err
	}
	b.Write(head[1 : len(head)-1])
	b.WriteString("},\"traceEvents\":[")
	first := true
	put := func(ev chromeEvent) error {
		text, err := compact(ev)
		if err != nil {
			return err
		}
		if !first {
			b.WriteByte(',')
		}
		first = false
		b.WriteByte('\n')
		b.Write(text)
		return nil
	}
	if err := e.chromeAll(put); err != nil {
		return err
	}
	b.WriteString("\n]}\n")
	return b.Flush()
}

// chromeAll gives put all events: names, instances, requests, counters.
func (e *Events) chromeAll(put func(chromeEvent) error) error {
	for _, f := range e.chromeProcesses() {
		if err := put(chromeEvent{Name: "process_name", Phase: "M", Process: f + 1, Args: map[string]any{"name": e.Functions[f].ID()}}); err != nil {
			return err
		}
		if err := put(chromeEvent{Name: "process_sort_index", Phase: "M", Process: f + 1, Args: map[string]any{"sort_index": f}}); err != nil {
			return err
		}
	}
	if err := e.chromeInstances(put); err != nil {
		return err
	}
	return e.chromeRequests(put)
}

// chromeProcesses are the functions that have an event, by their number.
func (e *Events) chromeProcesses() (list []int) {
	seen := map[int]bool{}
	add := func(f uint32) {
		if !seen[int(f)] {
			seen[int(f)] = true
			list = append(list, int(f))
		}
	}
	for i := range e.requests {
		add(e.requests[i].Function)
	}
	for i := range e.lives {
		add(e.lives[i].Deployment)
	}
	slices.Sort(list)
	return list
}

// chromeSpan is a slice of a thread.
func chromeSpan(name, category string, from, to sim.Time, process, thread int, args map[string]any) chromeEvent {
	d := chromeTime(to - from)
	return chromeEvent{Name: name, Category: category, Phase: "X", At: chromeTime(from), Duration: &d, Process: process, Thread: thread, Args: args}
}

// chromeInstances gives each instance the first thread of its deployment that is free,
// with its initialisation and that one's phases in it.
func (e *Events) chromeInstances(put func(chromeEvent) error) error {
	free := map[uint32][]sim.Time{} // until when each thread of a deployment is taken
	type change struct {
		at sim.Time
		by int
	}
	changes := map[uint32][]change{}
	for i := range e.lives {
		l := &e.lives[i]
		threads := free[l.Deployment]
		t := slices.IndexFunc(threads, func(until sim.Time) bool { return until <= l.Created })
		if t < 0 {
			t = len(threads)
			threads = append(threads, 0)
			// Readers put the number of the thread behind its name.
			if err := put(chromeEvent{Name: "thread_name", Phase: "M", Process: int(l.Deployment) + 1, Thread: t + 1, Args: map[string]any{"name": "instances, place"}}); err != nil {
				return err
			}
		}
		threads[t] = l.Stopped
		free[l.Deployment] = threads
		changes[l.Deployment] = append(changes[l.Deployment], change{l.Created, 1}, change{l.Stopped, -1})
		p := int(l.Deployment) + 1
		args := map[string]any{"served": l.Served, "memory_mib": l.Memory, "stopped": l.Cause.String()}
		for flag, name := range map[sim.Flags]string{sim.Live: "live at the horizon", sim.Prewarmed: "prewarmed", sim.Provisioned: "provisioned"} {
			if l.Flags&flag != 0 {
				args[name] = true
			}
		}
		if err := put(chromeSpan("instance", "instance", l.Created, l.Stopped, p, t+1, args)); err != nil {
			return err
		}
		if err := e.chromeInit(l, p, t+1, put); err != nil {
			return err
		}
	}
	for _, d := range inOrder(changes) {
		list := changes[d]
		slices.SortStableFunc(list, func(a, b change) int {
			return cmp.Or(cmp.Compare(a.at, b.at), cmp.Compare(b.by, a.by))
		})
		n := 0
		for i, c := range list {
			if n += c.by; i+1 < len(list) && list[i+1].at == c.at {
				continue
			}
			if err := put(chromeEvent{Name: "instances", Phase: "C", At: chromeTime(c.at), Process: int(d) + 1, Args: map[string]any{"at a time": n}}); err != nil {
				return err
			}
		}
	}
	return nil
}

func (e *Events) chromeInit(l *sim.Life, process, thread int, put func(chromeEvent) error) error {
	ready := min(l.Ready, l.Stopped)
	if ready <= l.Created {
		return nil
	}
	if err := put(chromeSpan("init", "init", l.Created, ready, process, thread, nil)); err != nil {
		return err
	}
	at := l.Created
	for _, phase := range sim.Phases() {
		to := min(at+l.Phases[phase], ready)
		if to > at {
			if err := put(chromeSpan(phase.String(), "init", at, to, process, thread, nil)); err != nil {
				return err
			}
		}
		at = to
	}
	return nil
}

// chromeRequests gives each request a pair of events that begin and end it, and one within
// for its service.
func (e *Events) chromeRequests(put func(chromeEvent) error) error {
	for i := range e.requests {
		r := &e.requests[i]
		id := e.id(r, 0)
		pair := func(name string, from, to sim.Time, args map[string]any) error {
			ev := chromeEvent{Name: name, Category: "request", Phase: "b", At: chromeTime(from), Process: int(r.Function) + 1, ID: &chromeID{fmt.Sprintf("%x", id[:8])}, Args: args}
			if err := put(ev); err != nil {
				return err
			}
			ev.Phase, ev.At, ev.Args = "e", chromeTime(to), nil
			return put(ev)
		}
		args := map[string]any{"status": statusNames[r.Status], "ordinal": r.Ordinal}
		if by := failedBy(&r.Outcome); by != "" {
			args["failed_by"] = by
		}
		if r.Attempt > 0 {
			args["attempt"] = r.Attempt
		}
		if r.Flags&sim.Cold != 0 {
			args["cold"], args["init_s"] = r.Cause.String(), float64(r.Init)/second
		}
		if r.tokens {
			args["input_tokens"], args["output_tokens"] = r.Input, r.Output
		}
		name := "request"
		if r.Flags&sim.Ping != 0 {
			name = "ping"
		}
		if err := pair(name, r.Arrival, r.End, args); err != nil {
			return err
		}
		if r.Started && r.End > r.Start {
			if err := pair("service", r.Start, r.End, nil); err != nil {
				return err
			}
		}
	}
	return nil
}
