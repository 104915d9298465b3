package results

import (
	"context"
	"crypto/sha256"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/coldcurve/coldcurve/internal/folder"
)

// File is a file of an output folder, named with /, and how it is made.
type File struct {
	Name   string
	Render func(io.Writer) error
}

// WriteFolder writes files into dir, which exists, in their order, and last the
// manifest that lists them with their digests. Where the disk is full, the
// error says how much the folder needs: files is asked again, and all are made
// once more for their sizes alone.
func WriteFolder(ctx context.Context, dir string, files func() ([]File, error), manifest func([]Input) File) error {
	err := render(files, manifest, func(f File) (string, error) {
		path := filepath.Join(dir, filepath.FromSlash(f.Name))
		if err := makeFolder(dir, filepath.Dir(path)); err != nil {
			return "", err
		}
		return WriteFile(ctx, path, f.Render)
	})
	if !folder.Full(err) {
		return err
	}
	var size counter
	digest := "sha256:" + strings.Repeat("0", 2*sha256.Size) // as long as any
	again := render(files, manifest, func(f File) (string, error) { return digest, f.Render(&untilDone{ctx, &size}) })
	if again != nil {
		return err
	}
	return folder.Lacks(err, "the folder", int64(size), true)
}

// render makes all files, the manifest last.
func render(files func() ([]File, error), manifest func([]Input) File, write func(File) (digest string, err error)) error {
	list, err := files()
	if err != nil {
		return err
	}
	var done []Input
	for _, f := range list {
		digest, err := write(f)
		if err != nil {
			return err
		}
		done = append(done, Input{f.Name, digest})
	}
	_, err = write(manifest(done))
	return err
}

// makeFolder makes a folder of files below dir, which is there or is not.
func makeFolder(dir, below string) error {
	if below == filepath.Clean(dir) {
		return nil
	}
	if err := os.MkdirAll(below, 0o777); err != nil {
		return fmt.Errorf("writing the results: %w", err)
	}
	return nil
}

// counter counts what is written.
type counter int64

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
