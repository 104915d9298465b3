package experiments

import (
	"slices"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/results"
	"github.com/coldcurve/coldcurve/workloads"
)

// SetPaths returns paths that --set can change in an experiment's file, in the
// order of the documentation: those of its platforms and functions by their
// names, or by * where the file cannot be read. Parameters of policies, servers and
// distributions lie below theirs and are not among them.
func SetPaths(file string, data []byte) []string {
	root, err := spec.Parse(file, data)
	if err != nil {
		root = spec.FromValue(file, 1, map[string]any{})
	}
	paths := []string{"title", "description", "seed", "replications", "intervals", "batches", "counterfactual"}
	paths = setKeys(paths, "workload", spec.Params(new(workloadSpec)), "function", "sample")
	paths = append(paths, "workload.sample.functions")
	for _, name := range namesOf(root.Get("workload", "function")) {
		paths = setKeys(paths, "workload.function."+name, spec.Params(new(workloads.FunctionSpec)), "name")
	}
	for _, name := range namesOf(root.Get("platform")) {
		at := "platform." + name
		paths = setKeys(paths, at, spec.Params(new(platformSpec)), "name", "limit", "gpu", "cluster")
		paths = setKeys(paths, at+".limit", spec.Params(new(limitSpec)))
		paths = setKeys(paths, at+".gpu", spec.Params(new(gpuSpec)))
		paths = setKeys(paths, at+".cluster", spec.Params(new(clusterSpec)))
		for _, part := range []string{"server", "keepalive", "prewarm", "pool", "scaling", "routing", "placement", "eviction"} {
			paths = append(paths, at+"."+part+".name")
		}
	}
	for _, m := range results.Metrics() {
		paths = append(paths, "slo."+m.Name, "tolerance."+m.Name, "precision."+m.Name)
	}
	paths = setKeys(paths, "goodput", spec.Params(new(goodputSpec)))
	paths = setKeys(paths, "operator", spec.Params(new(operatorSpec)))
	paths = setKeys(paths, "bill", spec.Params(new(billSpec)))
	return setKeys(paths, "output", spec.Params(new(outputSpec)))
}

// setKeys adds the keys of a table, but for some.
func setKeys(paths []string, at string, params []spec.Param, without ...string) []string {
	for _, p := range params {
		if !slices.Contains(without, p.Name) {
			paths = append(paths, at+"."+p.Name)
		}
	}
	return paths
}

// namesOf are the names of a list of tables as a path has them; * where there
// are none. A name that no path can have is left out.
func namesOf(list *spec.Node) (names []string) {
	for _, n := range items(list) {
		if key := quotedKey(nameOf(n)); key != "" {
			names = append(names, key)
		}
	}
	if len(names) == 0 {
		return []string{"*"}
	}
	return names
}
