package experiments

import (
	"bufio"
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"

	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/results"
)

// A store keeps finished units as files, one a unit, named by its identity.
//
// A file is a line that says what follows, and the record. The line holds the
// unit's identity, the build that made it, and the length and SHA-256 of the
// record: what was cut off by a full disk, changed, or made by another build
// (whose policies may differ without a new model version) is not taken for the
// unit. Nothing of a record is decoded, and none of it held in memory, before
// both agree.
type store struct {
	dir   string // DIR.partial/units
	build string
}

// unitMagic begins a unit's file.
const unitMagic = "coldcurve-unit 2"

func (s store) path(id string) string { return filepath.Join(s.dir, id) }

// maxHeader is more than any header has, bytes.
const maxHeader = 512

// prefix is what is known of a header before the record is read.
func (s store) prefix(id string, length int64) string {
	return fmt.Sprintf("%s %s %s %d ", unitMagic, id, s.build, length)
}

func (s store) header(id string, length int64, sum []byte) string {
	return s.prefix(id, length) + hex.EncodeToString(sum) + "\n"
}

// save writes a unit's record: to a temporary file, to the disk, and then into
// place, so that a file of that name is whole.
func (s store) save(id string, r *results.Replication) error {
	var payload bytes.Buffer
	if err := r.Encode(&payload); err != nil {
		return err
	}
	return s.put(id, payload.Bytes())
}

// put keeps a record of an identity.
func (s store) put(id string, payload []byte) error {
	sum := sha256.Sum256(payload)
	return writeWhole(s.path(id), append([]byte(s.header(id, int64(len(payload)), sum[:])), payload...))
}

// summary returns the summary of a unit that is there and whole.
func (s store) summary(id string) (r *results.Replication, err error) {
	err = s.record(id, func(in io.Reader) error {
		if r, err = results.DecodeSummary(in); err == nil {
			r = r.Summary()
		}
		return err
	})
	return r, err
}

// unit returns a unit's record.
func (s store) unit(id string) (r *results.Replication, err error) {
	err = s.record(id, func(in io.Reader) error {
		r, err = results.Decode(in)
		return err
	})
	return r, err
}

var errDamaged = errors.New("the file is damaged, or was made by another build")

// record gives the encoded record of a unit, checked, to read.
func (s store) record(id string, read func(io.Reader) error) error {
	f, size, err := results.OpenFile(s.path(id))
	if err != nil {
		return err
	}
	defer f.Close() // read only
	start, err := s.check(id, f, size)
	if err == nil {
		err = read(io.NewSectionReader(f, start, size-start))
	}
	if err != nil {
		return fmt.Errorf("reading unit %s: %w", s.path(id), err)
	}
	return nil
}

// check holds a unit's header to the rest of its file, and returns where the
// record starts.
func (s store) check(id string, f *os.File, size int64) (start int64, err error) {
	line, err := bufio.NewReader(io.NewSectionReader(f, 0, min(size, maxHeader))).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return 0, err
	}
	start = int64(len(line))
	if !strings.HasPrefix(line, s.prefix(id, size-start)) {
		return 0, errDamaged
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, start, size-start)); err != nil {
		return 0, err
	}
	if line != s.header(id, size-start, h.Sum(nil)) {
		return 0, errDamaged
	}
	return start, nil
}

// writeWhole writes a file so that it is there whole or not at all.
func writeWhole(path string, data []byte) error {
	f, err := os.CreateTemp(filepath.Dir(path), ".writing-*")
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(f.Name(), path)
	}
	if err != nil {
		err = errors.Join(err, os.Remove(f.Name()))
		return folder.Lacks(fmt.Errorf("writing %s: %w", path, err), "it", int64(len(data)), true)
	}
	return nil
}
