package logs

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/traces"
)

// Format is a format of logs.
type Format struct {
	Name string
	Help string // one line
	Has  string // what its lines say
	read func(*reader, io.Reader) error
}

// Formats lists the formats by name.
func Formats() []Format {
	list := []Format{
		{"alb", "access logs of AWS Application Load Balancers",
			"arrival, duration (to the response's headers), route; no memory, no cold starts", readALB},
		{"api-gateway", "access logs of AWS API Gateway in JSON, as its console proposes them",
			"arrival in whole seconds, route; duration (ms) only where responseLatency or integrationLatency was added; no memory, no cold starts", readAPIGateway},
		{"app-insights", "requests of Application Insights: JSON of its API and of az monitor, diagnostic settings, CSV of the portal",
			"arrival, duration (ms), operation; rows stand for itemCount requests; no memory, no cold starts", readAppInsights},
		{"azure-functions", "the Azure Functions host's lines Executed 'f' (Succeeded, Id=…, Duration=596ms)",
			"end, duration (ms), function; no memory, no cold starts", readAzureHost},
		{"cloudfront", "standard logs of CloudFront with their #Fields",
			"end in whole seconds, duration (s, as the edge saw it), route; no memory, no cold starts; what the cache answered is left out", readCloudFront},
		{"cloudwatch", "lines of Lambda logs: REPORT and JSON platform.report, with or without a leading time and log stream",
			"duration, init, restore, memory, billed duration; end and function only where the line or file has them", readCloudWatch},
		{"cloudwatch-insights", "results of CloudWatch Logs Insights over Lambda logs: get-query-results, the console's JSON and CSV",
			"as cloudwatch, with the time of each row; function only with @log", readInsights},
		{"cloudwatch-json", "Lambda logs in JSON: aws logs filter-log-events and get-log-events, subscription payloads, Telemetry API batches, what shippers write",
			"as cloudwatch, with the time of each event, and its function from the log group", readCloudWatchJSON},
		{"cloudwatch-text", "aws logs filter-log-events and get-log-events with --output text",
			"as cloudwatch, with the time of each event", readCloudWatchText},
		{"csv", "CSV with a header, by a field map; also arrival_s,service_s,function and measured invocations",
			"what the field map names", readCSVLog},
		{"elb", "access logs of AWS Classic Load Balancers",
			"arrival, duration (backend_processing_time), route; no memory, no cold starts", readELB},
		{"gcp", "requests in Google Cloud Logging's JSON: Cloud Run, functions, load balancers",
			"arrival, latency (with the start of an instance), service or route; no memory, no cold starts", readGCP},
		{"http", "the common and combined log formats of web servers, with a duration behind them or without",
			"arrival or end in whole seconds, route; duration where $request_time (decimals: s) or %D (whole: µs) ends the line; no memory, no cold starts", readHTTP},
		{"jsonl", "JSON objects, one a line or in a list, with a field map",
			"what the field map names", readJSONLines},
		{"openwhisk", "activations of OpenWhisk in JSON",
			"start, duration without initTime, init, memory, function; the wait is not in it", readOpenWhisk},
		{"otlp", "OpenTelemetry spans in OTLP JSON, with faas.* attributes",
			"arrival, duration, function, faas.max_memory, faas.coldstart; no init duration", readOTLP},
	}
	slices.SortFunc(list, func(a, b Format) int { return strings.Compare(a.Name, b.Name) })
	return list
}

// findFormat returns the format of that name.
func findFormat(name string) (*Format, error) {
	var names []string
	for _, f := range Formats() {
		if f.Name == name {
			return &f, nil
		}
		names = append(names, f.Name)
	}
	hint := ""
	if near, ok := spec.Nearest(name, names); ok {
		hint = fmt.Sprintf("; did you mean %q?", near)
	}
	return nil, fmt.Errorf("reading logs: unknown format %q, expected one of %s%s", name, strings.Join(names, ", "), hint)
}

// sampleMost is how much of a file its format is told by.
const sampleMost = 1 << 20

// open finds the format of a file. An empty file has none.
func (r *reader) open(in io.Reader, name string) (*Format, io.Reader, error) {
	body := bufio.NewReaderSize(in, sampleMost)
	sample, err := body.Peek(sampleMost)
	if err != nil && err != io.EOF {
		return nil, nil, err
	}
	whole := err == io.EOF
	if len(bytes.TrimSpace(sample)) == 0 && whole {
		return nil, nil, nil
	}
	if bytes.HasPrefix(bytes.TrimSpace(sample), gzipBase64) {
		body = bufio.NewReaderSize(newPayloads(body, r.file), sampleMost)
		if sample, err = body.Peek(sampleMost); err != nil && err != io.EOF {
			return nil, nil, err
		}
	}
	if bytes.HasPrefix(sample, []byte("\xef\xbb\xbf")) {
		body.Discard(3)
		sample = sample[3:]
	}
	if name == "" {
		if name = r.detect(sample); name == "" {
			return nil, nil, &traces.Malformed{File: r.file, Problem: "found no line of a log format in its first MiB, expected one of " + formatNames() + "; name its format"}
		}
	}
	f, err := findFormat(name)
	return f, body, err
}

func formatNames() string {
	var names []string
	for _, f := range Formats() {
		names = append(names, f.Name)
	}
	return strings.Join(names, ", ")
}
