package logs

import (
	"context"
	"fmt"
	"strings"
	"testing"
)

// The exact message of each malformed input. None quotes what it found.
func TestMalformed(t *testing.T) {
	const (
		r    = "REPORT RequestId: " + uuid + "\t"
		d    = "Duration: 1.00 ms\t"
		b    = "Billed Duration: 1 ms\t"
		m    = "Memory Size: 128 MB\t"
		alb  = `h2 2018-07-02T22:23:00Z lb 10.0.1.252:48160 - %s 0 0 %s - 5 257 "GET / HTTP/2.0"`
		http = `127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200 1` + "\n"
		span = `{"resourceSpans":[{"resource":{"attributes":[{"key":"faas.name","value":{"stringValue":"f"}}]},"scopeSpans":[{"spans":[{"kind":2,%s}]}]}]}`
	)
	const noTime = `f:2: found no time between fields, expected the common log format: … [02/Jan/2006:15:04:05 -0700] "request" status bytes`
	for _, c := range []struct{ text, format, want string }{
		{r + d + m, "", "f:1: Billed Duration: found none, expected one"},
		{r + d + b, "", "f:1: Memory Size: found none, expected one"},
		{r + b + m, "", "f:1: Duration: found none, expected one"},
		{"\n" + r + "Duration: x ms\t" + b + m, "", "f:2: Duration: found no number of ms below 10000000000, expected one, as in 12.34 ms"},
		{r + "Duration: 1.00 s\t" + b + m, "", "f:1: Duration: found no number of ms below 10000000000, expected one, as in 12.34 ms"},
		{r + "Duration: -1.00 ms\t" + b + m, "", "f:1: Duration: found no number of ms below 10000000000, expected one, as in 12.34 ms"},
		{r + "Duration: 99999999999.00 ms\t" + b + m, "", "f:1: Duration: found no number of ms below 10000000000, expected one, as in 12.34 ms"},
		{r + d + "Billed Duration: 1.5 ms\t" + m, "", "f:1: Billed Duration: found no whole number of ms below 10000000000, expected one, as in 13 ms"},
		{r + d + b + "Memory Size: 128 M", "", "f:1: Memory Size: found no whole number of MB from 1 to 1048575, expected one, as in 128 MB"},
		{r + d + b + "Memory Size: 9223372036854775807 MB", "", "f:1: Memory Size: found no whole number of MB from 1 to 1048575, expected one, as in 128 MB"},
		{r + d + b + m + "\n" + r + d + b + "Memory Size: 0 MB", "", "f:2: Memory Size: found no whole number of MB from 1 to 1048575, expected one, as in 128 MB"},
		{`{"type":"platform.report","record":{"metrics":{"durationMs":1,"billedDurationMs":1,"memorySizeMB":0}}}`, "", "f:1: platform.report: memorySizeMB is 0, expected 1 or more"},
		{r + d + b + "Memory Size: 99999999 MB", "", "f:1: Memory Size: found no whole number of MB from 1 to 1048575, expected one, as in 128 MB"},
		{r + d + b + m + "Max Memory Used: MB", "", "f:1: Max Memory Used: found no whole number of MB below 1048576, expected one, as in 55 MB"},
		{r + d + b + m + "Init Duration: 1", "", "f:1: Init Duration: found no number of ms below 10000000000, expected one, as in 345.65 ms"},
		{r + d + b + m + "Restore Duration: ms", "", "f:1: Restore Duration: found no number of ms below 10000000000, expected one, as in 398.97 ms"},
		{r + d + b + m + "Billed Restore Duration: 1.0 ms", "", "f:1: Billed Restore Duration: found no whole number of ms below 10000000000, expected one, as in 182 ms"},
		{r + d + d + b + m, "", "f:1: Duration: found twice, expected it once"},
		{"REPORT RequestId: 1", "", "f:1: REPORT: found no fields, expected Duration, Billed Duration and Memory Size"},
		{"1999-01-01T00:00:00Z " + r + d + b + m, "cloudwatch", "f:1: time: found a year outside 2000 to 2099, expected the time of a request"},
		{`{"type":"platform.report","record":{"metrics":{}}}`, "", "f:1: platform.report: found no durationMs, expected record.metrics.durationMs"},
		{`{"type":"platform.report","record":{"metrics":{"durationMs":-1}}}`, "", "f:1: platform.report: found a metric that is no number in its range, expected numbers ≥ 0"},
		{`{"type":"platform.report","time":"now","record":{"metrics":{"durationMs":1}}}`, "", "f:1: time: found no time, expected RFC 3339"},
		{`{"type":"platform.report","record":{"metrics":{"durationMs":1}`, "cloudwatch", "f:1: platform.report: found broken JSON, expected an object"},
		// documents
		{`{"events":[{"timestamp":1,"message":"a"}`, "", "f: at its start: the file ends inside a JSON value, expected its end (it may be truncated)"},
		{`{"events":[]} 7`, "", "f: after value 1: found something else than a JSON object, expected objects, or a list of objects"},
		{`{"events":[]}]`, "", "f: after value 1: found a ] that closes nothing, expected a JSON object"},
		{`[{"events":[]}`, "", "f: after value 1: the file ends inside a JSON value, expected its end (it may be truncated)"},
		{`{"events":[{"timestamp":1,"message":7}]}`, "", "f: event 1: message: found no string, expected one"},
		{`{"events":[{"timestamp":"x","message":"` + strings.ReplaceAll(warm, "\t", `\t`) + `"}]}`, "", "f: event 1: timestamp: found no time, expected a Unix time or ISO 8601"},
		{`{"events":[{"timestamp":1,"message":"` + strings.ReplaceAll(warm, "\t", `\t`) + `"}]}`, "", "f: event 1: time: found a year outside 2000 to 2099, expected the time of a request"},
		{`{"events":[{"timestamp" 1}]}`, "", "f: event 1: found a broken JSON object, expected \"name\": value, parted by commas"},
		{`{"awslogs":{"data":"H4sIAAAA"}}`, "", "f: event 1: data: found base64 that cannot be decompressed, expected that of a gzip payload of up to 16 MiB"},
		{"H4sIAAAA", "", "f:1: found base64 that cannot be decompressed, expected that of a gzip payload: unexpected EOF"},
		// access logs
		{"h2 2018-07-02T22:23:00Z lb", "", "f:1: found fewer than 13 fields, expected an access log of an Application Load Balancer"},
		{fmt.Sprintf(alb, "x", "200"), "", "f:1: processing times: found no number, expected seconds ≥ 0, or -1"},
		{fmt.Sprintf(alb, "0", "2x0"), "", "f:1: status: found no number of three digits, expected an HTTP status"},
		{strings.Replace(fmt.Sprintf(alb, "0", "200"), "2018-07-02", "2018-02-30", 1), "alb", "f:1: time: found no time, expected ISO 8601"},
		{http + "127.0.0.1 - -\n", "", "f:2: found no time between fields, expected the common log format: … [02/Jan/2006:15:04:05 -0700] \"request\" status bytes"},
		{http + strings.Replace(http, "Oct", "Okt", 1), "", noTime},
		{http + strings.Replace(http, "-0700", "", 1), "", noTime},
		// JSON lines
		{`{"time":1756728000}` + "\n[]\n", "", "f:2: found a line that is no JSON object, expected one a line"},
		{`{"time":1756728000}x`, "jsonl", "f:1: found a line that is no JSON object, expected one a line"},
		{`{"time":true}`, "", "f:1: time: found no time, expected ISO 8601 or a Unix time"},
		{`{"time":7}`, "", "f:1: time: found a year outside 2000 to 2099, expected the time of a request"},
		{`{"function":7}`, "", "f:1: function: found no string, expected a name"},
		{`{"function":"a\nb"}`, "", "f:1: function: found a name with control characters, or not UTF-8, or of more than 256 bytes, expected a plain name"},
		{`{"duration_ms":-1}`, "", "f:1: found a field of durations or sizes that is no number in its range, expected a number ≥ 0"},
		{`{"cold":"yes"}`, "", "f:1: cold: found something else than true or false, expected one of them"},
		{`{"a":1}`, "", "f:1: found none of the fields of the field map, expected time, duration_ms, function or others"},
		// spans
		{fmt.Sprintf(span, `"startTimeUnixNano":"x"`), "", "f: event 1: startTimeUnixNano: found no number, expected Unix nanoseconds"},
		{fmt.Sprintf(span, `"startTimeUnixNano":"2","endTimeUnixNano":"1"`), "", "f: event 1: endTimeUnixNano: found no number, or one before the start, expected Unix nanoseconds"},
		// no log at all
		{"", "", "reading logs f: found no request in 0 lines, expected at least one"},
		{"hello\nworld\n", "", "f: found no line of a log format in its first MiB, expected one of " + formatNames() + "; name its format"},
		{"hello\n", "cloudwatch", "reading logs f: found no request in 1 line, expected at least one"},
		{warm, "cloudwach", `reading logs: unknown format "cloudwach", expected one of ` + formatNames() + `; did you mean "cloudwatch"?`},
		{gzipped(warm)[:20], "", "f: truncated: its gzip stream stops after 0 decompressed bytes, expected its end mark and checksum; fetch or copy the file again: unexpected EOF"},
	} {
		_, err := Read(context.Background(), []File{{Name: "f", R: strings.NewReader(c.text)}}, Options{Format: c.format, Strict: true})
		if err == nil || err.Error() != c.want {
			t.Errorf("%q:\n got %v\nwant %s", c.text[:min(90, len(c.text))], err, c.want)
		}
	}
}

// Without Strict such lines are counted, by what is wrong, in the order of the
// first of each; a log of nothing else says so.
func TestSkipped(t *testing.T) {
	bad := strings.Replace(warm, "256 MB", "256 GB", 1) + "\n"
	p := read(t, "f", warm+"\n"+bad+strings.Replace(warm, "100.00", "x", 1)+"\n"+bad+strings.Repeat("x", 3<<20)+"\n"+cold+"\n", Options{})
	if p.Requests != 2 || p.Skipped != 3 || p.Lines != 6 {
		t.Errorf("%+v", p)
	}
	for i, want := range []string{
		"2 lines skipped: Memory Size: found no whole number of MB from 1 to 1048575, expected one, as in 128 MB (first: f:2)",
		"1 line skipped: Duration: found no number of ms below 10000000000, expected one, as in 12.34 ms (first: f:3)",
		"no time on 2 requests of 2: arrivals and their shape are not known, only the bill is; give a rate or a shape",
		"no function on 2 requests of 2: those of one file are taken as one function, f",
		"1 × lines longer than 1 MiB: passed over",
	} {
		if p.Caveats[i] != want {
			t.Errorf("caveat %d: %q, want %q", i, p.Caveats[i], want)
		}
	}
	_, err := Read(context.Background(), []File{{Name: "f", R: strings.NewReader(bad)}}, Options{})
	if want := "reading logs f: found no request in 1 line, expected at least one; 1 line: Memory Size: found no whole number of MB from 1 to 1048575, expected one, as in 128 MB (first: f:1)"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}
