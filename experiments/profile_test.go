package experiments

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

const profileText = `model = "llama-3.1-8b"
scheduler = "vllm-v1"
max_num_seqs = 64

[hardware]
gpu = "rtx-4090"
decode_scale = 0.9842
blocks = 2616

[hardware.calibration]
of = "llama-3.1-8b bf16 on 1 × rtx-4090 by vllm-0.19"
source = "log.jsonl"
digest = "5a6f2a0b09d5eb84bd75b30ed625d883c22b4bcc0a839cd1128ae42f74ecc90d"
grade = "A"
fitted = 150
tested = 140
values = ["decode_scale", "blocks"]
median = 0.0145
p90 = 0.0738
bias = 0.0076
uncertainty = { decode_scale = "0.0017", blocks = "26" }
`

// profiled writes an experiment whose server names a profile beside it, and reads it.
func profiled(t *testing.T, server, profile string, sets ...string) (*Experiment, error) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "own.toml"), []byte(profile), 0o600); err != nil {
		t.Fatal(err)
	}
	text := `[workload]
horizon = "1m"
[[workload.function]]
name = "chat"
arrivals = { process = "poisson", rate = "1/s" }
tokens = { input = 100, output = 10 }
[[platform]]
name = "gpu"
keepalive = { name = "fixed", window = "10m" }
server = ` + server + "\n"
	return Parse(filepath.Join(dir, "exp.toml"), []byte(text), sets...)
}

// An experiment that names a profile is the one that says its values itself: the
// same platform to the byte of what determines its results, and written out whole.
func TestProfile(t *testing.T) {
	named, err := profiled(t, `{ name = "llm", hardware = { profile = "own.toml" } }`, profileText)
	if err != nil {
		t.Fatal(err)
	}
	calibration := `calibration = { of = "llama-3.1-8b bf16 on 1 × rtx-4090 by vllm-0.19", source = "log.jsonl", digest = "5a6f2a0b09d5eb84bd75b30ed625d883c22b4bcc0a839cd1128ae42f74ecc90d", grade = "A", fitted = 150, tested = 140, values = ["decode_scale", "blocks"], median = 0.0145, p90 = 0.0738, bias = 0.0076, uncertainty = { decode_scale = "0.0017", blocks = "26" } }`
	said, err := profiled(t, `{ name = "llm", model = "llama-3.1-8b", scheduler = "vllm-v1", max_num_seqs = 64, hardware = { gpu = "rtx-4090", decode_scale = 0.9842, blocks = 2616, `+calibration+` } }`, "")
	if err != nil {
		t.Fatal(err)
	}
	if a, b := named.points[0].platforms[0].canonical, said.points[0].platforms[0].canonical; a != b {
		t.Errorf("named:\n%s\nsaid:\n%s", a, b)
	}
	if text := named.resolved.Document(); strings.Contains(text, "profile") || !strings.Contains(text, "decode_scale = 0.9842") {
		t.Errorf("the experiment as it was run does not have the profile's values:\n%s", text)
	}
	other, err := profiled(t, `{ name = "llm", hardware = { profile = "own.toml" } }`, strings.Replace(profileText, "0.9842", "0.9841", 1))
	if err != nil {
		t.Fatal(err)
	}
	if named.points[0].platforms[0].canonical == other.points[0].platforms[0].canonical {
		t.Error("another profile of the same name is taken for the same platform")
	}
	notes := strings.Join(named.points[0].platforms[0].server.(interface{ Notes() []string }).Notes(), "\n")
	if want := "±1.5 % (9 of 10 within ±7.4 %): 140 requests of the log log.jsonl that it was not fitted to"; !strings.Contains(notes, want) {
		t.Errorf("the answer does not carry the band of the calibration, %q:\n%s", want, notes)
	}
	// What the server says itself, it keeps.
	own, err := profiled(t, `{ name = "llm", max_num_seqs = 32, hardware = { profile = "own.toml" } }`, profileText)
	if err != nil {
		t.Fatal(err)
	}
	if c := own.points[0].platforms[0].canonical; !strings.Contains(c, "max_num_seqs = 32") {
		t.Error(c)
	}
}

// A profile is of one model on one hardware, and what is wrong with it is said where
// it stands.
func TestProfileRefused(t *testing.T) {
	const named = `{ name = "llm", hardware = { profile = "own.toml" } }`
	change := func(old, new string) string { return strings.Replace(profileText, old, new, 1) }
	for _, c := range []struct {
		name, server, profile string
		sets                  []string
		want                  string
	}{
		{"another model", `{ name = "llm", model = "qwen3-32b", hardware = { profile = "own.toml" } }`, profileText, nil,
			`exp.toml:10: platform[0].server.model: found "qwen3-32b", want the model of the profile that its hardware names, "llama-3.1-8b" (`},
		{"another GPU beside it", `{ name = "llm", hardware = { profile = "own.toml", gpu = "h100" } }`, profileText, nil, "found gpu beside a profile, which is of its own hardware alone"},
		{"another GPU by --set", named, profileText, []string{`platform.gpu.server.hardware.gpu="h100"`}, "found gpu beside a profile"},
		{"another GPU in it", named, change(`gpu = "rtx-4090"`, `gpu = "rtx-pro-6000"`), nil,
			`own.toml:11: platform[0].server.hardware.calibration.of: found "llama-3.1-8b bf16 on 1 × rtx-4090 by vllm-0.19", want "llama-3.1-8b bf16 on 1 × rtx-pro-6000 by vllm-0.19"`},
		{"another model in it", named, change(`"llama-3.1-8b"`, `"qwen3-32b"`), nil, "values that were fitted to one say nothing of another"},
		{"another engine in it", named, change(`gpu = "rtx-4090"`, "gpu = \"rtx-4090\"\nengine = \"vllm-0.12\""), nil, "by vllm-0.12"},
		{"no file", `{ name = "llm", hardware = { profile = "none.toml" } }`, profileText, nil, "exp.toml:10: platform[0].server.hardware.profile: reading the profile: open "},
		{"no name", `{ name = "llm", hardware = { profile = 3 } }`, profileText, nil, "exp.toml:10: platform[0].server.hardware.profile: found 3, want the name of a file that coldcurve calibrate has written"},
		{"a folder", `{ name = "llm", hardware = { profile = "." } }`, profileText, nil, "is a directory"},
		{"no profile", named, "title = \"x\"\n", nil, `own.toml:1: missing key "model", want a profile that coldcurve calibrate has written`},
		{"no TOML", named, "model = \n", nil, "own.toml:1"},
		{"an unknown key", named, change("decode_scale", "decode_scal"), nil, `own.toml:7: unknown key "decode_scal"; did you mean "decode_scale"?`},
		{"an unknown key of the server", named, change("scheduler", "schedule"), nil, `own.toml:2: unknown key "schedule"; did you mean "scheduler"?`},
		{"a value that cannot be", named, change("0.9842", "-1"), nil, "own.toml:7: platform[0].server.hardware.decode_scale: found -1, want a number above 0"},
		{"a band that cannot be", named, change("median = 0.0145", "median = nan"), nil, "own.toml:18: platform[0].server.hardware.calibration.median: found the number nan, want a finite number"},
		{"a value that no fit changes", named, change(`values = ["decode_scale", "blocks"]`, `values = ["decode_scal"]`), nil,
			`platform[0].server.hardware.calibration.values: unknown value "decode_scal"; did you mean "decode_scale"?`},
		{"an uncertainty of what was not fitted", named, change(`uncertainty = { decode_scale`, `uncertainty = { front`), nil,
			`platform[0].server.hardware.calibration.uncertainty: found "front", want the values that were fitted alone: decode_scale, blocks`},
		{"a digest that is none", named, change("5a6f", ""), nil, "want 64 hexadecimal digits"},
		{"no grade", named, change(`grade = "A"`, `grade = ""`), nil, `own.toml:14: platform[0].server.hardware.calibration.grade: found "", want A, B, C or U`},
		{"a profile of a profile", named, change(`gpu = "rtx-4090"`, `profile = "own.toml"`), nil, "found the name of another profile, want the hardware itself"},
	} {
		t.Run(c.name, func(t *testing.T) {
			if _, err := profiled(t, c.server, c.profile, c.sets...); err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("%v, want %q", err, c.want)
			}
		})
	}
}

// Profiles can be swept.
func TestProfileSwept(t *testing.T) {
	e, err := profiled(t, `{ name = "llm", hardware = { profile = "own.toml" } }`+"\n"+`[sweep.grid]
"platform.gpu.server.hardware" = [{ label = "calibrated", profile = "own.toml" }, { label = "as it is", gpu = "rtx-4090" }]
"platform.gpu.server.model" = ["llama-3.1-8b"]`, profileText)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.points) != 2 || e.points[0].platforms[0].canonical == e.points[1].platforms[0].canonical {
		t.Errorf("%d points", len(e.points))
	}
}

// A profile that was fitted without prefix hits says so beside a workload that names
// blocks: with prompts that requests share, or with turns; not where there is nothing to
// find, no cache to find it in, or a fit that knew.
func TestProfileHits(t *testing.T) {
	unknown := strings.Replace(profileText, "bias = 0.0076\n", "bias = 0.0076\nhits_unknown = true\n", 1)
	for _, c := range []struct {
		name, tokens, server, profile string
		warned                        bool
	}{
		{"a shared prompt", "{ input = 100, output = 10, system = { tokens = 64 } }", "", unknown, true},
		{"turns", `{ input = 100, output = 10, turns = 3, think = "1s" }`, "", unknown, true},
		{"less than a block is shared", "{ input = 100, output = 10, system = { tokens = 15 } }", "", unknown, false},
		{"nothing is shared", "{ input = 100, output = 10 }", "", unknown, false},
		{"no prefix cache", "{ input = 100, output = 10, system = { tokens = 64 } }", "prefix_cache = false, ", unknown, false},
		{"a fit that knew", "{ input = 100, output = 10, system = { tokens = 64 } }", "", profileText, false},
	} {
		e, err := profiled(t, `{ name = "llm", `+c.server+`hardware = { profile = "own.toml" } }`, c.profile, "workload.function.chat.tokens="+c.tokens)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		plan, err := Prepare(t.Context(), e, Env{})
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		const want = "platform gpu: prefix hits can count twice: the profile was fitted to log.jsonl, which names no blocks, "
		if got := strings.Contains(strings.Join(plan.Warnings, "\n"), want); got != c.warned {
			t.Errorf("%s: warned: %t, want %t: %q", c.name, got, c.warned, plan.Warnings)
		}
		if err := plan.Close(); err != nil {
			t.Error(err)
		}
	}
}
