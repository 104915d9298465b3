package applications

import (
	"strings"
	"testing"
)

// valid is an application without a fault, one thing a line, so that a case changes one
// line or adds one, and the error names it.
const valid = `title = "valid"
trigger = [
  { name = "web", start = "order", arrivals = { process = "poisson", rate = "5/s" }, http = { service = "none" } },
  { name = "in", start = "work", record = { size = "2KB" }, queue = { service = "sqs", batch = 10, visibility = "60s" } },
  { name = "log", start = "work", arrivals = { process = "poisson", rate = "5/s" }, record = { size = "2KB", key = { count = 10 } }, stream = { service = "kinesis", shards = 2 } },
]
store = [
  { name = "table", service = "dynamodb", region = "us-east-1" },
  { name = "bin", service = "sqs" },
]
function = [
  { name = "work", platform = "lambda", memory = "512MB", timeout = "30s", service = "20ms", use = [{ store = "table", op = "write" }] },
  { name = "other", platform = "lambda", service = "20ms" },
]
[[flow]]
name = "order"
engine = { preset = "step-functions-express" }
steps = [
  { name = "first", call = "work", retry = [{ on = ["failed"] }], catch = [{ on = ["any"], next = "sent" }] },
  { name = "fork", parallel = [["left"], ["right", "more"]] },
  { name = "left", call = "other" },
  { name = "right", call = "work" },
  { name = "more", pass = true },
  { name = "pick", choice = [{ probability = 0.5, next = "sent" }, { next = "end" }] },
  { name = "sent", send = { to = "in", size = "1KB" } },
]
`

// TestErrors: each slip is told with its line, what was found and what is wanted.
func TestErrors(t *testing.T) {
	if _, err := readText("x.toml", valid); err != nil {
		t.Fatalf("the file without a fault: %v", err)
	}
	for _, c := range []struct {
		name     string
		old, new string // the first old of the file becomes new; of no old, new is appended
		want     string // the whole error
	}{
		{"attempts", `{ probability = 0.5, next = "sent" }`, `{ attempt_above = 1000000000, next = "sent" }`, `x.toml:24: flow[0].steps[5].choice[0].attempt_above: found 1000000000, want 1 … 1000000`},
		{"capacity below 0", `name = "table", service = "dynamodb"`, `name = "table", service = "dynamodb", capacity = { read_capacity = -1 }`, `x.toml:8: store[0].capacity.read_capacity: found -1, want 0 … 4000000000`},
		{"capacity beyond what is counted", `name = "table", service = "dynamodb"`, `name = "table", service = "dynamodb", capacity = { read_capacity = 4000000000.5 }`, `x.toml:8: store[0].capacity.read_capacity: found 4.0000000005e+09, want 0 … 4000000000`},
		{"items", `{ name = "fork", parallel = [["left"], ["right", "more"]] }`, `{ name = "fork", map = { items = 1000001, steps = ["left", "right", "more"] } }`, `x.toml:20: flow[0].steps[1].map.items: found 1000001 items at the least, want at most 1000000`},
		// Names.
		{"start", `start = "order"`, `start = "oder"`, `x.toml:3: trigger[0].start: unknown function or flow "oder"; did you mean "order"?`},
		{"start of a store", `start = "order"`, `start = "table"`, `x.toml:3: trigger[0].start: found "table", which is a store, want a function or a flow`},
		{"call", `call = "other"`, `call = "othr"`, `x.toml:21: flow[0].steps[2].call: unknown function or flow "othr"; did you mean "other"?`},
		{"send", `to = "in"`, `to = "inn"`, `x.toml:25: flow[0].steps[6].send.to: unknown trigger or store "inn"; did you mean "in"?`},
		{"send to a function", `to = "in"`, `to = "work"`, `x.toml:25: flow[0].steps[6].send.to: found "work", which is a function, want a trigger or a store`},
		{"send to http", `to = "in"`, `to = "web"`, `x.toml:25: flow[0].steps[6].send.to: found "web", which takes no messages, want a trigger with a queue, stream, bus or async, or a store`},
		{"send to a table without a send", `to = "in"`, `to = "bin"`, `x.toml:4: trigger[1].name: nothing arrives at "in": it has no arrivals, and nothing sends to it; want one of both`},
		{"next", `more", pass = true`, `more", pass = true, next = "rigt"`, `x.toml:23: flow[0].steps[4].next: unknown step "rigt"; did you mean "right"?`},
		{"store of a use", `store = "table"`, `store = "tabel"`, `x.toml:12: function[0].use[0].store: unknown store "tabel"; did you mean "table"?`},
		{"feeds a queue", `name = "table", service = "dynamodb"`, `name = "table", feeds = "in", service = "dynamodb"`, `x.toml:8: store[0].feeds: found "in", which has no stream and is of no objects, want a trigger with a stream, or of this store's objects`},
		{"feeds nothing", `name = "table", service = "dynamodb"`, `name = "table", feeds = "lg", service = "dynamodb"`, `x.toml:8: store[0].feeds: unknown trigger "lg"; did you mean "log"?`},
		{"op", `op = "write"`, `op = "wite"`, `x.toml:12: function[0].use[0].op: unknown op "wite"; did you mean "write"?`},
		{"use of nothing", `{ store = "table", op = "write" }`, `{ count = 2 }`, `x.toml:12: function[0].use[0]: found 0 of store, call and send, want one`},
		{"use of two", `op = "write"`, `call = "other"`, `x.toml:12: function[0].use[0]: found 2 of store, call and send, want one`},
		{"per", `op = "write"`, `op = "write", per = "recrd"`, `x.toml:12: function[0].use[0].per: unknown per "recrd"; did you mean "record"?`},
		{"two of a name", `name = "other"`, `name = "work"`, "x.toml:13: function[1].name: a second \"work\", want names that differ: there is a function of that name (x.toml:12)\nx.toml:21: flow[0].steps[2].call: unknown function or flow \"other\"; known: order, work"},
		{"a store of a trigger's name", `name = "bin"`, `name = "in"`, `x.toml:9: store[1].name: a second "in", want names that differ: there is a trigger of that name (x.toml:4)`},
		{"end as a name", `name = "bin"`, `name = "end"`, `x.toml:9: store[1].name: found "end", want another name: as a next it means the end`},
		{"slash", `name = "bin"`, `name = "a/b"`, `x.toml:9: store[1].name: found "a/b", want a name without "/": a step's costs are those of flow/step`},
		{"a key", `memory = "512MB"`, `memry = "512MB"`, `x.toml:12: unknown key "memry"; did you mean "memory"?`},
		{"two steps of a name", `name = "left", call`, `name = "first", call`, "x.toml:20: flow[0].steps[1].parallel[0][0]: unknown step \"left\"; known: first, fork, more, pick, right, sent\nx.toml:21: flow[0].steps[2].name: a second step \"first\" of the flow, want names that differ; the first is at x.toml:19"},
		{"a service", `service = "dynamodb"`, `service = "dynamdb"`, `x.toml:8: store[0].service: unknown service "dynamdb"; did you mean "dynamodb"?`},
		{"a queue that is none", `queue = { service = "sqs"`, `queue = { service = "kinesis"`, `x.toml:4: trigger[1].queue.service: found "kinesis", which is no queue: `},
		{"an engine", `preset = "step-functions-express"`, `preset = "step-function-express"`, `x.toml:17: flow[0].engine.preset: unknown engine "step-function-express"; did you mean "step-functions-express"?`},
		{"a region", `region = "us-east-1"`, `region = "us-east1-1"`, `x.toml:8: store[0].region: unknown region "us-east1-1"; did you mean "us-east-1"?; a place of your own stands in a [[network]]`},
		{"dead", `visibility = "60s"`, `visibility = "60s", dead = "bim"`, `x.toml:4: trigger[1].queue.dead: unknown trigger or store "bim"; did you mean "bin"?`},
		{"dead to itself", `visibility = "60s"`, `visibility = "60s", dead = "in"`, `x.toml:4: trigger[1].queue.dead: found the trigger itself, want another one, or a store: its dead letters would come back for ever`},
		{"behind", `service = "sqs" },
]`, `service = "sqs", behind = "table" },
]`, `x.toml:9: store[1].behind: found a store behind it and no hit_rate, want both or neither`},
		{"an outage", "", "[[outage]]\nof = \"tabel\"\nfrom = \"1m\"\nlasts = \"1m\"\n", `x.toml:29: outage[0].of: unknown region, platform, function or store "tabel"; did you mean "table"?`},
		{"an outage of a flow", "", "[[outage]]\nof = \"order\"\nfrom = \"1m\"\nlasts = \"1m\"\n", `x.toml:29: outage[0].of: found "order", which is a flow, want a region, a platform, a function or a store`},
		{"an overhead", "", "[[overhead]]\nname = \"confidential-gpus\"\n", `x.toml:29: overhead[0].name: unknown overhead "confidential-gpus"; did you mean "confidential-gpu"?; or what it costs: factor, add, cold_add, bandwidth or use`},
		{"of an overhead", "", "[[overhead]]\nname = \"confidential-gpu\"\non = [\"wrk\"]\n", `x.toml:30: overhead[0].on[0]: unknown function or store or flow or trigger "wrk"; did you mean "work"?`},

		// Steps.
		{"two kinds", `call = "other" },
  { name = "right"`, `call = "other", pass = true },
  { name = "right"`, `x.toml:21: flow[0].steps[2].pass: found pass beside call, want one kind of step`},
		{"no kind", `more", pass = true`, `more"`, `x.toml:23: flow[0].steps[4]: found a step of no kind, want one of: call, route, parallel, map, choice, wait, send, use, pass, succeed, fail`},
		{"pass false", `more", pass = true`, `more", pass = false`, `x.toml:23: flow[0].steps[4].pass: found false, want it given or left out`},
		{"unreachable", `name = "first", call = "work", retry = [{ on = ["failed"] }], catch = [{ on = ["any"], next = "sent" }]`, `name = "first", call = "work", next = "pick"`, `x.toml:20: flow[0].steps[1]: no step leads to "fork", want a next, a case or a catch that does`},
		{"unreachable in a branch", `name = "right", call = "work"`, `name = "right", call = "work", next = "end"`, `x.toml:23: flow[0].steps[4]: no step leads to "more", want a next, a case or a catch that does`},
		{"into a branch", `next = "sent" }, { next = "end" }`, `next = "left" }, { next = "end" }`, `x.toml:24: flow[0].steps[5].choice[0].next: found "left", which is in a branch of "fork", want a step in no branch, or "end"`},
		{"out of a branch", `name = "left", call = "other"`, `name = "left", call = "other", next = "pick"`, `x.toml:21: flow[0].steps[2].next: found "pick", which is in no branch, want a step in a branch of "fork", or "end"`},
		{"catch out of a branch", `name = "left", call = "other"`, `name = "left", call = "other", catch = [{ on = ["any"], next = "sent" }]`, `x.toml:21: flow[0].steps[2].catch[0].next: found "sent", which is in no branch, want a step in a branch of "fork", or "end"`},
		{"into another branch", `more", pass = true`, `more", pass = true, next = "left"`, `x.toml:23: flow[0].steps[4].next: found "left", which is in a branch of "fork", want a step in a branch of "fork", or "end"`},
		{"in two branches", `["right", "more"]`, `["right", "left"]`, `x.toml:20: flow[0].steps[1].parallel[1][1]: found "left", which is in a branch of "fork" already, want it in one`},
		{"a branch of itself", `["right", "more"]`, `["right", "fork", "more"]`, `x.toml:20: flow[0].steps[1].parallel[1][1]: found "fork", which is the step itself, want others`},
		{"an empty branch", `[["left"], ["right", "more"]]`, `[["left"], ["right", "more"], []]`, `x.toml:20: flow[0].steps[1].parallel[2]: found a branch without steps, want one or more`},
		{"next of a choice", `{ next = "end" }] }`, `{ next = "end" }], next = "end" }`, `x.toml:24: flow[0].steps[5].next: found a next beside choice, want none: its cases say what comes next`},
		{"a cycle", `name = "sent", send = { to = "in", size = "1KB" }`, `name = "sent", send = { to = "in", size = "1KB" }, next = "again" }, { name = "again", pass = true, next = "sent"`, `x.toml:25: flow[0].steps[6]: the steps "sent", "again" lead to each other for ever, want a way out: a case, a next, or attempt_above`},
		{"a choice that is none", `{ probability = 0.5, next = "sent" }, { next = "end" }`, `{ next = "sent" }, { probability = 0.5, next = "end" }`, `x.toml:24: flow[0].steps[5].choice[1]: found a case behind the one without a condition, which always holds, want it before that`},
		{"a cycle by a choice", `{ probability = 0.5, next = "sent" }, { next = "end" }`, `{ probability = 1, next = "pick" }`, `x.toml:24: flow[0].steps[5]: the steps "pick" lead to each other for ever, want a way out: a case, a next, or attempt_above`},
		{"probabilities", `{ probability = 0.5, next = "sent" }, { next = "end" }`, `{ probability = 0.5, next = "sent" }, { probability = 0.25, next = "end" }`, `x.toml:24: flow[0].steps[5].choice: found no case that surely holds: those by probability alone sum to 0.75; want them to sum to 1, or a last case without a condition: { next = … }`},
		{"probabilities above 1", `{ probability = 0.5, next = "sent" }, { next = "end" }`, `{ probability = 0.75, next = "sent" }, { probability = 0.75, next = "end" }`, `x.toml:24: flow[0].steps[5].choice: found probabilities that sum to 1.5, want at most 1: each is of all that reach the choice`},
		{"a probability", `probability = 0.5`, `probability = -0.5`, `x.toml:24: flow[0].steps[5].choice[0].probability: probability is -0.5, want 0 … 1`},
		{"no case may hold", `{ probability = 0.5, next = "sent" }, { next = "end" }`, `{ size_above = "1MB", next = "sent" }`, `x.toml:24: flow[0].steps[5].choice: found no case that surely holds: those by probability alone sum to 0; want them to sum to 1, or a last case without a condition: { next = … }`},
		{"two conditions", `{ probability = 0.5, next = "sent" }, { next = "end" }`, `{ probability = 0.5, size_above = "1KB", next = "sent" }, { probability = 0.5, next = "end" }`, `x.toml:24: flow[0].steps[5].choice: found no case that surely holds: those by probability alone sum to 0.5; want them to sum to 1, or a last case without a condition: { next = … }`},
		{"on", `on = ["failed"]`, `on = ["faild"]`, `x.toml:19: flow[0].steps[0].retry[0].on[0]: unknown way to fail "faild"; did you mean "failed"?`},
		{"rate", `on = ["failed"]`, `on = ["failed"], rate = 0.5`, `x.toml:19: flow[0].steps[0].retry[0].rate: found 0.5, want 1 … 1000`},
		{"attempts", `on = ["failed"]`, `on = ["failed"], attempts = -1`, `x.toml:19: flow[0].steps[0].retry[0].attempts: found -1, want 0 … 1000`},
		{"jitter", `on = ["failed"]`, `on = ["failed"], jitter = "ful"`, `x.toml:19: flow[0].steps[0].retry[0].jitter: unknown jitter "ful"; did you mean "full"?`},
		{"retry of a pass", `more", pass = true`, `more", pass = true, retry = [{ on = ["any"] }]`, `x.toml:23: flow[0].steps[4].retry: found a retry of pass, which cannot fail, want none`},
		{"route by", `call = "other" }`, `route = { to = ["other"], by = "heath" } }`, `x.toml:21: flow[0].steps[2].route.by: unknown by "heath"; did you mean "health"?`},
		{"route to", `call = "other" }`, `route = { to = ["othr"] } }`, `x.toml:21: flow[0].steps[2].route.to[0]: unknown function "othr"; did you mean "other"?`},
		{"weights", `call = "other" }`, `route = { to = ["other", "work"], weights = [1] } }`, `x.toml:21: flow[0].steps[2].route.weights: found 1 weights of 2 functions, want one each`},
		{"items", `call = "other" }`, `map = { items = -1, steps = ["more"] } }`, "x.toml:21: flow[0].steps[2].map.items: found -1, want a whole number from 1 to 2147483647"},
		{"a callback that never comes", `call = "other" }`, `call = "other", callback = { after = "1s", never = 0.1 } }`, "x.toml:21: flow[0].steps[2].callback.never: found answers that never come, and neither a heartbeat nor a timeout of the step; want one of them: it would wait for ever\nx.toml:21: flow[0].steps[2].callback: found a callback, for which step-functions-express does not wait"},

		// What never ends.
		{"a function that calls itself", `{ store = "table", op = "write" }`, `{ call = "work" }`, `x.toml:12: function[0].name: function "work" starts function "work", and so on for ever, want a choice, or a probability below 1, on the way`},
		{"a flow in itself", `call = "other" }`, `call = "order" }`, `x.toml:16: flow[0].name: flow "order" starts flow "order", and so on for ever, want a choice, or a probability below 1, on the way`},
		{"messages for ever", `{ store = "table", op = "write" }`, `{ send = "in" }`, `x.toml:12: function[0].name: function "work" starts trigger "in" starts function "work", and so on for ever, want a choice, or a probability below 1, on the way`},

		// Limits of services, and numbers.
		{"batch", `batch = 10`, `batch = 10001`, `x.toml:4: trigger[1].queue.batch: found 10001, want at most the 10000 messages of a batch of sqs`},
		{"batch without a window", `batch = 10`, `batch = 100`, `x.toml:4: trigger[1].queue.batch: found a batch of 100 without a window, want at most 10 without one of sqs, or window = "1s"`},
		{"batch of 0", `batch = 10`, `batch = 0`, `x.toml:4: trigger[1].queue.batch: found 0, want 1 … 1000000`},
		{"window", `batch = 10`, `batch = 10, window = "301s"`, `x.toml:4: trigger[1].queue.window: found 5m1s, want at most the 5m of sqs`},
		{"visibility below the timeout", `visibility = "60s"`, `visibility = "29s"`, `x.toml:4: trigger[1].queue.visibility: found a visibility of 29s, want at least the timeout of "work", 30s (x.toml:12)`},
		{"visibility", `visibility = "60s"`, `visibility = "13h"`, `x.toml:4: trigger[1].queue.visibility: found 13h, want at most the 12h of sqs`},
		{"delay", `batch = 10`, `batch = 10, delay = "16m"`, `x.toml:4: trigger[1].queue.delay: found 16m, want at most the 15m of sqs`},
		{"receives", `batch = 10`, `batch = 10, receives = 1001`, `x.toml:4: trigger[1].queue.receives: found 1001, want at most the 1000 receives of sqs`},
		{"stream's batch", `shards = 2`, `shards = 2, batch = 20000`, `x.toml:5: trigger[2].stream.batch: found 20000, want at most the 10000 records of a batch of kinesis`},
		{"parallel", `shards = 2`, `shards = 2, parallel = 11`, `x.toml:5: trigger[2].stream.parallel: found 11, want at most the 10 batches of a shard at a time of kinesis`},
		{"stream's window", `shards = 2`, `shards = 2, window = "6m"`, `x.toml:5: trigger[2].stream.window: found 6m, want at most the 5m of kinesis`},
		{"retention", `shards = 2`, `shards = 2, retention = "366d"`, `x.toml:5: trigger[2].stream.retention: found 366d, want at most the 365d of kinesis`},
		{"max_age", `shards = 2`, `shards = 2, max_age = "25h"`, `x.toml:5: trigger[2].stream.max_age: found 1d1h, want at most the retention of 1d`},
		{"shards", `shards = 2`, `shards = 0`, `x.toml:5: trigger[2].stream.shards: found 0, want 1 … 100000`},
		{"Express", `engine = { preset = "step-functions-express" }`, `engine = { preset = "step-functions-express" }
timeout = "301s"`, `x.toml:18: flow[0].timeout: found 5m1s, want at most the 5m of step-functions-express`},
		{"payload", `call = "other" }`, `call = "other", output = "257KB" }`, `x.toml:21: flow[0].steps[2].output: found 257KB, want at most the 256KB that step-functions-express carries from state to state`},
		{"message", `size = "1KB" } }`, `size = "2MB" } }`, `x.toml:25: flow[0].steps[6].send.size: found 2MB, want at most the `},
		{"negative size", `size = "1KB" } }`, `size = "-1KB" } }`, `x.toml:25: flow[0].steps[6].send.size: found "-1KB", which is negative; want a size such as "512MB"`},
		{"negative time", `service = "20ms", use`, `service = "-20ms", use`, `x.toml:12: function[0].service: found "-20ms", which is negative; want a duration such as "250ms", "10m" or "1h30m"`},
		{"error_rate", `service = "20ms", use`, `service = "20ms", error_rate = 1.5, use`, `x.toml:12: function[0].error_rate: error_rate is 1.5, want 0 … 1`},
		{"memory", `memory = "512MB"`, `memory = "512KB"`, `x.toml:12: function[0].memory: found 512KB, want a whole number of MiB above 0`},
		{"no service", `memory = "512MB", timeout = "30s", service = "20ms", `, `memory = "512MB", timeout = "30s", `, `x.toml:12: function[0]: missing key "service", or tokens`},
		{"schedule and arrivals", `http = { service = "none" }`, `schedule = { every = "1m" }`, `x.toml:3: trigger[0].arrivals: found arrivals beside a schedule, want none: it starts by itself`},
		{"a caller with a budget", `http = { service = "none" }`, `http = { service = "none", client = { retries = 1, quota = { tokens = 5 } } }`, `x.toml:3: trigger[0].http.client.quota: found quota of the callers of a trigger, want none: they ask again alike after every failure, and without a budget`},
		{"a caller that asks after a node's failure", `http = { service = "none" }`, `http = { service = "none", client = { retries = 1, on = ["node"] } }`, `x.toml:3: trigger[0].http.client.on: found "node" of the callers of a trigger, want "failed": what answers them tells a node's failure as any other`},
		{"a caller of a preset with one", `http = { service = "none" }`, `http = { service = "none", client = { preset = "aws-sdk-standard" } }`, `x.toml:3: trigger[0].http.client: found preset "aws-sdk-standard", which has quota, of the callers of a trigger, want none: they ask again alike after every failure, and without a budget; what is left of it: client = { retries = 2, backoff = "1s", cap = "20s", on = ["timeout", "rejected"] }`},
		{"what is left of it", `http = { service = "none" }`, `http = { service = "none", client = { retries = 2, backoff = "1s", cap = "20s", on = ["timeout", "rejected"] }, answer = "middle" }`, `x.toml:3: trigger[0].http.answer: `},
		{"a jitter that is none", `retry = [{ on = ["failed"] }]`, `retry = [{ on = ["failed"], jitter = "half" }]`, `x.toml:19: flow[0].steps[0].retry[0].jitter: unknown jitter "half"; known: decorrelated, equal, full, none`},
		{"two ways", `http = { service = "none" }`, `http = { service = "none" }, async = {}`, `x.toml:3: trigger[0].async: found async beside http, want one way to start`},
		{"state from nothing", `service = "20ms", use`, `service = "20ms", state = { size = "1MB" }, use`, `x.toml:12: function[0].state: found state that is rebuilt from nothing, want store, rebuild or both`},
		{"network", "", "[[network]]\nbetween = [\"us-east-1\"]\nrtt = \"5ms\"\n", `x.toml:29: network[0].between: found 1 regions, want two`},
		{"drain", "", "[[network]]\nbetween = [\"a\", \"b\"]\n", `x.toml:28: network[0]: found nothing about the way, want rtt, bandwidth or tariff`},
	} {
		t.Run(c.name, func(t *testing.T) {
			text := strings.Replace(valid, c.old, c.new, 1)
			if c.old == "" {
				text = valid + "\n" + c.new
			} else if text == valid {
				t.Fatalf("the file has no %q", c.old)
			}
			_, err := readText("x.toml", text)
			switch {
			case err == nil:
				t.Errorf("no error, want\n%s", c.want)
			case err.Error() != c.want && !(strings.HasSuffix(c.want, " ") && strings.HasPrefix(err.Error(), c.want)):
				t.Errorf("%v, want\n%s", err, c.want)
			}
		})
	}
}
