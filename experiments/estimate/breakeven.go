package estimate

import (
	"context"
	"strings"
)

// BreakEven is cost over load.
type BreakEven struct{}

func (*BreakEven) write(*strings.Builder)                                         {}
func (r *runner) breakEven(context.Context, []Plan, []choice) (*BreakEven, error) { return nil, nil }
