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

	"github.com/coldcurve/coldcurve/internal/folder"
	"github.com/coldcurve/coldcurve/results"
)

// A store keeps finished units as files, one a unit, named by its identity.
//
// A file is a line that says what follows, and the record. The line holds the
// unit's identity, the build that made it, and the SHA-256 of the record: what
// was cut off by a full disk, changed, or made by another build (whose policies
// may differ without a new model version) is not taken for the unit.
type store struct {
	dir   string // DIR.partial/units
	build string
}

// unitMagic begins a unit's file.
const unitMagic = "coldcurve-unit 1"

func (s store) path(id string) string { return filepath.Join(s.dir, id) }

func (s store) header(id string, payload []byte) string {
	sum := sha256.Sum256(payload)
	return fmt.Sprintf("%s %s %s %s\n", unitMagic, id, s.build, hex.EncodeToString(sum[:]))
}

// save writes a unit's record: to a temporary file, to the disk, and then into
// place, so that a file of that name is whole.
func (s store) save(id string, r *results.Replication) error {
	var payload bytes.Buffer
	if err := r.Encode(&payload); err != nil {
		return err
	}
	data := append([]byte(s.header(id, payload.Bytes())), payload.Bytes()...)
	return writeWhole(s.path(id), data)
}

// summary returns the summary of a unit that is there and whole.
func (s store) summary(id string) (*results.Replication, error) {
	payload, err := s.payload(id)
	if err != nil {
		return nil, err
	}
	r, err := results.DecodeSummary(bytes.NewReader(payload))
	if err != nil {
		return nil, err
	}
	return r.Summary(), nil
}

// unit returns a unit's record.
func (s store) unit(id string) (*results.Replication, error) {
	payload, err := s.payload(id)
	if err != nil {
		return nil, err
	}
	return results.Decode(bytes.NewReader(payload))
}

var errDamaged = errors.New("the file is damaged, or was made by another build")

// payload returns the encoded record of a unit, checked.
func (s store) payload(id string) ([]byte, error) {
	f, err := os.Open(s.path(id))
	if err != nil {
		return nil, err
	}
	defer f.Close() // read only
	in := bufio.NewReader(f)
	line, err := in.ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return nil, fmt.Errorf("reading unit %s: %w", s.path(id), err)
	}
	payload, err := io.ReadAll(in)
	if err != nil {
		return nil, fmt.Errorf("reading unit %s: %w", s.path(id), err)
	}
	if line != s.header(id, payload) {
		return nil, fmt.Errorf("reading unit %s: %w", s.path(id), errDamaged)
	}
	return payload, nil
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

// buildID identifies the running program by the content of its file. A
// program that cannot be read has no identity, and resumes what it made by
// ModelVersion alone.
func buildID() string {
	const unknown = "unknown"
	path, err := os.Executable()
	if err != nil {
		return unknown
	}
	f, err := os.Open(path)
	if err != nil {
		return unknown
	}
	defer f.Close() // read only
	h := sha256.New()
	if _, err := io.Copy(h, f); err != nil {
		return unknown
	}
	return hex.EncodeToString(h.Sum(nil)[:16])
}
