package catalog

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/coldcurve/coldcurve/internal/spec"
)

//go:embed *.toml
var shipped embed.FS

// Catalog is all that is known, each list sorted by name. Nobody changes it.
type Catalog struct {
	Services    []Service
	Engines     []Engine
	Overheads   []Overhead
	Invocations []Invocation // in the order of the files
	Regions     []Region
	Trips       []Trips
	Egress      []Egress // in the order of the files
}

// file is one file.
type file struct {
	Basis
	Services    []Service    `toml:"service"`
	Engines     []Engine     `toml:"engine"`
	Overheads   []Overhead   `toml:"overhead"`
	Invocations []Invocation `toml:"invocation"`
	Regions     []Region     `toml:"region"`
	Trips       []Trips      `toml:"trips"`
	Egress      []Egress     `toml:"egress"`
}

// theCatalog is read once: each application of a sweep asks for it.
var theCatalog = sync.OnceValues(func() (*Catalog, error) { return Read(shipped) })

// Shipped returns what ships.
func Shipped() (*Catalog, error) { return theCatalog() }

// Read reads the *.toml files of a directory. Errors name the file and the line.
func Read(dir fs.FS) (*Catalog, error) {
	names, err := fs.Glob(dir, "*.toml")
	if err != nil {
		return nil, err
	}
	c := &Catalog{}
	for _, name := range names {
		data, err := fs.ReadFile(dir, name)
		if err != nil {
			return nil, fmt.Errorf("reading the catalogue: %w", err)
		}
		if err := c.read("applications/catalog/"+name, data); err != nil {
			return nil, err
		}
	}
	slices.SortStableFunc(c.Services, func(a, b Service) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(c.Engines, func(a, b Engine) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(c.Overheads, func(a, b Overhead) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(c.Regions, func(a, b Region) int { return strings.Compare(a.Name, b.Name) })
	slices.SortStableFunc(c.Trips, func(a, b Trips) int { return strings.Compare(a.From, b.From) })
	return c, c.check()
}

// read adds one file.
func (c *Catalog) read(name string, data []byte) error {
	root, err := spec.Parse(name, data)
	if err != nil {
		return err
	}
	var f file
	if err := root.Decode(&f); err != nil {
		return err
	}
	if err := settle(&f); err != nil {
		return err
	}
	c.Services = append(c.Services, f.Services...)
	c.Engines = append(c.Engines, f.Engines...)
	c.Overheads = append(c.Overheads, f.Overheads...)
	c.Invocations = append(c.Invocations, f.Invocations...)
	c.Regions = append(c.Regions, f.Regions...)
	c.Trips = append(c.Trips, f.Trips...)
	c.Egress = append(c.Egress, f.Egress...)
	return nil
}

// Service returns the service of a name. Its error names the nearest one.
func (c *Catalog) Service(name string) (*Service, error) {
	return find(c.Services, "service", "services", name, func(s *Service) string { return s.Name })
}

// Engine returns the engine of a name. Its error names the nearest one.
func (c *Catalog) Engine(name string) (*Engine, error) {
	return find(c.Engines, "engine", "engines", name, func(e *Engine) string { return e.Name })
}

// Overhead returns the overhead of a name. Its error names the nearest one.
func (c *Catalog) Overhead(name string) (*Overhead, error) {
	return find(c.Overheads, "overhead", "overheads", name, func(o *Overhead) string { return o.Name })
}

// Region returns the region of a name. Its error names the nearest one.
func (c *Catalog) Region(name string) (*Region, error) {
	return find(c.Regions, "region", "regions", name, func(r *Region) string { return r.Name })
}

// find returns an entry by its name.
func find[T any](all []T, what, list, name string, nameOf func(*T) string) (*T, error) {
	names := make([]string, len(all))
	for i := range all {
		if names[i] = nameOf(&all[i]); names[i] == name {
			return &all[i], nil
		}
	}
	if _, ok := spec.Nearest(name, names); !ok && len(names) > 20 {
		return nil, fmt.Errorf("unknown %s %s; coldcurve list %s prints the %d that there are", what, spec.Quote(name), list, len(names))
	}
	return nil, errors.New(spec.Unknown(what, name, names))
}
