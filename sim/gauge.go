package sim

// Gauge is how full a server is.
type Gauge struct {
	Running int   // requests that it works on
	Waiting int   // requests in its own line
	Held    int64 // blocks of its memory that requests hold
	Blocks  int64 // blocks that there are, over all of its engines; 0: it knows none
}

// Used returns the part of the blocks that requests hold; 0 where it knows none.
func (g Gauge) Used() float64 {
	if g.Blocks == 0 {
		return 0
	}
	return float64(g.Held) / float64(g.Blocks)
}

// GaugeServer is a Server that tells how full it is, to those who route requests
// and to autoscalers. Being asked changes nothing.
type GaugeServer interface {
	Server
	Gauge(now Time) Gauge
}

// PrefixServer is a Server that keeps what it has computed, and tells how much of
// a request it would find there now. Being asked changes nothing.
type PrefixServer interface {
	Server
	// Cached returns the tokens of the request's prompt that it has, and all of
	// the prompt's.
	Cached(now Time, r ServerRequest) (cached, prompt int64)
}
