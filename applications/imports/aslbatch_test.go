package imports

import "testing"

// A request that holds several things counts them: of the bus, queue, topic, stream
// and table that it names.
func TestASLBatches(t *testing.T) {
	task := func(action, args string) string {
		return state(`{"Type":"Task","Resource":"arn:aws:states:::` + action + `","Parameters":` + args + `,"End":true}`)
	}
	for _, c := range []struct {
		name, text string
		want, lost []string
	}{
		{"events of one bus", task("events:putEvents", `{"Entries":[{"EventBusName":"b"},{"EventBusName":"b"},{"EventBusName":"b"}]}`), []string{`send = { to = "b", count = 3 }`}, nil},
		{"events of two buses", task("events:putEvents", `{"Entries":[{"EventBusName":"b"},{},{"EventBusName":"b"}]}`), []string{`use = [{ send = "b", count = 2 }, { send = "default" }]`}, nil},
		{"events that the run knows", task("events:putEvents", `{"Entries.$":"$.e"}`), []string{`send = { to = "default", count = "?" }`}, nil},
		{"messages", task("aws-sdk:sqs:sendMessageBatch", `{"QueueUrl":"https://x/1/q","Entries":[{},{},{}]}`), []string{`send = { to = "q", count = 3 }`}, []string{"a batch of messages is one request"}},
		{"messages of a topic", task("aws-sdk:sns:publishBatch", `{"TopicArn":"arn:aws:sns:r:1:t","PublishBatchRequestEntries":[{},{}]}`), []string{`send = { to = "t", count = 2 }`}, nil},
		{"records", task("aws-sdk:kinesis:putRecords", `{"StreamName":"s","Records":[{},{}]}`), []string{`send = { to = "s", count = 2 }`}, nil},
		{"one message", task("sqs:sendMessage", `{"QueueUrl":"https://x/1/q"}`), []string{`send = { to = "q" }`}, nil},
		{"writes of a table", task("aws-sdk:dynamodb:batchWriteItem", `{"RequestItems":{"tb":[{"PutRequest":{}},{"PutRequest":{}},{"DeleteRequest":{}}]}}`),
			[]string{`use = [{ store = "tb", op = "write", count = 2, parallel = true }, { store = "tb", op = "delete" }]`, `name = "tb"`}, nil},
		{"reads of tables", task("aws-sdk:dynamodb:batchGetItem", `{"RequestItems":{"tb":{"Keys":[{},{}]},"tb2":{"Keys.$":"$.k"}}}`),
			[]string{`{ store = "tb", op = "read", count = 2, parallel = true }`, `{ store = "tb2", op = "read", count = "?", parallel = true }`}, nil},
		{"a transaction", task("aws-sdk:dynamodb:transactWriteItems", `{"TransactItems":[{"Put":{"TableName":"tb"}},{"Update":{"TableName":"tb2"}},{"Delete":{"TableName":"tb2"}}]}`),
			[]string{`{ store = "tb", op = "write" }`, `{ store = "tb2", op = "write" }`, `{ store = "tb2", op = "delete" }`}, []string{"a transaction counts each item twice"}},
		{"items that the run knows", task("aws-sdk:dynamodb:batchWriteItem", `{"RequestItems.$":"$.r"}`), []string{`{ store = "table", op = "write", count = "?", parallel = true }`}, []string{"which table it calls is only known when it runs"}},
		{"a dry run", task("lambda:invoke", `{"FunctionName":"f","InvocationType":"DryRun"}`), []string{`use = [{ store = "lambda", op = "dryRun" }]`}, []string{"InvocationType DryRun"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := read(t, c.text)
			checked(t, d)
			text, _ := d.Write()
			holds(t, text, c.want...)
			holds(t, lost(d), c.lost...)
		})
	}
}

// A heartbeat is carried by a step that waits for a callback, listed elsewhere; what is
// more than an application holds becomes the most, and is listed.
func TestASLHeartbeat(t *testing.T) {
	d := read(t, state(`{"Type":"Task","Resource":"arn:aws:states:::sqs:sendMessage.waitForTaskToken","Parameters":{"QueueUrl":"https://x/1/q"},"HeartbeatSeconds":60,"End":true}`))
	checked(t, d)
	text, _ := d.Write()
	holds(t, text, `callback = { after = "?", heartbeat = "1m" }`)
	d = read(t, state(`{"Type":"Task","Resource":"f","HeartbeatSeconds":60,"Retry":[{"ErrorEquals":["States.ALL"],"MaxAttempts":5000,"BackoffRate":2000}],"End":true}`))
	checked(t, d)
	text, _ = d.Write()
	holds(t, text, `attempts = 1000, interval = "1s", rate = 1000`)
	holds(t, lost(d), "HeartbeatSeconds 60: only of a step with a callback", "MaxAttempts 5000: 1000 is written", "BackoffRate 2000: 1000 is written")
}

// What a map may have at most is written, and what only a distributed one has is refused
// of another.
func TestMapsAtMost(t *testing.T) {
	processor := func(config string) string {
		return `,"ItemProcessor":{` + config + `"StartAt":"B","States":{"B":{"Type":"Pass","End":true}}},"End":true}`
	}
	d := read(t, state(`{"Type":"Map","MaxConcurrency":2000000,"ItemReader":{"Resource":"arn:aws:states:::s3:listObjectsV2","ReaderConfig":{"MaxItems":500},"Parameters":{"Bucket":"b"}},"ItemBatcher":{"MaxItemsPerBatch":3000000}`+processor(`"ProcessorConfig":{"Mode":"DISTRIBUTED","ExecutionType":"EXPRESS"},`)))
	checked(t, d)
	text, open := d.Write()
	holds(t, text, "concurrency = 10000,", "batch = 1000000 ")
	holds(t, lost(d), "MaxConcurrency 2000000: 10000 is written", "MaxItemsPerBatch 3000000: 1000000 is written")
	if len(open) != 2 || open[1].What != "how many items the reader finds, at most 500" {
		t.Errorf("to be filled in: %v", open)
	}
	_, err := Read("x.json", []byte(state(`{"Type":"Map","ItemBatcher":{"MaxItemsPerBatch":3}`+processor(""))), Options{})
	if err == nil {
		t.Fatal("a batch of an inline map was read")
	}
	holds(t, err.Error(), `x.json:1: state "A": ItemBatcher beside Mode INLINE, want DISTRIBUTED`)
}
