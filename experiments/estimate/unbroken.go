package estimate

import "regexp"

var withUnit = regexp.MustCompile(`(\d) (%|ns|µs|ms|s|min|h|USD)(?:$|([ ,;]))`)

// unbroken keeps a number and its unit on one line of a page.
func unbroken(s string) string { return withUnit.ReplaceAllString(s, "$1\u00a0$2$3") }
