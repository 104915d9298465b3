package applications

import "fmt"

// startsF is an application whose only trigger starts the function f on platform here. Each of
// trigger and function, on lines 2 and 3, has further keys; more stands behind them.
func startsF(trigger, function, more string) string {
	return fmt.Sprintf(`title = "x"
trigger = [{ name = "in", start = "f", arrivals = { process = "poisson", rate = "1/s" }%s }]
function = [{ name = "f", platform = "here", service = "10ms"%s }]
%s`, trigger, function, more)
}

// callsF is a flow, on an engine with these keys, that calls f.
func callsF(name, engine string) string {
	return fmt.Sprintf(`[[flow]]
name   = %q
engine = { %s }
steps  = [{ name = "a", call = "f" }]
`, name, engine)
}
