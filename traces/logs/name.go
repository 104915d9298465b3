package logs

import (
	"bytes"
	"cmp"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/coldcurve/coldcurve/internal/plain"
	"github.com/coldcurve/coldcurve/internal/redact"
)

// nameMost is the longest name of a function taken.
const nameMost = 256

const badName problem = "function: found a name with control characters, or not UTF-8, or of more than 256 bytes, expected a plain name"

// function returns the account of an entry. Every name that a log has passes
// here, whatever its format.
func (c *collector) function(r *reader, e *entry) (int32, problem) {
	name := e.function
	if len(name) == 0 {
		name = r.name
	}
	if len(name) == 0 {
		c.profile.Missing.Function++
		if c.last >= 0 && string(c.lastName) == r.unnamed {
			r.took = c.last
			return c.last, ""
		}
		f, p := c.called(e, []byte(r.unnamed))
		r.took = f
		return f, p
	}
	return c.called(e, name)
}

// called returns the account of a name.
func (c *collector) called(e *entry, name []byte) (int32, problem) {
	if e.route {
		return c.routes.resolve(name), ""
	}
	if c.last >= 0 && bytes.Equal(name, c.lastName) {
		return c.last, ""
	}
	f, p := c.named(name)
	if p == "" {
		c.lastName, c.last = append(c.lastName[:0], name...), f
	}
	return f, p
}

// named returns the account of a name that is no request line.
func (c *collector) named(name []byte) (int32, problem) {
	written, _ := redact.Cut(name)
	written = bytes.TrimPrefix(written, lambdaGroup)
	if f, ok := c.names[string(written)]; ok {
		return f, ""
	}
	if f, ok := c.seen[string(written)]; ok {
		return f, ""
	}
	if isRoute(written) {
		return c.routes.resolve(written), ""
	}
	if len(written) > nameMost || !utf8.Valid(written) || bytes.ContainsFunc(written, plain.Acts) {
		return 0, badName
	}
	clean, key := redact.Name(written)
	clean = plain.Line(clean) // of what was encoded
	known, by := c.names, clean
	if key != "" {
		known, by = c.apart, key
	}
	f, ok := known[by]
	if !ok && key != "" && c.numbers[clean] == 0 && !isMasked(clean) {
		if f, ok = c.names[clean]; ok { // of an ARN: without it, it is taken to be the same
			c.numbers[clean], known[by] = 1, f
		}
	}
	if !ok {
		f = c.newFunction(clean, known, by)
	}
	if len(c.seen) < 4*c.most { // cleaning takes some 50 µs
		c.seen[string(written)] = f
	}
	return f, ""
}

// newFunction adds a function, which is known by a name or a key.
func (c *collector) newFunction(clean string, known map[string]int32, by string) int32 {
	if c.live >= c.most {
		return c.rest()
	}
	if by != clean {
		clean = c.free(clean)
	}
	f := c.create(clean)
	known[by], c.names[clean] = f, f
	return f
}

func isMasked(clean string) bool {
	return strings.Contains(clean, redact.ID) || strings.Contains(clean, redact.Secret)
}

// free returns a name that is not given yet: with the next number where
// something is masked in it, or where it is given.
func (c *collector) free(clean string) string {
	masked := isMasked(clean)
	if masked {
		c.masked++
	}
	for {
		c.numbers[clean]++
		name := clean
		if n := c.numbers[clean]; masked || n > 1 {
			name = fmt.Sprintf("%s-%d", clean, n)
		}
		if _, given := c.names[name]; !given {
			return name
		}
	}
}

// rank names the functions by their rank in requests, the most first.
func (c *collector) rank(order []int32) {
	slices.SortFunc(order, func(f, g int32) int {
		return cmp.Or(cmp.Compare(c.accounts[g].Requests, c.accounts[f].Requests), cmp.Compare(f, g))
	})
	width := len(fmt.Sprint(len(order)))
	for i, f := range order {
		c.accounts[f].Name = fmt.Sprintf("function-%0*d", width, i+1)
	}
}
