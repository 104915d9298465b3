package sim

import (
	"testing"
	"unsafe"
)

// What requests touch keeps to its cache lines of 64 bytes.
func TestSizes(t *testing.T) {
	for name, c := range map[string]struct{ got, want uintptr }{
		"deployment": {unsafe.Sizeof(deployment{}), 128},
		"instance":   {unsafe.Sizeof(instance{}), 64},
		"serving":    {unsafe.Sizeof(serving{}), 16},
		"Outcome":    {unsafe.Sizeof(Outcome{}), 64},
		"request":    {unsafe.Sizeof(request{}), 88},
		"sequel":     {unsafe.Sizeof(sequel{}), 40},
	} {
		if unsafe.Sizeof(uintptr(0)) == 8 && c.got != c.want {
			t.Errorf("%s takes %d bytes, want %d", name, c.got, c.want)
		}
	}
}
