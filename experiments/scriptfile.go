package experiments

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/policies/script"
	"github.com/coldcurve/coldcurve/results"
)

// A policy may be a script, which its table names. The text stands in a file beside the
// experiment, or in the experiment itself, under [scripts] by the same name, as the kept
// experiment of a result folder has it. Where a platform is read, the text stands beside
// the name, so that it is a part of what determines the platform's results.

// scriptFiles are the scripts of an experiment, each read once.
type scriptFiles struct {
	beside string     // folder in which they are looked up
	given  *spec.Node // [scripts]
	texts  []namedText
}

// policyKeys are the keys of a platform that are policies.
var policyKeys = []string{"keepalive", "prewarm", "pool", "scaling", "routing", "placement", "eviction"}

// give takes [scripts], in which each value is a text, whoever names it.
func (s *scriptFiles) give(n *spec.Node) error {
	if n != nil && !n.IsTable() {
		return n.Errorf("found %s, want texts by the names that script = has", n)
	}
	s.given = n
	for _, name := range n.Keys() {
		if _, err := scriptText(n.Get(name)); err != nil {
			return err
		}
	}
	return nil
}

// scriptText is the text that an entry of [scripts] is.
func scriptText(n *spec.Node) (string, error) {
	text, ok := n.Value().(string)
	if !ok {
		return "", n.Errorf("found %s, want the text of a script", n)
	}
	return text, nil
}

// withScripts returns a platform in which the text of each script stands beside its name.
func withScripts(platform *spec.Node, known *parts) (*spec.Node, error) {
	for _, key := range policyKeys {
		policy := platform.Get(key)
		named := policy.Get("script")
		if !policy.IsTable() || named == nil {
			continue
		}
		if at := policy.Get(script.SourceKey); at != nil {
			return nil, at.Errorf("found it beside script, want the text in the file, or under [scripts] by its name")
		}
		text, err := known.scripts.read(named)
		if err != nil {
			return nil, err
		}
		if platform, err = platform.With([]string{key, script.SourceKey}, spec.FromValue(named.File, named.Line, text)); err != nil {
			return nil, err
		}
	}
	return platform, nil
}

// read returns the text of the script that a node names.
func (s *scriptFiles) read(named *spec.Node) (string, error) {
	name, ok := named.Value().(string)
	if !ok || name == "" {
		return "", named.Errorf("found %s, want the name of a file, as in script = \"mine.star\"", named)
	}
	if i := slices.IndexFunc(s.texts, func(t namedText) bool { return t.name == name }); i >= 0 {
		return string(s.texts[i].text), nil
	}
	text, err := s.find(name)
	if err != nil {
		return "", named.Errorf("%w", err)
	}
	s.texts = append(s.texts, namedText{name, []byte(text)})
	return text, nil
}

// find looks a script up in the experiment, and beside it.
func (s *scriptFiles) find(name string) (string, error) {
	if at := s.given.Get(name); at != nil {
		return scriptText(at)
	}
	path := name
	if !filepath.IsAbs(path) {
		path = filepath.Join(s.beside, path)
	}
	data, err := spec.ReadDocumentFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("there is no script %q: looked for %s", name, path)
	}
	if err != nil {
		return "", fmt.Errorf("reading the script: %w", err)
	}
	return string(data), nil
}

// keptScripts returns a tree that holds the scripts which were read, and no others.
func keptScripts(root *spec.Node, known *parts) (*spec.Node, error) {
	root = root.Without("scripts")
	for _, t := range known.scripts.texts {
		var err error
		if root, err = root.With([]string{"scripts", t.name}, spec.FromValue(root.File, 0, string(t.text))); err != nil {
			return nil, err
		}
	}
	return root, nil
}

// scriptInputs are the scripts by name and digest.
func scriptInputs(texts []namedText) (list []results.Input) {
	for _, t := range texts {
		sum := sha256.Sum256(t.text)
		list = append(list, results.Input{Name: t.name, Digest: "sha256:" + hex.EncodeToString(sum[:])})
	}
	return list
}

// ofScript marks an error of a simulation as one in the input where it is of a script.
func (u *unit) ofScript(err error) error {
	var wrong *script.Error
	if !errors.As(err, &wrong) {
		return err
	}
	for _, pl := range u.platforms {
		for _, key := range policyKeys {
			if at := pl.node.Get(key).Get("script"); at != nil && at.Value() == wrong.File {
				return &InputError{at.Errorf("%s: %w", u.ofQuoted(), wrong)}
			}
		}
	}
	return &InputError{fmt.Errorf("%s: %w", u.ofQuoted(), wrong)}
}

// policyName is what a policy's table names: one of the registry, or a script.
func policyName(n *spec.Node) string {
	if file, ok := n.Get("script").Value().(string); ok {
		return file
	}
	return nameOf(n)
}
