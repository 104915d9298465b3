package applications

import (
	"strings"
	"testing"
)

// What a service does not offer is refused where it is said: AWS's API reference has a
// retention of 24 h at the least, a data key's reuse of 60 s to 24 h at SQS, a maximum
// concurrency of 2 to 1,000 that excludes provisioned pollers, and shards by need as a
// mode of its own.
func TestLimitsOfServices(t *testing.T) {
	for _, c := range []struct{ old, new, want string }{
		{`service = "kinesis", encrypt`, `service = "kinesis", retention = "23h", encrypt`, `trigger[1].stream.retention: found 23h, want at least the 1d of kinesis`},
		{`service = "kinesis", encrypt`, `service = "kinesis", on_demand = true, encrypt`, `trigger[1].stream.on_demand: found shards as the load needs of kinesis, which has no rule for that, want a service that has one: kinesis-on-demand, kinesis-on-demand-fan-out`},
		{`service = "kinesis", encrypt`, `service = "kinesis-fan-out", shards = 3, on_demand = true, encrypt`, `which has no rule for that`},
		{`service = "kinesis", encrypt`, `service = "event-hubs", on_demand = true, encrypt`, `which has no rule for that`},
		{`service = "kinesis", encrypt`, `service = "kinesis-on-demand", on_demand = false, encrypt`, `found false of kinesis-on-demand`},
		{`service = "sqs", encrypt = "keys"`, `service = "sqs", encrypt = "keys", key_reuse = "59s"`, `trigger[0].queue.key_reuse: found 59s, want at least the 1m of sqs`},
		{`service = "sqs", encrypt = "keys"`, `service = "sqs", encrypt = "keys", key_reuse = "25h"`, `found 1d1h, want at most the 1d of sqs`},
		{`service = "sqs", encrypt = "keys"`, `service = "sqs", concurrency = 1, encrypt = "keys"`, `trigger[0].queue.concurrency: found 1, want at least the 2 batches at a time of sqs`},
		{`service = "sqs", encrypt = "keys"`, `service = "sqs", concurrency = 1001, encrypt = "keys"`, `found 1001, want at most the 1000 batches at a time of sqs`},
		{`service = "sqs", encrypt = "keys"`, `service = "sqs-provisioned", concurrency = 2, encrypt = "keys"`, `found 2 beside the provisioned pollers of sqs-provisioned`},
		{`service = "sns", encrypt = "keys"`, `service = "sns", encrypt = "keys", key_reuse = "1m"`, `trigger[2].bus.key_reuse: found 1m of sns, whose own rule says`},
		{`service = "kinesis", encrypt = "keys"`, `service = "kinesis", encrypt = "keys", key_reuse = "1m"`, `found 1m of kinesis, whose own rule says`},
		{`name = "table", service = "dynamodb", encrypt = "keys"`, `name = "table", service = "dynamodb", encrypt = "keys", key_reuse = "1m"`, `store[1].key_reuse: found 1m of dynamodb`},
		{`name = "table", service = "dynamodb", encrypt = "keys"`, `name = "table", service = "dynamodb", encrypt = "objects"`, `store[1].encrypt: found "objects", a store of s3, which has no op encrypt or decrypt`},
		{`name = "table", service = "dynamodb", encrypt = "keys"`, `name = "table", service = "dynamodb", encrypt = ""`, `store[1].encrypt: found "", want a store of a key service`},
		{`name = "keys", service = "kms"`, `name = "keys", service = "custom", latency = { run = "1ms" }`, `found "keys", a store of custom, which has no op encrypt or decrypt`},
	} {
		src := strings.Replace(encrypted, c.old, c.new, 1)
		if src == encrypted {
			t.Fatalf("%q is not in the file", c.old)
		}
		if _, err := readShipped(t, src); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s:\ngot  %v\nwant %s", c.new, err, c.want)
		}
	}
	for _, c := range [][2]string{
		{`service = "sqs", encrypt = "keys"`, `service = "sqs", concurrency = 2, encrypt = "keys", key_reuse = "60s"`},
		{`service = "azure-queue", encrypt = "keys"`, `service = "azure-queue", encrypt = "keys", key_reuse = "0s"`}, // no rule is known of it
		{`service = "azure-queue", encrypt = "keys"`, `service = "azure-queue", encrypt = "keys", key_reuse = "90d"`},
		{`service = "kinesis", encrypt`, `service = "kinesis-on-demand-fan-out", on_demand = true, retention = "24h", encrypt`},
		{`name = "keys", service = "kms"`, `name = "keys", service = "custom", latency = { encrypt = "1ms" }`},
	} {
		if _, err := readShipped(t, strings.Replace(encrypted, c[0], c[1], 1)); err != nil {
			t.Errorf("%s: %v", c[1], err)
		}
	}
}
