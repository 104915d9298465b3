package traces

import "fmt"

// What the functions of a trace take in memory is bounded: a few kB each while a run
// tells them apart, and their names.
const (
	// functionsMost is far more than the 83,000 of two weeks of Azure 2019.
	functionsMost = 1 << 19
	// nameMost is how long a name is at most, in bytes: an ARN has 2,048.
	nameMost = 4096
	// namesMost bounds all names and attributes of a trace together, in bytes.
	namesMost = 256 << 20
)

// census counts the functions of a trace, or what a table says of them, against the
// bounds.
type census struct {
	functions int
	names     int // bytes
}

// add counts one, with its names and attributes. It returns what is wrong.
func (c *census) add(names ...int) string {
	c.functions++
	for _, n := range names {
		c.names += n
	}
	switch {
	case c.functions > functionsMost:
		return fmt.Sprintf("found function %d, expected at most %d in a trace", c.functions, functionsMost)
	case c.names > namesMost:
		return fmt.Sprintf("the names of the first %d functions take more than %d MB, expected shorter ones", c.functions, namesMost>>20)
	}
	return ""
}
