package main

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var holes = regexp.MustCompile(`([\w-]+) = "\?"`)

// fill puts plausible values in place of what is to be filled in.
func fill(text string) string {
	head, text, _ := strings.Cut(text, "\ntitle = ") // the comment before it speaks of "?" too
	return head + "\ntitle = " + holes.ReplaceAllStringFunc(text, func(s string) string {
		key := holes.FindStringSubmatch(s)[1]
		v := `"20ms"`
		switch key {
		case "rate":
			v = `"2/s"`
		case "error_rate":
			v = "0.01"
		case "probability", "match", "tolerate":
			v = "0.4"
		case "count", "items", "concurrency", "attempts", "batch":
			v = "3"
		case "every":
			v = `"1h"`
		case "memory":
			v = `"512MB"`
		case "platform":
			v = `"lambda"`
		}
		return key + " = " + v
	})
}

// Each real definition is imported, filled in, checked and run.
func TestImportedRun(t *testing.T) {
	root := os.Getenv("COLDCURVE_DATA")
	if root == "" {
		t.Skip("COLDCURVE_DATA is not set")
	}
	files, err := filepath.Glob(filepath.Join(root, "definitions", "*", "*.*"))
	if err != nil {
		t.Fatal(err)
	}
	ran := 0
	for _, file := range files {
		if strings.Contains(file, "LICENSE") {
			continue
		}
		ran++
		t.Run(filepath.Base(file), func(t *testing.T) {
			dir := t.TempDir()
			app := filepath.Join(dir, "x.app.toml")
			mustRun(t, "app", "import", file, "-o", app)
			text, err := os.ReadFile(app)
			if err != nil {
				t.Fatal(err)
			}
			full := fill(string(text))
			if err := os.WriteFile(app, []byte(full), 0o644); err != nil {
				t.Fatal(err)
			}
			mustRun(t, "app", "check", app)
			var e strings.Builder
			e.WriteString("[workload]\napplication = \"x.app.toml\"\nhorizon = \"20s\"\n")
			for _, p := range []struct{ name, preset, tariff string }{{"lambda", "aws-lambda", "aws-lambda"}, {"run", "gcp-cloud-run", "gcp-cloud-run-request"}} {
				if p.name == "lambda" || strings.Contains(full, `platform = "run"`) {
					fmt.Fprintf(&e, "[[platform]]\nname = %q\npreset = %q\ntariffs = [%q]\nregion = \"us-east-1\"\n", p.name, p.preset, p.tariff)
				}
			}
			e.WriteString("[output]\nplots = []\n")
			experiment := filepath.Join(dir, "x.toml")
			if err := os.WriteFile(experiment, []byte(e.String()), 0o644); err != nil {
				t.Fatal(err)
			}
			out := mustRun(t, "run", experiment, "-o", filepath.Join(dir, "out"), "--quiet", "--format", "csv", "--metrics", "cost")
			if strings.Count(out, "\n") < 2 {
				t.Errorf("found no result:\n%s", out)
			}
		})
	}
	if ran != 26 {
		t.Errorf("%d definitions, want 26", ran)
	}
}

// mustRun runs a command that must end well, and returns what it printed.
func mustRun(t *testing.T, args ...string) string {
	t.Helper()
	var stdout, stderr bytes.Buffer
	if code := run(context.Background(), args, strings.NewReader(""), &stdout, &stderr, new(kept)); code != exitDone {
		t.Fatalf("coldcurve %s: exit %d\n%s", strings.Join(args, " "), code, stderr.String())
	}
	return stdout.String()
}
