package costmodel

import "testing"

func TestShipped(t *testing.T) {
	c, err := Load()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(c.Names())
}
