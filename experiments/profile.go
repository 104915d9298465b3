package experiments

import (
	"path/filepath"

	"github.com/coldcurve/coldcurve/internal/spec"
)

// withProfile returns a platform whose server says hardware = { profile = "FILE" }
// with the keys of that file in their places, as coldcurve calibrate writes it: the
// hardware, and of the server's other keys those that the platform does not say
// itself. A profile is of one model on one hardware, so the model must be the same,
// and nothing may stand beside its name. The file is looked up beside the
// experiment.
func withProfile(platform *spec.Node) (*spec.Node, error) {
	server := platform.Get("server")
	named := server.Get("hardware", "profile")
	if named == nil {
		return platform, nil
	}
	profile, err := readProfile(named)
	if err != nil {
		return nil, err
	}
	for _, key := range server.Get("hardware").Keys() {
		if key != "profile" && key != "label" {
			return nil, server.Get("hardware", key).Errorf("found %s beside a profile, which is of its own hardware alone; want none, or the tables of %s in its place", key, profile.File)
		}
	}
	merged := platform
	for _, key := range profile.Keys() {
		own := server.Get(key)
		switch {
		case key == "hardware" || own == nil:
			if merged, err = merged.With([]string{"server", key}, profile.Get(key)); err != nil {
				return nil, err
			}
		case key == "model" && own.Canonical() != profile.Get(key).Canonical():
			return nil, own.Errorf("found %s, want the model of the profile that its hardware names, %s (%s)", own, profile.Get(key), profile.Get(key).Place())
		}
	}
	return merged, nil
}

// readProfile reads the file that a node names.
func readProfile(named *spec.Node) (*spec.Node, error) {
	name, ok := named.Value().(string)
	if !ok || name == "" {
		return nil, named.Errorf("found %s, want the name of a file that coldcurve calibrate has written", named)
	}
	if named.Line > 0 && !filepath.IsAbs(name) {
		name = filepath.Join(filepath.Dir(named.File), name)
	}
	data, err := spec.ReadDocumentFile(name)
	if err != nil {
		return nil, named.Errorf("reading the profile: %w", err)
	}
	profile, err := spec.Parse(name, data)
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"model", "hardware"} {
		if profile.Get(key) == nil {
			return nil, profile.Errorf("missing key %q, want a profile that coldcurve calibrate has written", key)
		}
	}
	if again := profile.Get("hardware", "profile"); again != nil {
		return nil, again.Errorf("found the name of another profile, want the hardware itself")
	}
	return profile, nil
}
