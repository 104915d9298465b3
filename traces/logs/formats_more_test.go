package logs

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"fmt"
	"io"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// What a balancer, a gateway or a cache answered by itself is no request of a function:
// it is left out and counted, and a log of nothing else says so.
func TestAnsweredByOthers(t *testing.T) {
	const (
		alb     = `http 2026-10-01T09:00:05.2Z lb 192.0.2.39:2817 %s %s %s - 34 366 "GET http://www.example.com:80/orders HTTP/1.1" "curl" - - arn "R" "-" "-" 0 2026-10-01T09:00:05.000000Z "x" "-" "-"` + "\n"
		gateway = `{"requestId":"r","requestTime":"01/Oct/2026:09:00:05 +0000","httpMethod":"GET","resourcePath":"/a","status":"%s","integrationLatency":"%s"}` + "\n"
		gcp     = `{"httpRequest":{"latency":"0.001s","requestUrl":"http://x/","status":200%s},"insertId":"1","jsonPayload":{"statusDetails":"%s"},"resource":{"type":"http_load_balancer"},"timestamp":"2026-10-01T09:00:05Z"}` + "\n"
	)
	for _, c := range []struct {
		name, text  string
		requests    int64
		own, cached int64
		noDuration  int64
	}{
		{"a redirect", fmt.Sprintf(alb, "-", "-1 -1 -1", "301"), 0, 1, 0, 0},
		{"a rejection beside a request", fmt.Sprintf(alb, "-", "-1 -1 -1", "403") + fmt.Sprintf(alb, "10.0.0.1:80", "0.001 0.1 0.001", "200"), 1, 1, 0, 0},
		{"a function as the target, which has no address", fmt.Sprintf(alb, "-", "0.001 0.1 0.001", "200"), 1, 0, 0, 0},
		{"a target that did not answer in time", fmt.Sprintf(alb, "10.0.0.1:80", "0.001 -1 -1", "504"), 1, 0, 0, 1},
		{"a gateway without an integration", fmt.Sprintf(gateway, "403", "-") + fmt.Sprintf(gateway, "200", "5"), 1, 1, 0, 0},
		{"Cloud CDN", fmt.Sprintf(gcp, `,"cacheHit":true`, "response_sent_by_backend") + fmt.Sprintf(gcp, "", "response_from_cache"), 0, 0, 2, 0},
		{"a balancer of Google's", fmt.Sprintf(gcp, "", "failed_to_pick_backend") + fmt.Sprintf(gcp, "", "response_sent_by_backend"), 1, 1, 0, 0},
	} {
		p, err := Read(context.Background(), []File{{Name: "f", R: strings.NewReader(c.text)}}, Options{Strict: true})
		if c.requests == 0 {
			if err == nil || !strings.Contains(err.Error(), "found no request") ||
				c.own > 0 && !strings.Contains(err.Error(), fmt.Sprintf("%d × %s", c.own, counted[countOwn])) ||
				c.cached > 0 && !strings.Contains(err.Error(), fmt.Sprintf("%d × %s", c.cached, counted[countCached])) {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		said := slices.Contains(p.Caveats, fmt.Sprintf("%d × %s", c.own, counted[countOwn]))
		if p.Requests != c.requests || p.Missing.Duration != c.noDuration || said != (c.own > 0) {
			t.Errorf("%s: %d requests, %d without a duration, %q", c.name, p.Requests, p.Missing.Duration, p.Caveats)
		}
	}
}

// A field map for CSV, whatever its separator and quoting; a row of another length is
// malformed, and an empty cell says nothing.
func TestCSVFields(t *testing.T) {
	fields, err := ParseFields("time=when,duration_ms=took,function=who,cold=first,status=code")
	if err != nil {
		t.Fatal(err)
	}
	text := "id;when;who;took;first;code\n" +
		"1;2026-10-01T09:00:05Z;\"a;\"\"b\"\"\";12.5;True;200\n" +
		"2;1790845206;\"two\nlines\";7;FALSE;\n" +
		"3;1790845207;c;;;500\n" +
		"4;1790845207\n" +
		"5;x;c;1;;\n"
	p := read(t, "f.csv", text, Options{Fields: fields})
	var got []string
	for _, f := range p.Functions {
		got = append(got, fmt.Sprint(f.Name, " ", f.Requests, " ", f.Cold, " ", f.Errors, " ", f.Warm.Count()+f.First.Count()))
	}
	if want := []string{`a 1 1 0 1` /* cut at the semicolon */, "c 1 0 1 0"}; !slices.Equal(got, want) || p.Skipped != 3 || p.Files[0].Format != "csv" {
		t.Errorf("%q, want %q; %d skipped: %q", got, want, p.Skipped, p.Caveats)
	}
	for _, want := range []string{
		"1 line skipped: function: found a name with control characters, or not UTF-8, or of more than 256 bytes, expected a plain name (first: f.csv:4)",
		"1 line skipped: found a row with another number of fields than the header, expected as many (first: f.csv:6)",
		"1 line skipped: time: found no time, expected ISO 8601 or a Unix time (first: f.csv:7)",
	} {
		if !slices.Contains(p.Caveats, want) {
			t.Errorf("%q lacks %q", p.Caveats, want)
		}
	}
	// The same map for JSON; and columns that are not there.
	one(t, read(t, "x", `[{"when":1790845206,"took":1,"who":"a"}]`, Options{Fields: fields, Strict: true}))
	_, err = Read(context.Background(), []File{{Name: "f", R: strings.NewReader("a,b\n1,2\n")}}, Options{Fields: fields, Format: "csv", Strict: true})
	if want := "f:2: found a header without a column of the field map, expected time, duration_ms, function or others"; err == nil || err.Error() != want {
		t.Errorf("%v, want %s", err, want)
	}
}

// Rows of CSV are those of encoding/csv, for what it takes.
func FuzzRows(f *testing.F) {
	f.Add("a,b\n1,\"2\n\"\"3\"\"\"\n4,5\n")
	f.Add("a;b\n\"x;y\";2\n")
	f.Fuzz(func(t *testing.T, text string) {
		in := csv.NewReader(strings.NewReader(text))
		in.FieldsPerRecord, in.Comma = -1, rune(separatorOf(firstLine([]byte(text))))
		want, err := in.ReadAll()
		if err != nil || strings.ContainsAny(text, "\r") || text == "" || text[0] <= ' ' {
			return
		}
		var got [][]string
		take := func(cells [][]byte) problem {
			var row []string
			for _, c := range cells {
				row = append(row, string(c))
			}
			got = append(got, row)
			return ""
		}
		r := &reader{collector: newCollector(2), ctx: context.Background(), file: "f"}
		if err := r.rows(strings.NewReader(text), take, take); err != nil {
			t.Fatal(err)
		}
		var rows [][]string
		for _, row := range want {
			for i := range row {
				row[i] = strings.TrimSpace(row[i])
			}
			rows = append(rows, row[:min(len(row), columnsMost)])
		}
		blank := func(row []string) bool { return len(row) == 1 && row[0] == "" } // a line of white space is no row of ours
		got, rows = slices.DeleteFunc(got, blank), slices.DeleteFunc(rows, blank)
		same := slices.EqualFunc(got, rows, func(a, b []string) bool { return slices.Equal(a, b) })
		if !same && r.profile.Skipped == 0 {
			t.Errorf("%q:\n got %q\nwant %q", text, got, rows)
		}
	})
}

// The measured invocations on Lambda, as they are published: all rows, and their sums.
func TestMeasuredCSV(t *testing.T) {
	text := data(t, "aws-lambda/measured-2020/res-01-2020-06-06_22-39-19.csv.gz")
	z, err := gzip.NewReader(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil && err != io.EOF {
		t.Fatal(err)
	}
	var cold, billed int64
	at := slices.Index(rows[0], "aws_billed_duration")
	for _, row := range rows[1:] {
		if row[1] == "True" {
			cold++
		}
		billed += ms(row[at]) / sim.Millisecond
	}
	p := read(t, "measured.csv.gz", text, Options{Strict: true})
	f := one(t, p)
	if f.Requests != int64(len(rows)-1) || f.Cold != cold || f.Billed[0].BilledMS == 0 || p.Files[0].Format != "csv" || p.Missing.Time != 0 || p.Missing.Duration != 0 {
		t.Errorf("%+v, want %d requests, %d cold", f, len(rows)-1, cold)
	}
	sum := int64(0)
	for _, u := range f.Billed {
		sum += u.BilledMS
	}
	if sum != billed || p.Billing.Explained[0].Lines != f.Requests {
		t.Errorf("%d ms billed, want %d, all by 100 ms: %+v", sum, billed, p.Billing)
	}
}

// A row of Application Insights stands for as many requests as it says.
func TestSampled(t *testing.T) {
	text := "timestamp,name,success,resultCode,duration,itemCount,id\n" +
		"2026-10-01T09:00:05Z,f,True,200,100,5,a\n" +
		"2026-10-01T09:00:05Z,f,True,200,100,5,a\n" + // exported twice
		"2026-10-01T09:00:06Z,f,False,500,300,1,b\n"
	p := read(t, "x", text, Options{Strict: true})
	if f := one(t, p); f.Requests != 6 || f.Errors != 1 || f.Warm.Count() != 6 || f.Warm.Mean() != 800*sim.Millisecond/6 ||
		!slices.Contains(p.Caveats, "4 × "+counted[countSampled]) || !slices.Contains(p.Caveats, "1 × "+counted[countRepeat]) {
		t.Errorf("%+v %q", f, p.Caveats)
	}
}

// What is malformed in the formats of other providers is named by place and never quoted.
func TestMalformedFormats(t *testing.T) {
	const fields = "#Version: 1.0\n#Fields: date time cs-method cs-uri-stem sc-status x-edge-result-type time-taken\n"
	for _, c := range []struct{ text, format, want string }{
		{strings.Replace(gcloudEntry, "0.101234567s", "0.1", 1), "", "f:1: latency: found no time, expected seconds with their unit, as in 0.101234567s"},
		{strings.Replace(gcloudEntry, `"timestamp":"2026`, `"timestamp":"x`, 1), "", "f:1: timestamp: found no time, expected RFC 3339"},
		{"[" + strings.Replace(gcloudEntry, `200`, `"x"`, 1) + "]", "", "f: event 1: status: found no number of three digits, expected an HTTP status"},
		{`[{"@timestamp":"x","@duration":"1"}]`, "", "f: event 1: @timestamp: found no time, expected 2006-01-02 15:04:05.000"},
		{`[{"@timestamp":"2026-10-01 09:00:05.123","@duration":"-1"}]`, "", "f: event 1: found a field of a report that is no number in its range, expected numbers ≥ 0"},
		{"@timestamp,@duration\n2026-10-01 09:00:05.123,x\n", "", "f:2: found a field of a report that is no number in its range, expected numbers ≥ 0"},
		{"timestamp,resultCode,duration\nx,200,1\n", "", "f:2: timestamp: found no time, expected ISO 8601 or 10/1/2026, 9:00:05.123 AM"},
		{"timestamp,resultCode,duration\n2026-10-01T09:00:05Z,200,x\n", "", "f:2: duration: found no number of ms, expected one"},
		{"timestamp,resultCode,duration,itemCount\n2026-10-01T09:00:05Z,200,1,0\n", "", "f:2: itemCount: found no number from 1 to 1000000, expected how many requests the row stands for"},
		{"2026-10-01T09:00:05Z Executed 'f' (Succeeded, Id=1, Duration=xms)\n", "azure-functions", "f:1: Duration: found no number of ms, expected one, as in 596ms"},
		{`{"requestTime":"x","httpMethod":"GET"}`, "", "f:1: requestTime: found no time, expected 02/Jan/2006:15:04:05 +0000"},
		{`{"requestTime":"01/Oct/2026:09:00:05 +0000","latency":"x"}`, "", "f:1: latency: found no number of ms, expected one"},
		{strings.Replace(fields, " time ", " ", 1), "cloudfront", "f:2: #Fields: found no date, time or cs-uri-stem, expected a standard log of CloudFront"},
		{"2026-10-01\t09:00:05\n", "cloudfront", "f:1: found a line before #Fields:, expected the names of the fields first"},
		{fields + "2026-10-01\tx\tGET\t/\t200\tMiss\t0.1\n", "", "f:3: date, time: found no time, expected 2006-01-02 and 15:04:05"},
		{fields + "2026-10-01\t09:00:05\tGET\t/\t200\tMiss\tx\n", "", "f:3: time-taken: found no number of seconds, expected one, as in 0.101"},
		{`2026-10-01T09:00:05Z lb a b 0 x 0 200 200 0 0 "GET / HTTP/1.1"`, "elb", "f:1: processing times: found no number, expected seconds ≥ 0, or -1"},
		{`2026-10-01T09:00:05Z lb`, "elb", "f:1: found fewer than 12 fields, expected an access log of a Classic Load Balancer"},
		{`{"activationId":"a","start":"x"}`, "", "f:1: start: found no number, expected a Unix time in ms"},
		{`{"activationId":"a","start":1790845205000,"duration":-1}`, "", "f:1: duration: found no number of ms, expected one, or an end after the start"},
		{`{"activationId":"a","start":1790845205000,"duration":5,"annotations":[{"key":"initTime","value":6}]}`, "", "f:1: initTime: found one longer than the duration, which includes it"},
		{"EVENTS\t1790845205000\t" + strings.Replace(warm, "100.00", "x", 1) + "\n\t1790845205123\n", "", "f:2: Duration: found no number of ms below 10000000000, expected one, as in 12.34 ms"},
		{"arrival_s,duration_ms\nx,1\n", "", "f:2: arrival_s: found no number, expected seconds ≥ 0"},
		{"time,duration_ms\n1,\"2\n", "csv", "f:2: found a row with an open quote, or longer than 1 MiB, expected CSV as RFC 4180 has it"},
	} {
		_, err := Read(context.Background(), []File{{Name: "f", R: strings.NewReader(c.text)}}, Options{Format: c.format, Strict: true})
		if err == nil || err.Error() != c.want {
			t.Errorf("%q:\n got %v\nwant %s", c.text[:min(90, len(c.text))], err, c.want)
		}
	}
}

// An event of aws logs in text without a stream is not of the one before; one whose own
// time was cut off has the time at which it was ingested.
func TestTextStreams(t *testing.T) {
	p := read(t, "x", "EVENTS\t1790845206000\t2026/10/01/f[1]0\t"+warm+"\n\t1790845205123\nEVENTS\t1790845206000\t"+another(warm, 1)+"\n", Options{Strict: true})
	var got []string
	for _, f := range p.Functions {
		got = append(got, f.Name+" "+f.From.Format(time.RFC3339Nano))
	}
	if want := []string{"f 2026-10-01T09:00:05.023Z", "x 2026-10-01T09:00:05.9Z"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}

// A broken line among others is counted, in lines of JSON too.
func TestBrokenLineOfJSON(t *testing.T) {
	p := read(t, "f", gcloudEntry+"\n{\"httpRequest\":{\"latency\n"+strings.Replace(gcloudEntry, "65a", "65b", 1)+"\n", Options{})
	if p.Requests != 2 || p.Skipped != 1 || !slices.Contains(p.Caveats, "1 line skipped: found a line that is no JSON object, expected one a line (first: f:2)") {
		t.Errorf("%d requests, %q", p.Requests, p.Caveats)
	}
}

// Caveats of what was guessed from the form of an access log.
func TestAccessCaveats(t *testing.T) {
	const line = `192.0.2.1 - - [01/Oct/2026:09:00:05 +0000] "GET / HTTP/1.1" 200 612`
	p := read(t, "f", line+" 0.100\n"+line+" 100000\n"+line+"\n", Options{Strict: true})
	f := one(t, p)
	if f.Warm.Count() != 2 || f.Warm.Min() != ms("100") || f.Warm.Max() != ms("100") || p.Missing.Duration != 1 ||
		!p.First.Equal(time.Date(2026, 10, 1, 9, 0, 4, 900_000_000, time.UTC)) {
		t.Errorf("%+v from %v", f, p.First)
	}
	for _, want := range []counter{countDecimals, countWhole} {
		if !slices.Contains(p.Caveats, "1 × "+counted[want]) {
			t.Errorf("%q lacks %q", p.Caveats, counted[want])
		}
	}
}
