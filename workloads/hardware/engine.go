package hardware

import (
	"fmt"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
)

// Engine is what a serving engine does between the kernels, by its version.
type Engine struct {
	Name string
	Help string
	// Host is what each step waits for the host: a time, and one more for each
	// request in the step. Engines that schedule a step while the one before
	// runs have none.
	Host, PerRequest sim.Time
	// Front is what passes before a request reaches the scheduler: HTTP,
	// templates, the tokenizer.
	Front  sim.Time
	Grade  string
	Source string
}

// Engines returns the engines that are known, newest first. The first is the
// default.
func Engines() []Engine {
	const fitted = "fitted on open-loop stages of vLLM 0.11 on an H100 (kubernetes-sigs/inference-perf @7de5ef2), and said of every GPU"
	synchronous := func(name string) Engine {
		return Engine{
			Name: name, Help: "schedules between the steps", Host: 900 * sim.Microsecond, PerRequest: 19 * sim.Microsecond,
			Front: 20 * sim.Millisecond, Grade: "C", Source: fitted,
		}
	}
	return []Engine{
		{
			Name: "vllm-0.19", Help: "schedules a step while the one before runs", Grade: "C",
			Source: "runs of vLLM 0.19 on two GPUs leave no host term (casys-kaist/LLMServingSim @5daddb2); front not known",
		},
		synchronous("vllm-0.12"),
		synchronous("vllm-0.11"),
	}
}

// findEngine returns the engine of a name; "" stands for the default.
func findEngine(name string) (Engine, error) {
	list := Engines()
	if name == "" {
		return list[0], nil
	}
	var names []string
	for _, e := range list {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return Engine{}, fmt.Errorf("%s", spec.Unknown("engine", name, names))
}
