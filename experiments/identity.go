package experiments

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"runtime"

	"github.com/coldcurve/coldcurve/costmodel"
)

// Version is the program's version.
const Version = "0.8.0"

// ModelVersion is the version of the simulated model. It changes whenever the
// same experiment may give another result: a unit of another model is never
// taken for one of this.
const ModelVersion = "7"

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

// tariffDigest identifies what a tariff charges.
func tariffDigest(t *costmodel.Tariff) string {
	d := &digest{}
	d.add("tariff", t.Text())
	return d.sum()
}
