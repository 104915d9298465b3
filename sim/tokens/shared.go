package tokens

// Sharing are columns that know whether any two requests share a beginning.
type Sharing interface {
	Columns
	// Shared reports whether some request names blocks.
	Shared() bool
}

// Shared reports whether requests of a workload can share beginnings: whether
// its columns name blocks.
func Shared(workload any) bool {
	s, ok := workload.(Source)
	if !ok {
		return false
	}
	c, ok := s.Tokens().(Sharing)
	return ok && c.Shared()
}
