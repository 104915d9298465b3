package sim

// deployment is what scales: the instances and the waiting requests of one
// function, or of one app.
type deployment struct {
	first        uint32 // index of its first function
	memory       int64
	concurrency  int32
	busy         int32
	initialising int32
	waiting      fifo
	group        *group
}

type group struct{ inFlight int32 }

type fifo struct{ head, tail int }

func (f *fifo) len() int { return f.tail - f.head }

func (d *deployment) idleCount() int { return 0 }
