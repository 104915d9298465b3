package imports

import (
	"errors"
	"strings"
	"testing"
)

// steps wraps the steps of a Google workflow.
func steps(s string) string { return "main:\n  params: [input]\n  steps:\n" + s }

func TestGoogle(t *testing.T) {
	for _, c := range []struct {
		name, text  string
		want        []string
		lost        []string
		least, most int
	}{
		{"calls", steps(`
    - f: {call: http.post, args: {url: 'https://us-central1-p.cloudfunctions.net/classify', timeout: 30}}
    - r: {call: http.get, args: {url: 'https://resize-abcdefghij-uc.a.run.app/x'}}
    - e: {call: http.get, args: {url: '${"https://api.example.com/users/" + input.id}'}}
    - v: {call: http.post, args: {url: '${urls.notify}'}}
    - g: {call: googleapis.firestore.v1.projects.databases.documents.get}
    - p: {call: googleapis.pubsub.v1.projects.topics.publish, args: {topic: projects/p/topics/orders}}
    - s: {call: sys.sleep, args: {seconds: 90}}
    - l: {call: sys.log, args: {text: x}}
    - a: {call: events.await_callback, args: {callback: x}}
`), []string{`{ name = "f", timeout = "30s", call = "classify", next = "r" }`, `call = "resize"`, `use = [{ store = "api-example-com", op = "get" }]`, `call = "notify"`, `use = [{ store = "firestore", op = "get" }]`, `send = { to = "orders", count = "?" }`, `wait = "1m30s"`,
			`{ name = "l", pass = true`, `{ name = "a", use = [{ store = "callbacks", op = "await" }]`, `service = "pub-sub"`, `platform = "run"`}, []string{"where it calls is only known when it runs"}, 9, 9},
		{"switch, next, return", steps(`
    - check:
        switch:
          - condition: ${input.n > 5}
            next: big
          - condition: ${input.n > 1}
            steps:
              - mid: {assign: [{x: 1}]}
          - condition: ${input.n == 0}
            return: none
          - condition: true
            next: end
    - small: {assign: [{x: 0}], next: big}
    - big: {return: '${x}'}
`), []string{`{ probability = "?", when = "input.n > 5", next = "big" }`, `{ probability = "?", when = "input.n > 1", next = "mid" }`, `{ probability = "?", when = "input.n == 0", next = "end" }`, `{ when = "true", next = "end" }`, `{ name = "mid", pass = true, next = "small" }`, `{ name = "big", succeed = true }`}, nil, 1, 4},
		{"loops", steps(`
    - each: {for: {value: v, in: '${list}', steps: [{body: {call: sys.log}}]}}
    - ten: {for: {value: v, range: [1, 10], steps: [{body: {call: sys.log}}]}}
    - side: {parallel: {concurrency_limit: 4, for: {value: v, in: [a, b], steps: [{body: {switch: [{condition: '${v}', next: continue}]}}]}}}
`), []string{`map = { items = "?", steps = ["body"], concurrency = 1 }`, `map = { items = 10, steps = ["body-2"], concurrency = 1 }`, `map = { items = 2, steps = ["body-3"], concurrency = 4 }`}, nil, 1 + 1 + 1 + 10 + 1 + 2, 16},
		{"try, retry, except", steps(`
    - one:
        try: {call: http.get, args: {url: 'https://x.example.com'}}
        retry: {predicate: '${mine}', max_retries: 8, backoff: {initial_delay: 2, max_delay: 60, multiplier: 3}}
        except: {as: e, steps: [{known: {switch: [{condition: '${e.code == 404}', return: missing}]}}, {unknown: {raise: '${e}'}}]}
    - ready: {try: {call: http.get, args: {url: 'https://x.example.com'}}, retry: '${http.default_retry}'}
    - whole:
        try: {steps: [{a: {call: http.get, args: {url: 'https://x.example.com'}}}, {b: {assign: [{x: 1}]}}]}
        retry: {max_retries: 2}
`), []string{`retry = [{ on = ["any"], attempts = 8, interval = "2s", rate = 3, cap = "1m" }]`, `catch = [{ on = ["any"], next = "known" }]`, `{ name = "unknown", fail = true }`, `retry = [{ on = ["any"], attempts = 5, interval = "1s", rate = 1.25, cap = "1m" }]`,
			`{ name = "whole", parallel = [["a", "b"]], retry = [{ on = ["any"], attempts = 2 }], next = "end" }`}, []string{"the predicate ${mine}"}, 5, 5},
		{"raise that is caught", steps(`
    - t:
        try: {steps: [{bad: {raise: oops}}]}
        except: {as: e, steps: [{seen: {call: sys.log}}]}
    - after: {assign: [{x: 1}]}
`), []string{`{ name = "bad", pass = true, next = "seen" }`, `{ name = "seen", pass = true, next = "after" }`}, nil, 3, 3},
		{"subworkflows", steps(`
    - a: {call: sub, args: {n: 1}}
    - b: {call: sub}
    - c: {return: 1}
`) + "sub:\n  params: [n]\n  steps:\n  - work: {call: http.get, args: {url: 'https://x.example.com'}}\n  - out: {return: '${n}'}\n  - never: {assign: [{x: 1}]}\n",
			[]string{`{ name = "a", pass = true, next = "work" }`, `{ name = "out", pass = true, next = "b" }`, `{ name = "b", pass = true, next = "work-2" }`, `{ name = "out-2", pass = true, next = "c" }`}, []string{"never: no step leads to it"}, 7, 7},
		{"branches", steps(`
    - p:
        parallel:
          shared: [x]
          branches:
            - left: {steps: [{l1: {assign: [{x: 1}]}}, {l2: {assign: [{x: 1}]}}]}
            - right: {steps: [{r1: {return: 1}}]}
`), []string{`parallel = [["l1", "l2"], ["r1"]]`}, []string{"a return within a branch"}, 4, 4},
		{"a list alone", "- a: {assign: [{x: 1}]}\n- b: {steps: [{c: {call: sys.log}}, {d: {call: sys.log}}], next: end}\n- e: {return: 1}\n",
			[]string{`{ name = "a", pass = true, next = "c" }`, `{ name = "d", pass = true, next = "end" }`}, []string{"step e: no step leads to it"}, 3, 3},
		{"JSON", `{"main":{"steps":[{"a":{"call":"sys.sleep","args":{"seconds":1},"next":"end"}}]}}`, []string{`{ name = "a", wait = "1s", next = "end" }`}, nil, 1, 1},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.text)
			text, _ := d.Write()
			holds(t, text, c.want...)
			holds(t, lost(d), c.lost...)
			f := d.Counts().Flows[0]
			if f.Least != c.least || f.Most != c.most {
				t.Errorf("found ways of %d to %d steps, want %d to %d\n%s", f.Least, f.Most, c.least, c.most, text)
			}
			checked(t, d)
		})
	}
}

// tasks wraps the tasks of a workflow of the CNCF's DSL.
func tasks(s string) string {
	return "document: {dsl: '1.0.0', namespace: n, name: w, version: '1'}\n" + s
}

func TestCNCF(t *testing.T) {
	for _, c := range []struct {
		name, text string
		want       []string
		lost       []string
	}{
		{"calls", tasks(`
use: {functions: {mine: {call: http, with: {method: post, endpoint: {uri: 'https://api.example.com/x'}}}}}
do:
- a: {call: mine}
- b: {call: grpc, with: {service: {host: grpc.example.com}, method: Say}}
- c: {call: openapi, with: {document: {endpoint: 'https://pets.example.com/openapi.json'}, operationId: findPets}}
- d: {call: asyncapi, with: {document: {endpoint: 'https://async.example.com/a.json'}, operation: send}}
- e: {call: 'log:1.0.0@default'}
- f: {call: http, with: {method: get, endpoint: 'https://us-central1-p.cloudfunctions.net/score'}}
- g: {emit: {event: {with: {type: x}}}}
- h: {run: {container: {image: busybox}}}
- i: {run: {workflow: {namespace: n, name: other, version: '1'}}}
- j: {set: {x: 1}}
`), []string{`use = [{ store = "api-example-com", op = "post" }]`, `use = [{ store = "grpc-example-com", op = "Say" }]`, `op = "findPets"`, `op = "send"`, `call = "score"`, `op = "emit"`, `{ name = "h", call = "h", next = "i" }`, `use = [{ store = "other", op = "run" }]`, `{ name = "j", pass = true, next = "end" }`}, []string{"workflow other is not in this file"}},
		{"waits and timeouts", tasks(`
timeout: {after: {hours: 1}}
use: {timeouts: {short: {after: PT5S}}}
do:
- a: {wait: PT1M30S}
- b: {wait: {minutes: 2, milliseconds: 500}}
- c: {wait: {seconds: '${ .n }'}}
- d: {listen: {to: {any: [{with: {type: x}}]}}, timeout: short}
`), []string{`timeout = "1h"`, `wait = "1m30s"`, `wait = "2m0.5s"`, `{ name = "c", wait = "?"`, `{ name = "d", use = [{ store = "events", op = "listen-d" }], timeout = "5s"`}, nil},
		{"ways", tasks(`
do:
- a: {switch: [{x: {when: .a, then: c}}, {y: {when: .b, then: end}}, {z: {then: continue}}]}
- b: {set: {x: 1}, then: d}
- c: {do: [{c1: {set: {x: 1}, then: exit}}, {c2: {set: {x: 1}}}]}
- d: {set: {x: 1}, if: .ready}
- e: {raise: {error: {type: 'https://x/errors/y', status: 500}}}
`), []string{`{ probability = "?", when = ".a", next = "c1" }`, `{ probability = "?", when = ".b", next = "end" }`, `{ next = "b" }`, `{ name = "b", pass = true, next = "d-if" }`, `{ name = "c1", pass = true, next = "d-if" }`, `{ probability = "?", when = ".ready", next = "d" }`, `{ name = "e", fail = true }`}, []string{"step c2: no step leads to it"}},
		{"try", tasks(`
use: {retries: {often: {delay: {seconds: 1}, backoff: {constant: {}}, limit: {attempt: {count: 9}}, jitter: {from: {seconds: 0}, to: {seconds: 1}}}}}
do:
- a: {try: [{a1: {call: http, with: {method: get, endpoint: 'https://x.example.com'}}}], catch: {retry: often}}
- b: {try: [{b1: {call: http, with: {method: get, endpoint: 'https://x.example.com'}}}], catch: {errors: {with: {status: 429}}, do: [{b2: {set: {x: 1}}}]}}
- c: {try: [{c1: {set: {x: 1}}}, {c2: {raise: {error: x}}}], catch: {errors: {with: {type: 'https://serverlessworkflow.io/spec/1.0.0/errors/timeout'}}, retry: {delay: PT2S, backoff: {exponential: {}}, limit: {attempt: {count: 3}}}, do: [{c3: {set: {x: 1}}}]}}
- d: {try: [{d1: {call: http, with: {method: get, endpoint: 'https://x.example.com'}}}], catch: {as: e}}
`), []string{`retry = [{ on = ["any"], attempts = 9, interval = "1s", rate = 1 }]`, `catch = [{ on = ["throttled"], next = "b2" }]`, `{ name = "c", parallel = [["c1", "c2"]], retry = [{ on = ["timeout"], attempts = 3, interval = "2s", rate = 2 }], catch = [{ on = ["timeout"], next = "c3" }], next = "d1" }`, `catch = [{ on = ["any"], next = "end" }], next = "end" }`}, []string{"jitter"}},
		{"schedules", tasks("schedule: {every: {minutes: 15}}\ndo: [{a: {set: {x: 1}}}]\n"), []string{`every = "15m"`}, nil},
		{"cron", tasks("schedule: {cron: '0 0 * * *'}\ndo: [{a: {set: {x: 1}}}]\n"), []string{`every = "1d"`}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.text)
			text, _ := d.Write()
			holds(t, text, c.want...)
			holds(t, lost(d), c.lost...)
			checked(t, d)
		})
	}
}

func TestSeBS(t *testing.T) {
	d := read(t, `{"root":"a","states":{
"a":{"type":"switch","cases":[{"var":"n","op":">","val":5,"next":"b"}],"default":"c"},
"b":{"type":"loop","func_name":"f","array":"list","next":"c"},
"c":{"type":"parallel","parallel_functions":[{"root":"l","states":{"l":{"type":"task","func_name":"f"}}},{"root":"r","states":{"r":{"type":"map","root":"m","array":"x","states":{"m":{"type":"task","func_name":"g","next":"n"},"n":{"type":"task","func_name":"g"}}}}}]}}}`)
	text, _ := d.Write()
	holds(t, text, `{ probability = "?", when = "n > 5", next = "b" }`, `{ next = "c" }`, `map = { items = "?", steps = ["b-task"], concurrency = 1 }`, `parallel = [["l"], ["r"]]`, `map = { items = "?", steps = ["m", "n"] }`)
	checked(t, d)
	if f := d.Counts().Flows[0]; f.Least != 6 || f.Most != 8 { // switch, parallel, one task, map and two; and the loop and its task
		t.Errorf("found ways of %d to %d states, want 6 to 8", f.Least, f.Most)
	}
}

func TestWorkflowMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"google: dangling next", steps("    - a: {assign: [{x: 1}], next: bee}\n    - be: {return: 1}\n"), `x.yaml:4: next: unknown step "bee"; did you mean "be"?`},
		{"google: no word", steps("    - a: {asign: []}\n"), "x.yaml:4: step \"a\": unknown key"},
		{"google: step is a list", steps("    - a: []\n"), `step "a": found a list, want a table`},
		{"google: two steps in one", steps("    - {a: {return: 1}, b: {return: 1}}\n"), "want a step: a table of its name"},
		{"google: no steps", steps("    []\n"), "a workflow without steps"},
		{"google: twice", steps("    - a: {assign: []}\n    - a: {return: 1}\n"), `step "a" stands twice`},
		{"google: round", steps("    - a: {assign: []}\n    - b: {assign: [], next: a}\n"), "is on a cycle without an exit: "},
		{"google: unknown call", steps("    - a: {call: htp.get}\n"), `did you mean "http.get"?`},
		{"google: sub calls itself", steps("    - a: {call: s}\n") + "s: {steps: [{b: {call: s}}]}\n", "does s call itself?"},
		{"google: range", steps("    - a: {for: {value: v, range: [5, 1], steps: [{b: {return: 1}}]}}\n"), "want rising numbers"},
		{"google: retries", steps("    - a: {try: {call: http.get, args: {url: 'https://x.y'}}, retry: {max_retries: -1}}\n"), "max_retries: found -1"},
		{"google: no url", steps("    - a: {call: http.get}\n"), "http.get without url"},
		{"google: sleep", steps("    - a: {call: sys.sleep, args: {seconds: long}}\n"), `found "long", want a number of seconds`},
		{"google: branches", steps("    - a: {parallel: {branches: []}}\n"), "branches is empty"},
		{"cncf: version", "document: {dsl: '0.8'}\ndo: []\n", `document.dsl: found "0.8", want 1.x`},
		{"cncf: nothing to do", tasks("do: []\n"), "do is empty"},
		{"cncf: dangling then", tasks("do:\n- a: {set: {x: 1}, then: c}\n- b: {set: {x: 1}}\n"), "x.yaml:3: next: unknown step"},
		{"cncf: no word", tasks("do: [{a: {st: 1}}]\n"), `unknown key "st"; did you mean "set"?`},
		{"cncf: wait", tasks("do: [{a: {wait: 30}}]\n"), "wait: found 30, want a table"},
		{"cncf: wait text", tasks("do: [{a: {wait: '30s'}}]\n"), "want a duration such as PT30S"},
		{"cncf: no catch", tasks("do: [{a: {try: [{b: {set: {x: 1}}}]}}]\n"), "catch is missing"},
		{"cncf: retry", tasks("do: [{a: {try: [{b: {set: {x: 1}}}], catch: {retry: x}}}]\n"), `unknown policy "x"`},
		{"cncf: function", tasks("do: [{a: {call: htp}}]\n"), `did you mean "http"?`},
		{"cncf: function leads to itself", tasks("use: {functions: {a: {call: a}}}\ndo: [{a: {call: a}}]\n"), "leads to itself"},
		{"cncf: round", tasks("do:\n- a: {set: {x: 1}, then: b}\n- b: {set: {x: 1}, then: a}\n"), "cycle without an exit"},
		{"sebs: root", `{"root":"x","states":{"a":{"type":"task","func_name":"f"}}}`, `root: unknown state "x"`},
		{"sebs: type", `{"root":"a","states":{"a":{"type":"tsk","func_name":"f"}}}`, `did you mean "task"?`},
		{"sebs: next", `{"root":"a","states":{"a":{"type":"task","func_name":"f","next":"b"}}}`, `unknown step "b"`},
		{"sebs: function", `{"root":"a","states":{"a":{"type":"task"}}}`, "func_name is missing"},
		{"sebs: count", `{"root":"a","states":{"a":{"type":"repeat","func_name":"f","count":1000000000}}}`, "want a whole number from 1 to"},
		{"sebs: round", `{"root":"a","states":{"a":{"type":"task","func_name":"f","next":"a"}}}`, "cycle without an exit"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read("x.yaml", []byte(c.text), Options{})
			var m *Malformed
			if !errors.As(err, &m) {
				t.Fatalf("found %v, want an error about the file", err)
			}
			holds(t, err.Error(), c.want)
		})
	}
}

// A host that is known only when it runs is put nowhere: nobody knows whether what is sent
// there leaves the provider.
func TestHostsThatAreNotKnownStandNowhere(t *testing.T) {
	for name, text := range map[string]string{
		"step functions":        state(`{"Type":"Task","Resource":"arn:aws:states:::http:invoke","Parameters":{"ApiEndpoint.$":"$.endpoint","Method":"POST"},"End":true}`),
		"cncf, http":            tasks("\ndo:\n- v1.far: {call: http, with: {method: post, endpoint: '${ .endpoint }'}}\n"),
		"cncf, openapi":         tasks("\ndo:\n- far: {call: openapi, with: {document: {endpoint: '${ .endpoint }'}, operationId: pay}}\n"),
		"google":                steps("\n    - far: {call: http.post, args: {url: '${endpoint}'}}\n"),
		"google, its last part": steps("\n    - far: {call: http.post, args: {url: 'https://${host}.com/x'}}\n"),
	} {
		d := read(t, text)
		checked(t, d)
		if text, _ := d.Write(); strings.Contains(text, "internet") {
			t.Errorf("%s: found a region, want none:\n%s", name, text)
		}
	}
}

// Google bills a call of a host that is not its own as an external step, and what is sent
// there as egress: such a host stands in the internet, for whoever calls it.
func TestExternalSteps(t *testing.T) {
	const there = `region = "internet"`
	for _, c := range []struct {
		name, text string
		far        bool
	}{
		{"google, its own", steps("\n    - own: {call: http.get, args: {url: 'https://pubsub.googleapis.com/v1/x'}}\n"), false},
		{"google, another", steps("\n    - far: {call: http.post, args: {url: 'https://api.example.com/x'}}\n"), true},
		{"step functions, its own", state(`{"Type":"Task","Resource":"arn:aws:states:::http:invoke","Parameters":{"ApiEndpoint":"https://x.execute-api.us-east-1.amazonaws.com/p","Method":"POST"},"End":true}`), false},
		{"step functions, another", state(`{"Type":"Task","Resource":"arn:aws:states:::http:invoke","Parameters":{"ApiEndpoint":"https://api.example.com/x","Method":"POST"},"End":true}`), true},
		{"cncf, a provider's", tasks("\ndo:\n- own: {call: http, with: {method: get, endpoint: 'https://dynamodb.us-east-1.amazonaws.com/x'}}\n"), false},
		{"cncf, another", tasks("\ndo:\n- far: {call: http, with: {method: post, endpoint: 'https://api.example.com/x'}}\n"), true},
		{"google, a port of its own", steps("\n    - own: {call: http.get, args: {url: 'https://pubsub.googleapis.com:443/x'}}\n"), false},
	} {
		d := read(t, c.text)
		checked(t, d)
		text, _ := d.Write()
		if strings.Contains(text, there) != c.far {
			t.Errorf("%s: in the internet %v, want %v:\n%s", c.name, !c.far, c.far, text)
		}
		if got := lost(d); strings.Contains(got, "external step") {
			t.Errorf("%s: listed %q", c.name, got)
		}
		if c.far && !strings.Contains(text, `{ store = "api-example-com", op = "post" }`) {
			t.Errorf("%s: no call of the host:\n%s", c.name, text)
		}
	}
}
