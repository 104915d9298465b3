package imports

import (
	"regexp"
	"strconv"
	"strings"
)

// duration reads a time of the CNCF's form: a table of units, or ISO 8601.
func (im *cncf) duration(n *node, what string) (value, error) {
	if n.is(text) {
		if expression(n.text) {
			return ask(what + " is " + n.text), nil
		}
		seconds, ok := isoSeconds(n.text)
		if !ok {
			return value{}, n.errorf("%s: found %s, want a duration such as PT30S or { seconds: 30 }", what, n.found())
		}
		return lasting(n, seconds, what)
	}
	if err := n.want(table, what); err != nil {
		return value{}, err
	}
	total, any := 0.0, false
	for _, u := range []struct {
		name    string
		seconds float64
	}{{"days", 86400}, {"hours", 3600}, {"minutes", 60}, {"seconds", 1}, {"milliseconds", 0.001}} {
		v := n.get(u.name)
		if v == nil {
			continue
		}
		if expression(v.str()) {
			return ask(what + " is " + v.str()), nil
		}
		f, ok := v.num()
		if !ok || f < 0 {
			return value{}, v.errorf("%s: %s: found %s, want a number", what, u.name, v.found())
		}
		total, any = total+f*u.seconds, true
	}
	if !any {
		return value{}, n.errorf("%s: found %s, want days, hours, minutes, seconds or milliseconds", what, n.compact())
	}
	return lasting(n, total, what)
}

var iso = regexp.MustCompile(`^P(?:(\d+(?:\.\d+)?)W)?(?:(\d+(?:\.\d+)?)D)?(?:T(?:(\d+(?:\.\d+)?)H)?(?:(\d+(?:\.\d+)?)M)?(?:(\d+(?:\.\d+)?)S)?)?$`)

// isoSeconds reads a duration of ISO 8601 without years and months, whose lengths differ.
func isoSeconds(s string) (float64, bool) {
	m := iso.FindStringSubmatch(strings.TrimSpace(s))
	if m == nil || strings.Join(m[1:], "") == "" {
		return 0, false
	}
	total := 0.0
	for i, seconds := range []float64{7 * 86400, 86400, 3600, 60, 1} {
		if m[i+1] != "" {
			f, err := strconv.ParseFloat(m[i+1], 64)
			if err != nil {
				return 0, false
			}
			total += f * seconds
		}
	}
	return total, true
}

// timeout reads { after: … }, or the name of one.
func (im *cncf) timeout(n *node) (value, error) {
	if n.is(text) {
		if t := im.root.get("use", "timeouts", n.text); t != nil {
			n = t
		}
	}
	after := n.get("after")
	if after == nil {
		return value{}, n.errorf("timeout: found %s, want { after: a duration }", n.found())
	}
	return im.duration(after, "timeout")
}
