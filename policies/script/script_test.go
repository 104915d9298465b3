package script

import (
	std "context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/internal/spec"
	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/simtest"
)

// policy is a policy's table with the text of its script.
func policy(text, params string) *spec.Node {
	n, err := spec.Parse("x.toml", []byte("policy = { script = \"mine.star\" "+params+" }"))
	if err != nil {
		panic(err)
	}
	n = n.Get("policy")
	if err := n.Set([]string{SourceKey}, spec.FromValue("", 0, text)); err != nil {
		panic(err)
	}
	return n
}

// asked makes a policy whose idle is a text with def idle(ctx, view, instance, now), and asks
// it once at time 1 s, outside of a run: view and instance may not be looked at. It returns
// the decision or how the run would end.
func asked(t testing.TB, text, params string) (d sim.Decision, failed string) {
	t.Helper()
	f, err := KeepAlive(policy(text, params))
	if err != nil {
		return d, err.Error()
	}
	functions := []sim.Function{{Name: "f", App: "f", Memory: 128}}
	defer func() {
		if p := recover(); p != nil {
			err, ok := p.(error)
			if !ok {
				t.Fatalf("panic: %v", p)
			}
			failed = err.Error()
		}
	}()
	p := f.New(sim.Group{Functions: []uint32{0}, All: functions, Memory: 128, Key: sim.RunKey{Seed: 3}}).(*keepAlive)
	p.caller.of, p.caller.now = 0, sim.Second
	p.args = [4]value{p.ctx, p.view, p.ctx, integer(sim.Second)}
	got := p.call(p.of.idle, 4)
	answer, ok := got.(*decision)
	if !ok {
		p.refuse(p.of.idle, "it returns %s", described(got))
	}
	return answer.says, ""
}

// body is a script whose idle has these lines.
func body(lines ...string) string {
	return "def idle(ctx, view, instance, now):\n    " + strings.Join(lines, "\n    ") + "\n"
}

// TestExhaust: each way in which few steps could take all memory or all time ends soon, with
// the place. Without its guard each of these takes gigabytes, or does not end.
func TestExhaust(t *testing.T) {
	const steps = "it takes more than 1000000 steps, which is the most of one call"
	double := func(start, next string) []string {
		return []string{"x = " + start, "for i in range(60):", "    " + next, "return stop_now"}
	}
	for _, row := range []struct {
		name  string
		lines []string
		want  string
	}{
		{"endless loop", []string{"while True:", "    pass"}, steps},
		{"recursion", []string{"return idle(ctx, view, instance, now)"}, "function idle called recursively"},
		{"recursion through a lambda", []string{"f = lambda g: g(g)", "return f(f)"}, "function lambda called recursively"},
		{"a string times a number", []string{`x = "ab" * 500000000`}, "a string of more than 65536 bytes"},
		{"times in a branch", []string{"if now > 0:", `    x = "ab" * 500000000`}, "a string of more than 65536 bytes"},
		{"times in the other branch", []string{"if now < 0:", "    pass", "else:", `    x = "ab" * 500000000`}, "a string of more than 65536 bytes"},
		{"times in a condition", []string{`if "ab" * 500000000:`, "    pass"}, "a string of more than 65536 bytes"},
		{"a number times a string", []string{`x = 500000000 * "ab"`}, "a string of more than 65536 bytes"},
		{"a list times a number", []string{`x = [0] * 500000000`}, steps},
		{"a tuple times a number", []string{`x = (0,) * 500000000`}, steps},
		{"bytes times a number", []string{`x = b"ab" * 500000000`}, "a string of more than 65536 bytes"},
		{"times in place", []string{`x = [0]`, `x *= 500000000`}, steps},
		{"times in place of an item", []string{`x = [[0]]`, `x[0] *= 500000000`}, steps},
		{"a string that doubles", double(`"ab"`, "x = x + x"), "a string of more than 65536 bytes"},
		{"a string that doubles in place", double(`"ab"`, "x += x"), "a string of more than 65536 bytes"},
		{"an item that doubles in place", double(`{"a": "ab"}`, `x["a"] += x["a"]`), "a string of more than 65536 bytes"},
		{"a list that doubles", double("[0]", "x = x + x"), steps},
		{"a list that doubles in place", double("[0]", "x += x"), steps},
		{"a list that extends itself", double("[0]", "x.extend(x)"), steps},
		{"a tuple that doubles", double("(0,)", "x = x + x"), "a tuple of more than 1000 values"},
		{"a text that doubles", double(`"ab"`, `x = "%s%s" % (x, x)`), "a string of more than 65536 bytes"},
		{"a square of a square", double("3", "x = x * x"), "a whole number of more than 4096 bits"},
		{"a square in place", double("3", "x *= x"), "a whole number of more than 4096 bits"},
		{"a shift", double("1", "x = x << 500"), "a whole number of more than 4096 bits"},
		{"a shift in place", double("1", "x <<= 500"), "a whole number of more than 4096 bits"},
		{"a number that doubles", []string{"x = 1", "while True:", "    x = x + x"}, "a whole number of more than 4096 bits"},
		{"a number less its opposite", []string{"x = 1", "while True:", "    x = x - (0 - x)"}, "a whole number of more than 4096 bits"},
		{"a list of a range", []string{"x = list(range(1 << 30))"}, steps},
		{"a tuple of a range", []string{"x = tuple(range(1 << 30))"}, steps},
		{"a sorted range", []string{"x = sorted(range(1 << 30))"}, steps},
		{"a reversed range", []string{"x = reversed(range(1 << 30))"}, steps},
		{"a numbered range", []string{"x = enumerate(range(1 << 30))"}, steps},
		{"two ranges", []string{"x = zip(range(1 << 30), range(1 << 30))"}, steps},
		{"the largest of a range", []string{"x = max(range(1 << 30))"}, steps},
		{"all of a range", []string{"x = all(range(1, 1 << 30))"}, steps},
		{"a list extended by a range", []string{"x = []", "x.extend(range(1 << 30))"}, steps},
		{"a list with a range added", []string{"x = []", "x += range(1 << 30)"}, steps},
		{"copies of a list", []string{"x = list(range(10000))", "y = []", "for i in range(100000):", "    y.append(x[:])"}, steps},
		{"backward copies of a list", []string{"x = list(range(10000))", "y = []", "for i in range(100000):", "    y.append(x[::-1])"}, steps},
		{"copies of a dict's items", []string{"x = {i: i for i in range(10000)}", "for i in range(100000):", "    x.items()"}, steps},
		{"unions of dicts", []string{"x = {i: i for i in range(10000)}", "y = []", "for i in range(100000):", "    y.append(x | x)"}, steps},
		{"the first out of a long list", []string{"x = list(range(100000))", "for i in range(50000):", "    x.insert(0, x.pop(0))"}, steps},
		{"looking in a long list", []string{"x = list(range(100000))", "for i in range(50000):", "    y = -1 in x"}, steps},
		{"a tuple in a tuple", double("(1, now)", "x = (x, x)"), "a tuple of more than 1000 values"},
		{"a tuple of a dict's items", double("(1, now)", "x = {0: x}.items()[0]") /* 60 deep is allowed */, ""},
		{"a tuple of many items", []string{"x = (1, now)", "for i in range(2000):", "    x = {0: x}.items()[0]"}, "a tuple of more than 1000 values"},
		{"a tuple of a numbered list", []string{"x = (1, now)", "for i in range(2000):", "    x = enumerate([x])[0]"}, "a tuple of more than 1000 values"},
		{"the text of lists in lists", double("[1]", "x = [x, x]")[:3], ""},
		{"the text of a deep list", append(double("[1]", "x = [x, x]")[:3], "y = str(x)"), steps},
		{"the failure of a deep list", append(double("[1]", "x = [x, x]")[:3], "fail(x)"), steps},
		{"the text of a list 1000 deep", []string{"x = []", "for i in range(1000):", "    x = [x]", "y = str(x)"}, "values nested more than 100 deep"},
		{"lists of lists that are equal", append([]string{"x = [1] * 50", "y = [1] * 50", "for i in range(8):", "    x, y = [x] * 50, [y] * 50"}, "return until(1) if x == y else stop_now"), steps},
		{"lists of lists that are not less", append([]string{"x = [1] * 50", "y = [1] * 50", "for i in range(8):", "    x, y = [x] * 50, [y] * 50"}, "return until(1) if x < y else stop_now"), steps},
		{"a string compared again and again", []string{`x = "ab" * 30000`, `y = "ab" * 30000`, "while True:", "    z = x == y"}, steps},
		{"a long number in digits", []string{`x = int("9" * 60000)`}, "a number of 60000 digits, want at most 1024"},
	} {
		t.Run(row.name, func(t *testing.T) {
			began := time.Now()
			lines := row.lines
			if row.want == "" {
				lines = append(lines[:3:3], "return stop_now")
			}
			_, failed := asked(t, body(lines...), "")
			if row.want == "" && failed != "" || row.want != "" && (!strings.Contains(failed, row.want) || !strings.Contains(failed, "mine.star:")) {
				t.Errorf("got %q, want %q with its place", failed, row.want)
			}
			if took := time.Since(began); took > 10*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

// TestExhaustAtLoad: the same holds for the file itself, and for its text.
func TestExhaustAtLoad(t *testing.T) {
	for name, row := range map[string]struct{ text, want string }{
		"loop":            {"x = 0\nwhile True:\n    pass\n", ": it takes more than 1000000 steps"},
		"long text":       {strings.Repeat("# a\n", 20000), "mine.star: 80000 bytes, want a script of at most 65536"},
		"deep brackets":   {"x = " + strings.Repeat("(", 101) + strings.Repeat(")", 101), "mine.star:1:105: brackets nested more than 100 deep"},
		"unary operators": {"x = " + strings.Repeat("-", 60000) + "1\n" + body("return stop_now"), "mine.star:1:994: excessive nesting"},
		"frozen tuples":   {"def f():\n    x = (1, len([]))\n    for i in range(60):\n        x = (x, x)\n    return x\nx = f()\n", "a tuple of more than 1000 values"},
		"deep list":       {"def f():\n    x = []\n    for i in range(100000):\n        x = [x]\n    return x\nx = f()\n" + body("return stop_now"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			_, failed := asked(t, row.text, "")
			if !strings.Contains(failed, row.want) || row.want == "" && failed != "" {
				t.Errorf("got %q, want %q", failed, row.want)
			}
		})
	}
}

// TestStateIsBounded: what a group keeps is bounded, wherever it is kept; what it does not
// keep is not counted.
func TestStateIsBounded(t *testing.T) {
	const full = "in idle: the state of a group takes more than 16384 KB behind it, which is the most of one"
	for name, row := range map[string]struct{ text, want string }{
		"list":    {"def new(group):\n    return []\n" + body("ctx.state.append(list(range(20000)))", "return stop_now"), full},
		"dict":    {"def new(group):\n    return {}\n" + body("ctx.state[len(ctx.state)] = [0] * 20000", "return stop_now"), full},
		"strings": {"def new(group):\n    return []\n" + body(`ctx.state.append("a" * 60000 + str(len(ctx.state)))`, "return stop_now"), full},
		"closure": {"def new(group):\n    x = []\n    def f(): x.append(list(range(20000)))\n    return [f]\n" + body("ctx.state[0]()", "return stop_now"), full},
		"default": {"def new(group):\n    x = []\n    def f(y = x): y.append(list(range(20000)))\n    return [f]\n" + body("ctx.state[0]()", "return stop_now"), full},
		"dropped": {"def new(group):\n    return {}\n" + body("ctx.state[0] = list(range(20000))", "return stop_now"), ""},
	} {
		t.Run(name, func(t *testing.T) {
			f, err := KeepAlive(policy(row.text, ""))
			if err != nil {
				t.Fatal(err)
			}
			failed := ""
			func() {
				defer func() {
					if p := recover(); p != nil {
						failed = p.(error).Error()
					}
				}()
				p := f.New(sim.Group{All: []sim.Function{{Name: "f"}}}).(*keepAlive)
				for range 400 { // × 20,000 × 16 bytes is eight times the bound
					p.args = [4]value{p.ctx, p.view, p.ctx, integer(0)}
					p.call(p.of.idle, 4)
				}
			}()
			if row.want != "" { // with the line of idle
				line := 1 + strings.Count(row.text[:strings.Index(row.text, "def idle")], "\n")
				row.want = fmt.Sprintf("mine.star:%d:1: %s", line, row.want)
			}
			if failed != row.want {
				t.Errorf("got %q, want %q", failed, row.want)
			}
		})
	}
	// 2 GiB for all groups, 16 MiB for one at most and 64 KiB in any case.
	for groups, want := range map[int]int{1: 16 << 20, 128: 16 << 20, 1024: 2 << 20, 1 << 20: 64 << 10} {
		if got := stateMost(groups); got != want {
			t.Errorf("of %d groups one may take %d bytes, want %d", groups, got, want)
		}
	}
}

// TestOperations: what the guards stand in place of does what Starlark says.
func TestOperations(t *testing.T) {
	for expr, want := range map[string]string{
		"1 + now":                               "1000000001",
		"now - 1":                               "999999999",
		"now * 3":                               "3000000000",
		"1.5 * now":                             "1.5e+09",
		"(1.5 * now) - (0.5 * now)":             "1e+09",
		"(1.5 * now) * (2.0 * now)":             "3e+18",
		"now / 4":                               "2.5e+08",
		"now // 3":                              "333333333",
		"now % 7":                               "6", // 10^9 = 7 × 142,857,142 + 6
		`"%d-%s" % (now, "a")`:                  `"1000000000-a"`,
		"[now] + [2]":                           "[1000000000, 2]",
		"(now,) + (2,)":                         "(1000000000, 2)",
		"[1, now] * 2":                          "[1, 1000000000, 1, 1000000000]",
		`"ab" * 2 + "c"`:                        `"ababc"`,
		"1 << 40":                               "1099511627776",
		`{"a": 1} | {"a": 2, "b": 3}`:           `{"a": 2, "b": 3}`,
		"now | 1":                               "1000000001",
		"[1, now] == [1, now]":                  "True",
		"[1, now] != [1, now]":                  "False",
		"(1, now) < (1, now + 1)":               "True",
		`now in {now: 1}`:                       "True",
		`now not in [1, 2]`:                     "True",
		`"b" in "abc"`:                          "True",
		"list(range(10))[2:5]":                  "[2, 3, 4]",
		"list(range(10))[:-7]":                  "[0, 1, 2]",
		"list(range(10))[8:]":                   "[8, 9]",
		"list(range(10))[::3]":                  "[0, 3, 6, 9]",
		"list(range(10))[::-4]":                 "[9, 5, 1]",
		"list(range(10))[7:2:-2]":               "[7, 5, 3]",
		"list(range(10))[2:7:-1]":               "[]",
		"list(range(10))[20:30]":                "[]",
		`"abcdef"[1:3]`:                         `"bc"`,
		"(1, 2, now)[:2]":                       "(1, 2)",
		"range(10)[2:4]":                        "range(2, 4)",
		"sorted([3, 1, 2], reverse = True)":     "[3, 2, 1]",
		`{"a": 1}.items()`:                      `[("a", 1)]`,
		`{"a": 1}.keys() + {"b": 2}.values()`:   `["a", 2]`,
		`{"a": 1}.get("b", 7)`:                  "7",
		`[1, 2, 3].index(2)`:                    "1",
		"max(3, now, 2)":                        "1000000000",
		"min([3, 1])":                           "1",
		"[x for x in range(6) if x % 2 == 1]":   "[1, 3, 5]",
		"(lambda x, y = 2: x * y)(now)":         "2000000000",
		"floor(2.7) + ceil(2.2) + sqrt(16)":     "9.0",
		"pow(2, 10) + exp(0) + log(1)":          "1025.0",
		"[ceil(1.2), floor(-1.2), round(2.5)]":  "[2, -2, 3]", // whole numbers; halves away from 0
		"hour + 2 * minute + second":            "3721000000000",
		`"abc".startswith("ab")`:                "True",
		"[a for (a, b) in zip([1, 2], [3, 4])]": "[1, 2]",
	} {
		_, failed := asked(t, body("fail("+expr+")"), "")
		if got := strings.TrimPrefix(failed, "mine.star:2:9: in idle: fail: "); got != strings.Trim(want, `"`) {
			t.Errorf("%s: got %q, want %s", expr, failed, want)
		}
	}
	for lines, want := range map[string]string{
		"x = [1]\ny = x\nx += [2]\nfail(y)":                                        "[1, 2]", // in place, as in Starlark
		"x = (1,)\ny = x\nx += (now,)\nfail(y, x)":                                 "(1,) (1, 1000000000)",
		"x = {1: 2}\ny = x\nx |= {3: now}\nfail(y)":                                "{1: 2, 3: 1000000000}",
		"x = [1, 2]\nx[-1] += now\nfail(x)":                                        "[1, 1000000002]",
		"x = {1: [2]}\nx[1] += [now]\nfail(x)":                                     "{1: [2, 1000000000]}",
		"x = 7\nx -= now\nx *= now\nx %= now\nfail(x)":                             "0",
		"x = [3, 4, 5]\nx.insert(1, now)\nx.remove(4)\nfail(x, x.pop(0), x.pop())": "[1000000000] 3 5",
		"a, (b, c) = 1, (now, 3)\n(a, b) = (b, a)\nfail(a, b, c)":                  "1000000000 1 3",
	} {
		_, failed := asked(t, body(strings.Split(lines, "\n")...), "")
		if _, got, _ := strings.Cut(failed, "fail: "); got != want {
			t.Errorf("%s:\ngot %q, want %s", lines, failed, want)
		}
	}
}

// TestErrors has the exact message of each.
func TestErrors(t *testing.T) {
	const at = "x.toml:1: policy.script: mine.star"
	for _, row := range []struct{ text, params, want string }{
		{"def idle(:\n", "", at + ":1:11: got ':', want ')'"},
		{body("return stop_now") + "a\x00\nno Starlark ][\n", "", at + ":3:2: found a NUL byte, want text"},
		{body("return untl(now)"), "", at + `:2:12: undefined: untl; did you mean "until"?`},
		{body("return something_else(now)"), "", at + ":2:12: undefined: something_else"},
		{body("return until(now"), "", at + ":3:1: got outdent, want ','"},
		{"x = 1\n", "", at + ": there is no function idle, want def idle(ctx, view, instance, now): a keep-alive policy, which is asked when the last request of an instance has ended"},
		{"def idle(ctx, now):\n    pass\n", "", at + ":1:1: idle: found 2 parameters, want 4: def idle(ctx, view, instance, now)"},
		{"idle = 3\n", "", at + ": idle: found 3, want a function: def idle(ctx, view, instance, now)"},
		{"def new():\n    pass\n" + body("return stop_now"), "", at + ":1:1: new: found 0 parameters, want 1: def new(group)"},
		{"load(\"a.star\", \"b\")\n", "", at + ":1:1: found load, want all of a policy in one file: nothing is loaded"},
		{body("print(now)"), "", at + ":2:5: unknown name \"print\"; known: False, None, True, abs, action, "},
		{body("x = getattr(ctx, \"state\")"), "", ":2:9: unknown name \"getattr\"; known: "},
		{body("return \"a\".upper()"), "", at + ":2:15: unknown method \"upper\"; known: append, clear, endswith, "},
		{body("f = [].append"), "", ":2:11: found the method .append without a call, want it called at once"},
		{body("f(*[1])"), "", at + ":2:7: found an argument with *, want each argument by itself"},
		{"def f(*a):\n    pass\n", "", at + ":1:7: found a parameter with *, want each parameter by its name"},
		{body("ctx.state = 1"), "", ":2:8: found an assignment to .state, want one to a variable"},
		{body("None = 1"), "", at + ":2:5: found a new meaning of None, want another name"},
		{"def True():\n    pass\n", "", at + ":1:5: found a new meaning of True, want another name"},
		{body("return stop_now") + "scope = \"galaxy\"\n", "", at + ": scope: found the string \"galaxy\", want one of [\"deployment\" \"app\" \"owner\" \"account\"]"},
		{body("return stop_now") + "params = [1]\n", "", at + ": params: found a list, want a dict, as in params = {\"window\": duration(\"10m\")}"},
		{body("return stop_now") + "params = {\"w\": 3}\n", "", at + ": params: w is 3, want boolean, duration, integer, number or string, as in duration(\"10m\")"},
		{body("return stop_now") + "params = {\"script\": number(3)}\n", "", ": params: found the key \"script\", want a name of letters"},
		{body("return stop_now") + "params = {\"w\": duration(3)}\n", "", at + `:3:24: duration: found the integer 3, want a duration such as "250ms", "10m" or "1h30m"`},
		{body("return stop_now") + "params = {\"w\": string(\"a\", min = \"b\")}\n", "", ":3:22: string: found min or max, want them of a duration, an integer or a number"},
		{body("return stop_now") + "params = {\"w\": boolean(True, max = True)}\n", "", ":3:23: boolean: found min or max, want them of a duration, an integer or a number"},
		{body("return stop_now") + "params = {\"2w\": number(3)}\n", "", ": params: found the key \"2w\", want a name of letters"},
		{body("return stop_now") + "params = {\"w-w\": number(3)}\n", "", ": params: found the key \"w-w\", want a name of letters"},
		{body("return stop_now") + "params = {\"w\": number(3, min = 4)}\n", "", at + ":3:22: found 3.0, want 4.0 or more"},
		{body("return stop_now") + "params = {\"window\": duration(\"10m\")}\n", ", windw = \"5m\"", `x.toml:1: unknown key "windw"; did you mean "window"?`},
		{body("return stop_now") + "params = {\"window\": duration(\"10m\")}\n", ", window = 5", `x.toml:1: policy.window: found the integer 5, want a duration such as "250ms", "10m" or "1h30m"`},
		{body("return stop_now") + "params = {\"window\": duration(\"10m\", max = \"1h\")}\n", ", window = \"2h\"", "x.toml:1: policy.window: found 2h, want at most 1h"},
		{body("return stop_now") + "params = {\"n\": integer(3, min = 1, max = 9)}\n", ", n = 10", "x.toml:1: policy.n: found 10, want 1 to 9"},
		{body("return stop_now") + "params = {\"w\": duration()}\n", "", `x.toml:1: policy: missing key "w"`},
		{"def half(x):\n    return x // 0\n" + body("return until(half(now))"), "", "mine.star:2:14: in half: floored division by zero; called by idle at mine.star:4:22"},
		{body("return ctx.params.window"), "", "mine.star:2:22: in idle: params has no .window field or method"},
		{body("return view.bussy"), "", "mine.star:2:16: in idle: view has no .bussy field or method (did you mean .busy?)"},
		{"\ufeff" + body("return view.bussy"), "", "mine.star:2:16: in idle: view has no .bussy"},
		{body("return until(now + minutes(5))"), "", at + `:2:24: undefined: minutes; did you mean "minute"?`},
		{body("return stop_now") + "params = {\"n\": integer(1 << 70)}\n", "", ": integer: found 1180591620717411303424, want a number of at most 63 bits"},
		{body("return stop_now") + "params = {\"n\": integer(1, min = 5, max = 2)}\n", "", ": integer: found min = 5 and max = 2, want a min of at most max"},
		{body("return stop_now") + "params = {\"n\": integer({})}\n", "", ": integer: found a dict, want a value as an experiment has it"},
		{body("ctx.state[\"n\"] = 1", "return stop_now"), "", "mine.star:2:8: in idle: ctx.state is what a function new returns, and this script has none"},
		{body("return view.present"), "", "mine.star:2:16: in idle: view.present is only there for a scaling policy that has a function tick"},
		{body("return until(\"soon\")"), "", `mine.star:2:17: in idle: until: found the string "soon", want a time in ns, a number`},
		{body("return until(0 - now)"), "", "mine.star:2:17: in idle: until: found -1000000000, want a time in ns, 0 or more"},
		{body("return until(now, prewarm_from = now)"), "", "mine.star:2:17: in idle: until: found one of prewarm_from and prewarm_until, want both or none"},
		{body("return demote(now, \"runtim\")"), "", "mine.star:2:18: in idle: demote: layer: unknown phase \"runtim\"; did you mean \"runtime\"?"},
		{body("fail(\"no\", 3)"), "", "mine.star:2:9: in idle: fail: no 3"},
		{"x = {\"a\": 1}\n" + body("x[\"a\"] = 2"), "", "mine.star:3:6: in idle: cannot insert into a dict that is fixed, as globals are: what changes is in ctx.state"},
		{body("return ctx.uniform(0 - 1)"), "", "mine.star:2:23: in idle: uniform: k: found -1, want a whole number from 0 to 1099511627776"},
	} {
		_, failed := asked(t, row.text, row.params)
		if strings.HasPrefix(row.want, ":") && !strings.Contains(failed, row.want) || !strings.HasPrefix(row.want, ":") && !strings.HasPrefix(failed, row.want) {
			t.Errorf("%s\ngot  %s\nwant %s", row.text, failed, row.want)
		}
	}
}

// TestParams: a parameter has its default or what the table says, up to the ends of its range.
func TestParams(t *testing.T) {
	const text = "params = {\"window\": duration(\"10m\", max = \"1h\"), \"Of2\": integer(3, min = 1, max = 9)}\n"
	for params, want := range map[string]sim.Time{
		"":                         10*sim.Minute + 3,
		", window = \"1h\"":        sim.Hour + 3,
		", Of2 = 1":                10*sim.Minute + 1,
		", Of2 = 9":                10*sim.Minute + 9,
		", label = \"a\", Of2 = 4": 10*sim.Minute + 4,
	} {
		if d, failed := asked(t, text+body("return until(ctx.params.window + ctx.params.Of2)"), params); failed != "" || d.Until != want {
			t.Errorf("%s: got %d, %s; want %d", params, d.Until, failed, want)
		}
	}
}

// TestParamsAreNoMethods: a parameter may be named as a method that is charged for what it goes
// over, and a call of it is refused with its place.
func TestParamsAreNoMethods(t *testing.T) {
	for _, name := range []string{"extend", "index", "insert", "items", "keys", "pop", "popitem", "remove", "update", "values"} {
		text := "params = {\"" + name + "\": integer(3, min = 1, max = 9)}\n"
		_, failed := asked(t, text+body("p = ctx.params", "p."+name+"()", "return stop_now"), "")
		if want := "invalid call of non-function (int)"; !strings.Contains(failed, want) || !strings.HasPrefix(failed, "mine.star:4:") {
			t.Errorf("%s: %q, want mine.star:4 and %q", name, failed, want)
		}
		if d, failed := asked(t, text+body("return until(ctx.params."+name+")"), ""); failed != "" || d.Until != 3 {
			t.Errorf("%s: %d, %s; want 3", name, d.Until, failed)
		}
	}
	// Nor is one that is named as a method that no script may call.
	for _, name := range []string{"format", "items", "upper"} {
		text := "params = {\"" + name + "\": integer(3, min = 1, max = 9)}\n"
		_, failed := asked(t, text+body("ctx.params."+name+"()", "return stop_now"), "")
		if want := "invalid call of non-function (int)"; !strings.Contains(failed, want) || !strings.HasPrefix(failed, "mine.star:3:") {
			t.Errorf("%s: %q, want mine.star:3 and %q", name, failed, want)
		}
	}
}

// TestFunctionsOfNodes: placement and eviction know the functions of the workload when they are
// asked, and not before. Of b of 100 MiB the index is 1.
func TestFunctionsOfNodes(t *testing.T) {
	const place, idle = "def place(ctx, nodes, now):\n", "def idle(ctx, resident, now):\n"
	const eviction = "    return ctx.function(resident.function).memory * 1.0\n"
	for _, c := range []struct{ place, idle, want string }{
		{"    return 0 if ctx.function(1).name == \"b\" and ctx.function(0).memory == nodes.need else 1\n", eviction, ""},
		{"    return 0 if ctx.function(2).name == \"b\" else 1\n", eviction, "mine.star:2:29: in place: function: i: found 2, want a whole number from 0 to 1"},
		{"    return 0\n", "    return ctx.function(2).memory\n", "mine.star:2:24: in idle: function: i: found 2, want a whole number from 0 to 1"},
		{"    return 0\n", eviction + "def new(group):\n    return group.function(0)\n", "new of a placement or an eviction is not told of the workload"},
	} {
		p, err := Placement(policy(place+c.place, ""))
		if err != nil {
			t.Fatal(err)
		}
		e, err := Eviction(policy(idle+c.idle, ""))
		if err != nil {
			t.Fatal(err)
		}
		l := &simtest.Load{}
		l.Add(sim.Function{Name: "a", Memory: 100}, []sim.Invocation{{Service: 5}})
		l.Add(sim.Function{Name: "b", Memory: 100}, nil)
		_, err = sim.Run(std.Background(), sim.Config{Workload: l, Window: sim.Window{Horizon: 100}, Observers: func() []sim.Observer { return nil },
			Platforms: []sim.Platform{{KeepAlive: forever{}, Cluster: &sim.Cluster{Nodes: []sim.Node{{Memory: 200}, {Memory: 10}}, Placement: p, Eviction: e}}}})
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s%s: %v, want %q", c.place, c.idle, err, c.want)
		}
	}
}

// forever keeps all that idles.
type forever struct{}

func (forever) Scope() sim.Scope                                       { return sim.ScopeDeployment }
func (f forever) New(sim.Group) sim.KeepAlive                          { return f }
func (forever) Idle(sim.View, sim.Instance, sim.Time) (d sim.Decision) { d.Until = sim.Never; return d }

// TestScopes: a script says of what its state is.
func TestScopes(t *testing.T) {
	for text, want := range map[string]sim.Scope{
		"": sim.ScopeDeployment, "scope = \"deployment\"\n": sim.ScopeDeployment, "scope = \"app\"\n": sim.ScopeApp, "scope = \"account\"\n": sim.ScopeAccount,
	} {
		f, err := KeepAlive(policy(text+body("return stop_now"), ""))
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Scope(); got != want {
			t.Errorf("%q: %s, want %s", text, got, want)
		}
	}
}

// TestUniform: a draw is that of the stream of the run, the function and the time, whatever
// was drawn before.
func TestUniform(t *testing.T) {
	want := sim.NewStream(sim.RunKey{Seed: 3}, sim.PurposePolicy, sim.HashName("", "f", "f")).Attempt(uint64(sim.Second)).Uniform(5)
	d, failed := asked(t, body("ctx.uniform(2)", "return until(ctx.uniform(5) * 1000000 * hour)"), "")
	if wanted := sim.Time(want*1e6*float64(sim.Hour) + 0.5); failed != "" || d.Until-wanted > 1000 || wanted-d.Until > 1000 {
		t.Errorf("got %d, %s; want %d", d.Until, failed, wanted)
	}
}
