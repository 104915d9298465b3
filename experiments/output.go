package experiments

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/coldcurve/coldcurve/results"
)

// maxMark is far above the file by which a folder is known to be ours, bytes.
const maxMark = 64 << 20

// MayReplace reports an error where dir is there and is neither empty nor a
// folder of ours: one that has the file mark. holds looks at what is in that
// file, and its error says what the folder holds instead. Whatever the user
// forces, nothing but a folder of ours is replaced: a slip of -o must not remove
// a home folder. kind is the word for such a folder. What the user can mend is
// an *InputError.
func MayReplace(dir, kind, mark string, holds func(mark []byte) error) error {
	entries, err := os.ReadDir(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return input(fmt.Errorf("looking at the output folder: %w", err))
	case len(entries) == 0:
		return nil
	}
	data, err := results.ReadWhole(filepath.Join(dir, mark), maxMark)
	if errors.Is(err, fs.ErrNotExist) {
		return &InputError{fmt.Errorf("output folder %s is there and is no %s; choose another with -o", dir, kind)}
	}
	if err != nil {
		return input(fmt.Errorf("looking at the output folder: %w", err))
	}
	if err := holds(data); err != nil {
		return &InputError{fmt.Errorf("output folder %s %w", dir, err)}
	}
	return nil
}

// mayReplace allows a result folder of the same experiment, and with force
// that of any.
func mayReplace(dir, hash string, force bool) error {
	return MayReplace(dir, "result folder", results.ManifestFile, func(data []byte) error {
		m, err := results.ParseManifest(data)
		if err != nil {
			return fmt.Errorf("is there, and of its %s: %w; choose another with -o", results.ManifestFile, err)
		}
		if m.Hash != hash && !force {
			return fmt.Errorf("holds the results of another experiment (%q, hash %.12s…); choose another with -o, or replace it with --force", m.Title, m.Hash)
		}
		return nil
	})
}

// Publish puts an output folder into place, whole or not at all: write fills a
// fresh folder in partial, a folder on the same disk that is the caller's alone;
// it is brought to the disk and renamed to dir, and partial is removed with what
// stood there before.
func Publish(dir, partial string, write func(fresh string) error) error {
	fresh := filepath.Join(partial, "folder")
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("removing what an earlier run left: %w", err)
	}
	if err := os.Mkdir(fresh, 0o777); err != nil {
		return fmt.Errorf("making the output folder: %w", err)
	}
	if err := write(fresh); err != nil {
		return err
	}
	if err := syncFolder(fresh); err != nil {
		return fmt.Errorf("writing the output folder: %w", err)
	}
	if err := putAside(dir, filepath.Join(partial, "old")); err != nil {
		return err
	}
	if err := os.Rename(fresh, dir); err != nil {
		return fmt.Errorf("putting the output folder into place: %w", err)
	}
	if err := os.RemoveAll(partial); err != nil {
		return fmt.Errorf("removing %s: %w", partial, err)
	}
	return nil
}

// putAside moves a folder that is replaced, if there is one.
func putAside(dir, old string) error {
	if _, err := os.Lstat(dir); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.RemoveAll(old); err != nil {
		return fmt.Errorf("removing what an earlier run left: %w", err)
	}
	if err := os.Rename(dir, old); err != nil {
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
