package results

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"

	"github.com/coldcurve/coldcurve/internal/folder"
)

// SummaryKind is what a folder holds that is summed up in one JSON file.
type SummaryKind struct {
	Name    string // as in "a comparison"
	Another string // of that kind, as in "another comparison"
	Summary string // the file, as in comparison.json: its digest tells one of the kind from another
}

// summaryManifest tells the folder from others, and lists its files.
type summaryManifest struct {
	Version string  `json:"version"` // of the program
	Summary string  `json:"summary"` // the kind's file
	Digest  string  `json:"digest"`  // of that file, sha256:…
	Files   []Input `json:"files"`
}

// digestIn returns the digest of the summary that a manifest is of; "" where it is of
// no such kind.
func (k SummaryKind) digestIn(manifest []byte) string {
	var m summaryManifest
	if json.Unmarshal(manifest, &m) != nil || m.Summary != k.Summary {
		return ""
	}
	return m.Digest
}

// SummaryFolder is where something of a kind is written. It must be closed.
type SummaryFolder struct {
	*folder.Folder
	kind  SummaryKind
	force bool
}

// OpenSummaryFolder looks whether dir may hold something of a kind, before there is
// any: where it is there and holds something else, the error is a *folder.Refused.
// Another of the kind is replaced with force; files that none wrote stay.
func OpenSummaryFolder(dir string, force bool, k SummaryKind) (*SummaryFolder, error) {
	f, err := folder.Open(dir, folder.Kind{Name: "folder of " + k.Name, Force: force, Holds: func(manifest []byte) error {
		if k.digestIn(manifest) == "" {
			return fmt.Errorf("is there and its %s is not one of %s; choose another with -o", folder.Manifest, k.Name)
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	return &SummaryFolder{f, k, force}, nil
}

// WriteAll puts the summary, the files and the manifest into the folder, as a whole or
// not at all. Where another of the kind is there the error is a *folder.Refused.
func (f *SummaryFolder) WriteAll(ctx context.Context, version string, summary func(io.Writer) error, files []OutputFile) error {
	var text bytes.Buffer
	if err := summary(&text); err != nil {
		return err
	}
	sum := sha256.Sum256(text.Bytes())
	m := summaryManifest{Version: version, Summary: f.kind.Summary, Digest: sha256Prefix + hex.EncodeToString(sum[:])}
	old, err := f.Manifest()
	if err != nil {
		return fmt.Errorf("looking at the output folder: %w", err)
	}
	if old != nil && !f.force && f.kind.digestIn(old) != m.Digest {
		return &folder.Refused{Err: fmt.Errorf("output folder %s holds %s; choose another with -o, or replace it with --force", f.Dir, f.kind.Another)}
	}
	files = append(files, OutputFile{f.kind.Summary, asIs(text.Bytes())})
	return f.Publish(func(fresh string) error {
		return WriteFolder(ctx, fresh, func(out *Folder) error { return m.fill(out, files) })
	})
}

// fill makes the files of the folder, the manifest last.
func (m summaryManifest) fill(out *Folder, files []OutputFile) error {
	for _, f := range files {
		if err := out.Write(f.Name, f.Render); err != nil {
			return err
		}
	}
	m.Files = out.Files
	return out.Write(folder.Manifest, func(w io.Writer) error { return writeIndented(w, m) })
}

// PlotFiles are the files of figures at a size, in the folder of plots.
func PlotFiles(size PlotSize, figures ...*Figure) (files []OutputFile) {
	for _, f := range figures {
		if f == nil { // it has nothing to show
			continue
		}
		for _, file := range f.Files(size) {
			files = append(files, OutputFile{"plots/" + file.Name, file.Write})
		}
	}
	return files
}
