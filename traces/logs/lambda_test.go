package logs

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// data returns a file of the real traces, or skips.
func data(t *testing.T, name string) string {
	dir := os.Getenv("COLDCURVE_DATA")
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); dir == "" || err != nil {
		t.Skipf("%s is not there: set COLDCURVE_DATA to the folder of real traces", name)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// read reads one log.
func read(t rapid.TB, name, text string, o Options) *Profile {
	t.Helper()
	p, err := Read(context.Background(), []File{{Name: name, R: strings.NewReader(text)}}, o)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// one returns the only function of a profile.
func one(t rapid.TB, p *Profile) *Function {
	t.Helper()
	if len(p.Functions) != 1 {
		t.Fatalf("%d functions, want 1: %+v", len(p.Functions), p.Functions)
	}
	return &p.Functions[0]
}

func ms(text string) sim.Time {
	n, _ := decimal.Scaled([]byte(text), 6)
	return n
}

// Every real REPORT line, against what was read of it by hand, and its billed
// duration against the rule that fits it.
func TestReportLines(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(data(t, "aws-lambda/logs/report_lines.txt")), "\n")
	rows, err := csv.NewReader(strings.NewReader(data(t, "aws-lambda/logs/report_lines_expected.csv"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	if rows = rows[1:]; len(rows) != len(lines) {
		t.Fatalf("%d lines, %d rows", len(lines), len(rows))
	}
	for i, row := range rows {
		f := one(t, read(t, "x.log", lines[i], Options{Strict: true}))
		if !strings.Contains(lines[i], row[0]) {
			t.Fatalf("row %d is of another line", i+1)
		}
		h, cold := &f.Warm, int64(0)
		if row[5] != "" || row[6] != "" {
			h, cold = &f.First, 1
		}
		u := f.Billed[0]
		got := []string{fmt.Sprint(h.Min()), fmt.Sprint(u.BilledMS), fmt.Sprint(f.Memory), fmt.Sprint(f.MaxUsed),
			fmt.Sprint(f.Init.Min()), fmt.Sprint(f.Restore.Min()), fmt.Sprint(f.Timeouts)}
		timeouts := "0"
		if row[8] == "timeout" {
			timeouts = "1"
		}
		want := []string{fmt.Sprint(ms(row[1])), row[2], row[3], row[4], fmt.Sprint(ms(row[5])), fmt.Sprint(ms(row[6])), timeouts}
		if strings.Join(got, " ") != strings.Join(want, " ") || f.Cold != cold || f.Requests != 1 {
			t.Errorf("row %d: %v, want %v; cold %d", i+1, got, want, f.Cold)
		}
		var e entry
		if p := parseReport([]byte(lines[i][len(reportPrefix):]), &e); p != "" || row[7] != "" && fmt.Sprint(e.billedRestore) != row[7] {
			t.Errorf("row %d: billed restore %d, want %s (%s)", i+1, e.billedRestore, row[7], p)
		}
		for _, name := range strings.Split(row[11], "|") {
			if !strings.Contains("|"+u.Rules.String()+"|", "|"+name+"|") {
				t.Errorf("row %d: %s explain it, want %s", i+1, u.Rules, name)
			}
		}
		if row[5] != "" && u.Rules.String() != row[11] {
			t.Errorf("row %d: %s explain a cold line, want only %s", i+1, u.Rules, row[11])
		}
	}
}

// All of them as one log: MB·ms by hand,
// 128·(300+800+9+289+15+490) + 3009·2521 + 3538·313 + 1024·3000 = 12008667.
func TestReportSums(t *testing.T) {
	text := data(t, "aws-lambda/logs/report_lines.txt") + data(t, "aws-lambda/logs/other_platform_lines.txt")
	p := read(t, "all.log", text, Options{Strict: true})
	sum, lines := int64(0), int64(0)
	for _, u := range one(t, p).Billed {
		sum += u.MBms().Int64()
		lines += u.Requests
	}
	if want := int64(128*(300+800+9+289+15+490) + 3009*2521 + 3538*313 + 1024*3000); sum != want || want != 12_008_667 || lines != 9 {
		t.Errorf("%d MB·ms in %d lines, want %d in 9", sum, lines, want)
	}
	if p.Billing.Lines != 9 || p.Billing.Unexplained != 0 || p.Billing.Printed != 0 {
		t.Errorf("%+v", p.Billing)
	}
	// By rule: lines 1, 2, 9 by 100 ms; 1 and 9 also with init, which they do
	// not have; 3, 4, 5, 9 by 1 ms; 5, 8, 9 by 1 ms of the sum; 6, 7 SnapStart.
	// Alone: 2; none; 3, 4; 8; 6, 7.
	want := []RuleFits{{Ceil100, 3, 1}, {Ceil100Init, 2, 0}, {Ceil1, 4, 2}, {Ceil1Init, 3, 1}, {SnapStart, 2, 2}}
	for i, w := range want {
		if p.Billing.Explained[i] != w {
			t.Errorf("%s: %+v, want %+v", w.Rule, p.Billing.Explained[i], w)
		}
	}
	if p.Missing != (Missing{Time: 9, Function: 9}) || p.Span() != 0 {
		t.Errorf("%+v", p.Missing)
	}
}

// The JSON records. The first: arrival 00:01:15 − 693.92 ms − 397.68 ms.
func TestPlatformReport(t *testing.T) {
	text := data(t, "aws-lambda/logs/platform_report.jsonl")
	p := read(t, "x.jsonl", text, Options{Strict: true})
	f := one(t, p)
	if f.Requests != 2 || f.Cold != 2 || f.Memory != 128 || f.MaxUsed != 94 || p.Files[0].Format != "cloudwatch" {
		t.Errorf("%+v", f)
	}
	if f.Init.Min() != ms("397.68") || f.Init.Max() != ms("549.04") || f.First.Min() != ms("693.92") || f.First.Max() != ms("2599.4") {
		t.Errorf("init %d to %d, first %d to %d", f.Init.Min(), f.Init.Max(), f.First.Min(), f.First.Max())
	}
	// 2600 ms is 2599.4 ms rounded up to 1 ms, and to 100 ms.
	if len(f.Billed) != 2 || f.Billed[0] != (Usage{MemoryMB: 128, Rules: Ceil1, Requests: 1, BilledMS: 694}) || f.Billed[1] != (Usage{MemoryMB: 128, Rules: Ceil100 | Ceil1, Requests: 1, BilledMS: 2600}) {
		t.Errorf("%+v", f.Billed)
	}
	want := time.Date(2022, 10, 12, 0, 1, 13, 908_400_000, time.UTC)
	if !p.First.Equal(want) || f.Billed[0].MBms().Int64() != 128*694 {
		t.Errorf("first %v, want %v; %+v", p.First, want, f.Billed)
	}
}

// The lines around reports are no requests.
func TestOtherLines(t *testing.T) {
	text := data(t, "aws-lambda/logs/other_platform_lines.txt")
	_, err := Read(context.Background(), []File{{Name: "x", R: strings.NewReader(text)}}, Options{})
	if want := "reading logs x: found no request in 8 lines, expected at least one; 2 × failed initialisations during an invocation: part of its duration" +
		"; 3 × failed initialisations of functions without a request: their memory size is not known, nor what they cost"; err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
}

const (
	uuid = "13222b1e-f16b-4550-89df-869ab0a9806d"
	warm = "REPORT RequestId: " + uuid + "\tDuration: 100.00 ms\tBilled Duration: 100 ms\tMemory Size: 256 MB\tMax Memory Used: 64 MB\t"
	cold = "REPORT RequestId: " + uuid + "\tDuration: 200.50 ms\tBilled Duration: 501 ms\tMemory Size: 256 MB\tMax Memory Used: 70 MB\tInit Duration: 300.25 ms\t"
)

// another is a line of another request.
func another(line string, i int) string {
	return strings.ReplaceAll(line, uuid, fmt.Sprintf("%s%012d", uuid[:24], i))
}

// What stands before a message, worked by hand. The line ends at 12:00:00.5.
func TestHeads(t *testing.T) {
	end := time.Date(2025, 9, 1, 12, 0, 0, 500_000_000, time.UTC)
	for _, c := range []struct {
		line     string
		function string
		timed    bool
	}{
		{cold, "x", false}, // bare
		// aws logs tail, its formats detailed and short; S3 export
		{"2025-09-01T12:00:00.500000+00:00 2025/09/01/[$LATEST]0a1b " + cold, "x", true},
		{"2025-09-01T12:00:00.5 " + cold, "x", true},
		{"2025-09-01T12:00:00.500Z " + cold, "x", true},
		{"2025-09-01T14:00:00.500+02:00\t" + cold, "x", true},
		// a log group of one's own: the stream names the function
		{"2025-09-01T12:00:00.500Z 2025/09/01/checkout[$LATEST]0a1b " + cold, "checkout", true},
		// awslogs get: group, stream, message
		{"/aws/lambda/checkout 2025/09/01/[7]0a1b " + cold, "checkout", false},
		{"/aws/lambda/checkout 2025/09/01/[7]0a1b 2025-09-01T12:00:00.500Z " + cold, "checkout", true},
		// the console's CSV
		{"1756728000500,\"" + cold, "x", true},
		{"2025-09-01 12:00:00.500," + cold, "x", true},
		// JSON as an exported message; its own time counts
		{`2025-09-01T12:00:09.000Z {"time":"2025-09-01T12:00:00.500Z","type":"platform.report","record":{"metrics":{"durationMs":200.50,"billedDurationMs":501,"memorySizeMB":256,"initDurationMs":3.0025e2}}}`, "x", true},
	} {
		p := read(t, "dir/x.log.gz", c.line+"\n", Options{Strict: true})
		f := one(t, p)
		if f.Name != c.function || f.Cold != 1 || f.Billed[0].MemoryMB != 256 || f.Billed[0].Rules != Ceil1Init || f.Billed[0].BilledMS != 501 {
			t.Errorf("%q: %+v", c.line, f)
		}
		if c.timed != (p.Missing.Time == 0) || c.timed && !p.First.Equal(end.Add(-500_750*time.Microsecond)) {
			t.Errorf("%q: arrival %v, missing %d", c.line, p.First, p.Missing.Time)
		}
	}
}

// What is logged when a request ends arrived before all that ran until then: the
// initialisation or the restore, and the duration. What is logged with its
// arrival arrived then. By hand: 12:00:00.5 less 100 ms, less 50 ms or 200 ms.
func TestArrivalBeforeWhatRan(t *testing.T) {
	const (
		head   = "2025-09-01T12:00:00.500Z "
		report = "REPORT RequestId: r\tDuration: 100 ms\tBilled Duration: 100 ms\tMemory Size: 128 MB\t"
		begun  = "Init Duration: 50 ms\t"
		thawed = "Restore Duration: 200 ms\tBilled Restore Duration: 200 ms\t"
		record = `{"time":"2025-09-01T12:00:00.500Z","type":"platform.report","record":{"metrics":{"durationMs":100,"billedDurationMs":100,"memorySizeMB":128`
		ends   = `{"end":"2025-09-01T12:00:00.500Z","duration_ms":100`
		comes  = `{"time":"2025-09-01T12:00:00.500Z","duration_ms":100`
		event  = `{"events":[{"timestamp":1756728000500,"message":"`
	)
	tabs := strings.NewReplacer("\t", `\t`)
	for text, before := range map[string]string{
		head + report:                                "100",
		head + report + begun:                        "150",
		head + report + thawed:                       "300",
		record + `}}}`:                               "100",
		record + `,"initDurationMs":50}}}`:           "150",
		record + `,"restoreDurationMs":200}}}`:       "300",
		event + tabs.Replace(report) + `"}]}`:        "100",
		event + tabs.Replace(report+begun) + `"}]}`:  "150",
		event + tabs.Replace(report+thawed) + `"}]}`: "300",
		ends + `}`:               "100",
		ends + `,"init_ms":50}`:  "150",
		comes + `}`:              "0",
		comes + `,"init_ms":50}`: "0",
	} {
		w, _ := newStore(t)
		p := read(t, "x", text+"\n", Options{Strict: true, Store: w, TempDir: t.TempDir()})
		f := one(t, p)
		want := time.Date(2025, 9, 1, 12, 0, 0, 500_000_000, time.UTC).Add(-time.Duration(ms(before)))
		if !p.First.Equal(want) || !f.From.Equal(want) || p.Stored != 1 {
			t.Errorf("%q: arrival %v, of the function %v, %d stored; want %v", text, p.First, f.From, p.Stored, want)
		}
	}
}

// Applications print anything around and between the platform's lines.
func TestAroundReports(t *testing.T) {
	text := "INIT_START Runtime Version: python:3.9.v133\tRuntime Version ARN: arn:aws:lambda:us-west-2::runtime:b46f\n" +
		"START RequestId: " + uuid + " Version: $LATEST\n" +
		"127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.0\" 200 1\n" + // a server's own log within
		`{"level":"INFO","message":"REPORT"}` + "\n\n" +
		"saw: " + warm + "\n" + // a quoted report
		"[INFO] Duration: 5 ms\n" +
		"END RequestId: " + uuid + "\r\n" +
		warm + "\r\n" +
		"XRAY TraceId: 1-5e1b4151\tSegmentId: 0f\tSampled: true\n" +
		cold + "XRAY TraceId: 1-5e1b4151\tSegmentId: 0f\tSampled: true\t\n" + // on the same line
		strings.ReplaceAll(another(warm, 1), "\t", "  ") + "\n" + // copied from a console
		strings.Replace(another(warm, 2), "100 ms\t", "100 ms \t", 1) + // as before 2018
		"Status: error\tError Type: Runtime.ExitError\tSome New Field: 7 XB\t"
	p := read(t, "x.log", text, Options{Strict: true})
	f := one(t, p)
	if f.Requests != 4 || f.Cold != 1 || f.Errors != 1 || f.Timeouts != 0 || p.Lines != 13 {
		t.Errorf("%+v, %d lines", f, p.Lines)
	}
	if !strings.Contains(strings.Join(p.Caveats, "\n"), "1 × REPORT lines inside other text") {
		t.Errorf("%q", p.Caveats)
	}
}

// The rules at their edges, worked by hand.
func TestExplain(t *testing.T) {
	for _, c := range []struct {
		fields string
		want   Rule
	}{
		{"Duration: 100.00 ms\tBilled Duration: 100 ms", Ceil100 | Ceil100Init | Ceil1 | Ceil1Init},
		{"Duration: 100.01 ms\tBilled Duration: 200 ms", Ceil100 | Ceil100Init},
		{"Duration: 100.01 ms\tBilled Duration: 101 ms", Ceil1 | Ceil1Init},
		// printed 100.00 may be 100.004
		{"Duration: 100.00 ms\tBilled Duration: 101 ms", Ceil1 | Ceil1Init | Printed},
		{"Duration: 0.00 ms\tBilled Duration: 1 ms", Ceil1 | Ceil1Init},
		{"Duration: 100.00 ms\tBilled Duration: 102 ms", 0},
		{"Duration: 100.00 ms\tBilled Duration: 99 ms", 0},
		// ceil of the sum, 10.8, and not the sum of the ceils, 12
		{"Duration: 5.40 ms\tBilled Duration: 11 ms\tInit Duration: 5.40 ms", Ceil1Init},
		{"Duration: 5.40 ms\tBilled Duration: 12 ms\tInit Duration: 5.40 ms", 0},
		// a custom runtime of 2019: 30 + 240 ms
		{"Duration: 30.00 ms\tBilled Duration: 300 ms\tInit Duration: 240.00 ms", Ceil100Init},
		// a cold timeout: 3000 + ceil(123.4)
		{"Duration: 3000.00 ms\tBilled Duration: 3124 ms\tInit Duration: 123.40 ms\tStatus: timeout", Ceil1Init},
		{"Duration: 1.10 ms\tBilled Duration: 12 ms\tRestore Duration: 300 ms\tBilled Restore Duration: 10 ms", SnapStart},
		{"Duration: 1.10 ms\tBilled Duration: 13 ms\tRestore Duration: 300 ms\tBilled Restore Duration: 10 ms", 0},
	} {
		f := one(t, read(t, "x", "REPORT RequestId: "+uuid+"\t"+c.fields+"\tMemory Size: 128 MB\n", Options{Strict: true}))
		if f.Billed[0].Rules != c.want {
			t.Errorf("%s: %s (%b), want %s (%b)", c.fields, f.Billed[0].Rules, f.Billed[0].Rules, c.want, c.want)
		}
	}
}
