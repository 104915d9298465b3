package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/spf13/cobra"
)

// documents returns the text of every document, by its path.
func documents(t *testing.T) map[string]string {
	t.Helper()
	paths, err := filepath.Glob("../../docs/*.md")
	if err != nil {
		t.Fatal(err)
	}
	policies, err := filepath.Glob("../../docs/policies/*.md")
	if err != nil || len(policies) == 0 {
		t.Fatalf("%d pages of policies, %v", len(policies), err)
	}
	paths = append(paths, policies...)
	texts := map[string]string{}
	for _, path := range append(paths, "../../README.md", "../../experiments/data/README.md") {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = string(text)
	}
	return texts
}

// TestDocsFiles runs each TOML file that a document shows: an experiment by run,
// functions by estimate, an application by check, a tariff by list. Parts of one are put where they
// belong.
func TestDocsFiles(t *testing.T) {
	if testing.Short() {
		t.Skip("what the documents show is not short")
	}
	t.Parallel()
	block := regexp.MustCompile("(?s)```toml\n(.*?)```")
	ran := map[string]int{}
	for path, text := range documents(t) {
		beside := map[string]string{} // applications that the document shows, by name
		for _, m := range block.FindAllStringSubmatch(text, -1) {
			var args []string
			dir := t.TempDir()
			file := filepath.Join(dir, "shown.toml")
			for name, shown := range beside {
				if err := os.WriteFile(filepath.Join(dir, name), []byte(shown), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			switch shown := m[1]; {
			case strings.Contains(shown, "[[flow]]"):
				if name := fileNamed.FindStringSubmatch(shown); name != nil {
					beside[name[1]] = shown
				}
				args = []string{"app", "check", file}
				ran["graph"]++
			case strings.Contains(shown, "[[platform]]"):
				if strings.Contains(shown, "azure2019-") && os.Getenv(dataVariable) == "" {
					continue
				}
				args = []string{"run", file, "-o", filepath.Join(dir, "out"), "--set", "replications=2"}
				if strings.Contains(shown, "azure2019-400") {
					args = append(args, "--set", "workload.sample={ functions = 20 }")
				}
				if !strings.Contains(shown, "[output]") {
					args = append(args, "--set", "output.plots=[]")
				}
				if strings.Contains(shown, "[slo]") {
					args = append(args, "--set", "slo.latency_p99_s=1h")
				}
				ran["experiment"]++
			case strings.HasPrefix(shown, "[tolerance]"):
				whole, err := os.ReadFile("../../experiments/quickstart.toml")
				if err != nil {
					t.Fatal(err)
				}
				m[1] = string(whole) + shown
				args = []string{"check", file, "--data", "../../experiments", "--baseline", filepath.Join(dir, "b.json"), "--update"}
				ran["tolerance"]++
			case strings.HasSuffix(path, "/applications.md"):
				args = []string{"app", "check", file}
				ran["graph"]++
			case strings.Contains(shown, "[[tariff]]"):
				args = []string{"list", "tariffs", "--tariffs", dir}
				ran["tariff"]++
			case strings.Contains(shown, "[[function]]"):
				args = []string{"estimate", file, "--within", "aws-lambda"}
				ran["application"]++
			case strings.Contains(shown, "[[service]]"):
				m[1] = "[[function]]\nname = \"f\"\nrequests = \"1M/month\"\nduration = \"100ms\"\nmemory = \"512MB\"\n" + shown
				args = []string{"estimate", file, "--within", "aws-lambda"}
				ran["services"]++
			default:
				t.Errorf("%s shows a file that is none of an experiment, an application and a tariff:\n%s", path, shown)
				continue
			}
			if err := os.WriteFile(file, []byte(m[1]), 0o600); err != nil {
				t.Fatal(err)
			}
			var out strings.Builder
			if code := run(context.Background(), append(args, quietFor(args[0])...), strings.NewReader(""), io.Discard, &out, new(kept)); code != exitDone {
				t.Errorf("%s shows\n%s\nof which coldcurve %s ends with %d:\n%s", path, m[1], args[0], code, out.String())
			}
		}
	}
	for _, kind := range []string{"experiment", "tariff", "application", "graph", "services", "tolerance"} {
		if ran[kind] == 0 {
			t.Errorf("the documents show no %s", kind)
		}
	}
}

// fileNamed is the first line of a file whose name other files of a document say.
var fileNamed = regexp.MustCompile(`^# (\S+\.app\.toml)\n`)

func quietFor(command string) []string {
	if command == "run" {
		return []string{"--quiet"}
	}
	return nil
}

// TestDocsCommands: each command that a document or a command's help shows, in a
// table, a line of code or a sentence, is one that there is, with flags that it
// has. TestDocs runs those that can be run.
func TestDocsCommands(t *testing.T) {
	t.Parallel()
	span := regexp.MustCompile("(?m)`coldcurve ([^`]*)`|^(?:    |#     |    \\$ )?(?:coldcurve|go run \\./cmd/coldcurve) (.*)$")
	texts := documents(t)
	var walk func(c *cobra.Command)
	walk = func(c *cobra.Command) {
		texts[c.CommandPath()+" --help"] = strings.ReplaceAll(c.Example, "  coldcurve", "    coldcurve")
		for _, sub := range c.Commands() {
			walk(sub)
		}
	}
	walk(newRoot(&app{}))
	experiments, err := filepath.Glob("../../experiments/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	applications, err := filepath.Glob("../../experiments/apps/*.toml")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range append(experiments, applications...) {
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		texts[path] = string(text)
	}
	n := 0
	for path, text := range texts {
		for _, m := range span.FindAllStringSubmatch(text, -1) {
			shown := strings.ReplaceAll(m[1]+m[2], `\|`, "|")
			// a|b|c is each of them
			words := []string{shown}
			if first := strings.Fields(shown); len(first) > 1 && strings.Contains(first[1], "|") {
				words = nil
				for _, one := range strings.Split(first[1], "|") {
					words = append(words, strings.Replace(shown, first[1], one, 1))
				}
			}
			for _, w := range words {
				n++
				if err := parses(w); err != nil {
					t.Errorf("%s shows coldcurve %s: %v", path, w, err)
				}
			}
		}
	}
	if n < 50 {
		t.Errorf("found %d commands, want those of the tables and the helps", n)
	}
}

var word = regexp.MustCompile(`'[^']*'|[^\s']+`)

// parses finds a command and reads its flags, and runs nothing. Words of prose
// after a command are no concern of it.
func parses(shown string) error {
	var args []string
	for _, w := range word.FindAllString(shown, -1) {
		if w == "…" || w == "|" || w == "&&" || strings.HasPrefix(w, "#") {
			break
		}
		args = append(args, strings.Trim(w, "'"))
	}
	root := newRoot(&app{})
	root.InitDefaultCompletionCmd(args...)
	c, rest, err := root.Find(args)
	if err != nil {
		return err
	}
	if c == root && len(rest) > 0 && !strings.HasPrefix(rest[0], "-") {
		return c.RunE(c, rest)
	}
	if err := c.ParseFlags(rest); err != nil {
		return c.FlagErrorFunc()(c, err)
	}
	if c.Name() == "list" && len(c.Flags().Args()) > 0 && !slices.ContainsFunc(listings(), func(l listing) bool { return l.name == c.Flags().Args()[0] }) {
		return fmt.Errorf("there is no list of %s", c.Flags().Args()[0])
	}
	return nil
}
