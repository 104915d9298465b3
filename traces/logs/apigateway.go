package logs

import (
	"bytes"
	"io"

	"github.com/coldcurve/coldcurve/internal/decimal"
	"github.com/coldcurve/coldcurve/sim"
)

// readAPIGateway reads access logs of AWS API Gateway in JSON, one object a line or a
// list, as the console proposes the format for REST, HTTP and WebSocket APIs:
//
//	{"requestId":"…","requestTime":"01/Oct/2026:09:00:05 +0000","httpMethod":"GET","resourcePath":"/pets","status":"200","protocol":"HTTP/1.1","responseLength":"7"}
//
// The time is that of the arrival. The proposed format has no duration; one that was
// added is read by its usual name, that of the integration before that of the answer, ms.
func readAPIGateway(r *reader, in io.Reader) error {
	return r.readObjects(in, "", valueMost, r.gatewayRequest)
}

func (r *reader) gatewayRequest(b []byte) problem {
	g := gateway{r: r, e: r.begin()}
	g.e.trigger = "http"
	if p := g.object(b); p != "" {
		return p
	}
	if g.own {
		r.counts[countOwn]++
		return ""
	}
	switch {
	case g.epoch != nil:
		c, ok := epoch(g.epoch)
		if !ok {
			return "requestTimeEpoch: found no number, expected a Unix time in ms"
		}
		if p := g.e.setTime(c, false); p != "" {
			return p
		}
	case g.time != nil:
		c, ok := clf(g.time)
		if !ok {
			return "requestTime: found no time, expected 02/Jan/2006:15:04:05 +0000"
		}
		g.e.coarse = true
		if p := g.e.setTime(c, false); p != "" {
			return p
		}
	default:
		return "requestTime: found none, expected one"
	}
	g.e.function, g.e.route = r.joined(g.method, g.path), true
	if isRouteKey(g.key) {
		g.e.function = g.key
	} else if len(g.path) == 0 { // $default, or a WebSocket's $connect
		g.e.function, g.e.route = g.key, false
	}
	return r.add(r, g.e)
}

// gateway gathers a request.
type gateway struct {
	r            *reader
	e            *entry
	time, epoch  []byte
	method, path []byte
	key          []byte
	own          bool
	integration  bool // the duration is the integration's
}

// object takes the members of an object, and those of its integration.
func (g *gateway) object(b []byte) problem {
	w := newWalk(b, '{')
	for w.next(false) {
		v := scalar(w.value)
		if string(v) == "-" && !isIntegration(w.key) {
			continue
		}
		switch string(w.key) {
		case "requestTime":
			g.time = v
		case "requestTimeEpoch":
			g.epoch = v
		case "requestId":
			g.e.key = digest(v)
		case "httpMethod":
			g.method = v
		case "resourcePath":
			g.path = v
		case "path":
			if g.path == nil {
				g.path = v
			}
		case "routeKey":
			g.key = v
		case "status":
			if p := g.e.status(v); p != "" {
				return p
			}
		case "integration":
			if w.value[0] == '{' {
				if p := g.integrationOf(w.value); p != "" {
					return p
				}
			}
		default:
			if p := g.latency(w.key, v); p != "" {
				return p
			}
		}
	}
	if w.broken {
		return brokenObject
	}
	return ""
}

// integrationOf takes the members of an "integration".
func (g *gateway) integrationOf(b []byte) problem {
	w := newWalk(b, '{')
	for w.next(false) {
		if string(w.key) == "latency" {
			return g.latency([]byte("integrationLatency"), scalar(w.value))
		}
	}
	return ""
}

// isIntegration reports whether a member says that an integration was called.
func isIntegration(key []byte) bool {
	switch letters(key) {
	case "integrationlatency", "integrationstatus":
		return true
	}
	return false
}

// latency takes a duration. Where the log says of an integration that there was none
// (-), the gateway answered by itself.
func (g *gateway) latency(key, v []byte) problem {
	name := letters(key)
	switch {
	case isIntegration(key) && string(v) == "-":
		g.own = true
		return ""
	case name == "integrationlatency":
		g.integration = true
	case name != "responselatency" && name != "latency" || g.integration:
		return ""
	}
	d, ok := decimal.Scaled(v, 6)
	if !ok || d >= millisMax*sim.Millisecond {
		return "latency: found no number of ms, expected one"
	}
	g.e.duration = d
	g.e.has |= hasDuration
	return ""
}

// letters is a name in small letters alone: integration.latency is integrationLatency.
func letters(key []byte) string {
	var out [32]byte
	n := 0
	for _, c := range key {
		if c|0x20 >= 'a' && c|0x20 <= 'z' && n < len(out) {
			out[n] = c | 0x20
			n++
		}
	}
	return string(out[:n])
}

// isRouteKey reports whether a route key is a method and a path.
func isRouteKey(b []byte) bool {
	i := bytes.IndexByte(b, ' ')
	return i > 0 && i+1 < len(b) && b[i+1] == '/'
}
