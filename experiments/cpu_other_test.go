//go:build !unix

package experiments_test

import (
	"testing"
	"time"
)

var processStart = time.Now()

// processorTime returns the ns since the start: this system does not say how
// much of them the process was running.
func processorTime(testing.TB) int64 { return int64(time.Since(processStart)) }
