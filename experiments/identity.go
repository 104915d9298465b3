package experiments

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"

	"github.com/coldcurve/coldcurve/costmodel"
)

// Version is the program's version.
const Version = "0.1.0"

// ModelVersion is the version of the simulated model. It changes whenever the
// same experiment may give another result: a unit of another model is never
// taken for one of this.
const ModelVersion = "1"

// A digest hashes parts so that no two lists of parts run together.
type digest struct{ parts []string }

func (d *digest) add(name, value string) { d.parts = append(d.parts, name, value) }

// sum returns the hexadecimal SHA-256.
func (d *digest) sum() string {
	h := sha256.New()
	for _, p := range d.parts {
		fmt.Fprintf(h, "%d:", len(p))
		io.WriteString(h, p) // a hash takes every write
	}
	return hex.EncodeToString(h.Sum(nil))
}

// newDigest starts a digest with what concerns every result: the model, and
// the architecture, since math functions differ in the last bit between them.
func newDigest() *digest {
	d := &digest{}
	d.add("model", ModelVersion)
	d.add("goarch", runtime.GOARCH)
	return d
}

// tariffDigest identifies what a tariff charges: all that it says of itself,
// and the user's folders, whose files may have changed its rule. The rules of
// shipped tariffs change with ModelVersion only.
func tariffDigest(t *costmodel.Tariff, own string) (string, error) {
	text, err := json.Marshal(t)
	if err != nil {
		return "", fmt.Errorf("identifying tariff %q: %w", t.Name, err)
	}
	d := &digest{}
	d.add("tariff", string(text))
	d.add("own", own)
	return d.sum(), nil
}

// foldersDigest hashes the tariff files of folders, in the order in which they
// are read; "" where there are no folders.
func foldersDigest(dirs []string) (string, error) {
	if len(dirs) == 0 {
		return "", nil
	}
	d := &digest{}
	for _, dir := range dirs {
		files, err := filepath.Glob(filepath.Join(dir, "*.toml"))
		if err != nil {
			return "", fmt.Errorf("listing tariffs in %s: %w", dir, err)
		}
		for _, file := range files {
			data, err := os.ReadFile(file)
			if err != nil {
				return "", fmt.Errorf("reading tariffs: %w", err)
			}
			d.add(filepath.Base(file), string(data))
		}
	}
	return d.sum(), nil
}
