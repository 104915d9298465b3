//go:build darwin || dragonfly || freebsd || linux || netbsd || openbsd

package experiments

import (
	"path/filepath"
	"testing"
)

// TestTwoRunsToOneFolder: the second is told of the first, touches nothing,
// and may begin when the first is done.
func TestTwoRunsToOneFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "out")
	first, err := openFolder(dir, "hash", false)
	if err != nil {
		t.Fatal(err)
	}
	want := "another run is writing to " + dir + ".partial; wait for it, or choose another folder"
	if _, err := openFolder(dir, "hash", false); err == nil || err.Error() != want {
		t.Errorf("got %v, want %s", err, want)
	}
	if err := first.unlock(); err != nil {
		t.Fatal(err)
	}
	second, err := openFolder(dir, "hash", false)
	if err != nil {
		t.Fatal(err)
	}
	second.unlock()
}
