package tokens

import "testing"

type sharing struct {
	plain
	shared bool
}

func (s sharing) Shared() bool { return s.shared }

// Only columns that say so share beginnings.
func TestShared(t *testing.T) {
	for _, c := range []struct {
		name     string
		workload any
		want     bool
	}{
		{"no source of tokens", 3, false},
		{"a source without columns", fixed{}, false},
		{"columns that do not say", fixed{plain{}}, false},
		{"columns without blocks", fixed{sharing{shared: false}}, false},
		{"columns with blocks", fixed{sharing{shared: true}}, true},
	} {
		if got := Shared(c.workload); got != c.want {
			t.Errorf("%s: %t", c.name, got)
		}
	}
}
