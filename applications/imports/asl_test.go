package imports

import (
	"errors"
	"strings"
	"testing"
)

// state wraps one state, called A, in a machine.
func state(s string) string {
	return `{"StartAt":"A","States":{"A":` + s + `}}`
}

func TestASLStates(t *testing.T) {
	for _, c := range []struct {
		name, state string
		want        []string // in the written file
	}{
		{"lambda by address", `{"Type":"Task","Resource":"arn:aws:lambda:us-east-1:123456789012:function:Classify:live","End":true}`,
			[]string{`call = "Classify"`, `name = "Classify" # line 1`}},
		{"lambda by invoke", `{"Type":"Task","Resource":"arn:aws-cn:states:::lambda:invoke","Parameters":{"FunctionName":"${Classify.Arn}"},"End":true}`,
			[]string{`call = "Classify"`}},
		{"invoke without waiting", `{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"f","InvocationType":"Event"},"End":true}`,
			[]string{`call = "f", async = true`}},
		{"sdk", `{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:lambda:invoke","Parameters":{"FunctionName":"f"},"End":true}`,
			[]string{`call = "f"`}},
		{"JSONata", `{"Type":"Task","QueryLanguage":"JSONata","Resource":"arn:aws:states:::lambda:invoke","Arguments":{"FunctionName":"{% $fn %}"},"End":true}`,
			[]string{`call = "A-function"`}},
		{"callback", `{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"https://sqs.us-east-1.amazonaws.com/1/orders"},"TimeoutSeconds":60,"End":true}`,
			[]string{`send = { to = "orders" }`, `callback = { after = "?" }`, `timeout = "1m"`, "name = \"orders\" # line 1\nservice = \"sqs\""}},
		{"activity", `{"Type":"Task","Resource":"arn:aws:states:us-east-1:1:activity:approve","End":true}`,
			[]string{`use = [{ store = "approve", op = "run" }]`, `latency = { run = { first = "?" } }`}},
		{"job", `{"Type":"Task","Resource":"arn:aws:states:::ecs:runTask.sync","End":true}`,
			[]string{`use = [{ store = "ecs", op = "runTask" }]`, `latency = { runTask = { first = "?" } }`}},
		{"job, second form", `{"Type":"Task","Resource":"arn:aws:states:::states:startExecution.sync:2","Parameters":{"StateMachineArn":"arn:aws:states:us-east-1:1:stateMachine:other"},"End":true}`,
			[]string{`use = [{ store = "other", op = "start" }]`}},
		{"table", `{"Type":"Task","Resource":"arn:aws:states:::dynamodb:getItem","Parameters":{"TableName":"users"},"End":true}`,
			[]string{`use = [{ store = "users", op = "read" }]`, `service = "dynamodb"`}},
		{"table by the SDK", `{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:dynamodb:query","Parameters":{"TableName":"users"},"End":true}`,
			[]string{`use = [{ store = "users", op = "query" }]`}},
		{"bucket", `{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:s3:listObjectsV2","Parameters":{"Bucket":"raw"},"End":true}`,
			[]string{`use = [{ store = "raw", op = "list" }]`, `service = "s3"`}},
		{"topic", `{"Type":"Task","Resource":"arn:aws:states:::sns:publish","Parameters":{"TopicArn":"arn:aws:sns:us-east-1:1:alerts"},"End":true}`,
			[]string{`send = { to = "alerts" }`, `service = "sns"`}},
		{"bus", `{"Type":"Task","Resource":"arn:aws:states:::events:putEvents","Parameters":{"Entries":[{"EventBusName":"orders"}]},"End":true}`,
			[]string{`send = { to = "orders" }`, `service = "eventbridge"`}},
		{"model", `{"Type":"Task","Resource":"arn:aws:states:::bedrock:invokeModel","Parameters":{"ModelId":"anthropic.claude-3"},"End":true}`,
			[]string{`call = "anthropic-claude-3"`, `platform = "?"`}},
		{"wait", `{"Type":"Wait","Seconds":90,"End":true}`, []string{`wait = "1m30s"`}},
		{"wait for what the run knows", `{"Type":"Wait","SecondsPath":"$.s","End":true}`, []string{`wait = "?"`}},
		{"wait until", `{"Type":"Wait","Timestamp":"2026-01-01T00:00:00Z","End":true}`, []string{`wait = "?"`}},
		{"wait, JSONata", `{"Type":"Wait","Seconds":"{% $n * 2 %}","End":true}`, []string{`wait = "?"`}},
		{"defaults of a retry", `{"Type":"Task","Resource":"f","Retry":[{"ErrorEquals":["States.ALL"]}],"End":true}`,
			[]string{`retry = [{ on = ["any"], attempts = 3, interval = "1s", rate = 2 }]`}},
		{"all of a retry", `{"Type":"Task","Resource":"f","Retry":[{"ErrorEquals":["Lambda.TooManyRequestsException","States.Timeout","Mine"],"IntervalSeconds":3,"MaxAttempts":0,"BackoffRate":1.5,"MaxDelaySeconds":20,"JitterStrategy":"FULL"}],"End":true}`,
			[]string{`{ on = ["failed", "throttled", "timeout"], attempts = 0, interval = "3s", rate = 1.5, cap = "20s", jitter = "full" }`}},
		{"failures but timeouts", `{"Type":"Task","Resource":"f","Retry":[{"ErrorEquals":["States.TaskFailed"]}],"End":true}`,
			[]string{`on = ["failed", "throttled"]`}},
		{"inline map", `{"Type":"Map","MaxConcurrency":7,"Items":[1,2,3],"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`,
			[]string{`map = { items = 3, steps = ["B"], concurrency = 7 }`}},
		{"distributed map", `{"Type":"Map","MaxConcurrencyPath":"$.n","ToleratedFailurePercentage":5,"ItemReader":{"Resource":"arn:aws:states:::s3:getObject","Parameters":{"Bucket":"rows","Key":"k"}},"ItemBatcher":{"MaxItemsPerBatch":10},"ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`,
			[]string{`items = { store = "rows", op = "read", count = "?" }`, `concurrency = "?"`, `mode = "distributed", engine = "express", batch = 10, tolerate = 0.05`}},
		{"succeed", `{"Type":"Succeed"}`, []string{`{ name = "A", succeed = true }`}},
		{"fail", `{"Type":"Fail","Error":"e"}`, []string{`{ name = "A", fail = true }`}},
	} {
		t.Run(c.name, func(t *testing.T) { holds(t, written(t, state(c.state)), c.want...) })
	}
}

// A loop that polls stays one: its choice has a probability to be filled in.
func TestASLPolling(t *testing.T) {
	d := read(t, `{"StartAt":"Start","States":{
"Start":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:glue:startCrawler","Next":"Wait"},
"Wait":{"Type":"Wait","Seconds":30,"Next":"Get"},
"Get":{"Type":"Task","Resource":"arn:aws:states:::aws-sdk:glue:getCrawler","Next":"Done?"},
"Done?":{"Type":"Choice","Choices":[{"Condition":"{% $state = 'READY' %}","Next":"end"},{"Not":{"Variable":"$.x","IsNull":true},"Next":"Wait"}]},
"end":{"Type":"Succeed"}}}`)
	text, _ := d.Write()
	holds(t, text, `{ probability = "?", when = "$state = 'READY'", next = "end-step" }`, `{ when = "not ($.x IsNull true)", next = "Wait" }`,
		`{ name = "end-step", succeed = true }`, `next = "Wait" }, # line 2`)
	f := d.Counts().Flows[0]
	if f.Least != 5 || f.Most != 5 { // start, wait, get, choice, end
		t.Errorf("found ways of %d to %d states, want 5", f.Least, f.Most)
	}
	holds(t, lost(d), "no Default")
}

func TestASLMistakes(t *testing.T) {
	for _, c := range []struct{ name, text, want string }{
		{"empty machine", `{"StartAt":"A","States":{}}`, "x.json:1: States is empty"},
		{"no states", "{\n\"StartAt\":\"A\"}", "States is missing"},
		{"no StartAt", "{\"States\":{\"A\":{\"Type\":\"Succeed\"}}}", "StartAt is missing"},
		{"StartAt leads nowhere", "{\n\"StartAt\":\"Begn\",\n\"States\":{\"Begin\":{\"Type\":\"Succeed\"}}}", `x.json:2: StartAt: unknown state "Begn"; did you mean "Begin"?`},
		{"dangling Next", "{\"StartAt\":\"A\",\"States\":{\n\"A\":{\"Type\":\"Pass\",\n\"Next\":\"Bee\"},\"Be\":{\"Type\":\"Succeed\"}}}", `x.json:3: state "A": Next: unknown state "Bee"; did you mean "Be"?`},
		{"dangling Default", state("{\"Type\":\"Choice\",\"Choices\":[{\"Variable\":\"$\",\"IsNull\":true,\"Next\":\"A\"}],\n\"Default\":\"B\"}"), `x.json:2: state "A": Default`},
		{"dangling Catch", state("{\"Type\":\"Task\",\"Resource\":\"f\",\"Catch\":[{\"ErrorEquals\":[\"States.ALL\"],\n\"Next\":\"B\"}],\"End\":true}"), `x.json:2: state "A": Next of a Catch`},
		{"round without an exit", "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Pass\",\"Next\":\"B\"},\n\"B\":{\"Type\":\"Pass\",\"Next\":\"A\"}}}", `x.json:1: "A" is on a cycle without an exit: A → B → A`},
		{"unknown type", state(`{"Type":"Tsk","End":true}`), `unknown Type "Tsk"; did you mean "Task"?`},
		{"type is a number", state(`{"Type":5,"End":true}`), `unknown Type "5"`},
		{"state is a list", state(`[]`), `state "A": found a list, want a table`},
		{"states is a text", `{"StartAt":"A","States":"A"}`, `States: found "A", want a table`},
		{"neither Next nor End", state(`{"Type":"Pass"}`), "neither Next nor End"},
		{"both", state(`{"Type":"Pass","Next":"A","End":true}`), "has Next and End"},
		{"End is a text", state(`{"Type":"Pass","End":"yes"}`), `End: found "yes", want true or false`},
		{"no rules", state(`{"Type":"Choice","Choices":[]}`), "Choices is empty"},
		{"Choices is a table", state(`{"Type":"Choice","Choices":{}}`), "Choices: found a table, want a list"},
		{"rule without Next", state(`{"Type":"Choice","Choices":[{"Variable":"$"}]}`), "a rule without Next"},
		{"no branches", state(`{"Type":"Parallel","Branches":[],"End":true}`), "Branches is empty"},
		{"branch is a number", state(`{"Type":"Parallel","Branches":[7],"End":true}`), "found 7, want a table"},
		{"no processor", state(`{"Type":"Map","End":true}`), "a Map without ItemProcessor"},
		{"unknown mode", state(`{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTIBUTED"},"StartAt":"B","States":{"B":{"Type":"Succeed"}}},"End":true}`), `did you mean "DISTRIBUTED"?`},
		{"no kind of execution", state(`{"Type":"Map","ItemProcessor":{"ProcessorConfig":{"Mode":"DISTRIBUTED"},"StartAt":"B","States":{"B":{"Type":"Succeed"}}},"End":true}`), "without ExecutionType"},
		{"concurrency", state(`{"Type":"Map","MaxConcurrency":-1,"ItemProcessor":{"StartAt":"B","States":{"B":{"Type":"Succeed"}}},"End":true}`), "MaxConcurrency: found -1"},
		{"wait without a time", state(`{"Type":"Wait","End":true}`), "a Wait without Seconds"},
		{"negative wait", state(`{"Type":"Wait","Seconds":-1,"End":true}`), "Seconds: found -1"},
		{"wait of ages", state(`{"Type":"Wait","Seconds":1e30,"End":true}`), "Seconds: found 1e30"},
		{"wait is a text", state(`{"Type":"Wait","Seconds":"5s","End":true}`), `Seconds: found "5s", want a number of seconds`},
		{"no resource", state(`{"Type":"Task","End":true}`), "a Task without Resource"},
		{"resource is a number", state(`{"Type":"Task","Resource":1,"End":true}`), "Resource: found 1"},
		{"unknown pattern", state(`{"Type":"Task","Resource":"arn:aws:states:::lambda:invoke.waitForTasktoken","End":true}`), `did you mean "waitForTaskToken"?`},
		{"retry without errors", state(`{"Type":"Task","Resource":"f","Retry":[{}],"End":true}`), "without ErrorEquals"},
		{"retry is a number", state(`{"Type":"Task","Resource":"f","Retry":[1],"End":true}`), "Retry: found 1, want a table"},
		{"attempts", state(`{"Type":"Task","Resource":"f","Retry":[{"ErrorEquals":["E"],"MaxAttempts":1.5}],"End":true}`), "MaxAttempts: found 1.5"},
		{"rate", state(`{"Type":"Task","Resource":"f","Retry":[{"ErrorEquals":["E"],"BackoffRate":0.5}],"End":true}`), "BackoffRate: found 0.5"},
		{"jitter", state(`{"Type":"Task","Resource":"f","Retry":[{"ErrorEquals":["E"],"JitterStrategy":"SOME"}],"End":true}`), `unknown strategy "SOME"`},
		{"state of the same name", "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"},\n\"A\":{\"Type\":\"Fail\"}}}", `x.json:2:1: "A" stands twice, first at line 1`},
		{"mistake in what is not reached", "{\"StartAt\":\"A\",\"States\":{\"A\":{\"Type\":\"Succeed\"},\n\"B\":{\"Type\":\"Pas\"}}}", `x.json:2: state "B": unknown Type "Pas"`},
		{"cut short", `{"StartAt":"A","States":{`, "x.json:1:26: not JSON: it ends in the middle"},
		{"comma too many", "{\"StartAt\":\"A\",\n\"States\":{},}", "x.json:2:13: not JSON: found } after a comma"},
		{"comma too many in a list", "{\"StartAt\":\"A\",\n \"States\":{\"A\":{\"Type\":\"Task\",\"Retry\":[1,\n\t]}}}", "x.json:3:2: not JSON: found ] after a comma"},
		{"comma missing", "{\"StartAt\":\"é\"\n  \"States\":{}}", "x.json:2:3: not JSON: invalid character"},
		{"a remark", "\xEF\xBB\xBF{\n  // the start\n \"StartAt\":\"A\"}", "x.json:2:3: not JSON"},
		{"a bad number", "{\"StartAt\":\"A\", \"States\": 1.x}", "x.json:1:27: not JSON"},
		{"more after it", `{"StartAt":"A"} {}`, "more after the end"},
		{"nothing", " \n", "found nothing in it"},
		{"not text", "\x00\x01", "found the byte 0x00"},
		{"a list", `[1, 2]`, "found a list"},
		{"another table", `{"name":"x","version":1}`, "no definition that is known by its content; found a table of name, version"},
		{"deep", strings.Repeat("[", 5000) + strings.Repeat("]", 5000), "nested deeper than 200 levels"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, err := Read("x.json", []byte(c.text), Options{})
			var m *Malformed
			if !errors.As(err, &m) {
				t.Fatalf("found %v, want an error about the file", err)
			}
			holds(t, err.Error(), c.want)
		})
	}
}

// The same machine, however it is written.
func TestASLForms(t *testing.T) {
	plain := `{"StartAt":"A","States":{"A":{"Type":"Wait","Seconds":5,"End":true}}}`
	want := written(t, plain)
	for name, text := range map[string]string{
		"byte order mark": "\xEF\xBB\xBF" + plain,
		"carriage return": strings.ReplaceAll(plain, ",", ",\r"),
		"tabs":            strings.ReplaceAll(plain, ",", ",\t"),
		"YAML":            "# a comment\nStartAt: A\nStates:\n  A: {Type: Wait, Seconds: 5, End: true}\n",
		"YAML, CRLF":      "StartAt: A\r\nStates:\r\n  A:\r\n    Type: Wait\r\n    Seconds: 5\r\n    End: true\r\n",
		"anchors":         "StartAt: A\nx: &w {Type: Wait, Seconds: 5}\nStates:\n  A:\n    <<: *w\n    End: true\n",
		"empty documents": "---\n---\nStartAt: A\nStates: {A: {Type: Wait, Seconds: 5, End: true}}\n---\n",
	} {
		t.Run(name, func(t *testing.T) {
			got := written(t, text)
			if dropLines(got) != dropLines(want) {
				t.Errorf("found\n%s\nwant\n%s", got, want)
			}
		})
	}
}

// dropLines takes the comments away.
func dropLines(s string) string {
	var b strings.Builder
	for _, line := range strings.Split(s, "\n") {
		before, _, _ := strings.Cut(line, " # ")
		b.WriteString(before + "\n")
	}
	return b.String()
}

// Aliases that stand for more and more are counted before they fill the memory.
func TestYAMLBomb(t *testing.T) {
	var b strings.Builder
	b.WriteString("a0: &a0 [x, x, x, x, x, x, x, x, x]\n")
	for i := 1; i < 12; i++ {
		b.WriteString("a" + string(rune('a'+i)) + ": &a" + string(rune('a'+i)) + " [")
		prev := "*a0"
		if i > 1 {
			prev = "*a" + string(rune('a'+i-1))
		}
		b.WriteString(strings.Repeat(prev+", ", 9) + "]\n")
	}
	_, err := Read("x.yaml", []byte(b.String()), Options{})
	if err == nil || !strings.Contains(err.Error(), "more than 500000 values") {
		t.Errorf("found %v, want that it is too much", err)
	}
}
