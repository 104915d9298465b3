package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"
)

// action is action.yml as far as its steps are run here.
type action struct {
	Inputs map[string]struct {
		Required bool
		Default  string
	}
	Runs struct {
		Using string
		Steps []struct {
			Name, ID, If, Shell, Run, Uses string
			Dir                            string `yaml:"working-directory"`
			Env                            map[string]string
		}
	}
}

// A job is one in which the action's steps are run, one after the other, as GitHub's
// runner does it, with a gh beside it that keeps the comments of a pull request.
type job struct {
	t           *testing.T
	action      action
	dir, runner string
}

// run runs the steps with inputs; it returns the exit code of the first that fails, and what the
// job's log and summary say.
func (j *job) run(inputs map[string]string) (code int, log, summary string) {
	j.t.Helper()
	context := map[string]string{"github.action_path": j.abs("../.."), "github.token": "t", "github.event.pull_request.number": "7"}
	for name, in := range j.action.Inputs {
		if _, ok := inputs[name]; in.Required && !ok {
			j.t.Fatalf("the input %s is required", name)
		}
		context["inputs."+name] = in.Default
	}
	for name, value := range inputs {
		context["inputs."+name] = value
	}
	expression := regexp.MustCompile(`\$\{\{ *([^}]+?) *\}\}`)
	value := func(s string) string {
		return expression.ReplaceAllStringFunc(s, func(m string) string {
			v, ok := context[expression.FindStringSubmatch(m)[1]]
			if !ok {
				j.t.Fatalf("%s is nothing that the action may ask for", m)
			}
			return v
		})
	}
	files := map[string]string{}
	for _, name := range []string{"GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY"} {
		files[name] = filepath.Join(j.runner, name)
		if err := os.WriteFile(files[name], nil, 0o600); err != nil {
			j.t.Fatal(err)
		}
	}
	var text strings.Builder
	for _, step := range j.action.Runs.Steps {
		switch {
		case step.Uses != "":
			continue // setup-go: Go is here
		case step.If == "inputs.comment == 'true' && github.event_name == 'pull_request'":
			if context["inputs.comment"] != "true" {
				continue
			}
		case step.If != "":
			j.t.Fatalf("a condition that is not known here: %s", step.If)
		}
		if step.Name == "Build" && j.built() {
			continue
		}
		c := exec.Command("bash", "--noprofile", "--norc", "-e", "-o", "pipefail", "-c", step.Run)
		c.Dir = j.dir
		if step.Dir != "" {
			c.Dir = value(step.Dir)
		}
		c.Env = append(os.Environ(), "RUNNER_TEMP="+j.runner, "GITHUB_REPOSITORY=o/r", "PATH="+j.runner+":"+os.Getenv("PATH"), "COMMENTS="+filepath.Join(j.runner, "comments"))
		for name, path := range files {
			c.Env = append(c.Env, name+"="+path)
		}
		for name, v := range step.Env {
			c.Env = append(c.Env, name+"="+value(v))
		}
		out, err := c.CombinedOutput()
		text.Write(out)
		if step.ID != "" {
			for line := range strings.Lines(j.read(files["GITHUB_OUTPUT"])) {
				if name, v, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
					context["steps."+step.ID+".outputs."+name] = v
				}
			}
		}
		if err != nil {
			return c.ProcessState.ExitCode(), text.String(), j.read(files["GITHUB_STEP_SUMMARY"])
		}
	}
	return 0, text.String(), j.read(files["GITHUB_STEP_SUMMARY"])
}

func (j *job) built() bool {
	_, err := os.Stat(filepath.Join(j.runner, "coldcurve"))
	return err == nil
}

func (j *job) abs(path string) string {
	abs, err := filepath.Abs(path)
	if err != nil {
		j.t.Fatal(err)
	}
	return abs
}

func (j *job) read(path string) string {
	text, err := os.ReadFile(path)
	if err != nil {
		j.t.Fatal(err)
	}
	return string(text)
}

// ghScript stands for GitHub's command: comments are files with their number, a line each
// call goes into the log.
const ghScript = `#!/usr/bin/env bash
set -e
mkdir -p "$COMMENTS"
echo "gh $1 $2" >> "$COMMENTS/log"
case "$1 $2" in
"api --paginate")
  for f in "$COMMENTS"/[0-9]*; do
    if [ -f "$f" ] && [ "$(head -n 1 "$f")" = "$MARK" ]; then basename "$f"; fi
  done;;
"api --method") cp "${6#body=@}" "$COMMENTS/$(basename "$4")";;
"pr comment") cp "${7}" "$COMMENTS/$(ls "$COMMENTS" | wc -l)";;
*) echo "unknown: $*"; exit 9;;
esac
`

// TestActionRuns runs the steps of action.yml: a run within its baseline passes, one that
// became dearer fails with 3 and says so in the log, the summary and one comment, which the next run
// writes anew.
func TestActionRuns(t *testing.T) {
	if testing.Short() {
		t.Skip("it builds the command")
	}
	for _, tool := range []string{"bash", "go"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Skip(err)
		}
	}
	t.Parallel()
	j := &job{t: t, dir: t.TempDir(), runner: t.TempDir()}
	if err := yaml.Unmarshal([]byte(j.read("../../action.yml")), &j.action); err != nil {
		t.Fatal(err)
	}
	if j.action.Runs.Using != "composite" || len(j.action.Runs.Steps) < 4 {
		t.Fatalf("%+v", j.action)
	}
	experiment := `replications = 2
[workload]
horizon = "1h"
[[workload.function]]
name = "f"
memory = "1024MB"
arrivals = { process = "poisson", rate = "5/s" }
service = "200ms"
[[platform]]
name = "p"
tariffs = ["aws-lambda"]
keepalive = { name = "fixed", window = "10m" }
init = { runtime = "200ms" }
[output]
plots = []
`
	write := func(path, text string, mode os.FileMode) {
		if err := os.WriteFile(path, []byte(text), mode); err != nil {
			t.Fatal(err)
		}
	}
	write(filepath.Join(j.dir, "e.toml"), experiment, 0o600)
	write(filepath.Join(j.runner, "gh"), ghScript, 0o700)
	inputs := map[string]string{"experiment": "e.toml", "baseline": "b.json", "comment": "true"}
	if code, log, summary := j.run(inputs); code != 2 || !strings.Contains(log, "there is no such baseline") || summary != "" {
		t.Errorf("without a baseline: %d\n%s%s", code, log, summary)
	}
	inputs["update"] = "true"
	if code, log, _ := j.run(inputs); code != 0 {
		t.Fatalf("writing a baseline: %d\n%s", code, log)
	}
	delete(inputs, "update")
	if code, log, summary := j.run(inputs); code != 0 || !strings.Contains(log, "::notice file=e.toml,title=Within tolerance::") || !strings.Contains(summary, "Nothing changed") {
		t.Errorf("the same: %d\n%s%s", code, log, summary)
	}
	write(filepath.Join(j.dir, "e.toml"), strings.Replace(experiment, "1024MB", "2048MB", 1), 0o600)
	for range 2 {
		code, log, summary := j.run(inputs)
		if code != 3 || !strings.Contains(log, "::error file=e.toml,title=Beyond tolerance::p, aws-lambda: cost went") || !strings.Contains(summary, "a month (+$") || !strings.Contains(summary, "```mermaid") {
			t.Errorf("dearer: %d\n%s%s", code, log, summary)
		}
	}
	write(filepath.Join(j.dir, "new.json"), j.read(filepath.Join(j.dir, "b.json")), 0o600)
	inputs["baseline"], inputs["update"] = "new.json", "true"
	if code, log, summary := j.run(inputs); code != 0 || strings.Contains(log, "::error") || strings.Contains(log+summary, "Beyond tolerance") || !strings.Contains(log, "::notice file=e.toml,title=Baseline updated%2C beyond the old tolerance::p, aws-lambda: cost went") {
		t.Errorf("dearer, as is wanted: %d\n%s%s", code, log, summary)
	}
	inputs["baseline"] = "b.json"
	delete(inputs, "update")
	inputs["tolerance"] = "cost=200%"
	if code, log, _ := j.run(inputs); code != 0 {
		t.Errorf("allowed: %d\n%s", code, log)
	}
	comments, err := filepath.Glob(filepath.Join(j.runner, "comments", "[0-9]*"))
	if err != nil || len(comments) != 1 || !strings.Contains(j.read(comments[0]), "Within tolerance: cost=200%") {
		t.Errorf("the comments are %v, %v", comments, err)
	}
}
