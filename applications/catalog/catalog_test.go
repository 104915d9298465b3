package catalog

import (
	"testing"
)

// TestShipped: what ships is read, and each entry can be listed.
func TestShipped(t *testing.T) {
	c, err := Shipped()
	if err != nil {
		t.Fatal(err)
	}
	for i := range c.Services {
		if len(Values(&c.Services[i])) == 0 {
			t.Errorf("service %s states nothing", c.Services[i].Name)
		}
	}
}
