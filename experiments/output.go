package experiments

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/coldcurve/coldcurve/results"
)

// mayReplace reports an error where dir is there and is neither empty nor a
// result folder of the same experiment; force allows any result folder, but
// nothing else: a slip of -o must not remove a home folder.
func mayReplace(dir, hash string, force bool) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return fmt.Errorf("looking at the output folder: %w", err)
	case len(entries) == 0:
		return nil
	}
	data, err := os.ReadFile(filepath.Join(dir, results.ManifestFile))
	if errors.Is(err, fs.ErrNotExist) {
		return &InputError{fmt.Errorf("output folder %s is there and is no result folder; choose another with -o", dir)}
	}
	if err != nil {
		return fmt.Errorf("looking at the output folder: %w", err)
	}
	var m results.Manifest
	if err := json.Unmarshal(data, &m); err != nil || m.Hash == "" {
		return &InputError{fmt.Errorf("output folder %s is there and its %s is not one of ours; choose another with -o", dir, results.ManifestFile)}
	}
	if m.Hash != hash && !force {
		return &InputError{fmt.Errorf("output folder %s holds the results of another experiment (%q, hash %.12s…); choose another with -o, or replace it with --force", dir, m.Title, m.Hash)}
	}
	return nil
}

// publish writes the result folder beside the units and renames it into place.
func (f *outputFolder) publish(set *results.Set) error {
	fresh := filepath.Join(f.partial, "folder")
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("removing what an earlier run left: %w", err)
	}
	if err := os.Mkdir(fresh, 0o777); err != nil {
		return fmt.Errorf("making the output folder: %w", err)
	}
	if err := set.Write(fresh); err != nil {
		return err
	}
	if err := syncFolder(fresh); err != nil {
		return fmt.Errorf("writing the output folder: %w", err)
	}
	if err := f.putAside(); err != nil {
		return err
	}
	if err := os.Rename(fresh, f.dir); err != nil {
		return fmt.Errorf("putting the output folder into place: %w", err)
	}
	if err := os.RemoveAll(f.partial); err != nil {
		return fmt.Errorf("removing %s: %w", f.partial, err)
	}
	return nil
}

// putAside moves a folder that is replaced into the partial one, which is
// removed in the end.
func (f *outputFolder) putAside() error {
	if _, err := os.Lstat(f.dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	old := filepath.Join(f.partial, "old")
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("removing what an earlier run left: %w", err)
	}
	if err := os.Rename(f.dir, old); err != nil {
		return fmt.Errorf("putting the old output folder aside: %w", err)
	}
	return nil
}

// syncFolder brings the files of a folder to the disk before it is renamed.
func syncFolder(dir string) error {
	return filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		return errors.Join(f.Sync(), f.Close())
	})
}
