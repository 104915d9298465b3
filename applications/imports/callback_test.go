package imports

import "testing"

// Who waits for an answer may be told that none came: it is tried again and caught,
// which a plain wait cannot be.
func TestWaitsThatFail(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"callback": {steps(`
    - ask: {call: events.create_callback_endpoint, args: {http_callback_method: POST}, result: cb}
    - hear:
        try: {call: events.await_callback, args: {callback: '${cb}', timeout: 3600}, result: r}
        retry: {predicate: '${http.default_retry_predicate}', max_retries: 2, backoff: {initial_delay: 5, max_delay: 60, multiplier: 2}}
        except: {as: e, steps: [{late: {return: late}}]}
`), `{ name = "hear", use = [{ store = "callbacks", op = "await" }], timeout = "1h", retry = [{ on = ["any"], attempts = 2, interval = "5s", rate = 2, cap = "1m" }], catch = [{ on = ["any"], next = "late" }], next = "end" }`},
		"sleep until": {steps(`
    - s: {try: {call: sys.sleep_until, args: {time: '${t}'}}, except: {as: e, steps: [{l: {return: 1}}]}}
`), `{ name = "s", wait = "?", next = "end" }`},
		"listen": {tasks(`
do:
- hear:
    try: [{both: {listen: {to: {all: [{with: {type: a}}]}}, timeout: {after: PT1M}}}]
    catch: {errors: {with: {type: https://serverlessworkflow.io/spec/1.0.0/errors/timeout}}, do: [{late: {set: {x: 1}}}]}
`), `{ name = "both", use = [{ store = "events", op = "listen-both" }], timeout = "1m", catch = [{ on = ["timeout"], next = "late" }], next = "end" }`},
	} {
		t.Run(name, func(t *testing.T) {
			d := read(t, c.text)
			text, _ := d.Write()
			holds(t, text, c.want)
			checked(t, d)
		})
	}
}

// A mistake below a do or a try is told where it is.
func TestMistakeInATask(t *testing.T) {
	for name, c := range map[string]struct{ text, want string }{
		"in a do":       {tasks("do:\n- a:\n    do:\n    - b: {nothing: 1}\n"), "x.yaml:5: task"},
		"in a try":      {tasks("do:\n- a:\n    try:\n    - b: {call: score}\n    catch: {}\n"), "x.yaml:5: task"},
		"run of a text": {tasks("do:\n- a: {run: x}\n"), "x.yaml:3: task"},
		"no task":       {tasks("use: {functions: {f: {set: {x: 1}}}}\ndo:\n- a: {call: f}\n"), "x.yaml:2: function"},
	} {
		t.Run(name, func(t *testing.T) {
			_, err := Read("x.yaml", []byte(c.text), Options{})
			if err == nil {
				t.Fatal("it was read")
			}
			holds(t, err.Error(), c.want)
		})
	}
}
