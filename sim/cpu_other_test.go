//go:build !unix

package sim

import (
	"testing"
	"time"
)

var processStart = time.Now()

// processorTime is the time by the clock, where the system does not say the processor's.
func processorTime(testing.TB) int64 { return int64(time.Since(processStart)) }
