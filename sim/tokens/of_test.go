package tokens

import "testing"

type fixed struct{ columns Columns }

func (f fixed) Tokens() Columns { return f.columns }

type plain struct{}

func (plain) Tokens(_, attr uint32, _ uint64) Request { return Request{Input: int32(attr)} }

type drawn struct {
	plain
	run *[2]uint64
}

func (d drawn) Run(seed, replication uint64) Columns {
	*d.run = [2]uint64{seed, replication}
	return plain{}
}

// A workload without columns has none, and those that are drawn are asked for the run's.
func TestOf(t *testing.T) {
	if c := Of(3, 1, 2); c != nil {
		t.Errorf("%v of no source", c)
	}
	if c := Of(fixed{}, 1, 2); c != nil {
		t.Errorf("%v of a source without columns", c)
	}
	if c := Of(fixed{plain{}}, 1, 2); c.Tokens(0, 7, 0).Input != 7 {
		t.Errorf("%v", c)
	}
	var run [2]uint64
	if c := Of(fixed{drawn{run: &run}}, 5, 6); c != (plain{}) || run != [2]uint64{5, 6} {
		t.Errorf("%v of run %v", c, run)
	}
}
