package logs

import (
	"context"
	"encoding/json"
	"io"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// fuzzLog reads any text: it never panics; an error names the file; and what
// is counted adds up.
func fuzzLog(t *testing.T, format, text string) {
	for _, o := range []Options{{Format: format}, {Format: format, Strict: true, MaxFunctions: 2}, {}} {
		p, err := Read(context.Background(), []File{{Name: "fuzz.log", R: strings.NewReader(text)}}, o)
		if err != nil {
			if !strings.Contains(err.Error(), "fuzz.log") {
				t.Errorf("%v does not name the file", err)
			}
			continue
		}
		var requests, durations, cold, billed, untimed int64
		for i := range p.Functions {
			f := &p.Functions[i]
			requests += f.Requests
			durations += f.Warm.Count() + f.First.Count()
			cold += f.Cold
			for _, u := range f.Billed {
				billed += u.Requests
				untimed += u.Unplaced.Untimed
			}
			if !utf8.ValidString(f.Name) || f.Memory < 0 || f.Errors+f.Timeouts > f.Requests {
				t.Errorf("%+v", f)
			}
			if f.Warm.Quantile(0.5) < f.Warm.Min() || f.Warm.Quantile(0.5) > f.Warm.Max() {
				t.Errorf("%+v", f.Warm)
			}
		}
		m := p.Missing
		if requests != p.Requests || durations != requests-m.Duration || billed != requests-m.Billed || billed != p.Billing.Lines ||
			untimed > m.Time || requests-m.Time-m.Billed > billed-untimed || cold > requests || p.Files[0].Requests != requests {
			t.Errorf("%d requests, %d durations, %d cold, %d billed, %d of these without a time, of %+v", requests, durations, cold, billed, untimed, p)
		}
	}
}

// FuzzFormats reads any text as each format, from the samples of all.
func FuzzFormats(f *testing.F) {
	formats := Formats()
	for _, s := range samples() {
		f.Add(uint8(slices.IndexFunc(formats, func(g Format) bool { return g.Name == s.format })), s.text)
	}
	f.Fuzz(func(t *testing.T, format uint8, text string) {
		fuzzLog(t, formats[int(format)%len(formats)].Name, text)
	})
}

func FuzzCloudWatch(f *testing.F) {
	f.Add(warm + "\nXRAY TraceId: 1\n" + cold)
	f.Add("2025-09-01T12:00:00.500000+00:00 2025/09/01/[$LATEST]0a1b " + cold + "\n/aws/lambda/f 2025/09/01/f[$LATEST]0a1b " + warm)
	f.Add(`{"time":"2025-09-01T12:00:00.500Z","type":"platform.report","record":{"metrics":{"durationMs":2e1,"restoreDurationMs":3},"status":"error"}}`)
	f.Add("1756728000500,\"REPORT RequestId: r\tDuration: 1.5 ms\tBilled Duration: 4 ms\tMemory Size: 1 MB\tRestore Duration: 3 ms\tBilled Restore Duration: 2 ms\tStatus: timeout\"")
	f.Fuzz(func(t *testing.T, text string) { fuzzLog(t, "cloudwatch", text) })
}

func FuzzCloudWatchJSON(f *testing.F) {
	f.Add(`{"events":[{"timestamp":1756728000500,"message":` + jsonString(warm+"\n") + `,"logStreamName":"2025/09/01/f[1]0"}],"nextToken":null}`)
	f.Add(`{"logGroup":"/aws/lambda/f","logEvents":[{"timestamp":1756728000500,"message":` + jsonString(cold) + `}]}{"messageType":"CONTROL_MESSAGE"}`)
	f.Add(`{"awslogs":{"data":"` + base64Gzip(`{"events":[]}`) + `"}}`)
	f.Fuzz(func(t *testing.T, text string) { fuzzLog(t, "cloudwatch-json", text) })
}

func FuzzALB(f *testing.F) {
	f.Add(`http 2018-07-02T22:23:00.186641Z lb 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/a/7?q HTTP/1.1" "c" - - arn "R" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward"`)
	f.Fuzz(func(t *testing.T, text string) { fuzzLog(t, "alb", text) })
}

func FuzzHTTP(f *testing.F) {
	f.Add(`127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /users/frank HTTP/1.0" 200 2326 "http://r" "a \" b"`)
	f.Fuzz(func(t *testing.T, text string) { fuzzLog(t, "http", text) })
}

func FuzzJSONLines(f *testing.F) {
	f.Add(`{"time":1756728000.5,"duration_ms":1.5e1,"function":"\u00e9\ud83d\ude00","memory_mb":128,"init_ms":3,"cold":true,"status":503}`)
	f.Fuzz(func(t *testing.T, text string) { fuzzLog(t, "jsonl", text) })
}

func FuzzOTLP(f *testing.F) {
	f.Add(`{"resourceSpans":[{"resource":{"attributes":[{"key":"faas.name","value":{"stringValue":"f"}},{"key":"faas.max_memory","value":{"intValue":"134217728"}}]},"scopeSpans":[{"spans":[{"kind":2,"startTimeUnixNano":"1756728000500000000","endTimeUnixNano":"1756728000512500000","attributes":[{"key":"faas.coldstart","value":{"boolValue":true}}]}]}]}]}`)
	f.Fuzz(func(t *testing.T, text string) { fuzzLog(t, "otlp", text) })
}

// What encoding/json takes, the walk reads alike.
func FuzzWalk(f *testing.F) {
	f.Add(`{"a":"\u00e9\n\ud83d\ude00\ud800","b":{"c":[1,"]}"]},"c":null,"d\"":[]}`)
	f.Fuzz(func(t *testing.T, text string) {
		var want map[string]json.RawMessage
		if !utf8.ValidString(text) || json.Unmarshal([]byte(text), &want) != nil || want == nil {
			return
		}
		got := map[string]string{}
		w := newWalk([]byte(text), '{')
		for w.next(false) {
			got[string(w.key)] = string(w.value)
			if w.value[0] == '"' {
				var s string
				json.Unmarshal(w.value, &s)
				if u, ok := unquote(nil, w.value); !ok || string(u) != s {
					t.Errorf("%s is %q, want %q", w.value, u, s)
				}
			}
		}
		if w.broken || len(got) != len(want) {
			t.Fatalf("%q: broken %v, %v", text, w.broken, got)
		}
		for k, v := range want {
			if got[k] != string(v) {
				t.Errorf("%q is %q, want %q", k, got[k], v)
			}
		}
	})
}

// A document yields the values of the text, however it is cut.
func FuzzDocument(f *testing.F) {
	f.Add(`{"a":[1,2]} {"b":"}"}`, uint8(3))
	f.Fuzz(func(t *testing.T, text string, chunk uint8) {
		d := newDocument(&slow{text, int(chunk)%7 + 1})
		d.buf, d.most = make([]byte, 4), 1<<10
		r := &reader{collector: newCollector(2), ctx: context.Background(), file: "fuzz"}
		if err := d.each(r.ctx, r, &events{r: r}); err != nil && !strings.Contains(err.Error(), "fuzz") {
			t.Errorf("%v does not name the file", err)
		}
	})
}

type slow struct {
	text string
	n    int
}

func (s *slow) Read(b []byte) (int, error) {
	n := copy(b[:min(len(b), s.n)], s.text)
	s.text = s.text[n:]
	if n == 0 {
		return 0, io.EOF
	}
	return n, nil
}
