package folder

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// Partials returns the partial folders at a place, sorted: those of the output
// folders in it, of the folder itself, or the folder where it is one. They are
// known by their names and by what they hold, which is what a caller of Open may
// put there, besides our own.
func Partials(dir string, held ...string) (found []string, err error) {
	dir = filepath.Clean(dir)
	candidates := []string{dir, beside(dir), filepath.Join(dir, inner)}
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return nil, err
	}
	for _, e := range entries {
		path := filepath.Join(dir, e.Name())
		candidates = append(candidates, path, filepath.Join(path, inner))
	}
	for _, path := range candidates {
		if isPartial(path, held) && !slices.Contains(found, path) {
			found = append(found, path)
		}
	}
	slices.Sort(found)
	return found, nil
}

// isPartial reports whether a folder is a partial one, by its name and content.
func isPartial(path string, held []string) bool {
	if !strings.HasSuffix(path, ".partial") {
		return false
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		return false // not a folder, or not ours to look at
	}
	own := append([]string{freshName, oldName, journalName, probeName}, held...)
	return !slices.ContainsFunc(entries, func(e os.DirEntry) bool { return !slices.Contains(own, e.Name()) })
}

// Clean puts right what a killed process left half-way in a partial folder,
// lets the caller remove its own from it, and removes the rest. Its error is an
// *InUse where a process is writing there.
func Clean(partial string, remove func() error) error {
	dir := strings.TrimSuffix(partial, ".partial")
	if filepath.Base(partial) == inner {
		dir = filepath.Dir(partial)
	}
	if err := recoverFrom(dir, partial); err != nil {
		return err
	}
	unlock, err := lock(partial)
	if err != nil {
		return err
	}
	err = remove()
	for _, name := range []string{freshName, probeName} {
		err = errors.Join(err, os.RemoveAll(filepath.Join(partial, name)))
	}
	if err == nil {
		err = os.Remove(partial)
	}
	return errors.Join(err, unlock())
}

// Used reports whether a process is writing to a partial folder.
func Used(partial string) bool {
	unlock, err := lock(partial)
	if err != nil {
		var used *InUse
		return errors.As(err, &used)
	}
	return unlock() != nil
}

// Of returns the output folder that a partial folder is of.
func Of(partial string) string {
	if filepath.Base(partial) == inner {
		return filepath.Dir(partial)
	}
	return strings.TrimSuffix(partial, beside(""))
}
