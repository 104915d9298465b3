package main

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
)

// rewrite returns the changes of the package, and its files with all of them,
// by path. Files that skip matches stay as they are.
func (t *target) rewrite(skip *regexp.Regexp) ([]mutant, map[string]string) {
	var mutants []mutant
	files := map[string]string{}
	for _, src := range t.files {
		if skip != nil && skip.MatchString(filepath.Base(src.path)) {
			continue
		}
		f := finder{target: t, src: src, mutants: &mutants}
		f.find()
		if len(f.edits) > 0 {
			files[src.path] = f.rewritten()
		}
	}
	r := strings.NewReplacer("PACKAGE", t.name, "MUTANTS", strconv.Itoa(len(mutants)))
	files[filepath.Join(t.dir, "mutant_support.go")] = r.Replace(support)
	return mutants, files
}

// build compiles the tests of the package over files into dir, and returns the
// program.
func (t *target) build(files map[string]string, dir string) (string, error) {
	var overlay struct{ Replace map[string]string }
	overlay.Replace = map[string]string{}
	for path, text := range files {
		copied := filepath.Join(dir, filepath.Base(path))
		if err := os.WriteFile(copied, []byte(text), 0o600); err != nil {
			return "", err
		}
		overlay.Replace[path] = copied
	}
	list, err := json.Marshal(overlay)
	if err != nil {
		return "", err
	}
	name := filepath.Join(dir, "overlay.json")
	if err := os.WriteFile(name, list, 0o600); err != nil {
		return "", err
	}
	program := filepath.Join(dir, "program")
	out, err := exec.Command("go", "test", "-c", "-vet=off", "-overlay", name, "-o", program, t.path).CombinedOutput()
	if err != nil {
		return "", fmt.Errorf("compiling %s with its changes: %w\n%s", t.path, err, out)
	}
	return program, nil
}
