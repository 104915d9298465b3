package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

// TestMain makes the test binary the command itself under the name coldcurve,
// for the scripts and for the tests that kill it.
func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"coldcurve": main, "coldcurve-measured": mainMeasured})
}

// TestScript runs testdata/script/*.txtar, which are named after the
// subcommands. $EXPERIMENTS is the folder of the shipped experiments.
func TestScript(t *testing.T) {
	t.Parallel()
	experiments, err := filepath.Abs("../../experiments")
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("EXPERIMENTS", experiments)
			e.Setenv("COLDCURVE_DATA", "")
			if os.Geteuid() == 0 {
				e.Setenv("ROOT", "yes")
			}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Geteuid() == 0, nil
			}
			return false, nil
		},
		UpdateScripts: os.Getenv("UPDATE_SCRIPTS") != "",
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"head1": firstLine,
			"replaced": func(ts *testscript.TestScript, neg bool, args []string) {
				text := ts.ReadFile(args[2])
				if neg || strings.Count(text, args[0]) != 1 {
					ts.Fatalf("usage: replaced old new file, of which old is once in the file")
				}
				ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Replace(text, args[0], args[1], 1)), 0o600))
			},
		},
	})
}

// exits runs a command and checks its exit code: exits 2 coldcurve run x.toml.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits code command [args...]")
	}
	code := "0"
	if err := ts.Exec(args[1], args[2:]...); err != nil {
		code = exitText(err)
	}
	if code != args[0] {
		ts.Fatalf("%v exits %s, want %s", args[1:], code, args[0])
	}
}

func exitText(err error) string {
	type coder interface{ ExitCode() int }
	if c, ok := err.(coder); ok {
		return string(rune('0' + c.ExitCode()))
	}
	return err.Error()
}

// firstLine checks the first line of a file: head1 file text.
func firstLine(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: head1 file text")
	}
	text := ts.ReadFile(args[0])
	for i, c := range text {
		if c == '\n' {
			text = text[:i]
			break
		}
	}
	if text != args[1] {
		ts.Fatalf("%s begins with\n%s\nwant\n%s", args[0], text, args[1])
	}
}
