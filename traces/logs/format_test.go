package logs

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
)

// jsonString quotes a message as JSON does.
func jsonString(s string) string {
	b, _ := json.Marshal(s)
	return string(b)
}

func gzipped(text string) string {
	var b bytes.Buffer
	z := gzip.NewWriter(&b)
	z.Write([]byte(text))
	z.Close()
	return b.String()
}

func base64Gzip(text string) string {
	return base64.StdEncoding.EncodeToString([]byte(gzipped(text)))
}

// The same two requests in every wrapping: a warm one that ends at
// 12:00:00.500 UTC and so arrived at .400; and a cold one that ends at
// 12:00:01.500 and so arrived 500.75 ms before, at .999250.
func TestWrappings(t *testing.T) {
	ev := func(at int64, message string) string {
		return fmt.Sprintf(`{"id":"3","timestamp":%d,"message":%s}`, at, jsonString(message+"\n"))
	}
	list := ev(1756728000500, warm) + "," + ev(1756728000600, "hello") + "," + ev(1756728001500, cold+"\nXRAY TraceId: 1\tSegmentId: 2\tSampled: true")
	subscription := `{"messageType":"DATA_MESSAGE","owner":"123456789012","logGroup":"/aws/lambda/pay","logStream":"2025/09/01/[$LATEST]0a","subscriptionFilters":["f"],"logEvents":[` + list + `]}`
	control := `{"messageType":"CONTROL_MESSAGE","logGroup":"","logStream":"","logEvents":[{"id":"","timestamp":1,"message":"CWL CONTROL MESSAGE: Checking health of destination Firehose."}]}`
	sorted := `{"logEvents":[` + list + `],"logGroup":"/aws/lambda/pay","messageType":"DATA_MESSAGE"}`
	var indented bytes.Buffer
	json.Indent(&indented, []byte(`{"events":[`+list+`],"searchedLogStreams":[],"nextToken":"x"}`), "", "    ")
	streamed := strings.ReplaceAll(`{"events":[`+list+`]}`, `"id":"3"`, `"logStreamName":"2025/09/01/pay[3]0a"`)
	for _, c := range []struct{ name, text, function string }{
		{"filter-log-events", indented.String(), "x"},
		{"filter-log-events with streams", streamed, "pay"},
		{"get-log-events --query events", "[\n" + list + "]\n", "x"},
		{"subscription", subscription, "pay"},
		{"subscription, names last", sorted, "pay"},
		{"subscriptions without anything between", control + subscription, "pay"},
		{"subscriptions on lines", control + "\n" + subscription + "\n", "pay"},
		{"subscription, gzip", gzipped(subscription), "pay"},
		{"subscriptions, gzip members", gzipped(control) + gzipped(subscription), "pay"},
		{"subscription, base64", base64Gzip(subscription), "pay"},
		{"subscriptions, base64 on lines", base64Gzip(control) + "\n\n" + base64Gzip(subscription) + "\n", "pay"},
		{"the event of a function that is subscribed", `{"awslogs":{"data":"` + base64Gzip(subscription) + `"}}`, "pay"},
		{"the event of a Kinesis consumer", `{"Records":[{"kinesis":{"kinesisSchemaVersion":"1.0","data":"` + base64Gzip(subscription) + `"},"eventSource":"aws:kinesis"}]}`, "pay"},
		{"the event of a Firehose transformation", `{"invocationId":"i","records":[{"recordId":"r","data":"` + base64Gzip(subscription) + `"}]}`, "pay"},
	} {
		p := read(t, "x", c.text, Options{Strict: true})
		f := one(t, p)
		want := time.Date(2025, 9, 1, 12, 0, 0, 400_000_000, time.UTC)
		if f.Name != c.function || f.Requests != 2 || f.Cold != 1 || f.Init.Max() != ms("300.25") || p.Files[0].Format != "cloudwatch-json" ||
			!p.First.Equal(want) || !p.Last.Equal(want.Add(599_250*time.Microsecond)) {
			t.Errorf("%s: %+v, %v to %v", c.name, f, p.First, p.Last)
		}
	}
}

// A document too large to be held is taken piece by piece.
func TestLargeDocument(t *testing.T) {
	text := `{"logGroup":"/aws/lambda/pay","x":{"y":[1,2]},"logEvents":[`
	for i := range 500 {
		text += fmt.Sprintf(`{"timestamp":%d,"message":%s},`, 1756728000500+i, jsonString(another(warm, i)))
	}
	text = strings.TrimSuffix(text, ",") + `],"messageType":"DATA_MESSAGE"} {"logGroup":"/aws/lambda/a","logEvents":[{"timestamp":1756728000500,"message":` + jsonString(cold) + `}]}`
	c := newCollector(10)
	r := &reader{collector: c, ctx: context.Background(), file: "x", strict: true}
	d := newDocument(strings.NewReader(text))
	d.buf, d.most = make([]byte, 256), 1024
	if err := d.each(r.ctx, r, &events{r: r}); err != nil {
		t.Fatal(err)
	}
	c.finish()
	if len(c.profile.Functions) != 2 || c.profile.Functions[1].Requests != 500 || c.profile.Functions[0].Name != "a" || len(d.buf) > 4096 {
		t.Errorf("%+v; a buffer of %d", c.profile.Functions, len(d.buf))
	}
}

// The function's name from a platform.initStart, and none where there are two.
func TestInitStart(t *testing.T) {
	report := `{"time":"2025-09-01T12:00:00.500Z","type":"platform.report","record":{"requestId":"r","metrics":{"durationMs":1.5},"status":"failure"}}` + "\n"
	start := `{"time":"2025-09-01T12:00:00.100Z","type":"platform.initStart","record":{"initializationType":"on-demand","phase":"init","functionName":"pay","functionVersion":"$LATEST"}}` + "\n"
	logs := `{"time":"2025-09-01T12:00:00.100Z","type":"platform.logsDropped","record":{"droppedRecords":3}}` + "\n"
	other := strings.Replace(report, `"r"`, `"s"`, 1)
	p := read(t, "x", start+logs+`{"level":"INFO"}`+"\n"+report+other, Options{Strict: true})
	if f := one(t, p); f.Name != "pay" || f.Requests != 2 || f.Errors != 2 || p.Missing != (Missing{Memory: 2, Cold: 2, Billed: 2}) {
		t.Errorf("%+v %+v", f, p.Missing)
	}
	p = read(t, "x", start+report+strings.Replace(start, "pay", "ship", 1)+other, Options{Strict: true})
	if len(p.Functions) != 2 || p.Functions[0].Name != "pay" || p.Functions[1].Name != "x" || p.Missing.Function != 1 {
		t.Errorf("%+v", p.Functions)
	}
	// As the Telemetry API posts them: a list.
	p = read(t, "x", "["+strings.ReplaceAll(strings.TrimSpace(start+report), "\n", ",")+"]", Options{Strict: true})
	if f := one(t, p); f.Name != "pay" || p.Files[0].Format != "cloudwatch-json" {
		t.Errorf("%+v", f)
	}
}

// The examples of AWS's documentation of access logs, shortened in nothing but
// the last fields. The first: arrival 22:22:48.364, duration 0.001 s.
func TestALB(t *testing.T) {
	text := `http 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.000 0.001 0.000 200 200 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl/7.46.0" - - arn:aws:elasticloadbalancing:us-east-2:123456789012:targetgroup/my-targets/73e2d6bc24d8a067 "Root=1-58337262-36d228ad5d99923122bbe354" "-" "-" 0 2018-07-02T22:22:48.364000Z "forward" "-" "-" "10.0.0.1:80" "200" "-" "-"
https 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 192.168.131.39:2817 10.0.0.1:80 0.086 0.048 0.037 200 200 0 57 "GET https://www.example.com:443/users/123?q=secret HTTP/1.1" "curl/7.46.0" ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 arn:aws:x "Root=1-58337281-1d84f3d73c47ec4e58577259" "www.example.com" "arn:aws:acm:us-east-2:123456789012:certificate/12345678" 1 2018-07-02T22:22:48.364000Z "authenticate,forward" "-" "-" "10.0.0.1:80" "200" "-" "-" TID_123456
h2 2018-07-02T22:23:00.186641Z app/my-loadbalancer/50dc6c495c0c9188 10.0.1.252:48160 10.0.0.66:9000 -1 -1 -1 502 - 5 257 "GET https://10.0.2.105:773/users/77/orders HTTP/2.0" "agent with \"quotes\" in it" - - arn:aws:x "Root=1-1"
`
	p := read(t, "x", text, Options{Strict: true})
	type row struct {
		name     string
		errors   int64
		duration sim.Time
		at       string
	}
	want := []row{
		{"GET /", 0, 1_000_000, "2018-07-02T22:22:48.364Z"},
		{"GET /users/{id}", 0, 48_000_000, "2018-07-02T22:22:48.364Z"},
		{"GET /users/{id}/orders", 1, 0, "2018-07-02T22:23:00.186641Z"}, // did not answer; no creation time: its end, less nothing
	}
	var got []row
	for i := range p.Functions {
		f := &p.Functions[i]
		got = append(got, row{f.Name, f.Errors, f.Warm.Min(), f.From.Format(time.RFC3339Nano)})
	}
	if !slices.Equal(got, want) || p.Missing != (Missing{Duration: 1, Memory: 3, Cold: 3, Billed: 3}) || p.Files[0].Format != "alb" {
		t.Errorf("%+v\n%+v", got, p.Missing)
	}
	if p.Functions[0].Trigger != "http" || !slices.Contains(p.Caveats, "1 × requests whose target did not answer (target_processing_time −1): they have no duration") {
		t.Errorf("%q", p.Caveats)
	}
}

// The examples of Apache's documentation (mod_log_config), and others.
func TestHTTP(t *testing.T) {
	text := `127.0.0.1 - frank [10/Oct/2016:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326
127.0.0.1 - frank [10/Oct/2016:13:55:36 -0700] "GET /apache_pb.gif HTTP/1.0" 200 2326 "http://www.example.com/start.html" "Mozilla/4.08 [en] (Win98; I ;Nav)"
2001:db8::1 - - [29/Feb/2024:23:59:60 +0000] "POST /v2/carts/8f14e45f-ceea-467f-a8d4-aaaaaaaaaaaa/items?session=1 HTTP/1.1" 503 -
10.0.0.1 - - [01/Mar/2024:00:00:01 +0000] "\x16\x03\x01" 400 0
`
	p := read(t, "x", text, Options{Strict: true})
	names := []string{}
	for _, f := range p.Functions {
		names = append(names, fmt.Sprint(f.Name, " ", f.Requests, " ", f.Errors, " ", f.From.Format(time.RFC3339)))
	}
	// 13:55:36 −0700 is 20:55:36 UTC; the leap second is the next day's first.
	want := []string{"GET /{file} 2 0 2016-10-10T20:55:36Z", "OTHER /{id} 1 0 2024-03-01T00:00:01Z", "POST /v2/carts/{id}/items 1 1 2024-03-01T00:00:00Z"}
	if !slices.Equal(names, want) || p.Missing.Duration != 4 || p.Files[0].Format != "http" {
		t.Errorf("%q, want %q; %+v", names, want, p.Missing)
	}
	if want := "no duration on 4 requests of 4"; p.Caveats[0] != want {
		t.Errorf("%q, want first %q", p.Caveats, want)
	}
}

// JSON lines by a field map; times of every kind are 12:00:00.5.
func TestJSONLines(t *testing.T) {
	fields, err := ParseFields("time=ts,duration_ms=http.latency,function=route,memory_mb=mem,init_ms=init,status=http.status,billed_ms=b")
	if err != nil {
		t.Fatal(err)
	}
	line := `{"ts":%s,"http":{"latency":12.5,"status":500,"deep":{"latency":1}},"route":"GET \/users\/7","mem":512,"init":"250","b":263,"other":[1,{"ts":2}]}` + "\n"
	for _, at := range []string{`"2025-09-01T12:00:00.5Z"`, `"2025-09-01 14:00:00,5+0200"`, "1756728000.5", "1.7567280005e9", "1756728000500", "1756728000500000", "1756728000500000000", `"1756728000500"`} {
		p := read(t, "x", fmt.Sprintf(line, at), Options{Strict: true, Fields: fields})
		f := one(t, p)
		if f.Name != "GET /users/{id}" || f.Memory != 512 || f.Cold != 1 || f.Init.Min() != ms("250") || f.First.Min() != ms("12.5") || f.Errors != 1 ||
			f.Billed[0] != (Usage{MemoryMB: 512, Rules: Ceil1Init, Requests: 1, BilledMS: 263}) || !p.First.Equal(time.Date(2025, 9, 1, 12, 0, 0, 500_000_000, time.UTC)) {
			t.Errorf("%s: %+v at %v", at, f, p.First)
		}
	}
	// By the names themselves; an end, less duration and init.
	p := read(t, "x", `{"end":1756728001,"duration_s":0.25,"init_s":0.5,"function":"f","cold":true,"status":"timeout"}`+"\n"+
		`{"duration_us":7,"function":null,"cold":false}`+"\n", Options{Strict: true})
	if !p.First.Equal(time.Date(2025, 9, 1, 12, 0, 0, 250_000_000, time.UTC)) || p.Functions[0].Timeouts != 1 || p.Functions[1].Name != "x" ||
		p.Functions[1].Warm.Max() != 7_000 || p.Missing.Cold != 0 || p.Files[0].Format != "jsonl" {
		t.Errorf("%+v", p)
	}
}

// The field map's own errors.
func TestParseFields(t *testing.T) {
	for _, c := range []struct{ text, want string }{
		{"time", `field map: found "time", expected name=path, as in duration_ms=latency`},
		{"time=", `field map: found "time=", expected name=path, as in duration_ms=latency`},
		{"tiem=t", `field map: unknown name "tiem", expected one of arrival_s, billed_ms, cold, duration_ms, duration_ns, duration_s, duration_us, end, function, init_ms, init_s, memory_mb, service_s, status, time; did you mean "time"?`},
		{"init_s=a,init_ms=b", `field map: found init_ms after init_s, expected one of them`},
	} {
		if _, err := ParseFields(c.text); err == nil || err.Error() != c.want {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
}

// Spans: the names of a resource after its spans; numbers as strings and as
// numbers; a client's span and an inner one are no invocations.
func TestOTLP(t *testing.T) {
	attr := func(kv ...string) string {
		var out []string
		for i := 0; i < len(kv); i += 2 {
			out = append(out, fmt.Sprintf(`{"key":%q,"value":%s}`, kv[i], kv[i+1]))
		}
		return "[" + strings.Join(out, ",") + "]"
	}
	spans := `{"traceId":"5b8e","spanId":"01","parentSpanId":"02","name":"pay","kind":2,"startTimeUnixNano":"1756728000500000000","endTimeUnixNano":"1756728000512500000","attributes":` +
		attr("faas.coldstart", `{"boolValue":true}`, "faas.trigger", `{"stringValue":"pubsub"}`, "faas.invocation_id", `{"stringValue":"af9d"}`, "enduser.id", `{"stringValue":"alice"}`) + `,"status":{"code":2}},` +
		`{"name":"inner","kind":2,"startTimeUnixNano":"1756728000500000000","endTimeUnixNano":"1756728000512500000","attributes":` + attr("http.route", `{"stringValue":"/"}`) + `},` +
		`{"name":"call","kind":3,"startTimeUnixNano":1,"endTimeUnixNano":2,"attributes":` + attr("faas.trigger", `{"stringValue":"http"}`, "faas.invoked_name", `{"stringValue":"other"}`) + `}`
	resource := `{"attributes":` + attr("faas.name", `{"stringValue":"pay"}`, "service.name", `{"stringValue":"shop"}`, "faas.max_memory", `{"intValue":"536870912"}`) + `}`
	plainSpans := `{"name":"GET","kind":"SPAN_KIND_SERVER","startTimeUnixNano":1756728001000000000,"endTimeUnixNano":1756728001001000000,"attributes":` + attr("http.response.status_code", `{"intValue":200}`) + `}`
	text := `{"resourceSpans":[{"scopeSpans":[{"scope":{"name":"s"},"spans":[` + spans + `]}],"resource":` + resource + `},` +
		`{"resource":{"attributes":` + attr("faas.name", `{"stringValue":"web"}`, "faas.max_memory", `{"intValue":256}`) + `},"scopeSpans":[{"spans":[` + plainSpans + `]}]},` +
		`{"resource":{"attributes":` + attr("service.name", `{"stringValue":"db"}`) + `},"scopeSpans":[{"spans":[` + plainSpans + `]}]}]}`
	for _, text := range []string{text, text + "\n", "[" + text + "]"} {
		p := read(t, "x", text, Options{Strict: true})
		if len(p.Functions) != 2 || p.Files[0].Format != "otlp" {
			t.Fatalf("%+v", p.Functions)
		}
		pay, web := &p.Functions[0], &p.Functions[1]
		if pay.Name != "pay" || pay.Memory != 512 || pay.Cold != 1 || pay.Errors != 1 || pay.Trigger != "pubsub" || pay.First.Min() != ms("12.5") ||
			!pay.From.Equal(time.Date(2025, 9, 1, 12, 0, 0, 500_000_000, time.UTC)) {
			t.Errorf("%+v", pay)
		}
		if web.Name != "web" || web.Memory != 256 || web.Warm.Min() != sim.Millisecond || p.Missing != (Missing{Cold: 1, Billed: 2}) {
			t.Errorf("%+v %+v", web, p.Missing)
		}
		for _, want := range []string{"1 × spans without a FaaS attribute, counted as server spans of a resource with faas.name",
			"3 × spans passed over: they are no invocation of a function",
			"1 × spans whose faas.max_memory is below 1 MiB in bytes: taken as MiB, as older instrumentation wrote it"} {
			if !slices.Contains(p.Caveats, want) {
				t.Errorf("%q lacks %q", p.Caveats, want)
			}
		}
	}
}
