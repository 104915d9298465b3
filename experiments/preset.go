package experiments

import (
	"embed"
	"fmt"
	"path"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
)

//go:embed platforms/*.toml
var presetFiles embed.FS

// presetSpec is what a preset's file holds beside the keys of a platform.
type presetSpec struct {
	Title string              `toml:"title" required:"true"`
	Notes []string            `toml:"notes"`
	Value map[string]Evidence `toml:"value" required:"true"`
}

// Evidence says how well a value of a preset is known.
type Evidence struct {
	// Grade is A (the provider's documentation or source code), B (a third
	// party that reads the provider's interface or repeats a measurement
	// today), C (a secondary source or an old measurement) or U (not
	// verified: an assumption).
	Grade  string `toml:"grade" required:"true"`
	Source string `toml:"source" required:"true"`
}

// Preset is a platform that ships with the program.
type Preset struct {
	Name   string
	Title  string
	Notes  []string // what the preset leaves out, and what stands in its place
	Values []PresetValue
}

// PresetValue is one key of a preset.
type PresetValue struct {
	Key   string
	Value string // as the file has it
	Evidence
}

// presetOnly are the keys of a preset's file that are none of a platform.
var presetOnly = []string{"title", "notes", "value"}

// PresetNames returns the names of the presets, sorted.
func PresetNames() []string {
	entries, err := presetFiles.ReadDir("platforms")
	if err != nil {
		return nil // the folder is embedded: it cannot be absent
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".toml"))
	}
	slices.Sort(names)
	return names
}

// Presets returns all presets, sorted by name.
func Presets() ([]Preset, error) {
	var presets []Preset
	for _, name := range PresetNames() {
		p, err := newPreset(name)
		if err != nil {
			return nil, err
		}
		presets = append(presets, p)
	}
	return presets, nil
}

func newPreset(name string) (Preset, error) {
	root, err := readPreset(name)
	if err != nil {
		return Preset{}, err
	}
	keys := root.Without(presetOnly...).Keys()
	var s presetSpec
	if err := root.Without(keys...).Decode(&s); err != nil {
		return Preset{}, err
	}
	p := Preset{Name: name, Title: s.Title, Notes: s.Notes}
	for _, key := range keys {
		p.Values = append(p.Values, PresetValue{key, root.Get(key).String(), s.Value[key]})
	}
	return p, nil
}

// readPreset returns the tree of a preset's file.
func readPreset(name string) (*spec.Node, error) {
	file := path.Join("platforms", name+".toml")
	data, err := presetFiles.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("%s", spec.Unknown("preset", name, PresetNames()))
	}
	return spec.Parse(file, data)
}

// presetOf returns the platform keys of the preset that a platform names, nil
// where it names none.
func presetOf(platform *spec.Node) (*spec.Node, error) {
	n := platform.Get("preset")
	if n == nil {
		return nil, nil
	}
	name, ok := n.Value().(string)
	if !ok {
		return nil, n.Errorf("want the name of a preset; see coldcurve list platforms")
	}
	root, err := readPreset(name)
	if err != nil {
		return nil, n.Errorf("%w", err)
	}
	return root.Without(presetOnly...), nil
}

// withPreset returns a platform with the keys of its preset that it does not
// give itself. limit is a table of limits that stand for themselves and is
// merged key by key; any other key replaces the preset's whole value.
func withPreset(platform *spec.Node) (*spec.Node, error) {
	if !platform.IsTable() {
		return nil, platform.Errorf("want a table: [[platform]]")
	}
	merged, err := presetOf(platform)
	if err != nil {
		return nil, err
	}
	if merged == nil {
		return platform, nil
	}
	merged = merged.Clone()
	merged.File, merged.Line, merged.Path = platform.File, platform.Line, platform.Path
	for _, key := range platform.Keys() {
		value := platform.Get(key)
		if key == "limit" && value.IsTable() && merged.Get(key).IsTable() {
			for _, inner := range value.Keys() {
				if err := merged.Set([]string{key, inner}, value.Get(inner)); err != nil {
					return nil, err
				}
			}
			continue
		}
		if err := merged.Set([]string{key}, value); err != nil {
			return nil, err
		}
	}
	return merged, nil
}
