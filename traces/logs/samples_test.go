package logs

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// sample is a log of one request or more, and what stands in it of the first, by hand.
type sample struct {
	format, name string
	text         string
	function     string
	requests     int64
	at           string // arrival of the first, RFC 3339; empty: no time
	duration     string // ms, of the shortest; empty: none
	init         string // ms
	memory       int64
	errors       int64
}

const gcloudEntry = `{"httpRequest":{"latency":"0.101234567s","protocol":"HTTP/1.1","remoteIp":"192.0.2.7","requestMethod":"GET","requestUrl":"https://shop-abc-ew.a.run.app/orders/17?q=1","responseSize":"5","status":200},"insertId":"65a","labels":{"instanceId":"00f4"},"logName":"projects/p/logs/run.googleapis.com%2Frequests","receiveTimestamp":"2026-10-01T09:00:05.3Z","resource":{"labels":{"configuration_name":"shop","location":"europe-west1","service_name":"shop"},"type":"cloud_run_revision"},"severity":"INFO","timestamp":"2026-10-01T09:00:05.123456Z"}`

const reportText = "REPORT RequestId: " + uuid + "\tDuration: 200.50 ms\tBilled Duration: 501 ms\tMemory Size: 256 MB\tMax Memory Used: 70 MB\tInit Duration: 300.25 ms\t\n"

// samples are logs of every format that is told by its content. The Lambda ones have the
// invocation of `cold`, which ended at 09:00:05.123 and so arrived 500.75 ms before.
func samples() []sample {
	lambda := func(format, name, text, function string) sample {
		return sample{format: format, name: name, text: text, function: function, requests: 1, at: "2026-10-01T09:00:04.62225Z", duration: "200.5", init: "300.25", memory: 256}
	}
	message := jsonString(reportText)
	insight := fmt.Sprintf(`[{"field":"@timestamp","value":"2026-10-01 09:00:05.123"},{"field":"@message","value":%s},{"field":"@log","value":"123456789012:/aws/lambda/pay"},{"field":"@ptr","value":"Cl"}]`, message)
	found := `"@requestId":"` + uuid + `","@duration":"200.5","@billedDuration":"501.0","@memorySize":"2.56E8","@maxMemoryUsed":"7.0E7","@initDuration":"300.25"`
	events := "EVENTS\t38000000000000000000000000000000000000000000000000000001\t1790845206000\t2026/10/01/pay[$LATEST]0a\tSTART RequestId: x Version: 1\n\t1790845204900\n"
	requests := `"columns":[{"name":"timestamp","type":"datetime"},{"name":"id","type":"string"},{"name":"name","type":"string"},{"name":"success","type":"string"},{"name":"resultCode","type":"string"},{"name":"duration","type":"real"},{"name":"itemCount","type":"int"}]`
	activation := `{"activationId":"44794bd6aab74415b4e42a308d880e5b","annotations":[{"key":"path","value":"guest/hello"},{"key":"waitTime","value":33},{"key":"kind","value":"nodejs:20"},{"key":"limits","value":{"concurrency":1,"logs":10,"memory":256,"timeout":60000}},{"key":"initTime","value":7}],"duration":132,"end":1790845205132,"logs":[],"name":"hello","namespace":"guest","response":{"result":{"a":1},"status":"success","success":true},"start":1790845205000,"subject":"guest","version":"0.0.1"}`
	const cloudfront = "#Version: 1.0\n#Fields: date time x-edge-location sc-bytes c-ip cs-method cs(Host) cs-uri-stem sc-status cs(Referer) cs(User-Agent) cs-uri-query cs(Cookie) x-edge-result-type x-edge-request-id x-host-header cs-protocol cs-bytes time-taken\n"
	const fromEdge = "2026-10-01\t09:00:05\tFRA2-C1\t182\t192.0.2.10\tGET\td111.cloudfront.net\t/orders/17\t200\t-\tcurl\t-\t-\t%s\t%s==\td111.cloudfront.net\thttps\t23\t0.120\n"
	const gateway = `{"requestId":"%s","ip":"192.0.2.1","caller":"-","user":"-","requestTime":"01/Oct/2026:09:00:05 +0000","httpMethod":"GET","resourcePath":"/pets/{petId}","status":"%s","protocol":"HTTP/1.1","responseLength":"7"%s}`
	const access = `192.0.2.1 - - [01/Oct/2026:11:00:05 +0200] "GET /orders/17?x=1 HTTP/1.1" 200 612`
	const executed = "%s [Information] Executing 'Functions.Resize' (Reason='x', Id=a1)\n%[1]s [Information] Executed 'Functions.Resize' (Succeeded, Id=a1, Duration=596ms)\n"
	return []sample{
		lambda("cloudwatch", "a line", "2026-10-01T09:00:05.123Z "+reportText, "x"),
		lambda("cloudwatch", "an offset in brackets", "2026-10-01 11:00:05.123 (UTC+02:00) "+reportText, "x"),
		lambda("cloudwatch", "an offset in brackets, close", "2026-10-01T11:00:05.123(+02:00)\t"+reportText, "x"),
		lambda("cloudwatch", "an offset by itself", "2026-10-01 11:00:05.123 +0200 "+reportText, "x"),
		lambda("cloudwatch", "a table for a page", "| 2026-10-01T09:00:05.123Z | "+strings.TrimSpace(reportText)+" |", "x"),
		lambda("cloudwatch", "aws logs in text, by a query of time and message", "1790845204900\tSTART RequestId: x Version: 1\n\n1790845205123\t"+reportText+"\n", "x"),
		lambda("cloudwatch", "a time of day, the day from the stream", "09:00:05.123 2026/10/01/pay[$LATEST]0a "+reportText, "pay"),
		lambda("cloudwatch", "a time of day with an offset, the day from a line before", "2026-10-01T09:00:00Z START RequestId: x\n11:00:05.123+02:00 "+reportText, "x"),
		lambda("cloudwatch-json", "events", `{"events":[{"timestamp":1790845205123,"message":`+message+`,"logStreamName":"2026/10/01/pay[1]0"}]}`, "pay"),
		lambda("cloudwatch-json", "Vector", `{"host":"h","message":"START RequestId: x","timestamp":"2026-10-01T09:00:00Z"}`+"\n"+`{"host":"h","log_group":"/aws/lambda/pay","message":`+message+`,"timestamp":"2026-10-01T09:00:05.123Z"}`+"\n", "pay"),
		lambda("cloudwatch-json", "Datadog", `{"data":[{"id":"A","type":"log","attributes":{"service":"pay","timestamp":"2026-10-01T09:00:05.123Z","message":`+message+`}}]}`, "x"),
		lambda("cloudwatch-json", "Elastic", `{"_index":"l","_source":{"@timestamp":"2026-10-01T09:00:05.123Z","message":`+message+`}}`, "x"),
		lambda("cloudwatch-json", "Fluent Bit", `{"date":1790845205.123,"log":`+message+`}`+"\n", "x"),
		lambda("cloudwatch-json", "Loki", `{"labels":{"job":"a"},"line":`+message+`,"timestamp":"2026-10-01T09:00:05.123Z"}`+"\n", "x"),
		lambda("cloudwatch-json", "Splunk", `{"preview":false,"result":{"_raw":`+message+`,"_time":"2026-10-01T11:00:05.123+0200"}}`+"\n", "x"),
		lambda("cloudwatch-json", "a list of shipped events", `[{"timestamp":"2026-10-01T11:00:05.123+02:00","message":`+message+`}]`, "x"),
		lambda("cloudwatch-insights", "get-query-results", `{"results":[[{"field":"@timestamp","value":"2026-10-01 09:00:04.900"},{"field":"@message","value":"START RequestId: x\n"}],`+insight+`],"statistics":{"recordsMatched":2},"status":"Complete"}`, "pay"),
		lambda("cloudwatch-insights", "get-query-results --query results", indented("["+insight+"]"), "pay"),
		lambda("cloudwatch-insights", "the console's JSON", `[{"@timestamp":"2026-10-01 09:00:05.123","@message":`+message+`}]`, "x"),
		lambda("cloudwatch-insights", "found fields in JSON", `[{"@timestamp":"2026-10-01 09:00:05.123",`+found+`}]`, "x"),
		lambda("cloudwatch-insights", "the console's CSV", "@timestamp,@message,@logStream,@log\n2026-10-01 09:00:05.123,\""+reportText+"\",2026/10/01/[1]0a,123456789012:/aws/lambda/pay\n", "pay"),
		lambda("cloudwatch-insights", "found fields in CSV", "@timestamp,@type,@requestId,@duration,@billedDuration,@memorySize,@maxMemoryUsed,@initDuration\n2026-10-01 09:00:05.000,START,"+uuid+",,,,,\n2026-10-01 09:00:05.123,REPORT,"+uuid+",200.5,501,256000000,70000000,300.25\n", "x"),
		lambda("cloudwatch-text", "filter-log-events", events+"EVENTS\t38000000000000000000000000000000000000000000000000000002\t1790845206000\t2026/10/01/pay[$LATEST]0a\t"+reportText+"\t1790845205123\nSEARCHEDLOGSTREAMS\tx\tTrue\n", "pay"),
		lambda("cloudwatch-text", "get-log-events, with a trace", "b/38/s\tf/38/s\nEVENTS\t1790845206000\t"+reportText+"XRAY TraceId: 1-5e1b4151\tSegmentId: 0f\tSampled: true\t\n\t1790845205123\n", "x"),
		{format: "gcp", name: "gcloud logging read", text: "[\n  " + gcloudEntry + "\n]\n", function: "shop", requests: 1, at: "2026-10-01T09:00:05.123456Z", duration: "101.234567"},
		{format: "gcp", name: "lines of a sink", text: `{"textPayload":"hello","insertId":"1","resource":{"type":"cloud_run_revision"},"timestamp":"2026-10-01T09:00:05Z"}` + "\n" + gcloudEntry + "\n", function: "shop", requests: 1, at: "2026-10-01T09:00:05.123456Z", duration: "101.234567"},
		{format: "gcp", name: "a load balancer", text: strings.NewReplacer("cloud_run_revision", "http_load_balancer", `"service_name"`, `"backend_service_name"`, `"severity"`, `"jsonPayload":{"statusDetails":"response_sent_by_backend"},"severity"`).Replace(gcloudEntry), function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:05.123456Z", duration: "101.234567"},
		{format: "gcp", name: "a function of the first generation", text: `[{"textPayload":"Function execution took 123 ms, finished with status: 'error'","insertId":"7","labels":{"execution_id":"e"},"resource":{"type":"cloud_function","labels":{"function_name":"resize"}},"timestamp":"2026-10-01T09:00:05.123Z"}]`, function: "resize", requests: 1, at: "2026-10-01T09:00:05Z", duration: "123", errors: 1},
		{format: "app-insights", name: "the API", text: `{"tables":[{"name":"PrimaryResult",` + requests + `,"rows":[["2026-10-01T09:00:05.1234567Z","|a.1.","Resize","False","500",596.25,1],["2026-10-01T09:00:06Z","|a.2.","Resize","True","200",700,3]]}]}`, function: "Resize", requests: 4, at: "2026-10-01T09:00:05.1234567Z", duration: "596.25", errors: 1},
		{format: "app-insights", name: "az monitor log-analytics query", text: `[{"AppRoleName":"app","DurationMs":"596.25","Id":"1","ItemCount":"1","Name":"Resize","OperationName":"Resize","ResultCode":"0","Success":"False","TableName":"PrimaryResult","TimeGenerated":"2026-10-01T09:00:05.123Z"}]`, function: "Resize", requests: 1, at: "2026-10-01T09:00:05.123Z", duration: "596.25", errors: 1},
		{format: "app-insights", name: "diagnostic settings", text: `{"time":"2026-10-01T09:00:05.123Z","Type":"AppRequests","Name":"GET /api/orders/17","DurationMs":596.25,"ResultCode":"404","Success":false,"Id":"2"}` + "\n", function: "GET /api/orders/{id}", requests: 1, at: "2026-10-01T09:00:05.123Z", duration: "596.25"},
		{format: "app-insights", name: "the portal's CSV", text: "\"timestamp [UTC]\",id,name,success,resultCode,duration,operation_Name,itemCount\n\"10/1/2026, 9:00:05.123 AM\",|a.1.,Resize,True,200,\"596.25\",Resize,1\n", function: "Resize", requests: 1, at: "2026-10-01T09:00:05.123Z", duration: "596.25"},
		{format: "app-insights", name: "traces with the host's lines", text: "timestamp,message,severityLevel,itemType,operation_Name\n2026-10-01T09:00:05.719Z,\"Executed 'Functions.Resize' (Succeeded, Id=a1, Duration=596ms)\",1,trace,Resize\n", function: "Resize", requests: 1, at: "2026-10-01T09:00:05.123Z", duration: "596"},
		{format: "azure-functions", name: "a stream", text: fmt.Sprintf(executed, "2026-10-01T09:00:05.719"), function: "Resize", requests: 1, at: "2026-10-01T09:00:05.123Z", duration: "596"},
		{format: "azure-functions", name: "the tools", text: "[2026-10-01T09:00:05.719Z] Executed 'Resize' (Failed, Id=a1, Duration=596ms)\n", function: "Resize", requests: 1, at: "2026-10-01T09:00:05.123Z", duration: "596", errors: 1},
		{format: "azure-functions", name: "a console, which says it twice", text: "info: Function.Resize[2]\n      Executed 'Functions.Resize' (Succeeded, Id=a1, Duration=596ms)\nExecuted 'Functions.Resize' (Succeeded, Id=a1, Duration=596ms)\n", function: "Resize", requests: 1, duration: "596"},
		{format: "http", name: "combined with $request_time", text: access + ` "-" "curl/8 (a \"b\")" 0.120` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:04.88Z", duration: "120"},
		{format: "http", name: "common with $request_time and $upstream_response_time", text: access + " 0.120 0.118 .\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:04.88Z", duration: "120"},
		{format: "http", name: "with a forwarded address", text: access + ` "-" "curl" "192.0.2.3" "0.120"` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:04.88Z", duration: "120"},
		{format: "http", name: "labelled", text: access + ` "-" "curl" "-" rt=0.120 uct="0.001" urt="0.119"` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:04.88Z", duration: "120"},
		{format: "http", name: "ingress-nginx", text: access + ` "-" "curl" 74 0.120 [default-web-80] [] 10.0.0.9:8080 5 0.119 200 7c1a` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:04.88Z", duration: "120"},
		{format: "http", name: "with %D", text: access + ` "-" "curl" 120345` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120.345"},
		{format: "http", name: "common with %D", text: access + " 120345\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120.345"},
		{format: "http", name: "with %T/%D", text: access + ` "-" "curl" 0/120345` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120.345"},
		{format: "http", name: "Traefik", text: access + ` "-" "-" 7 "web@docker" "http://10.0.0.9:80" 120ms` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120"},
		{format: "http", name: "bytes in and out, which are no duration", text: access + ` "-" "curl" 74 612` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:05Z"},
		{format: "http", name: "a virtual host first", text: "shop.example.com:443 " + access + ` "-" "curl" 120345` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120.345"},
		{format: "http", name: "a user with spaces", text: strings.Replace(access, "- - [", "- a b c [", 1) + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:05Z"},
		{format: "api-gateway", name: "the proposed format", text: fmt.Sprintf(gateway, "r1", "502", "") + "\n" + fmt.Sprintf(gateway, "r2", "200", "") + "\n", function: "GET /pets/{id}", requests: 2, at: "2026-10-01T09:00:05Z", errors: 1},
		{format: "api-gateway", name: "with latencies", text: "[" + fmt.Sprintf(gateway, "r1", "200", `,"responseLatency":"125","integrationLatency":"120"`) + "]", function: "GET /pets/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120"},
		{format: "api-gateway", name: "with latencies, the integration's first", text: fmt.Sprintf(gateway, "r1", "200", `,"integrationLatency":120,"responseLatency":125`), function: "GET /pets/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120"},
		{format: "api-gateway", name: "an HTTP API", text: `{"requestId":"r","ip":"192.0.2.1","requestTime":"01/Oct/2026:09:00:05 +0000","httpMethod":"GET","routeKey":"GET /pets/{petId}","status":"200","protocol":"HTTP/1.1","responseLength":"7","integration":{"latency":"120"}}`, function: "GET /pets/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120"},
		{format: "api-gateway", name: "events of aws logs", text: `{"events":[{"timestamp":1790845205200,"message":` + jsonString(fmt.Sprintf(gateway, "r1", "200", `,"responseLatency":"120"`)) + `,"logStreamName":"0a"}]}`, function: "GET /pets/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120"},
		{format: "api-gateway", name: "behind a time and a stream", text: "2026-10-01T09:00:05.200000+00:00 0a " + fmt.Sprintf(gateway, "r1", "200", `,"responseLatency":"120"`) + "\n", function: "GET /pets/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120"},
		{format: "cloudfront", name: "standard logs", text: cloudfront + fmt.Sprintf(fromEdge, "Miss", "a") + fmt.Sprintf(fromEdge, "Hit", "b") + fmt.Sprintf(fromEdge, "Error", "c"), function: "GET /orders/{id}", requests: 2, at: "2026-10-01T09:00:04.88Z", duration: "120"},
		{format: "elb", name: "a classic balancer", text: `2026-10-01T09:00:05.123456Z my-lb 192.0.2.39:2817 10.0.0.1:80 0.000073 0.001048 0.000057 200 200 0 29 "GET http://www.example.com:80/orders/17 HTTP/1.1" "curl/7.38.0" - -` + "\n" + `2026-10-01T09:00:06.123456Z my-lb 192.0.2.39:2818 - -1 -1 -1 503 0 0 0 "GET http://www.example.com:80/orders/17 HTTP/1.1" "curl/7.38.0" - -` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:05.123456Z", duration: "1.048"},
		{format: "alb", name: "answers of its own", text: `http 2026-10-01T09:00:05.2Z lb 192.0.2.39:2817 10.0.0.1:80 0.000 0.120 0.000 200 200 34 366 "GET http://www.example.com:80/orders/17 HTTP/1.1" "curl" - - arn "R" "-" "-" 0 2026-10-01T09:00:05.000000Z "forward" "-" "-"` + "\n" + `http 2026-10-01T09:00:06.2Z lb 192.0.2.39:2817 - -1 -1 -1 301 - 34 366 "GET http://www.example.com:80/ HTTP/1.1" "curl" - - - "R" "-" "-" 0 2026-10-01T09:00:06.000000Z "redirect" "https://x" "-"` + "\n", function: "GET /orders/{id}", requests: 1, at: "2026-10-01T09:00:05Z", duration: "120"},
		{format: "openwhisk", name: "activation get", text: "ok: got activation 44794bd6aab74415b4e42a308d880e5b\n" + indented(activation) + "\n", function: "hello", requests: 1, at: "2026-10-01T09:00:05Z", duration: "125", init: "7", memory: 256},
		{format: "openwhisk", name: "a list, with a sequence", text: "[" + activation + `,{"activationId":"9","annotations":[{"key":"kind","value":"sequence"}],"duration":300,"name":"both","start":1790845205000}]`, function: "hello", requests: 1, at: "2026-10-01T09:00:05Z", duration: "125", init: "7", memory: 256},
		{format: "csv", name: "the columns of package traces", text: "arrival_s,service_s,function,memory_mb\n5.5,0.125,hello,256\n", function: "hello", requests: 1, at: "2026-01-01T00:00:05.5Z", duration: "125", memory: 256},
		{format: "csv", name: "the names of a field map", text: "function;time;duration_ms;init_ms;memory_mb;status\n\"hello\";2026-10-01T09:00:05Z;125;7;256;500\n", function: "hello", requests: 1, at: "2026-10-01T09:00:05Z", duration: "125", init: "7", memory: 256, errors: 1},
		{format: "csv", name: "measured invocations", text: ",is_cold,cpu_info,aws_duration,aws_billed_duration,aws_max_mem,client_start_time\n0,False,\"2,Intel(R) Xeon(R)\",125.0,200.0,54.0,1790845205.0\n", function: "x", requests: 1, at: "2026-10-01T09:00:05Z", duration: "125"},
		{format: "jsonl", name: "lines", text: `{"time":"2026-10-01T09:00:05Z","duration_ms":125,"function":"hello"}` + "\n", function: "hello", requests: 1, at: "2026-10-01T09:00:05Z", duration: "125"},
		{format: "jsonl", name: "objects on one line", text: `{"time":"2026-10-01T09:00:05Z","duration_ms":125,"function":"hello"} {"time":"2026-10-01T09:00:06Z","duration_ms":130,"function":"hello"}`, function: "hello", requests: 2, at: "2026-10-01T09:00:05Z", duration: "125"},
		{format: "jsonl", name: "a list", text: indented(`[{"time":"2026-10-01T09:00:05Z","duration_ms":125,"function":"hello"},{"time":"2026-10-01T09:00:06Z","duration_ms":130,"function":"hello"}]`), function: "hello", requests: 2, at: "2026-10-01T09:00:05Z", duration: "125"},
		{format: "otlp", name: "a document", text: `{"resourceSpans":[{"resource":{"attributes":[{"key":"faas.name","value":{"stringValue":"hello"}}]},"scopeSpans":[{"spans":[{"kind":2,"startTimeUnixNano":"1790845205000000000","endTimeUnixNano":"1790845205125000000"}]}]}]}`, function: "hello", requests: 1, at: "2026-10-01T09:00:05Z", duration: "125"},
	}
}

func indented(text string) string {
	var b bytes.Buffer
	if err := json.Indent(&b, []byte(text), "", "  "); err != nil {
		panic(err)
	}
	return b.String()
}

// Every sample is told by its content and read as worked by hand: plain, gzipped, with a
// byte order mark, and with the line ends of Windows.
func TestSamples(t *testing.T) {
	told := map[string]bool{}
	for _, s := range samples() {
		told[s.format] = true
		for _, text := range []string{s.text, gzipped(s.text), "\xef\xbb\xbf" + s.text, strings.ReplaceAll(s.text, "\n", "\r\n")} {
			p, err := Read(context.Background(), []File{{Name: "x.log", R: strings.NewReader(text)}}, Options{Strict: true})
			if err != nil {
				t.Errorf("%s, %s: %v", s.format, s.name, err)
				break
			}
			if s.format == "cloudwatch-insights" && slices.Contains(p.Caveats, "1 × "+counted[countZoneless]) {
				t.Errorf("%s: its times are UTC: %q", s.name, p.Caveats)
			}
			if len(p.Functions) != 1 {
				t.Errorf("%s, %s: %d functions", s.format, s.name, len(p.Functions))
				break
			}
			f := &p.Functions[0]
			h := &f.Warm
			if f.Cold > 0 {
				h = &f.First
			}
			got := sample{p.Files[0].Format, s.name, s.text, f.Name, f.Requests, "", "", "", f.Memory, f.Errors}
			if p.Missing.Time < p.Requests {
				got.at = p.First.Format(time.RFC3339Nano)
			}
			if h.Count() > 0 && h.Min() == ms(s.duration) {
				got.duration = s.duration
			} else if h.Count() > 0 {
				got.duration = fmt.Sprint(h.Min())
			}
			if f.Init.Count() > 0 && f.Init.Min() == ms(s.init) {
				got.init = s.init
			}
			if got != s {
				t.Errorf("%s, %s:\n got %+v\nwant %+v", s.format, s.name, got, s)
				break
			}
		}
	}
	for _, f := range Formats() {
		if !told[f.Name] {
			t.Errorf("no sample of %s", f.Name)
		}
	}
}

// Each sample is told as its own format, and as no other where only its first lines are
// seen, if they tell a format at all.
func TestSamplesApart(t *testing.T) {
	for _, s := range samples() {
		r := &reader{fields: new(Fields)}
		if got := r.detect([]byte(s.text)); got != s.format {
			t.Errorf("%s, %s: told as %q", s.format, s.name, got)
		}
		for i := range len(s.text) {
			if s.text[i] != '\n' || i+1 == len(s.text) {
				continue
			}
			got := r.detect([]byte(s.text[:i+1]))
			started := strings.HasPrefix(s.text, "START") || strings.Contains(s.text[:i], "START RequestId") || got == "jsonl"
			if got != "" && got != s.format && !started {
				t.Errorf("%s, %s: told as %q by %q", s.format, s.name, got, s.text[:i])
			}
		}
	}
}

// A function prints what it likes: lines of every format in a log of Lambda are its own.
func TestFunctionsPrint(t *testing.T) {
	for _, s := range samples() {
		if strings.HasPrefix(s.format, "cloudwatch") || strings.HasPrefix(s.text, "#") {
			continue
		}
		var b strings.Builder
		b.WriteString("START RequestId: " + uuid + " Version: $LATEST\n")
		b.WriteString(s.text + "\nEND RequestId: " + uuid + "\n" + cold + "\n")
		p, err := Read(context.Background(), []File{{Name: "x", R: strings.NewReader(b.String())}}, Options{Strict: true})
		if err != nil || p.Files[0].Format != "cloudwatch" || p.Requests != 1 || p.Functions[0].Cold != 1 {
			t.Errorf("%s, %s within a log of Lambda: %+v, %v", s.format, s.name, p, err)
		}
		// The first line may be the function's.
		b.Reset()
		b.WriteString(s.text + "\n" + cold + "\n")
		if p, err = Read(context.Background(), []File{{Name: "x", R: strings.NewReader(b.String())}}, Options{}); err == nil && p.Files[0].Format != "cloudwatch" && !headed(s.format) {
			t.Errorf("%s, %s before a report: %+v", s.format, s.name, p.Files)
		}
	}
}

// headed says whether a format is told by its first line, whatever follows.
func headed(format string) bool {
	return slices.Contains([]string{"app-insights", "openwhisk"}, format)
}

// Every format is read gzipped, beside a file of another, from a folder, by a
// pattern and by name: what both have.
func TestSamplesInFiles(t *testing.T) {
	for i, s := range samples() {
		dir := t.TempDir()
		other := filepath.Join(dir, "b.log")
		for name, text := range map[string]string{filepath.Join(dir, "a.log.gz"): gzipped(s.text), other: another(warm, 9) + "\n"} {
			if err := os.WriteFile(name, []byte(text), 0o666); err != nil {
				t.Fatal(err)
			}
		}
		for _, given := range [][]string{{dir}, {filepath.Join(dir, "*.log*")}, {filepath.Join(dir, "a.log.gz"), other}} {
			var files []File
			for _, g := range given {
				found, err := Files(g, g, nil)
				if err != nil {
					t.Fatal(err)
				}
				files = append(files, found...)
			}
			p, err := Read(context.Background(), files, Options{Strict: true})
			if err != nil || p.Requests != s.requests+1 || len(p.Files) != 2 || p.Files[0].Format != s.format || p.Files[1].Format != "cloudwatch" {
				t.Errorf("%d: %s, %s from %q: %+v, %v", i, s.format, s.name, given, p, err)
			}
		}
	}
}
