package sample

import "testing"

func TestWithin(t *testing.T) {
	if !Within(1, 1, 3) || !Within(2, 1, 3) || Within(0, 1, 3) {
		t.Error("wrong")
	}
}

func TestSum(t *testing.T) {
	if Sum([]int{1, 0, 2}) != 3 {
		t.Error("wrong")
	}
}

func TestHours(t *testing.T) {
	if Hours(0, 1) != 0 {
		t.Error("wrong")
	}
}

func TestMask(t *testing.T) {
	if Mask(0b0001, 3) != 0b1010 || Mask(0b0110, 0) != 0b0111 {
		t.Error("wrong")
	}
}

func TestSteps(t *testing.T) {
	if steps["up"](1) != 2 || steps["down"] == nil {
		t.Error("wrong")
	}
}

func TestKind(t *testing.T) {
	if Kind(-1) != "negative." || Kind(2) != "positive." {
		t.Error("wrong")
	}
}
