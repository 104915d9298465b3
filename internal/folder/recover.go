package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// recoverFrom puts right what a process left that was killed while it replaced
// a folder: the old one is put back, or, where the new one stands, removed.
func recoverFrom(dir, partial string) error {
	old := filepath.Join(partial, oldName)
	_, err := os.Lstat(filepath.Join(partial, journalName))
	journaled := err == nil
	if _, err := os.Lstat(old); !journaled && errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	unlock, err := lock(partial)
	if err != nil {
		return err
	}
	_, gone := os.Lstat(dir)
	unplaced, inFresh := filesIn(filepath.Join(partial, freshName))
	switch {
	case inFresh != nil:
		err = fmt.Errorf("looking at what an earlier run left: %w", inFresh)
	case journaled:
		err = rollBack(dir, partial)
	case errors.Is(gone, fs.ErrNotExist):
		if err = os.Rename(old, dir); err != nil {
			err = fmt.Errorf("putting the old output folder back: %w", err)
		}
	case len(unplaced) > 0:
		err = refuse(dir, "is there, and results that stood there are in %s; move one of them", old)
	default:
		err = discard(old, dir)
	}
	return errors.Join(err, unlock())
}

// rollBack undoes an exchange that was not finished.
func rollBack(dir, partial string) error {
	path := filepath.Join(partial, journalName)
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("putting the old results back: %w", err)
	}
	var j journal
	if json.Unmarshal(data, &j) != nil {
		j = journal{} // it was being written: nothing was moved yet
	}
	fresh := filepath.Join(partial, freshName)
	for _, name := range j.New {
		local := filepath.FromSlash(name)
		if _, err := os.Lstat(filepath.Join(fresh, local)); err == nil { // it was not moved, or not to the end
			if placed := filepath.Join(dir, local); sameFile(placed, filepath.Join(fresh, local)) {
				if err := os.Remove(placed); err != nil {
					return fmt.Errorf("putting the old results back: %w", err)
				}
			}
			continue
		}
		err := moveTo(filepath.Join(dir, local), filepath.Join(fresh, local))
		if err != nil && !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("putting the old results back: %w", err)
		}
	}
	old := filepath.Join(partial, oldName)
	names, err := filesIn(old)
	if err != nil {
		return fmt.Errorf("putting the old results back: %w", err)
	}
	for _, name := range names {
		local := filepath.FromSlash(name)
		if err := moveTo(filepath.Join(old, local), filepath.Join(dir, local)); err != nil {
			return fmt.Errorf("putting the old results back, which are in %s: %w", old, err)
		}
	}
	return errors.Join(removeEmpty(old), os.Remove(path))
}
