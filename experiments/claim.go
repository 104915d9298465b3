package experiments

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/coldcurve/coldcurve/internal/fault"
	"github.com/coldcurve/coldcurve/results"
)

// claimMost is far above the claim of a hundred thousand units, bytes.
const claimMost = 64 << 20

// claims are the plans that have units in a partial folder, one file a plan: a
// unit is kept for as long as a plan claims it, and plans may share units.
type claims struct{ dir string }

// claim is a plan's.
type claim struct {
	Title      string   `json:"title"`
	Experiment string   `json:"experiment"` // name of its file
	Command    string   `json:"command"`    // what goes on from there
	Folder     string   `json:"folder"`     // working folder of the command
	Hash       string   `json:"experiment_hash"`
	Units      []string `json:"units"` // their identities
}

func (c claims) path(p *Plan) string { return filepath.Join(c.dir, p.Hash+".json") }

// add claims the units of a plan.
func (c claims) add(p *Plan, command string) error {
	here, err := os.Getwd()
	if err != nil {
		return fmt.Errorf("making the output folder: %w", err)
	}
	mine := claim{p.Title, filepath.Base(p.File), command, here, p.Hash, p.claimed()}
	data, err := json.Marshal(mine)
	if err != nil {
		return fmt.Errorf("making the output folder: %w", err)
	}
	return writeWhole(c.path(p), data)
}

// all returns all claims, and the files that are none.
func (c claims) all() (list []claim, strange []string, err error) {
	entries, err := os.ReadDir(c.dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, nil, err
	}
	for _, e := range entries {
		var one claim
		data, err := results.ReadWhole(filepath.Join(c.dir, e.Name()), claimMost)
		if fault.Machine(err) {
			return nil, nil, err
		}
		if err != nil || json.Unmarshal(data, &one) != nil || one.Hash+".json" != e.Name() {
			strange = append(strange, e.Name())
			continue
		}
		list = append(list, one)
	}
	return list, strange, nil
}

// drop gives up the claim of a plan, and returns those of its units that no
// other plan claims. A claim that cannot be read might be for any unit: then
// there is none.
func (c claims) drop(p *Plan) (free []string, err error) {
	if err := os.Remove(c.path(p)); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, err
	}
	others, strange, err := c.all()
	if err != nil || len(strange) > 0 {
		return nil, err
	}
	claimed := map[string]bool{}
	for _, o := range others {
		for _, id := range o.Units {
			claimed[id] = true
		}
	}
	for _, id := range p.claimed() {
		if !claimed[id] {
			free = append(free, id)
		}
	}
	return free, nil
}

// release removes the units of a plan whose folder stands, but for those that
// another plan claims: an experiment that was interrupted goes on from them.
func (f *outputFolder) release(p *Plan) error {
	free, err := f.claims.drop(p)
	for _, id := range free {
		if gone := os.Remove(f.store.path(id)); gone != nil && !errors.Is(gone, fs.ErrNotExist) {
			err = errors.Join(err, gone)
		}
	}
	if err != nil {
		return fmt.Errorf("removing the finished units: %w", err)
	}
	f.removeEmpty()
	return nil
}

// giveUp drops the claim of a plan of which no unit was finished.
func (f *outputFolder) giveUp(p *Plan) error {
	for _, id := range p.claimed() {
		if _, err := os.Lstat(f.store.path(id)); err == nil {
			return nil
		}
	}
	_, err := f.claims.drop(p)
	f.removeEmpty()
	return err
}

// removeEmpty removes the folders of claims and units where they are empty.
func (f *outputFolder) removeEmpty() {
	_ = os.Remove(f.claims.dir) // it is not removed where something is in it
	_ = os.Remove(f.store.dir)
}

// sweepUp removes what a killed run was writing.
func sweepUp(dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), ".writing-") {
			if err := os.Remove(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return nil
}

// claimed are the identities of what the plan keeps in a partial folder: its units, and
// what its pilots have found or are about to.
func (p *Plan) claimed() []string {
	ids := make([]string, 0, len(p.units)+len(p.piloted))
	for _, u := range p.units {
		ids = append(ids, u.id)
	}
	if p.settled == nil && p.settles() { // its units are none that are kept
		ids = ids[:0]
		for _, l := range p.pilots() {
			ids = append(ids, l.id)
		}
	}
	return append(ids, p.piloted...)
}
