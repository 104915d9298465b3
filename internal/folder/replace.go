package folder

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"github.com/coldcurve/coldcurve/internal/plain"
)

// Names in the partial folder.
const (
	freshName   = "folder"    // the new one, being filled
	oldName     = "old"       // what was put aside
	journalName = "swap.json" // files that are being swapped one by one
	probeName   = "full"      // whether folders can be renamed
)

// replace puts the fresh folder in the place of what stands there by now.
func (f *Folder) replace(fresh string) error {
	now, err := f.look()
	switch {
	case err != nil:
		return err
	case f.inside || now.there && len(now.others) > 0:
		return f.exchange(fresh, now)
	case now.there:
		return f.rename(fresh)
	}
	return place(fresh, f.Dir)
}

// place renames the fresh folder to where nothing is.
func place(fresh, dir string) error {
	if err := os.MkdirAll(filepath.Dir(dir), 0o777); err != nil {
		return fmt.Errorf("putting the output folder into place: %w", err)
	}
	if err := os.Rename(fresh, dir); err != nil {
		return fmt.Errorf("putting the output folder into place: %w", err)
	}
	return nil
}

// rename moves the folder that stands there aside, and the fresh one into its
// place. Where it is aside nobody finds it by its name any more: it is looked at
// once more, and put back if something has come that is not ours.
func (f *Folder) rename(fresh string) error {
	old := filepath.Join(f.Partial, oldName)
	if err := os.Rename(f.Dir, old); err != nil {
		return fmt.Errorf("putting the old output folder aside: %w", err)
	}
	last, err := f.kind.look(old, f.Dir)
	if err == nil && len(last.others) > 0 {
		err = refuse(f.Dir, "has what no run wrote: %s; move it, or choose another with -o", plain.Few(last.others))
	}
	if err == nil {
		err = place(fresh, f.Dir)
	}
	if err != nil {
		if back := os.Rename(old, f.Dir); back != nil {
			err = errors.Join(err, fmt.Errorf("putting the old output folder back, which is in %s: %w", old, back))
		}
		return err
	}
	if info, err := os.Stat(old); err == nil {
		_ = os.Chmod(f.Dir, info.Mode().Perm()) // the results stand without it
	}
	return discard(old, f.Dir)
}

// discard removes a folder that was put aside, file by file as its manifest
// lists them. What else is in it by now goes to the folder that took its place.
func discard(old, dir string) error {
	c, err := read(old)
	if err != nil {
		return err
	}
	for _, name := range slices.Concat(c.ours, c.others) {
		path := filepath.Join(old, filepath.FromSlash(name))
		if slices.Contains(c.ours, name) {
			err = os.Remove(path)
		} else {
			err = moveTo(path, filepath.Join(dir, filepath.FromSlash(name)))
		}
		if err != nil {
			return fmt.Errorf("removing the old output folder: %w", err)
		}
	}
	return removeEmpty(old)
}

// removeEmpty removes a folder that holds nothing but folders.
func removeEmpty(dir string) error {
	entries, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	for _, e := range entries {
		if e.IsDir() {
			if err := removeEmpty(filepath.Join(dir, e.Name())); err != nil {
				return err
			}
		}
	}
	return errors.Join(err, os.Remove(dir))
}

// moveTo moves a file or an empty folder to where nothing is.
func moveTo(from, to string) error {
	if err := os.MkdirAll(filepath.Dir(to), 0o777); err != nil {
		return err
	}
	return Move(from, to)
}

// Move renames a file to where nothing is; its error is fs.ErrExist where
// something is.
func Move(from, to string) error {
	err := os.Link(from, to) // unlike a rename, it replaces nothing
	if err == nil {
		return os.Remove(from)
	}
	if errors.Is(err, fs.ErrExist) {
		if sameFile(from, to) { // a move that was cut short between the two steps
			return os.Remove(from)
		}
		return err
	}
	if _, there := os.Lstat(to); there == nil { // a file system without links, a folder
		return &os.LinkError{Op: "rename", Old: from, New: to, Err: fs.ErrExist}
	}
	return os.Rename(from, to)
}

// sameFile reports whether two names are of one file.
func sameFile(a, b string) bool {
	x, errX := os.Lstat(a)
	y, errY := os.Lstat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}

// journal is written before files are swapped one by one.
type journal struct {
	New []string `json:"new"` // the files of the fresh folder
}

// exchange swaps files one by one: ours go aside, those of the fresh folder
// take their place, the manifest goes first and comes last.
func (f *Folder) exchange(fresh string, now content) error {
	names, err := filesIn(fresh)
	if err != nil {
		return err
	}
	if taken := f.taken(names, now); len(taken) > 0 {
		return refuse(f.Dir, "has what no run wrote where the results go: %s; move it, or choose another with -o", plain.Few(taken))
	}
	data, err := json.Marshal(journal{names})
	if err == nil {
		err = writeSynced(filepath.Join(f.Partial, journalName), data)
	}
	if err != nil {
		return fmt.Errorf("putting the output folder into place: %w", err)
	}
	if err := f.swap(fresh, names, now.ours); err != nil {
		err = fmt.Errorf("putting the output folder into place: %w", err)
		return errors.Join(err, rollBack(f.Dir, f.Partial))
	}
	if err := errors.Join(removeEmpty(fresh), os.Remove(filepath.Join(f.Partial, journalName))); err != nil {
		return fmt.Errorf("putting the output folder into place: %w", err)
	}
	if err := discard(filepath.Join(f.Partial, oldName), f.Dir); err != nil {
		return err
	}
	return f.dropFolders(now.ours)
}

// writeSynced writes a file to the disk.
func writeSynced(path string, data []byte) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return errors.Join(err, f.Sync(), f.Close())
}

// swap moves the files.
func (f *Folder) swap(fresh string, names, ours []string) error {
	first := func(name string) int {
		if name == Manifest {
			return 0
		}
		return 1
	}
	ours = slices.Clone(ours)
	slices.SortStableFunc(ours, func(a, b string) int { return first(a) - first(b) })
	for _, name := range ours {
		local := filepath.FromSlash(name)
		if err := moveTo(filepath.Join(f.Dir, local), filepath.Join(f.Partial, oldName, local)); err != nil {
			return err
		}
	}
	names = slices.Clone(names)
	slices.SortStableFunc(names, func(a, b string) int { return first(b) - first(a) })
	for _, name := range names {
		local := filepath.FromSlash(name)
		if err := moveTo(filepath.Join(fresh, local), filepath.Join(f.Dir, local)); err != nil {
			return err
		}
	}
	return nil
}

// taken returns the names at which something stands that is not ours.
func (f *Folder) taken(names []string, now content) (taken []string) {
	for _, name := range names {
		// A link in the place of a folder leads out of this one.
		for at := filepath.Dir(filepath.FromSlash(name)); at != "."; at = filepath.Dir(at) {
			info, err := os.Lstat(filepath.Join(f.Dir, at))
			if err == nil && info.Mode()&fs.ModeSymlink != 0 && !slices.Contains(taken, filepath.ToSlash(at)) {
				taken = append(taken, filepath.ToSlash(at))
			}
		}
		if slices.Contains(now.ours, name) {
			continue
		}
		if _, err := os.Lstat(filepath.Join(f.Dir, filepath.FromSlash(name))); err == nil {
			taken = append(taken, name)
		}
	}
	return taken
}

// dropFolders removes the folders of files that are gone, where they are empty.
func (f *Folder) dropFolders(names []string) error {
	for _, name := range names {
		for at := filepath.Dir(filepath.FromSlash(name)); at != "."; at = filepath.Dir(at) {
			dir := filepath.Join(f.Dir, at)
			entries, err := os.ReadDir(dir)
			if errors.Is(err, fs.ErrNotExist) {
				continue
			}
			if err != nil || len(entries) > 0 {
				break
			}
			if err := os.Remove(dir); err != nil {
				return fmt.Errorf("removing the old output folder: %w", err)
			}
		}
	}
	return nil
}

// filesIn lists the files of a folder, names with /.
func filesIn(dir string) (names []string, err error) {
	err = filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		rel, err := filepath.Rel(dir, path)
		names = append(names, filepath.ToSlash(rel))
		return err
	})
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return names, err
}
