package calibrate

import (
	"strings"
	"testing"
)

// What is no request for tokens, or got none, and what stood before is left out of a
// log, and counted; what is only like it is kept.
func TestPassed(t *testing.T) {
	const (
		engine = `{"request_id": "a", "input_toks": 100, "output_toks": 20, "arrival_time": 5, "queued_ts": 5, "first_token_ts": 6, "last_token_ts": 7, "blocks": [1, 2]}` + "\n"
		line   = `{"arrival":1,"input":5,"output":2,"first":2,"last":3}` + "\n"
		head   = "arrival,input,output,first,last,request_id\n"
		span   = `{"traceId":"t","spanId":"s","startTimeUnixNano":"1","endTimeUnixNano":"9","attributes":[{"key":"gen_ai.operation.name","value":{"stringValue":"chat"}},` +
			`{"key":"gen_ai.usage.input_tokens","value":{"intValue":"7"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":"2"}},` +
			`{"key":"gen_ai.server.time_to_first_token","value":{"doubleValue":0.000000002}}]}` + "\n"
		printed = `{"context":{"trace_id":"0x1","span_id":"0x2"},"start_time":1,"end_time":3,"attributes":{"gen_ai.usage.input_tokens":7,"gen_ai.usage.output_tokens":2,"gen_ai.server.time_to_first_token":1}}` + "\n"
	)
	by := func(text string, oldNew ...string) string { return strings.NewReplacer(oldNew...).Replace(text) }
	for _, c := range []struct {
		name, text                         string
		requests, passed, tokenless, twice int
	}{
		{"embeddings", span + by(span, `"chat"`, `"embeddings"`, "output_tokens", "x"), 1, 1, 0, 0},
		{"an agent", span + by(span, `"chat"`, `"invoke_agent"`, "time_to_first_token", "x"), 1, 1, 0, 0},
		{"a tool", span + by(span, `"chat"`, `"execute_tool"`), 1, 1, 0, 0},
		{"a span first that has no attributes", `{"name":"GET /","startTimeUnixNano":"1","endTimeUnixNano":"2"}` + "\n" + span, 1, 1, 0, 0},
		{"no operation, and no tokens out", span + by(span, "operation.name", "x", "output_tokens", "y"), 1, 1, 0, 0},
		{"no operation", by(span, "operation.name", "x"), 1, 0, 0, 0},
		{"a completion", by(span, `"chat"`, `"text_completion"`), 1, 0, 0, 0},
		{"a span of no token", span + by(span, `"2"`, `"0"`, "time_to_first_token", "x"), 1, 0, 1, 0},
		{"aborted in an engine", engine + by(engine, `"a"`, `"b"`, `20`, `0`, `"first_token_ts": 6`, `"first_token_ts": null`), 1, 0, 1, 0},
		{"aborted in lines", line + by(line, `"output":2`, `"output":0`), 1, 0, 1, 0},
		{"aborted in CSV", head + "1,2,0,,,\n1,2,3,4,5,\n", 1, 0, 1, 0},
		{"twice in an engine", engine + by(engine, `"a"`, `"b"`) + engine, 2, 0, 0, 1},
		{"twice in CSV", head + "1,2,3,4,5,x\n1,2,3,4,5,x\n1,2,3,4,5,x\n", 1, 0, 0, 2},
		{"twice the same span", span + span, 1, 0, 0, 1},
		{"twice a printed span", printed + printed, 1, 0, 0, 1},
		{"two spans of a trace", span + by(span, `"s"`, `"s2"`), 2, 0, 0, 0},
		{"alike, without a name", line + line, 2, 0, 0, 0},
		{"alike, without a name in CSV", head + "1,2,3,4,5,\n1,2,3,4,5,\n", 2, 0, 0, 0},
	} {
		l, err := read(t, c.text, "")
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if len(l.Requests) != c.requests || l.Passed != c.passed || l.Tokenless != c.tokenless || l.Twice != c.twice {
			t.Errorf("%s: %d requests, %d passed over, %d without tokens, %d twice; want %d, %d, %d, %d",
				c.name, len(l.Requests), l.Passed, l.Tokenless, l.Twice, c.requests, c.passed, c.tokenless, c.twice)
		}
		if notes := l.Notes(); len(notes) != min(1, c.passed+c.tokenless+c.twice) {
			t.Errorf("%s: %q", c.name, notes)
		}
	}

	// Of the same name, with other values, it is not known which holds.
	for _, other := range []string{by(engine, "100", "101"), by(engine, "[1, 2]", "[1, 3]"), by(engine, `"last_token_ts": 7`, `"last_token_ts": 8`)} {
		_, err := read(t, engine+other, "")
		if want := `log:2: found the request "a" with other values than in line 1, expected each once`; err == nil || err.Error() != want {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// What was left out is said.
func TestNotes(t *testing.T) {
	l := &Log{Name: "log", Passed: 3, Twice: 1}
	want := "log: spans of no request for tokens, passed over: 3\nlog: records of a request that stood before, passed over: 1"
	if got := strings.Join(l.Notes(), "\n"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}

// Equal blocks stand for equal beginnings, as in a trace.
func TestBlockChains(t *testing.T) {
	const row = `{"input_toks": 100, "output_toks": 20, "arrival_time": 5, "queued_ts": 5, "first_token_ts": 6, "last_token_ts": 7, "blocks": [1, 2]}` + "\n"
	if l, err := read(t, row+strings.Replace(row, "[1, 2]", "[1, 2, 3]", 1), ""); err != nil || len(l.Requests) != 2 {
		t.Errorf("%v", err)
	}
	for blocks, want := range map[string]string{
		"[2, 1]": "log:2: blocks: found block 2 at the start, expected it after 1, as it stood before",
		"[5, 5]": "log:2: blocks: found block 5 after 5, expected it at the start, as it stood before",
	} {
		if _, err := read(t, row+strings.Replace(row, "[1, 2]", blocks, 1), ""); err == nil || !strings.HasPrefix(err.Error(), want) {
			t.Errorf("%s: %v, want %s", blocks, err, want)
		}
	}
}
