package experiments

import (
	"context"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/coldcurve/coldcurve/results"
)

func TestParsePart(t *testing.T) {
	const all = `want the part and how many there are, as 2/4, or auto/4 for the task of a scheduler; up to 1000`
	for _, row := range []struct {
		text, slurm, kubernetes string
		want                    Part
		fault                   string
	}{
		{"1/1", "", "", Part{1, 1}, ""},
		{"2/4", "", "", Part{2, 4}, ""},
		{"1000/1000", "7", "7", Part{1000, 1000}, ""},
		{"auto/4", "1", "", Part{1, 4}, ""},
		{"auto/4", "4", "", Part{4, 4}, ""},
		{"auto/4", "", "0", Part{1, 4}, ""},
		{"auto/4", "", "3", Part{4, 4}, ""},
		{"", "", "", Part{}, `found "", ` + all},
		{"2", "", "", Part{}, `found "2", ` + all},
		{"0/4", "", "", Part{}, `found "0/4", ` + all},
		{"5/4", "", "", Part{}, `found "5/4", ` + all},
		{"-1/4", "", "", Part{}, `found "-1/4", ` + all},
		{"1/0", "", "", Part{}, `found "1/0", ` + all},
		{"1/1001", "", "", Part{}, `found "1/1001", ` + all},
		{"1/2/3", "", "", Part{}, `found "1/2/3", ` + all},
		{"auto", "1", "", Part{}, `found "auto", ` + all},
		{"auto/4", "", "", Part{}, "auto/4: no scheduler says which task this is; want SLURM_ARRAY_TASK_ID, from 1, or JOB_COMPLETION_INDEX, from 0"},
		{"auto/4", "0", "", Part{}, "auto/4: found SLURM_ARRAY_TASK_ID=0, want a number from 1 to 4"},
		{"auto/4", "5", "", Part{}, "auto/4: found SLURM_ARRAY_TASK_ID=5, want a number from 1 to 4"},
		{"auto/4", "", "4", Part{}, "auto/4: found JOB_COMPLETION_INDEX=4, want a number from 0 to 3"},
		{"auto/4", "", "one", Part{}, "auto/4: found JOB_COMPLETION_INDEX=one, want a number from 0 to 3"},
		{"auto/4", "1", "0", Part{}, "auto/4: both SLURM_ARRAY_TASK_ID and JOB_COMPLETION_INDEX are set, want one; or say which part it is, as 1/4"},
	} {
		got, err := ParsePart(row.text, func(name string) string {
			return map[string]string{"SLURM_ARRAY_TASK_ID": row.slurm, "JOB_COMPLETION_INDEX": row.kubernetes}[name]
		})
		fault := ""
		if err != nil {
			fault = err.Error()
		}
		if got != row.want || fault != row.fault {
			t.Errorf("%q, Slurm %q, Kubernetes %q: %v, %q, want %v, %q", row.text, row.slurm, row.kubernetes, got, fault, row.want, row.fault)
		}
	}
}

// Units of about 3,600, 1,800, 1,200 and 900 invocations, twice each, in three parts: 3,600
// each in the first two; the third gets 1,800 and 1,800, then, all at 3,600, the first 1,200,
// the second 1,200; the third 900 and 900.
func TestPartsEndTogether(t *testing.T) {
	p := smallPlan(t, `sweep.grid={ "workload.function.f.arrivals.rate" = ["1/s", "0.5/s", "0.3333333/s", "0.25/s"] }`)
	var got []string
	for i := 1; i <= 3; i++ {
		var rates []string
		for _, u := range p.share(Part{i, 3}) {
			rates = append(rates, strings.TrimSpace(u.workload.functions[0].Name)+" "+floor100(u.expected()))
		}
		got = append(got, strings.Join(rates, ", "))
	}
	want := []string{"f 3600, f 1200", "f 3600, f 1200", "f 1800, f 1800, f 900, f 900"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("−want +got:\n%s", diff)
	}
}

// floor100 writes a number to the hundred.
func floor100(n int64) string {
	return map[int64]string{36: "3600", 18: "1800", 12: "1200", 11: "1200", 9: "900"}[n/100]
}

// Whatever the number of parts, and in whatever order they are made and merged, the folder
// is that of one machine, and nothing but it and the parts is left.
func TestPartsEqualWhole(t *testing.T) {
	ctx := context.Background()
	want := runInto(t, smallPlan(t), filepath.Join(t.TempDir(), "whole"), 2)
	for _, of := range []int{1, 3, 64} {
		dir := filepath.Join(t.TempDir(), "out")
		o := RunOptions{Dir: dir, Workers: 2, Command: "test"}
		made := map[string]bool{}
		random := rand.New(rand.NewPCG(1, uint64(of)))
		for _, i := range random.Perm(of) {
			_, at, err := smallPlan(t).RunPart(ctx, o, Part{i + 1, of})
			if err != nil {
				t.Fatal(err)
			}
			made[at] = true
		}
		parts, err := PartsOf(dir)
		if err != nil || len(parts) != of {
			t.Fatalf("%d parts: %v, %v", of, parts, err)
		}
		random.Shuffle(of, func(i, j int) { parts[i], parts[j] = parts[j], parts[i] })
		for _, named := range [][]string{nil, parts} {
			if _, err := smallPlan(t).Merge(ctx, o, named); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, digests(t, dir)); diff != "" {
				t.Errorf("%d parts, −whole +merged:\n%s", of, diff)
			}
		}
		entries, err := os.ReadDir(filepath.Dir(dir))
		if err != nil || len(entries) != of+1 {
			t.Errorf("%d parts left %v, %v", of, entries, err)
		}
		for _, e := range entries {
			if at := filepath.Join(filepath.Dir(dir), e.Name()); at != dir && !made[at] {
				t.Errorf("%s was left", at)
			}
		}
	}
}

// What is refused leaves nothing behind: it is said before a unit is copied.
func TestMergeRefuses(t *testing.T) {
	ctx := context.Background()
	base := t.TempDir()
	dir := filepath.Join(base, "out")
	o := RunOptions{Dir: dir, Workers: 2, Command: "test"}
	for i := 1; i <= 2; i++ {
		if _, _, err := smallPlan(t).RunPart(ctx, o, Part{i, 2}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := smallPlan(t).RunPart(ctx, RunOptions{Dir: filepath.Join(base, "third"), Workers: 1}, Part{1, 3}); err != nil {
		t.Fatal(err)
	}
	if _, _, err := smallPlan(t, "seed=9").RunPart(ctx, RunOptions{Dir: filepath.Join(base, "other"), Workers: 1}, Part{2, 2}); err != nil {
		t.Fatal(err)
	}
	runInto(t, smallPlan(t), filepath.Join(base, "whole"), 1)
	one, two := dir+".part-1-of-2", dir+".part-2-of-2"
	damaged := filepath.Join(base, "damaged")
	if err := os.CopyFS(damaged, os.DirFS(two)); err != nil {
		t.Fatal(err)
	}
	units, err := os.ReadDir(filepath.Join(damaged, results.UnitsFolder))
	if err != nil || len(units) != 2 {
		t.Fatal(units, err)
	}
	unit := filepath.Join(damaged, results.UnitsFolder, units[1].Name())
	if err := os.WriteFile(unit, []byte("coldcurve-unit 2"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, row := range []struct {
		name  string
		parts []string
		sets  []string
		want  []string
	}{
		{"one is missing", []string{one}, nil, []string{"of 2 parts 1 are not there: 2/2; coldcurve run with --part makes each alone"}},
		{"none is there", []string{filepath.Join(base, "nowhere")}, nil, []string{"part " + filepath.Join(base, "nowhere"), "no such file"}},
		{"one twice", []string{one, two, one}, nil, []string{one + " and " + one + " are both part 1/2; want each once"}},
		{"of other numbers", []string{one, filepath.Join(base, "third.part-1-of-3")}, nil, []string{"is one of 2 parts, and", "of 3; want all parts of one number"}},
		{"another experiment", []string{one, filepath.Join(base, "other.part-2-of-2")}, nil, []string{"is of another experiment, \"small\":\n  seed: 9 → 1"}},
		{"a whole run", []string{one, filepath.Join(base, "whole")}, nil, []string{"of its manifest.json: it is that of a whole run, and not of a part of one"}},
		{"damaged", []string{one, damaged}, nil, []string{"reading unit " + unit, "damaged"}},
		{"until it is precise", []string{one, two}, []string{`precision={ latency_p99_s = "10%" }`}, []string{"[precision] makes more replications until they are enough"}},
	} {
		p := smallPlan(t, row.sets...)
		_, err := p.Merge(ctx, o, row.parts)
		if input := (*InputError)(nil); !errors.As(err, &input) {
			t.Errorf("%s: %v, want an error in the input", row.name, err)
			continue
		}
		for _, want := range row.want {
			if !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %q in it", row.name, err, want)
			}
		}
	}
	entries, err := os.ReadDir(base)
	if err != nil || slices.ContainsFunc(entries, func(e os.DirEntry) bool { return e.Name() == "out" || strings.HasSuffix(e.Name(), ".partial") }) {
		t.Errorf("refused, and left: %v, %v", entries, err)
	}
}

// A part that died goes on alone, from the units that it has.
func TestPartGoesOn(t *testing.T) {
	ctx, part := context.Background(), Part{1, 2}
	whole, dir := filepath.Join(t.TempDir(), "out"), filepath.Join(t.TempDir(), "out")
	if _, _, err := smallPlan(t).RunPart(ctx, RunOptions{Dir: whole, Workers: 1}, part); err != nil {
		t.Fatal(err)
	}
	units := filepath.Join(part.Dir(dir)+".partial", unitsName)
	if err := os.MkdirAll(units, 0o777); err != nil {
		t.Fatal(err)
	}
	finished, err := os.ReadDir(filepath.Join(part.Dir(whole), results.UnitsFolder))
	if err != nil || len(finished) != 2 {
		t.Fatal(finished, err)
	}
	data, err := os.ReadFile(filepath.Join(part.Dir(whole), results.UnitsFolder, finished[0].Name()))
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(units, finished[0].Name()), data, 0o600); err != nil {
		t.Fatal(err)
	}
	progress := new(Progress)
	if _, _, err := smallPlan(t).RunPart(ctx, RunOptions{Dir: dir, Workers: 1, Progress: progress}, part); err != nil {
		t.Fatal(err)
	}
	if progress.kept.Load() == 0 {
		t.Error("it began anew")
	}
	if diff := cmp.Diff(digests(t, part.Dir(whole)), digests(t, part.Dir(dir))); diff != "" {
		t.Errorf("−at once +in two:\n%s", diff)
	}
}
