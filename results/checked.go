package results

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// What is read back from a folder is checked first: its size before it is held
// in memory, its digest before any of it is believed. A reader of Parquet takes
// lengths from the file, so that one flipped bit is another number, or gigabytes.

// sha256Prefix begins the digests of a manifest.
const sha256Prefix = "sha256:"

// maxManifest is far above what a manifest of a hundred thousand platforms takes, bytes.
const maxManifest = 16 << 20

// ReadWhole reads a file of at most most bytes. One that is larger, or is no
// regular file, is an error that does not wrap an *fs.PathError: the file is to
// blame, not the machine.
func ReadWhole(path string, most int64) ([]byte, error) {
	f, size, err := OpenFile(path)
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only
	if size > most {
		return nil, fmt.Errorf("%s: found %d bytes, want at most %d", path, size, most)
	}
	return io.ReadAll(io.LimitReader(f, most))
}

// OpenFile opens a regular file and returns its size in bytes. What is no
// regular file is an error that does not wrap an *fs.PathError.
func OpenFile(path string) (*os.File, int64, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() { // a pipe would wait for ever
		return nil, 0, fmt.Errorf("%s: found %s, want a file", path, kindOf(info))
	}
	f, err := os.Open(path)
	return f, info.Size(), err
}

func kindOf(info os.FileInfo) string {
	if info.IsDir() {
		return "a folder"
	}
	return "what is no regular file"
}

// ReadManifest reads the manifest of a result folder, and believes it where it has its
// digest.
func ReadManifest(dir string) (*Manifest, error) { return readManifest(dir) }

// Read returns one of the folder's files, of at most most bytes, where it has its digest.
func (m *Manifest) Read(dir, name string, most int64) ([]byte, error) {
	file, size, err := m.open(dir, name)
	if err != nil {
		return nil, err
	}
	defer file.Close() // read only
	if size > most {
		return nil, &spec.TooLong{Name: filepath.Join(dir, name)}
	}
	text, err := io.ReadAll(io.LimitReader(file, most))
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", filepath.Join(dir, name), err)
	}
	return text, nil
}

// readManifest reads the manifest of a result folder.
func readManifest(dir string) (*Manifest, error) {
	path := filepath.Join(dir, ManifestFile)
	text, err := ReadWhole(path, maxManifest)
	switch {
	case errors.Is(err, os.ErrNotExist):
		return nil, noFolder(dir)
	case err != nil:
		return nil, fmt.Errorf("reading the results in %s: %w", dir, err)
	}
	m, err := ParseManifest(text)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return m, nil
}

// noFolder says why there is no manifest in a folder: often its run is not done.
func noFolder(dir string) error {
	there := func(path string) bool {
		_, err := os.Stat(path)
		return err == nil
	}
	for _, partial := range []string{filepath.Clean(dir) + ".partial", filepath.Join(dir, ".coldcurve.partial")} {
		if there(partial) {
			return fmt.Errorf("%s has no results yet: its run is not done, and the finished units are in %s; the same coldcurve run goes on from there", dir, partial)
		}
	}
	if strings.HasSuffix(filepath.Clean(dir), ".partial") && there(dir) {
		return fmt.Errorf("%s holds the finished units of a run that is not done; the same coldcurve run goes on from there", dir)
	}
	if there(dir) {
		return fmt.Errorf("%s is no result folder: it has no %s", dir, ManifestFile)
	}
	return fmt.Errorf("%s: there is no such result folder", dir)
}

// open opens a file of the manifest's folder whose content has the digest that
// the manifest states. The caller closes it.
func (m *Manifest) open(dir, name string) (file *os.File, size int64, err error) {
	path := filepath.Join(dir, name)
	want := digestOf(m.Files, name)
	if want == "" {
		return nil, 0, fmt.Errorf("%s: %s states no digest of it", path, ManifestFile)
	}
	if file, size, err = OpenFile(path); err != nil {
		return nil, 0, fmt.Errorf("reading the results: %w", err)
	}
	h := sha256.New()
	if _, err = io.Copy(h, file); err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if got := sha256Prefix + hex.EncodeToString(h.Sum(nil)); err == nil && got != want {
		err = fmt.Errorf("%s: the file is damaged or was changed: its content has the digest %s, %s states %s", path, got, ManifestFile, want)
	}
	if err != nil {
		return nil, 0, errors.Join(err, file.Close())
	}
	return file, size, nil
}
