package results

// LimitRecord is a limit of an application, and what was asked of it.
type LimitRecord struct {
	Of     string  // whose it is
	What   string  // what is counted
	Part   string  // each of which has a limit of its own: key, shard, partition; "": there is one
	Value  float64 // a second where Second is true, else at a time
	Burst  float64 // where Second is true: at once, after a pause
	Peak   float64 // the most in a second, or at a time, of the part that has most; where Mean is true the mean at a time
	Long   float64 // where Second is true: the most in any Stretch, in which a burst is little beside the rate
	Excess float64 // where Second is true: those that waited or were refused
	Second bool
	Mean   bool
	Fixed  bool   // it does not grow with the load
	Over   string // what happens to what is over it
	Grade  string // of Value; "": the user's own, or see the assumptions
	// Stretch is how long, s, that is.
	Stretch float64
}
