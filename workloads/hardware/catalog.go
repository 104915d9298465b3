package hardware

import (
	"embed"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/workloads/hardware/tables"
)

//go:embed gpus models
var shipped embed.FS

// catalog is what profiles are made from: GPUs and models, each one file.
type catalog struct{ files fs.FS }

// names returns the names of the files of a folder, without their ending,
// sorted.
func (c catalog) names(folder string) []string {
	entries, err := fs.ReadDir(c.files, folder)
	if err != nil {
		return nil // the folder is embedded: it cannot be absent
	}
	var names []string
	for _, e := range entries {
		if name, ok := strings.CutSuffix(e.Name(), ".toml"); ok {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// read returns the tree of a file of a folder.
func (c catalog) read(folder, what, name string) (*spec.Node, error) {
	file := path.Join(folder, name+".toml")
	data, err := fs.ReadFile(c.files, file)
	if err != nil {
		return nil, fmt.Errorf("%s", spec.Unknown(what, name, c.names(folder)))
	}
	return spec.Parse(file, data)
}

// GPUs returns the GPUs that ship, sorted by name.
func GPUs() ([]GPU, error) { return all(catalog{shipped}.names("gpus"), catalog{shipped}.gpu) }

// Models returns the models that ship, sorted by name.
func Models() ([]Model, error) { return all(catalog{shipped}.names("models"), catalog{shipped}.model) }

func all[T any](names []string, read func(string) (T, error)) ([]T, error) {
	var list []T
	for _, name := range names {
		v, err := read(name)
		if err != nil {
			return nil, fmt.Errorf("reading what ships: %w", err)
		}
		list = append(list, v)
	}
	return list, nil
}

func (c catalog) model(name string) (Model, error) {
	root, err := c.read("models", "model", name)
	if err != nil {
		return Model{}, err
	}
	var s modelSpec
	if err := root.Decode(&s); err != nil {
		return Model{}, err
	}
	if err := checkGrade(root, s.Grade); err != nil {
		return Model{}, err
	}
	shape, err := s.Shape.complete(root)
	return Model{name, s.Title, s.Source, s.Grade, shape}, err
}

func (c catalog) gpu(name string) (GPU, error) {
	root, err := c.read("gpus", "GPU", name)
	if err != nil {
		return GPU{}, err
	}
	var s gpuSpec
	if err := root.Decode(&s); err != nil {
		return GPU{}, err
	}
	if err := checkGrade(root, s.Grade); err != nil {
		return GPU{}, err
	}
	for _, v := range []struct {
		key   string
		value float64
	}{{"memory", float64(s.Memory)}, {"bandwidth", s.Bandwidth}, {"flops_bf16", s.FlopsBF16}, {"per_node", float64(s.PerNode)}} {
		if !(v.value > 0) {
			return GPU{}, root.Get(v.key).Errorf("found %v, want a number above 0", v.value)
		}
	}
	for i, d := range s.Draws {
		at := root.Get("draw", fmt.Sprint(i))
		if err := checkGrade(at, d.Grade); err != nil {
			return GPU{}, err
		}
		if !(d.Decode > 0 && d.Decode <= s.Power) {
			return GPU{}, at.Get("decode").Errorf("found %v W, want more than 0 and at most the board's power = %v", d.Decode, s.Power)
		}
	}
	if s.PerNode > 1 && !(s.Link > 0) {
		return GPU{}, root.Errorf("missing key %q: the bytes a second between the %d GPUs of a node", "link", s.PerNode)
	}
	return GPU{
		Name: name, Title: s.Title, Memory: int64(s.Memory), Bandwidth: s.Bandwidth, FlopsBF16: s.FlopsBF16, FlopsFP8: s.FlopsFP8, FlopsFP4: s.FlopsFP4,
		Power: s.Power, PerNode: s.PerNode, Link: s.Link, Attention: s.Attention, Kernels: s.Kernels, Operations: s.Operations, Draws: s.Draws, Half: s.Half, Grade: s.Grade, Source: s.Source,
	}, nil
}

func checkGrade(n *spec.Node, grade string) error {
	if len(grade) != 1 || !strings.Contains("ABCU", grade) {
		return n.Get("grade").Errorf("found %q, want A, B, C or U", grade)
	}
	return nil
}

// tables reads a file of measured times.
func (c catalog) tables(name string) (*tables.File, error) {
	file := path.Join("gpus", name)
	r, err := c.files.Open(file)
	if err != nil {
		return nil, fmt.Errorf("reading measured times: %w", err)
	}
	defer r.Close()
	return tables.Read(file, r)
}
