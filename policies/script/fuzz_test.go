package script

import (
	"strings"
	"testing"
)

// FuzzScript: whatever the text is, reading it and asking it once ends with a decision or
// with an error that names the file: no panic, no hang, and no more memory than a call may take.
func FuzzScript(f *testing.F) {
	for _, text := range []string{
		"", "def idle(:\n", "x = [[[", "\"\"\"", "def idle(ctx, view, instance, now):\n\treturn until(now)\n", "\xff", "x = 0x", "lambda: lambda: 1",
		"params = {\"window\": duration(\"10m\")}\n" + body("return until(now + ctx.params.window)"),
		"def new(group):\n    return {\"n\": [0] * 8}\n" + body("ctx.state[\"n\"][0] += 1", "return pause(now + hour, memory = 3)"),
		body("x = [1]", "for i in range(50):", "    x += x", "return stop_now"),
		body("x = (1, now)", "for i in range(50):", "    x = (x, x)", "return stop_now"),
		body("x = {(1, now): [i for i in range(9) if i % 2]}", "fail(\"%s\" % x)"),
		body("return demote(now, \"runtime\", prewarm_from = now, prewarm_until = never)"),
		body("while now: now = now * now"),
		body("return until(ctx.uniform(3) * 1e300)"),
		"idle = lambda a, b, c, d: sorted([3, 1], key = lambda x: 0 - x)",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		if _, failed := asked(t, text, ""); failed != "" && !strings.Contains(failed, "mine.star") {
			t.Errorf("%q: an error without its file: %s", text, failed)
		}
	})
}
