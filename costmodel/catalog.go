package costmodel

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// Catalog is a set of tariffs by name. It may be used by several goroutines.
//
// The shipped files are read when one of their tariffs is first asked for: a
// run uses one or two of several hundred.
type Catalog struct {
	mu      sync.Mutex
	entries []entry // sorted by name
	// beside has what the tariffs of a shipped file may extend, besides those
	// of the file; nil of all other catalogs.
	beside *Catalog
}

// entry is one tariff, or where it stands until it is read.
type entry struct {
	name   string
	tariff *Tariff // nil: not read yet
	file   *shelved
	own    bool // it replaces the one that file ships
}

// shelved is a shipped file that is not read yet.
type shelved struct {
	name  string
	data  []byte
	leans bool // some of its tariffs extend those of other files
}

// Names returns the names of all tariffs, sorted.
func (c *Catalog) Names() []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.names()
}

func (c *Catalog) names() []string {
	names := make([]string, len(c.entries))
	for i, e := range c.entries {
		names[i] = e.name
	}
	return names
}

// Tariffs returns all tariffs as they are listed: by kind, provider and name.
func (c *Catalog) Tariffs() []*Tariff {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err := c.readAll(); err != nil {
		panic("costmodel: " + err.Error()) // a test reads each shipped file
	}
	list := c.loaded()
	slices.SortStableFunc(list, func(a, b *Tariff) int {
		return cmp.Or(cmp.Compare(a.Kind.rank(), b.Kind.rank()), strings.Compare(a.Provider, b.Provider))
	})
	return list
}

// Tariff returns the tariff of that name; the error of an unknown one names
// the nearest. A name may end with a day: "aws-lambda@2023-05-01" is what At
// returns.
func (c *Catalog) Tariff(name string) (*Tariff, error) {
	if name, day, ok := strings.Cut(name, "@"); ok {
		return c.At(name, Date(day))
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.tariff(name)
}

func (c *Catalog) tariff(name string) (*Tariff, error) {
	i, ok := c.find(name)
	if !ok {
		return nil, c.unknown(name)
	}
	return c.entries[i].tariff, c.read(i)
}

// unknown names the nearest tariff; where none is near, there are too many to
// name.
func (c *Catalog) unknown(name string) error {
	if _, ok := spec.Nearest(name, c.names()); !ok && len(c.entries) > 20 {
		return fmt.Errorf("unknown tariff %q; coldcurve list tariffs prints the %d that there are", name, len(c.entries))
	}
	return fmt.Errorf("%s", spec.Unknown("tariff", name, c.names()))
}

func (c *Catalog) find(name string) (int, bool) {
	return slices.BinarySearchFunc(c.entries, name, func(e entry, n string) int { return strings.Compare(e.name, n) })
}

// put adds a tariff, in place of one of the same name, whose file is read
// then: its other tariffs may be eras of it.
func (c *Catalog) put(t *Tariff) error {
	i, ok := c.find(t.Name)
	if !ok {
		c.entries = slices.Insert(c.entries, i, entry{name: t.Name, tariff: t})
		return nil
	}
	if err := c.read(i); err != nil {
		return err
	}
	c.entries[i].tariff, c.entries[i].own = t, true
	return nil
}

// base returns the tariff that another one extends. Those of a shipped file
// extend shipped ones, whatever has replaced them.
func (c *Catalog) base(name string) (*Tariff, error) {
	if _, ok := c.find(name); ok || c.beside == nil {
		return c.tariff(name)
	}
	b := c.beside
	i, ok := b.find(name)
	if !ok || !b.entries[i].own {
		return b.tariff(name)
	}
	alone, err := b.entries[i].file.read(b)
	if err != nil {
		return nil, err
	}
	return alone.tariff(name)
}

// shelve notes the tariffs of a shipped directory without reading them.
func (c *Catalog) shelve(dir fs.FS, name string) error {
	err := eachFile(dir, name, func(file string, data []byte) error {
		f := &shelved{name: file, data: data}
		names, bases := namesIn(data)
		for _, n := range names {
			c.entries = append(c.entries, entry{name: n, file: f})
		}
		f.leans = slices.ContainsFunc(bases, func(b string) bool { return !slices.Contains(names, b) })
		return nil
	})
	slices.SortFunc(c.entries, func(a, b entry) int { return strings.Compare(a.name, b.name) })
	return err
}

// namesIn returns the names of a file's tariffs, and of those that they extend.
// It is no reader of TOML: in the shipped files, name is the first key of a
// tariff, and extends begins a line.
func namesIn(data []byte) (names, bases []string) {
	var begun bool
	for line := range bytes.Lines(data) {
		switch {
		case bytes.HasPrefix(line, []byte("[[tariff]]")):
			begun = true
		case begun:
			begun = false
			names = append(names, quotedIn(line)...)
		case bytes.HasPrefix(line, []byte("extends")):
			bases = append(bases, quotedIn(line)...)
		}
	}
	return names, bases
}

// quotedIn returns the first text in quotes on a line.
func quotedIn(line []byte) []string {
	_, rest, ok := bytes.Cut(line, []byte(`"`))
	text, _, closed := bytes.Cut(rest, []byte(`"`))
	if !ok || !closed {
		return nil
	}
	return []string{string(text)}
}

// read reads the file of a tariff that is not read yet, and all others of it.
func (c *Catalog) read(i int) error {
	if c.entries[i].tariff != nil {
		return nil
	}
	f := c.entries[i].file
	alone, err := f.read(c)
	if err != nil {
		return err
	}
	c.take(f, alone)
	return nil
}

// readAll reads the files that are not read yet, side by side, and then those
// that lean on others.
func (c *Catalog) readAll() error {
	var files []*shelved
	for _, e := range c.entries {
		if e.tariff == nil && !e.file.leans && !slices.Contains(files, e.file) {
			files = append(files, e.file)
		}
	}
	alone, errs := make([]*Catalog, len(files)), make([]error, len(files))
	var all sync.WaitGroup
	for i, f := range files {
		all.Go(func() { alone[i], errs[i] = f.read(nil) })
	}
	all.Wait()
	for i, f := range files {
		if errs[i] != nil {
			return errs[i]
		}
		c.take(f, alone[i])
	}
	for i := range c.entries {
		if err := c.read(i); err != nil {
			return err
		}
	}
	return nil
}

// read reads the file; beside has what it leans on, if it does.
func (f *shelved) read(beside *Catalog) (*Catalog, error) {
	c := &Catalog{beside: beside}
	if err := c.add(f.name, f.data, map[string]first{}); err != nil {
		return nil, fmt.Errorf("reading the shipped tariffs: %w", err)
	}
	return c, nil
}

// take takes the tariffs of a file, but for those that a user has replaced.
func (c *Catalog) take(f *shelved, alone *Catalog) {
	for _, e := range alone.entries {
		if i, ok := c.find(e.name); ok && c.entries[i].file == f && c.entries[i].tariff == nil {
			c.entries[i].tariff = e.tariff
		}
	}
}

// loaded returns the tariffs that are read, sorted by name.
func (c *Catalog) loaded() (list []*Tariff) {
	for _, e := range c.entries {
		if e.tariff != nil {
			list = append(list, e.tariff)
		}
	}
	return list
}

// eachFile gives the *.toml files of a directory in the order of their names.
func eachFile(dir fs.FS, name string, each func(file string, data []byte) error) error {
	entries, err := fs.ReadDir(dir, ".")
	if err != nil {
		return fmt.Errorf("listing %s: %w", name, reason(err))
	}
	for _, e := range entries {
		if e.IsDir() || !strings.HasSuffix(e.Name(), ".toml") {
			continue
		}
		path := filepath.Join(name, e.Name())
		data, err := readDocument(dir, e.Name(), path)
		if err != nil {
			return err
		}
		if err := each(path, data); err != nil {
			return err
		}
	}
	return nil
}

// readDocument reads a file of a directory; name is what messages call it.
func readDocument(dir fs.FS, file, name string) ([]byte, error) {
	f, err := dir.Open(file)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", name, err)
	}
	defer f.Close() // read only
	return spec.ReadDocument(f, name)
}

// reason is an error without the path in it, which is that within the folder.
func reason(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err
	}
	return err
}
