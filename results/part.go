package results

import (
	"context"
	"errors"
	"io"
)

// UnitsFolder is where a part's folder has its units, one file each.
const UnitsFolder = "units"

// Part is what a folder of a part of a run holds: some of the run's units, finished, and
// what the run is.
type Part struct {
	// Manifest is the run's, with Part, Build and the command that makes the part again.
	Manifest            Manifest
	Experiment, Tariffs []byte   // as in a result folder; nil: there is none
	Units               []string // names of their files
	Copy                func(name string, w io.Writer) error
}

// Write writes the folder's files into dir, which exists, and last its manifest. The bytes
// depend on the part alone.
func (p *Part) Write(ctx context.Context, dir string) error {
	return WriteFolder(ctx, dir, func(f *Folder) error {
		for _, name := range p.Units {
			if err := f.Write(UnitsFolder+"/"+name, func(w io.Writer) error { return p.Copy(name, w) }); err != nil {
				return err
			}
		}
		for _, text := range []Text{{ExperimentFile, p.Experiment}, {TariffsFile, p.Tariffs}} {
			if text.Data == nil {
				continue
			}
			if err := f.Write(text.Name, asIs(text.Data)); err != nil {
				return err
			}
		}
		m := p.Manifest
		m.Files = f.Files
		return f.Write(ManifestFile, m.write)
	})
}

// ParsePartManifest reads the manifest of a part's folder, as ParseManifest that of a
// result folder.
func ParsePartManifest(text []byte) (*Manifest, error) {
	m, err := parseManifest(text)
	if err == nil && m.Part == "" {
		err = errors.New("it is that of a whole run, and not of a part of one")
	}
	if err != nil {
		return nil, err
	}
	return m, nil
}
