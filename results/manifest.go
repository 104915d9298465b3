package results

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strings"

	"github.com/coldcurve/coldcurve/costmodel"
)

// Manifest says what a result folder was made from, so that it can be made
// again and compared. It holds no time and no path: the same experiment gives
// the same bytes.
type Manifest struct {
	Version      string `json:"version"`       // of the program
	ModelVersion string `json:"model_version"` // of the simulated model: it changes when results do
	Title        string `json:"title"`
	Experiment   string `json:"experiment"` // name of the experiment's file, without a folder
	Hash         string `json:"experiment_hash"`
	Seed         uint64 `json:"seed"`
	Replications int    `json:"replications"`
	Lenient      bool   `json:"lenient,omitempty"` // malformed rows of traces were skipped
	// Settled is the warm-up that the run found; nil: it was given.
	Settled *Settled `json:"warmup,omitempty"`
	// Intervals says what those of the results are and cover; filled in by Write.
	Intervals string `json:"intervals,omitempty"`
	Units     int    `json:"units"`
	GOARCH    string `json:"goarch"`
	// Epochs are when time 0 of the workloads is, in UTC, in the order of their
	// first use: a trace's first arrival, or what the experiment says.
	Epochs    []string `json:"epochs"`
	Traces    []Input  `json:"traces"`
	Tariffs   []Input  `json:"tariffs"`
	Platforms []Input  `json:"platforms"`
	Scripts   []Input  `json:"scripts,omitempty"` // of policies
	Rates     string   `json:"rates,omitempty"`   // exchange rates that costs were turned by, such as 1 EUR = 1.08 USD
	// Span is what bills and costs are of; filled in by Write.
	Span    costmodel.Span `json:"span"`
	Command string         `json:"command"` // what makes this folder again
	// Clamped counts, over all units, the drawn durations that reached ten years
	// and count as that.
	Clamped uint64 `json:"clamped_durations"`
	// Part is which part of the run the folder holds, as 2/4; Build is the program that made
	// its units. Both are of a part alone: a result folder has neither.
	Part  string `json:"part,omitempty"`
	Build string `json:"build,omitempty"`

	Files []Input `json:"files"` // the folder's other files; filled in by Write
	// Digest is of the manifest's own text in which it is empty; filled in by Write.
	Digest string `json:"digest"`
}

// Input is a file or table by name and digest.
type Input struct {
	Name   string `json:"name"`
	Digest string `json:"digest"` // sha256:…
}

// write writes the manifest with the digest of its own text.
func (m Manifest) write(w io.Writer) error {
	text, err := m.text()
	if err == nil {
		_, err = w.Write(text)
	}
	if err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return nil
}

// text returns the manifest's file, whatever Digest holds.
func (m Manifest) text() ([]byte, error) {
	m.Digest = ""
	var b bytes.Buffer
	if err := writeIndented(&b, m); err != nil {
		return nil, err
	}
	head, ok := bytes.CutSuffix(b.Bytes(), []byte(manifestEnd("")))
	if !ok {
		return nil, errors.New("its last key is not its digest")
	}
	return withDigest(head), nil
}

// manifestEnd is how a manifest's file ends.
func manifestEnd(digest string) string { return fmt.Sprintf("  \"digest\": %q\n}\n", digest) }

// withDigest appends the end with the digest of a manifest of which head is all else.
func withDigest(head []byte) []byte {
	h := sha256.New()
	h.Write(head)
	h.Write([]byte(manifestEnd("")))
	return append(head[:len(head):len(head)], manifestEnd(sha256Prefix+hex.EncodeToString(h.Sum(nil)))...)
}

// ParseManifest reads a manifest's text. One that is not, to the byte, what was
// written is an error: its digest is of all of it, and is looked at first.
func ParseManifest(text []byte) (*Manifest, error) {
	m, err := parseManifest(text)
	if err == nil && m.Part != "" {
		err = fmt.Errorf("it is that of part %s of a run; coldcurve merge makes the whole of all its parts", m.Part)
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}

// parseManifest reads the manifest of a run, or of a part of one.
func parseManifest(text []byte) (*Manifest, error) {
	if what := otherKind(text); what != "" {
		return nil, fmt.Errorf("it is that of %s, and not of a run", what)
	}
	length := len(manifestEnd(sha256Prefix)) + 2*sha256.Size
	if whole := withDigest(text[:max(0, len(text)-length)]); !bytes.Equal(text, whole) {
		return nil, errors.New("it is damaged, changed or no manifest of ours: its content does not have the digest that its last line states")
	}
	m := new(Manifest)
	if err := json.Unmarshal(text, m); err != nil {
		return nil, fmt.Errorf("it is no manifest of ours: %w", err)
	}
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("it is no manifest of ours: %w", err)
	}
	return m, nil
}

// check refuses what no run writes. A digest that is right says that the text is
// whole, and nothing of who wrote it.
func (m *Manifest) check() error {
	switch {
	case m.Hash == "":
		return errors.New("it has no experiment_hash")
	case m.Replications < 1:
		return fmt.Errorf("replications: found %d, want 1 or more", m.Replications)
	case m.Settled != nil && m.Settled.Nanoseconds < 0:
		return fmt.Errorf("warmup: found %d ns, want 0 or more", m.Settled.Nanoseconds)
	case m.Units < 0:
		return fmt.Errorf("units: found %d, want 0 or more", m.Units)
	}
	seen := map[string]bool{}
	for _, f := range m.Files {
		if !fs.ValidPath(f.Name) || f.Name == "." || strings.Contains(f.Name, `\`) {
			return fmt.Errorf("files: found %q, want the path of a file below the folder", f.Name)
		}
		if seen[f.Name] {
			return fmt.Errorf("files: found %q twice", f.Name)
		}
		seen[f.Name] = true
	}
	return nil
}

// otherKind says of what other kind of folder a manifest is, by its summary; "" where
// of none that the program writes.
func otherKind(text []byte) string {
	var m struct {
		Summary string `json:"summary"`
	}
	if json.Unmarshal(text, &m) != nil {
		return ""
	}
	return map[string]string{"estimate.json": "an estimate", "optimize.json": "an advice (coldcurve optimize)", "comparison.json": "a comparison"}[m.Summary]
}

// writeIndented writes JSON for people to read.
func writeIndented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
