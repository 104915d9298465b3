package endless

import (
	"slices"
	"testing"
)

func TestDown(t *testing.T) {
	if !slices.Equal(Down(3), []int{3, 2, 1}) {
		t.Error("wrong")
	}
}
