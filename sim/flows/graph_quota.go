package flows

// Quota says whose a limit is and what it counts, in the words that users read.
type Quota struct {
	Of   string // whose it is: "Amazon API Gateway in us-east-1"; "": of the service, flow or trigger that has it
	What string // what is counted: an op, "requests", "starts"; "": as Graph.Limits says
	Each string // what has one of its own: account, queue, prefix, key, shard, partition; "": there is one
}

// Bucket is a token bucket, shared by those that point to it: a limit of a rate.
type Bucket struct {
	Burst float64 // tokens that a full one holds; at least 1 is held
	Rate  float64 // tokens a second, above 0
	Units bool    // a call takes as many as it has units (Op.Unit); else one
	Quota
}

// Most is the largest payload that something takes, shared by those that point to it.
type Most struct {
	Bytes int64 // above 0
	Quota
}

// Slots are places of which so many can be taken at a time, shared by those that point
// to them.
type Slots struct {
	N int // above 0
	Quota
}
