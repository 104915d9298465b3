package browser

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"testing"

	"github.com/chromedp/chromedp"
)

// browser is the one that all tests have a tab of, and pages are the folders that the
// command has written; nil where there is no Chromium.
type fixture struct {
	browser context.Context
	folder  string
}

var shared *fixture

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	if found() == "" {
		if os.Getenv("COLDCURVE_CHROMIUM") == "required" {
			fmt.Fprintln(os.Stderr, "found no Chromium, want one on the path: apt-get install chromium")
			return 1
		}
		return m.Run() // each test skips
	}
	folder, err := os.MkdirTemp("", "coldcurve-browser")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	defer os.RemoveAll(folder)
	if err := write(folder); err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	var options []chromedp.ExecAllocatorOption
	if os.Geteuid() == 0 { // whose Chromium has no sandbox
		options = append(options, chromedp.NoSandbox)
	}
	root, cancel := chromedp.NewContext(context.Background(), chromedp.WithAllocatorOptions(options...))
	defer cancel()
	if err := chromedp.Do(root); err != nil {
		fmt.Fprintln(os.Stderr, "starting Chromium:", err)
		return 1
	}
	shared = &fixture{root, folder}
	return m.Run()
}

// found is the path of Chromium; "" is none.
func found() string {
	for _, name := range []string{"chromium", "chromium-browser", "google-chrome", "headless-shell"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

// commands are those whose pages are looked at, as a user types them; the first word is
// the folder.
var commands = [][]string{
	{"report", "run", "../../experiments/quickstart.toml", "--set", "replications=2", "--set", "workload.horizon=12h", "--quiet"},
	{"hostile", "run", "hostile.toml", "--quiet"},
	{"application", "run", "../../experiments/apps/anomaly.toml", "--set", "replications=1", "--quiet"},
	{"estimate", "estimate", "--requests", "3M/month", "--duration", "120ms", "--memory", "1536MB", "--replications", "2"},
	{"optimize", "optimize", "--requests", "3M/month", "--duration", "120ms", "--memory", "1536MB", "--slo", "p99 <= 2s", "--replications", "2"},
	{"later", "run", "../../experiments/quickstart.toml", "--set", "replications=2", "--set", "workload.horizon=12h", "--set", "platform.lambda.init.runtime.median=130ms", "--quiet"},
	{"compare", "compare", "report", "later"},
	{"strangers", "compare", "report", "hostile"},
}

// pageOf is the page in each folder.
var pageOf = map[string]string{"report": "report.html", "hostile": "report.html", "application": "report.html", "later": "report.html", "compare": "compare.html", "strangers": "compare.html", "estimate": "estimate.html", "optimize": "optimize.html"}

// write builds the command, which goes fast where its packages have been built for other
// tests, and lets it write the folders.
func write(folder string) error {
	command := filepath.Join(folder, "coldcurve")
	if out, err := exec.Command("go", "build", "-pgo=off", "-o", command, "../../cmd/coldcurve").CombinedOutput(); err != nil {
		return fmt.Errorf("building the command: %w\n%s", err, out)
	}
	if err := lengthen("testdata/hostile.toml", filepath.Join(folder, "hostile.toml")); err != nil {
		return err
	}
	failed := make([]error, len(commands))
	var all sync.WaitGroup
	for k, c := range commands {
		args := append([]string(nil), c[1:]...)
		for i, a := range args {
			if _, is := pageOf[a]; is && i > 0 || a == "hostile.toml" {
				args[i] = filepath.Join(folder, a)
			}
		}
		if c[1] == "compare" { // which wants what others write
			all.Wait()
		}
		all.Go(func() {
			if out, err := exec.Command(command, append(args, "-o", filepath.Join(folder, c[0]))...).CombinedOutput(); err != nil {
				failed[k] = fmt.Errorf("coldcurve %v: %w\n%s", args, err, out)
			}
		})
	}
	all.Wait()
	return errors.Join(failed...)
}

// lengthen copies an experiment with a name of 10,000 characters where it has LONG.
func lengthen(from, to string) error {
	text, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	return os.WriteFile(to, bytes.ReplaceAll(text, []byte("LONG"), bytes.Repeat([]byte("long_name_"), 1000)), 0o644)
}
