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
	Title    string              `toml:"title" required:"true"`
	Notes    []string            `toml:"notes"`
	Value    map[string]Evidence `toml:"value" required:"true"`
	Offer    []string            `toml:"tariffs_of"`
	Operated bool                `toml:"operated"`
}

// Evidence says how well a value of a preset is known.
type Evidence struct {
	// Grade is A, B, C or U; costmodel.Grades says what each means.
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
var presetOnly = []string{"title", "notes", "value", offersKey, operatedKey}

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

// preset returns the platform keys of the preset that a platform names, nil where it
// names none.
func (p *parts) preset(platform *spec.Node) (*spec.Node, error) {
	n := platform.Get("preset")
	if n == nil {
		return nil, nil
	}
	name, ok := n.Value().(string)
	if !ok {
		return nil, n.Errorf("want the name of a preset; see coldcurve list platforms")
	}
	if p.presets[name] == nil {
		root, err := readPreset(name)
		if err != nil {
			return nil, n.Errorf("%w", err)
		}
		p.presets[name] = root.Without(presetOnly...)
	}
	return p.presets[name], nil
}

// withPreset returns a platform with the keys of its preset that it does not
// give itself, or of which it gives the rival. limit is a table of limits that stand for
// themselves and is merged key by key; any other key replaces the preset's whole value.
func withPreset(platform *spec.Node, known *parts) (*spec.Node, error) {
	if !platform.IsTable() {
		return nil, platform.Errorf("want a table: [[platform]]")
	}
	preset, err := known.preset(platform)
	if err != nil {
		return nil, err
	}
	if preset == nil {
		return platform, nil
	}
	var displaced []string
	for _, key := range platform.Keys() {
		displaced = append(displaced, rivalsOf(key)...)
	}
	merged := preset.Without(displaced...)
	merged.File, merged.Line, merged.Path = platform.File, platform.Line, platform.Path
	for _, key := range platform.Keys() {
		value := platform.Get(key)
		if key == "limit" && value.IsTable() && merged.Get(key).IsTable() {
			if value, err = over(merged.Get(key), value); err != nil {
				return nil, err
			}
		}
		if err := merged.Set([]string{key}, value); err != nil {
			return nil, err
		}
	}
	return merged, nil
}

// rivals are keys of a platform that say the same in two ways: a platform has one of them.
var rivals = [][2]string{{"vcpu", "memory_per_vcpu"}}

// rivalsOf are the keys beside which a key must not stand.
func rivalsOf(key string) (keys []string) {
	for _, pair := range rivals {
		if i := slices.Index(pair[:], key); i >= 0 {
			keys = append(keys, pair[1-i])
		}
	}
	return keys
}

// over returns a table with the keys of another over its own.
func over(table, other *spec.Node) (*spec.Node, error) {
	merged := table.Without()
	for _, key := range other.Keys() {
		if err := merged.Set([]string{key}, other.Get(key)); err != nil {
			return nil, err
		}
	}
	return merged, nil
}
