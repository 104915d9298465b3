package results

import (
	"bufio"
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/coldcurve/coldcurve/sim"
)

// OpenTelemetry's spans as OTLP has them in JSON: 64-bit numbers are text, ids are hex.
// Attributes are those of its semantic conventions, faas.* and gen_ai.*, where these have
// one, else coldcurve.*.

type otlpValue struct {
	Text  *string  `json:"stringValue,omitempty"`
	Bool  *bool    `json:"boolValue,omitempty"`
	Int   *string  `json:"intValue,omitempty"`
	Float *float64 `json:"doubleValue,omitempty"`
}

type otlpAttribute struct {
	Key   string    `json:"key"`
	Value otlpValue `json:"value"`
}

func otlpText(key, s string) otlpAttribute { return otlpAttribute{key, otlpValue{Text: &s}} }
func otlpBool(key string, b bool) otlpAttribute {
	return otlpAttribute{key, otlpValue{Bool: &b}}
}
func otlpInt(key string, n int64) otlpAttribute {
	s := strconv.FormatInt(n, 10)
	return otlpAttribute{key, otlpValue{Int: &s}}
}
func otlpFloat(key string, x float64) otlpAttribute {
	return otlpAttribute{key, otlpValue{Float: &x}}
}

type otlpSpan struct {
	Trace      string          `json:"traceId"`
	ID         string          `json:"spanId"`
	Parent     string          `json:"parentSpanId,omitempty"`
	Name       string          `json:"name"`
	Kind       int             `json:"kind"` // 1: internal, 2: server
	From       string          `json:"startTimeUnixNano"`
	To         string          `json:"endTimeUnixNano"`
	Attributes []otlpAttribute `json:"attributes,omitempty"`
	Status     *otlpStatus     `json:"status,omitempty"`
}

type otlpStatus struct {
	Message string `json:"message,omitempty"`
	Code    int    `json:"code"` // 2: an error
}

// WriteOTLP writes a span for each request, from arrival to end, and within it those of its
// initialisation and of its service: a resource for each function.
func (e *Events) WriteOTLP(w io.Writer) error {
	of := map[uint32][]int{}
	for i := range e.requests {
		of[e.requests[i].Function] = append(of[e.requests[i].Function], i)
	}
	b := bufio.NewWriter(w)
	b.WriteString(otlpHead)
	for k, f := range inOrder(of) {
		if k > 0 {
			b.WriteByte(',')
		}
		fn := &e.Functions[f]
		attributes := []otlpAttribute{otlpText("service.name", fn.ID()), otlpText("faas.name", fn.Name)}
		if fn.Memory > 0 {
			attributes = append(attributes, otlpInt("faas.max_memory", fn.Memory<<20))
		}
		attributes = append(attributes, otlpText("coldcurve.cell", e.Cell), otlpInt("coldcurve.replication", int64(e.Number)))
		head, err := compact(map[string]any{"attributes": attributes})
		if err != nil {
			return err
		}
		scope, err := compact(map[string]string{"name": "coldcurve", "version": e.Version})
		if err != nil {
			return err
		}
		fmt.Fprintf(b, "\n{\"resource\":%s,\"scopeSpans\":[{\"scope\":%s,\"spans\":[", head, scope)
		for n, i := range of[f] {
			for m, s := range e.spans(&e.requests[i], fn) {
				text, err := compact(s)
				if err != nil {
					return err
				}
				if n+m > 0 {
					b.WriteByte(',')
				}
				b.WriteByte('\n')
				b.Write(text)
			}
		}
		b.WriteString("]}]}")
	}
	b.WriteString("\n]}\n")
	return b.Flush()
}

// triggers are the values that faas.trigger may have.
var triggers = []string{"datasource", "http", "pubsub", "timer"}

// spans are those of a request.
func (e *Events) spans(r *requestEvent, f *sim.Function) []otlpSpan {
	id := e.id(r, 1)
	at := func(t sim.Time) string { return strconv.FormatInt(int64(e.Epoch+t), 10) }
	spanID := func(salt byte) string { s := e.id(r, salt); return fmt.Sprintf("%x", s[:8]) }
	root := otlpSpan{Trace: fmt.Sprintf("%x", id[:]), ID: spanID(2), Name: f.Name, Kind: 2, From: at(r.Arrival), To: at(r.End), Attributes: []otlpAttribute{
		otlpText("faas.invocation_id", fmt.Sprintf("%x", id[:])), otlpBool("faas.coldstart", r.Flags&sim.Cold != 0)}}
	trigger := f.Trigger
	if trigger == "queue" || trigger == "event" {
		trigger = "pubsub"
	}
	if trigger != "" && !slices.Contains(triggers, trigger) {
		trigger = "other"
	}
	add := func(a ...otlpAttribute) { root.Attributes = append(root.Attributes, a...) }
	if trigger != "" {
		add(otlpText("faas.trigger", trigger))
	}
	if r.Flags&sim.Cold != 0 {
		add(otlpText("coldcurve.cold_cause", r.Cause.String()), otlpFloat("coldcurve.init_s", float64(r.Init)/second))
	}
	if r.Attempt > 0 {
		add(otlpInt("coldcurve.attempt", int64(r.Attempt)))
	}
	if r.Flags&sim.Ping != 0 {
		add(otlpBool("coldcurve.ping", true))
	}
	if r.tokens {
		add(otlpText("gen_ai.operation.name", "chat"), otlpInt("gen_ai.usage.input_tokens", int64(r.Input)), otlpInt("gen_ai.usage.output_tokens", int64(r.Output)),
			otlpInt("gen_ai.usage.cache_read.input_tokens", int64(r.Cached)))
		if r.First > 0 {
			add(otlpFloat("coldcurve.time_to_first_token_s", float64(r.First-r.Arrival)/second))
		}
	}
	add(otlpText("coldcurve.status", statusNames[r.Status]))
	if by := failedBy(&r.Outcome); by != "" {
		add(otlpText("coldcurve.failed_by", by))
	}
	if r.Status != sim.Completed && r.Status != sim.Unfinished {
		root.Status = &otlpStatus{statusNames[r.Status], 2}
		add(otlpText("error.type", statusNames[r.Status]))
	}
	out := []otlpSpan{root}
	child := func(name string, salt byte, from, to sim.Time) {
		out = append(out, otlpSpan{Trace: root.Trace, ID: spanID(salt), Parent: root.ID, Name: name, Kind: 1, From: at(from), To: at(to)})
	}
	if r.Started && r.Init > 0 && r.Start-r.Init >= r.Arrival {
		child("init", 3, r.Start-r.Init, r.Start)
	}
	if r.Started {
		child("service", 4, r.Start, r.End)
	}
	return out
}
