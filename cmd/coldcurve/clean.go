package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/coldcurve/coldcurve/experiments"
	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/results"
)

const cleanHelp = `List what runs that were interrupted, killed or given up have left: their finished
units, in the partial folders (DIR.partial, or DIR/.coldcurve.partial) of the
output folders in each FOLDER, or of FOLDER itself; the working folder by default.
The command in the last column goes on from there, as it stands; where the
experiment came on standard input it names no file. --remove removes them all.

Folders that a run is writing to are left alone, and so are files that no run
has written.`

func newClean(a *app) *cobra.Command {
	var remove bool
	c := &cobra.Command{
		Use:     "clean [FOLDER...]",
		Short:   "List and remove what interrupted runs have left",
		Long:    cleanHelp,
		Example: "  coldcurve clean\n  coldcurve clean quickstart.results --remove",
		RunE: own(func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				args = []string{"."}
			}
			var left []experiments.Leftover
			for _, dir := range args {
				list, err := experiments.Leftovers(dir)
				if err != nil {
					return err
				}
				left = append(left, list...)
			}
			return a.clean(left, remove)
		}),
	}
	c.Flags().BoolVar(&remove, "remove", false, "remove what is listed")
	return c
}

func (a *app) clean(left []experiments.Leftover, remove bool) error {
	if _, err := io.WriteString(a.stdout, leftTable(left)); err != nil {
		return err
	}
	if !remove {
		if len(left) > 0 {
			a.note("note: coldcurve clean --remove removes them")
		}
		return nil
	}
	var errs []error
	for i := range left {
		err := left[i].Remove()
		var used *folder.InUse
		if errors.As(err, &used) {
			a.note("note: %s is left alone: a run is writing to it", left[i].Dir)
			continue
		}
		errs = append(errs, err)
	}
	return errors.Join(errs...)
}

// goOn is a command that goes on from the units of a run, in the working folder:
// it goes first to where the run was started, whose paths are relative to that.
func goOn(p *experiments.LeftPlan, out string) string {
	here, err := os.Getwd()
	if err != nil || p.Folder == "" || sameFolder(here, p.Folder) {
		return p.Command + " -o " + quote(out)
	}
	if !filepath.IsAbs(out) {
		out = filepath.Join(here, out)
	}
	return fmt.Sprintf("(cd %s && %s -o %s)", quote(p.Folder), p.Command, quote(out))
}

// sameFolder reports whether two paths are of one folder.
func sameFolder(a, b string) bool {
	x, err := os.Stat(a)
	if err != nil {
		return false
	}
	y, err := os.Stat(b)
	return err == nil && os.SameFile(x, y)
}

// leftTable lists what is left, a row a run.
func leftTable(left []experiments.Leftover) string {
	if len(left) == 0 {
		return "nothing is left over\n"
	}
	t := results.TextTable{Header: []string{"folder", "bytes", "units", "experiment", "command"}, Right: []bool{false, true, true, false}}
	for _, l := range left {
		dir, bytes := l.Dir, folder.Grouped(l.Bytes)
		if l.InUse {
			t.Add(dir, bytes, "", "", "a run is writing to it")
			continue
		}
		for _, p := range l.Plans {
			t.Add(dir, bytes, fmt.Sprintf("%d of %d", p.Done, p.Total), p.Experiment, goOn(&p, folder.Of(l.Dir)))
			dir, bytes = "", ""
		}
		if l.Stray > 0 || len(l.Plans) == 0 {
			t.Add(dir, bytes, fmt.Sprint(l.Stray), "", "of no run that is known")
		}
	}
	return t.String()
}
