package experiments

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/folder"
)

// Names in a partial folder, beside those of package folder.
const (
	unitsName = "units" // finished units
	plansName = "plans" // who claims them
)

// Leftover is what runs have left in a partial folder.
type Leftover struct {
	Dir   string // the partial folder
	InUse bool   // a run is writing to it: nothing of it is left over
	Plans []LeftPlan
	Stray int   // finished units that no plan claims
	Bytes int64 // of all files
}

// LeftPlan is a run that was not finished.
type LeftPlan struct {
	Title, Experiment, Command string
	Folder                     string // in which the command was said; its paths are relative to it
	Done, Total                int    // its units
}

// Leftovers returns what runs that were interrupted, killed or abandoned have
// left: in the partial folders of the output folders in dir, or of dir itself.
func Leftovers(dir string) ([]Leftover, error) {
	partials, err := folder.Partials(dir, unitsName, plansName)
	if err != nil {
		return nil, fmt.Errorf("looking for what runs have left: %w", err)
	}
	var list []Leftover
	for _, p := range partials {
		l, err := leftIn(p)
		if err != nil {
			return nil, fmt.Errorf("looking for what runs have left: %w", err)
		}
		list = append(list, *l)
	}
	return list, nil
}

// leftIn looks into a partial folder.
func leftIn(partial string) (*Leftover, error) {
	l := &Leftover{Dir: partial, InUse: folder.Used(partial)}
	done := map[string]bool{}
	for _, id := range namesIn(filepath.Join(partial, unitsName), unitName) {
		done[id] = true
	}
	plans, _, err := claims{filepath.Join(partial, plansName)}.all()
	if err != nil {
		return nil, err
	}
	claimed := map[string]bool{}
	for _, c := range plans {
		p := LeftPlan{Title: c.Title, Experiment: c.Experiment, Command: c.Command, Folder: c.Folder, Total: len(c.Units)}
		for _, id := range c.Units {
			claimed[id] = true
			if done[id] {
				p.Done++
			}
		}
		l.Plans = append(l.Plans, p)
	}
	slices.SortFunc(l.Plans, func(a, b LeftPlan) int { return strings.Compare(a.Command+a.Title, b.Command+b.Title) })
	for id := range done {
		if !claimed[id] {
			l.Stray++
		}
	}
	return l, filepath.WalkDir(partial, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		if err == nil {
			l.Bytes += info.Size()
		}
		return err
	})
}

// What the files of units and plans are called: by their identities.
var (
	unitName = regexp.MustCompile(`^[0-9a-f]{64}$`)
	planName = regexp.MustCompile(`^[0-9a-f]{64}\.json$`)
)

// namesIn lists the files of a folder that are called so; none where there is
// no folder.
func namesIn(dir string, called *regexp.Regexp) (names []string) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		if called.MatchString(e.Name()) {
			names = append(names, e.Name())
		}
	}
	return names
}

// Remove removes what is left, and puts right what was half-way. Files that no
// run has written stay, and are an error. A folder that is in use is left alone:
// the error is a *folder.InUse.
func (l *Leftover) Remove() error {
	err := folder.Clean(l.Dir, func() error {
		units, plans := filepath.Join(l.Dir, unitsName), filepath.Join(l.Dir, plansName)
		var err error
		for _, id := range namesIn(units, unitName) {
			err = errors.Join(err, os.Remove(filepath.Join(units, id)))
		}
		for _, plan := range namesIn(plans, planName) { // those that are damaged, too
			err = errors.Join(err, os.Remove(filepath.Join(plans, plan)))
		}
		for _, dir := range []string{units, plans} {
			err = errors.Join(err, sweepUp(dir))
			if gone := os.Remove(dir); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
				err = errors.Join(err, gone)
			}
		}
		return err
	})
	if err != nil {
		return fmt.Errorf("removing what runs have left in %s: %w", l.Dir, err)
	}
	return nil
}
