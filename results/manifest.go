package results

import (
	"encoding/json"
	"fmt"
	"io"
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
	Units        int    `json:"units"`
	GOARCH       string `json:"goarch"`
	// Epochs are when time 0 of the workloads is, in UTC, in the order of their
	// first use: a trace's first arrival, or what the experiment says.
	Epochs    []string `json:"epochs"`
	Traces    []Input  `json:"traces"`
	Tariffs   []Input  `json:"tariffs"`
	Platforms []Input  `json:"platforms"`
	Command   string   `json:"command"` // what makes this folder again
	// Clamped counts, over all units, the drawn durations that reached ten years
	// and count as that.
	Clamped uint64  `json:"clamped_durations"`
	Files   []Input `json:"files"` // the folder's other files; filled in by Write
}

// Input is a file or table by name and digest.
type Input struct {
	Name   string `json:"name"`
	Digest string `json:"digest"` // sha256:…
}

func (m *Manifest) write(w io.Writer) error {
	if err := writeIndented(w, m); err != nil {
		return fmt.Errorf("writing the manifest: %w", err)
	}
	return nil
}

// writeIndented writes JSON for people to read.
func writeIndented(w io.Writer, v any) error {
	e := json.NewEncoder(w)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	return e.Encode(v)
}
