package experiments

import (
	"fmt"
	"path"
	"slices"
	"strconv"

	"github.com/coldcurve/coldcurve/costmodel"
	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
)

// standing returns an experiment's tree with all that its own text leaves to its
// surroundings, but for traces and tariffs: the title, which is else the name of
// its file, the values of presets, and those of profiles that a platform names, of
// which a sweep keeps the names, and the applications. It is the same experiment, whatever
// becomes of the presets. A platform whose preset is swept keeps its own keys:
// none of them may stand in the way of another preset's, nor what a preset has in the way
// of a rival that is swept.
func standing(root *spec.Node, title string, paths []string, known *parts) (*spec.Node, error) {
	resolved, err := root.With([]string{"title"}, spec.FromValue(root.File, 0, title))
	if err != nil {
		return nil, err
	}
	if resolved, err = inlined(resolved, known); err != nil {
		return nil, err
	}
	for i, platform := range items(root.Get("platform")) {
		whole := platform
		swept := func(key string) bool { return sweeps(paths, nameOf(platform), key) }
		if !swept("preset") {
			if whole, err = writtenOut(platform, known, swept); err != nil {
				return nil, err
			}
		}
		if whole, err = withProfile(whole); err != nil {
			return nil, err
		}
		if resolved, err = resolved.With([]string{"platform", strconv.Itoa(i)}, whole); err != nil {
			return nil, err
		}
	}
	return keptScripts(resolved, known)
}

func sweeps(paths []string, platform, key string) bool {
	for _, path := range paths {
		if keys, err := splitPath(path); err == nil && covers(keys, []string{"platform", platform, key}) {
			return true
		}
	}
	return false
}

// writtenOut returns a platform as withPreset does, its own keys first, but for those of
// the preset whose rivals are swept.
func writtenOut(platform *spec.Node, known *parts, swept func(key string) bool) (*spec.Node, error) {
	merged, err := withPreset(platform, known)
	if err != nil {
		return nil, err
	}
	whole := platform
	for _, key := range merged.Keys() {
		if platform.Get(key) == nil && slices.ContainsFunc(rivalsOf(key), swept) {
			continue
		}
		if whole, err = whole.With([]string{key}, merged.Get(key)); err != nil {
			return nil, err
		}
	}
	return whole, nil
}

// document is the file that makes the experiment's results again.
func (p *Plan) document() []byte {
	flags := ""
	if p.lenient {
		flags = " --lenient"
	}
	return fmt.Appendf(nil, `# The experiment of this result folder: coldcurve run %s%s makes its results again.
# What --set changed and what presets say is written out here; %s is the file as it was
# written. A relative path of a trace is looked up under --data, then beside this file. With
# --tariffs %s its prices are those of then, whatever the program ships by now.

%s`, results.ExperimentFile, flags, results.SourceFile, path.Dir(results.TariffsFile), p.resolved.Document())
}

// tariffDocument is the file of the tariffs that the results are priced by; nil: none.
func (p *Plan) tariffDocument() []byte {
	if len(p.priced) == 0 {
		return nil
	}
	return []byte(costmodel.Document(p.priced))
}
