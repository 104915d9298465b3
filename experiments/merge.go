package experiments

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"path/filepath"
	"runtime"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/plain"
	"github.com/coldcurve/coldcurve/results"
)

// Merge puts the result folder into place from the folders of all parts of the plan's run:
// the bytes are those that Run would have left on one machine, whatever the number of
// parts and their order. Nothing is simulated. Without dirs, the parts are those beside
// the result folder. What is no part of this run, of another build, or not all of it is
// refused before anything is written.
func (p *Plan) Merge(ctx context.Context, o RunOptions, dirs []string) (*results.Set, error) {
	if err := p.ableInParts(); err != nil {
		return nil, err
	}
	if o.Dir == "" {
		o.Dir = DefaultDir(p.File, p.sets...)
	}
	if o.Progress == nil {
		o.Progress = new(Progress)
	}
	if len(dirs) == 0 {
		found, err := PartsOf(o.Dir)
		if err != nil {
			return nil, err
		}
		if len(found) == 0 {
			return nil, input(fmt.Errorf("there is no part beside %s; want folders such as %s, which coldcurve run --part 1/4 leaves", o.Dir, Part{1, 4}.Dir(o.Dir)))
		}
		dirs = found
	}
	at, err := p.unitsOf(dirs)
	if err != nil {
		return nil, input(err)
	}
	f, err := p.openFolder(o)
	if err != nil {
		return nil, err
	}
	set, err := p.mergeIn(ctx, f, o, at)
	return set, errors.Join(err, f.Close())
}

// mergeIn brings the units where Run has them, and goes on as it does.
func (p *Plan) mergeIn(ctx context.Context, f *outputFolder, o RunOptions, at map[string]string) (*results.Set, error) {
	if err := p.bring(ctx, f, o, at); err != nil {
		return nil, errors.Join(err, f.giveUp(p))
	}
	return p.runIn(ctx, f, o)
}

// bring copies the units of the parts. Of parts that are damaged nothing is copied.
func (p *Plan) bring(ctx context.Context, f *outputFolder, o RunOptions, at map[string]string) error {
	each := func(do func(from store, id string) error) error {
		for _, u := range p.units {
			if ctx.Err() != nil {
				return stoppedRun(ctx, o.Progress)
			}
			if err := do(store{filepath.Join(at[u.id], results.UnitsFolder), f.store.build}, u.id); err != nil {
				return input(err)
			}
		}
		return nil
	}
	if err := each(func(from store, id string) error { return from.copy(id, io.Discard) }); err != nil {
		return err
	}
	return each(func(from store, id string) error {
		var file bytes.Buffer
		if err := from.copy(id, &file); err != nil {
			return err
		}
		return writeWhole(f.store.path(id), file.Bytes())
	})
}

// unitsOf returns the folder of a part that has each unit of the plan, by its identity.
func (p *Plan) unitsOf(dirs []string) (at map[string]string, err error) {
	at = map[string]string{}
	parts := map[int]string{}
	of, firstOf := 0, ""
	build := buildID()
	for _, dir := range dirs {
		m, part, err := p.readPart(dir, build)
		if err != nil {
			return nil, err
		}
		switch other := parts[part.Number]; {
		case of > 0 && part.Of != of:
			return nil, fmt.Errorf("%s is one of %d parts, and %s of %d; want all parts of one number", firstOf, of, dir, part.Of)
		case other != "":
			return nil, fmt.Errorf("%s and %s are both part %s; want each once", other, dir, part)
		}
		of, firstOf, parts[part.Number] = part.Of, dir, dir
		for _, file := range m.Files {
			if id, ok := strings.CutPrefix(file.Name, results.UnitsFolder+"/"); ok {
				at[id] = dir
			}
		}
	}
	var missing []string
	for i := 1; i <= of; i++ {
		if parts[i] == "" {
			missing = append(missing, Part{i, of}.String())
		}
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("of %d parts %d are not there: %s; coldcurve run with --part makes each alone", of, len(missing), plain.Few(missing))
	}
	if i := slices.IndexFunc(p.units, func(u *unit) bool { return at[u.id] == "" }); i >= 0 {
		u := p.units[i]
		return nil, fmt.Errorf("no part has unit %s (%s, replication %d); run the parts again", u.id, u.ofQuoted(), u.key.Replication+1)
	}
	return at, nil
}

// readPart reads the manifest of a part's folder, and refuses what is no part of the run.
func (p *Plan) readPart(dir, build string) (*results.Manifest, Part, error) {
	data, err := results.ReadWhole(filepath.Join(dir, results.ManifestFile), partManifestMost)
	if err != nil {
		return nil, Part{}, fmt.Errorf("part %s: %w", dir, err)
	}
	m, err := results.ParsePartManifest(data)
	if err != nil {
		return nil, Part{}, fmt.Errorf("part %s: of its %s: %w", dir, results.ManifestFile, err)
	}
	switch {
	case m.GOARCH != runtime.GOARCH:
		err = fmt.Errorf("was made on %s, this is %s; the last bits differ, so all parts are to be of one", m.GOARCH, runtime.GOARCH)
	case m.Version != Version || m.ModelVersion != ModelVersion:
		err = fmt.Errorf("was made by coldcurve %s, model %s, this is %s, model %s; merge with the program that made it, or run it again", m.Version, m.ModelVersion, Version, ModelVersion)
	case m.Hash != p.Hash:
		err = fmt.Errorf("is of another experiment, %q:%s", m.Title, p.unlike(dir, m))
	case m.Build != build:
		err = errors.New("was made by another build of coldcurve; merge with the program that made it, or run it again")
	}
	if err != nil {
		return nil, Part{}, fmt.Errorf("part %s %w", dir, err)
	}
	part, err := ParsePart(m.Part, func(string) string { return "" })
	if err != nil {
		return nil, Part{}, fmt.Errorf("part %s: of its %s: part: %w", dir, results.ManifestFile, err)
	}
	return m, part, nil
}

// partManifestMost is far above the manifest of a hundred thousand units, bytes.
const partManifestMost = 16 << 20
