package estimate

import (
	"fmt"

	"github.com/coldcurve/coldcurve/costmodel"
)

// grantsOf says below a bill what free grants have taken off it; "" where that
// is nothing.
func grantsOf(worth Amount) string {
	if costmodel.Float(&worth.Sum) < 0.005 {
		return ""
	}
	return fmt.Sprintf("free grants have taken %s off: they are the account's, and its other functions use them up (--free-tier none)", worth)
}

// grantsClause says it in an answer.
func grantsClause(worth Amount) string {
	if grantsOf(worth) == "" {
		return ""
	}
	return fmt.Sprintf(" Free grants have taken %s off, which are the account's: its other functions use them up, and --free-tier none prices without.", worth)
}
