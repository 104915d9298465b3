package applications

import (
	"strings"
	"testing"
	"time"

	"github.com/coldcurve/coldcurve/sim"
	"github.com/coldcurve/coldcurve/sim/flows"
)

const encrypted = `title = "x"
trigger = [
  { name = "jobs", start = "f", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "sqs", encrypt = "keys" } },
  { name = "readings", start = "f", arrivals = { process = "poisson", rate = "1/s" }, stream = { service = "kinesis", encrypt = "keys" } },
  { name = "news", start = "f", arrivals = { process = "poisson", rate = "1/s" }, bus = { service = "sns", encrypt = "keys", key_reuse = "1m" } },
  { name = "orders", start = "f", arrivals = { process = "poisson", rate = "1/s" }, queue = { service = "azure-queue", encrypt = "keys" } },
]
store = [
  { name = "keys", service = "kms" },
  { name = "table", service = "dynamodb", encrypt = "keys" },
  { name = "objects", service = "s3", encrypt = "keys" },
  { name = "bucket", service = "s3", encrypt = "keys", key_reuse = "3m" },
  { name = "blobs", service = "azure-blob", encrypt = "keys" },
]
function = [{ name = "f", platform = "lambda", memory = "128MB", service = "10ms", use = [{ store = "table" }, { store = "objects" }, { store = "bucket" }, { store = "blobs" }] }]
`

// Each service asks for its data key by its own rule: DynamoDB once in five minutes without a
// use, SQS twice a producer and once a consumer in five minutes, Kinesis once each in five,
// SNS twice a publisher, S3 for each object unless it has a bucket key, and not to list or
// delete; one of which nothing is known for each call but deletes of messages. A period of the file takes its place.
func TestEachServiceHasItsRuleOfKeys(t *testing.T) {
	a, err := readShipped(t, encrypted)
	if err != nil {
		t.Fatal(err)
	}
	c := compiled(t, a)
	g := c.Graph
	minutes := func(n int) sim.Time { return sim.Time(n) * sim.Time(time.Minute) }
	for _, tt := range []struct {
		service string
		ops     map[string]int
		reuse   sim.Time
		idle    bool
		apart   bool
	}{
		{"table", map[string]int{"read": 1, "write": 1, "delete": 1, "query": 1}, minutes(5), true, false},
		{"jobs", map[string]int{"send": 2, "receive": 1, "delete": 0}, minutes(5), false, true},
		{"readings", map[string]int{"put": 1, "get": 1}, minutes(5), false, false},
		{"news", map[string]int{"publish": 2, "push": 0, "email": 0, "http": 0}, minutes(1), false, false},
		{"orders", map[string]int{"send": 1, "receive": 1, "delete": 0}, 0, false, false},
		{"objects", map[string]int{"read": 1, "write": 1, "list": 0, "delete": 0}, 0, false, false},
		{"bucket", map[string]int{"read": 1, "write": 1, "list": 0, "delete": 0}, minutes(3), false, false},
		{"blobs", map[string]int{"read": 1, "write": 1, "list": 1}, 0, false, false},
	} {
		var s *flows.Service
		for i := range g.Services {
			if g.Services[i].Name == tt.service {
				s = &g.Services[i]
			}
		}
		if s == nil || len(s.Before) != 1 || s.Before[0].Key == nil {
			t.Fatalf("%s asks for no key: %+v", tt.service, s)
		}
		k := s.Before[0].Key
		if k.For != tt.reuse || k.Idle != tt.idle || k.Apart != tt.apart || len(k.Calls) != len(tt.ops) {
			t.Errorf("%s: %+v, want %v, idle %v, apart %v", tt.service, k, tt.reuse, tt.idle, tt.apart)
		}
		for i, n := range k.Calls {
			if want := tt.ops[s.Ops[i].Name]; n != want {
				t.Errorf("%s %s: %d calls, want %d", tt.service, s.Ops[i].Name, n, want)
			}
		}
	}
	var said []string
	for _, n := range c.Notes {
		if strings.Contains(n.Text, "data_key") {
			said = append(said, n.Subject+": "+n.Text+" "+n.Grade)
		}
	}
	all := strings.Join(said, "\n")
	for _, want := range []string{`service dynamodb: data_key.reuse = "5m" A`, "service azure-blob: data_key = each call fetches one U"} {
		if !strings.Contains(all, want) {
			t.Errorf("the notes do not say %q:\n%s", want, all)
		}
	}
}

// How long a key is used again says nothing without a key.
func TestKeyReuseWithoutKeys(t *testing.T) {
	for _, tt := range [][2]string{
		{`encrypt = "keys", key_reuse = "1m"`, `key_reuse = "1m"`},
		{`{ name = "objects", service = "s3", encrypt = "keys" }`, `{ name = "objects", service = "s3", key_reuse = "1m" }`},
	} {
		_, err := readShipped(t, strings.Replace(encrypted, tt[0], tt[1], 1))
		if err == nil || !strings.Contains(err.Error(), "found how long a key is used again and no encrypt") {
			t.Errorf("%s: %v", tt[1], err)
		}
	}
}
