package sim

// Refuse ends the run with an error, from within what an Actor is told or a policy is
// asked, where none can be returned. It does not return; Run's error wraps it.
func Refuse(err error) { panic(refusal{err}) }
