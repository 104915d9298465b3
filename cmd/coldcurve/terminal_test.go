package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/internal/plain"
)

// acts is what must not reach a terminal: a colour and a title by C0 and by
// C1, also as a byte of its own; a reversal; a deletion.
const acts = "\x1b[31m\u009b31m\x1b]0;x\x07\u202e\u2066\x7f\r"

// TestNothingActs: whatever the name or the file, what is printed is text.
func TestNothingActs(t *testing.T) {
	dir := t.TempDir()
	file := func(name, text string) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o666); err != nil {
			t.Fatal(err)
		}
		return path
	}
	quoted := strings.NewReplacer("\x1b", `\u001b`, "\x07", `\u0007`, "\x7f", `\u007f`, "\r", `\r`).Replace(acts) // as TOML and JSON have it
	rows := "arrival_s,service_s,function,trigger\n0,1,f" + strings.ReplaceAll(acts, "\r", "") + ",q" + strings.ReplaceAll(acts, "\r", "") + "\n"
	experiment := `title = "` + quoted + `"
[workload]
horizon = "1h"
[[workload.function]]
name = "f` + quoted + `"
memory = "128MB"
arrivals = { process = "poisson", rate = "1/m" }
service = { dist = "constant", value = "1s" }
[[platform]]
name = "p` + strings.ReplaceAll(quoted, `\r`, "") + `"
preset = "aws-lambda"
`
	guess := "[[function]]\nname = \"f" + quoted + "\"\nrequests = \"1000/month\"\nduration = \"1s\"\nmemory = \"128MB\"\n"
	log := strings.Repeat(`127.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET /`+acts+` HTTP/1.0" 200 1`+"\n", 20)
	for _, args := range [][]string{
		{"run", file("a.toml", experiment), "-o", filepath.Join(dir, "a"), "--workers", "1"},
		{"run", file("a.toml", experiment), "-o", filepath.Join(dir, "a"), "--format", "csv"},
		{"run", file("a.toml", experiment), "-o", filepath.Join(dir, "a"), "--format", "json"},
		{"run", file("a.toml", experiment), "-o", filepath.Join(dir, "a"), "--format", "bench"},
		{"run", file("syntax.toml", "a = "+acts+"\n")},
		{"run", file("value.toml", "replications = \""+quoted+"\"\n")},
		{"run", file("key.toml", "\""+quoted+"\" = 1\n")},
		{"run", file("platforms.toml", experiment+"[sweep.grid]\n\"platform.x.keepalive\" = [1]\n")},
		{"run", file("a.toml", experiment), "--set", acts + "=1"},
		{"run", file("a.toml", experiment), "-o", file("taken"+acts, "")},
		{"run", filepath.Join(dir, acts+".toml")},
		{"run", "--" + acts}, {acts}, {"list", acts}, {"trace", acts}, {"run", "--format", acts, "x"},
		{"trace", "stat", "csv:" + file("a.csv", rows)},
		{"trace", "stat", "csv:" + file("a.csv", rows), "--format", "json"},
		{"trace", "stat", "csv:" + file("b.csv", "arrival_s,service_s,function\n"+acts+",1,f\n")},
		{"trace", "stat", "csv:" + file("c.csv", "arrival_s,service_s,function,"+acts+"\n0,1,f,\n")},
		{"trace", "stat", "csv:" + file("d.csv", "arrival_s,service_s,function,"+acts+"\n0,1,f,\n"), "--lenient"},
		{"trace", "stat", "jsonl:" + file("a.jsonl", `{"`+acts+`":1}`+"\n")},
		{"trace", "stat", "csv:" + file("e"+acts+".csv", "x\n")},
		{"trace", "stat", acts + ":x"},
		{"trace", "stat", "http:" + file("a.log", log)},
		{"estimate", file("guess.toml", guess), "--within", "aws-lambda", "--replications", "1"},
		{"estimate", "--requests", "1000/month", "--duration", acts, "--memory", "1MB"},
		{"estimate", "--requests", "1000/month", "--duration", "1s", "--memory", "1MB", "--within", acts},
		{"estimate", "--logs", file("b.log", log), "--duration", "1s", "--memory", "128MB", "--within", "aws-lambda", "--replications", "1"},
		{"estimate", "--logs", file("c.log", "x"+acts+"\n"), "--fields", acts + "=" + acts},
		{"estimate", "--logs", file("d.log", "x"+acts+"\n"), "--log-format", acts},
		{"estimate", "--logs", file("e"+acts+".log", acts+"\n")},
		{"compare", filepath.Join(dir, acts), filepath.Join(dir, acts)},
		{"compare", filepath.Join(dir, "a"), filepath.Join(dir, "a"), "--tolerance", acts + "=1%"},
	} {
		var out, notes bytes.Buffer
		code := run(context.Background(), args, strings.NewReader(""), &out, &notes, new(kept))
		if out.Len()+notes.Len() == 0 {
			t.Errorf("%q prints nothing, exit code %d", args, code)
		}
		for i, r := range out.String() + notes.String() {
			if plain.Acts(r) && r != '\n' && r != '\t' || r == '\uFFFD' && code != exitDone {
				from := max(0, i-60)
				t.Errorf("%q (%d) prints %U:\n%q", args, code, r, fmt.Sprint(out.String() + notes.String())[from:i+8])
				break
			}
		}
	}
}

// TestDataPasses: a trace on standard output is data, to the byte; on a
// terminal, which this is not, it would be text.
func TestDataPasses(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.csv")
	const rows = "arrival_s,service_s,function\n0.000000000,1.000000000,\x1b[31mf\n"
	if err := os.WriteFile(path, []byte(rows), 0o666); err != nil {
		t.Fatal(err)
	}
	var out, notes bytes.Buffer
	if code := run(context.Background(), []string{"trace", "convert", "csv:" + path, "csv:-"}, nil, &out, &notes, new(kept)); code != exitDone || !strings.Contains(out.String(), ",\x1b[31mf") {
		t.Errorf("%d: %q %q", code, out.String(), notes.String())
	}
}
