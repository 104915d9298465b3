package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
)

// source is one file of the package under test.
type source struct {
	path string
	text []byte
	tree *ast.File
}

// target is the package under test, parsed and type-checked.
type target struct {
	path, name, dir string
	fset            *token.FileSet
	info            *types.Info
	self            *types.Package
	files           []source
}

// load reads the package that pattern names, with the go command's own view of
// its files and of the export data of what it imports.
func load(pattern string) (*target, error) {
	type listed struct {
		ImportPath, Name, Dir, Export string
		GoFiles                       []string
		DepOnly                       bool
	}
	var complaint bytes.Buffer
	list := exec.Command("go", "list", "-export", "-deps", "-json=ImportPath,Name,Dir,Export,GoFiles,DepOnly", "--", pattern)
	list.Stderr = &complaint
	out, err := list.Output()
	if err != nil {
		return nil, fmt.Errorf("listing %s: %w\n%s", pattern, err, complaint.Bytes())
	}
	exports := map[string]string{}
	var found []listed
	for d := json.NewDecoder(bytes.NewReader(out)); ; {
		var l listed
		if err := d.Decode(&l); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return nil, fmt.Errorf("listing %s: %w", pattern, err)
		}
		exports[l.ImportPath] = l.Export
		if !l.DepOnly {
			found = append(found, l)
		}
	}
	if len(found) != 1 {
		return nil, fmt.Errorf("%s names %d packages, not one", pattern, len(found))
	}
	t := &target{
		path: found[0].ImportPath, name: found[0].Name, dir: found[0].Dir, fset: token.NewFileSet(),
		info: &types.Info{Types: map[ast.Expr]types.TypeAndValue{}},
	}
	var trees []*ast.File
	for _, name := range slices.Sorted(slices.Values(found[0].GoFiles)) {
		path := filepath.Join(t.dir, name)
		text, err := os.ReadFile(path)
		if err != nil {
			return nil, err
		}
		tree, err := parser.ParseFile(t.fset, path, text, parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		t.files = append(t.files, source{path, text, tree})
		trees = append(trees, tree)
	}
	conf := types.Config{Importer: importer.ForCompiler(t.fset, "gc", func(path string) (io.ReadCloser, error) {
		return os.Open(exports[path])
	})}
	if t.self, err = conf.Check(t.path, t.fset, trees, t.info); err != nil {
		return nil, fmt.Errorf("checking %s: %w", t.path, err)
	}
	return t, nil
}
