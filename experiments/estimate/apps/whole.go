package apps

// What is asked of an event is asked of all that it began: these are its columns.
const (
	doneP50 = "done_p50_s"
	doneP99 = "done_p99_s"
	notWell = "not_well_ratio"
)

// answered are p50 and p99 of the answers, s, and whether any event goes on behind its own.
func (m measure) answered() (p50, p99 Mean, goesOn bool) {
	p50, p99 = m.column("latency_p50_s"), m.column("latency_p99_s")
	return p50, p99, p50.Mean != m.column(doneP50).Mean || p99.Mean != m.column(doneP99).Mean
}

func (e *Estimate) answeredJSON() (out []meanJSON) {
	if e.Answered != nil {
		out = []meanJSON{jsonOf(e.Answered[0]), jsonOf(e.Answered[1])}
	}
	return out
}
