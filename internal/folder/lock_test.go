//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package folder

import (
	"path/filepath"
	"testing"
)

// TestTwoToOneFolder: the second is told of the first, touches nothing, and may
// begin when the first is done.
func TestTwoToOneFolder(t *testing.T) {
	for _, there := range []bool{false, true} {
		dir := filepath.Join(t.TempDir(), "out")
		if there {
			fill(t, dir, ours)
		}
		first := open(t, dir, false)
		want := "another run is writing to " + dir + ".partial; wait for it, or choose another folder"
		if _, err := Open(dir, kind(false)); err == nil || err.Error() != want {
			t.Errorf("got %v, want %s", err, want)
		}
		closed(t, first)
		closed(t, open(t, dir, false))
	}
}
