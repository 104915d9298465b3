package experiments

import (
	"path/filepath"
	"strings"
)

// Sources says from where an experiment's traces come, by its text alone: under
// says that one is looked up under the data folder, piped that one is standard
// input.
func (e *Experiment) Sources() (under, piped bool) {
	for i := range e.points {
		_, path, _ := strings.Cut(e.points[i].workload.Trace, ":")
		switch {
		case path == "-":
			piped = true
		case path != "" && !filepath.IsAbs(path):
			under = true
		}
	}
	return under, piped
}
