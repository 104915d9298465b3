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

// compareManifest tells the folder of a comparison from others, and lists its files.
type compareManifest struct {
	Version string  `json:"version"`           // of the program that made B
	Digest  string  `json:"comparison_digest"` // of comparison.json: it tells one comparison from another
	Files   []Input `json:"files"`
}

// ComparisonFolder is where a comparison is written. It must be closed.
type ComparisonFolder struct {
	*folder.Folder
	force bool
}

// OpenComparisonFolder looks whether dir may hold a comparison, before there is one:
// where it is there and holds something else, the error is a *folder.Refused. Another
// comparison is replaced with force; files that no comparison wrote stay.
func OpenComparisonFolder(dir string, force bool) (*ComparisonFolder, error) {
	f, err := folder.Open(dir, folder.Kind{Name: "folder of a comparison", Force: force, Holds: func(data []byte) error {
		if comparisonIn(data) == "" {
			return fmt.Errorf("is there and its %s is not one of a comparison; choose another with -o", folder.Manifest)
		}
		return nil
	}})
	if err != nil {
		return nil, err
	}
	return &ComparisonFolder{f, force}, nil
}

// comparisonIn returns the digest of the comparison that a manifest is of; "": of none.
func comparisonIn(data []byte) string {
	var m compareManifest
	if json.Unmarshal(data, &m) != nil {
		return ""
	}
	return m.Digest
}

// Write puts the comparison into its folder, as a whole or not at all: compare.html,
// differences.csv (as Render's csv), comparison.json, the plot of some metrics (see
// Figure) at a size, and the manifest.
func (c *Comparison) Write(ctx context.Context, f *ComparisonFolder, j *Judgement, plotted []string, size PlotSize) error {
	var summary bytes.Buffer
	if err := c.Render(&summary, "json", j); err != nil {
		return err
	}
	sum := sha256.Sum256(summary.Bytes())
	m := compareManifest{Version: c.B.Version, Digest: sha256Prefix + hex.EncodeToString(sum[:])}
	old, err := f.Manifest()
	if err != nil {
		return fmt.Errorf("looking at the output folder: %w", err)
	}
	if old != nil && !f.force && comparisonIn(old) != m.Digest {
		return &folder.Refused{Err: fmt.Errorf("output folder %s holds another comparison; choose another with -o, or replace it with --force", f.Dir)}
	}
	figure := c.Figure(plotted)
	return f.Publish(func(fresh string) error {
		return WriteFolder(ctx, fresh, func(out *Folder) error { return c.fill(out, m, j, figure, size, summary.Bytes()) })
	})
}

// fill makes the files of the folder, the manifest last.
func (c *Comparison) fill(out *Folder, m compareManifest, j *Judgement, figure *Figure, size PlotSize, summary []byte) error {
	files := []outputFile{
		{"compare.html", func(w io.Writer) error { return c.page(w, j, figure) }},
		{"differences.csv", func(w io.Writer) error { return c.Render(w, "csv", j) }},
		{"comparison.json", asIs(summary)},
	}
	if figure != nil {
		for _, f := range figure.Files(size) {
			files = append(files, outputFile{"plots/" + f.Name, f.Write})
		}
	}
	for _, f := range files {
		if err := out.Write(f.name, f.render); err != nil {
			return err
		}
	}
	m.Files = out.Files
	return out.Write(folder.Manifest, func(w io.Writer) error { return writeIndented(w, m) })
}
