package folder

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Manifest is the name of the file that lists a folder's other files.
const Manifest = "manifest.json"

// inner is the partial folder of a folder that the system would not rename.
const inner = ".coldcurve.partial"

// Refused is an output folder that may not be replaced: the user has to choose
// another, or to move what is in it.
type Refused struct{ Err error }

func (e *Refused) Error() string { return e.Err.Error() }

// Unwrap returns the cause.
func (e *Refused) Unwrap() error { return e.Err }

// refuse says why a folder may not be replaced.
func refuse(dir, format string, a ...any) error {
	return &Refused{fmt.Errorf("output folder %s %w", dir, fmt.Errorf(format, a...))}
}

// InUse is a partial folder that another process holds.
type InUse struct{ Dir string }

func (e *InUse) Error() string {
	return fmt.Sprintf("another run is writing to %s; wait for it, or choose another folder", e.Dir)
}

// Kind is what a folder of the caller's is.
type Kind struct {
	Name string // as in "result folder"
	// Holds looks at the manifest of what stands there. Its error says what
	// the folder holds instead, as in "holds another estimate": it is refused.
	Holds func(manifest []byte) error
	Force bool // replace what the manifest lists beside other files, or changed
}

// Folder is an output folder to be written. It must be closed.
type Folder struct {
	Dir     string // as the user wrote it, a link followed
	Partial string // the caller's alone until Close, on the same disk as Dir

	kind   Kind
	inside bool // Partial is in Dir
	unlock func() error
}

// Open looks whether a folder may be replaced, and readies its partial folder.
// What a killed process left half-way is put back first. An error is a *Refused
// where the user has to choose, an *InUse where another process writes there.
func Open(dir string, k Kind) (*Folder, error) {
	dir, err := follow(dir)
	if err != nil {
		return nil, err
	}
	f := &Folder{Dir: dir, kind: k}
	for _, p := range []string{beside(dir), filepath.Join(dir, inner)} {
		if err := recoverFrom(dir, p); err != nil {
			return nil, err
		}
	}
	if _, err := f.look(); err != nil {
		return nil, err
	}
	return f, f.ready()
}

// beside is the partial folder of a folder that can be renamed.
func beside(dir string) string { return dir + ".partial" }

// follow returns where a folder is: a link leads to what is replaced.
func follow(dir string) (string, error) {
	shown := dir
	dir = filepath.Clean(dir)
	info, err := os.Lstat(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return dir, nil
	}
	if err == nil && info.Mode()&fs.ModeSymlink != 0 {
		if dir, err = filepath.EvalSymlinks(dir); errors.Is(err, fs.ErrNotExist) {
			return "", refuse(shown, "is a link that leads nowhere; choose another with -o")
		}
		if err == nil {
			info, err = os.Stat(dir)
		}
	}
	if err != nil {
		return "", fmt.Errorf("looking at the output folder: %w", err)
	}
	if !info.IsDir() {
		return "", refuse(shown, "is a file; choose another with -o")
	}
	return dir, nil
}

// ready makes and locks the partial folder: beside the folder, or in it where
// it has to stay where it is.
func (f *Folder) ready() (err error) {
	_, err = os.Stat(f.Dir)
	there := err == nil
	if there {
		if f.inside, err = mustStay(f.Dir); err != nil {
			return err
		}
	}
	if !f.inside {
		f.Partial = beside(f.Dir)
		f.unlock, err = lock(f.Partial)
		var used *InUse
		if !there || errors.As(err, &used) {
			return err
		}
		if err == nil && f.moves() {
			return nil
		}
		if err == nil {
			if err := f.Close(); err != nil {
				return err
			}
		}
		f.inside = true
	}
	f.Partial = filepath.Join(f.Dir, inner)
	f.unlock, err = lock(f.Partial)
	return err
}

// mustStay reports whether a folder may not be renamed without the ground going
// from under somebody's feet: the working folder and those above it; or whether
// an earlier run found that it cannot be.
func mustStay(dir string) (bool, error) {
	if _, err := os.Stat(filepath.Join(dir, inner)); err == nil {
		return true, nil
	}
	return holdsWorkingFolder(dir)
}

// moves reports whether the system would rename the folder: not a mount point,
// nor one in a folder that is not ours to write.
func (f *Folder) moves() bool {
	full := filepath.Join(f.Partial, probeName)
	defer os.RemoveAll(full)
	if err := os.MkdirAll(filepath.Join(full, "of this"), 0o777); err != nil {
		return false
	}
	return renameable(f.Dir, full)
}

// holdsWorkingFolder reports whether a folder is the working folder, or above.
func holdsWorkingFolder(dir string) (bool, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return false, fmt.Errorf("looking at the output folder: %w", err)
	}
	at, err := os.Getwd()
	if err != nil {
		return false, nil // the working folder is gone: nothing is above it
	}
	for {
		if here, err := os.Stat(at); err == nil && os.SameFile(info, here) {
			return true, nil
		}
		if at == filepath.Dir(at) {
			return false, nil
		}
		at = filepath.Dir(at)
	}
}

// Manifest returns the manifest of what stands in the folder's place, nil where
// there is none.
func (f *Folder) Manifest() ([]byte, error) {
	data, err := readManifest(f.Dir)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	return data, err
}

// Close lets go of the partial folder, and removes it where it is empty.
func (f *Folder) Close() error {
	_ = os.Remove(f.Partial) // it stays where something is in it
	return f.unlock()
}

// Publish puts the folder into place, whole or not at all: write fills a fresh
// folder, which takes the place of what stands there. The manifest that it
// writes lists its files. On an error the old one stands, and the partial
// folder holds nothing of the new one.
func (f *Folder) Publish(write func(fresh string) error) error {
	fresh := filepath.Join(f.Partial, freshName)
	if err := os.RemoveAll(fresh); err != nil {
		return fmt.Errorf("removing what an earlier run left: %w", err)
	}
	if err := os.Mkdir(fresh, 0o777); err != nil {
		return fmt.Errorf("making the output folder: %w", err)
	}
	err := write(fresh)
	if err == nil {
		if err = syncFolder(fresh); err != nil {
			err = Lacks(fmt.Errorf("writing the output folder: %w", err), "the folder", sizeOf(fresh), true)
		}
	}
	if err == nil {
		err = f.replace(fresh)
	}
	if err == nil || f.halfway() {
		return err
	}
	return errors.Join(err, os.RemoveAll(fresh))
}

// halfway reports whether what was put aside could not be put back: the next
// Open has to, and needs to see how far it went.
func (f *Folder) halfway() bool {
	for _, name := range []string{oldName, journalName} {
		if _, err := os.Lstat(filepath.Join(f.Partial, name)); err == nil {
			return true
		}
	}
	return false
}

// sizeOf returns the bytes of a folder's files, as far as they can be seen.
func sizeOf(dir string) (sum int64) {
	_ = filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil
		}
		if info, err := d.Info(); err == nil && info.Mode().IsRegular() {
			sum += info.Size()
		}
		return nil
	})
	return sum
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
