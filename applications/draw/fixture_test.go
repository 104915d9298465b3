package draw

// alerting is the application that the language is explained by.
func alerting() *Diagram {
	return &Diagram{
		Title: "Sensor alerts, inference on two providers", Shade: "time",
		Groups: []Group{
			{ID: "flow", Label: "alerting", Sub: "Step Functions Express · us-east-1", Critical: false},
			{ID: "both", Label: "both", Sub: "parallel", Parent: "flow"},
		},
		Nodes: []Node{
			{ID: "readings", Label: "readings", Sub: "Kinesis, 4 shards · pipe · batches of 100", Value: "600/s", Kind: Stream},
			{ID: "prepare", Label: "prepare", Sub: "lambda · 256 MB", Value: "p50 55 ms · 1.20 USD", Group: "flow", Weight: 0.25, Critical: true},
			{ID: "infer", Label: "infer", Sub: "route by health", Kind: Route, Group: "both", Critical: true},
			{ID: "aws", Label: "classify-aws", Sub: "lambda · 2 GB", Value: "p50 140 ms · 9.31 USD", Kind: Model, Group: "both", Weight: 0.9, Critical: true},
			{ID: "gcp", Label: "classify-gcp", Sub: "run · 2 GB", Value: "p50 120 ms · 0.02 USD", Kind: Model, Group: "both", Weight: 0.1},
			{ID: "keep", Label: "keep", Sub: "lambda · 128 MB", Value: "p50 8 ms · 0.40 USD", Group: "both", Weight: 0.05},
			{ID: "rate", Label: "rate", Kind: Choice, Group: "flow", Critical: true},
			{ID: "page", Label: "page", Sub: "1 KB", Kind: Send, Group: "flow"},
			{ID: "park", Label: "park", Sub: "200 KB", Kind: Send, Group: "flow"},
			{ID: "end", Label: "end", Kind: End, Group: "flow", Critical: true},
			{ID: "alerts", Label: "alerts", Sub: "SQS, batches of 10", Kind: Queue},
			{ID: "notify", Label: "notify", Sub: "lambda · 128 MB", Value: "p50 30 ms"},
			{ID: "profiles", Label: "profiles", Sub: "DynamoDB · us-east-1", Kind: Store},
			{ID: "parked", Label: "parked", Sub: "SQS · us-east-1", Kind: Store},
		},
		Edges: []Edge{
			{From: "readings", To: "flow", Kind: Call},
			{From: "readings", To: "parked", Kind: Dead},
			{From: "prepare", To: "both"},
			{From: "prepare", To: "prepare", Label: "3×", Kind: Retry},
			{From: "prepare", To: "park", Label: "any", Kind: Catch},
			{From: "infer", To: "aws", Kind: Call, Label: "first"},
			{From: "infer", To: "gcp", Kind: Call, Label: "if unhealthy"},
			{From: "both", To: "rate"},
			{From: "rate", To: "page", Label: "2 %"},
			{From: "rate", To: "end", Label: "98 %"},
			{From: "page", To: "end"},
			{From: "park", To: "end"},
			{From: "page", To: "alerts", Kind: Sends},
			{From: "park", To: "parked", Kind: Sends},
			{From: "keep", To: "profiles", Kind: Use, Label: "write each"},
			{From: "alerts", To: "notify", Kind: Call},
			{From: "alerts", To: "parked", Kind: Dead, Label: "after 5"},
		},
	}
}

// images is recognition of uploaded pictures.
func images() *Diagram {
	return &Diagram{
		Title:  "Image recognition",
		Groups: []Group{{ID: "flow", Label: "recognise", Sub: "Step Functions Standard"}},
		Nodes: []Node{
			{ID: "up", Label: "uploads", Sub: "object written · 20/s", Kind: Trigger},
			{ID: "pictures", Label: "pictures", Sub: "S3 · us-east-1", Kind: Store},
			{ID: "pre", Label: "preprocess", Sub: "lambda · 1 GB", Group: "flow"},
			{ID: "inf", Label: "inference", Sub: "gpu · L4 · resnet-152", Kind: Model, Group: "flow"},
			{ID: "store", Label: "store", Sub: "lambda · 256 MB", Group: "flow"},
			{ID: "labels", Label: "labels", Sub: "DynamoDB", Kind: Store},
		},
		Edges: []Edge{
			{From: "up", To: "flow", Kind: Call}, {From: "pictures", To: "up", Kind: Sends},
			{From: "pre", To: "inf"}, {From: "inf", To: "store"},
			{From: "pre", To: "pictures", Kind: Use, Label: "read"}, {From: "store", To: "labels", Kind: Use, Label: "write"},
			{From: "inf", To: "inf", Kind: Retry, Label: "2×"},
		},
	}
}

// gateway is several model providers behind one door.
func gateway() *Diagram {
	return &Diagram{
		Title: "AI gateway: providers by price and health, semantic cache, budgets", Shade: "cost",
		Groups: []Group{{ID: "eu", Label: "eu-central-1", Sub: "region"}, {ID: "flow", Label: "answer", Sub: "none", Parent: "eu"}},
		Nodes: []Node{
			{ID: "chat", Label: "chat", Sub: "HTTP · api-gateway-http · diurnal, 120/s", Kind: Trigger},
			{ID: "auth", Label: "authorise", Sub: "lambda · 128 MB", Value: "0.31 USD", Weight: 0.02},
			{ID: "secrets", Label: "secrets", Sub: "Secrets Manager", Value: "0.02 USD", Kind: Store, Weight: 0.01},
			{ID: "limit", Label: "rate limit and budget", Sub: "lambda · 256 MB", Group: "flow", Value: "0.52 USD", Weight: 0.03, Critical: true},
			{ID: "counters", Label: "counters", Sub: "ElastiCache", Kind: Store, Value: "3.10 USD", Weight: 0.12},
			{ID: "cache", Label: "semantic cache", Sub: "35 % hit", Kind: Choice, Group: "flow", Critical: true},
			{ID: "vectors", Label: "vectors", Sub: "vector index of a rather long name that goes on", Kind: Store, Value: "1.90 USD", Weight: 0.1},
			{ID: "route", Label: "provider", Sub: "route by price, then health", Kind: Route, Group: "flow", Critical: true},
			{ID: "a", Label: "small-model", Sub: "per-token API", Kind: Model, Group: "flow", Value: "22.10 USD", Weight: 0.6},
			{ID: "b", Label: "large-model", Sub: "per-token API", Kind: Model, Group: "flow", Value: "61.00 USD", Weight: 1, Critical: true},
			{ID: "c", Label: "own-llama", Sub: "gpu · 2 × L40S", Kind: Model, Group: "flow", Value: "30.00 USD", Weight: 0.7},
			{ID: "log", Label: "usage log", Sub: "Kinesis, 1 shard", Kind: Stream},
			{ID: "meter", Label: "meter", Sub: "lambda · 256 MB"},
			{ID: "done", Label: "answered", Kind: Succeed, Group: "flow", Critical: true},
			{ID: "no", Label: "over budget", Kind: Fail, Group: "flow"},
		},
		Edges: []Edge{
			{From: "chat", To: "flow", Kind: Call}, {From: "chat", To: "auth", Kind: Use, Label: "cached 300 s"}, {From: "auth", To: "secrets", Kind: Use},
			{From: "limit", To: "counters", Kind: Use}, {From: "limit", To: "cache", Label: "99 %"}, {From: "limit", To: "no", Label: "1 %"},
			{From: "cache", To: "vectors", Kind: Use}, {From: "cache", To: "done", Label: "hit 35 %"}, {From: "cache", To: "route", Label: "miss 65 %"},
			{From: "route", To: "a", Kind: Call}, {From: "route", To: "b", Kind: Call}, {From: "route", To: "c", Kind: Call},
			{From: "a", To: "done"}, {From: "b", To: "done"}, {From: "c", To: "done"},
			{From: "a", To: "route", Kind: Catch, Label: "failed"},
			{From: "done", To: "log", Kind: Sends}, {From: "log", To: "meter", Kind: Call}, {From: "meter", To: "counters", Kind: Use, Label: "write"},
		},
	}
}

// users is an API with a function for each thing that can be done.
func users() *Diagram {
	d := &Diagram{Title: "User management API", Nodes: []Node{
		{ID: "dns", Label: "names", Sub: "Route 53", Kind: Store},
		{ID: "sign", Label: "sign-in", Sub: "Cognito", Kind: Store},
		{ID: "table", Label: "users", Sub: "DynamoDB on demand", Kind: Store},
		{ID: "cache", Label: "sessions", Sub: "ElastiCache", Kind: Store},
		{ID: "secrets", Label: "secrets", Sub: "Secrets Manager", Kind: Store},
		{ID: "note", Label: "notifications", Sub: "SNS", Kind: Queue},
		{ID: "mail", Label: "mail", Sub: "lambda · 128 MB"},
	}}
	for _, op := range []string{"create", "read", "update", "delete"} {
		d.Nodes = append(d.Nodes,
			Node{ID: "http-" + op, Label: op, Sub: "HTTP · API Gateway", Kind: Trigger},
			Node{ID: op, Label: op + " user", Sub: "lambda · 256 MB"})
		d.Edges = append(d.Edges,
			Edge{From: "http-" + op, To: op, Kind: Call},
			Edge{From: "http-" + op, To: "dns", Kind: Use, Label: "10 %"},
			Edge{From: "http-" + op, To: "sign", Kind: Use},
			Edge{From: op, To: "table", Kind: Use},
			Edge{From: op, To: "cache", Kind: Use})
		if op != "read" {
			d.Edges = append(d.Edges, Edge{From: op, To: "note", Kind: Sends})
		}
	}
	d.Edges = append(d.Edges, Edge{From: "note", To: "mail", Kind: Call}, Edge{From: "mail", To: "secrets", Kind: Use})
	return d
}

// federated is rounds of training: a loop, a map and a wait.
func federated() *Diagram {
	return &Diagram{
		Title:  "Federated rounds",
		Groups: []Group{{ID: "flow", Label: "rounds", Sub: "Google Workflows"}, {ID: "map", Label: "clients", Sub: "map × 100, 20 at a time", Parent: "flow"}},
		Nodes: []Node{
			{ID: "nightly", Label: "nightly", Sub: "every 24 h", Kind: Trigger},
			{ID: "pick", Label: "pick clients", Sub: "run · 512 MB", Group: "flow"},
			{ID: "train", Label: "train", Sub: "device pool · 4 GB", Kind: Model, Group: "map"},
			{ID: "noise", Label: "add noise", Sub: "differential privacy", Group: "map"},
			{ID: "send", Label: "send update", Sub: "8 MB", Kind: Function, Group: "map"},
			{ID: "agg", Label: "aggregate", Sub: "run · 8 GB", Group: "flow"},
			{ID: "enough", Label: "converged?", Kind: Choice, Group: "flow"},
			{ID: "wait", Label: "wait", Sub: "10 min", Kind: Wait, Group: "flow"},
			{ID: "ok", Label: "published", Kind: Succeed, Group: "flow"},
			{ID: "weights", Label: "weights", Sub: "Cloud Storage", Kind: Store},
		},
		Edges: []Edge{
			{From: "nightly", To: "flow", Kind: Call}, {From: "pick", To: "map"}, {From: "train", To: "noise"}, {From: "noise", To: "send"},
			{From: "map", To: "agg"}, {From: "agg", To: "enough"}, {From: "enough", To: "ok", Label: "10 %"}, {From: "enough", To: "wait", Label: "90 %"},
			{From: "wait", To: "pick"}, {From: "train", To: "weights", Kind: Use, Label: "read"}, {From: "send", To: "weights", Kind: Use, Label: "write"},
			{From: "agg", To: "weights", Kind: Use}, {From: "train", To: "train", Label: "2×", Kind: Retry}, {From: "map", To: "map", Label: "3×", Kind: Retry},
		},
	}
}

func drawings() map[string]*Diagram {
	return map[string]*Diagram{"alerting": alerting(), "images": images(), "gateway": gateway(), "users": users(), "federated": federated(), "saga": saga()}
}

// saga is a trip that is booked step by step, and undone backwards where one fails: many
// ways beside the main one.
func saga() *Diagram {
	d := &Diagram{Title: "Booking as a saga", Groups: []Group{{ID: "flow", Label: "trip", Sub: "Step Functions Standard"}}}
	step := func(id, store, catch, next string) {
		d.Nodes = append(d.Nodes, Node{ID: id, Label: id, Sub: "lambda · 128 MB", Group: "flow"})
		d.Edges = append(d.Edges, Edge{From: id, To: next}, Edge{From: id, To: id, Label: "6×", Kind: Retry}, Edge{From: id, To: store, Label: "read, write", Kind: Use})
		if catch != "" {
			d.Edges = append(d.Edges, Edge{From: id, To: catch, Label: "any", Kind: Catch})
		}
	}
	d.Nodes = append(d.Nodes, Node{ID: "trips", Label: "trips", Sub: "HTTP · API Gateway", Kind: Trigger})
	d.Edges = append(d.Edges, Edge{From: "trips", To: "flow", Kind: Call})
	step("ReserveFlight", "flights", "CancelFlight", "ReserveCar")
	step("ReserveCar", "cars", "CancelCar", "ProcessPayment")
	step("ProcessPayment", "payments", "RefundPayment", "ConfirmFlight")
	step("ConfirmFlight", "flights", "RefundPayment", "ConfirmCar")
	step("ConfirmCar", "cars", "RefundPayment", "Booked")
	step("RefundPayment", "payments", "", "CancelCar")
	step("CancelCar", "cars", "", "CancelFlight")
	step("CancelFlight", "flights", "", "Failed")
	d.Nodes = append(d.Nodes, Node{ID: "Booked", Label: "Booked", Kind: Succeed, Group: "flow"}, Node{ID: "Failed", Label: "Failed", Kind: Fail, Group: "flow"})
	for _, s := range []string{"flights", "cars", "payments"} {
		d.Nodes = append(d.Nodes, Node{ID: s, Label: s, Sub: "DynamoDB", Kind: Store})
	}
	return d
}
