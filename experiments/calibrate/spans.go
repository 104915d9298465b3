package calibrate

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// The attributes of a span of gen-ai, by the semantic conventions, and as vLLM's
// own tracing names them.
var (
	spanInput  = []string{"gen_ai.usage.input_tokens", "gen_ai.usage.prompt_tokens"}
	spanOutput = []string{"gen_ai.usage.output_tokens", "gen_ai.usage.completion_tokens"}
	spanFirst  = []string{"gen_ai.server.time_to_first_token", "gen_ai.latency.time_to_first_token"}
)

// otlp takes a document of OTLP JSON: resourceSpans, scopeSpans, spans.
func (l *Log) otlp(line int, v map[string]any) error {
	for _, resource := range objects(v["resourceSpans"]) {
		for _, scope := range objects(resource["scopeSpans"]) {
			for _, span := range objects(scope["spans"]) {
				if err := l.span(line, span); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// objects returns the objects of a list.
func objects(v any) (out []map[string]any) {
	list, _ := v.([]any)
	for _, x := range list {
		if o, ok := x.(map[string]any); ok {
			out = append(out, o)
		}
	}
	return out
}

// spanOperations are those of gen_ai.operation.name that make tokens. An agent's span
// sums up the tokens of the requests below it, and an embedding makes none.
var spanOperations = []string{"chat", "text_completion", "generate_content"}

// makesTokens tells whether a span of some attributes is of one request for tokens.
func makesTokens(has map[string]any) bool {
	if name, ok := text(has["gen_ai.operation.name"]); ok && !slices.Contains(spanOperations, name) {
		return false
	}
	return one(has, spanInput) != nil && one(has, spanOutput) != nil
}

// span takes a span of OTLP, or as exporters print it: start_time, end_time and
// attributes by name.
func (l *Log) span(line int, v map[string]any) error {
	has := attributes(v["attributes"])
	if !makesTokens(has) {
		l.Passed++
		return nil
	}
	if n, ok := whole(one(has, spanOutput)); ok && n == 0 {
		l.Tokenless++
		return nil
	}
	start, err := l.spanTime(line, v, "startTimeUnixNano", "start_time")
	if err != nil {
		return err
	}
	end, err := l.spanTime(line, v, "endTimeUnixNano", "end_time")
	if err != nil {
		return err
	}
	first, err := l.firstToken(line, v, has, start)
	if err != nil {
		return err
	}
	values := map[string]any{
		requestID:    spanID(v),
		fieldArrival: seconds(start), fieldInput: one(has, spanInput), fieldOutput: one(has, spanOutput), fieldFirst: seconds(first), fieldLast: seconds(end),
	}
	return l.add(line, Fields{}, func(path string) any {
		if x, ok := values[path]; ok {
			return x
		}
		return nil
	})
}

// spanID names a span by its trace and itself, as OTLP or exporters have it; nil where
// it has no name.
func spanID(v map[string]any) any {
	trace, ok := text(one(v, []string{"traceId", "trace_id"}))
	span, has := text(one(v, []string{"spanId", "span_id"}))
	if inner, nested := v["context"].(map[string]any); nested && !has {
		return spanID(inner)
	}
	if !ok || !has {
		return nil
	}
	return trace + "/" + span
}

// seconds is a time in ns as add reads it.
func seconds(t sim.Time) json.Number {
	return json.Number(fmt.Sprintf("%d.%09d", t/sim.Second, t%sim.Second))
}

// spanTime reads a time of a span: ns, or a date and time.
func (l *Log) spanTime(line int, v map[string]any, nano, date string) (sim.Time, error) {
	if x, ok := v[nano]; ok {
		s, _ := text(x)
		t, ok := decimal.Scaled([]byte(s), 0)
		if !ok {
			return 0, l.bad(line, "%s: found %s, expected ns", nano, spec.Quote(fmt.Sprint(x)))
		}
		return t, nil
	}
	x, ok := v[date]
	if !ok {
		return 0, l.bad(line, "found a span without %s or %s, expected one of them", nano, date)
	}
	t, err := instant(x)
	if err != nil {
		return 0, l.bad(line, "%s: %w", date, err)
	}
	return t, nil
}

// firstToken reads when the first token was there: an attribute, s from the start
// on, or an event whose name tells of it.
func (l *Log) firstToken(line int, v, has map[string]any, start sim.Time) (sim.Time, error) {
	if x := one(has, spanFirst); x != nil {
		s, _ := text(x)
		t, ok := decimal.Scaled([]byte(s), 9)
		if !ok {
			return 0, l.bad(line, "time_to_first_token: found %s, expected seconds", spec.Quote(fmt.Sprint(x)))
		}
		return start + t, nil
	}
	for _, e := range objects(v["events"]) {
		if name, _ := e["name"].(string); strings.Contains(strings.ReplaceAll(name, " ", "_"), "first_token") {
			return l.spanTime(line, e, "timeUnixNano", "timestamp")
		}
	}
	return 0, l.bad(line, "found a span without its first token, expected %s, or an event first_token: without it prefills and decodes cannot be told apart", spanFirst[0])
}

// attributes returns those of a span by name: {"key": value}, or OTLP's list of
// {"key": …, "value": {"intValue": …}}.
func attributes(v any) map[string]any {
	if m, ok := v.(map[string]any); ok {
		return m
	}
	m := map[string]any{}
	for _, a := range objects(v) {
		key, _ := a["key"].(string)
		value, _ := a["value"].(map[string]any)
		for _, kind := range []string{"intValue", "doubleValue", "stringValue"} {
			if x, ok := value[kind]; ok {
				m[key] = x
			}
		}
	}
	return m
}

// one returns the value of the first of some names that there is.
func one(m map[string]any, names []string) any {
	for _, name := range names {
		if x, ok := m[name]; ok {
			return x
		}
	}
	return nil
}
