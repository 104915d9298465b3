package experiments

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"

	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/results"
)

// Part is one of several that a run is cut into, each for a machine of its own: the
// Number-th, from 1, Of so many.
type Part struct{ Number, Of int }

// mostParts is more than anybody has machines.
const mostParts = 1000

func (p Part) String() string { return fmt.Sprintf("%d/%d", p.Number, p.Of) }

// Dir returns the folder of the part of a run that has a result folder.
func (p Part) Dir(dir string) string {
	return fmt.Sprintf("%s.part-%d-of-%d", filepath.Clean(dir), p.Number, p.Of)
}

// numbered are the variables in which a scheduler says which of its tasks this is, and
// what the first one's number is.
var numbered = []struct {
	name  string
	first int
}{{"SLURM_ARRAY_TASK_ID", 1}, {"JOB_COMPLETION_INDEX", 0}}

// ParsePart reads which part a run is, as 2/4; or auto/4, where a task of a Slurm array, of
// numbers from 1, or of an indexed job of Kubernetes, of numbers from 0, says which: getenv
// tells of the environment.
func ParsePart(text string, getenv func(string) string) (Part, error) {
	number, of, _ := strings.Cut(text, "/")
	bad := fmt.Errorf("found %q, want the part and how many there are, as 2/4, or auto/4 for the task of a scheduler; up to %d", text, mostParts)
	n, err := strconv.Atoi(of)
	if err != nil || n < 1 || n > mostParts {
		return Part{}, bad
	}
	if number == "auto" {
		return partOfTask(n, getenv)
	}
	i, err := strconv.Atoi(number)
	if err != nil || i < 1 || i > n {
		return Part{}, bad
	}
	return Part{i, n}, nil
}

// partOfTask is the part of a task of a scheduler.
func partOfTask(of int, getenv func(string) string) (Part, error) {
	var said []string
	var part Part
	for _, v := range numbered {
		text := getenv(v.name)
		if text == "" {
			continue
		}
		i, err := strconv.Atoi(text)
		if err != nil || i < v.first || i-v.first >= of {
			return Part{}, fmt.Errorf("auto/%d: found %s=%s, want a number from %d to %d", of, v.name, text, v.first, v.first+of-1)
		}
		said, part = append(said, v.name), Part{i - v.first + 1, of}
	}
	switch len(said) {
	case 0:
		return Part{}, fmt.Errorf("auto/%d: no scheduler says which task this is; want SLURM_ARRAY_TASK_ID, from 1, or JOB_COMPLETION_INDEX, from 0", of)
	case 1:
		return part, nil
	}
	return Part{}, fmt.Errorf("auto/%d: both %s are set, want one; or say which part it is, as 1/%d", of, strings.Join(said, " and "), of)
}

// largestFirst returns units in the order in which several workers that take one after
// another end together.
func largestFirst(units []*unit) []*unit {
	expected := make(map[*unit]int64, len(units))
	for _, u := range units {
		expected[u] = u.expected()
	}
	units = slices.Clone(units)
	slices.SortStableFunc(units, func(a, b *unit) int { return cmp.Compare(expected[b], expected[a]) })
	return units
}

// share returns which of the plan's units are of a part: the largest first, each is of the
// part that has the least until then, so that parts end together.
func (p *Plan) share(part Part) (mine []*unit) {
	loads := make([]int64, part.Of)
	for _, u := range largestFirst(p.units) {
		least := 0
		for k, load := range loads {
			if load < loads[least] {
				least = k
			}
		}
		loads[least] += u.expected()
		if least == part.Number-1 {
			mine = append(mine, u)
		}
	}
	return mine
}

// ableInParts refuses an experiment whose next units depend on what others found.
func (p *Plan) ableInParts() error {
	if p.settles() {
		return input(fmt.Errorf("warmup = %q is the latest of all cells and replications, which no part can tell by itself; want a duration, such as the one that a run on one machine finds (manifest.json, warmup), or a run on one machine", mser5Word))
	}
	if p.precision != nil {
		return input(errors.New("[precision] makes more replications until they are enough, which no part can tell by itself; want replications = N without it, or a run on one machine"))
	}
	return nil
}

// RunPart simulates the units of a part that are not there yet, and puts the folder of the
// part into place; it returns how many units it has, and the folder. The options are those
// of the whole run. What is interrupted goes on as Run does.
func (p *Plan) RunPart(ctx context.Context, o RunOptions, part Part) (units int, dir string, err error) {
	if err := p.ableInParts(); err != nil {
		return 0, "", err
	}
	if o.Dir == "" {
		o.Dir = DefaultDir(p.File, p.sets...)
	}
	if o.Progress == nil {
		o.Progress = new(Progress)
	}
	o.Dir = part.Dir(o.Dir)
	mine := *p
	mine.units = p.share(part)
	f, err := mine.openIn(o, folder.Kind{Name: "part of a run", Holds: p.samePart(o, part), Force: o.Force})
	if err != nil {
		return 0, "", err
	}
	err = p.runPart(ctx, &mine, f, o, part)
	return len(mine.units), o.Dir, errors.Join(err, f.Close())
}

func (p *Plan) runPart(ctx context.Context, mine *Plan, f *outputFolder, o RunOptions, part Part) error {
	if _, err := mine.runUnits(ctx, f, o); err != nil {
		return errors.Join(err, f.giveUp(mine))
	}
	made := results.Part{Manifest: p.manifest(), Experiment: p.document(), Tariffs: p.tariffDocument(), Copy: f.store.copy}
	made.Manifest.Span, made.Manifest.Part, made.Manifest.Build, made.Manifest.Command = p.span, part.String(), f.store.build, o.Command
	for _, u := range mine.units {
		made.Units = append(made.Units, u.id)
	}
	slices.Sort(made.Units)
	return f.publish(ctx, mine, o, made.Write)
}

// samePart allows the folder of the same part of the same run, and with force any part.
func (p *Plan) samePart(o RunOptions, part Part) func([]byte) error {
	return func(data []byte) error {
		m, err := results.ParsePartManifest(data)
		switch {
		case err != nil:
			return fmt.Errorf("is there, and of its %s: %w; choose another with -o", results.ManifestFile, err)
		case o.Force:
			return nil
		case m.Hash != p.Hash:
			return fmt.Errorf("holds a part of another experiment, %q:%s\nchoose another with -o, or replace it with --force", m.Title, p.unlike(o.Dir, m))
		case m.Part != part.String():
			return fmt.Errorf("holds part %s, want %s; choose another with -o, or replace it with --force", m.Part, part)
		}
		return nil
	}
}

// copy writes the file of a unit that is there and whole.
func (s store) copy(id string, w io.Writer) error {
	f, size, err := results.OpenFile(s.path(id))
	if err != nil {
		return err
	}
	defer f.Close() // read only
	if _, err := s.check(id, f, size); err != nil {
		return fmt.Errorf("reading unit %s: %w", s.path(id), err)
	}
	if _, err := f.Seek(0, io.SeekStart); err != nil {
		return err
	}
	_, err = io.Copy(w, f)
	return err
}

// PartsOf returns the folders of parts that lie beside a result folder, sorted.
func PartsOf(dir string) ([]string, error) {
	dir = filepath.Clean(dir)
	entries, err := os.ReadDir(filepath.Dir(dir))
	if err != nil {
		return nil, fmt.Errorf("looking for the parts of a run: %w", err)
	}
	var found []string
	for _, e := range entries {
		if name := filepath.Join(filepath.Dir(dir), e.Name()); e.IsDir() && isPartOf(name, dir) {
			found = append(found, name)
		}
	}
	return found, nil
}

// isPartOf reports whether a folder is called as a part of another.
func isPartOf(name, dir string) bool {
	rest, ok := strings.CutPrefix(name, dir+".part-")
	number, of, both := strings.Cut(rest, "-of-")
	part, err := ParsePart(number+"/"+of, func(string) string { return "" })
	return ok && both && err == nil && part.Dir(dir) == name
}
