package calibrate

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/tokens"
)

func read(t *testing.T, text, fields string) (*Log, error) {
	t.Helper()
	f, err := ParseFields(fields)
	if err != nil {
		t.Fatal(err)
	}
	return Read(strings.NewReader(text), "log", f)
}

// Two requests, in each form that a log can have. The first arrives at
// 1780000000.5 s, is given its first token 0.25 s later and its last after 2 s; the
// second half a second after the first, with 0.5 and 1 s.
func TestForms(t *testing.T) {
	want := []Request{
		{Line: 1, Arrival: 0, First: sim.Second / 4, Last: 2 * sim.Second, Asked: tokens.Request{Input: 100, Output: 20}},
		{Line: 2, Arrival: sim.Second / 2, First: sim.Second, Last: 3 * sim.Second / 2, Asked: tokens.Request{Input: 7, Output: 2}},
	}
	engine := `{"request_id": "a", "input_toks": 100, "output_toks": 20, "arrival_time": 1780000000.5, "queued_ts": 50.0, "scheduled_ts": 50.1, "first_token_ts": 50.25, "last_token_ts": 52.0}
{"request_id": "b", "input_toks": 7, "output_toks": 2, "arrival_time": 1780000001.0, "queued_ts": 50.6, "scheduled_ts": 50.7, "first_token_ts": 51.0, "last_token_ts": 51.5}
`
	span := func(start, first, end string, in, out int) string {
		return fmt.Sprintf(`{"name":"chat","startTimeUnixNano":"%s","endTimeUnixNano":"%s","attributes":[{"key":"gen_ai.usage.input_tokens","value":{"intValue":"%d"}},{"key":"gen_ai.usage.output_tokens","value":{"intValue":"%d"}},{"key":"gen_ai.server.time_to_first_token","value":{"doubleValue":%s}}]}`,
			start, end, in, out, first)
	}
	one, two := span("1780000000500000000", "0.25", "1780000002500000000", 100, 20), span("1780000001000000000", "0.5", "1780000002000000000", 7, 2)
	other := `{"name":"GET /","startTimeUnixNano":"1","endTimeUnixNano":"2"}`
	for _, c := range []struct {
		name, text, fields string
		lines              []int
		passed             int
	}{
		{name: "engine", text: engine},
		{name: "CSV", text: "arrival,input,output,first,last\n1780000000.5,100,20,1780000000.75,1780000002.5\n1780000001,7,2,1780000001.5,1780000002\n", lines: []int{2, 3}},
		{name: "CSV in another order", text: "output,input,arrival,ttft,e2e,user\n2,7,1780000001,0.5,1,x\n20,100,1780000000.5,0.25,2,y\n", lines: []int{3, 2}},
		{name: "CSV with fields and dates", text: "ts,in,out,t1,t2\n2026-05-28T20:26:40.5Z,100,20,2026-05-28T20:26:40.75Z,2026-05-28T20:26:42.5Z\n2026-05-28T20:26:41Z,7,2,2026-05-28T20:26:41.5Z,2026-05-28T20:26:42Z\n",
			fields: "arrival=ts,input=in,output=out,first=t1,last=t2", lines: []int{2, 3}},
		{name: "JSON lines", text: `{"arrival":0.5,"input":100,"output":20,"ttft":0.25,"e2e":2}` + "\n" + `{"arrival":1,"input":7,"output":2,"ttft":0.5,"e2e":1}`},
		{name: "nested JSON", text: `{"at":0.5,"usage":{"in":100,"out":20},"t.1":0.75,"t2":2.5}` + "\n" + `{"at":1,"usage":{"in":7,"out":2},"t.1":1.5,"t2":2}`,
			fields: "arrival=at,input=usage.in,output=usage.out,first=t.1,last=t2"},
		{name: "OTLP", text: `{"resourceSpans":[{"scopeSpans":[{"spans":[` + one + "," + other + "]},{\"spans\":[" + two + `]}]}]}`, lines: []int{1, 1}, passed: 1},
		{name: "spans", text: one + "\n" + two},
		{name: "a list of spans", text: "[" + one + ",\n" + two + "]", lines: []int{2, 2}},
		{name: "printed spans with events", text: `{"name":"chat","start_time":"2026-05-28T20:26:40.500000Z","end_time":"2026-05-28T20:26:42.500000Z","attributes":{"gen_ai.usage.prompt_tokens":100,"gen_ai.usage.completion_tokens":20},"events":[{"name":"first token","timestamp":"2026-05-28T20:26:40.75Z"}]}
{"name":"chat","start_time":"2026-05-28T20:26:41Z","end_time":"2026-05-28T20:26:42Z","attributes":{"gen_ai.usage.input_tokens":7,"gen_ai.usage.output_tokens":2},"events":[{"name":"gen_ai.first_token","timestamp":"2026-05-28T20:26:41.5Z"}]}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := read(t, c.text, c.fields)
			if err != nil {
				t.Fatal(err)
			}
			wanted := slices.Clone(want)
			for i, line := range c.lines {
				wanted[i].Line = line
			}
			for i := range l.Requests {
				l.Requests[i].queued, l.Requests[i].timed = 0, false
			}
			if d := cmp.Diff(wanted, l.Requests, cmp.AllowUnexported(Request{})); d != "" {
				t.Error(d)
			}
			if l.OtherClock != (c.name == "engine") || l.Passed != c.passed {
				t.Errorf("another clock: %t, %d spans passed over, want %d", l.OtherClock, l.Passed, c.passed)
			}
			var b bytes.Buffer
			z := gzip.NewWriter(&b)
			z.Write([]byte(c.text))
			z.Close()
			f, _ := ParseFields(c.fields)
			packed, err := Read(&b, "log", f)
			if err != nil || packed.Digest != l.Digest || len(packed.Requests) != len(want) {
				t.Errorf("packed: %v", err)
			}
		})
	}
}

// Blocks are read in each form but spans, which have none.
func TestBlocks(t *testing.T) {
	for _, c := range []struct{ name, text, fields string }{
		{"engine", `{"input_toks": 40, "output_toks": 2, "arrival_time": 5, "queued_ts": 5, "first_token_ts": 6, "last_token_ts": 7, "blocks": [4, 9]}`, ""},
		{"JSON lines", `{"arrival":5,"input":40,"output":2,"first":6,"last":7,"blocks":[4,9]}`, ""},
		{"JSON with fields", `{"at":5,"in":40,"out":2,"t1":6,"t2":7,"cache":{"ids":["4",9]}}`, "arrival=at,input=in,output=out,first=t1,last=t2,blocks=cache.ids"},
		{"CSV", "arrival,input,output,first,last,blocks\n5,40,2,6,7,4 9\n", ""},
		{"CSV with fields", "at,in,out,t1,t2,ids\n5,40,2,6,7,4 9\n", "arrival=at,input=in,output=out,first=t1,last=t2,blocks=ids"},
	} {
		l, err := read(t, c.text, c.fields)
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if a := l.Requests[0].Asked; !slices.Equal(a.Blocks, []uint32{4, 9}) || a.Extent != 16 || !l.NamesBlocks() {
			t.Errorf("%s: %+v", c.name, a)
		}
		if l.OtherClock {
			t.Errorf("%s: one clock is taken for two", c.name)
		}
	}
	l, err := read(t, `{"at":5,"in":40,"out":2,"t1":6,"t2":7,"blocks":[4,9]}`, "arrival=at,input=in,output=out,first=t1,last=t2")
	if err != nil || l.NamesBlocks() {
		t.Errorf("blocks that no map names were read: %v", err)
	}
}

// What is wrong with a log is said with its line, what was found and what was
// expected.
func TestMalformed(t *testing.T) {
	const good = `{"arrival":1,"input":5,"output":2,"first":2,"last":3}` + "\n"
	const engine = `{"input_toks": 4, "output_toks": 2, "arrival_time": 1780000000, "queued_ts": 5, "first_token_ts": 6, "last_token_ts": 7}` + "\n"
	for _, c := range []struct{ name, text, fields, want string }{
		{"empty", " \n", "", "log:1: found an empty log, expected requests"},
		{"no object", good + "7\n", "", `log:2: found "7", expected a JSON object`},
		{"broken JSON", good + "{\"arrival\":1,,}\n", "", "log:2: found broken JSON: invalid character ',' looking for beginning of object key string"},
		{"cut off", good + good + `{"arrival":1,"in`, "", "log:3: found JSON that does not end: unexpected EOF"},
		{"another form", `{"when":1}`, "", `log:1: found an object of another form, expected "arrival_time"`},
		{"no arrival", good + `{"input":5,"output":2,"first":2,"last":3}`, "", "log:2: found no arrival, expected when the request arrived"},
		{"no first token", good + `{"arrival":1,"input":5,"output":2,"last":3}`, "", "log:2: found no first or ttft, expected when the first token was there: without it prefills and decodes cannot be told apart"},
		{"null", good + `{"arrival":1,"input":5,"output":2,"first":null,"last":3}`, "", "log:2: found no first or ttft,"},
		{"no last token", good + `{"arrival":1,"input":5,"output":2,"first":2}`, "", "log:2: found no last or e2e,"},
		{"no tokens", good + `{"arrival":1,"input":0,"output":2,"first":2,"last":3}`, "", `log:2: input: found "0", expected a whole number of tokens from 1 to 2147483647`},
		{"half a token", good + `{"arrival":1,"input":5,"output":1.5,"first":2,"last":3}`, "", `log:2: output: found "1.5", expected a whole number of tokens`},
		{"tokens missing", good + `{"arrival":1,"input":5,"first":2,"last":3}`, "", "log:2: found no output, expected tokens"},
		{"negative time", good + `{"arrival":-1,"input":5,"output":2,"first":2,"last":3}`, "", `log:2: arrival: found "-1", expected seconds ≥ 0`},
		{"a list as a time", good + `{"arrival":[1],"input":5,"output":2,"first":2,"last":3}`, "", "log:2: arrival: found "},
		{"milliseconds", good + `{"arrival":1780000000000,"input":5,"output":2,"first":2,"last":3}`, "", "below 292 years"},
		{"backwards", good + `{"arrival":1,"input":5,"output":2,"first":4,"last":3}`, "", "log:2: found the last token 1s before the first, expected it after"},
		{"first before arrival", good + `{"arrival":9,"input":5,"output":2,"first":4,"last":10}`, "", "log:2: found the first token 5s before the arrival, expected it after; where arrivals are on another clock, the log must say when requests came into line (queued)"},
		{"all at once", good + `{"arrival":1,"input":5,"output":2,"first":3,"last":3}`, "", "log:2: found all 2 tokens at once, expected the last one after the first"},
		{"first before line", engine + strings.Replace(engine, `"queued_ts": 5`, `"queued_ts": 6.5`, 1), "", "log:2: found the first token 500ms before the request was in line, expected it after"},
		{"no place in line", engine + strings.Replace(engine, `"queued_ts": 5, `, "", 1), "", "log:2: found no time in line (queued), expected one as in other rows: arrivals are on another clock"},
		{"too many blocks", strings.Replace(engine, "}", `, "blocks": [1, 2]}`, 1), "", "log:1: found 2 blocks of 16 tokens, expected no more than hold 6 tokens"},
		{"blocks that are none", strings.Replace(engine, "}", `, "blocks": [-1]}`, 1), "", `log:1: blocks: found "[-1]", expected whole numbers below 2^32, a list of them or, in CSV, with spaces between`},
		{"blocks in CSV that are none", "arrival,input,output,first,last,blocks\n1,40,3,4,5,4 x\n", "", `log:2: blocks: found "4 x", expected whole numbers below 2^32`},
		{"span without first token", `{"start_time":1,"end_time":2,"attributes":{"gen_ai.usage.input_tokens":7,"gen_ai.usage.output_tokens":2}}`, "", "log:1: found a span without its first token, expected gen_ai.server.time_to_first_token"},
		{"span without start", `{"end_time":2,"attributes":{"gen_ai.usage.input_tokens":7,"gen_ai.usage.output_tokens":2}}`, "", "log:1: found a span without startTimeUnixNano or start_time"},
		{"header", "arrival,input,first,last\n1,2,3,4\n", "", `log:1: output: found no column "output" in the header, expected arrival, input,`},
		{"header twice", "arrival,arrival\n", "", `log:1: found the column "arrival" twice, expected it once`},
		{"mapped column", "arrival,input,output,first,last\n", "arrival=ts,input=input,output=output,first=first,last=last", `log:1: arrival: found no column "ts" in the header`},
		{"row of another length", "arrival,input,output,first,last\n1,2,3,4\n", "", "log:2: found 4 cells, expected 5 as in the header"},
		{"broken quotes", "arrival,input,output,first,last\n1,\"2,3,4,5\n", "", "found broken CSV"},
		{"first token nowhere", "a,b,c,d\n1,2,3,4\n", "arrival=a,input=b,output=c,last=d", "log:1: field map: found neither first nor ttft: without first tokens prefills and decodes cannot be told apart"},
		{"a mapped ttft that a record lacks", `{"at":1,"in":5,"out":2,"ms":1,"end":2}` + "\n" + `{"at":1,"in":5,"out":2,"end":2}`, "arrival=at,input=in,output=out,ttft=ms,e2e=end", "log:2: found no ms, expected when the first token was there"},
		{"a mapped e2e that a record lacks", `{"at":1,"in":5,"out":2,"ms":1}`, "arrival=at,input=in,output=out,ttft=ms,e2e=end", "log:1: found no end, expected when the last token was there"},
		{"neither of two that are mapped", `{"at":1,"in":5,"out":2,"end":2}`, "arrival=at,input=in,output=out,first=t1,ttft=ms,e2e=end", "log:1: found no t1 or ms, expected when the first token was there"},
		{"empty cell", "arrival,input,output,first,last\n1,2,3,,5\n", "", "log:2: found no first or ttft, expected when the first token was there"},
	} {
		t.Run(c.name, func(t *testing.T) {
			l, err := read(t, c.text, c.fields)
			if err == nil || !strings.Contains(err.Error(), c.want) || !strings.HasPrefix(err.Error(), "log:") {
				t.Errorf("%v (%v), want %q", err, l, c.want)
			}
		})
	}
}

// A log that is cut short is told once, in one line.
func TestTruncated(t *testing.T) {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	for i := range 2000 {
		fmt.Fprintf(z, `{"arrival":%d,"input":5,"output":2,"first":%d,"last":%d}`+"\n", i, i+1, i+2)
	}
	z.Close()
	_, err := Read(bytes.NewReader(b.Bytes()[:b.Len()/2]), "log.gz", Fields{})
	if err == nil || !strings.HasPrefix(err.Error(), "log.gz: truncated: its gzip stream stops after ") || strings.Count(err.Error(), "unexpected EOF") != 1 || strings.Contains(err.Error(), "\n") {
		t.Errorf("%v", err)
	}
}

// A field map says what it does not know.
func TestFields(t *testing.T) {
	for text, want := range map[string]string{
		"arival=x":            `unknown name "arival"; did you mean "arrival"?`,
		"arrival":             `found "arrival", expected name=path`,
		"arrival=":            `found "arrival=", expected name=path`,
		"arrival=a,arrival=b": "found arrival twice, expected it once",
	} {
		if _, err := ParseFields(text); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %q", text, err, want)
		}
	}
}

// FuzzRead: whatever is in a log, reading it ends, and what is read can be replayed.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`{"arrival":1,"input":5,"output":2,"first":2,"last":3}`))
	f.Add([]byte("arrival,input,output,first,last\n1,2,3,4,5\n"))
	f.Add([]byte(`[{"startTimeUnixNano":"1","endTimeUnixNano":2,"attributes":[{"key":"gen_ai.usage.input_tokens","value":{"intValue":"3"}}]}]`))
	f.Fuzz(func(t *testing.T, b []byte) {
		l, err := Read(bytes.NewReader(b), "log", Fields{})
		if err != nil {
			return
		}
		last := sim.Time(0)
		for _, r := range l.Requests {
			if r.Arrival < last || r.First <= r.Arrival || r.Last < r.First || r.Asked.Input < 1 || r.Asked.Output < 1 {
				t.Fatalf("%+v", r)
			}
			last = r.Arrival
		}
	})
}
