package results

import (
	"cmp"
	"encoding/binary"
	"fmt"
	"hash/fnv"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/sim"
)

// EventsMost is how many requests, and how many instances, Events holds at most.
const EventsMost = 2_000_000

// Events is an observer that notes each request and each instance that there is in a part
// of the window. It is of one worker; Begin starts it anew where a run is made again.
type Events struct {
	From, To  sim.Time // what touches [From, To) is noted
	Epoch     sim.Time // when time 0 is, ns since 1970-01-01T00:00:00Z
	Functions []sim.Function
	Only      int // index of the one function that is noted; -1: all
	Title     string
	Version   string
	Cell      string
	Seed      uint64
	Number    int // of the replication, from 0

	requests []requestEvent
	lives    []sim.Life
	served   map[eventKey]sim.Serving
	missed   int
}

type requestEvent struct {
	sim.Outcome
	tokens bool
	sim.Serving
}

type eventKey struct {
	function, ordinal uint32
	attempt           uint16
	arrival           sim.Time
}

func keyOf(o *sim.Outcome) eventKey { return eventKey{o.Function, o.Ordinal, o.Attempt, o.Arrival} }

var (
	_ sim.LifeObserver   = (*Events)(nil)
	_ sim.ServedObserver = (*Events)(nil)
)

// Begin forgets what was told.
func (e *Events) Begin() {
	e.requests, e.lives, e.missed = nil, nil, 0
	e.served = map[eventKey]sim.Serving{}
}

func (e *Events) touches(from, to sim.Time) bool {
	return from < e.To && (to > e.From || from >= e.From)
}

// Requests notes requests, pings too.
func (e *Events) Requests(batch []sim.Outcome) {
	for i := range batch {
		o := &batch[i]
		if e.Only >= 0 && int(o.Function) != e.Only || !e.touches(o.Arrival, o.End) {
			continue
		}
		if len(e.requests) == EventsMost {
			e.missed++
			continue
		}
		e.requests = append(e.requests, requestEvent{Outcome: *o})
	}
}

// Served notes the tokens of requests.
func (e *Events) Served(batch []sim.Served) {
	for i := range batch {
		if s := &batch[i]; (e.Only < 0 || int(s.Function) == e.Only) && e.touches(s.Arrival, s.End) && len(e.served) < EventsMost {
			e.served[keyOf(&s.Outcome)] = s.Serving
		}
	}
}

// Lives notes instances.
func (e *Events) Lives(batch []sim.Life) {
	for i := range batch {
		l := &batch[i]
		if e.Only >= 0 && int(l.Deployment) != e.Only && (e.Functions[e.Only].App == "" || e.Functions[l.Deployment].App != e.Functions[e.Only].App) || !e.touches(l.Created, l.Stopped) {
			continue
		}
		if len(e.lives) == EventsMost {
			e.missed++
			continue
		}
		e.lives = append(e.lives, *l)
	}
}

// Done puts all in order. Where there was too much of it, that is an error.
func (e *Events) Done() error {
	if e.missed > 0 {
		return fmt.Errorf("there are %s requests and instances more than the %s that events hold: want a shorter part of the window, or one function", thousands(float64(e.missed)), thousands(EventsMost))
	}
	for i := range e.requests {
		r := &e.requests[i]
		r.Serving, r.tokens = e.served[keyOf(&r.Outcome)], false
		if _, ok := e.served[keyOf(&r.Outcome)]; ok {
			r.tokens = true
		}
	}
	slices.SortFunc(e.requests, func(a, b requestEvent) int {
		return cmp.Or(cmp.Compare(a.Arrival, b.Arrival), cmp.Compare(a.Function, b.Function), cmp.Compare(a.Ordinal, b.Ordinal), cmp.Compare(a.Attempt, b.Attempt), cmp.Compare(a.Flags&sim.Ping, b.Flags&sim.Ping), cmp.Compare(a.End, b.End))
	})
	slices.SortFunc(e.lives, func(a, b sim.Life) int {
		return cmp.Or(cmp.Compare(a.Created, b.Created), cmp.Compare(a.Platform, b.Platform), cmp.Compare(a.Deployment, b.Deployment), cmp.Compare(a.Stopped, b.Stopped), cmp.Compare(a.Served, b.Served), cmp.Compare(a.Idle, b.Idle), cmp.Compare(a.Ready, b.Ready))
	})
	return nil
}

// Count is how many requests and instances it holds.
func (e *Events) Count() (requests, instances int) { return len(e.requests), len(e.lives) }

// EventsFormat is how events are written to a file of that name, by its ending.
func EventsFormat(file string) (func(*Events, io.Writer) error, error) {
	switch {
	case strings.HasSuffix(file, ".otlp.json"):
		return (*Events).WriteOTLP, nil
	case strings.HasSuffix(file, ".json"):
		return (*Events).WriteChrome, nil
	case strings.HasSuffix(file, ".parquet"):
		return (*Events).WriteParquet, nil
	}
	return nil, fmt.Errorf("found %q, want a name that ends in .otlp.json (OpenTelemetry spans), .json (a trace for Perfetto or Chrome) or .parquet", file)
}

// HoldsEvents reports whether a file is one that events were written to.
func HoldsEvents(path string) bool {
	file, size, err := OpenFile(path)
	if err != nil {
		return false
	}
	defer file.Close() // read only
	if strings.HasSuffix(path, ".parquet") {
		table, err := readParquet(file, size)
		return err == nil && table.column("ordinal") >= 0 && table.column("attempt") >= 0
	}
	head := make([]byte, len(chromeHead))
	n, _ := io.ReadFull(file, head)
	return strings.HasPrefix(string(head[:n]), chromeHead) || strings.HasPrefix(string(head[:n]), otlpHead)
}

const (
	chromeHead = `{"displayTimeUnit":"ms","otherData":{`
	otlpHead   = `{"resourceSpans":[`
)

var statusNames = map[sim.Status]string{sim.Completed: "completed", sim.TimedOut: "timed out", sim.Rejected: "rejected", sim.Failed: "failed", sim.Abandoned: "abandoned", sim.Unfinished: "unfinished"}

// failedBy is what made a request fail; "" where it has not.
func failedBy(o *sim.Outcome) string {
	if o.Failure == sim.NotFailed {
		return ""
	}
	return o.Failure.String()
}

// id is a number for a request of the cell that is the same in each run of the same experiment.
func (e *Events) id(r *requestEvent, salt byte) (id [16]byte) {
	h := fnv.New128a()
	io.WriteString(h, e.Cell) // a hash takes every write
	var b [8 + 8 + 4 + 4 + 2 + 1 + 1 + 8]byte
	binary.LittleEndian.PutUint64(b[0:], e.Seed)
	binary.LittleEndian.PutUint64(b[8:], uint64(e.Number))
	binary.LittleEndian.PutUint32(b[16:], r.Function)
	binary.LittleEndian.PutUint32(b[20:], r.Ordinal)
	binary.LittleEndian.PutUint16(b[24:], r.Attempt)
	b[26], b[27] = byte(r.Flags&sim.Ping), salt
	binary.LittleEndian.PutUint64(b[28:], uint64(r.Arrival))
	h.Write(b[:])
	h.Sum(id[:0])
	return id
}

// eventsSheet is the log: a line a request.
func (e *Events) eventsSheet() *sheet {
	columns := []column{
		{"function", textColumn, "", "name, unique within its app"},
		{"app", textColumn, "", "application it belongs to"},
		{"ordinal", wholeColumn, "", "of the invocation within its function, from 0"},
		{"attempt", wholeColumn, "", "0: the first"},
		{"arrival_s", numberColumn, "s", "from time 0"},
		{"start_s", numberColumn, "s", "of the service; where it never started, the end"},
		{"end_s", numberColumn, "s", ""},
		{"init_s", numberColumn, "s", "of the wait, in an initialisation"},
		{"status", textColumn, "", "completed, timed out, rejected, failed, abandoned, unfinished"},
		{"failed_by", textColumn, "", "function, initialisation, node or server; empty: it has not failed"},
		{"cold", textColumn, "", "why it found no instance; empty: it did"},
		{"ping", textColumn, "", "yes: a prewarm policy sent it"},
		{"input_tokens", wholeColumn, "tokens", "of the prompt; 0: it has none"},
		{"output_tokens", wholeColumn, "tokens", "that it was given"},
		{"first_token_s", numberColumn, "s", "when the first of them was there; empty: never"},
	}
	return &sheet{"events", columns, func(yield func([]any) error) error {
		for i := range e.requests {
			r := &e.requests[i]
			f := &e.Functions[r.Function]
			cold, ping, first := "", "no", nan
			failed := failedBy(&r.Outcome)
			if r.Flags&sim.Cold != 0 {
				cold = r.Cause.String()
			}
			if r.Flags&sim.Ping != 0 {
				ping = "yes"
			}
			if r.First > 0 {
				first = float64(r.First) / second
			}
			if err := yield([]any{f.Name, f.App, int64(r.Ordinal), int64(r.Attempt), float64(r.Arrival) / second, float64(r.Start) / second, float64(r.End) / second,
				float64(r.Init) / second, statusNames[r.Status], failed, cold, ping, int64(r.Input), int64(r.Output), first}); err != nil {
				return err
			}
		}
		return nil
	}}
}

// WriteParquet writes the requests, a line each.
func (e *Events) WriteParquet(w io.Writer) error { return writeParquet(w, e.eventsSheet()) }

// inOrder are a map's keys in order.
func inOrder[V any](m map[uint32]V) []uint32 { return slices.Sorted(maps.Keys(m)) }
