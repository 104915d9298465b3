package results

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"

	"github.com/coldcurve/coldcurve/internal/folder"
)

// Folder makes the files of an output folder.
type Folder struct {
	Files []Input // those that were made

	ctx  context.Context
	dir  string
	dry  bool // nothing is made but the sum of sizes
	size atomic.Int64
}

// WriteFolder lets fill make files in dir, which exists. Where the disk is full,
// the error says how much the folder needs: fill is called once more for the
// sizes alone.
func WriteFolder(ctx context.Context, dir string, fill func(*Folder) error) error {
	err := fill(&Folder{ctx: ctx, dir: dir})
	if !folder.Full(err) {
		return err
	}
	sizes := &Folder{ctx: ctx, dry: true}
	if fill(sizes) != nil {
		return err
	}
	return folder.Lacks(err, "the folder", sizes.size.Load(), true)
}

// Write makes one file, named with /, and adds it to Files.
func (f *Folder) Write(name string, render func(io.Writer) error) error {
	digest, err := f.file(name, render)
	if err != nil {
		return err
	}
	f.Files = append(f.Files, Input{Name: name, Digest: digest})
	return nil
}

// file makes one file; it may be called from several goroutines.
func (f *Folder) file(name string, render func(io.Writer) error) (digest string, err error) {
	if f.dry {
		return sha256Prefix + strings.Repeat("0", 2*sha256.Size), render(&untilDone{f.ctx, (*sizeWriter)(&f.size)})
	}
	path := filepath.Join(f.dir, filepath.FromSlash(name))
	if below := filepath.Dir(path); below != filepath.Clean(f.dir) {
		if err := os.MkdirAll(below, 0o777); err != nil {
			return "", fmt.Errorf("writing the results: %w", err)
		}
	}
	return WriteFile(f.ctx, path, render)
}

// sizeWriter counts what is written.
type sizeWriter atomic.Int64

func (s *sizeWriter) Write(p []byte) (int, error) {
	(*atomic.Int64)(s).Add(int64(len(p)))
	return len(p), nil
}
