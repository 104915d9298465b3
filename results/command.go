package results

import "strings"

// The words of a manifest's command that stand for what is not in the results: a
// path of the machine that made them would differ on another.
const (
	DataWord       = "DIR"
	TariffsWord    = "TARIFFS"
	ExperimentWord = "EXPERIMENT.toml"
	TraceWord      = "TRACE"
)

// Stands says what the words of the command stand for.
func (m Manifest) Stands() string {
	var list []string
	for _, w := range []struct{ in, says string }{
		{" --data " + DataWord, DataWord + " is the folder where the path of the trace is looked up, before that of the experiment"},
		{" --tariffs " + TariffsWord, TariffsWord + " is the folder tariffs of these results"},
		{" < " + ExperimentWord, ExperimentWord + " is experiment.source.toml of these results"},
		{" < " + TraceWord, TraceWord + " is the trace, which is not kept"},
	} {
		if strings.Contains(m.Command, w.in) {
			list = append(list, w.says)
		}
	}
	return strings.Join(list, "; ")
}
