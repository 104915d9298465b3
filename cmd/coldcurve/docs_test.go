package main

import (
	"bufio"
	"context"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/coldcurve/coldcurve/results"
)

// shown matches a command in a document or a doc comment: "$ coldcurve …".
var shown = regexp.MustCompile(`^(?://)?\s*\$ (coldcurve .*)$`)

// showsOutput compares the first block of a document with the start of what a command printed.
func showsOutput(t *testing.T, path, out string) {
	t.Helper()
	page, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, block, ok := strings.Cut(string(page), "```\n"); !ok || !strings.HasPrefix(out, block[:max(0, strings.Index(block, "```"))]) || block == "" {
		t.Errorf("the first block of %s is not the start of\n%s", path, out)
	}
}

// TestDocs runs each command that the documents and doc comments show. They
// run one after the other in a folder that has the experiments; those on
// public data are left out where there is none. Those that serve a
// language model do so at a hundredth of their load, those for CI with two
// replications. The pictures of README.md
// are what their commands have made.
func TestDocs(t *testing.T) {
	if testing.Short() {
		t.Skip("what the documents show is not short")
	}
	t.Parallel()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(filepath.Join(root, "experiments"), filepath.Join(dir, "experiments")); err != nil {
		t.Fatal(err)
	}
	commands := shownCommands(t, root)
	if len(commands) < 3 {
		t.Errorf("%d commands are shown, want at least the quickstart and its like", len(commands))
	}
	data := os.Getenv(dataVariable)
	for _, c := range commands {
		t.Run(c, func(t *testing.T) {
			if strings.Contains(c, "azure2019-400") || strings.Contains(c, "keepalive.toml") {
				if _, err := os.Stat(data); data == "" || err != nil {
					t.Skip("it is on public data, and " + dataVariable + " does not say where")
				}
			}
			c = strings.Replace(c, "replications=6", "replications=2", 1) // what a job is to use, TestReplicationsOfCI; that it runs is seen with two
			if strings.Contains(c, " --model ") {
				c = strings.Replace(c, "--requests 40000/day", "--requests 400/day", 1) // engines step through a day for each plan
			}
			run := exec.Command("sh", "-c", c)
			run.Dir = dir
			out, err := run.CombinedOutput()
			if err != nil {
				t.Errorf("%v\n%s", err, out)
			}
			if strings.Contains(c, " explain ") && strings.Contains(c, " --function ") {
				showsOutput(t, filepath.Join(root, "docs", "inside.md"), string(out))
			}
		})
	}
	for _, p := range pictures(t, root, commands) {
		t.Run(p.file, func(t *testing.T) { p.holds(t, root, dir) })
	}
}

// TestCheckOfCI: the document on CI jobs shows how the output of the check begins that it
// names.
func TestCheckOfCI(t *testing.T) {
	if testing.Short() {
		t.Skip("what the documents show is not short")
	}
	t.Parallel()
	text, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	m := regexp.MustCompile("(?m)^`coldcurve (check [^`]* --set (platform\\.[^` ]*) [^`]*)` prints$").FindStringSubmatch(string(text))
	if m == nil {
		t.Fatal("the document names no check whose output it shows")
	}
	baseline := filepath.Join(t.TempDir(), "baseline.json")
	args := strings.Fields(strings.NewReplacer("experiments/", "../../experiments/", "quickstart.baseline.json", baseline).Replace(m[1]))
	changed := slices.Index(args, m[2])
	before := append(slices.Delete(slices.Clone(args), changed-1, changed+1), "--update")
	for _, c := range []struct {
		args []string
		want int
	}{{before, exitDone}, {args, exitThreshold}} {
		var out, errors strings.Builder
		if code := run(context.Background(), c.args, strings.NewReader(""), &out, &errors, new(kept)); code != c.want {
			t.Fatalf("coldcurve %v ends with %d, want %d:\n%s", c.args, code, c.want, &errors)
		}
		if c.want == exitThreshold {
			showsOutput(t, "../../docs/ci.md", out.String())
		}
	}
}

// TestReplicationsOfCI: each run that the document on CI jobs shows has six
// replications or more, of which a difference has an interval worth its name.
func TestReplicationsOfCI(t *testing.T) {
	text, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	runs := 0
	for _, line := range strings.Split(string(text), "\n") {
		m := regexp.MustCompile(`^\s*(?:\$ )?coldcurve (?:run|check) \S+\.toml (.*)$`).FindStringSubmatch(line)
		if m == nil {
			continue
		}
		runs++
		n := regexp.MustCompile(`--set replications=(\d+)`).FindStringSubmatch(m[1])
		if n == nil || len(n[1]) == 1 && n[1] < "6" {
			t.Errorf("want 6 replications or more: %s", line)
		}
	}
	if runs < 4 {
		t.Errorf("%d runs are shown, want those of a terminal and of a job", runs)
	}
}

// TestBetterOfCI: the document on CI jobs names what is better when larger, and
// nothing else.
func TestBetterOfCI(t *testing.T) {
	text, err := os.ReadFile("../../docs/ci.md")
	if err != nil {
		t.Fatal(err)
	}
	_, sentence, _ := strings.Cut(string(text), "Worse is larger, but for ")
	sentence, _, found := strings.Cut(sentence, ".\n")
	for _, m := range results.Metrics() {
		if named := strings.Contains(sentence, "`"+m.Name+"`"); !found || named != (m.Better > 0) {
			t.Errorf("%s is better when larger: %v; named in %q: %v", m.Name, m.Better > 0, sentence, named)
		}
	}
}

// TestListsAreNamed: the documents name all that can be listed.
func TestListsAreNamed(t *testing.T) {
	var names []string
	for _, l := range listings() {
		names = append(names, l.name)
	}
	for file, mark := range map[string]string{"README.md": `\|`, "docs/experiment.md": "|"} {
		text, err := os.ReadFile("../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		if want := "`coldcurve list " + strings.Join(names, mark) + " --long`"; !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %s", file, want)
		}
	}
}

// TestExitCodesAreSaid: a command that may cross a threshold says so in its help.
func TestExitCodesAreSaid(t *testing.T) {
	for _, c := range newRoot(&app{}).Commands() {
		want := slices.Contains([]string{"run", "check", "compare", "estimate", "optimize"}, c.Name())
		if got := strings.Contains(c.Long, "Exit code 3"); got != want {
			t.Errorf("%s says what exit code 3 is: %v, want %v", c.Name(), got, want)
		}
	}
}

// shownCommands returns the commands of all documents, each once, in order.
func shownCommands(t *testing.T, root string) []string {
	t.Helper()
	var commands []string
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name := d.Name()
		if d.IsDir() && path != root && (strings.HasPrefix(name, ".") || name == "testdata" || strings.HasSuffix(name, ".results")) {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(name, ".md") && !strings.HasSuffix(name, ".go") {
			return nil
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close() // read only
		lines := bufio.NewScanner(f)
		lines.Buffer(nil, 1<<20)
		for lines.Scan() {
			if m := shown.FindStringSubmatch(lines.Text()); m != nil && !slices.Contains(commands, m[1]) {
				commands = append(commands, m[1])
			}
		}
		return lines.Err()
	})
	if err != nil {
		t.Fatal(err)
	}
	return commands
}
