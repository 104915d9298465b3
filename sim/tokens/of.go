package tokens

// Drawn are columns that are drawn, and differ from run to run.
type Drawn interface {
	Columns
	// Run returns the columns of one run, of this seed and replication.
	Run(seed, replication uint64) Columns
}

// Of returns the columns of a workload in one run; nil where it has none.
func Of(workload any, seed, replication uint64) Columns {
	s, ok := workload.(Source)
	if !ok {
		return nil
	}
	c := s.Tokens()
	if d, ok := c.(Drawn); ok {
		return d.Run(seed, replication)
	}
	return c
}
